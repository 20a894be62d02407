"""Populations from arrays: what is missing, what doesn't fit, parts and blocks, shared steps."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.rules.columns_world import DAY, MODEL

from minsheng.rules import Rule, WrongFact
from minsheng.rules.columns import (
    NOBODY_KNOWS,
    NONE,
    Asked,
    Column,
    Population,
    Program,
    Table,
    ToMany,
    ToOne,
    population_of,
)


def program(**rules: str) -> Program:
    schema = MODEL.schema("person")
    return Program(
        MODEL,
        {name: Asked("person", Rule.parse(text, schema)) for name, text in rules.items()},
        DAY,
    )


def tables(incomes: list[int], homes: list[int], **more: Any) -> dict[str, Table]:
    offsets = np.searchsorted(homes, np.arange(max(homes) + 2))
    return {
        "person": Table(
            len(incomes),
            {"income": Column(np.array(incomes), more.get("known"))},
            {"household": ToOne(np.array(homes)), **more.get("relations", {})},
        ),
        "household": Table(max(homes) + 1, {}, {"members": ToMany(offsets)}),
        "enterprise": Table(0),
    }


def verdicts(made: Program, given: dict[str, Table], name: str = "r", **how: Any) -> list[int]:
    return list(made.run(made.population(given), **how)[name].values)


def test_a_household_with_one_unknown_income_is_unknown_and_the_others_are_not() -> None:
    made = program(r="household.mean_income < 90000")
    known = np.array([True, False, True])
    assert verdicts(made, tables([10, 0, 99_000_0], [0, 0, 1], known=known)) == [-1, -1, 0]


def test_blocks_and_parts_give_what_the_whole_gives() -> None:
    made = program(r="household.mean_income < 50")
    incomes, homes = list(range(100)), sorted(n % 23 for n in range(100))
    whole = verdicts(made, tables(incomes, homes))
    assert whole == verdicts(made, tables(incomes, homes), rows=7)
    parts = [tables(incomes[:50], homes[:50]), tables(incomes[:50], homes[:50])]
    streamed = [list(one["r"].values) for one in made.stream(map(made.population, parts))]
    assert streamed == [verdicts(made, parts[0])] * 2
    assert 1 in whole
    assert 0 in whole


def test_a_column_or_relation_that_is_not_there_is_unknown() -> None:
    made = program(r="disabled", s="employer.small", t="known(note)", u="'poor' in tags")
    given = tables([1, 2], [0, 0])
    answers = made.run(made.population(given))
    assert [list(answers[name].values) for name in "rstu"] == [[-1, -1], [-1, -1], [0, 0], [-1, -1]]


def test_no_spouse_and_nobody_knows_are_not_the_same() -> None:
    spouses = {"spouse": ToOne(np.array([NONE, NOBODY_KNOWS, 0]))}
    given = tables([5, 5, 5], [0, 1, 2], relations=spouses)
    assert verdicts(program(r="any(spouse)"), given) == [0, -1, 1]
    assert verdicts(program(r="spouse.income == 5"), given) == [-1, -1, 1]


@pytest.mark.parametrize("rows", [[0, 7], [0, -3], [0]])
def test_a_relation_must_lead_to_a_row_that_is_there(rows: list[int]) -> None:
    with pytest.raises(WrongFact, match="household"):
        program(r="disabled").population(
            {**tables([1, 2], [0, 0]), "person": Table(2, {}, {"household": ToOne(np.array(rows))})}
        )


def test_a_column_must_be_as_long_as_its_table() -> None:
    with pytest.raises(WrongFact, match="income"):
        Population({"person": Table(3, {"income": Column(np.zeros(2, int))})}, {})


def test_several_where_there_can_be_one_is_refused() -> None:
    one: dict[str, object] = {"income": 3}
    with pytest.raises(WrongFact, match="one at most"):
        population_of(MODEL, {"person": [{"spouse": [one, one]}]})


def test_what_rules_share_is_computed_once() -> None:
    alone = program(r="household.mean_income < 50 and income > 3")
    both = program(r="household.mean_income < 50 and income > 3",
                   s="household.mean_income < 50 or income > 3", t="income > 3")  # fmt: skip
    given = tables([1, 2], [0, 0])
    verdicts(alone, given)
    verdicts(both, given)
    assert both.steps == alone.steps + 1


def test_what_is_said_of_the_household_travels_as_one_truth() -> None:
    made = program(r="household.mean_income < 50 and household.old == 0 and income > 0")
    assert verdicts(made, tables([1, 2, 400], [0, 0, 1])) == [-1, -1, 0]
    plan = next(iter(made._plans.values()))
    carried = [
        step for step in plan.steps if step.looks and step.entity == "person" and step.inputs
    ]
    assert [step.kind for step in carried] == ["boolean"]
