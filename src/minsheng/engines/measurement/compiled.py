"""The one loop that numba compiles. Imported by `binned.py` only, and only when it is first needed."""

from __future__ import annotations

from typing import Any

from numba import njit
from numpy.typing import NDArray

from minsheng.engines.measurement.responses import Floats, Marks


def _spread(
    right: Marks,
    slopes: Floats,
    booklet: NDArray[Any],
    low: Floats,
    scale: Floats,
    sums: Floats,
    persons: Floats,
    spread: Floats,
) -> None:
    bins = persons.shape[1]
    for person in range(right.shape[0]):
        statistic = 0.0
        for item in range(right.shape[1]):
            statistic += slopes[item] * right[person, item]
        which = booklet[person]
        place = (statistic - low[which]) * scale[which]
        left = min(max(int(place), 0), bins - 2)
        part = place - left
        rest = 1.0 - part
        persons[which, left] += rest
        persons[which, left + 1] += part
        spread[which, left] += rest * rest * part
        spread[which, left + 1] += part * rest * part
        for item in range(right.shape[1]):
            mark = float(right[person, item])
            sums[which, left, item] += rest * mark
            sums[which, left + 1, item] += part * mark


QUICK = {"reassoc", "contract", "nsz"}  # sums in any order; NaN and infinity stay what they are
try:
    spread = njit(cache=True, fastmath=QUICK, nogil=True)(_spread)
except RuntimeError:  # no folder to keep what was compiled in: compile in each process
    spread = njit(fastmath=QUICK, nogil=True)(_spread)
