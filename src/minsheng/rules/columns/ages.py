"""Ages of many births at once, the same as those of `minsheng.lib.periods`.

Days are counted from 1 January of the year 1, as `date.toordinal` does.
"""

from __future__ import annotations

import calendar
from datetime import date
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor
from typing import Any

import numpy as np

from minsheng.lib.periods import age_in_months, age_in_years

from .cells import Cells, measured, tighten
from .truths import Mask, Truth, both_known, opposite, settled

EPOCH = date(1970, 1, 1).toordinal()
AGES = {"age_months": age_in_months, "age_years": age_in_years}


def born_before(births: Cells, on: int) -> Mask | None:
    """Return where the birth is known and not after the day `on`; None for everywhere."""
    if births.high > on:
        tighten(births)
    if births.high <= on:
        return births.known
    return both_known(births.known, np.less_equal(births.values, on))


def ages(births: Cells, function: str, on: date) -> Cells:
    """Return whole months or years of life; unknown where the birth is later than the day."""
    day = on.toordinal()
    known = born_before(births, day)
    tighten(births)
    table = _ages_by_days(function, on, max(day - births.low, 0))
    passed = np.clip(day - births.values.astype(np.int64), 0, len(table) - 1)
    return Cells(table[passed], known, 1, 0, int(table[-1]))


def months_between(first: Cells, until: Cells) -> Cells:
    """Return the whole months from one day to another; negative, rounded down, when it is earlier."""
    from_month, from_day = _month_and_day(first.values)
    month, day = _month_and_day(until.values)
    length = (month + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    length -= month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    whole = month - from_month - (np.minimum(from_day, length) > day)
    known = both_known(first.known, until.known)
    if first.is_one and until.is_one:
        return Cells(int(whole[0]), known, 1, int(whole[0]), int(whole[0]))
    return measured(whole, known)


def _month_and_day(ordinals: Any) -> tuple[Any, Any]:
    """Return the months since January 1970, and the day of the month."""
    days = (np.atleast_1d(np.asarray(ordinals, dtype=np.int64)) - EPOCH).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    return months.astype(np.int64), (days - months.astype("datetime64[D]")).astype(np.int64) + 1


@lru_cache(maxsize=32)
def _ages_by_days(function: str, on: date, days: int) -> Any:
    """Return the age for each number of days since birth, from 0 to `days`."""
    ordinals = on.toordinal() - np.arange(days + 1)
    births = (ordinals - EPOCH).astype("datetime64[D]")
    months = births.astype("datetime64[M]")
    day = (births - months.astype("datetime64[D]")).astype(np.int64) + 1
    this_month = (on.year - 1970) * 12 + on.month - 1
    passed = this_month - months.astype(np.int64)
    last = calendar.monthrange(on.year, on.month)[1]
    whole = passed - (np.minimum(day, last) > on.day)
    return whole if function == "age_months" else whole // 12


def age_compared(births: Cells, function: str, op: str, limit: Fraction, on: date) -> Truth:
    """Return the comparison of an age with a number, as one comparison of days."""
    known = born_before(births, on.toordinal())
    if op in ("==", "!="):
        if limit.denominator != 1:
            return settled(np.full(np.shape(births.values), op == "!="), known)
        age = int(limit)
        of_age = np.less_equal(births.values, latest_birth(function, age, on))
        same = of_age & np.greater(births.values, latest_birth(function, age + 1, on))
        truth = settled(same, known)
        return truth if op == "==" else opposite(truth)
    if op in (">=", "<"):
        latest = latest_birth(function, ceil(limit), on)
    else:
        latest = latest_birth(function, floor(limit) + 1, on)
    compare: Any = np.less_equal if op in (">=", ">") else np.greater
    return settled(compare(births.values, latest), known)


@lru_cache(maxsize=1024)
def latest_birth(function: str, age: int, on: date) -> int:
    """Return the last day of birth with which one is `age` on the day; 0 when there is none."""
    age_of, low, high = AGES[function], 0, on.toordinal()
    while low < high:
        middle = (low + high + 1) // 2
        if age_of(date.fromordinal(middle), on) >= age:
            low = middle
        else:
            high = middle - 1
    return low
