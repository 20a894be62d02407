"""Exact numbers in columns: the same as Python's fractions, also at the edge of 64 bits."""

from __future__ import annotations

import operator
from fractions import Fraction
from random import Random
from typing import Any

import numpy as np
import pytest

from minsheng.rules.columns import numbers
from minsheng.rules.columns.cells import Cells, constant, exact_values, measured
from minsheng.rules.columns.gathering import Groups, extreme_of, owners, sum_of
from minsheng.rules.columns.truths import Truth
from minsheng.rules.interpret import rounded_fen

ROWS = 40
SIZES = (3, 40, 10**6, 10**15, 2**53, 2**61)


def random_cells(random: Random) -> Cells:
    """Numbers over one denominator, over one for each row, as objects, or one for all."""
    size = random.choice(SIZES)
    values = [random.randint(-size, size) for _ in range(ROWS)]
    if random.random() < 0.3:
        values = [abs(value) for value in values]
    one = random.choice([1, 1, 2, 12, 10**6])
    match random.randrange(5):
        case 0:
            return constant(Fraction(values[0], one))
        case 1:
            under = [random.randint(1, random.choice([2, 9, 10**9])) for _ in range(ROWS)]
            return measured(np.array(values), None, np.array(under))
        case 2:
            made = np.empty(ROWS, dtype=object)
            made[:] = [Fraction(value, one) for value in values]
            return Cells(made)
        case 3:
            small = np.array([value % 100 - 50 for value in values], dtype=np.int8)
            return measured(small, None, one)
    return measured(np.array(values), None, one)


def listed(cells: Cells) -> list[Fraction]:
    return [Fraction(value) for value in np.broadcast_to(exact_values(cells), ROWS)]


PAIRS: list[tuple[Any, Any]] = [
    (numbers.summed, operator.add), (numbers.difference, operator.sub),
    (numbers.product, operator.mul),
    (lambda a, b: numbers.extreme("min", [a, b]), min),
    (lambda a, b: numbers.extreme("max", [a, b]), max),
]  # fmt: skip


@pytest.mark.parametrize("seed", range(60))
def test_two_columns_combine_as_fractions_do(seed: int) -> None:
    random = Random(seed)
    one, other, more = (random_cells(random) for _ in range(3))
    left, right, last = listed(one), listed(other), listed(more)
    for columns, single in PAIRS:
        made = columns(one, other)
        wanted = [Fraction(single(a, b)) for a, b in zip(left, right, strict=True)]
        assert listed(made) == wanted
        again = [a * b for a, b in zip(wanted, last, strict=True)]
        assert listed(numbers.product(made, more)) == again


@pytest.mark.parametrize("seed", range(60))
def test_two_columns_compare_as_fractions_do(seed: int) -> None:
    random = Random(seed)
    one, other = random_cells(random), random_cells(random)
    if random.random() < 0.5:  # near each other
        other = numbers.summed(one, constant(Fraction(random.randint(-1, 1), 2)))
    for op, function in (("<", operator.lt), ("<=", operator.le), (">", operator.gt),
                         (">=", operator.ge), ("==", operator.eq), ("!=", operator.ne)):  # fmt: skip
        wanted = [function(a, b) for a, b in zip(listed(one), listed(other), strict=True)]
        found = numbers.compared(op, one, other)
        assert found.no is None
        assert list(np.broadcast_to(found.yes, ROWS)) == wanted, op


@pytest.mark.parametrize("seed", range(60))
def test_a_quotient_is_exact_and_unknown_where_the_divisor_is_zero(seed: int) -> None:
    random = Random(seed)
    one, other = random_cells(random), random_cells(random)
    known = np.broadcast_to(True if (made := numbers.quotient(one, other)).known is None
                            else made.known, ROWS)  # fmt: skip
    for row, (a, b) in enumerate(zip(listed(one), listed(other), strict=True)):
        assert known[row] == (b != 0)
        if b:
            assert listed(made)[row] == a / b


@pytest.mark.parametrize("seed", range(60))
def test_half_a_fen_goes_away_from_zero(seed: int) -> None:
    cells = random_cells(Random(seed))
    halves = numbers.product(cells, constant(Fraction(1, 2)))
    for each in (cells, halves, numbers.absolute(halves), numbers.negated(halves)):
        assert listed(numbers.rounded(each)) == [rounded_fen(value) for value in listed(each)]


@pytest.mark.parametrize("seed", range(60))
def test_groups_come_to_the_same_as_one_by_one(seed: int) -> None:
    random = Random(seed)
    cells = random_cells(random)
    if cells.is_one:
        cells = numbers.summed(cells, measured(np.arange(ROWS), None))
    cuts = sorted(random.randint(0, ROWS) for _ in range(9))
    sizes = np.diff([0, *cuts, ROWS])
    groups = Groups(10, np.repeat(np.arange(10), sizes), sizes, int(sizes.max()))
    counts = np.array([random.random() < 0.7 for _ in range(ROWS)])
    values = listed(cells)
    total = sum_of(cells, Truth(counts), groups)
    highest = extreme_of("highest", cells, Truth(counts), groups)
    totals, tops = exact_values(total), exact_values(highest)
    for group in range(10):
        mine = [v for v, g, c in zip(values, groups.owner, counts, strict=True) if g == group and c]
        assert totals[group] == sum(mine)
        assert highest.known is not None
        assert highest.known[group] == bool(mine)
        if mine:
            assert tops[group] == max(mine)


def test_totals_are_right_where_the_running_total_leaves_int64() -> None:
    sizes = np.array([2, 2, 0, 2, 2, 2, 1])
    large = 2**60
    cells = measured(np.array([*([large] * 10), -7]), None)
    total = sum_of(cells, None, Groups(7, owners(sizes), sizes, 2))
    assert not total.is_exact
    assert total.values.tolist() == [2 * large, 2 * large, 0, 2 * large, 2 * large, 2 * large, -7]


@pytest.mark.parametrize("sizes", [[], [3], [1, 2, 1], [0, 2, 0, 0, 1, 0], [0, 0]])
def test_each_member_has_its_owner(sizes: list[int]) -> None:
    each_one = [owner for owner, size in enumerate(sizes) for _ in range(size)]
    assert owners(np.array(sizes, dtype=np.intp)).tolist() == each_one
