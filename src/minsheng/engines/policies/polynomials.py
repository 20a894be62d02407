"""Where a fraction of two polynomials in one fact may turn its sign, in exact numbers."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, zip_longest

Number = int | Fraction
Polynomial = tuple[Number, ...]
"""Coefficients, the constant first."""
Form = tuple[Polynomial, Polynomial]
"""Numerator and denominator."""

HIGHEST_DEGREE = 6
ONE: Polynomial = (1,)


def constant(value: Number) -> Form:
    """Return the form of a number."""
    return (value,), ONE


def added(left: Form, right: Form, sign: int = 1) -> Form:
    """Return left + sign × right."""
    if left[1] == right[1]:
        return _plus(left[0], right[0], sign), left[1]
    crossed = _times(left[0], right[1]), _times(right[0], left[1])
    return _plus(*crossed, sign), _times(left[1], right[1])


def multiplied(left: Form, right: Form) -> Form:
    """Return left × right."""
    return _times(left[0], right[0]), _times(left[1], right[1])


def divided(left: Form, right: Form) -> Form:
    """Return left ÷ right, as if the divisor were not zero."""
    return _times(left[0], right[1]), _times(left[1], right[0])


def turning_points(left: Form, right: Form, low: int, high: int, grid: int) -> set[Fraction]:
    """Return every number at which left − right may turn its sign, or has a zero divisor.

    Of degree one exactly. Of a higher degree between low and high: what isn't a multiple of 1/grid
    is told as the middle of the two multiples beside it. Degrees above six give nothing.
    """
    points: set[Fraction] = set()
    for polynomial in (added(left, right, -1)[0], left[1], right[1]):
        points.update(_roots(polynomial, low, high, grid))
    return points


def _plus(left: Polynomial, right: Polynomial, sign: int) -> Polynomial:
    return tuple(one + sign * other for one, other in zip_longest(left, right, fillvalue=0))


def _times(left: Polynomial, right: Polynomial) -> Polynomial:
    if left == ONE:
        return right
    if right == ONE:
        return left
    product: list[Number] = [0] * (len(left) + len(right) - 1)
    for place, one in enumerate(left):
        for further, other in enumerate(right):
            product[place + further] += one * other
    return tuple(product)


def _roots(polynomial: Polynomial, low: int, high: int, grid: int) -> set[Fraction]:
    while len(polynomial) > 1 and polynomial[-1] == 0:
        polynomial = polynomial[:-1]
    if len(polynomial) < 2 or len(polynomial) - 1 > HIGHEST_DEGREE:
        return set()
    if len(polynomial) == 2:
        return {-Fraction(polynomial[0]) / polynomial[1]}
    scaled = tuple(Fraction(part) / grid**power for power, part in enumerate(polynomial))
    return {point / grid for point in _isolated(scaled, low * grid, high * grid)}


def _isolated(polynomial: Polynomial, low: int, high: int) -> set[Fraction]:
    """Return the roots between two whole numbers, each to the nearest half below or above."""
    if len(polynomial) == 2:
        if polynomial[1] == 0:
            return set()
        return {-Fraction(polynomial[0]) / polynomial[1]}
    slope = tuple(power * part for power, part in enumerate(polynomial))[1:]
    turns = {
        whole
        for turn in _isolated(slope, low, high)
        for whole in (turn.__floor__(), turn.__ceil__())
        if low < whole < high
    }
    found: set[Fraction] = set()
    for start, end in pairwise(sorted({low, *turns, high})):
        found |= _between(polynomial, start, end)
    return found


def _between(polynomial: Polynomial, low: int, high: int) -> set[Fraction]:
    first, last = _at(polynomial, low), _at(polynomial, high)
    if first == 0 or last == 0:
        return {Fraction(end) for end, value in ((low, first), (high, last)) if value == 0}
    if (first > 0) == (last > 0):
        return set()
    while high - low > 1:
        middle = (low + high) // 2
        value = _at(polynomial, middle)
        if value == 0:
            return {Fraction(middle)}
        if (value > 0) == (first > 0):
            low = middle
        else:
            high = middle
    return {Fraction(low + high, 2)}


def _at(polynomial: Polynomial, value: int) -> Number:
    result: Number = 0
    for part in reversed(polynomial):
        result = result * value + part
    return result
