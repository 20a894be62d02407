"""Who is what in a household: read for one person and for everybody, judged the same."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from minsheng.apps.people import reads as people
from minsheng.apps.people.actions import offices
from minsheng.apps.people.models import Household, Person
from minsheng.apps.policies import actions, populations, reads
from minsheng.apps.policies.dossiers import Known
from minsheng.apps.policies.shelf import policy, shelf
from minsheng.apps.screening.outcomes import subject_of
from minsheng.cli.demo.cast import known_person
from minsheng.engines.policies.decide import decide
from minsheng.engines.screening import screen

pytestmark = pytest.mark.django_db
ALLOWANCE = "child-allowance"


def person(key: str) -> Person:
    found = people.person_by_number(known_person(key).number)
    assert found is not None
    return found


@pytest.fixture
def home(district: Any) -> Household:
    """A father, his mother, and a child who stands in for one of 2026."""
    since = timezone.localdate() - timedelta(days=30)
    household = offices.create_household(
        [
            (person("zhouyan"), "head", True),
            (person("chenlian"), "parent", False),
            (person("linxiaohe"), "child", False),
        ],
        since=since,
    )
    facts = {"hukou": "here_urban", "allowance_paid_elsewhere": False}
    told = {name: Known(value, "register:x", since) for name, value in facts.items()}
    actions.note_facts(person("linxiaohe"), told, by="test")
    return household


def test_each_stands_in_the_role_that_is_theirs(home: Household) -> None:
    today = timezone.localdate()
    found = reads.scope_of(person("zhouyan"), on=today)["household"]
    assert isinstance(found, dict)
    roles = ("head", "head_spouse", "children", "parents")
    births = {role: [one["birth"] for one in found[role]] for role in roles}
    assert births == {
        "head": [date(1993, 6, 11)],
        "head_spouse": [],
        "children": [date(2016, 11, 2)],
        "parents": [date(1946, 10, 2)],
    }
    assert len(found["members"]) == 3


@pytest.mark.parametrize("on", [date(2018, 11, 2), date(2026, 12, 1)])
def test_a_population_comes_out_as_each_one_does(home: Household, on: date) -> None:
    today = timezone.localdate()
    some = populations.part("", on=today, size=10_000, keep=lambda _, facts: facts)
    allowance = policy(ALLOWANCE)
    outcomes = screen(
        [subject_of(allowance)],
        [facts for _, facts in some.people],
        shelf().vocabulary.model,
        on=on,
    )[ALLOWANCE]
    for (one, _), outcome in zip(some.people, outcomes, strict=True):
        alone = decide(allowance, reads.scope_of(one, on=today), on=on)
        assert (outcome.value, outcome.amount_fen) == (alone.value, alone.amount_fen)
        assert set(outcome.missing) == {missing.field for missing in alone.missing}


def test_only_the_father_is_the_guardian_and_the_child_is_too_old(home: Household) -> None:
    today = timezone.localdate()
    for key, failing in (("zhouyan", ("child",)), ("chenlian", ("guardian", "child"))):
        found = decide(policy(ALLOWANCE), reads.scope_of(person(key), on=today), on=today)
        assert (found.value, found.failing) == (False, failing)
