"""OpenFisca's invented country, re-modelled as packs: its own cases give the same numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from minsheng.content.policies import Shelf, read_policies
from minsheng.content.vocabulary import (
    ParamSpec,
    Written,
    build_vocabulary,
    read_vocabulary,
)
from minsheng.engines.policies.decide import decide
from minsheng.engines.policies.spec import Vocabulary
from minsheng.rules import Rule, Scope, ValueType, evaluate

PACKS = Path(__file__).parents[2] / "benchmarks/packs/country-template"
CASES: dict[str, Any] = yaml.safe_load((PACKS / "cases.yaml").read_text(encoding="utf-8"))
POLICIES: dict[str, list[dict[str, Any]]] = CASES.pop("policies")
# What OpenFisca takes for granted where nothing is said; here nothing is 0 because nobody said it.
PERSON = {"birth": date(1970, 1, 1), "role": "adult", "salary": 0, "capital_returns": 0}
TYPES: dict[str, ValueType] = {
    key: one.type
    for entity in read_vocabulary(PACKS / "facts/vocabulary.yaml", shown="")[0].entities.values()
    for key, one in entity.derived.items()
}
HOUSEHOLD = {"rent": 0, "accommodation_size": 0, "housing_occupancy_status": "tenant"}


def vocabulary(params: Mapping[str, Any]) -> Vocabulary:
    spec, node = read_vocabulary(PACKS / "facts/vocabulary.yaml", shown="vocabulary.yaml")
    return build_vocabulary(
        replace(spec, params={key: changed(one, params) for key, one in spec.params.items()}), node
    )


def changed(one: ParamSpec, params: Mapping[str, Any]) -> ParamSpec:
    if one.key not in params:
        return one
    return replace(one, values=(replace(one.values[0], value=Written(params[one.key])),))


def facts(case: Mapping[str, Any]) -> dict[str, Any]:
    """Return the household of a case, or its only person where it is about one."""
    people = [{**PERSON, **one} for one in case.get("people", [case.get("person", {})])]
    household: dict[str, Any] = {**HOUSEHOLD, **case.get("household", {}), "members": people}
    for one in people:
        one["household"] = household
    return people[0] if "person" in case else household


def every(cases: Mapping[str, list[dict[str, Any]]]) -> list[Any]:
    return [
        pytest.param(name, case, id=f"{name}-{number}")
        for name, several in cases.items()
        for number, case in enumerate(several)
    ]


@pytest.mark.parametrize(("name", "case"), every(CASES))
def test_a_variable_comes_to_the_same_number(name: str, case: dict[str, Any]) -> None:
    model = vocabulary(case.get("params", {})).model
    about = "person" if "person" in case else "household"
    rule = Rule.parse(name, model.schema(about), gives=TYPES[name])
    value = evaluate(rule, Scope(facts(case)), on=case["day"])
    assert isinstance(value, int | Fraction), value
    assert round(value) == case["gives"]


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    spec, node = read_vocabulary(PACKS / "facts/vocabulary.yaml", shown="vocabulary.yaml")
    folders = {PACKS / "policies" / name: name for name in POLICIES}
    found, problems = read_policies(folders, {}, spec, node)
    assert found is not None
    assert problems == []
    return found


@pytest.mark.parametrize(("name", "case"), every(POLICIES))
def test_a_policy_gives_the_same(shelf: Shelf, name: str, case: dict[str, Any]) -> None:
    policy, on = shelf.policies[name], case["day"]
    found = decide(policy, Scope(facts(case)), on=on) if policy.in_force(on) else None
    assert (found.amount_fen or 0 if found else 0) == case["gives"]


def test_what_nobody_said_is_not_taken_for_nothing() -> None:
    """OpenFisca gives 600 to an adult of whose salary nothing is known."""
    unknown = {"birth": date(1997, 12, 1), "salary": None}
    rule = Rule.parse("basic_income", vocabulary({}).model.schema("person"), gives="money")
    value = evaluate(rule, Scope(unknown), on=date(2015, 12, 1))
    assert not isinstance(value, int), "unknown, not 600"
