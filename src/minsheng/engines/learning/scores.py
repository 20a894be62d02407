"""How good predicted chances were, beside what needs no model at all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from minsheng.engines.learning.answers import Floats, Ints

BINS = 10


@dataclass(frozen=True, slots=True)
class Reliability:
    """Predicted beside seen: bins of predicted chance from 0 to 1, only those with answers; arrays (bins,).

    expected: mean predicted chance; seen: share right; count. error: mean distance of the two, weighted by
    count (expected calibration error).
    """

    expected: Floats
    seen: Floats
    count: Ints
    error: float


@dataclass(frozen=True, slots=True)
class Score:
    """How good predicted chances were. auc is None where all were right or all wrong.

    brier: mean square distance, 0.25 for a chance of one half; log_loss: with chances held off 0 and 1 by
    1e-6, so that a prediction of exactly 0 or 1 that fails costs 13.8 and not without end.
    """

    count: int
    auc: float | None
    brier: float
    log_loss: float
    reliability: Reliability


def score(chance: ArrayLike, right: ArrayLike, *, bins: int = BINS) -> Score:
    """Return how good the chances were. Raises ValueError for other lengths, none, or no chance (NaN)."""
    said, was = np.asarray(chance, np.float64), np.asarray(right, np.float64)
    if said.shape != was.shape or said.ndim != 1 or not len(said):
        raise ValueError("one chance for each answer, and one answer at least")
    if not ((said >= 0) & (said <= 1)).all() or not np.isin(was, (0, 1)).all():
        raise ValueError("chances lie from 0 to 1, answers are 0 or 1")
    held = np.clip(said, 1e-6, 1 - 1e-6)
    return Score(
        count=len(said),
        auc=area(said, was),
        brier=float(np.mean((said - was) ** 2)),
        log_loss=float(-np.mean(np.where(was == 1, np.log(held), np.log1p(-held)))),
        reliability=reliability(said, was, bins=bins),
    )


def area(chance: Floats, right: Floats) -> float | None:
    """Return how often a right answer had the higher chance than a wrong one, ties half; None without both."""
    rights = int(np.sum(right))
    wrongs = len(right) - rights
    if not rights or not wrongs:
        return None
    _, place, alike = np.unique(chance, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(alike) - (alike - 1) / 2)[place]  # the mean rank, where chances are alike
    return float((ranks[right == 1].sum() - rights * (rights + 1) / 2) / (rights * wrongs))


def reliability(chance: Floats, right: Floats, *, bins: int = BINS) -> Reliability:
    """Return predicted beside seen in bins of equal width."""
    if bins < 1:
        raise ValueError("at least one bin")
    which = np.minimum((chance * bins).astype(np.int64), bins - 1)
    count = np.bincount(which, minlength=bins)
    used = count > 0
    expected = np.bincount(which, weights=chance, minlength=bins)[used] / count[used]
    seen = np.bincount(which, weights=right, minlength=bins)[used] / count[used]
    error = float(np.sum(count[used] * np.abs(expected - seen)) / len(chance))
    return Reliability(expected, seen, count[used], error)
