"""A class with pupils, its teacher, families, and the bank of the demonstration."""

from collections.abc import Callable, Sequence

import pytest
from tests.factories import District

from minsheng.apps.mastery import actions
from minsheng.apps.mastery.bank import shelf
from minsheng.apps.mastery.models import Sheet, Work
from minsheng.apps.schools import reads
from minsheng.apps.schools.models import SchoolClass, SchoolUser
from minsheng.cli.demo import cast, schools
from minsheng.engines import population
from minsheng.engines.items.items import Choice, Item, Judge, right_answer

SUBJECT = schools.SUBJECT


@pytest.fixture
def school(district: District) -> SchoolClass:
    """A class of the demonstration, with the others: six pupils each, and those of the cast."""
    people = population.District(cast.households(), ())
    schools.begin(people, on=district.today, seed=1, most=6)
    found = reads.school_class("qinghuai-4-2")
    assert found is not None
    return found


@pytest.fixture
def xiaohe(school: SchoolClass) -> SchoolUser:
    """林小禾, seat 17 of the class."""
    return SchoolUser.objects.get(sourced_id="qinghuai-4-2-17")


@pytest.fixture
def ticket(school: SchoolClass, district: District) -> Callable[..., Work]:
    """Give an exit ticket about a skill to the class, by its teacher."""

    def give(skill: str = "distributive-law", count: int = 3, **more: object) -> Work:
        its = shelf(SUBJECT).subject.by_skill[skill]
        items = [one.key for one in its if one.kind in {"choice", "judge", "number"}]
        given = actions.Given(
            subject=SUBJECT, title="乘法分配律", items=tuple(items[:count]), **more
        )
        return actions.give_ticket(school.pk, given, by=district.account("tanmei"))

    return give


def answers(work: Work, rights: Sequence[bool]) -> dict[str, str]:
    """Return answers to a work's items, right or wrong as wanted."""
    found = {}
    for key, is_right in zip(work.items, rights, strict=True):
        item = shelf(work.subject).item(key)
        truth = right_answer(item)
        assert isinstance(truth, str)
        found[key] = truth if is_right else wrong_answer(item)
    return found


def wrong_answer(item: Item) -> str:
    """Return an answer that isn't right."""
    match item:
        case Choice():
            return next(letter for letter in item.options if letter != item.answer)
        case Judge():
            return "false" if item.answer == "true" else "true"
    return "987654"


def type_all(work: Work, rights: Sequence[Sequence[bool]], district: District) -> list[Sheet]:
    """Let the teacher type in what each pupil of the class wrote, by seat."""
    teacher = district.account("tanmei")
    pupils = reads.pupil_ids(work.school_class)
    return [
        actions.type_in(work.pk, pupil, answers(work, row), by=teacher)
        for pupil, row in zip(pupils, rights, strict=True)
    ]
