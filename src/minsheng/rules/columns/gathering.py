"""What a relation leads to: values carried over, and what several come to together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .cells import INT64, LIMIT, Cells, exact_values, objects, of_rows, taken, tighten, wide
from .choices import Columns
from .truths import NO, YES, Mask, Truth, both_known, known_of, no_of, settled


@dataclass(slots=True)
class Way:
    """To one thing at most: the row over there for each row; `there` None: each has one."""

    rows: Any
    there: Mask | None = None
    none: Mask | None = None


@dataclass(slots=True)
class Groups:
    """To several: the owner of each member, members in the order of their owners."""

    count: int
    owner: Any
    sizes: Any
    largest: int
    rows: Any = None
    known: Mask | None = None


def owners(sizes: Any) -> Any:
    """Return the owner of each member, in the order of their owners, given how many each has."""
    if sizes.min(initial=1) < 1:
        return np.repeat(np.arange(len(sizes)), sizes)
    edges = _edges(sizes)
    made = np.zeros(edges[-1], np.intp)
    made[edges[1:-1]] = 1  # each is one further than the owner before; a running total is the owner
    return np.cumsum(made, out=made)


def _edges(sizes: Any) -> Any:
    """Return where the members of each begin, and at the end where the last ones end."""
    edges = np.zeros(len(sizes) + 1, np.intp)
    np.cumsum(sizes, out=edges[1:])
    return edges


def carried(columns: Columns, way: Way) -> Columns:
    """Return the values over there; unknown where there is nothing or nobody knows."""
    if isinstance(columns, Truth):
        return _carried_truth(columns, way)
    cells = of_rows(columns, way.rows)
    cells.known = both_known(cells.known, way.there)
    return cells


def _carried_truth(truth: Truth, way: Way) -> Truth:
    """Return a truth over there. Both masks travel as one number: 1 for yes, -1 for no."""
    if truth.no is None and way.there is None:
        return Truth(taken(truth.yes, way.rows))
    no = no_of(truth)
    if np.ndim(truth.yes) == 0 and np.ndim(no) == 0:
        there = YES if way.there is None else way.there
        return Truth(there & truth.yes, there & no)
    code = taken(_as_int8(truth.yes) - _as_int8(no), way.rows)
    if way.there is not None:
        code *= way.there
    return Truth(code > 0, code < 0)


def _as_int8(mask: Mask) -> Any:
    return np.asarray(mask).view(np.int8)


def members(columns: Columns, groups: Groups) -> Columns:
    """Return the values of the members, in their order, as arrays."""
    count = len(groups.owner)
    columns = columns if groups.rows is None else carried(columns, Way(groups.rows))
    if isinstance(columns, Truth):
        return Truth(_spread(columns.yes, count),
                     None if columns.no is None else _spread(columns.no, count))  # fmt: skip
    values = np.full(count, columns.values, INT64 if abs(columns.values) < LIMIT else object) if (
        type(columns.values) is int) else columns.values  # fmt: skip
    if values.dtype == object and columns.is_one:
        values = objects([columns.fraction] * count)
        return Cells(values, None if columns.known is None else _spread(columns.known, count))
    known = None if columns.known is None else _spread(columns.known, count)
    return Cells(values, known, columns.denominator, columns.low, columns.high, columns.words)


def any_of(where: Truth | None, groups: Groups) -> Truth:
    """Return whether the condition holds of one; without it whether there is one."""
    if where is None:
        return settled(groups.sizes > 0, groups.known)
    yes = marked(where.yes, groups)
    if where.no is None and groups.known is None:
        return Truth(yes)
    no = ~marked(~no_of(where), groups)
    return Truth(yes, no) if groups.known is None else Truth(yes & groups.known, no & groups.known)


def count_of(where: Truth | None, groups: Groups) -> Cells:
    """Return how many; unknown as soon as the condition is unknown of one."""
    if where is None:
        return Cells(groups.sizes, groups.known, 1, 0, groups.largest)
    counted = np.bincount(groups.owner[np.flatnonzero(where.yes)], minlength=groups.count)
    known = groups.known
    settled_rows = known_of(where)
    if settled_rows is not None:
        known = both_known(known, ~marked(~settled_rows, groups))
    return Cells(counted, known, 1, 0, groups.largest)


def sum_of(operand: Cells, where: Truth | None, groups: Groups) -> Cells:
    """Return the total of those that count; unknown as soon as one that may count is.

    A value known to be zero adds nothing, whether it counts or not.
    """
    counts, bad = _that_count(operand, where, zero_is_nothing=True)
    known = groups.known if bad is None else both_known(groups.known, ~marked(bad, groups))
    size = max(-operand.low, operand.high) * max(groups.largest, 1)
    if size > LIMIT and not operand.is_exact:
        tighten(operand)
        size = max(-operand.low, operand.high) * max(groups.largest, 1)
    if operand.is_exact or type(operand.denominator) is not int or size > LIMIT:
        return Cells(_folded(lambda a, b: a + b, operand, counts, groups, start=0), known)
    low, high = min(operand.low, 0) * groups.largest, max(operand.high, 0) * groups.largest
    # Where there is no condition, only unknown values don't count, and with them the sum is unknown.
    values = operand.values if where is None or counts is None else operand.values * counts
    # Running totals may run over int64 and come back: the difference of two is right all the same.
    before = np.zeros(len(values) + 1, INT64)
    np.cumsum(values, out=before[1:])
    totals = np.diff(before.take(_edges(groups.sizes)))
    return Cells(totals, known, operand.denominator, low, high)


def extreme_of(function: str, operand: Cells, where: Truth | None, groups: Groups) -> Cells:
    """Return the highest or lowest of those that count; of none of them it is unknown."""
    counts, bad = _that_count(operand, where, zero_is_nothing=False)
    chosen = marked(counts, groups) if counts is not None else groups.sizes > 0
    known = both_known(groups.known, chosen)
    if bad is not None:
        known = both_known(known, ~marked(bad, groups))
    is_high = function == "highest"
    if operand.is_exact or type(operand.denominator) is not int:
        fold = max if is_high else min
        return Cells(_folded(fold, operand, counts, groups, start=None), known)
    values = wide(operand.values)
    outside = operand.low if is_high else operand.high
    if counts is not None:
        values = np.where(counts, values, outside)
    made = np.full(groups.count, outside, INT64)
    some = groups.sizes > 0
    if len(values):
        starts = (np.cumsum(groups.sizes) - groups.sizes)[some]
        made[some] = (np.maximum if is_high else np.minimum).reduceat(values, starts)
    return Cells(made, known, operand.denominator, operand.low, operand.high)


def marked(mask: Mask, groups: Groups) -> Any:
    """Return for each group whether the mask is set of one member."""
    made = np.zeros(groups.count, bool)
    made[groups.owner[np.flatnonzero(mask)]] = True
    return made


def _that_count(
    operand: Cells, where: Truth | None, *, zero_is_nothing: bool
) -> tuple[Mask | None, Mask | None]:
    """Return which members count (None: all), and which leave the whole unknown (None: none)."""
    if where is None:
        return operand.known, None if operand.known is None else ~operand.known
    counts = where.yes if operand.known is None else where.yes & operand.known
    if where.no is None and operand.known is None:
        return counts, None
    missing = NO if operand.known is None else ~operand.known
    doubtful = ~where.yes
    if zero_is_nothing:
        doubtful = doubtful & np.not_equal(operand.values, 0).astype(bool)
    return counts, ~no_of(where) & (missing | doubtful)


def _folded(
    fold: Callable[[Any, Any], Any],
    operand: Cells,
    counts: Mask | None,
    groups: Groups,
    *,
    start: Any,
) -> Any:
    """Return what Python makes of each group, one member after another."""
    made: list[Any] = [start] * groups.count
    values = exact_values(operand)
    rows = range(len(groups.owner)) if counts is None else np.flatnonzero(counts)
    for row in rows:
        owner = groups.owner[row]
        made[owner] = values[row] if made[owner] is None else fold(made[owner], values[row])
    return objects([0 if value is None else value for value in made])


def _spread(mask: Mask, count: int) -> Any:
    return mask if isinstance(mask, np.ndarray) else np.full(count, mask)


def of_one(function: str, columns: Truth | None, way: Way, count: int) -> Truth:
    """Return any or all over a relation to one thing at most."""
    none = NO if way.none is None else way.none
    if columns is None:
        there = np.ones(count, bool) if way.there is None else way.there
        return Truth(there, none) if way.there is not None else Truth(there)
    over = carried(columns, way)
    assert isinstance(over, Truth)
    if way.there is None:
        return over
    no = no_of(over)
    return Truth(over.yes, no | none) if function == "any" else Truth(over.yes | none, no)


__all__ = [
    "Groups", "Way", "any_of", "carried", "count_of", "extreme_of", "marked", "members", "of_one",
    "sum_of",
]  # fmt: skip
