"""Values of many rows: whole numbers over a denominator, days, or codes of words.

A number is exact: int64 numerators over one denominator, or over a denominator for each row. `low`
and `high` bound the numerators. Where int64 could run over, the rows become Python's own fractions
in an array of objects, which is slow and right.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from .truths import NO, Mask

LIMIT = 2**62 - 1
INT64 = np.dtype(np.int64)
OBJECT = np.dtype(object)


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """The words that codes stand for. `places` leads back from a word to its code."""

    words: tuple[Any, ...]
    places: dict[Any, int] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self.places.update({word: place for place, word in enumerate(self.words)})


@dataclass(slots=True)
class Cells:
    """Values with a mask of what is known (None: all). A plain int stands for every row.

    `most` is a bound of the denominators, 0 until somebody asks. With `words`, values are codes of words, or sets of them as bits; sets of many different words
    are objects.
    """

    values: Any
    known: Mask | None = None
    denominator: Any = 1
    low: int = 0
    high: int = 0
    words: Words | None = None
    tight: bool = False
    most: int = 0

    @property
    def is_exact(self) -> bool:
        """Whether the values are Python's own numbers."""
        return isinstance(self.values, np.ndarray) and self.values.dtype == OBJECT

    @property
    def is_one(self) -> bool:
        """Whether one number stands for every row."""
        return type(self.values) is int and type(self.denominator) is int

    @property
    def fraction(self) -> Fraction:
        """The one number that stands for every row."""
        return Fraction(self.values, self.denominator)


NOTHING = Cells(0, NO)


def constant(value: int | Fraction) -> Cells:
    """Return one number for every row."""
    exact = Fraction(value)
    over = exact.numerator
    return Cells(over, None, exact.denominator, over, over, tight=True)


def measured(values: Any, known: Mask | None, denominator: Any = 1) -> Cells:
    """Return whole numbers with the bounds they have."""
    low, high = bounds_of(values)
    return Cells(values, known, denominator, low, high, tight=True)


def bounds_of(values: Any) -> tuple[int, int]:
    """Return the least and the greatest of whole numbers; 0 and 0 of none."""
    if type(values) is int:
        return values, values
    return (int(values.min()), int(values.max())) if values.size else (0, 0)


def tighten(cells: Cells) -> None:
    """Put the bounds of the rows that are here in the place of wider ones."""
    if not cells.tight:
        cells.low, cells.high = bounds_of(cells.values)
        cells.tight = True


def wide(values: Any) -> Any:
    """Return whole numbers as int64 (or the one Python int)."""
    return values if type(values) is int or values.dtype == INT64 else values.astype(INT64)


def top(cells: Cells) -> int:
    """Return the greatest denominator, or a bound of it."""
    if type(cells.denominator) is int:
        return cells.denominator
    if not cells.most:
        cells.most = int(cells.denominator.max()) if cells.denominator.size else 1
    return cells.most


def taken(values: Any, rows: Any) -> Any:
    """Return the values of some rows; one value for every row stays one."""
    if not isinstance(values, np.ndarray):
        return values
    if not values.size:  # nobody is over there, so no row leads there
        return np.zeros(len(rows), values.dtype)
    return values.take(rows, mode="clip")


def of_rows(cells: Cells, rows: Any) -> Cells:
    """Return the cells of some rows."""
    known = None if cells.known is None else taken(cells.known, rows)
    return Cells(
        taken(cells.values, rows),
        known,
        taken(cells.denominator, rows),
        cells.low,
        cells.high,
        cells.words,
        most=cells.most,
    )


def exact_values(cells: Cells) -> Any:
    """Return the values as Python's own numbers: one, or an array of objects."""
    if cells.is_exact:
        return cells.values
    if cells.is_one:
        return cells.fraction
    if type(cells.denominator) is int and cells.denominator == 1:
        return cells.values.astype(object)
    over, under = np.broadcast_arrays(cells.values, cells.denominator)
    return objects([Fraction(int(a), int(b)) for a, b in zip(over, under, strict=True)])


def objects(values: list[Any]) -> Any:
    """Return a one-dimensional array of Python objects."""
    made = np.empty(len(values), dtype=object)
    made[:] = values
    return made


def settled_down(values: Any, known: Mask | None) -> Cells:
    """Return Python's own whole numbers as int64 again when they fit."""
    if not isinstance(values, np.ndarray):
        return Cells(int(values), known, 1, int(values), int(values), tight=True)
    if all(abs(value) < LIMIT for value in values):
        return measured(values.astype(INT64), known)
    return Cells(values, known)
