"""Persons gathered into bins of the one number their posterior depends on.

In the 2PL model log P(x | θ) = θ·s + x·d - C(θ) with s = x·a, so that two persons with the same s
have the same posterior. Each person is shared out between the two nearest of a grid of bins, and
all that is done over quadrature points is then done once for each bin, not for each person.
"""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from minsheng.engines.kit.compiled import has_compiler
from minsheng.engines.measurement.responses import Floats, Marks

BLOCK = 16_384  # persons at once without numba: a block stays in the cache


def bins_for(items: int) -> int:
    """How many bins one booklet with so many items takes.

    Sharing out between neighbours widens a posterior by a part (h·sd)²/6, where h is the width of
    a bin and sd about 2/√(Σa²): h·sd is about 2√items ÷ bins, whatever the slopes. That part is
    taken back to second order in `expectation.py`; what is left is of the fourth.
    """
    return int(np.ceil(64 * np.sqrt(max(items, 1)))) + 1


@cache
def compiled() -> Any:
    """The compiled loop, or None where numba isn't installed (Python 3.15 and later)."""
    if not has_compiler():
        return None
    return importlib.import_module("minsheng.engines.measurement.compiled").spread


def gathered(
    right: Marks,
    slopes: Floats,
    *,
    booklet: NDArray[np.int32],
    low: Floats,
    width: Floats,
    bins: int,
    by: Any = None,
) -> tuple[Floats, Floats, Floats]:
    """Sums of right answers, of persons and of part x rest of a bin, for each booklet and bin.

    right (persons, items) 1 or 0, slopes (items,), booklet (persons,), low and width of a bin
    (booklets,) → (booklets, bins, items), (booklets, bins), (booklets, bins). `by` is the compiled
    loop or None for numpy; both give the same but for the order of sums.
    """
    sums = np.zeros((low.size, bins, right.shape[1]))
    persons = np.zeros((low.size, bins))
    spread = np.zeros((low.size, bins))
    if by is not None:
        by(right, slopes, booklet, low, 1 / width, sums, persons, spread)
        return sums, persons, spread
    flat, cells = sums.reshape(-1, right.shape[1]), low.size * bins
    for start in range(0, right.shape[0], BLOCK):
        answers = right[start : start + BLOCK].astype(np.float64)
        which = booklet[start : start + BLOCK]
        place = (answers @ slopes - low[which]) / width[which]
        left = np.clip(place.astype(np.int64), 0, bins - 2)
        part = place - left
        at = which.astype(np.int64) * bins + left
        number = np.arange(at.size)
        shares = sparse.csr_array(
            (
                np.concatenate([1 - part, part]),
                (np.concatenate([at, at + 1]), np.concatenate([number, number])),
            ),
            shape=(cells, at.size),
        )
        flat += shares @ answers
        persons += np.asarray(shares.sum(axis=1)).reshape(persons.shape)
        spread += np.asarray(shares @ (part * (1 - part))).reshape(spread.shape)
    return sums, persons, spread
