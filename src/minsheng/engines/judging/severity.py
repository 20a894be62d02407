"""How good a work is and how severe a judge: the many-facet Rasch model on a scoring sheet.

The model is `kit/facets.py`, with responses that carry their criterion's weight. Where the design is too thin,
means adjusted for works; where judges share nothing, plain means and no severity at all.
See docs/engines/judging.md for what was compared with simulated truth.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Generic, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from minsheng.engines.judging.assignment import pieces
from minsheng.engines.kit.facets import Facets, Ratings, fit_sheets

Work = TypeVar("Work", bound=Hashable)
Person = TypeVar("Person", bound=Hashable)
Floats = NDArray[np.float64]
Method = Literal["facets", "adjusted means", "plain means"]
LEAST_SHEETS = 5
"""A judge with fewer sheets has no severity by the model."""
NOISY, MUTED = 1.5, 0.5
"""Mean squares outside this range are marked. Source: Linacre (2002), Rasch Meas. Trans. 16:2, 878."""
FAR = 2.0
STEP = 1e-4
"""Logits between which the slope of points is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """A line of the scoring sheet; `weight` counts in the total."""

    key: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The grades of each criterion: whole numbers from `lowest` to `highest`."""

    lowest: int
    highest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating(Generic[Work, Person]):
    """One judge's sheet for one work: a grade for every criterion."""

    work: Work
    judge: Person
    grades: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkFinding(Generic[Work]):
    """`plain`: mean total of 0–100. `fair`: what average judges would give, with its error (NaN: unknown).

    `measure` and `measure_error` in logits, NaN unless by the model. `spread`: widest gap of totals.
    """

    work: Work
    sheets: int
    plain: float
    fair: float
    fair_error: float
    measure: float
    measure_error: float
    spread: float


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeFinding(Generic[Person]):
    """`severity_points`: how many points of 100 lower than the average judge, with its error.

    `severity` in logits and `infit`, `outfit` are NaN unless by the model. `marks`: what to look at:
    "severe", "lenient", "noisy" (grades that don't fit the others'), "muted" (grades too alike),
    "one_sided" (only the lowest or only the highest grade).
    """

    judge: Person
    sheets: int
    mean: float
    severity_points: float
    severity_error: float
    severity: float
    infit: float
    outfit: float
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(Generic[Work, Person]):
    """What the sheets say. `halo`: how much more sheets vary than independent grades would (≥ 1).

    `agreement`: share of pairs of judges on one work and criterion at most one grade apart;
    `reliability`: share of the spread of works that isn't error, in 0–1. NaN where unknown.
    """

    method: Method
    works: Mapping[Work, WorkFinding[Work]]
    judges: Mapping[Person, JudgeFinding[Person]]
    agreement: float
    reliability: float
    halo: float


def measure(
    ratings: Sequence[Rating[Work, Person]], *, criteria: Sequence[Criterion], scale: Scale
) -> Finding[Work, Person]:
    """Return measures of works and judges from whole sheets, one for each judge and work.

    Raises ValueError for a grade off the scale, a criterion left out or unknown, or a sheet twice.
    """
    _check(ratings, criteria, scale)
    sheets = _Sheets(ratings, criteria, scale)
    plain = _plain(sheets)
    if not ratings or len(sheets.judges) < 2 or pieces(sheets.pairs) > 1:
        return plain
    loads = Counter(one.judge for one in ratings)
    free = len(ratings) - len(sheets.works) - len(sheets.judges) + 1
    if free >= len(sheets.judges) and min(loads.values()) >= LEAST_SHEETS:
        found = _by_facets(sheets, plain)
        if found is not None:
            return found
    return _by_means(sheets, plain, free)


class _Sheets(Generic[Work, Person]):
    """Ratings as arrays: `grades` (sheets, criteria) from 0, `totals` (sheets,) of 0–100."""

    def __init__(
        self, ratings: Sequence[Rating[Work, Person]], criteria: Sequence[Criterion], scale: Scale
    ) -> None:
        self.works = list(dict.fromkeys(one.work for one in ratings))
        self.judges = list(dict.fromkeys(one.judge for one in ratings))
        self.pairs = [(one.work, one.judge) for one in ratings]
        at_work = {one: at for at, one in enumerate(self.works)}
        at_judge = {one: at for at, one in enumerate(self.judges)}
        self.work = np.array([at_work[one.work] for one in ratings], dtype=np.intp)
        self.judge = np.array([at_judge[one.judge] for one in ratings], dtype=np.intp)
        self.weights = np.array([one.weight for one in criteria], dtype=float)
        self.scale = scale
        self.grades = np.array(
            [[one.grades[line.key] for line in criteria] for one in ratings], dtype=float
        ).reshape(len(ratings), len(criteria))
        self.totals = self.points(self.grades)

    def points(self, grades: Floats) -> Floats:
        """Return totals of 0–100 from grades (…, criteria)."""
        share: Floats = grades / self.scale.highest
        return np.asarray(100 * (share @ self.weights) / self.weights.sum(), dtype=float)


