"""Invented numbers and vouchers of the firm of the cast, and of who speaks for it as a talent (演示)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from minsheng.apps.people import reads as people
from minsheng.apps.scores import actions, reads
from minsheng.apps.vouchers import actions as vouchers

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account

NUMBERS = {
    "staff": "86", "sci_staff": "17", "sales_fen": "42,600,000", "cost_fen": "38,900,000",
    "rd_fen": "1,620,000", "assets_fen": "51,300,000", "class_one": "0", "class_two": "2",
    "years": "4", "rd_staff": "14", "sales_before_fen": "35,100,000", "rd_before_fen": "1,200,000",
}  # fmt: skip
STAFF = {
    "here": "是", "large": "否", "in_store": "是", "premium_fen": "61,920", "premium_months": "48",
    "laid_off": "2", "key_hires": "9", "young_hires": "3", "loan_wanted_fen": "5,000,000",
    "startup_loan_fen": "0", "guarantee_paid_fen": "0", "loan_late": "否", "fund_manager": "否",
}  # fmt: skip
"""What policies read and scores don't; whether its field is a key one nobody has said."""
NOTED = {"sales_fen": "42,600,000"}
TALENT = {
    "degree": "2", "grade": "2", "tax_fen": "32,000", "led_projects": "1", "patents": "1",
    "months_here": "50",
}  # fmt: skip
CHECKED = ("degree", "grade", "months_here")
LAB = "91500000MA0DEMLAB1"
OWNERS = {"head": "11010119850914003X", "owners": "110101197001010017"}


def begin(on: date) -> int:
    """Let the firm of the cast declare its numbers and have vouchers; return how many numbers."""
    speaker, steward, head = (
        people.account_by_username(name) for name in ("huangyi", "yuelan", "fanhua")
    )
    if speaker is None or steward is None or head is None:
        return 0
    (firm,) = people.organisations_of(speaker)
    last_year = date(on.year - 1, 12, 31)
    paper = f"{on.year - 1} 年度审计报告（演示）"
    typed = actions.Typed(numbers=NUMBERS, paper=paper, as_of=last_year)
    kept = actions.declare(firm.credit_code, typed, by=speaker)
    staff = f"{on.year - 1} 年度社保缴费证明、用工台账（演示）"
    typed = actions.Typed(numbers=STAFF, paper=staff, as_of=last_year)
    kept += actions.declare(firm.credit_code, typed, by=speaker)
    noted = actions.Typed(numbers=NOTED, paper="统计月报（演示）", as_of=last_year)
    kept += actions.note(firm.credit_code, noted, by=steward)
    _vouchers(firm.credit_code, on, speaker=speaker, steward=steward, head=head)
    _talent(last_year, speaker=speaker, steward=steward)
    return len(kept)


def _talent(as_of: date, *, speaker: Account, steward: Account) -> None:
    """Let the speaker declare what they are as a talent; some of it is checked, some waits."""
    typed = actions.Typed(numbers=TALENT, paper="学位证、纳税记录、任务书（演示）", as_of=as_of)
    actions.declare_own(typed, by=speaker)
    for one in reads.talent_room(speaker, on=as_of).numbers:
        if one.fact.key in CHECKED:
            actions.confirm_number(one.id, by=steward)


def _vouchers(code: str, on: date, *, speaker: Account, steward: Account, head: Account) -> None:
    """Open the year, list a provider, and leave a voucher to issue, one to use and one to pay."""
    vouchers.open_pool("innovation", on.year, by=head)
    lab = vouchers.NewProvider(
        credit_code=LAB,
        name="云桥检测（演示）",
        uses=["research", "patent"],
        head="110101196503030015",
    )
    vouchers.list_provider("innovation", lab, by=steward)
    vouchers.declare_ownership(code, OWNERS["head"], OWNERS["owners"], by=speaker)
    _recheck(code, speaker=speaker, steward=steward, head=head)
    made = [
        vouchers.ask(
            "innovation", code=code, use=use, amount_fen=amount, words=words, by=speaker
        ).pk
        for use, amount, words in (
            ("research", 4_000_000, "传感器疲劳试验（演示）"),
            ("patent", 1_500_000, "两件发明专利代理（演示）"),
            ("research", 2_000_000, "外壳耐候试验（演示）"),
        )
    ]
    vouchers.issue(made[0], by=steward)
    vouchers.issue(made[1], by=steward)
    vouchers.reserve_for(
        made[0], provider=LAB, contract_fen=7_200_000, contract="试验合同 3 号（演示）", by=speaker
    )
    vouchers.prove(made[0], "试验报告、发票各一份（演示）", by=speaker)


def _recheck(code: str, *, speaker: Account, steward: Account, head: Account) -> None:
    """Leave a paid voucher that was drawn and is doubted: the firm is heard."""
    checker = people.account_by_username("xuhang")
    if checker is None:
        return
    row = vouchers.ask(
        "innovation", code=code, use="research", amount_fen=1_000_000,
        words="涂层耐磨试验（演示）", by=speaker,
    )  # fmt: skip
    vouchers.issue(row.pk, by=steward)
    vouchers.reserve_for(
        row.pk, provider=LAB, contract_fen=2_000_000, contract="试验合同 1 号（演示）", by=speaker
    )
    vouchers.prove(row.pk, "试验报告、发票各一份（演示）", by=speaker)
    vouchers.redeem(row.pk, by=head)
    vouchers.draw_rechecks("innovation", by=checker)
    doubt = vouchers.Found(reason="报告的日期在合同以前。（演示）", amount_fen=400_000)
    vouchers.step_recheck(row.pk, "doubt", doubt, by=checker)
