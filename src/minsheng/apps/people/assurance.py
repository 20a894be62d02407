"""How sure we are who somebody is, and how sure an act needs us to be.

A challenge of the register proves knowledge, not presence: a husband knows his wife's number. So what
would hand all of somebody's data to another, or destroy it, needs a clerk who has seen the card.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from minsheng.lib.errors import NotAllowed
from minsheng.lib.texts import Text

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account

LOCAL, REGISTER, CLERK = 0, 1, 2
LEVELS: Mapping[int, Text] = MappingProxyType(
    {
        LOCAL: Text("本地账号，还没核实", "a local account, not confirmed"),
        REGISTER: Text("已用公安人口库核对号码和姓名", "number and name agree with the register"),
        CLERK: Text("窗口看过身份证", "a clerk has seen the identity card"),
    }
)
# What an act needs. The settings of a design without authority (L); the order of levels is not.
NEEDED: Mapping[str, tuple[int, Text]] = MappingProxyType(
    {
        "see": (REGISTER, Text("看自己的案卷和证照", "see one's cases and certificates")),
        "apply": (REGISTER, Text("填表、提交、撤回", "fill in, submit, withdraw")),
        "correct": (REGISTER, Text("请求更正自己的信息", "ask for a correction of one's data")),
        "accept": (REGISTER, Text("接受替人代办", "accept to act for somebody")),
        "let_act": (CLERK, Text("请人替自己办事", "let somebody act for oneself")),
        "export": (CLERK, Text("一次带走全部信息", "take all one's data away at once")),
        "erase": (CLERK, Text("删除自己的信息", "erase one's data")),
    }
)


def level_of(account: Account) -> int:
    """Return how sure we are: LOCAL, REGISTER or CLERK."""
    if not account.is_proved:
        return LOCAL
    return CLERK if account.proved_by == "clerk" else REGISTER


def require_level(account: Account, act: str) -> None:
    """Raise NotAllowed unless we are as sure who this is as the act needs."""
    needed, what = NEEDED[act]
    if level_of(account) >= needed:
        return
    how = (
        Text(
            "带身份证到窗口核实一次，当场就能办。",
            "Bring your identity card to a counter once; then you can do it at once.",
        )
        if needed == CLERK
        else Text(
            "到“我的”里核实，大约 1 分钟；也可以到窗口办。",
            "Confirm who you are under “Mine”, in about a minute, or at a counter.",
        )
    )
    raise NotAllowed(
        "assurance_too_low",
        f"{what.zh}，要先确认是您本人。{how.zh}",
        f"To {what.en}, we must be surer that it is you. {how.en}",
        facts={"needed": needed, "act": act},
    )