def _check(
    ratings: Sequence[Rating[Work, Person]], criteria: Sequence[Criterion], scale: Scale
) -> None:
    keys = {one.key for one in criteria}
    if not keys or any(one.weight <= 0 for one in criteria) or scale.highest <= scale.lowest:
        raise ValueError("at least one criterion, weights above nought, a scale of two grades")
    if len({(one.work, one.judge) for one in ratings}) != len(ratings):
        raise ValueError("a judge has one sheet for each work")
    for one in ratings:
        if set(one.grades) != keys:
            raise ValueError(f"the sheet of {one.work} needs exactly {sorted(keys)}")
        if any(not scale.lowest <= grade <= scale.highest for grade in one.grades.values()):
            raise ValueError(f"a grade for {one.work} is off the scale")


def _plain(sheets: _Sheets[Work, Person]) -> Finding[Work, Person]:
    of_work, of_judge = defaultdict(list), defaultdict(list)
    for work, judge, total in zip(sheets.work, sheets.judge, sheets.totals, strict=True):
        of_work[int(work)].append(float(total))
        of_judge[int(judge)].append(float(total))
    nan = float("nan")
    works = {
        one: WorkFinding(
            work=one, sheets=len(of_work[at]), plain=float(np.mean(of_work[at])),
            fair=float(np.mean(of_work[at])), fair_error=nan, measure=nan, measure_error=nan,
            spread=max(of_work[at]) - min(of_work[at]),
        )
        for at, one in enumerate(sheets.works)
    }  # fmt: skip
    judges = {
        one: JudgeFinding(
            judge=one, sheets=len(of_judge[at]), mean=float(np.mean(of_judge[at])),
            severity_points=nan, severity_error=nan, severity=nan, infit=nan, outfit=nan, marks=(),
        )
        for at, one in enumerate(sheets.judges)
    }  # fmt: skip
    return Finding(
        method="plain means", works=works, judges=judges, agreement=_agreement(sheets),
        reliability=nan, halo=nan,
    )  # fmt: skip


def _agreement(sheets: _Sheets[Work, Person]) -> float:
    near = total = 0
    for work in range(len(sheets.works)):
        for one, other in combinations(np.flatnonzero(sheets.work == work), 2):
            gaps = np.abs(sheets.grades[one] - sheets.grades[other])
            near, total = near + int((gaps <= 1).sum()), total + gaps.size
    return near / total if total else float("nan")


def _by_means(
    sheets: _Sheets[Work, Person], plain: Finding[Work, Person], free: int
) -> Finding[Work, Person]:
    """Least squares of totals on works and judges; judges' effects add up to nought."""
    count, many = len(sheets.works), len(sheets.judges)
    rows = np.arange(len(sheets.totals))
    design = np.zeros((len(rows), count + many))
    design[rows, sheets.work], design[rows, count + sheets.judge] = 1.0, -1.0
    level = np.zeros((1, count + many))
    level[0, count:] = 1.0
    inner = np.linalg.inv(design.T @ design + level.T @ level)
    effect = inner @ design.T @ sheets.totals
    left = sheets.totals - design @ effect
    noise = float(left @ left) / free if free > 0 else float("nan")
    errors = np.sqrt(np.diag(inner @ design.T @ design @ inner) * noise)
    severity, severity_errors = effect[count:], errors[count:]
    works = {
        one: _moved(plain.works[one], effect[at], errors[at]) for at, one in enumerate(sheets.works)
    }
    judges = {
        one: _judged(plain.judges[one], severity[at], severity_errors[at])
        for at, one in enumerate(sheets.judges)
    }
    return Finding(
        method="adjusted means", works=works, judges=judges, agreement=plain.agreement,
        reliability=_reliability(effect[:count], errors[:count]), halo=float("nan"),
    )  # fmt: skip


