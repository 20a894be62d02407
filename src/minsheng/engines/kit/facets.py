"""Works rated by judges, some of them stricter than others: a many-facet Rasch model.

`fit_facets` takes every rating as independent of the others, given the work. `fit_sheets` is for whole
sheets, where one judge's ratings of a work hang together: how much is estimated along with the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize
from scipy.sparse.csgraph import connected_components

from minsheng.lib.errors import WrongInput

Codes = NDArray[np.int64]
Floats = NDArray[np.float64]

MOST = 15.0
"""Logits; nothing is looked for beyond."""
EXTREME = 0.3
"""How far from the end a judge of only the lowest or highest score is taken, in scores, as Facets does."""
REACH, FEWEST_NODES, MOST_NODES = 6.0, 61, 801
STEP, NEAR = 1e-5, 0.2
LEAST_HALO, MOST_HALO = 0.05, 3.0
"""Of a sheet's own leaning (sd), as a share of the sd of works."""


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """One score for each time a judge rated a work by a criterion.

    work, judge, criterion (ratings,): places in the tuples of names; score: 0 … the highest, whole.
    weight (ratings,): how much each counts, above 0; all 1 where it is left out.
    Raises WrongInput where arrays differ in length, a place has no name, fewer than two scores
    occur, or a score between 0 and the highest is never given: merge it with its neighbour first.
    """

    work: Codes
    judge: Codes
    criterion: Codes
    score: Codes
    works: tuple[str, ...]
    judges: tuple[str, ...]
    criteria: tuple[str, ...] = ("",)
    weight: Floats | None = None

    def __post_init__(self) -> None:
        parts = {
            name: np.array(getattr(self, name)) for name in ("work", "judge", "criterion", "score")
        }
        names = (self.works, self.judges, self.criteria)
        size = parts["score"].size
        good = size > 0 and all(
            part.ndim == 1 and part.size == size and np.issubdtype(part.dtype, np.integer)
            for part in parts.values()
        )
        if good:
            places = zip((parts[n] for n in ("work", "judge", "criterion")), names, strict=True)
            good = all(part.min() >= 0 and part.max() < len(known) for part, known in places)
        if not good or parts["score"].min() < 0:
            raise WrongInput(
                "ratings",
                "每次评分要有作品、评委、评分项和分数，分数是 0 或更大的整数。",
                "Each rating has a work, a judge, a criterion and a score: a whole number from 0.",
            )
        given = np.bincount(parts["score"])
        if given.size < 2 or (given == 0).any():
            raise WrongInput(
                "ratings_scores",
                "从 0 到最高分，每一档都要有人给过，至少两档。没人给的档，请先和相邻的合并。",
                "Each score from 0 to the highest must occur, two at least. Merge the unused ones.",
                field="score",
                facts={"unused": [int(n) for n in np.flatnonzero(given == 0)]},
            )
        weight = np.ones(size) if self.weight is None else np.array(self.weight, float)
        if weight.shape != (size,) or not (np.isfinite(weight) & (weight > 0)).all():
            raise WrongInput(
                "ratings_weight",
                "每次评分的权重要大于 0，个数要和评分一样多。",
                "Weights are above 0, one for each rating.",
                field="weight",
            )
        for name, part in (*parts.items(), ("weight", weight)):
            part.flags.writeable = False
            object.__setattr__(self, name, part)

    @property
    def weights(self) -> Floats:
        """Return how much each rating counts (ratings,)."""
        assert self.weight is not None  # set when it was made
        return self.weight


def ratings_of(rows: Iterable[tuple[str, str, str, int]]) -> Ratings:
    """Ratings from rows of work, judge, criterion, score; names in the order of their first row."""
    held = list(rows)
    places: list[dict[str, int]] = [{}, {}, {}]
    codes = [
        [known.setdefault(str(row[n]), len(known)) for n, known in enumerate(places)]
        for row in held
    ]
    at = np.array(codes, np.int64).reshape(-1, 3)
    works, judges, criteria = (tuple(known) for known in places)
    score = np.array([row[3] for row in held])
    return Ratings(at[:, 0], at[:, 1], at[:, 2], score, works, judges, criteria)


