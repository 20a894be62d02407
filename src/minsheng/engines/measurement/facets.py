"""Works rated by judges, some of them stricter than others: a many-facet Rasch model."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize
from scipy.sparse.csgraph import connected_components

from minsheng.engines.measurement.responses import Floats
from minsheng.lib.errors import WrongInput

Codes = NDArray[np.int64]

MOST = 15.0  # logits; a judge who only gives the lowest or highest score ends here
REACH, NODES = 6.0, 81
STEP = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """One score for each time a judge rated a work by a criterion.

    work, judge, criterion (ratings,): places in the tuples of names; score: 0 … the highest, whole.
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
        for name, part in parts.items():
            part.flags.writeable = False
            object.__setattr__(self, name, part)


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

    ability, ability_error (works,): EAP and posterior sd; NaN for a work without ratings. fair: the
    score a judge of mean severity would give on the mean criterion. severity (judges,), difficulty
    (criteria,), thresholds (highest score,), each with errors and with sum 0; mean and sd of
    works. infit, outfit (judges,): mean squares of residuals over what the model expects, 1 where a
    judge is as consistent as that, above where less, below where scores vary too little.

    judge_flags: `one_sided` (only the lowest or only the highest score), `not_seen`. warnings:
    `not_connected` (judges fall into sets that share no work: severities compare only as far as
    works were given out by chance), `not_converged`, `no_errors`.
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
    judge_flags: tuple[tuple[str, ...], ...]
    warnings: tuple[str, ...]


class _Model:
    """The likelihood of ratings, its gradient, and what is expected of works."""

    def __init__(self, ratings: Ratings) -> None:
        self.ratings = ratings
        self.sizes = (len(ratings.judges), len(ratings.criteria), int(ratings.score.max()))
        judges, criteria, most = self.sizes
        cells, works = judges * criteria, len(ratings.works)
        cell = ratings.judge * criteria + ratings.criterion
        self.judge, self.criterion = np.divmod(np.arange(cells), criteria)
        ones = np.ones(cell.size)
        self.met = sparse.csr_array((ones, (ratings.work, cell)), shape=(works, cells))
        self.total = np.bincount(ratings.work, ratings.score, works)
        self.sums = np.bincount(cell, ratings.score, cells)
        # (highest, cells): how often at least 1, 2, … was given
        self.reached = np.vstack(
            [np.bincount(cell, ratings.score >= k, cells) for k in range(1, most + 1)]
        )
        self.standard = np.linspace(-REACH, REACH, NODES)
        weight = np.exp(-0.5 * self.standard**2)
        self.log_weight = np.log(weight / weight.sum())
        self.free = [_spread(size) for size in self.sizes]

    def unpacked(self, values: Floats) -> tuple[Floats, Floats, Floats, float, float]:
        parts, start = [], 0
        for spread in self.free:
            parts.append(spread @ values[start : start + spread.shape[1]])
            start += spread.shape[1]
        return parts[0], parts[1], parts[2], float(values[-2]), float(np.exp(values[-1]))

    def start(self) -> Floats:
        size = sum(spread.shape[1] for spread in self.free)
        return np.zeros(size + 2)

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

    def posterior(self, values: Floats, theta: Floats, log_z: Floats) -> tuple[Floats, float]:
        """(works, nodes), and the log-likelihood."""
        severity, difficulty, thresholds, _, _ = self.unpacked(values)
        log = np.multiply.outer(self.total, theta) - self.met @ log_z + self.log_weight
        top = log.max(axis=1)
        weight = np.exp(log - top[:, None])
        total = weight.sum(axis=1)
        fixed = -self.sums @ (severity[self.judge] + difficulty[self.criterion])
        fixed -= self.reached.sum(axis=1) @ thresholds
        return weight / total[:, None], float((np.log(total) + top).sum() + fixed)

    def __call__(self, values: Floats) -> tuple[float, Floats]:
        """Minus the log-likelihood and its gradient, by Fisher's identity."""
        theta, log_z, chance = self.tables(values)
        posterior, likelihood = self.posterior(values, theta, log_z)
        seen = np.asarray(self.met.T @ posterior)  # (cells, nodes): ratings at each ability
        expected = np.tensordot(np.arange(len(chance)), chance, 1)
        gap = self.sums - (seen * expected).sum(axis=1)
        at_least = chance[::-1].cumsum(axis=0)[::-1][1:]
        steps = (self.reached - (at_least * seen).sum(axis=2)).sum(axis=1)
        slope = self.total[:, None] - self.met @ expected  # (works, nodes): d log L / dθ
        by_mean = float((posterior * slope).sum())
        sd = float(np.exp(values[-1]))
        by_sd = float((posterior * slope * (sd * self.standard)).sum())
        gradient = np.concatenate(
            [
                self.free[0].T @ np.bincount(self.judge, -gap, self.sizes[0]),
                self.free[1].T @ np.bincount(self.criterion, -gap, self.sizes[1]),
                self.free[2].T @ -steps,
                [by_mean, by_sd],
            ]
        )
        return -likelihood, -gradient

    def information(self, values: Floats) -> Floats:
        """Observed information, by differences of the gradient."""
        whole = np.empty((values.size, values.size))
        for at in range(values.size):
            moved = np.zeros_like(values)
            moved[at] = STEP
            whole[at] = (self(values + moved)[1] - self(values - moved)[1]) / (2 * STEP)
        return (whole + whole.T) / 2