def _by_facets(
    sheets: _Sheets[Work, Person], plain: Finding[Work, Person]
) -> Finding[Work, Person] | None:
    """The model; None where only one grade was ever given or it doesn't settle."""
    values, scores = np.unique(sheets.grades, return_inverse=True)
    if len(values) < 2:
        return None
    found = fit_sheets(_ratings(sheets, scores.ravel()))
    if {"not_converged", "no_errors"} & {*found.warnings}:
        return None
    fair, fair_error = _fair(sheets, found, values)
    typical = float(np.mean(found.ability))
    at = _points(
        sheets, found, values, np.append(typical - found.severity, [typical, typical + STEP])
    )
    points, per_logit = at[-2] - at[:-2], (at[-1] - at[-2]) / STEP
    works = {
        one: WorkFinding(
            work=one, sheets=plain.works[one].sheets, plain=plain.works[one].plain,
            fair=float(fair[at]), fair_error=float(fair_error[at]),
            measure=float(found.ability[at]), measure_error=float(found.ability_error[at]),
            spread=plain.works[one].spread,
        )
        for at, one in enumerate(sheets.works)
    }  # fmt: skip
    judges = {
        one: _judged(
            plain.judges[one], points[at], per_logit * found.severity_error[at],
            severity=found.severity[at], infit=found.infit[at], outfit=found.outfit[at],
            flags=found.judge_flags[at],
        )
        for at, one in enumerate(sheets.judges)
    }  # fmt: skip
    return Finding(
        method="facets", works=works, judges=judges, agreement=plain.agreement,
        reliability=found.reliability if len(sheets.works) > 1 else float("nan"), halo=found.halo,
    )  # fmt: skip


def _ratings(sheets: _Sheets[Work, Person], scores: NDArray[np.intp]) -> Ratings:
    """Return one rating for each grade; grades that nobody gave fall out."""
    count, lines = sheets.grades.shape
    return Ratings(
        np.repeat(sheets.work, lines),
        np.repeat(sheets.judge, lines),
        np.tile(np.arange(lines), count),
        scores,
        tuple(str(at) for at in range(len(sheets.works))),
        tuple(str(at) for at in range(len(sheets.judges))),
        tuple(str(at) for at in range(lines)),
        np.tile(sheets.weights, count),
    )


def _points(
    sheets: _Sheets[Work, Person], found: Facets, values: Floats, measures: Floats
) -> Floats:
    """Return the total of 0–100 that the average judge gives at each measure."""
    return sheets.points(found.chances(measures) @ values)


def _fair(sheets: _Sheets[Work, Person], found: Facets, values: Floats) -> tuple[Floats, Floats]:
    """Return each work's fair total, averaged over what is known of it, and its error."""
    points = _points(sheets, found, values, found.nodes)
    fair, ability = found.posterior @ points, found.posterior @ found.nodes
    error = np.sqrt(np.maximum(found.posterior @ points**2 - fair**2, 0))
    alone = np.sqrt(np.maximum(found.posterior @ found.nodes**2 - ability**2, 0))
    # the part that severities add to the error of the measure, it adds to the total as well
    return fair, error * found.ability_error / np.maximum(alone, 1e-9)


def _moved(one: WorkFinding[Work], fair: float, error: float) -> WorkFinding[Work]:
    nan = float("nan")
    return WorkFinding(
        work=one.work, sheets=one.sheets, plain=one.plain, fair=float(fair),
        fair_error=float(error), measure=nan, measure_error=nan, spread=one.spread,
    )  # fmt: skip


def _judged(
    one: JudgeFinding[Person],
    points: float,
    error: float,
    *,
    severity: float = float("nan"),
    infit: float = float("nan"),
    outfit: float = float("nan"),
    flags: tuple[str, ...] = (),
) -> JudgeFinding[Person]:
    marks = [
        word
        for word, holds in (
            ("one_sided", "one_sided" in flags),
            ("severe", points > FAR * error),
            ("lenient", -points > FAR * error),
            ("noisy", infit > NOISY or outfit > NOISY),
            ("muted", infit < MUTED),
        )
        if holds
    ]
    return JudgeFinding(
        judge=one.judge, sheets=one.sheets, mean=one.mean, severity_points=float(points),
        severity_error=float(error), severity=float(severity), infit=float(infit),
        outfit=float(outfit), marks=tuple(marks),
    )  # fmt: skip


def _reliability(measures: Floats, errors: Floats) -> float:
    """Return the share of the spread that isn't error. Source: Linacre (1989), ch. 12."""
    if len(measures) < 2 or not np.isfinite(errors).all():
        return float("nan")
    spread = float(np.var(measures, ddof=1))
    return max(0.0, 1 - float(np.mean(errors**2)) / spread) if spread else float("nan")