@dataclass(frozen=True, slots=True, eq=False)
class Facets:
    """Works, judges and criteria on one scale of logits.

    ability, ability_error (works,): EAP, and its error, in which that of severities and difficulties has
    its part; NaN for a work without ratings. fair: the score a judge of mean severity would give on the mean
    criterion. severity (judges,), difficulty (criteria,), thresholds (highest score,), each with sum 0
    (of judges those who aren't one-sided), the first two with errors; mean and sd of works. infit, outfit (judges,): mean squares of residuals over
    what the model expects, 1 where a judge is as consistent as that, above where less, below where
    scores vary too little. nodes (n,) in logits, posterior (works, n): what is known of each work.
    leaning: sd in logits of what a whole sheet has of its own, 0 by `fit_facets`; halo: how much more whole
    sheets vary by it than independent ratings would (≥ 1).

    judge_flags: `one_sided` (only the lowest or only the highest score: severity is taken a little inside),
    `not_seen`. warnings: `not_connected` (judges fall into sets that share no work: severities compare only
    as far as works were given out by chance), `not_converged`, `no_errors`.
    """

    works: tuple[str, ...]
    judges: tuple[str, ...]
    criteria: tuple[str, ...]
    ability: Floats
    ability_error: Floats
    fair: Floats
    severity: Floats
    severity_error: Floats
    difficulty: Floats
    difficulty_error: Floats
    thresholds: Floats
    mean: float
    sd: float
    reliability: float
    infit: Floats
    outfit: Floats
    log_likelihood: float
    nodes: Floats
    posterior: Floats
    leaning: float
    halo: float
    judge_flags: tuple[tuple[str, ...], ...]
    warnings: tuple[str, ...]

    def chances(self, ability: Floats) -> Floats:
        """Return the chance of each score (abilities, criteria, scores) from a mean judge's mean sheet."""
        steps = np.concatenate([[0.0], np.cumsum(self.thresholds)])
        eta = np.subtract.outer(np.asarray(ability, float), self.difficulty)
        log = np.multiply.outer(eta, np.arange(steps.size)) - steps
        grown = np.exp(log - log.max(axis=2, keepdims=True))
        return np.asarray(grown / grown.sum(axis=2, keepdims=True), float)


