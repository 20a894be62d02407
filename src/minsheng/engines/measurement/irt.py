"""Rasch and 2PL models fitted by marginal maximum likelihood."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from minsheng.engines.measurement.acceleration import Found, Step, squarem
from minsheng.engines.measurement.expectation import (
    Expected,
    Gathering,
    Nodes,
    expected,
    gathering,
)
from minsheng.engines.measurement.information import errors_of, observed
from minsheng.engines.measurement.models import Bank, Population, Priors
from minsheng.engines.measurement.responses import Floats, Marks, Mask, Responses
from minsheng.lib.errors import WrongInput

Method = Literal["auto", "binned", "exact", "numpy"]

MOST_SLOPE, MOST_INTERCEPT = 10.0, 40.0
FEW_ANSWERS = 30
SAMPLE = 16_384  # persons who give the first guess where there are many more
REACH = 6.0  # nodes reach so many sd to both sides


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A model that was fitted: one value for each item, in the order of the responses.

    discrimination a, difficulty b, intercept d = -ab and their standard errors (items,). NaN stands
    only where `flags` of the item says why: `all_right`, `all_wrong`, `not_answered` (left out of
    the fit), `at_bound` (likelihood has no maximum), `no_error` (information isn't positive).
    Further flags: `few` (under 30 answers), `flat` (a is within two errors of 0), `negative`.
    `warnings` of the whole: `not_converged`, `no_errors`, `no_answers` (persons without any).

    log_likelihood is without priors. `trace` has one step for each evaluation of the last search.
    """

    model: Literal["rasch", "2pl"]
    items: tuple[str, ...]
    discrimination: Floats
    difficulty: Floats
    intercept: Floats
    discrimination_error: Floats
    difficulty_error: Floats
    intercept_error: Floats
    population: Population
    mean_error: float
    sd_error: float
    log_likelihood: float
    persons: int
    converged: bool
    trace: tuple[Step, ...]
    method: str
    flags: tuple[tuple[str, ...], ...]
    warnings: tuple[str, ...]
    priors: Priors | None
    free: int

    @property
    def bank(self) -> Bank:
        """The items that have finite estimates and discriminate at all, with their names."""
        usable = np.isfinite(self.discrimination) & np.isfinite(self.difficulty)
        usable &= self.discrimination != 0
        at = np.flatnonzero(usable)
        return Bank(self.discrimination[at], self.difficulty[at], tuple(self.items[n] for n in at))


@dataclass(slots=True, eq=False)
class _Problem:
    """What is free and what is fixed, and where the search stands."""

    slopes: Floats
    intercepts: Floats
    free_slope: Mask
    free_intercept: Mask
    free_mean: bool
    free_sd: bool
    priors: Priors | None
    mean: float = 0.0
    sd: float = 1.0
    nodes: Floats = field(default_factory=lambda: np.zeros(0))

    def packed(self) -> Floats:
        return np.concatenate(
            [
                self.slopes[self.free_slope],
                self.intercepts[self.free_intercept],
                [self.mean] * self.free_mean,
                [np.log(self.sd)] * self.free_sd,
            ]
        )

    def unpack(self, values: Floats) -> None:
        slopes, intercepts = int(self.free_slope.sum()), int(self.free_intercept.sum())
        self.slopes, self.intercepts = self.slopes.copy(), self.intercepts.copy()
        self.slopes[self.free_slope] = values[:slopes]
        self.intercepts[self.free_intercept] = values[slopes : slopes + intercepts]
        rest = list(values[slopes + intercepts :])
        if self.free_mean:
            self.mean = float(rest.pop(0))
        if self.free_sd:
            self.sd = float(np.exp(rest.pop(0)))

    def bound(self) -> Floats:
        return np.concatenate(
            [
                np.full(int(self.free_slope.sum()), MOST_SLOPE),
                np.full(int(self.free_intercept.sum()), MOST_INTERCEPT),
                [20.0] * self.free_mean,
                [4.0] * self.free_sd,
            ]
        )

    def quadrature(self) -> Nodes:
        log = -0.5 * ((self.nodes - self.mean) / self.sd) ** 2
        return Nodes(self.nodes, log - np.log(np.exp(log).sum()))


def fit_2pl(
    responses: Responses,
    *,
    anchors: Bank | None = None,
    priors: Priors | None = None,
    method: Method = "auto",
    tolerance: float = 1e-5,
    evaluations: int = 2_000,
) -> Fit:
    """The 2PL model by marginal maximum likelihood, with standard errors.

    Abilities are N(0, 1), and the sign is that most slopes are positive. With `anchors` the items
    of those names keep their parameters, and mean and sd of the population are estimated: the
    result stands on the anchors' scale. `priors` are off unless given. `method` is for tests.

    Raises WrongInput where there is nothing to estimate: fewer than 2 persons with answers, fewer
    than 3 items with both right and wrong answers (2 suffice beside anchors).
    Source: Bock & Aitkin (1981), Psychometrika 46; see docs/engines/measurement.md.
    """
    return _fit("2pl", responses, anchors, priors, method, tolerance, evaluations)


