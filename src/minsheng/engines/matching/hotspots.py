"""Where more is asked than usual: counts of class and area in a window, beside what was before.

The usual rate of a cell (a class in an area) is a Gamma variable: its prior mean is the share that
class and area have in the whole, worth `PRIOR_WINDOWS` windows; the windows before add what was seen.
A new window then follows the negative binomial law; its tail is the chance of so many or more.
Of many cells some are high by chance alone, so those are kept for which at most one in
`1 / FALSE_SHARE` would be false.  Sources: Gelman et al., Bayesian Data Analysis, 2.6 (Gamma-Poisson);
Benjamini and Hochberg (1995).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp, lgamma, log

PRIOR_WINDOWS = 2.0
FALSE_SHARE = 0.05
LEAST_COUNT = 3
LEAST_RATE = 0.01
Cell = tuple[str, str]


@dataclass(frozen=True, slots=True)
class HotSpot:
    """A class in an area with more requests than usual.

    `count` came in the window, `usual` are expected in one; `chance` is that of so many or more when
    nothing has changed; `before` came in all the earlier windows together.
    """

    kind: str
    area: str
    count: int
    usual: float
    before: int
    chance: float

    @property
    def times(self) -> float:
        """How many times the usual level the count is."""
        return self.count / self.usual


def hot_spots(
    now: Mapping[Cell, int],
    before: Mapping[Cell, int],
    *,
    windows: int,
    least: int = LEAST_COUNT,
) -> tuple[HotSpot, ...]:
    """Return the cells with more than usual, the least likely first.

    `now` counts the window by (class, area), `before` the `windows` windows of the same length that
    came before it. Raises ValueError for fewer than one earlier window.
    """
    if windows < 1:
        raise ValueError("without an earlier window nothing is usual")
    usual = _Usual.of(before, windows)
    told = [usual.told(cell, count) for cell, count in now.items() if count]
    kept = _kept(told, tests=len(now.keys() | before.keys()))
    hot = (spot for spot in kept if spot.count >= least and spot.count > spot.usual)
    return tuple(sorted(hot, key=lambda spot: (spot.chance, spot.kind, spot.area)))


def tail(count: int, *, shape: float, rate: float) -> float:
    """Return the chance of `count` or more in one window, the rate being Gamma(shape, rate)."""
    miss = log(rate / (rate + 1))
    below = 0.0
    for number in range(count):
        ways = lgamma(number + shape) - lgamma(shape) - lgamma(number + 1)
        below += exp(ways + shape * miss - number * log(rate + 1))
    return min(1.0, max(1.0 - below, 1e-15))


@dataclass(frozen=True, slots=True)
class _Usual:
    """The earlier windows, by cell, class and area."""

    before: Mapping[Cell, int]
    kinds: Mapping[str, int]
    areas: Mapping[str, int]
    windows: int

    @classmethod
    def of(cls, before: Mapping[Cell, int], windows: int) -> _Usual:
        kinds: Counter[str] = Counter()
        areas: Counter[str] = Counter()
        for (kind, area), count in before.items():
            kinds[kind] += count
            areas[area] += count
        return cls(before, kinds, areas, windows)

    def told(self, cell: Cell, count: int) -> HotSpot:
        kind, area = cell
        whole = sum(self.kinds.values())
        share = self.kinds.get(kind, 0) * self.areas.get(area, 0) / whole if whole else 0.0
        seen = self.before.get(cell, 0)
        shape = max(LEAST_RATE, share / self.windows) * PRIOR_WINDOWS + seen
        rate = PRIOR_WINDOWS + self.windows
        return HotSpot(kind, area, count, shape / rate, seen, tail(count, shape=shape, rate=rate))


def _kept(spots: Iterable[HotSpot], *, tests: int) -> list[HotSpot]:
    """Return those that stand after all cells were looked at; cells without a count have chance 1."""
    ordered = sorted(spots, key=lambda spot: spot.chance)
    last = 0
    for place, spot in enumerate(ordered, 1):
        if spot.chance <= FALSE_SHARE * place / tests:
            last = place
    return ordered[:last]