def fit_facets(ratings: Ratings) -> Facets:
    """Severities, difficulties and abilities by marginal maximum likelihood.

    P(k) / P(k - 1) = exp(θ_work - severity - difficulty - threshold_k), θ normal. One rating scale
    for all judges. Judges are assumed to rate independently of each other.
    Source: Linacre (1989), Many-Facet Rasch Measurement; rating scale: Andrich (1978).
    """
    model = _Model(ratings)
    bounds = [(-MOST, MOST)] * (model.start().size - 2) + [(-MOST, MOST), (-5.0, 3.0)]
    found = minimize(
        model,
        model.start(),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": 2_000, "maxfun": 20_000, "ftol": 1e-13, "gtol": 1e-6},
    )
    values, warnings = np.asarray(found.x), [] if found.success else ["not_converged"]
    covariance, warned = _covariance(model, values)
    warnings += warned
    if not _connected(ratings):
        warnings.append("not_connected")
    return _reported(model, values, covariance, warnings)


def _spread(size: int) -> Floats:
    """(size, size - 1): free parameters to parameters whose sum is 0."""
    return np.vstack([np.eye(size - 1), -np.ones((1, size - 1))])


def _covariance(model: _Model, values: Floats) -> tuple[Floats, list[str]]:
    information = model.information(values)
    inside = np.abs(values) < MOST - 0.5
    covariance = np.full(information.shape, np.nan)
    kept = np.ix_(inside, inside)
    try:
        np.linalg.cholesky(information[kept])
    except np.linalg.LinAlgError:
        return covariance, ["no_errors"]
    covariance[kept] = np.linalg.inv(information[kept])
    return covariance, []


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
    posterior, likelihood = model.posterior(values, theta, log_z)
    ability = posterior @ theta
    variance = np.maximum(posterior @ theta**2 - ability**2, 0)
    rated = np.bincount(ratings.work, minlength=len(ratings.works)) > 0
    steps = np.concatenate([[0.0], np.cumsum(thresholds)])
    scores = np.arange(steps.size)
    odds = np.exp(np.multiply.outer(theta, scores) - steps)
    fair = posterior @ (odds @ scores / odds.sum(axis=1))
    infit, outfit = _fit_of_judges(model, posterior, chance)
    judges, criteria = (spread.shape[1] for spread in model.free[:2])
    errors = [
        np.sqrt(np.einsum("ij,jk,ik->i", spread, covariance[part, part], spread))
        for spread, part in (
            (model.free[0], slice(0, judges)),
            (model.free[1], slice(judges, judges + criteria)),
        )
    ]
    spread_of = float(ability[rated].var())
    return Facets(
        ratings.works,
        ratings.judges,
        ratings.criteria,
        np.where(rated, ability, np.nan),
        np.where(rated, np.sqrt(variance), np.nan),
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
        likelihood,
        _flags(ratings),
        tuple(warnings),
    )


def _fit_of_judges(model: _Model, posterior: Floats, chance: Floats) -> tuple[Floats, Floats]:
    """Squares of residuals averaged over posteriors: 1 is then what the model expects exactly."""
    ratings = model.ratings
    scores = np.arange(len(chance))
    expected = np.tensordot(scores, chance, 1)
    variance = np.tensordot(scores**2, chance, 1) - expected**2
    cell = ratings.judge * model.sizes[1] + ratings.criterion
    at = posterior[ratings.work]
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
    return infit, outfit


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
