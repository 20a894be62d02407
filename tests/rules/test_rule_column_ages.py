"""Ages in columns are those of `minsheng.lib.periods`, for every birth and at month ends."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np
import pytest

from minsheng.lib.periods import age_in_months, age_in_years
from minsheng.rules.columns import days
from minsheng.rules.columns.ages import age_compared, ages, latest_birth
from minsheng.rules.columns.cells import exact_values, measured

DAYS = (
    date(2026, 2, 28),
    date(2024, 2, 29),
    date(2026, 4, 30),
    date(2026, 12, 31),
    date(2026, 3, 1),
)
AGES = {"age_months": age_in_months, "age_years": age_in_years}


@pytest.mark.parametrize("on", DAYS)
@pytest.mark.parametrize("function", list(AGES))
def test_every_birth_of_seventy_years_has_the_age_of_the_library(function: str, on: date) -> None:
    ordinals = np.arange(on.toordinal() - 70 * 366, on.toordinal() + 40)
    born = [date.fromordinal(int(day)) for day in ordinals]
    wanted = [AGES[function](birth, on) for birth in born]
    found = ages(measured(ordinals, None), function, on)
    assert found.known is not None
    assert list(found.known) == [birth <= on for birth in born]
    assert [a for a, birth in zip(exact_values(found), born, strict=True) if birth <= on] == [
        a for a, birth in zip(wanted, born, strict=True) if birth <= on
    ]


@pytest.mark.parametrize("on", DAYS)
@pytest.mark.parametrize("function", list(AGES))
def test_an_age_compared_is_a_birth_compared(function: str, on: date) -> None:
    ordinals = np.arange(on.toordinal() - 3 * 366, on.toordinal() + 3)
    wanted = np.array([AGES[function](date.fromordinal(int(d)), on) for d in ordinals])
    lived = ordinals <= on.toordinal()
    for limit in (
        Fraction(-1),
        Fraction(0),
        Fraction(1),
        Fraction(2),
        Fraction(5, 2),
        Fraction(13),
    ):
        for op, holds in (("<", wanted < limit), ("<=", wanted <= limit), (">", wanted > limit),
                          (">=", wanted >= limit), ("==", wanted == limit), ("!=", wanted != limit)):  # fmt: skip
            found = age_compared(measured(ordinals, None), function, op, limit, on)
            assert found.no is not None
            assert np.array_equal(found.yes, holds.astype(bool) & lived), (op, limit)
            assert np.array_equal(found.no, ~holds.astype(bool) & lived), (op, limit)


def test_nobody_was_ever_so_old() -> None:
    assert latest_birth("age_years", 3000, DAYS[0]) == 0


def test_numpy_dates_become_days_since_the_year_one() -> None:
    assert days(["2026-02-28", "1970-01-01"]).tolist() == [
        date(2026, 2, 28).toordinal(),
        date(1970, 1, 1).toordinal(),
    ]
