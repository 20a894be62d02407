"""A class on paper: a model of each pupil in each skill, fitted to what the class has answered.

The chance of a right answer is guess + (1 - guess - slip) × logistic(x), where x adds up

    the class, the pupil, the skill, the pupil in the skill, the item     (each drawn to the middle of its kind)
  + level × (level - 3) + practice × log(1 + answers to the skill)        (practice also differs by skill)
  + forgetting × log(1 + days since the last answer to it)
  + transfer × mean of log(1 + answers) over the skills it needs
  + recent × how the last answers to the skill went + form × how the last answers to anything went
  + peer, where pupils work together.

All weights are fitted at once, each with a normal belief about it; how far pupils, skills and items differ is
taken from the data (empirical Bayes), so that few answers move a pupil little from the class.
Sources: a logistic mixed model (De Boeck & Wilson, 2004) with counts as in performance factors (Pavlik et al.,
2009); the spread of effects by expectation maximisation on the normal approximation (Laplace).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from minsheng.engines.learning.answers import Bools, Floats
from minsheng.engines.learning.arrowhead import Arrowhead, arrowhead
from minsheng.engines.learning.twin_rows import COMMON, Columns, Past, State, features

# what is believed of the common weights before any answer: middle and spread, in logits; settings
BELIEF = {
    "class": (0.5, 1.5),
    "level": (-0.4, 0.4),
    "practice": (0.2, 0.3),
    "forgetting": (-0.1, 0.15),
    "transfer": (0.1, 0.2),
    "recent": (0.5, 0.6),
    "form": (0.5, 0.6),
    "peer": (0.0, 0.3),
}
SPREAD = {"pupil": 0.6, "skill": 0.6, "pupil_skill": 0.5, "item": 0.6, "practice_of_skill": 0.15}
BELIEVED = 4.0  # how many members of a kind the belief about its spread weighs as
ROUNDS = 12
GUESS, SLIP = (2.0, 12.0), (2.0, 30.0)  # Beta beliefs: about 0.08 and 0.03


@dataclass(frozen=True, slots=True)
class Twin:
    """The fitted class.

    weights (columns,) and the precision of their normal approximation. spreads: of each kind, in logits. guess, slip: of the class. state: what each pupil had answered by then. base: share
    of right answers. answers: how many it rests on. settled: whether the fit came to rest.
    has_peer: whether any answer was given together.
    """

    columns: Columns
    weights: Floats
    precision: Arrowhead
    spreads: dict[str, float]
    guess: float
    slip: float
    state: State
    base: float
    answers: int
    half_life: float
    settled: bool
    has_peer: bool

    def common(self) -> dict[str, tuple[float, float]]:
        """Return each common weight with its standard error, in logits."""
        error = np.sqrt(self.precision.variances())
        return {
            name: (float(self.weights[place]), float(error[place]))
            for place, name in enumerate(COMMON)
        }


def fit(past: Past, *, half_lives: Sequence[float] = (np.inf, 60.0, 20.0)) -> Twin:
    """Return the twin of the class whose past this is.

    half_lives, in days: after so long an answer counts half. Where there are several, each is tried on the
    last fifth of the days with the rest as its past, and the best is taken.
    Raises ValueError without any answer.
    """
    if not len(past):
        raise ValueError("a twin needs at least one answer")
    if not half_lives or min(half_lives) <= 0:
        raise ValueError("half-lives are days above 0")
    best = half_lives[0]
    days = np.unique(past.day)
    if len(half_lives) > 1 and len(days) >= 5:
        cut = days[-max(len(days) // 5, 1)]
        early, late = past.day < cut, past.day >= cut
        if early.sum() >= 50:
            table, _ = features(past)
            costs = [
                _cost(_fitted(past, table, early, half_life), table[late], past.right[late])
                for half_life in half_lives
            ]
            best = half_lives[int(np.argmin(costs))]
    table, state = features(past)
    found = _fitted(past, table, np.ones(len(past), bool), best)
    return Twin(
        columns=Columns(past.pupils, past.skills, past.items),
        weights=found.weights,
        precision=found.precision,
        spreads=found.spreads,
        guess=found.guess,
        slip=found.slip,
        state=state,
        base=float(past.right.mean()),
        answers=len(past),
        half_life=float(best),
        settled=found.settled,
        has_peer=bool(past.peer.any()),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    weights: Floats
    precision: Arrowhead
    spreads: dict[str, float]
    guess: float
    slip: float
    settled: bool


@dataclass(frozen=True, slots=True)
class _Task:
    """What is fitted: the table in two pieces (see arrowhead.py), answers, how much each counts."""

    first: sparse.csr_array
    own: sparse.csr_array
    right: Floats
    heed: Floats
    middle: Floats

    def x(self, weights: Floats) -> Floats:
        front = self.first.shape[1]
        return np.asarray(self.first @ weights[:front] + self.own @ weights[front:])


def _fitted(past: Past, table: sparse.csr_array, rows: Bools, half_life: float) -> _Found:
    """Return the likeliest weights given some of the rows; the spreads of kinds are found on the way."""
    columns = Columns(past.pupils, past.skills, past.items)
    x, right = table[rows], past.right[rows].astype(np.float64)
    age = past.day[rows].max() - past.day[rows]
    heed = np.ones(len(right)) if np.isinf(half_life) else 0.5 ** (age / half_life)
    middle = np.zeros(columns.count)
    middle[: len(COMMON)] = [BELIEF[name][0] for name in COMMON]
    front = columns.parts()["pupil_skill"].start
    task = _Task(x[:, :front], x[:, front:], right, heed, middle)
    weights, spreads, guess, slip = middle.copy(), dict(SPREAD), 0.08, 0.03
    for _ in range(ROUNDS):
        before = weights
        strength = _strength(columns, spreads)
        weights, precision = _climb(task, weights, strength, guess, slip)
        guess, slip = _guess_and_slip(task.x(weights), right, heed, guess, slip)
        variance = precision.variances()
        spreads = {
            kind: _spread(weights[part], variance[part], SPREAD[kind])
            for kind, part in columns.parts().items()
        }
        if np.abs(weights - before).max() < 0.02:
            return _Found(weights, precision, spreads, guess, slip, True)
    return _Found(weights, precision, spreads, guess, slip, False)


def _strength(columns: Columns, spreads: dict[str, float]) -> Floats:
    strength = np.empty(columns.count)
    strength[: len(COMMON)] = [BELIEF[name][1] ** -2 for name in COMMON]
    for kind, part in columns.parts().items():
        strength[part] = spreads[kind] ** -2
    return strength


def _spread(weights: Floats, variance: Floats, believed: float) -> float:
    whole = float((weights**2 + variance).sum()) + BELIEVED * believed**2
    return max(float(np.sqrt(whole / (len(weights) + BELIEVED))), 0.02)


def _climb(
    task: _Task, weights: Floats, strength: Floats, guess: float, slip: float
) -> tuple[Floats, Arrowhead]:
    """Return the likeliest weights by Fisher scoring with halved steps, and their precision."""
    aim, slope, precision = _aim(task, weights, strength, guess, slip)
    for _ in range(2):
        step, size = precision.solve(slope), 1.0
        while size > 1e-3:
            tried = weights + size * step
            found = _aim(task, tried, strength, guess, slip)
            if found[0] >= aim:
                break
            size /= 2
        else:
            break
        gained = found[0] - aim
        weights, (aim, slope, precision) = tried, found
        if gained < 0.05:
            break
    return weights, precision


def _aim(
    task: _Task, weights: Floats, strength: Floats, guess: float, slip: float
) -> tuple[float, Floats, Arrowhead]:
    """Return the log of likelihood and belief, its slope, and its expected curvature."""
    sigma = logistic(task.x(weights))
    chance = np.clip(guess + (1 - guess - slip) * sigma, 1e-9, 1 - 1e-9)
    rise = (1 - guess - slip) * sigma * (1 - sigma)
    away, spread = weights - task.middle, chance * (1 - chance)
    likely = task.heed * np.where(task.right == 1, np.log(chance), np.log1p(-chance))
    aim = float(likely.sum() - 0.5 * (strength * away**2).sum())
    pull = task.heed * (task.right - chance) * rise / spread
    slope = np.concatenate([task.first.T @ pull, task.own.T @ pull]) - strength * away
    heavy = task.heed * rise**2 / spread
    weighed = task.first.copy()
    weighed.data = weighed.data * np.repeat(heavy, np.diff(weighed.indptr))
    front = weighed.shape[1]
    whole = (weighed.T @ task.first).toarray()
    whole[np.diag_indices_from(whole)] += strength[:front]
    beside = (weighed.T @ task.own).toarray()
    return aim, slope, arrowhead(whole, beside, task.own.T @ heavy + strength[front:])


def _guess_and_slip(
    x: Floats, right: Floats, heed: Floats, guess: float, slip: float
) -> tuple[float, float]:
    """Return the likeliest guess and slip at these x, by a few expectation steps."""
    sigma = logistic(x)
    for _ in range(5):
        of_know = sigma * np.where(right == 1, 1 - slip, slip)
        of_not = (1 - sigma) * np.where(right == 1, guess, 1 - guess)
        know = heed * of_know / np.maximum(of_know + of_not, 1e-300)
        guessed, not_guessed = ((heed - know) * right).sum(), ((heed - know) * (1 - right)).sum()
        slipped, held = (know * (1 - right)).sum(), (know * right).sum()
        guess = (guessed + GUESS[0] - 1) / (guessed + not_guessed + sum(GUESS) - 2)
        slip = (slipped + SLIP[0] - 1) / (slipped + held + sum(SLIP) - 2)
    return float(min(guess, 0.45)), float(min(slip, 0.3))


def _cost(found: _Found, x: sparse.csr_array, right: NDArray[np.int8]) -> float:
    chance = found.guess + (1 - found.guess - found.slip) * logistic(x @ found.weights)
    return float(np.mean((chance - right) ** 2))


def logistic(x: Floats) -> Floats:
    """Return 1 / (1 + exp(-x)), without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)))
