"""Vouchers that were paid, drawn and led to a point of their check."""

from __future__ import annotations

from datetime import timedelta

from tests.apps.vouchers.vouchers_of import used
from tests.factories import District

from minsheng.apps.vouchers import actions
from minsheng.apps.vouchers.actions import Found
from minsheng.apps.vouchers.models import Draw, Recheck, Voucher

WHO = {
    "checker": "xuhang", "decider": "gaowen", "reviewer": "guanyi", "payer": "fanhua", "firm": "huangyi",
}  # fmt: skip
WRONG = Found(reason="报告的日期在合同以前。", amount_fen=1_500_000, blames_provider=True)
STORY = (
    ("doubt", "checker", WRONG),
    ("answer", "firm", Found(reason="日期写错了。")),
    ("uphold", "decider", WRONG),
    ("object", "firm", Found(reason="原始记录能查。")),
    ("confirm", "reviewer", Found(reason="原始记录也没有。")),
    ("take_back", "payer", Found()),
)


def paid(district: District) -> Voucher:
    """A voucher of 40,000 yuan that 范华 paid."""
    return actions.redeem(used(district).pk, by=district.account("fanhua"))


def drawn(district: District) -> Draw:
    """A draw by 徐航."""
    return actions.draw_rechecks("innovation", by=district.account("xuhang"))


def take(district: District, voucher: int, act: str, side: str, found: Found = WRONG) -> Recheck:
    """Take one step as the member of the cast whose side it is."""
    return actions.step_recheck(voucher, act, found, by=district.account(WHO[side]))


def led_to(district: District, act: str) -> Recheck:
    """The check of a paid voucher right after this act of the story."""
    row = paid(district)
    drawn(district)
    for one, side, found in STORY:
        check = take(district, row.pk, one, side, found)
        if one == act:
            return check
    raise AssertionError(act)


def end(voucher: int, district: District) -> None:
    """Let the firm's last day have been yesterday."""
    Recheck.objects.filter(pk=voucher).update(day=district.today - timedelta(days=1))
