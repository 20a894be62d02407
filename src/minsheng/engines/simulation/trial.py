"""A policy before and after a change, over a whole population, in one pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from minsheng.rules import Model, Value
from minsheng.rules.columns import Answer, Asked, Population, Program
from minsheng.rules.ir import Node

from .plan import Plan, changed

UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class Group:
    """How people are divided: by a value, or by the bands that begin at `edges`.

    node None: by `labels`, one for each person, "" where nobody knows.
    """

    node: Node | None = None
    edges: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """A policy added up: how many get it, how many are unknown, what it costs in fen.

    `open`: those who get it and of whom the amount isn't known; they aren't in `cost_fen`.
    """

    yes: int
    unknown: int
    cost_fen: int
    open: int


@dataclass(frozen=True, slots=True)
class Band:
    """What a change means for one group of people.

    `winners` and `losers` get more or less, or get it and didn't, or did and don't. `undecided`:
    before or after can't be told.
    """

    people: int
    winners: int
    losers: int
    same: int
    undecided: int
    gain_fen: int
    loss_fen: int


@dataclass(frozen=True, slots=True)
class Trial:
    """A change tried: both sides, everybody together, and by group: name of grouping → band → who."""

    before: Side
    after: Side
    everybody: Band
    groups: Mapping[str, Mapping[str, Band]]

    @property
    def more_fen(self) -> int:
        """What the change costs more each time it is paid."""
        return self.after.cost_fen - self.before.cost_fen


@dataclass(frozen=True, slots=True)
class Point:
    """What a policy costs with a parameter at one value."""

    value: Value
    side: Side


def tried(
    before: Plan,
    after: Plan,
    population: Population,
    model: Model,
    *,
    on: date,
    groups: Mapping[str, Group] | None = None,
) -> Trial:
    """Return what changes between two plans for the persons of a population on a day.

    Both are one program: what they share, derived facts above all, is worked out once. Amounts are
    whole fen. Raises ValueError for labels that don't fit the population.
    """
    groups = groups or {}
    asked = {**_asked("before", before), **_asked("after", after)}
    for name, group in groups.items():
        if group.node is not None:
            asked[f"by:{name}"] = Asked("person", group.node)
    answers = Program(model, asked, on).run(population)
    count = population.tables["person"].count
    old, new = _gets(answers, "before"), _gets(answers, "after")
    return Trial(
        _side(answers, "before"),
        _side(answers, "after"),
        _band(old, new, np.ones(count, dtype=bool)),
        {
            name: {
                label: _band(old, new, rows)
                for label, rows in _divided(group, answers.get(f"by:{name}"), count).items()
            }
            for name, group in groups.items()
        },
    )


def curve(
    plan: Plan,
    name: str,
    values: Sequence[Value],
    population: Population,
    model: Model,
    *,
    on: date,
    smallest: int = 1,
) -> tuple[Point, ...]:
    """Return what a plan costs with one parameter at each of some values, in one pass.

    smallest: a value at which fewer get it, or between which and the one shown before it fewer get
    something else, is left out: the difference would tell of them. Raises KeyError for a parameter
    the plan doesn't have.
    """
    asked: dict[str, Asked] = {}
    for at, value in enumerate(values):
        asked |= _asked(str(at), changed(plan, {name: value}))
    answers = Program(model, asked, on).run(population)
    shown: list[Point] = []
    last: tuple[Any, Any] | None = None
    for at, value in enumerate(values):
        side, now = _side(answers, str(at)), _gets(answers, str(at))
        moved = 0 if last is None else _moved(last, now)
        if not any(0 < count < smallest for count in (side.yes, moved)):
            shown.append(Point(value, side))
            last = now
    return tuple(shown)


def _moved(old: tuple[Any, Any], new: tuple[Any, Any]) -> int:
    """Return of how many what they get, or whether it is known, isn't the same."""
    (before, before_known), (after, after_known) = old, new
    differs = (before != after) & before_known & after_known
    return int((differs | (before_known != after_known)).sum())


def _asked(name: str, plan: Plan) -> dict[str, Asked]:
    found = {name: Asked("person", plan.condition)}
    if plan.amount is not None:
        found[f"{name}="] = Asked("person", plan.amount)
    return found


def _side(answers: Mapping[str, Answer], name: str) -> Side:
    verdicts = answers[name].values
    yes = verdicts == 1
    amount = answers.get(f"{name}=")
    if amount is None:
        return Side(int(yes.sum()), int((verdicts == -1).sum()), 0, 0)
    paid = yes & amount.known
    return Side(
        int(yes.sum()),
        int((verdicts == -1).sum()),
        _total(amount.values[paid]),
        int((yes & ~amount.known).sum()),
    )


def _total(values: Any) -> int:
    """Return the exact sum of whole numbers, also where it doesn't fit 64 bits."""
    return sum(int(part.sum(dtype=object)) for part in np.array_split(values, 64) if len(part))


def _gets(answers: Mapping[str, Answer], name: str) -> tuple[Any, Any]:
    """Return what each gets (fen, or 1 where it gives no money), and where that is known."""
    verdicts = answers[name].values
    amount = answers.get(f"{name}=")
    if amount is None:
        return (verdicts == 1).astype(np.int64), verdicts != -1
    known = (verdicts == 0) | ((verdicts == 1) & amount.known)
    return np.where((verdicts == 1) & amount.known, amount.values, 0), known


def _band(old: tuple[Any, Any], new: tuple[Any, Any], rows: Any) -> Band:
    (before, before_known), (after, after_known) = old, new
    known = rows & before_known & after_known
    more, less = known & (after > before), known & (after < before)
    return Band(
        people=int(rows.sum()),
        winners=int(more.sum()),
        losers=int(less.sum()),
        same=int((known & (after == before)).sum()),
        undecided=int((rows & ~(before_known & after_known)).sum()),
        gain_fen=_total((after - before)[more]),
        loss_fen=_total((before - after)[less]),
    )


def _divided(group: Group, answer: Answer | None, count: int) -> dict[str, Any]:
    """Return for each band the rows in it, in the order of the bands; the unknown come last."""
    if answer is None:
        if len(group.labels) != count:
            raise ValueError("one label for each person")
        labels = np.array([label or UNKNOWN for label in group.labels], dtype=object)
        order = sorted(set(labels) - {UNKNOWN})
    elif group.edges:
        names = ["", *(str(edge) for edge in group.edges)]
        at = np.zeros(count, dtype=np.int64)
        for edge in group.edges:
            at += np.where(answer.known, answer.values, group.edges[0] - 1) >= edge
        labels = np.array([names[place] for place in at], dtype=object)
        labels[~answer.known] = UNKNOWN
        order = names
    else:
        values = [answer.at(row) for row in range(count)]
        labels = np.array([UNKNOWN if value is None else str(value) for value in values], object)
        order = sorted(set(labels) - {UNKNOWN})
    found = {label: labels == label for label in (*order, UNKNOWN)}
    return {label: rows for label, rows in found.items() if rows.any()}
