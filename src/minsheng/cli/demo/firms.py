"""Invented numbers of the firm of the cast (演示)."""

from __future__ import annotations

from datetime import date

from minsheng.apps.people import reads as people
from minsheng.apps.scores import actions

NUMBERS = {
    "staff": "86",
    "sci_staff": "17",
    "sales_fen": "42,600,000",
    "cost_fen": "38,900,000",
    "rd_fen": "1,620,000",
    "assets_fen": "51,300,000",
    "class_one": "0",
    "class_two": "2",
}
NOTED = {"sales_fen": "42,600,000"}


def declare_numbers(on: date) -> int:
    """Let the firm of the cast declare its numbers and an office note one; return how many."""
    speaker = people.account_by_username("huangyi")
    steward = people.account_by_username("yuelan")
    if speaker is None or steward is None:
        return 0
    (firm,) = people.organisations_of(speaker)
    last_year = date(on.year - 1, 12, 31)
    typed = actions.Typed(
        numbers=NUMBERS, paper=f"{on.year - 1} 年度审计报告（演示）", as_of=last_year
    )
    kept = actions.declare(firm.credit_code, typed, by=speaker)
    noted = actions.Typed(numbers=NOTED, paper="统计月报（演示）", as_of=last_year)
    kept += actions.note(firm.credit_code, noted, by=steward)
    return len(kept)
