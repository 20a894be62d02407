"""Stakes led to a point of their story, for the tests of the app, of pages and endpoints."""

from __future__ import annotations

from typing import Any

from tests.factories import District

from minsheng.apps.stakes import actions
from minsheng.apps.stakes.actions import Said, Word
from minsheng.apps.stakes.models import Stake, Tranche

WHO = {"centre": "xuhang", "bureau": "gaowen", "holding": "kangning", "firm": "huangyi"}
EXPERTS = ("heming", "fuxiao", "yanshi")
OWN = "科创新城国资持股公司（演示）"
ROUND = Said(
    reason="A 轮协议看过原件。", event="financing", investor="星河创投（演示）",
    pre_money_fen=3_800_000_000, new_money_fen=1_000_000_000,
    holdings={"创始团队": 700_000, "员工持股": 300_000},
)  # fmt: skip
"""38 m yuan before, 10 m of new money: 2 m of grant become 2 ÷ 50."""
SALE = Said(reason="新股东受让", way="transfer", buyer="星河创投（演示）", value_fen=6_000_000_000)
STORY = (
    ("check", "centre", Said()),
    ("conclude", "centre", Said()),
    ("approve", "bureau", Said()),
    ("contract", "bureau", Said()),
    ("pass_review", "centre", Said(reason="样机过了测试。")),
    ("audit", "bureau", Said(reason="账目清楚。")),
    ("trigger", "holding", ROUND),
    ("propose", "holding", Said()),
    ("confirm", "bureau", Said()),
    ("offer", "holding", SALE),
    ("sell", "bureau", Said()),
)


def wanted(**changes: Any) -> actions.Wanted:
    """What 科迈精工 asks for: 2,000,000 yuan."""
    plan = {
        "scheme": "seed", "title": "五轴机床误差补偿", "purpose": "样机、测试和两名博士的工资。",
        "amount_fen": 200_000_000,
    }  # fmt: skip
    return actions.Wanted(**{**plan, **changes})


def take(district: District, stake: Stake, act: str, side: str, said: Said | None = None) -> Stake:
    """Take one step as the member of the cast whose side it is."""
    return actions.take_step(stake.pk, act, said or Said(), by=district.account(WHO[side]))


def judge(
    district: District, stake: Stake, *, agrees: bool = True, names: tuple[str, ...] = EXPERTS
) -> None:
    """Let three experts speak; about a write-off the bureau asks them first."""
    if stake.state != "checked":
        actions.ask_experts(stake.pk, by=district.account("gaowen"))
    for name in names:
        word = Word(agrees=agrees, has_interest=False, words="看过材料。")
        actions.give_opinion(stake.pk, word, by=district.account(name))


def pay(district: District, stake: Stake, key: str) -> Tranche:
    """Let one part be ordered and paid; the second as if its day had come."""
    tranche = stake.tranches.get(key=key)
    Tranche.objects.filter(pk=tranche.pk).update(from_on=district.today)
    actions.order_payment(tranche.pk, by=district.account("gaowen"))
    return actions.confirm_payment(tranche.pk, by=district.account("kangning"))


def led_to(district: District, act: str, **changes: Any) -> Stake:
    """A stake right after this act of the story; the pool is filled, both parts are paid on the way."""
    actions.fill_pool("seed", by=district.account("shimin"))
    stake = actions.apply_for_grant(wanted(**changes), by=district.account("huangyi"))
    if act == "apply":
        return stake
    for one, side, said in STORY:
        if one == "conclude":
            judge(district, stake)
        stake = take(district, stake, one, side, said)
        if one == act:
            return stake
        if one == "contract":
            pay(district, stake, "first")
        if one == "audit":
            pay(district, stake, "second")
    raise AssertionError(act)
