"""How an amount moves as a number of the household rises, and what can't rise."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from minsheng.apps.policies import reads
from minsheng.apps.policies.shelf import policy, shelf
from minsheng.apps.screening import cliffs
from minsheng.cli.demo import policies as demo
from minsheng.engines.policies.spec import Condition, Policy
from minsheng.engines.simulation import Schedule
from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text
from minsheng.rules import Rule

pytestmark = pytest.mark.django_db
INCOME = "household.income_fen_month"


@pytest.fixture
def facts(district: Any) -> Any:
    """What is known of 王芳, who lives with others."""
    demo.note(timezone.localdate())
    person = district.account("wangfang").person
    return reads.scope_of(person, on=timezone.localdate()).facts


def supposed(condition: str, amount: str = "50000") -> Policy:
    """A policy of one condition."""
    schema = shelf().vocabulary.model.schema("person")
    poor = Condition(key="poor", rule=Rule.parse(condition, schema), text=Text("低", "low"))
    paid = Rule.parse(amount, schema, gives="money")
    return replace(policy("flexible-insurance"), conditions=(poor,), amount=paid)


def told(found: Policy, facts: Any, path: str = INCOME, high: int = 10**8) -> Schedule:
    return cliffs.schedule_of(found, path, facts, high=high, on=timezone.localdate())


def test_a_cliff_of_the_households_income_is_found_to_the_fen(facts: Any) -> None:
    size = len(facts["household"]["members"])
    assert size > 1
    before = facts["household"].get("income_fen_month")
    (cliff,) = told(supposed("household.income_per_head <= 100000"), facts).cliffs
    assert (cliff.at, cliff.loss_fen) == (100_000 * size + 1, 50_000)
    assert facts["household"].get("income_fen_month") == before  # the facts given are as they were


def test_everybody_in_the_household_sees_the_same_income_rise(facts: Any) -> None:
    all_ = supposed("all(household.members, household.income_fen_month <= 200000)")
    with pytest.raises(WrongInput, match="reads no number"):
        told(all_, facts)  # reached by several ways only
    both = supposed(
        "household.income_fen_month < 900000"
        " and all(household.members, household.income_fen_month <= 200000)"
    )
    (cliff,) = told(both, facts).cliffs
    assert cliff.at == 200_001


def test_a_household_that_is_not_known_is_taken_to_be_there() -> None:
    (cliff,) = told(supposed("household.income_fen_month <= 200000"), {}).cliffs
    assert cliff.at == 200_001


def test_what_cannot_be_followed_to_the_fen_is_refused_with_what_to_do(facts: Any) -> None:
    squared = "round_fen(household.income_fen_month * household.income_per_head / 100)"
    with pytest.raises(WrongInput, match="--set"):
        told(supposed("household.income_fen_month >= 0", squared), facts)
    with pytest.raises(WrongInput, match="0 or more"):
        told(supposed("household.income_fen_month >= 0"), facts, high=-1)


def test_an_age_rises_by_whole_years_and_a_cliff_stands_at_its_birthday(facts: Any) -> None:
    found = supposed("age >= 16 and age < 60")
    schedule = told(found, facts, "age", high=100)
    assert [(one.low, one.high, one.value) for one in schedule.pieces] == [
        (0, 15, False),
        (16, 59, True),
        (60, 100, False),
    ]
    assert [(one.at, one.loss_fen) for one in schedule.cliffs] == [(60, 50_000)]
    with pytest.raises(WrongInput, match="120 at most"):
        told(found, facts, "age", high=121)


def test_a_range_may_begin_above_nothing(facts: Any) -> None:
    poor = supposed("household.income_fen_month <= 200000")
    on = timezone.localdate()
    schedule = cliffs.schedule_of(poor, INCOME, facts, low=200_000, high=300_000, on=on)
    assert (schedule.pieces[0].low, schedule.cliffs[0].at) == (200_000, 200_001)
