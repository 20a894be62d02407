"""Tests that stand beside a service: given these facts on this day, expect that plan.

A test file has `tests`, a list, and may have `common`: facts that every test of the file has
unless it says otherwise. Each test is a sentence an officer can check by hand; only what `expect`
names is compared.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Literal

from minsheng.content.asking import asked_fields, materials_at_hand
from minsheng.content.problems import PackError, Place, Problem, error_at, refuse, unknown_word
from minsheng.content.reading import Node, Scalar, read_file
from minsheng.content.references import MATERIALS, SELECTED
from minsheng.content.schema import Builder, scalar_form
from minsheng.content.service import LoadedService, schema_of
from minsheng.engines.casework.plan import Plan, plan
from minsheng.engines.casework.spec import ServiceSpec
from minsheng.lib.errors import MinshengError
from minsheng.lib.workdays import WorkCalendar
from minsheng.rules import Missing, Reason, Unknown, Verdict
from minsheng.rules.schema import checked_fact

Answer = Literal["yes", "no", "unknown"]
Why = Literal["not_asked", "register_silent", "register_none", "refused", "stale"]
_ANSWERS: Mapping[bool | None, Answer] = {True: "yes", False: "no", None: "unknown"}


@dataclass(frozen=True, slots=True)
class Given:
    """One value of a test as it stands in the file, with its place."""

    value: Scalar
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a test expects. None: this test doesn't say."""

    asked: tuple[str, ...] | None = None
    admitted: Answer | None = None
    items: tuple[str, ...] | None = None
    skipped: tuple[str, ...] | None = None
    not_chosen: tuple[str, ...] | None = None
    unsettled: tuple[str, ...] | None = None
    workdays: int | None = None
    finish: date | None = None
    provisional: bool | None = None
    critical: tuple[str, ...] | None = None
    consents: tuple[str, ...] | None = None
    materials_missing: tuple[str, ...] | None = None
    due: Mapping[str, date] = field(default_factory=dict)
    checks: Mapping[str, tuple[Answer, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PackTest:
    """One sentence with its facts and what must follow.

    registers: what registers say. answers: what the applicant says. unknown: fields nobody can
    say, with the reason. selected: the optional items that are chosen; none if nothing is said.
    """

    name: str
    on: date
    registers: Mapping[str, Given] = field(default_factory=dict)
    answers: Mapping[str, Given] = field(default_factory=dict)
    unknown: Mapping[str, Why] = field(default_factory=dict)
    selected: tuple[str, ...] | None = None
    expect: Expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """Facts that every test of a file has unless it says otherwise."""

    registers: Mapping[str, Given] = field(default_factory=dict)
    answers: Mapping[str, Given] = field(default_factory=dict)
    selected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LocatedTest:
    """A test with the place it was read from."""

    test: PackTest
    place: Place


def read_tests(path: Path, *, shown: str) -> tuple[LocatedTest, ...]:
    """Return the tests of one file. Raises PackError with every mistake."""
    parts = read_file(path, shown=shown).mapping
    problems = [
        unknown_word(node.place, name, ("common", "tests"), kind_zh="字段", kind_en="field")
        for name, node in parts.items()
        if name not in ("common", "tests")
    ]
    if problems or "tests" not in parts:
        raise PackError(problems or [error_at(Place(shown, 1), "缺“tests”", "'tests' is missing")])
    common = Builder().build(Common, parts["common"]) if "common" in parts else Common()
    found: list[LocatedTest] = []
    for node in parts["tests"].items:
        try:
            test = Builder().build(PackTest, node)
            found.append(LocatedTest(_with_common(test, common), node.place))
        except PackError as error:
            problems.extend(error.problems)
    names = [located.test.name for located in found]
    problems += [
        error_at(one.place, "两个用例是同一句话", "two tests have the same sentence")
        for one in found
        if names.count(one.test.name) > 1
    ]
    if problems:
        raise PackError(problems)
    return tuple(found)


def _with_common(test: PackTest, common: Common) -> PackTest:
    """Return the test with the common facts it doesn't speak of itself."""
    own = {*test.registers, *test.answers, *test.unknown}
    return replace(
        test,
        registers={**_without(common.registers, own), **test.registers},
        answers={**_without(common.answers, own), **test.answers},
        selected=common.selected if test.selected is None else test.selected,
    )


def _without(given: Mapping[str, Given], keys: Container[str]) -> dict[str, Given]:
    return {key: value for key, value in given.items() if key not in keys}


def run_test(
    spec: ServiceSpec, located: LocatedTest, *, calendar: WorkCalendar
) -> tuple[Problem, ...]:
    """Return what differs from what the test expects; empty when it is green."""
    test, place = located.test, located.place
    try:
        facts = _facts(spec, test, place)
        planned = plan(spec, facts, on=test.on, calendar=calendar)
        compared = list(_compared(spec, test, facts, planned, place))
    except PackError as error:
        return error.problems
    except MinshengError as error:
        return (error_at(place, f"“{test.name}”：{error.zh}", f"'{test.name}': {error.en}"),)
    return tuple(
        error_at(
            place,
            f"“{test.name}”：{name} 应是 {_words(wanted)}，实际是 {_words(real)}",
            f"'{test.name}': {name} should be {_words(wanted)} but is {_words(real)}",
        )
        for name, wanted, real in compared
        if wanted != real
    )


def examples(loaded: LoadedService) -> tuple[Mapping[str, object], ...]:
    """Return the facts of each test of a service, to try it on: what an officer wrote down as a case."""
    spec = loaded.spec
    return tuple(
        _facts(spec, located.test, located.place)
        for path in loaded.tests
        for located in read_tests(path, shown=path.name)
    )


def _facts(spec: ServiceSpec, test: PackTest, place: Place) -> dict[str, object]:
    schema = schema_of(spec.fields, spec.items)
    facts: dict[str, object] = {}
    for key, given in {**test.registers, **test.answers}.items():
        if key not in spec.fields:
            raise PackError(
                [unknown_word(given.place, key, spec.fields, kind_zh="字段", kind_en="field")]
            )
        facts[key] = checked_fact(key, schema.fields[key], given.value)
    for key, why in test.unknown.items():
        if key not in spec.fields:
            raise PackError(
                [unknown_word(place, key, spec.fields, kind_zh="字段", kind_en="field")]
            )
        if key in facts:
            raise refuse(place, f"“{key}”又有值又说不知道", f"'{key}' is both given and unknown")
        facts[key] = Unknown(frozenset({Missing(key, Reason(why))}))
    facts[SELECTED] = frozenset(test.selected or ())
    facts[MATERIALS] = materials_at_hand(spec, answered=test.registers)
    return facts


def _compared(
    spec: ServiceSpec,
    test: PackTest,
    facts: Mapping[str, object],
    planned: Plan,
    place: Place,
) -> Iterator[tuple[str, object, object]]:
    """Yield (name, wanted, real) for everything the test speaks of."""
    expect = test.expect
    asked = asked_fields(spec, facts, answered=test.registers, on=test.on)
    real: dict[str, object] = {
        "asked": tuple(one.key for one in asked),
        "admitted": _ANSWERS[planned.is_admitted],
        "items": tuple(item.key for item in planned.items),
        "skipped": planned.skipped,
        "not_chosen": planned.not_chosen,
        "unsettled": tuple(one.key for one in planned.unknown_conditions),
        "workdays": planned.workdays,
        "finish": planned.finish.day,
        "provisional": planned.finish.provisional,
        "critical": planned.critical_path,
        "consents": tuple(one.subject for one in planned.consents_wanted),
        "materials_missing": tuple(one.key for one in planned.materials_missing),
    }
    for name, value in real.items():
        wanted = getattr(expect, name)
        if wanted is not None:
            yield name, wanted, value
    due = {item.key: item.due.day for item in planned.items}
    for key, day in expect.due.items():
        yield f"due.{key}", day, due.get(key)
    for key, answers in expect.checks.items():
        if key not in spec.items:
            raise PackError([unknown_word(place, key, spec.items, kind_zh="事项", kind_en="item")])
        yield f"checks.{key}", answers, _checks(spec, key, facts, test.on)


def _checks(
    spec: ServiceSpec, item: str, facts: Mapping[str, object], on: date
) -> tuple[Answer, ...]:
    verdicts: list[Verdict] = [check.rule.decide(facts, on=on) for check in spec.items[item].checks]
    return tuple(_ANSWERS[verdict.value] for verdict in verdicts)


def _words(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(str(one) for one in value) + "]"
    return str(value)


def _given(node: Node) -> Given:
    if isinstance(node.value, tuple | Mapping):
        raise refuse(node.place, "这里只能写一个值", "a single value belongs here")
    return Given(node.value, node.place)


scalar_form(Given, _given)
