"""What would bring more points: the nearest better band of each line, and the shortest way to pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import combinations, product
from math import ceil
from typing import cast

from minsheng.engines.scoring.counting import Count, band_points, count, count_line
from minsheng.engines.scoring.spec import Facts, Line, Measure, Score, Weights, with_changes

MOST_PARTS = 3
MOST_WAYS = 4


@dataclass(frozen=True, slots=True)
class Change:
    """One fact that would have to be another number."""

    fact: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Raise:
    """A better band: what must change for it, and how many points the whole score gains.

    `gain` counts what is certain: the rise of the lower end of the total.
    """

    part: str
    line: str
    row: int
    changes: tuple[Change, ...]
    gain: Fraction


@dataclass(frozen=True, slots=True)
class Way:
    """Some raises that together pass the mark, and the total they lead to."""

    raises: tuple[Raise, ...]
    total: Fraction


def reach(line: Line, row: int, facts: Facts) -> Facts | None:
    """Return the facts with the fewest units added that bring a line into a band.

    None where a fact is unknown or no amount would do: all of a share that grows with its whole.
    """
    wanted = line.table.rows[row - 1]
    for cell, measure in zip(wanted.cells, line.measures.values(), strict=True):
        if cell.test == "any":
            continue
        value = measure.value(facts)
        if value is None:
            return None
        if cell.test == ">=" and value < cast(Fraction, cell.values[0]):
            raised = _raised(measure, Fraction(cast(Fraction, cell.values[0])), facts)
            if raised is None:
                return None
            facts = raised
    return facts


def raises(
    score: Score, facts: Facts, *, on: date, weights: Weights | None = None
) -> tuple[Raise, ...]:
    """Return for each part the nearest better band, the most points first.

    Where other facts lead to other bands, there is one for each: one right more of either class. A
    fact that several lines read has the nearest of all its bands.
    """
    now = count(score, facts, on=on, weights=weights)
    if now.total is None:
        return ()
    found = list[Raise]()
    for key, part in score.parts.items():
        nearest: dict[tuple[str, ...], Raise] = {}
        for line in part.lines.values():
            for one in _steps(score, key, line, facts, now, on, weights):
                facts_changed = tuple(change.fact for change in one.changes)
                there = nearest.setdefault(facts_changed, one)
                nearest[facts_changed] = min(there, one, key=_distance)
        found += nearest.values()
    return tuple(sorted(found, key=lambda one: -one.gain))


def ways(
    score: Score, facts: Facts, *, on: date, weights: Weights | None = None
) -> tuple[Way, ...]:
    """Return the ways to pass that touch the fewest parts, the smallest total first.

    Of two ways that change the same facts only the one that changes them less is kept. () where the score
    passes already, has no mark, or where three parts aren't enough.
    """
    now = count(score, facts, on=on, weights=weights)
    if score.mark is None or now.total is None or now.passes:
        return ()
    options = {
        key: [
            (key, line, row)
            for line in part.lines.values()
            for row in range(1, len(line.table.rows) + 1)
            if band_points(line, row) > now.part(key).bands.low
        ]
        for key, part in score.parts.items()
    }
    for size in range(1, MOST_PARTS + 1):
        found = [
            way
            for parts in combinations(options, size)
            for steps in product(*(options[part] for part in parts))
            if (way := _way(score, steps, facts, now, on, weights)) is not None
        ]
        if found:
            best = [one for one in found if not any(_is_shorter(two, one) for two in found)]
            return tuple(sorted(best, key=lambda one: one.total))[:MOST_WAYS]
    return ()


def _steps(
    score: Score,
    key: str,
    line: Line,
    facts: Facts,
    now: Count,
    on: date,
    weights: Weights | None,
) -> Iterator[Raise]:
    """Yield the bands of a line that bring more, the nearest first."""
    for row in range(len(line.table.rows), 0, -1):
        if band_points(line, row) <= now.part(key).bands.low:
            continue
        raised = reach(line, row, facts)
        if raised is None:
            continue
        then = count(score, raised, on=on, weights=weights)
        gain = _gain(now, then)
        if gain > 0:
            yield Raise(key, line.key, row, _changes(line, facts, raised), gain)


def _way(
    score: Score,
    steps: Sequence[tuple[str, Line, int]],
    facts: Facts,
    now: Count,
    on: date,
    weights: Weights | None,
) -> Way | None:
    taken: list[Raise] = []
    then, before = now, facts
    for key, line, row in steps:
        after = reach(line, row, before)
        if after is None:
            return None
        further = count(score, after, on=on, weights=weights)
        taken.append(Raise(key, line.key, row, _changes(line, before, after), _gain(then, further)))
        then, before = further, after
    if not then.passes or then.total is None or not all(one.changes for one in taken):
        return None
    return Way(tuple(taken), then.total.low)


def _is_shorter(one: Way, other: Way) -> bool:
    """Whether `one` changes the same facts by less."""
    less, more = _afters(one), _afters(other)
    return (
        less.keys() == more.keys()
        and less != more
        and all(number <= more[fact] for fact, number in less.items())
    )


def _afters(way: Way) -> dict[str, int]:
    return {change.fact: change.after for one in way.raises for change in one.changes}


def _raised(measure: Measure, least: Fraction, facts: Facts) -> Facts | None:
    top = facts[measure.top]
    if not measure.under:
        return with_changes(facts, [(measure.top, ceil(least))])
    under = facts[measure.under]
    if not measure.inside:
        return with_changes(facts, [(measure.top, ceil(least * under))])
    if least >= 1:
        return None
    more = ceil((least * under - top) / (1 - least))
    return with_changes(facts, [(measure.top, top + more), (measure.under, under + more)])


def _changes(line: Line, before: Facts, after: Facts) -> tuple[Change, ...]:
    return tuple(
        Change(name, before[name], after[name])
        for name in line.facts
        if name in before and before[name] != after[name]
    )


def _distance(one: Raise) -> int:
    return sum(change.after - change.before for change in one.changes)


def _gain(now: Count, then: Count) -> Fraction:
    if now.total is None or then.total is None:
        return Fraction(0)
    return then.total.low - now.total.low


def open_facts(score: Score, facts: Facts, *, on: date) -> tuple[tuple[str, Fraction], ...]:
    """Return the facts that nobody has said with how many bands' points hang on each, most first."""
    found: dict[str, Fraction] = {}
    for part in score.parts.values():
        for line in part.lines.values():
            one = count_line(line, facts, on=on)
            for name in one.missing:
                open_points = one.points.high - one.points.low
                found[name] = max(found.get(name, Fraction(0)), open_points)
    return tuple(sorted(found.items(), key=lambda one: -one[1]))
