"""How policies come out for many people at once, with what an officer needs to know of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from minsheng.rules import Facts, Model, Scope, Unknown
from minsheng.rules.columns import Answer, Asked, Population, Program, population_of
from minsheng.rules.interpret import value_of
from minsheng.rules.ir import And, Node


@dataclass(frozen=True, slots=True)
class Subject:
    """One policy: its conditions by key, and what it gives."""

    slug: str
    conditions: Mapping[str, Node]
    amount: Node | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Yes (True), no (False) or unknown (None), the amount in fen, and why not.

    `failing`: the conditions that say no. `missing`: the facts that would settle it, or the amount
    of somebody who qualifies, each by the way to it.
    """

    value: bool | None
    amount_fen: int | None = None
    failing: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def program_of(subjects: Sequence[Subject], model: Model, on: date) -> Program:
    """Return the conditions and amounts of all policies as one program: what they share is done once."""
    asked: dict[str, Asked] = {}
    for one in subjects:
        for key, node in one.conditions.items():
            asked[f"{one.slug}:{key}"] = Asked("person", node)
        if one.amount is not None:
            asked[f"{one.slug}="] = Asked("person", one.amount)
    return Program(model, asked, on)


def screen(
    subjects: Sequence[Subject], people: Sequence[Facts], model: Model, *, on: date
) -> dict[str, list[Outcome]]:
    """Return for each policy how it comes out for each of these people, in their order.

    people: facts as the interpreter reads them, households and all; whoever is only led to is read
    and not screened. Raises WrongFact for a fact of another kind.
    """
    program = program_of(subjects, model, on)
    answers = program.run(population_of(model, {"person": list(people)}))
    scopes: dict[int, Scope] = {}
    return {
        one.slug: [
            _outcome(one, answers, row, scopes.setdefault(row, Scope(facts)), on)
            for row, facts in enumerate(people)
        ]
        for one in subjects
    }


def judged(
    subjects: Sequence[Subject], population: Population, model: Model, *, on: date
) -> dict[str, tuple[Answer, Answer | None]]:
    """Return for each policy the verdicts and the amounts of a whole population, without reasons.

    Of amounts, those of people who don't qualify mean nothing.
    """
    asked: dict[str, Asked] = {}
    for one in subjects:
        asked[one.slug] = Asked("person", _all(one.conditions))
        if one.amount is not None:
            asked[f"{one.slug}="] = Asked("person", one.amount)
    answers = Program(model, asked, on).run(population)
    return {one.slug: (answers[one.slug], answers.get(f"{one.slug}=")) for one in subjects}


def _all(conditions: Mapping[str, Node]) -> Node:
    parts = tuple(conditions.values())
    return parts[0] if len(parts) == 1 else And(parts)


def _outcome(
    one: Subject, answers: Mapping[str, Answer], row: int, scope: Scope, on: date
) -> Outcome:
    verdicts = {key: answers[f"{one.slug}:{key}"].at(row) for key in one.conditions}
    failing = tuple(key for key, value in verdicts.items() if value is False)
    if failing:
        return Outcome(False, failing=failing)
    undecided = [key for key, value in verdicts.items() if value is None]
    if undecided:
        nodes = [one.conditions[key] for key in undecided]
        return Outcome(None, missing=_missing(nodes, scope, on))
    if one.amount is None:
        return Outcome(True)
    amount = answers[f"{one.slug}="].at(row)
    if amount is None:
        return Outcome(True, missing=_missing([one.amount], scope, on))
    return Outcome(True, amount_fen=int(amount))  # type: ignore[arg-type]


def _missing(nodes: Sequence[Node], scope: Scope, on: date) -> tuple[str, ...]:
    """Return the facts that would settle these, as the interpreter finds them."""
    found: set[str] = set()
    for node in nodes:
        value = value_of(node, scope, on)
        if isinstance(value, Unknown):
            found |= {one.field for one in value.missing}
    return tuple(sorted(found))
