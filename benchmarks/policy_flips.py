"""Smallest flips beside brute force over every set of at most four facts, for invented people.

Brute force shares nothing with the search but the interpreter: it takes each set of facts in order
of size and tries every combination of values of a grid of its own.
"""

from __future__ import annotations

import copy
import random
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations, product
from typing import Any

from minsheng.engines.policies.flips import Flips, FlipSet, Lever, Levers, Who, flips
from minsheng.engines.policies.regions import Bounds
from minsheng.lib.texts import Text
from minsheng.rules import (
    DerivedSource,
    Entity,
    FieldKind,
    Model,
    Param,
    ParamValue,
    Relation,
    Rule,
    Unknown,
    evaluate,
)

ON = date(2026, 12, 1)
BRUTE_STEPS = 60_000

PERSON = Entity(
    {
        "birth": FieldKind("date", label=Text("出生日期", "date of birth")),
        "income": FieldKind("money", label=Text("月收入", "monthly income")),
        "lives_here": FieldKind("boolean", label=Text("常住本区", "lives here")),
        "disabled": FieldKind("boolean", label=Text("持残疾人证", "disabled")),
        "work": FieldKind("choice", ("unit", "flexible", "none"), Text("就业情况", "work")),
        "insured_months": FieldKind(
            "integer", label=Text("参保月数", "months insured"), unit=Text("个月", "months")
        ),
        "schemes": FieldKind("set", ("pension", "medical"), Text("参加的保险", "insurances")),
        "paid": FieldKind("money", label=Text("自己交的社保费", "own contributions")),
        "rate": FieldKind("number", label=Text("缴费比例", "rate")),
    },
    {
        "household": Relation("household", Text("家庭", "household")),
        "spouse": Relation("person", Text("配偶", "spouse")),
    },
    {
        "age": DerivedSource(FieldKind("integer", label=Text("周岁", "age")), "age_years(birth)"),
        "band": DerivedSource(
            FieldKind("integer", label=Text("档次", "band")),
            table={
                "inputs": ["age", "disabled"],
                "gives": "integer",
                "rows": [
                    {"age": ">= 80", "then": 3},
                    {"age": "60..79", "disabled": True, "then": 2},
                    {"age": "60..79", "disabled": False, "then": 1},
                    {"age": "< 60", "then": 0},
                ],
            },
        ),
    },
)
HOUSEHOLD = Entity(
    {
        "rural": FieldKind("boolean", label=Text("农村家庭", "rural household")),
        "savings": FieldKind("money", label=Text("存款", "savings")),
    },
    {"members": Relation("person", Text("家庭成员", "members"), many=True)},
    {
        "mean_income": DerivedSource(
            FieldKind("number", label=Text("人均月收入", "income per head")),
            "sum(members, income) / count(members)",
        )
    },
)
PARAMS = {
    "line": Param(
        "money",
        (ParamValue(date(2020, 1, 1), 700_00), ParamValue(date(2027, 7, 1), 760_00)),
        Text("低保标准", "minimum living line"),
    ),
}
MODEL = Model.build({"person": PERSON, "household": HOUSEHOLD}, PARAMS)

RULES = {
    "minimum": "lives_here and household.mean_income < line and household.savings <= 200_0000",
    "elder": "age >= 60 and lives_here and (disabled or income < 1000_00)",
    "flexible": "work == 'flexible' and insured_months >= 12 and insured_months < 36"
    " and 'pension' in schemes and not ('medical' in schemes and income > 5000_00)",
    "child": "any(household.members, age_years(birth) < 3) and household.rural and income <= 3000_00",
    "band": "band >= 2 and household.savings + 2 * income < 5000_00",
    "relief": "round_fen(paid * rate) >= 200_00 and paid <= 1500_00 and work in ['flexible', 'none']",
    "couple": "any(spouse, disabled) and income + 100_00 < spouse.income"
    " or work == 'none' and not lives_here",
    "carer": "(any(household.members, disabled) or any(household.members, age >= 80))"
    " and all(household.members, income < 2000_00) and work != 'unit'",
}
WHO: dict[str, Who] = {
    "birth": Who.TIME, "disabled": Who.OFFICE, "income": Who.PERSON, "lives_here": Who.PERSON,
    "work": Who.PERSON, "insured_months": Who.TIME, "schemes": Who.PERSON, "paid": Who.PERSON,
    "rate": Who.OFFICE, "household.rural": Who.OFFICE, "household.savings": Who.PERSON,
    "household.members[].income": Who.PERSON, "spouse.income": Who.PERSON,
}  # fmt: skip


