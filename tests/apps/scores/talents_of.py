"""黄毅 as a talent, for the tests of the app and of pages."""

from __future__ import annotations

from tests.factories import District

from minsheng.apps.people.models import Person
from minsheng.apps.scores import actions
from minsheng.apps.scores.models import TalentNumber

NUMBERS = {
    "degree": "2", "grade": "2", "tax_fen": "32,000", "led_projects": "1", "patents": "0",
    "months_here": "12",
}  # fmt: skip
PAPER = "硕士学位证、纳税记录"


def talent(district: District, **numbers: str) -> Person:
    """黄毅 after he has declared his numbers: 47 points, none of them checked."""
    account = district.account("huangyi")
    typed = actions.Typed(numbers=numbers or NUMBERS, paper=PAPER, as_of=district.today)
    actions.declare_own(typed, by=account)
    assert account.person is not None
    return account.person


def number(fact: str) -> int:
    """Return the id of the only number of a fact."""
    return TalentNumber.objects.get(fact=fact).pk


def confirmed(district: District, *facts: str) -> Person:
    """黄毅 after 岳岚 has found some of his numbers right."""
    person = talent(district)
    for fact in facts:
        actions.confirm_number(number(fact), by=district.account("yuelan"))
    return person
