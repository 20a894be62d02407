"""What comes out: verdicts, amounts and other values of every row; and columns put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np

from minsheng.rules.values import TEXTUAL, Value

from .cells import INT64, LIMIT, OBJECT, Cells, exact_values, objects, top, wide
from .choices import Columns
from .truths import YES, Truth, no_of
from .words import in_words, joint_words, spelled, spelled_sets


@dataclass(eq=False, slots=True)
class Answer:
    """The answer to one rule for each row.

    values: of a condition 1 for yes, 0 for no, -1 for unknown, as int8; of money and whole numbers
    int64; else objects.
    """

    kind: str
    values: Any
    mask: Any = None

    @property
    def known(self) -> Any:
        """Where there is an answer."""
        return self.values >= 0 if self.kind == "boolean" else self.mask

    def at(self, row: int) -> Value | None:
        """Return one row's answer as the interpreter writes it; None for unknown."""
        value: Any = self.values[row]
        if not (value >= 0 if self.kind == "boolean" else self.mask[row]):
            return None
        if self.kind == "boolean":
            return bool(value == 1)
        if self.kind == "date":
            return date.fromordinal(int(value))
        if self.kind == "number":
            return Fraction(value)
        if self.kind in ("integer", "money"):
            return int(value)
        found: Value = value
        return found


