"""How good a work is and how severe a judge: the many-facet Rasch model on a scoring sheet.

log P(k) / P(k−1) = work − judge − criterion − step k, by joint maximum likelihood; responses carry
the criterion's weight. Where the design is too thin, means adjusted for works; where judges share
nothing, plain means and no severity at all. Source: Linacre (1989), Many-Facet Rasch Measurement.
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

Work = TypeVar("Work", bound=Hashable)
Person = TypeVar("Person", bound=Hashable)
Floats = NDArray[np.float64]
Method = Literal["facets", "adjusted means", "plain means"]
LEAST_SHEETS = 5
"""A judge with fewer sheets has no severity by the model."""
NOISY, MUTED = 1.5, 0.5
"""Mean squares outside this range are marked. Source: Linacre (2002), Rasch Meas. Trans. 16:2, 878."""
FAR = 2.0
EXTREME = 0.3
"""How far from the end an extreme score is taken, in grades, as Facets does."""
MOST_ROUNDS = 200
CLOSE = 1e-6


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
    "severe", "lenient", "noisy" (grades that don't fit the others'), "muted" (grades too alike).
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
    values = np.unique(sheets.grades)
    if len(values) < 2:
        return None
    fit = _Fit(sheets, values)
    if not fit.settle():
        return None
    count, many = len(sheets.works), len(sheets.judges)
    errors, halo = fit.errors()
    fair, slope = fit.fair(fit.effect[:count])
    typical = float(np.mean(fit.effect[:count]))
    severe = fit.effect[count : count + many]
    points = fit.fair(np.array([typical]))[0] - fit.fair(typical - severe)[0]
    per_logit = float(fit.fair(np.array([typical]))[1][0])
    infit, outfit = fit.squares()
    nan = float("nan")
    works = {
        one: WorkFinding(
            work=one, sheets=plain.works[one].sheets, plain=plain.works[one].plain,
            fair=float(fair[at]), fair_error=float(slope[at] * errors[at]),
            measure=float(fit.effect[at]), measure_error=float(errors[at]),
            spread=plain.works[one].spread,
        )
        for at, one in enumerate(sheets.works)
    }  # fmt: skip
    judges = {
        one: _judged(
            plain.judges[one], points[at], per_logit * errors[count + at],
            severity=severe[at], infit=infit[at], outfit=outfit[at],
        )
        for at, one in enumerate(sheets.judges)
    }  # fmt: skip
    return Finding(
        method="facets", works=works, judges=judges, agreement=plain.agreement,
        reliability=_reliability(fit.effect[:count], errors[:count]) if count > 1 else nan,
        halo=halo,
    )  # fmt: skip


class _Fit(Generic[Work, Person]):
    """Joint maximum likelihood. `effect`: works, judges, criteria; the last two each add up to nought."""

    def __init__(self, sheets: _Sheets[Work, Person], values: Floats) -> None:
        self.sheets, self.values = sheets, values
        count, lines = sheets.grades.shape
        self.scores = np.searchsorted(values, sheets.grades).ravel()
        self.weight = np.tile(sheets.weights / sheets.weights.mean(), count)
        works, judges = len(sheets.works), len(sheets.judges)
        rows = np.arange(count * lines)
        self.design = np.zeros((count * lines, works + judges + lines))
        self.design[rows, np.repeat(sheets.work, lines)] = 1.0
        self.design[rows, works + np.repeat(sheets.judge, lines)] = -1.0
        self.design[rows, works + judges + np.tile(np.arange(lines), count)] = -1.0
        most = len(values) - 1
        self.level = np.zeros((3, works + judges + lines + most))
        self.level[0, works : works + judges] = 1.0
        self.level[1, works + judges : works + judges + lines] = self.level[2, -most:] = 1.0
        self.effect = np.zeros(works + judges + lines)
        self.steps = np.zeros(most)
        passed = [self.weight[self.scores > step].sum() for step in range(most)]
        self.observed = np.concatenate((self._kept_off_the_ends(), -np.array(passed)))

    def settle(self) -> bool:
        """Find effects and steps together by Newton's method; return whether they settled."""
        size = len(self.effect)
        for _ in range(MOST_ROUNDS):
            mean, _, above = self._expected(self.design @ self.effect)
            expected = np.concatenate(
                (self.design.T @ (self.weight * mean), -(self.weight @ above))
            )
            move = self._inner() @ (self.observed - expected)
            move *= min(1.0, 1.0 / max(float(np.abs(move).max()), 1e-12))
            self.effect += move[:size]
            self.steps += move[size:]
            if not np.isfinite(self.effect).all():
                return False
            if float(np.abs(move).max()) < CLOSE:
                return True
        return False

    def errors(self) -> tuple[Floats, float]:
        """Return standard errors, and the halo they are widened by: sheets, not grades, are independent."""
        mean, spread, _ = self._expected(self.design @ self.effect)
        inner = self._inner()
        middle = self._information(self.weight**2)
        shape = self.sheets.grades.shape
        off = (self.weight * (self.scores - mean)).reshape(shape).sum(axis=1)
        room = (self.weight**2 * spread).reshape(shape).sum(axis=1)
        free = shape[0] - len(self.sheets.works) - len(self.sheets.judges) + 1
        halo = max(1.0, float((off**2 / room).sum()) / free)
        spread_of = np.diag(inner @ middle @ inner) * halo
        return np.asarray(np.sqrt(spread_of), dtype=float), halo

    def fair(self, measures: Floats) -> tuple[Floats, Floats]:
        """Return the total of 0–100 that the average judge gives at each measure, and its slope."""
        lines = self.effect[-len(self.sheets.weights) :]
        chance = self._chances((measures[:, None] - lines[None, :]).ravel())
        mean = chance @ self.values
        grade = chance @ np.arange(len(self.values))
        slope = chance @ (self.values * np.arange(len(self.values))) - mean * grade
        shape = (len(measures), len(lines))
        return self.sheets.points(mean.reshape(shape)), self.sheets.points(slope.reshape(shape))

    def squares(self) -> tuple[Floats, Floats]:
        """Return infit and outfit mean squares of each judge."""
        mean, spread, _ = self._expected(self.design @ self.effect)
        off = (self.scores - mean) ** 2
        judge = np.repeat(self.sheets.judge, self.sheets.grades.shape[1])
        size = len(self.sheets.judges)
        infit = np.bincount(judge, off, size) / np.bincount(judge, spread, size)
        outfit = np.bincount(judge, off / spread, size) / np.bincount(judge, minlength=size)
        return infit, outfit

    def _kept_off_the_ends(self) -> Floats:
        """Return weighted scores by column; those at an end are taken a little inside it."""
        size = np.abs(self.design)
        reach = size.T @ self.weight * (len(self.values) - 1)
        given = size.T @ (self.weight * self.scores)
        kept = np.clip(given, EXTREME, np.maximum(reach - EXTREME, EXTREME))
        return np.asarray(kept * np.sign(self.design.sum(axis=0)), dtype=float)

    def _inner(self) -> Floats:
        """Return the inverse of the information, with the three sums held at nought."""
        whole = self._information(self.weight) + self.level.T @ self.level
        return np.asarray(np.linalg.inv(whole), dtype=float)

    def _information(self, weight: Floats) -> Floats:
        """Return how effects and steps vary together, each response counted by its weight."""
        measures = self.design @ self.effect
        chance = self._chances(measures)
        mean, spread, above = self._expected(measures)
        score = np.arange(len(self.values))
        tail = np.cumsum((chance * score)[:, ::-1], axis=1)[:, ::-1][:, 1:]
        mixed = self.design.T @ (weight[:, None] * (mean[:, None] * above - tail))
        later = np.maximum.outer(np.arange(len(self.steps)), np.arange(len(self.steps)))
        steps = (weight @ above)[later] - above.T @ (weight[:, None] * above)
        effects = self.design.T @ ((weight * spread)[:, None] * self.design)
        return np.block([[effects, mixed], [mixed.T, steps]])

    def _chances(self, measures: Floats) -> Floats:
        """Return the chance of each grade (responses, grades) at each measure."""
        powers = np.arange(len(self.values)) * measures[:, None]
        powers = powers - np.concatenate(([0.0], np.cumsum(self.steps)))[None, :]
        grown = np.exp(powers - powers.max(axis=1, keepdims=True))
        return np.asarray(grown / grown.sum(axis=1, keepdims=True), dtype=float)

    def _expected(self, measures: Floats) -> tuple[Floats, Floats, Floats]:
        """Return mean and variance of the score, and the chance to be above each step."""
        chance = self._chances(measures)
        score = np.arange(len(self.values))
        mean = chance @ score
        spread = np.maximum(chance @ score**2 - mean**2, 1e-9)
        return mean, spread, 1.0 - np.cumsum(chance, axis=1)[:, :-1]


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
) -> JudgeFinding[Person]:
    marks = [
        word
        for word, holds in (
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
