"""From when items came and went to how long each was worked on: the ledger says only the first two."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean

Floats = Sequence[float]


@dataclass(frozen=True, slots=True)
class Observed:
    """One post's past, in working days: gaps between arrivals, time worked on each, who worked.

    gaps and services, none negative; servers: how many officers filled the post.
    """

    gaps: Floats
    services: Floats
    servers: int

    def __post_init__(self) -> None:
        if not self.gaps or not self.services or self.servers < 1:
            raise ValueError("at least one gap, one service time and one officer")
        if min(self.gaps) < 0 or min(self.services) < 0:
            raise ValueError("no time is negative")

    @property
    def load(self) -> float:
        """Work offered for each officer: 1 is the most that can be done; inf without any gap."""
        gap = fmean(self.gaps)
        return fmean(self.services) / gap / self.servers if gap else float("inf")


def services_of(arrivals: Floats, departures: Floats, servers: int) -> list[float]:
    """Return how long each item was worked on, if they were taken up in the order they came.

    arrivals, sorted; departures, of the same items. An officer takes the next one up as
    soon as one of them is free; what was worked on is the time from there to the departure. One that
    left before its turn counts as worked on for no time: it was taken up out of order.
    Raises ValueError for other lengths or unsorted arrivals.
    """
    if len(arrivals) != len(departures) or servers < 1:
        raise ValueError("as many arrivals as departures, and at least one officer")
    if any(later < earlier for earlier, later in pairwise(arrivals)):
        raise ValueError("arrivals come in their order")
    free = [float("-inf")] * servers
    worked = []
    for came, left in zip(arrivals, departures, strict=True):
        begun = max(came, heapq.heappop(free))
        worked.append(max(0.0, left - begun))
        heapq.heappush(free, max(begun, left))
    return worked