class _Model:
    """The likelihood of ratings, its gradient, and what is expected of works.

    Ratings come in sheets. By default a work's are one sheet without a leaning of its own; `by_sheet`
    makes one for each work and judge. Places on the line of ability are `nodes`: (n,), all in equal steps.
    """

    def __init__(self, ratings: Ratings, *, by_sheet: bool = False) -> None:
        self.ratings, self.by_sheet, weight = ratings, by_sheet, ratings.weights
        self.sizes = (len(ratings.judges), len(ratings.criteria), int(ratings.score.max()))
        judges, criteria, most = self.sizes
        cells = judges * criteria
        self.cell = ratings.judge * criteria + ratings.criterion
        self.judge, self.criterion = np.divmod(np.arange(cells), criteria)
        sheet = np.arange(len(ratings.works))[ratings.work]
        self.work = np.arange(len(ratings.works))  # (sheets,)
        if by_sheet:
            known, sheet = np.unique(ratings.work * judges + ratings.judge, return_inverse=True)
            self.work = known // judges
        sheets = self.work.size
        # (sheets, cells): how much each sheet rated, of each judge and criterion
        self.met = sparse.csr_array((weight, (sheet, self.cell)), shape=(sheets, cells))
        self.total = np.bincount(sheet, weight * ratings.score, sheets)
        self.of_work = sparse.csr_array(
            (np.ones(sheets), (self.work, np.arange(sheets))), shape=(len(ratings.works), sheets)
        )
        # (highest,): how often at least 1, 2, … was given
        self.reached = np.array([weight[ratings.score >= k].sum() for k in range(1, most + 1)])
        self.by_judge = _off_the_ends(ratings.judge, ratings, judges)
        self.by_criterion = _off_the_ends(ratings.criterion, ratings, criteria)
        self.standard = np.linspace(-REACH, REACH, _nodes(ratings))
        chance = np.exp(-0.5 * self.standard**2)
        self.log_weight = np.log(chance / chance.sum())
        even = np.array([flags != ("one_sided",) for flags in _flags(ratings)])
        self.free = [
            _spread(even if even.any() else ~even),
            *(_spread(np.ones(size, bool)) for size in self.sizes[1:]),
        ]

    def unpacked(self, values: Floats) -> tuple[Floats, Floats, Floats, float, float]:
        parts, start = [], 0
        for spread in self.free:
            parts.append(spread @ values[start : start + spread.shape[1]])
            start += spread.shape[1]
        mean, log_sd = values[start : start + 2]
        return parts[0], parts[1], parts[2], float(mean), float(np.exp(log_sd))

    def start(self) -> Floats:
        size = sum(spread.shape[1] for spread in self.free)
        return np.concatenate([np.zeros(size + 2), [np.log(0.3)] if self.by_sheet else []])

    def bounds(self) -> list[tuple[float, float]]:
        size = sum(spread.shape[1] for spread in self.free)
        last = [(float(np.log(LEAST_HALO)), float(np.log(MOST_HALO)))] if self.by_sheet else []
        return [*[(-MOST, MOST)] * (size + 1), (-5.0, 3.0), *last]

    def tables(self, values: Floats) -> tuple[Floats, Floats, Floats]:
        """θ (nodes,), log Z (cells, nodes), chances of each score (scores, cells, nodes)."""
        severity, difficulty, thresholds, mean, sd = self.unpacked(values)
        theta = mean + sd * self.standard
        away = -(severity[self.judge] + difficulty[self.criterion])
        eta = np.add.outer(away, theta)
        steps = np.concatenate([[0.0], np.cumsum(thresholds)])
        scores = np.arange(steps.size)[:, None, None]
        log = scores * eta - steps[:, None, None]
        top = log.max(axis=0)
        chance = np.exp(log - top)
        total = chance.sum(axis=0)
        return theta, np.log(total) + top, chance / total

    def leaning(self, values: Floats) -> tuple[Floats, Floats]:
        """Chances (nodes, nodes) that a sheet on a work of one ability leans to another; its slope."""
        share = float(np.exp(values[-1]))
        off = np.subtract.outer(self.standard, self.standard) ** 2 / share**2
        chance = np.exp(-0.5 * off)
        chance /= chance.sum(axis=1, keepdims=True)
        return chance, chance * (off - (chance * off).sum(axis=1, keepdims=True))

    def posterior(self, values: Floats, theta: Floats, log_z: Floats) -> _Posterior:
        """What is known of each work, and the log-likelihood."""
        severity, difficulty, thresholds, _, _ = self.unpacked(values)
        log = np.multiply.outer(self.total, theta) - self.met @ log_z
        top = log.max(axis=1, keepdims=True)
        sheet, kernel, slope = np.exp(log - top), None, None
        given = sheet
        if self.by_sheet:
            kernel, slope = self.leaning(values)
            given = np.maximum(sheet @ kernel.T, 1e-300)
            log = np.log(given) + top
        log = self.of_work @ log + self.log_weight
        top = log.max(axis=1)
        weight = np.exp(log - top[:, None])
        total = weight.sum(axis=1)
        fixed = -self.by_judge @ severity - self.by_criterion @ difficulty
        fixed -= self.reached @ thresholds
        likelihood = float((np.log(total) + top).sum() + fixed)
        return _Posterior(weight / total[:, None], likelihood, sheet, given, kernel, slope)

    def __call__(self, values: Floats) -> tuple[float, Floats]:
        """Minus the log-likelihood and its gradient, by Fisher's identity."""
        theta, log_z, chance = self.tables(values)
        found = self.posterior(values, theta, log_z)
        at = found.leant(found.work[self.work])
        seen = np.asarray(self.met.T @ at)  # (cells, nodes): ratings at each place
        expected = np.tensordot(np.arange(len(chance)), chance, 1)
        given = (seen * expected).sum(axis=1)
        by_judge = self.by_judge - np.bincount(self.judge, given, self.sizes[0])
        by_criterion = self.by_criterion - np.bincount(self.criterion, given, self.sizes[1])
        at_least = chance[::-1].cumsum(axis=0)[::-1][1:]
        steps = self.reached - (at_least * seen).sum(axis=(1, 2))
        slope = at * (self.total[:, None] - self.met @ expected)  # d log L / dθ
        sd = self.unpacked(values)[4]
        gradient = [
            self.free[0].T @ -by_judge,
            self.free[1].T @ -by_criterion,
            self.free[2].T @ -steps,
            [float(slope.sum()), float((slope @ (sd * self.standard)).sum())],
        ]
        if found.slope is not None:
            each = found.work[self.work] / found.given * (found.sheet @ found.slope.T)
            gradient.append([float(each.sum())])
        return -found.likelihood, -np.concatenate(gradient)

    def information(self, values: Floats) -> Floats:
        """Observed information, by differences of the gradient."""
        whole, here = np.empty((values.size, values.size)), self(values)[1]
        for at in range(values.size):
            moved = np.zeros_like(values)
            moved[at] = STEP
            whole[at] = (self(values + moved)[1] - here) / STEP
        return (whole + whole.T) / 2


