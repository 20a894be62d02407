"""Is every case met by a row, by only one, and does every row ever apply?

A cell splits its column into few regions on which it doesn't change: its written values, and what
lies between them. One sample of each region stands for all of it, so trying every combination of
samples is a proof, not a test. Each row becomes one bit mask per column.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from itertools import pairwise

from .cells import Cell
from .ir import Call, Field, Node
from .values import Value

STEP_BOUND = 2_000_000
ELSE = "…"
Masks = tuple[int, ...]
Samples = tuple[Value, ...]


class TooLargeToProve(Exception):
    """The table has more combinations than the proof may try."""


def samples_of(column: Node, cells: Iterable[Cell]) -> Samples:
    """Return one value from each region of a column on which none of the cells changes."""
    points = {value for cell in cells for value in cell.values}
    if column.type == "boolean":
        return (True, False)
    if isinstance(column, Field) and column.kind.options:
        return column.kind.options
    if column.type in ("text", "choice"):
        return (*sorted(str(point) for point in points), ELSE)
    if column.type == "date":
        days = [point.toordinal() for point in points if isinstance(point, date)]
        span = (date.min.toordinal(), date.max.toordinal())
        return tuple(date.fromordinal(day) for day in _whole(days) if span[0] <= day <= span[1])
    numbers = [point for point in points if isinstance(point, int | Fraction)]
    if column.type == "number":
        return _dense([Fraction(number) for number in numbers])
    whole = _whole([int(number) for number in numbers])
    is_age = isinstance(column, Call) and column.function in ("age_months", "age_years")
    return tuple(number for number in whole if number >= 0 or not is_age)


def masks_of(cells: Sequence[Cell], samples: Sequence[Samples]) -> Masks:
    """Return, per column, the set of samples that the row's cell admits, as bits."""
    return tuple(
        sum(1 << place for place, value in enumerate(column) if cell.admits(value))
        for cell, column in zip(cells, samples, strict=True)
    )


def first_gap(rows: Sequence[Masks], samples: Sequence[Samples]) -> Samples | None:
    """Return a case that no row meets, or None when every case is met.

    Raises TooLargeToProve when there are too many combinations.
    """
    everything = tuple((1 << len(column)) - 1 for column in samples)
    found = _Search(rows).outside(everything)
    if found is None:
        return None
    return tuple(column[place] for column, place in zip(samples, found, strict=True))


def first_overlap(
    rows: Sequence[Masks], samples: Sequence[Samples]
) -> tuple[int, int, Samples] | None:
    """Return two rows that meet the same case, with that case, or None."""
    for second, row in enumerate(rows):
        for first in range(second):
            both = [one & other for one, other in zip(rows[first], row, strict=True)]
            if all(both):
                case = (column[_lowest(bits)] for column, bits in zip(samples, both, strict=True))
                return first, second, tuple(case)
    return None


def first_dead_row(rows: Sequence[Masks]) -> int | None:
    """Return a row that never applies because rows above it meet all of its cases, or None."""
    steps = 0
    for number, row in enumerate(rows):
        search = _Search(rows[:number], steps)
        if not all(row) or search.outside(row) is None:
            return number
        steps = search.steps
    return None


@dataclass(slots=True)
class _Search:
    """Looks for a combination of samples inside a box that lies outside every row."""

    rows: Sequence[Masks]
    steps: int = 0
    covered: set[tuple[int, tuple[int, ...]]] = field(default_factory=set)

    def outside(self, box: Masks) -> tuple[int, ...] | None:
        """Return the places of such a combination, one per column, or None."""
        self._spend(len(self.rows))
        touching = [n for n, row in enumerate(self.rows) if all(map(int.__and__, row, box))]
        return self._from(0, tuple(touching), box)

    def _from(self, column: int, alive: tuple[int, ...], box: Masks) -> tuple[int, ...] | None:
        if not alive:
            return tuple(_lowest(bits) for bits in box[column:])
        if column == len(box) or (column, alive) in self.covered:
            return None
        for place in _places(box[column]):
            self._spend(len(alive))
            still = tuple(n for n in alive if self.rows[n][column] >> place & 1)
            rest = self._from(column + 1, still, box)
            if rest is not None:
                return (place, *rest)
        self.covered.add((column, alive))
        return None

    def _spend(self, steps: int) -> None:
        self.steps += steps
        if self.steps > STEP_BOUND:
            raise TooLargeToProve


def _places(bits: int) -> Iterable[int]:
    return (place for place in range(bits.bit_length()) if bits >> place & 1)


def _lowest(bits: int) -> int:
    return (bits & -bits).bit_length() - 1


def _whole(points: Sequence[int]) -> tuple[int, ...]:
    """Return each point and one whole number of each stretch between and beside them."""
    ordered = sorted(points) or [0]
    between = {low + 1 for low, high in pairwise(ordered) if high - low > 1}
    return tuple(sorted({ordered[0] - 1, *ordered, *between, ordered[-1] + 1}))


def _dense(points: Sequence[Fraction]) -> tuple[Fraction, ...]:
    ordered = sorted(points) or [Fraction(0)]
    between = {(low + high) / 2 for low, high in pairwise(ordered)}
    return tuple(sorted({ordered[0] - 1, *ordered, *between, ordered[-1] + 1}))
