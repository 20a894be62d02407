"""The firm of the cast with its numbers, for the tests of the app, of pages and endpoints."""

from __future__ import annotations

from datetime import date

from tests.factories import District

from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Organisation
from minsheng.apps.scores import actions

NUMBERS = {
    "staff": "86", "sci_staff": "17", "sales_fen": "42,600,000", "cost_fen": "38,900,000",
    "rd_fen": "1620000", "assets_fen": "51,300,000", "class_one": "0", "class_two": "2",
}  # fmt: skip
PAPER = "2025 年度审计报告"


def firm(district: District) -> Organisation:
    """The firm for which 黄毅 speaks."""
    (found,) = people.organisations_of(district.account("huangyi"))
    return found


def typed(day: date, **numbers: str) -> actions.Typed:
    """What somebody types, with where it stands."""
    return actions.Typed(numbers=numbers or NUMBERS, paper=PAPER, as_of=day)


def declared(district: District, **numbers: str) -> Organisation:
    """The firm after 黄毅 has declared its numbers."""
    found = firm(district)
    told = typed(district.today, **numbers)
    actions.declare(found.credit_code, told, by=district.account("huangyi"))
    return found


def noted(district: District, **numbers: str) -> Organisation:
    """The firm after 岳岚 has noted numbers of it."""
    found = firm(district)
    actions.note(found.credit_code, typed(district.today, **numbers), by=district.account("yuelan"))
    return found