@dataclass(frozen=True, slots=True, eq=False)
class _Posterior:
    """work (works, nodes), and the log-likelihood.

    sheet (sheets, nodes): likelihood of each by where it leant; given: by the work's ability. kernel: chances
    of leaning (nodes, nodes), slope: by the log of its sd; None where sheets don't lean.
    """

    work: Floats
    likelihood: float
    sheet: Floats
    given: Floats
    kernel: Floats | None
    slope: Floats | None

    def leant(self, by_ability: Floats) -> Floats:
        """Return what stands at each sheet's ability (sheets, nodes), moved to where the sheet leant."""
        if self.kernel is None:
            return by_ability
        return np.asarray(self.sheet * (by_ability / self.given @ self.kernel), float)


def fit_facets(ratings: Ratings) -> Facets:
    """Severities, difficulties and abilities by marginal maximum likelihood.

    P(k) / P(k - 1) = exp(θ_work - severity - difficulty - threshold_k), θ normal. One rating scale
    for all judges. Judges are assumed to rate independently of each other.
    Source: Linacre (1989), Many-Facet Rasch Measurement; rating scale: Andrich (1978).
    """
    return _found(ratings)


def fit_sheets(ratings: Ratings) -> Facets:
    """The same from whole sheets: all ratings of a work by a judge, which hang together.

    Each sheet has a leaning of its own, normal around 0, beside severity and work; its sd is estimated. Weights
    are brought to the number of ratings that would tell as much (Kish): (Σw)² / Σw².
    Source: as `fit_facets`; dependence inside a sheet: Wang & Wilson (2005), Rasch testlet model.
    """
    weight = ratings.weights
    kish = weight * (weight.sum() / (weight**2).sum())
    return _found(replace(ratings, weight=kish), by_sheet=True)