class Room:
    """The memory of all answers of one run as one piece: the system hands out few large pages."""

    def __init__(self, size: int) -> None:
        self._bytes = np.empty(size, np.uint8)
        self._used = 0

    @classmethod
    def for_all(cls, wanted: Sequence[tuple[str, int]]) -> Room:
        """Return room for answers of these kinds, each with so many rows."""
        return cls(sum(_EDGE * 2 + count * (1 if kind == "boolean" else 9)
                       for kind, count in wanted))  # fmt: skip

    def array(self, count: int, dtype: Any) -> Any:
        """Return an array of what is still free; nothing is written in it yet."""
        size = count * np.dtype(dtype).itemsize
        made = self._bytes[self._used : self._used + size].view(dtype)
        self._used += -(-size // _EDGE) * _EDGE
        return made


_EDGE = 64
"""Arrays begin at a line of the processor's cache."""


class Collected:
    """An answer that grows block by block."""

    def __init__(self, kind: str, entity: str, count: int, room: Room) -> None:
        self.kind = kind
        self.entity = entity
        self.values: Any = None
        self.known: Any = None
        if kind == "boolean":
            self.values = room.array(count, np.int8)
        else:
            whole = kind in ("integer", "money", "date")
            self.values = room.array(count, INT64) if whole else np.empty(count, object)
            self.known = room.array(count, bool)

    def take(self, column: Columns, low: int, high: int) -> None:
        """Keep the answers of the rows from low to high."""
        if isinstance(column, Truth):
            self._take_truth(column, low, high)
            return
        self.known[low:high] = YES if column.known is None else column.known
        values = self._written(column)
        if _is_beyond(values) and self.values.dtype != OBJECT:
            self.values = self.values.astype(object)  # a sum that int64 can't hold
        self.values[low:high] = values

    def _take_truth(self, truth: Truth, low: int, high: int) -> None:
        out = self.values[low:high]
        if truth.no is None:
            out[:] = truth.yes
            return
        known = truth.yes | truth.no
        np.add(np.asarray(truth.yes).view(np.int8), np.asarray(known).view(np.int8), out=out)
        out -= 1

    def _written(self, column: Cells) -> Any:
        if self.kind == "set":
            sets = spelled_sets(column)
            return sets if len(sets) == 1 or not column.is_one else sets[:1]
        if self.kind in TEXTUAL:
            return spelled(column)
        if self.kind == "number":
            return exact_values(column)
        if column.is_one or column.is_exact:
            return column.values
        return column.values if type(column.denominator) is int else exact_values(column)

    def answer(self) -> Answer:
        """Return what was kept."""
        return Answer(self.kind, self.values, self.known)


def _is_beyond(values: Any) -> bool:
    """Whether int64 can't hold whole numbers."""
    if type(values) is int:
        return abs(values) > LIMIT
    return isinstance(values, np.ndarray) and values.dtype == OBJECT


def rows_of(column: Columns, low: int, high: int) -> Columns:
    """Return some rows of a whole column."""
    if isinstance(column, Truth):
        return Truth(_cut(column.yes, low, high),
                     None if column.no is None else _cut(column.no, low, high))  # fmt: skip
    return Cells(
        _cut(column.values, low, high),
        None if column.known is None else _cut(column.known, low, high),
        _cut(column.denominator, low, high),
        column.low, column.high, column.words, most=column.most,
    )  # fmt: skip


def _cut(values: Any, low: int, high: int) -> Any:
    return values[low:high] if isinstance(values, np.ndarray) else values


def joined(parts: Sequence[tuple[Columns, int]], kind: str) -> Columns:
    """Return the columns of blocks, with how many rows each has, as one whole column."""
    if kind == "boolean":
        return _joined_truths([(part, size) for part, size in parts if isinstance(part, Truth)])
    cells = [(part, size) for part, size in parts if isinstance(part, Cells)]
    known = None
    if any(part.known is not None for part, _ in cells):
        known = _put_together(
            [(YES if part.known is None else part.known, size) for part, size in cells], bool
        )
    if kind in TEXTUAL or kind == "set":
        return _joined_words(cells, known, kind)
    return _joined_numbers(cells, known)


def _joined_truths(parts: Sequence[tuple[Truth, int]]) -> Truth:
    yes = _put_together([(part.yes, size) for part, size in parts], bool)
    if all(part.no is None for part, _ in parts):
        return Truth(yes)
    return Truth(yes, _put_together([(no_of(part), size) for part, size in parts], bool))


def _joined_numbers(parts: Sequence[tuple[Cells, int]], known: Any) -> Cells:
    low, high = min(part.low for part, _ in parts), max(part.high for part, _ in parts)
    fits = max(-low, high) <= LIMIT and not any(part.is_exact for part, _ in parts)
    dens = [part.denominator for part, _ in parts]
    if fits and all(type(den) is int for den in dens):
        least = lcm(*dens)
        if max(-low, high, 1) * least <= LIMIT:
            values = [(wide(part.values) * (least // part.denominator), n) for part, n in parts]
            return Cells(_put_together(values, INT64), known, least, low * least, high * least)
    elif fits and all(top(part) <= LIMIT for part, _ in parts):
        values = [(wide(part.values), size) for part, size in parts]
        under = _put_together([(part.denominator, size) for part, size in parts], INT64)
        return Cells(_put_together(values, INT64), known, under, low, high)
    exact = [(exact_values(part), size) for part, size in parts]
    return Cells(_put_together(exact, object), known)


def _joined_words(parts: Sequence[tuple[Cells, int]], known: Any, kind: str) -> Cells:
    if kind == "set":
        if all(part.words is parts[0][0].words and not part.is_exact for part, _ in parts):
            values = _put_together([(part.values, size) for part, size in parts], INT64)
            return Cells(values, known, words=parts[0][0].words)
        sets = [(_several(spelled_sets(part), size), size) for part, size in parts]
        return Cells(_put_together(sets, object), known)
    words = joint_words([part for part, _ in parts])
    codes = [(in_words(part, words), size) for part, size in parts]
    return Cells(_put_together(codes, INT64), known, words=words)


def _several(values: Any, size: int) -> Any:
    return values if len(values) == size else objects([values[0]] * size)


def _put_together(parts: Sequence[tuple[Any, int]], dtype: Any) -> Any:
    made = np.empty(sum(size for _, size in parts), dtype)
    at = 0
    for values, size in parts:
        made[at : at + size] = values
        at += size
    return made