def person(rng: random.Random, *, deep: bool = True) -> dict[str, Any]:
    """Return an invented person; a twentieth of the facts is missing."""
    age_days = rng.choice([rng.randint(0, 1500), rng.randint(6000, 33_000)])
    facts: dict[str, Any] = {
        "birth": ON - timedelta(days=age_days),
        "income": rng.choice([0, rng.randint(0, 900_00), rng.randint(0, 8000_00)]),
        "lives_here": rng.random() < 0.7,
        "disabled": rng.random() < 0.2,
        "work": rng.choice(["unit", "flexible", "none"]),
        "insured_months": rng.randint(0, 60),
        "schemes": frozenset(s for s in ("pension", "medical") if rng.random() < 0.5),
        "paid": rng.randint(0, 2000_00),
        "rate": Fraction(rng.randint(0, 20), 20),
    }
    facts = {name: None if rng.random() < 0.05 else value for name, value in facts.items()}
    if deep:
        members = [person(rng, deep=False) for _ in range(rng.randint(1, 3))]
        facts["household"] = {
            "rural": rng.random() < 0.5,
            "savings": rng.randint(0, 400_0000),
            "members": members,
        }
        facts["spouse"] = [person(rng, deep=False)] if rng.random() < 0.6 else []
    return facts


def grid(path: str, now: Any) -> list[Any]:
    """Return the values that brute force tries of a fact, all of them other than the present one."""
    name = path.rpartition(".")[2]
    kind = (PERSON.fields | HOUSEHOLD.fields)[name]
    match kind.type:
        case "boolean":
            values: list[Any] = [True, False]
        case "choice":
            values = list(kind.options)
        case "set":
            values = [frozenset(c) for n in range(3) for c in combinations(kind.options, n)]
        case "date":
            values = [ON - timedelta(days=days) for days in (0, 400, 9000, 23_000, 33_000)]
        case "number":
            values = [Fraction(n, 4) for n in range(0, 9, 2)]
        case "integer":
            values = [0, 11, 12, 20, 36, 50]
        case _:
            values = [0, 40_00, 250_00, 800_00, 1400_00, 1999_00, 4000_00, 9000_00]
    return [value for value in values if value != now]


def paths_of(facts: Mapping[str, Any], names: tuple[str, ...]) -> list[str]:
    """Return the way to every fact that a rule may read for one case."""
    return list(dict.fromkeys(path for name in names for path in _spread(facts, name, "")))


def _spread(facts: Any, name: str, way: str) -> Iterator[str]:
    step, dot, rest = name.partition(".")
    if not dot:
        if name.removesuffix("[]") not in ("household", "spouse", "members"):
            yield way + name
        return
    key = step.removesuffix("[]")
    there = facts.get(key)
    several = there if isinstance(there, list) else [there]
    if not step.endswith("[]") and len(several) != 1:
        return
    for number, one in enumerate(several):
        if one:
            mark = f"{key}[{number}]." if step.endswith("[]") else f"{key}."
            yield from _spread(one, rest, way + mark)


def read(facts: Any, path: str) -> Any:
    """Return the fact at the end of a way."""
    *way, last = path.split(".")
    for step in way:
        facts = _step(facts, step)
    return facts.get(last)


def _step(facts: Any, step: str) -> Any:
    name, _, number = step.partition("[")
    there = facts[name]
    if isinstance(there, list):
        return there[int(number[:-1]) if number else 0]
    return there


def write(facts: Any, path: str, value: Any) -> None:
    """Change the fact at the end of a way."""
    *way, last = path.split(".")
    for step in way:
        facts = _step(facts, step)
    facts[last] = value


def verdict(rule: Rule, facts: Mapping[str, Any], on: date = ON) -> bool | None:
    """Return what the interpreter says."""
    value = evaluate(rule, facts, on=on)
    return None if isinstance(value, Unknown) else value is True


