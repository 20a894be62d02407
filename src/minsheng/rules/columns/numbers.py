"""Exact sums, products, comparisons and rounding of many numbers at once."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import reduce
from math import ceil, floor, lcm
from typing import Any

import numpy as np

from minsheng.rules.interpret import rounded_fen

from .cells import (
    LIMIT,
    Cells,
    constant,
    exact_values,
    objects,
    settled_down,
    tighten,
    top,
    wide,
)
from .truths import NO, YES, Truth, both_known, settled

COMPARE: dict[str, Any] = {
    "==": np.equal, "!=": np.not_equal, "<": np.less, "<=": np.less_equal,
    ">": np.greater, ">=": np.greater_equal,
}  # fmt: skip
FLIPPED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def summed(one: Cells, other: Cells) -> Cells:
    """Return one + other."""
    known = both_known(one.known, other.known)
    common = aligned(one, other)
    if common is None:
        return Cells(exact_values(one) + exact_values(other), known)
    left, right, denominator, bounds = common
    low, high = bounds[0] + bounds[2], bounds[1] + bounds[3]
    return Cells(wide(left) + wide(right), known, denominator, low, high)


def negated(cells: Cells) -> Cells:
    """Return the numbers with the other sign."""
    if cells.is_exact:
        return Cells(-cells.values, cells.known)
    values = -wide(cells.values)
    return Cells(values, cells.known, cells.denominator, -cells.high, -cells.low, None, cells.tight)


def difference(one: Cells, other: Cells) -> Cells:
    """Return one - other."""
    return summed(one, negated(other))


def product(one: Cells, other: Cells) -> Cells:
    """Return one × other."""
    known = both_known(one.known, other.known)
    under = top(one) * top(other)
    if one.is_exact or other.is_exact or not _fit(_product_bounds, one, other):
        return Cells(exact_values(one) * exact_values(other), known)
    several = not (type(one.denominator) is int and type(other.denominator) is int)
    if several and under > LIMIT:
        return Cells(exact_values(one) * exact_values(other), known)
    low, high = _product_bounds(one, other)
    values = _times(wide(one.values), wide(other.values))
    denominator = _times(one.denominator, other.denominator)
    return Cells(values, known, denominator, low, high, most=under)


def quotient(one: Cells, other: Cells) -> Cells:
    """Return one ÷ other; unknown where the divisor is zero."""
    if other.is_one:
        if other.values == 0:
            return Cells(0, NO)
        turned = product(one, constant(1 / other.fraction))
        turned.known = both_known(turned.known, other.known)
        return turned
    known, divisor = both_known(one.known, other.known), other
    if other.is_exact or other.low <= 0:
        if not other.is_exact:
            tighten(other)
        if other.is_exact or other.low <= 0:
            zero = np.equal(other.values, 0).astype(bool)
            known = both_known(known, ~zero)
            values = other.values + zero if not other.is_exact else np.where(zero, 1, other.values)
            divisor = Cells(values, None, other.denominator, other.low, max(other.high, 1))
    return _divided(one, divisor, known)


def _divided(one: Cells, divisor: Cells, known: Any) -> Cells:
    """Return one ÷ divisor, none of which is zero."""
    if not (one.is_exact or divisor.is_exact):
        size = max(-divisor.low, divisor.high)
        over = max(-one.low, one.high) * top(divisor)
        if over <= LIMIT and top(one) * size <= LIMIT:
            values = _times(wide(one.values), divisor.denominator)
            under = wide(divisor.values)
            if divisor.low < 0:
                values, under = values * np.sign(under), np.abs(under)
            denominator = _times(under, one.denominator)
            return Cells(values, known, denominator, -over, over, most=size * top(one))
    return Cells(exact_values(one) / _fractions(exact_values(divisor)), known)


def compared(op: str, one: Cells, other: Cells) -> Truth:
    """Return whether the numbers stand in this relation; unknown where either is."""
    known = both_known(one.known, other.known)
    if one.is_one and not other.is_one:
        one, other, op = other, one, FLIPPED[op]
    if other.is_one and not one.is_exact and type(one.denominator) is int:
        return settled(_against(op, one, other.fraction * one.denominator), known)
    common = aligned(one, other, crossed=True)
    if common is None:
        return settled(
            np.asarray(COMPARE[op](exact_values(one), exact_values(other)), dtype=bool), known
        )
    return settled(COMPARE[op](common[0], common[1]), known)


def _against(op: str, cells: Cells, limit: Fraction) -> Any:
    """Return the comparison of whole numbers with a limit, which becomes a whole number first."""
    if op in ("==", "!="):
        if limit.denominator != 1:
            return YES if op == "!=" else NO
        return COMPARE[op](cells.values, limit.numerator)
    return COMPARE[op](cells.values, ceil(limit) if op in ("<", ">=") else floor(limit))


def extreme(function: str, several: Sequence[Cells]) -> Cells:
    """Return the least or the greatest of each row; unknown where one of them is."""
    return reduce(lambda one, other: _extreme(function, one, other), several)


def _extreme(function: str, one: Cells, other: Cells) -> Cells:
    known = both_known(one.known, other.known)
    common = aligned(one, other)
    pick: Any = np.minimum if function == "min" else np.maximum
    if common is None:
        return Cells(_each(min if function == "min" else max, one, other), known)
    left, right, denominator, (low, high, low2, high2) = common
    choose: Callable[..., int] = min if function == "min" else max
    if type(left) is int or type(right) is int:
        left, right = wide(left), wide(right)
    values = pick(left, right)
    if not isinstance(values, np.ndarray):
        values = int(values)
    return Cells(values, known, denominator, choose(low, low2), choose(high, high2))


def absolute(cells: Cells) -> Cells:
    """Return the numbers without their sign."""
    size = max(-cells.low, cells.high)
    values = cells.values if cells.is_exact else wide(cells.values)
    return Cells(abs(values), cells.known, cells.denominator, 0, size)


def rounded(cells: Cells) -> Cells:
    """Return whole fen, half a fen away from zero."""
    if not cells.is_exact and type(cells.denominator) is int and cells.denominator == 1:
        return cells
    if cells.is_one:
        return Cells(rounded_fen(cells.fraction), cells.known)
    size = max(-cells.low, cells.high)
    if not cells.is_exact and 2 * size + top(cells) > LIMIT:
        tighten(cells)
        size = max(-cells.low, cells.high)
    if cells.is_exact or 2 * size + 2 * top(cells) > LIMIT:
        values = exact_values(cells)
        return settled_down(objects([rounded_fen(value) for value in values]), cells.known)
    doubled, under = 2 * wide(cells.values), cells.denominator
    if cells.low < 0:
        values = (np.abs(doubled) + under) // (2 * under) * np.sign(doubled)
    else:
        values = (doubled + under) // (2 * under)
    return Cells(values, cells.known, 1, -size if cells.low < 0 else 0, size)


def aligned(
    one: Cells, other: Cells, *, crossed: bool = False
) -> tuple[Any, Any, Any, tuple[int, int, int, int]] | None:
    """Return both numerators over the same denominator, it, and their bounds; None: not in int64.

    `crossed`: only to compare them; the denominator may then be anything.
    """
    if one.is_exact or other.is_exact:
        return None
    left, right = _factors(one.denominator, other.denominator)
    by, with_ = _most(left, other), _most(right, one)
    several = not (type(left) is int and type(right) is int)
    if several and not crossed and by * with_ > LIMIT:
        return None
    grown = _grown(one, by, other, with_)
    if max(map(abs, grown)) > LIMIT:
        tighten(one)
        tighten(other)
        grown = _grown(one, by, other, with_)
        if max(map(abs, grown)) > LIMIT:
            return None
    over_one, over_other = _times(one.values, left), _times(other.values, right)
    return over_one, over_other, _times(one.denominator, left), grown


def _most(factor: Any, other: Cells) -> int:
    """Return a bound of a factor, which is either a number or the denominators of the other."""
    return factor if type(factor) is int else top(other)


def _factors(one: Any, other: Any) -> tuple[Any, Any]:
    """Return what to multiply each of two denominators with so that they become the same."""
    if one is other:
        return 1, 1
    if type(one) is int and type(other) is int:
        least = lcm(one, other)
        return least // one, least // other
    return other, one


def _grown(one: Cells, by: int, other: Cells, with_: int) -> tuple[int, int, int, int]:
    return (
        min(one.low, one.low * by), max(one.high, one.high * by),
        min(other.low, other.low * with_), max(other.high, other.high * with_),
    )  # fmt: skip


def _product_bounds(one: Cells, other: Cells) -> tuple[int, int]:
    corners = (one.low * other.low, one.low * other.high,
               one.high * other.low, one.high * other.high)  # fmt: skip
    return min(corners), max(corners)


def _fit(bounds: Callable[[Cells, Cells], tuple[int, int]], one: Cells, other: Cells) -> bool:
    """Whether the result stays within int64, with the bounds as they are or else tightened."""
    if max(map(abs, bounds(one, other))) <= LIMIT:
        return True
    for cells in (one, other):
        tighten(cells)
    return max(map(abs, bounds(one, other))) <= LIMIT


def _times(values: Any, factor: Any) -> Any:
    return values if type(factor) is int and factor == 1 else operator.mul(wide(values), factor)


def _fractions(values: Any) -> Any:
    """Return divisors as fractions, so that Python divides exactly."""
    if not isinstance(values, np.ndarray):
        return Fraction(values)
    return objects([Fraction(value) for value in values])


def _each(choose: Callable[..., Any], one: Cells, other: Cells) -> Any:
    left, right = np.broadcast_arrays(exact_values(one), exact_values(other))
    return objects([choose(a, b) for a, b in zip(left, right, strict=True)])
