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
from .cells import Cells, exact_values, objects
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
    then_known = truths.YES if then.known is None else then.known
    rest_known = truths.YES if rest.known is None else rest.known
    known = (condition.yes & then_known) | (no_of(condition) & rest_known)
    if condition.no is None:
        return known
    open_ = ~(condition.yes | condition.no)
    if not np.any(open_):
        return known
    agree = rest_known & _equal(then, rest, kind)
    if bare is not None:
        agree = agree | bare
    return known | (open_ & then_known & agree)


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
    if type(then) is int and type(rest) is int and abs(then) + abs(rest) < 2**62:
        return np.multiply(no, rest - then, dtype=np.int64) + then
    if type(rest) is int and rest == 0 and then.dtype != object:
        return np.multiply(then, ~no)
    if type(then) is int and then == 0 and rest.dtype != object:
        return np.multiply(rest, no)
    return np.where(no, rest, then)


def _picked_apart(condition: Truth, then: Cells, rest: Cells) -> Cells:
    """Return the same of numbers that don't fit into int64."""
    if np.ndim(condition.yes) == 0:
        one = rest if no_of(condition) else then
        return Cells(one.values, None, one.denominator, one.low, one.high)
    values = np.where(no_of(condition), exact_values(rest), exact_values(then))
    return Cells(objects(list(np.atleast_1d(values))))