def fit_rasch(
    responses: Responses,
    *,
    anchors: Bank | None = None,
    priors: Priors | None = None,
    tolerance: float = 1e-6,
    evaluations: int = 5_000,
) -> Fit:
    """The Rasch model by marginal maximum likelihood: every a is 1, abilities are N(0, sd²).

    With `anchors`, whose discriminations must be 1, the mean of abilities is estimated too.
    Raises WrongInput as `fit_2pl` does, with 2 items at least.
    """
    if anchors is not None and not np.allclose(anchors.discrimination, 1):
        raise WrongInput(
            "anchors_rasch",
            "Rasch 模型的锚题区分度都要是 1。",
            "Anchors of a Rasch model have discrimination 1.",
            field="anchors",
        )
    return _fit("rasch", responses, anchors, priors, "auto", tolerance, evaluations)


def _fit(
    model: Literal["rasch", "2pl"],
    responses: Responses,
    anchors: Bank | None,
    priors: Priors | None,
    method: Method,
    tolerance: float,
    evaluations: int,
) -> Fit:
    flags, usable = _flagged(responses, anchors)
    _enough(model, usable, np.asarray((responses.scored >= 0).any(axis=1)), anchors)
    answered = np.asarray((responses.scored[:, usable] >= 0).any(axis=1))
    _enough(model, usable, answered, anchors)
    kept = _kept(responses, usable, answered)
    problem = _problem(model, kept, anchors, priors)
    persons = gathering(kept, rasch=model == "rasch", method=method)
    if model == "2pl" and kept.shape[0] > 3 * SAMPLE:
        _first_guess(kept, problem, method)
    found = _searched(problem, persons, tolerance=tolerance, evaluations=evaluations)
    if anchors is None and model == "2pl" and problem.slopes.sum() < 0:
        problem.slopes = -problem.slopes
    warnings = ["not_converged"] * (not found.converged)
    warnings += ["no_answers"] * (not answered.all())
    return _reported(model, responses, problem, persons, found, flags, usable, warnings)


def _flagged(responses: Responses, anchors: Bank | None) -> tuple[list[list[str]], Mask]:
    """Flags of items known before a fit, and which items can be fitted."""
    right = (responses.scored == 1).sum(axis=0)
    wrong = (responses.scored == 0).sum(axis=0)
    fixed = set(anchors.items) if anchors is not None else set()
    flags: list[list[str]] = [[] for _ in responses.items]
    usable = np.ones(len(flags), bool)
    for at, name in enumerate(responses.items):
        if right[at] + wrong[at] == 0:
            flags[at].append("not_answered")
        elif wrong[at] == 0:
            flags[at].append("all_right")
        elif right[at] == 0:
            flags[at].append("all_wrong")
        elif right[at] + wrong[at] < FEW_ANSWERS:
            flags[at].append("few")
        constant = wrong[at] == 0 or right[at] == 0
        usable[at] = not constant or (name in fixed and right[at] + wrong[at] > 0)
    return flags, usable


def _enough(model: str, usable: Mask, answered: Mask, anchors: Bank | None) -> None:
    if answered.sum() < 2:
        raise WrongInput(
            "fit_persons",
            "能用的作答不到两个人，估不出题目参数。请收齐更多人的作答。",
            "Fewer than two persons have answers that count; items can't be calibrated.",
            facts={"persons": int(answered.sum())},
        )
    least = 2 if model == "rasch" or anchors is not None else 3
    if usable.sum() < least:
        raise WrongInput(
            "fit_items",
            f"有对有错的题不到 {least} 道（全对、全错、没人答的题不能标定），估不出参数。",
            f"Fewer than {least} items have both right and wrong answers; nothing to calibrate.",
            facts={"items": int(usable.sum()), "least": least},
        )


def _kept(responses: Responses, usable: Mask, answered: Mask) -> Responses:
    if usable.all() and answered.all():
        return responses
    names = tuple(name for name, kept in zip(responses.items, usable, strict=True) if kept)
    return Responses(responses.scored[answered][:, usable], items=names)