def _found(ratings: Ratings, *, by_sheet: bool = False) -> Facets:
    model = _Model(ratings, by_sheet=by_sheet)
    found = minimize(
        model,
        model.start(),
        jac=True,
        method="L-BFGS-B",
        bounds=model.bounds(),
        options={"maxiter": 2_000, "maxfun": 20_000, "ftol": 1e-10, "gtol": 1e-6},
    )
    values, warnings = np.asarray(found.x), [] if found.success else ["not_converged"]
    covariance, warned = _covariance(model, values)
    warnings += warned
    values = _polished(model, values, covariance)
    if not _connected(ratings):
        warnings.append("not_connected")
    return _reported(model, values, covariance, warnings)


def _nodes(ratings: Ratings) -> int:
    """How many nodes: steps well below the narrowest posterior of a work."""
    most = float(np.bincount(ratings.work, ratings.weights).max())
    return 2 * int(np.clip(10 * np.sqrt(most), FEWEST_NODES // 2, MOST_NODES // 2)) + 1


def _off_the_ends(which: Codes, ratings: Ratings, size: int) -> Floats:
    """Return weighted scores of each judge or criterion, those at an end a little inside it."""
    given = np.bincount(which, ratings.weights * ratings.score, size)
    whole = np.bincount(which, ratings.weights, size)
    reach = whole * ratings.score.max()
    # of a rating's mean weight, and never past the middle
    inside = np.minimum(
        EXTREME * whole / np.maximum(np.bincount(which, minlength=size), 1), reach / 2
    )
    return np.asarray(np.clip(given, inside, reach - inside), float)


def _spread(even: NDArray[np.bool_]) -> Floats:
    """(size, size - 1): free parameters to parameters; those that are `even` have sum 0."""
    last = int(np.flatnonzero(even)[-1])
    whole = np.eye(even.size)
    whole[last] = -even.astype(float)
    return np.delete(whole, last, axis=1)


def _covariance(model: _Model, values: Floats) -> tuple[Floats, list[str]]:
    information = model.information(values)
    low, high = np.array(model.bounds()).T
    inside = (values > low + NEAR) & (values < high - NEAR)
    covariance = np.full(information.shape, np.nan)
    kept = np.ix_(inside, inside)
    try:
        np.linalg.cholesky(information[kept])
    except np.linalg.LinAlgError:
        return covariance, ["no_errors"]
    covariance[kept] = np.linalg.inv(information[kept])
    return covariance, []


def _polished(model: _Model, values: Floats, covariance: Floats) -> Floats:
    """Newton's last step, where it leads on: the search ends as soon as little is gained."""
    here, slope = model(values)
    moved = values - np.nan_to_num(covariance) @ slope
    return moved if model(moved)[0] <= here else values


def _connected(ratings: Ratings) -> bool:
    works, judges = len(ratings.works), len(ratings.judges)
    links = sparse.csr_array(
        (np.ones(ratings.work.size), (ratings.work, works + ratings.judge)),
        shape=(works + judges, works + judges),
    )
    which = connected_components(links, directed=False)[1]
    return np.unique(which[works + np.unique(ratings.judge)]).size == 1


def _reported(model: _Model, values: Floats, covariance: Floats, warnings: list[str]) -> Facets:
    ratings = model.ratings
    severity, difficulty, thresholds, mean, sd = model.unpacked(values)
    theta, log_z, chance = model.tables(values)
    found = model.posterior(values, theta, log_z)
    posterior = found.work
    ability = posterior @ theta
    variance = np.maximum(posterior @ theta**2 - ability**2, 0)
    rated = np.bincount(ratings.work, minlength=len(ratings.works)) > 0
    steps = np.concatenate([[0.0], np.cumsum(thresholds)])
    scores = np.arange(steps.size)
    log = np.multiply.outer(theta, scores) - steps
    odds = np.exp(log - log.max(axis=1, keepdims=True))
    fair = posterior @ (odds @ scores / odds.sum(axis=1))
    infit, outfit, room = _fit_of_judges(model, posterior, chance)
    leaning = sd * float(np.exp(values[-1])) if model.by_sheet else 0.0
    judges, criteria = (spread.shape[1] for spread in model.free[:2])
    parts = (slice(0, judges), slice(judges, judges + criteria))
    errors = [
        np.sqrt(np.einsum("ij,jk,ik->i", spread, covariance[part, part], spread))
        for spread, part in zip(model.free[:2], parts, strict=True)
    ]
    away = (posterior * (theta - ability[:, None]))[model.work]
    passed_on = _passed_on(model, found.leant(away), chance, covariance)
    spread_of = float(ability[rated].var())
    return Facets(
        ratings.works,
        ratings.judges,
        ratings.criteria,
        np.where(rated, ability, np.nan),
        np.where(rated, np.sqrt(variance + passed_on), np.nan),
        np.where(rated, fair, np.nan),
        severity,
        errors[0],
        difficulty,
        errors[1],
        thresholds,
        mean,
        sd,
        spread_of / (spread_of + float(variance[rated].mean())),
        infit,
        outfit,
        found.likelihood,
        theta,
        posterior,
        leaning,
        1 + leaning**2 * room / model.work.size,
        _flags(ratings),
        tuple(warnings),
    )


def _passed_on(model: _Model, away: Floats, chance: Floats, covariance: Floats) -> Floats:
    """Variance of each EAP (works,) that comes from severities and difficulties; 0 where it is unknown.

    The slope of an EAP is the posterior covariance of the ability with the slope of the log-likelihood;
    `away` (sheets, nodes) is the posterior times how far it is from the EAP.
    """
    expected = np.tensordot(np.arange(len(chance)), chance, 1)
    moved = model.of_work @ model.met.multiply(away @ expected.T)  # (works, cells)
    size = sum(spread.shape[1] for spread in model.free[:2])
    known = covariance[:size, :size]
    if not np.isfinite(known).all():
        return np.zeros(len(model.ratings.works))
    by = [np.eye(model.sizes[0])[model.judge], np.eye(model.sizes[1])[model.criterion]]
    slope = np.concatenate(
        [moved @ one @ spread for one, spread in zip(by, model.free[:2], strict=True)], axis=1
    )
    return np.asarray(np.einsum("ij,jk,ik->i", slope, known, slope), float)


def _fit_of_judges(
    model: _Model, posterior: Floats, chance: Floats
) -> tuple[Floats, Floats, float]:
    """Squares of residuals averaged over posteriors, and all variance that ratings are expected to have.

    1 is then exactly what the model expects, without leaning sheets.
    """
    ratings = model.ratings
    scores = np.arange(len(chance))
    expected = np.tensordot(scores, chance, 1)
    variance = np.tensordot(scores**2, chance, 1) - expected**2
    cell, at = model.cell, posterior[ratings.work]
    squares = (ratings.score[:, None] - expected[cell]) ** 2
    size = model.sizes[0]
    with np.errstate(invalid="ignore", divide="ignore"):
        infit = np.bincount(ratings.judge, (at * squares).sum(axis=1), size) / np.bincount(
            ratings.judge, (at * variance[cell]).sum(axis=1), size
        )
        relative = (at * squares / np.maximum(variance[cell], 1e-12)).sum(axis=1)
        outfit = np.bincount(ratings.judge, relative, size) / np.bincount(
            ratings.judge, minlength=size
        )
    return infit, outfit, float(ratings.weights @ (at * variance[cell]).sum(axis=1))


def _flags(ratings: Ratings) -> tuple[tuple[str, ...], ...]:
    found: list[tuple[str, ...]] = []
    for judge in range(len(ratings.judges)):
        given = np.unique(ratings.score[ratings.judge == judge])
        if not given.size:
            found.append(("not_seen",))
        elif given.size == 1 and given[0] in (0, ratings.score.max()):
            found.append(("one_sided",))
        else:
            found.append(())
    return tuple(found)
