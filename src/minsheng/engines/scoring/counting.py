"""Points line by line. What isn't known is a range of points, never nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import cast

from minsheng.engines.scoring.spec import Facts, Line, Mark, Part, Score, Weights
from minsheng.lib.texts import Text
from minsheng.rules import Missing, Reason, Unknown
from minsheng.rules.ir import Const


@dataclass(frozen=True, slots=True)
class Range:
    """Points that are at least `low` and at most `high`; the same where everything is known."""

    low: Fraction
    high: Fraction

    @property
    def is_exact(self) -> bool:
        """Whether nothing is open."""
        return self.low == self.high

    def times(self, factor: Fraction) -> Range:
        """Return both ends times a factor that isn't negative."""
        return Range(self.low * factor, self.high * factor)


@dataclass(frozen=True, slots=True)
class LineCount:
    """What one line came to. `row`: the band it fell into, from 1; 0 where it isn't settled.

    `missing` are the facts that nobody has said; `nothing_under`: a share of nothing, which no band
    speaks of.
    """

    line: Line
    values: Mapping[str, Fraction | None]
    row: int
    points: Range
    missing: tuple[str, ...] = ()
    nothing_under: bool = False


@dataclass(frozen=True, slots=True)
class PartCount:
    """What one part came to. `best` is the line that counts; `points` None without weights."""

    part: Part
    lines: tuple[LineCount, ...]
    best: str
    bands: Range
    weight: Fraction | None
    points: Range | None


@dataclass(frozen=True, slots=True)
class Needed:
    """One condition of passing with its answer; None for unknown."""

    key: str
    text: Text
    value: bool | None


@dataclass(frozen=True, slots=True)
class Count:
    """A whole score. `total` None: not configured, or the stage isn't known.

    `passes` None: open, or the score has no mark. `stage` "" where unknown or where there are none.
    """

    score: Score
    parts: tuple[PartCount, ...]
    total: Range | None
    passes: bool | None
    needed: tuple[Needed, ...]
    stage: str
    is_configured: bool
    missing: tuple[str, ...]

    def part(self, key: str) -> PartCount:
        """Return what one part came to."""
        return next(one for one in self.parts if one.part.key == key)


def count(score: Score, facts: Facts, *, on: date, weights: Weights | None = None) -> Count:
    """Return the points of a holder on a day, line by line, and whether it passes.

    `facts` holds what is known; `weights` are those that officers have confirmed, for a score with
    stages. Without them nothing is added up, and `is_configured` is False.
    """
    stage = _stage(score, facts, on)
    own = (weights or {}).get(stage) if score.stages else None
    parts = tuple(_part(one, facts, on, score, own) for one in score.parts.values())
    total = _sum(parts)
    needed = _needed(score.mark, facts, on, parts, total) if score.mark and total else ()
    return Count(
        score=score,
        parts=parts,
        total=total,
        passes=_all(needed) if needed else None,
        needed=needed,
        stage=stage,
        is_configured=not score.stages or set(score.stages) <= set(weights or {}),
        missing=tuple(name for name in score.used if name not in facts),
    )


def count_line(line: Line, facts: Facts, *, on: date) -> LineCount:
    """Return what one line comes to with the facts that are known."""
    values = {key: one.value(facts) for key, one in line.measures.items()}
    given: dict[str, object] = {
        key: _unknown(key) if value is None else value if line.measures[key].under else int(value)
        for key, value in values.items()
    }
    outcome = line.table.decide(given, on=on)
    reached = [band_points(line, row) for row in outcome.rows]
    missing = tuple(name for name in line.facts if name not in facts)
    return LineCount(
        line=line,
        values=values,
        row=outcome.rows[0] if len(outcome.rows) == 1 else 0,
        points=Range(min(reached), max(reached)),
        missing=missing,
        nothing_under=not missing and None in values.values(),
    )


def band_points(line: Line, row: int) -> Fraction:
    """Return what a band brings; rows count from 1."""
    outcome = line.table.rows[row - 1].outcome
    return Fraction(cast(int, outcome.value)) if isinstance(outcome, Const) else Fraction(0)


def _part(
    part: Part, facts: Facts, on: date, score: Score, weights: Mapping[str, Fraction] | None
) -> PartCount:
    lines = tuple(count_line(one, facts, on=on) for one in part.lines.values())
    bands = Range(max(one.points.low for one in lines), max(one.points.high for one in lines))
    best = max(lines, key=lambda one: (one.points.low, one.points.high))
    weight = None if weights is None else weights[part.key]
    points: Range | None = bands
    if score.stages:
        points = None if weight is None else bands.times(weight / part.most)
    return PartCount(part, lines, best.line.key, bands, weight, points)


def _stage(score: Score, facts: Facts, on: date) -> str:
    if score.stage_of is None:
        return ""
    given = {
        name: facts[name] if name in facts else _unknown(name) for name in score.stage_of.fields
    }
    return str(score.stage_of.decide(given, on=on).value or "")


def _unknown(name: str) -> Unknown:
    return Unknown(frozenset({Missing(name, Reason.NOT_ASKED)}))


def _sum(parts: tuple[PartCount, ...]) -> Range | None:
    points = [one.points for one in parts]
    if any(one is None for one in points):
        return None
    known = [one for one in points if one is not None]
    return Range(
        sum((one.low for one in known), Fraction(0)), sum((one.high for one in known), Fraction(0))
    )


def _needed(
    mark: Mark, facts: Facts, on: date, parts: tuple[PartCount, ...], total: Range
) -> tuple[Needed, ...]:
    least = Text(f"总分满 {mark.least} 分", f"at least {mark.least} points in all")
    found = [Needed("least", least, _reaches(total, Fraction(mark.least)))]
    for one in parts:
        if one.part.key in mark.never_zero and one.points is not None:
            text = Text(
                f"“{one.part.title.zh}”不能是 0 分", f"'{one.part.title.to('en')}' isn't zero"
            )
            low, high = one.points.low, one.points.high
            value = True if low > 0 else False if high == 0 else None
            found.append(Needed(one.part.key, text, value))
    found += [
        Needed(one.key, one.text, one.rule.decide(dict(facts), on=on).value)
        for one in mark.conditions
    ]
    return tuple(found)


def _reaches(total: Range, least: Fraction) -> bool | None:
    if total.low >= least:
        return True
    return False if total.high < least else None


def _all(needed: tuple[Needed, ...]) -> bool | None:
    """Return Kleene's "and": one no is enough, and without a no one unknown leaves it open."""
    values = {one.value for one in needed}
    if False in values:
        return False
    return None if None in values else True