def _problem(
    model: str, responses: Responses, anchors: Bank | None, priors: Priors | None
) -> _Problem:
    scored = responses.scored
    answers = (scored >= 0).sum(axis=0)
    share = ((scored == 1).sum(axis=0) + 0.5) / (answers + 1.0)
    slopes, intercepts = np.ones(share.size), 1.2 * np.log(share / (1 - share))
    free = np.ones(share.size, bool)
    if anchors is not None:
        where = {name: at for at, name in enumerate(anchors.items)}
        shared = [n for n, name in enumerate(responses.items) if name in where]
        if not shared:
            raise WrongInput(
                "anchors_none",
                "作答里没有一道锚题，没法接到原来的量尺上。",
                "None of the anchors is among the items; there is no way to their scale.",
                field="anchors",
            )
        at = [where[responses.items[n]] for n in shared]
        slopes[shared], intercepts[shared] = anchors.discrimination[at], anchors.intercept[at]
        free[shared] = False
    problem = _Problem(
        slopes,
        intercepts,
        free_slope=free & (model == "2pl"),
        free_intercept=free,
        free_mean=anchors is not None,
        free_sd=anchors is not None or model == "rasch",
        priors=priors,
    )
    problem.nodes = _nodes(problem)
    return problem


def _first_guess(responses: Responses, problem: _Problem, method: Method) -> None:
    """Move the problem to the fit of some of the persons, spread over all without a period."""
    number = np.arange(responses.shape[0], dtype=np.uint64)
    mixed = (number * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)
    chosen = mixed < np.uint64(2**32 * SAMPLE // responses.shape[0])
    part = responses.scored[chosen]
    if ((part == 1).sum(axis=0) < FEW_ANSWERS).any() or (
        (part == 0).sum(axis=0) < FEW_ANSWERS
    ).any():
        return
    persons = gathering(Responses(part), rasch=False, method=method)
    _searched(problem, persons, tolerance=1e-2, evaluations=60)


def _searched(
    problem: _Problem, persons: Gathering, *, tolerance: float, evaluations: int
) -> Found:
    """Drive the problem to its maximum; nodes are set anew where they turn out too coarse."""

    def em(values: Floats) -> tuple[Floats, float]:
        problem.unpack(values)
        nodes = problem.quadrature()
        sums = expected(persons, problem.slopes, problem.intercepts, nodes)
        objective = sums.log_likelihood - _penalty(problem)
        _maximised(problem, sums)
        return np.clip(problem.packed(), -problem.bound(), problem.bound()), objective

    for _ in range(4):
        found = squarem(
            em,
            problem.packed(),
            bound=problem.bound(),
            tolerance=tolerance,
            evaluations=evaluations,
        )
        problem.unpack(found.at)
        finer = _nodes(problem)
        if _fine_enough(problem, finer):
            break
        problem.nodes = finer
    return found


def _sharpest(problem: _Problem) -> float:
    """The smallest sd a posterior can have where abilities are: 1 / √(1 / sd² + information)."""
    ability = problem.mean + problem.sd * np.linspace(-4, 4, 33)
    p = 1 / (1 + np.exp(-np.multiply.outer(ability, problem.slopes) - problem.intercepts))
    information = ((p * (1 - p)) @ problem.slopes**2).max()
    return float(1 / np.sqrt(1 / problem.sd**2 + information))


def _nodes(problem: _Problem) -> Floats:
    """Nodes no farther apart than the sharpest posterior is wide.

    The trapezoid rule for a normal density of that sd then errs by 2·exp(-2π²), under 1e-8.
    """
    number = int(np.clip(np.ceil(2 * REACH * problem.sd / _sharpest(problem)) + 1, 31, 401))
    return problem.mean + problem.sd * np.linspace(-REACH, REACH, number)


def _fine_enough(problem: _Problem, wanted: Floats) -> bool:
    """Whether the nodes in use are, with 2·exp(-2π² / 1.3²) = 2e-5 as the worst, and far enough."""
    have = problem.nodes[1] - problem.nodes[0]
    reach = 0.85 * REACH * problem.sd
    return bool(
        have <= 1.3 * (wanted[1] - wanted[0])
        and problem.nodes[0] <= problem.mean - reach
        and problem.nodes[-1] >= problem.mean + reach
    )


def _penalty(problem: _Problem) -> float:
    if problem.priors is None:
        return 0.0
    slopes = problem.slopes[problem.free_slope] - problem.priors.discrimination_mean
    intercepts = problem.intercepts[problem.free_intercept]
    return float(
        (slopes**2).sum() / (2 * problem.priors.discrimination_sd**2)
        + (intercepts**2).sum() / (2 * problem.priors.intercept_sd**2)
    )


def _maximised(problem: _Problem, sums: Expected) -> None:
    """The M step: a weighted logistic regression for each item, by Newton's method."""
    theta = problem.nodes
    line = np.vstack([theta, np.ones_like(theta)]).T
    power = np.vstack([theta**2, theta, np.ones_like(theta)]).T
    slopes, intercepts = problem.slopes.copy(), problem.intercepts.copy()
    free_a, free_d = problem.free_slope, problem.free_intercept
    for _ in range(6):
        p = 1 / (1 + np.exp(-(np.multiply.outer(slopes, theta) + intercepts[:, None])))
        gradient = (sums.right - sums.answers * p) @ line
        aa, ad, dd = ((sums.answers * p * (1 - p)) @ power).T
        ga, gd = gradient.T
        if problem.priors is not None:
            ga = ga - (slopes - problem.priors.discrimination_mean) / (
                problem.priors.discrimination_sd**2
            )
            gd = gd - intercepts / problem.priors.intercept_sd**2
            aa = aa + 1 / problem.priors.discrimination_sd**2
            dd = dd + 1 / problem.priors.intercept_sd**2
        ga, aa, ad = np.where(free_a, ga, 0), np.where(free_a, aa, 1), np.where(free_a, ad, 0)
        gd, dd, ad = np.where(free_d, gd, 0), np.where(free_d, dd, 1), np.where(free_d, ad, 0)
        det = np.maximum(aa * dd - ad**2, 1e-12)
        step_a = np.clip((dd * ga - ad * gd) / det, -1, 1)
        step_d = np.clip((aa * gd - ad * ga) / det, -2, 2)
        slopes = np.clip(slopes + step_a, -MOST_SLOPE, MOST_SLOPE)
        intercepts = np.clip(intercepts + step_d, -MOST_INTERCEPT, MOST_INTERCEPT)
        if max(np.abs(step_a).max(), np.abs(step_d).max()) < 1e-4:
            break
    problem.slopes, problem.intercepts = slopes, intercepts
    total = sums.persons.sum()
    if problem.free_mean:
        problem.mean = float(sums.persons @ theta / total)
    if problem.free_sd:
        problem.sd = float(np.sqrt(sums.persons @ (theta - problem.mean) ** 2 / total))


def _reported(
    model: Literal["rasch", "2pl"],
    responses: Responses,
    problem: _Problem,
    persons: Gathering,
    found: Found,
    flags: list[list[str]],
    usable: Mask,
    warnings: list[str],
) -> Fit:
    nodes, population = problem.quadrature(), Population(problem.mean, problem.sd)
    a, d = problem.slopes, problem.intercepts
    likelihood = expected(persons, a, d, nodes).log_likelihood
    at_bound = (problem.free_slope & (np.abs(a) >= MOST_SLOPE * 0.999)) | (
        problem.free_intercept & (np.abs(d) >= MOST_INTERCEPT * 0.999)
    )
    free = np.concatenate(
        [
            problem.free_slope & ~at_bound,
            problem.free_intercept & ~at_bound,
            [problem.free_mean, problem.free_sd],
        ]
    )
    information = observed(
        persons,
        a,
        d,
        nodes=nodes,
        population=population,
        priors=problem.priors,
        slopes_fixed=model == "rasch",
    )
    covariance, positive = errors_of(information, free)
    if not positive:
        warnings.append("no_errors")
    number = a.size
    variance = np.diag(covariance)
    va, vd, both = variance[:number], variance[number:-2], np.diag(covariance, number)[:number]
    with np.errstate(divide="ignore", invalid="ignore"):
        b = np.where(a != 0, -d / a, np.nan)
        vb = (vd + 2 * b * both + b**2 * va) / a**2
    errors = [np.sqrt(np.where(at_bound, np.nan, v)) for v in (va, vb, vd)]
    for place, at in enumerate(np.flatnonzero(usable)):
        flags[at] += ["at_bound"] * bool(at_bound[place])
        flags[at] += ["no_error"] * (not positive)
        flags[at] += ["negative"] * bool(a[place] < 0)
        flags[at] += ["flat"] * bool(abs(a[place]) < 2 * errors[0][place])

    def spread(values: Floats) -> Floats:
        out = np.full(usable.size, np.nan)
        out[usable] = values
        return out

    return Fit(
        model,
        responses.items,
        spread(a),
        spread(b),
        spread(d),
        spread(errors[0]),
        spread(errors[1]),
        spread(errors[2]),
        population,
        float(np.sqrt(variance[-2])),
        float(problem.sd * np.sqrt(variance[-1])),
        likelihood,
        int(persons.cells(a).persons.sum().round()),
        found.converged,
        found.trace,
        type(persons).__name__.lower(),
        tuple(tuple(each) for each in flags),
        tuple(warnings),
        problem.priors,
        int(free.sum()),
    )


def simulated(bank: Bank, abilities: Floats, *, generator: np.random.Generator) -> Marks:
    """Answers (persons, items), 1 or 0, that persons of these abilities would give."""
    logit = np.multiply.outer(np.asarray(abilities, np.float64), bank.discrimination)
    logit += bank.intercept
    return (generator.random(logit.shape) < 1 / (1 + np.exp(-logit))).astype(np.int8)