def brute_size(rule: Rule, facts: Mapping[str, Any], only: Who | None = None) -> int | None:
    """Return the size of the smallest set that flips, 0 for none of up to four, None: too many."""
    wanted = not verdict(rule, facts)
    paths = [p for p in paths_of(facts, rule.fields) if only is None or who_of(p) is only]
    trial, steps = copy.deepcopy(dict(facts)), 0
    grids = {path: grid(path, read(facts, path)) for path in paths}
    for size in range(1, 5):
        for chosen in combinations(paths, size):
            for values in product(*(grids[path] for path in chosen)):
                steps += 1
                if steps > BRUTE_STEPS:
                    return None
                for path, value in zip(chosen, values, strict=True):
                    write(trial, path, value)
                if verdict(rule, trial) is wanted:
                    return size
            for path in chosen:
                write(trial, path, read(facts, path))
    return 0


def who_of(path: str) -> Who:
    """Return who can change a fact, as the search is told."""
    return WHO.get(path) or WHO.get(re.sub(r"\[[0-9]+\]", "[]", path)) or Who.NOBODY


def levers() -> Levers:
    """Return who can change what, with the bounds that brute force keeps to."""
    return {path: Lever(who, Bounds(0, 2) if path == "rate" else None) for path, who in WHO.items()}


def applied(facts: Mapping[str, Any], found: FlipSet, without: str = "") -> dict[str, Any]:
    """Return the facts with a set of changes made, all but one when `without` names it."""
    changed = copy.deepcopy(dict(facts))
    for change in found.changes:
        if change.path != without:
            write(changed, change.path, change.value)
    return changed


def mistakes(rule: Rule, facts: Mapping[str, Any], found: Flips) -> list[str]:
    """Return what is wrong with an answer: sets that don't flip, facts that needn't be named."""
    wrong: list[str] = []
    wanted = not found.verdict
    for one in (*found.smallest, *found.by_person):
        if verdict(rule, applied(facts, one)) is not wanted:
            wrong.append(f"{sorted(one.paths)} does not flip")
        wrong += [
            f"{path} needn't be named"
            for path in one.paths
            if verdict(rule, applied(facts, one, without=path)) is wanted
        ]
    return wrong


@dataclass(frozen=True, slots=True)
class Report:
    """How the search and brute force compare. Times in milliseconds of this machine."""

    people: int
    known: int
    sizes: dict[int, int]
    unequal: tuple[str, ...]
    mistakes: tuple[str, ...]
    beyond_brute: int
    cut_short: int
    median_ms: float
    slowest_ms: float


def compare(people: int = 1_000, seed: int = 1, rules: Mapping[str, str] = RULES) -> Report:
    """Return the comparison for so many invented people, each with one of the rules in turn."""
    rng = random.Random(seed)
    read_rules = [(name, Rule.parse(text, MODEL.schema("person"))) for name, text in rules.items()]
    sizes: Counter[int] = Counter()
    unequal: list[str] = []
    wrong: list[str] = []
    times: list[float] = []
    beyond = short = 0
    for number in range(people):
        name, rule = read_rules[number % len(read_rules)]
        facts = person(rng)
        start = time.perf_counter()
        found = flips(rule, facts, levers(), on=ON)
        times.append((time.perf_counter() - start) * 1000)
        if found.verdict is None:
            times.pop()
            continue
        sizes[found.size] += 1
        short += not found.is_complete
        wrong += [f"{name} {number}: {told}" for told in mistakes(rule, facts, found)]
        by_person = len(found.by_person[0].changes) if found.by_person else 0
        for only, size in ((None, found.size), (Who.PERSON, by_person)):
            brute = brute_size(rule, facts, only)
            beyond += brute is None
            if brute is not None and brute != size:
                unequal.append(f"{name} {number}, {only or 'all'}: {size}, brute force {brute}")
    times.sort()
    return Report(
        people, len(times), dict(sorted(sizes.items())), tuple(unequal), tuple(wrong), beyond,
        short, times[len(times) // 2], times[-1],
    )  # fmt: skip
