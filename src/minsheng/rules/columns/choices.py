"""The value of the first way that is open, where conditions may be unknown.

A way whose condition is unknown may be the one; the value is known when all ways that may be lead
to the same. So the ways are folded from the last to the first: `rest` is what comes when the
condition doesn't hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from . import truths
from .cells import LIMIT, Cells, exact_values, objects, of_rows, taken, wide
from .numbers import aligned, compared
from .truths import Mask, Truth, no_of
from .words import in_common, sets_in_common

Columns = Truth | Cells


def choose(conditions: Sequence[Truth], values: Sequence[Columns], kind: str) -> Columns:
    """Return the chosen values; there is one value more than conditions when there is an otherwise."""
    ways = list(zip(conditions, values, strict=False))
    bare: Mask | None = None
    if len(values) > len(conditions):
        rest = values[-1]
    else:  # the ways are proved to meet every case: where the last isn't open, another is
        condition, rest = ways.pop()
        bare = None if _all_settled(conditions) else no_of(condition)
    for condition, value in reversed(ways):
        rest = _one(condition, value, rest, bare, kind)
        if bare is not None:
            bare = bare & no_of(condition)
    return rest


def _all_settled(conditions: Sequence[Truth]) -> bool:
    return all(condition.no is None for condition in conditions)


def _one(condition: Truth, then: Columns, rest: Columns, bare: Mask | None, kind: str) -> Columns:
    if isinstance(then, Truth) and isinstance(rest, Truth):
        made = truths.chosen(condition, then, rest)
        if bare is None:
            return made
        alone = bare & ~(condition.yes | no_of(condition))
        return Truth(made.yes | (alone & then.yes), no_of(made) | (alone & no_of(then)))
    assert isinstance(then, Cells)
    assert isinstance(rest, Cells)
    made_cells = _picked(condition, then, rest, kind)
    made_cells.known = _known(condition, then, rest, bare, kind)
    return made_cells


def _known(condition: Truth, then: Cells, rest: Cells, bare: Mask | None, kind: str) -> Mask | None:
    """Return where the chosen value is known."""
    if then.known is None and rest.known is None and condition.no is None:
        return None
    no = no_of(condition)
    known = (condition.yes if then.known is None else condition.yes & then.known) | (
        no if rest.known is None else no & rest.known
    )
    if condition.no is None or (then.is_one and rest.is_one and then.fraction != rest.fraction
                                and bare is None and then.words is None):  # fmt: skip
        return known
    open_ = ~(condition.yes | no)
    if np.ndim(open_) == 0:
        return known | (open_ & _agree(then, rest, bare, kind))
    rows = np.flatnonzero(open_)
    if rows.size:
        where = None if bare is None else taken(bare, rows)
        known[rows] = _agree(of_rows(then, rows), of_rows(rest, rows), where, kind)
    return known


def _agree(then: Cells, rest: Cells, bare: Mask | None, kind: str) -> Mask:
    """Return where both are known and the same, or the first is and there is no other way."""
    same = _equal(then, rest, kind)
    if rest.known is not None:
        same = same & rest.known
    if bare is not None:
        same = same | bare
    return same if then.known is None else same & then.known


def _equal(one: Cells, other: Cells, kind: str) -> Mask:
    if kind == "set":
        return np.equal(*sets_in_common(one, other)[:2]).astype(bool)
    if kind in ("text", "choice"):
        return np.equal(*in_common(one, other)[:2])
    return compared("==", Cells(one.values, None, one.denominator, one.low, one.high),
                    Cells(other.values, None, other.denominator, other.low, other.high)).yes  # fmt: skip


def _picked(condition: Truth, then: Cells, rest: Cells, kind: str) -> Cells:
    """Return `rest` where the condition doesn't hold, else `then`: also where it is unknown."""
    if kind in ("text", "choice", "set"):
        common = sets_in_common if kind == "set" else in_common
        left, right, words = common(then, rest)
        return Cells(_mixed(condition, left, right), words=words)
    numbers = aligned(then, rest)
    if numbers is None:
        return _picked_apart(condition, then, rest)
    left, right, denominator, bounds = numbers
    low, high = min(bounds[0], bounds[2]), max(bounds[1], bounds[3])
    return Cells(_mixed(condition, left, right), None, denominator, low, high)


def _mixed(condition: Truth, then: Any, rest: Any) -> Any:
    """Return a mixture of two columns; multiplying is faster than choosing where one is 0."""
    no = no_of(condition)
    if np.ndim(no) == 0:
        return rest if no else then
    if type(then) is int and type(rest) is int and abs(then) + abs(rest) <= LIMIT:
        dtype = np.int32 if abs(then) + abs(rest) < 2**31 else np.int64
        made = no.astype(dtype)
        made *= rest - then
        made += then
        return made
    if type(rest) is int and rest == 0 and then.dtype != object:
        return np.multiply(then, ~no)
    if type(then) is int and then == 0 and rest.dtype != object:
        return np.multiply(rest, no)
    if type(then) is int or type(rest) is int:
        then, rest = wide(then), wide(rest)
    return np.where(no, rest, then)


def _picked_apart(condition: Truth, then: Cells, rest: Cells) -> Cells:
    """Return the same of numbers that don't fit into int64."""
    if np.ndim(condition.yes) == 0:
        one = rest if no_of(condition) else then
        return Cells(one.values, None, one.denominator, one.low, one.high)
    values = np.where(no_of(condition), exact_values(rest), exact_values(then))
    return Cells(objects(list(np.atleast_1d(values))))
