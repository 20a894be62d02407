"""First come, first served, by several officers: simulated from the post's own past."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from statistics import fmean, stdev

from minsheng.engines.queueing.observed import Floats, Observed

ITEMS = 600
RUNS = 20
WARM_UP = 0.2
"""The first items of a run meet an empty office; so much of each run isn't counted."""
STUDENT = 2.093
"""The 97.5 % point of Student's t with RUNS - 1 = 19 degrees of freedom: an interval of 95 %."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over independent runs, with its confidence interval of 95 %."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What would be: mean wait, mean time from arrival to end, share over the term; in working days.

    load: work offered for each officer. is_stable: below 1; else the queue grows without end, and
    the figures say only how far it grew in the run.
    """

    servers: int
    load: float
    wait: Estimate
    stay: Estimate
    over_term: Estimate

    @property
    def is_stable(self) -> bool:
        """Whether the officers can keep up."""
        return self.load < 1


def waits(arrivals: Floats, services: Floats, servers: int) -> list[float]:
    """Return how long each item waits until an officer takes it up, in the order they came.

    arrivals, sorted; services, as many. Lindley's recursion for several servers.
    Source: J. Kiefer and J. Wolfowitz (1955).
    """
    free = [0.0] * servers
    found = []
    for came, worked in zip(arrivals, services, strict=True):
        begun = max(came, heapq.heappop(free))
        found.append(begun - came)
        heapq.heappush(free, begun + worked)
    return found


def what_if(
    observed: Observed,
    *,
    generator: Random,
    servers: int,
    demand: float = 1.0,
    term: float = float("inf"),
    items: int = ITEMS,
) -> Outcome:
    """Return what would be with so many officers and `demand` times the work.

    Gaps and service times are drawn from the past, each by itself; `demand` 1.3 divides every gap by
    1.3. term: working days after which an item is late. Raises ValueError without an officer.
    """
    if servers < 1 or demand <= 0 or items < 2:
        raise ValueError("at least one officer, some demand and two items")
    first = int(items * WARM_UP)
    rows = []
    for _ in range(RUNS):
        gaps = generator.choices(observed.gaps, k=items)
        services = generator.choices(observed.services, k=items)
        arrivals = list(accumulate(gap / demand for gap in gaps))
        waited = waits(arrivals, services, servers)[first:]
        stays = [w + s for w, s in zip(waited, services[first:], strict=True)]
        rows.append((fmean(waited), fmean(stays), fmean(stay > term for stay in stays)))
    wait, stay, over = (_estimate(column) for column in zip(*rows, strict=True))
    load = observed.load * observed.servers / servers * demand
    return Outcome(servers, load, wait, stay, over)


def _estimate(means: Floats) -> Estimate:
    mean, half = fmean(means), STUDENT * stdev(means) / len(means) ** 0.5
    return Estimate(mean, mean - half, mean + half)
