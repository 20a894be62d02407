"""The order in which a day's places are visited: nearest first, then crossings taken out.

Appointments keep the order of their hours. The answer is never longer than the order that was
given, once its appointments stand in the order of their hours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from itertools import pairwise

from minsheng.lib.areas import Point, metres_between

SHORTER = 1e-6


@dataclass(frozen=True, slots=True)
class Stop:
    """One place to go to; `at` where an hour was agreed."""

    key: str
    place: Point
    at: time | None = None


def length(stops: Sequence[Stop], *, start: Point | None = None) -> float:
    """Return the metres from the start, if there is one, through all stops, as the crow flies."""
    points = ([start] if start is not None else []) + [stop.place for stop in stops]
    return sum(metres_between(a, b) for a, b in pairwise(points))


def ordered(stops: Sequence[Stop], *, start: Point | None = None) -> list[Stop]:
    """Return the same stops in a short order.

    Nearest neighbour from the start (or from the first given), then 2-opt until no turn shortens
    it; the better of that and the given order. O(n²) for each round, n is a day's work.
    """
    given = _appointments_in_order(stops)
    near = _appointments_in_order(_nearest_first(given, start))
    return min(
        (_uncrossed(way, start) for way in (near, given)), key=lambda way: length(way, start=start)
    )


def _appointments_in_order(stops: Sequence[Stop]) -> list[Stop]:
    """Return the stops with appointments, where they stand, in the order of their hours."""
    hours = iter(sorted((s for s in stops if s.at), key=lambda s: (s.at or time(), s.key)))
    return [next(hours) if stop.at else stop for stop in stops]


def _nearest_first(stops: Sequence[Stop], start: Point | None) -> list[Stop]:
    left = list(stops)
    found: list[Stop] = []
    here = start if start is not None else (left[0].place if left else (0.0, 0.0))
    while left:
        nearest = min(left, key=lambda stop: metres_between(here, stop.place))
        left.remove(nearest)
        found.append(nearest)
        here = nearest.place
    return found


def _uncrossed(stops: Sequence[Stop], start: Point | None) -> list[Stop]:
    """Return the stops after turning round each stretch that gets shorter by it."""
    way = list(stops)
    improved = True
    while improved:
        improved = False
        for first in range(len(way) - 1):
            for last in range(first + 1, len(way)):
                if sum(stop.at is not None for stop in way[first : last + 1]) > 1:
                    break  # two appointments would change places
                if _gain(way, first, last, start) > SHORTER:
                    way[first : last + 1] = reversed(way[first : last + 1])
                    improved = True
    return way


def _gain(way: Sequence[Stop], first: int, last: int, start: Point | None) -> float:
    """Return how many metres turning round way[first..last] saves."""
    before = way[first - 1].place if first else start
    after = way[last + 1].place if last + 1 < len(way) else None
    a, b = way[first].place, way[last].place
    saved = 0.0
    if before is not None:
        saved += metres_between(before, a) - metres_between(before, b)
    if after is not None:
        saved += metres_between(b, after) - metres_between(a, after)
    return saved
