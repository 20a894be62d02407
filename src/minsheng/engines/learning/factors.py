"""Performance factors: the chance of a right answer from how often each skill went right and wrong before.

The logit of an interaction is the sum, over its skills, of ease + gain × log(1 + right before) + loss × log(1 + wrong
before). Pavlik, Cen & Koedinger (2009) take the counts themselves; their logarithm keeps long practice from
running away, and is what later comparisons found better (Gervet et al., 2020).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from minsheng.engines.learning.answers import Floats
from minsheng.engines.learning.logs import Log

PARTS = ("ease", "gain", "loss")


@dataclass(frozen=True, slots=True, eq=False)
class Factors:
    """Weights of each skill, arrays (skills,), in logits; errors (3, skills): their standard errors.

    settled: whether the fit came to rest; answers: how many interactions it rests on.
    """

    base: float
    ease: Floats
    gain: Floats
    loss: Floats
    errors: Floats
    settled: bool
    answers: int


def fit_factors(
    log: Log, *, spread: tuple[float, float, float] = (1.0, 0.5, 0.5), steps: int = 50
) -> Factors:
    """Return the likeliest weights under normal beliefs with middle 0 and these spreads, in logits.

    The spreads (of ease, gain, loss) are the penalty: smaller ones hold skills with few answers nearer to 0, so that no
    skill runs away, not even one that was always right. Raises ValueError without any interaction.
    """
    if not len(log):
        raise ValueError("at least one interaction")
    if min(spread) <= 0 or steps < 1:
        raise ValueError("spreads above 0, and at least one step")
    table = _table(log)
    right = log.right.astype(np.float64)
    skills = len(log.skills)
    strength = np.r_[1e-6, np.repeat(np.power(spread, -2.0), skills)]
    weights = np.zeros(table.shape[1])
    settled = False
    for _ in range(steps):
        chance = _logistic(table @ weights)
        slope = table.T @ (right - chance) - strength * weights
        heavy = (table.multiply((chance * (1 - chance))[:, None])).tocsr()
        precision = (table.T @ heavy).toarray() + np.diag(strength)
        step = np.linalg.solve(precision, slope)
        size = float(np.abs(step).max())
        weights = weights + step * min(
            1.0, 2.0 / max(size, 1e-300)
        )  # no leap of more than 2 logits
        if size < 1e-8:
            settled = True
            break
    errors = np.sqrt(np.diag(np.linalg.inv(precision)))[1:].reshape(3, skills)
    ease, gain, loss = weights[1:].reshape(3, skills)
    return Factors(float(weights[0]), ease, gain, loss, errors, settled, len(log))


def chances(factors: Factors, log: Log, *, before: Log | None = None) -> Floats:
    """Return the chance of each interaction, from what came before it: (interactions,).

    `before`: what the same pupils had answered earlier. No interaction sees its own answer.
    """
    table = _table(log, before)
    weights = np.r_[factors.base, factors.ease, factors.gain, factors.loss]
    return _logistic(table @ weights)


def counts(log: Log, before: Log | None = None) -> tuple[Floats, Floats]:
    """Return how often the pupil had each skill row right, and wrong, before: both (rows,)."""
    earlier = np.zeros(0, np.int64)
    if before is not None:
        earlier = before.pupil[before.row] * len(log.skills) + before.skill
    key = np.r_[earlier, log.pupil[log.row] * len(log.skills) + log.skill]
    right = np.r_[before.right[before.row] if before is not None else earlier, log.right[log.row]]
    order = np.argsort(key, kind="stable")
    new = np.r_[True, np.diff(key[order]) != 0] if len(key) else np.zeros(0, bool)
    start = np.maximum.accumulate(np.where(new, np.arange(len(key)), 0)) if len(key) else order
    total = np.r_[0, np.cumsum(right[order])]
    rights = total[:-1] - total[start]
    found = np.empty((2, len(key)))
    found[0, order], found[1, order] = rights, np.arange(len(key)) - start - rights
    return found[0, len(earlier) :], found[1, len(earlier) :]


def _table(log: Log, before: Log | None = None) -> sparse.csr_array:
    right, wrong = counts(log, before)
    skills, row = len(log.skills), log.row
    everyone = np.arange(len(log))
    return sparse.coo_array(
        (
            np.r_[np.ones(len(log)), np.ones(len(row)), np.log1p(right), np.log1p(wrong)],
            (
                np.r_[everyone, row, row, row],
                np.r_[
                    np.zeros(len(log), np.int64),
                    1 + log.skill,
                    1 + skills + log.skill,
                    1 + 2 * skills + log.skill,
                ],
            ),
        ),
        shape=(len(log), 1 + 3 * skills),
    ).tocsr()


def _logistic(x: Floats) -> Floats:
    return np.asarray(0.5 * (1 + np.tanh(0.5 * x)))
