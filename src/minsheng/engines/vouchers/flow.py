"""The life of a voucher: which act leads from which state to which, and who does it.

asked → issued → reserved → used → redeemed. What isn't redeemed ends as refused, returned or expired,
and its money goes back to the pool.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from minsheng.lib.errors import Conflict
from minsheng.lib.texts import Text

State = Literal[
    "asked", "issued", "reserved", "used", "redeemed", "refused", "returned", "expired"
]  # fmt: skip
Act = Literal["issue", "refuse", "reserve", "prove", "redeem", "send_back", "give_up", "expire"]
Who = Literal["firm", "issuer", "redeemer", "clock"]

STATES: Mapping[State, Text] = MappingProxyType(
    {
        "asked": Text("申请了，等发放", "Asked for"),
        "issued": Text("发了，等签合同", "Issued; a contract is awaited"),
        "reserved": Text("签了合同，等用完", "Reserved for a contract"),
        "used": Text("用完了，等兑付", "Used; payment is awaited"),
        "redeemed": Text("兑付了", "Paid"),
        "refused": Text("没有发", "Refused"),
        "returned": Text("退回了", "Returned"),
        "expired": Text("过期了", "Expired"),
    }
)
OPEN: frozenset[State] = frozenset({"asked", "issued", "reserved", "used"})
"""States in which the money is set aside."""

ACTS: Mapping[Act, tuple[Who, Mapping[State, State]]] = MappingProxyType(
    {
        "issue": ("issuer", {"asked": "issued"}),
        "refuse": ("issuer", {"asked": "refused"}),
        "reserve": ("firm", {"issued": "reserved"}),
        "prove": ("firm", {"reserved": "used"}),
        "redeem": ("redeemer", {"used": "redeemed"}),
        "send_back": ("redeemer", {"used": "reserved"}),
        "give_up": ("firm", {"asked": "returned", "issued": "returned", "reserved": "returned"}),
        "expire": ("clock", {"issued": "expired", "reserved": "expired"}),
    }
)


class NotNow(Conflict):
    """An act that isn't open in a state; `facts` say both."""

    def __init__(self, state: State, act: Act) -> None:
        said = STATES[state]
        super().__init__(
            "vouchers.not_now",
            f"这张券现在是“{said.zh}”，不能这样办。请刷新页面看看。",
            f"The voucher is '{said.to('en')}' now; that can't be done. Reload the page.",
            facts={"state": state, "act": act},
        )


def after(state: State, act: Act) -> State:
    """Return the state that an act leads to; raises NotNow."""
    _, ways = ACTS[act]
    if state not in ways:
        raise NotNow(state, act)
    return ways[state]


def may(state: State, *, who: Who) -> frozenset[Act]:
    """Return the acts that are open to somebody in a state."""
    return frozenset(act for act, (actor, ways) in ACTS.items() if actor == who and state in ways)
