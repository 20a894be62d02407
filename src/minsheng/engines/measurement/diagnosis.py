"""An EM map driven to its fixed point in fewer steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from minsheng.engines.measurement.responses import Floats


@dataclass(frozen=True, slots=True)
class Step:
    """One evaluation: the objective before it, and how far the map moved the farthest parameter."""

    objective: float
    moved: float


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """Where the search ended, whether within the tolerance, and every evaluation."""

    at: Floats
    converged: bool
    trace: tuple[Step, ...]


def squarem(
    em: Callable[[Floats], tuple[Floats, float]],
    start: Floats,
    *,
    bound: Floats,
    tolerance: float,
    evaluations: int,
) -> Found:
    """The fixed point of an EM map, within `tolerance` of the distance that is left.

    em(parameters) → (next parameters, objective at the parameters given). Parameters stay within
    ±bound. Two EM steps r and r + v are extrapolated to p + 2αr + α²v with α = |r| / |v|; where the
    objective gets worse the plain steps are kept. The distance left is judged from that
    extrapolation, not from one short EM step.  Source: Varadhan & Roland (2008), scheme S3.
    """
    trace: list[Step] = []

    def stepped(parameters: Floats) -> tuple[Floats, float]:
        there, objective = em(parameters)
        trace.append(Step(objective, float(np.abs(there - parameters).max(initial=0.0))))
        return there, objective

    here = start
    while len(trace) + 3 <= evaluations:
        first, _ = stepped(here)
        r = first - here
        if trace[-1].moved < tolerance / 100:
            return Found(first, True, tuple(trace))
        second, before = stepped(first)
        v = second - first - r
        length = float(np.linalg.norm(v))
        alpha = max(1.0, float(np.linalg.norm(r)) / length) if length > 0 else 1.0
        jump = np.clip(here + 2 * alpha * r + alpha**2 * v, -bound, bound)
        if float(np.abs(jump - here).max()) < tolerance:
            return Found(jump, True, tuple(trace))
        after, objective = stepped(jump)
        here = after if objective >= before - 1e-9 * abs(before) else second
    return Found(here, False, tuple(trace))
