from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.lib.errors import WrongInput
from minsheng.lib.periods import (
    Month,
    Period,
    Year,
    add_months,
    age_in_months,
    age_in_years,
    months_between,
)

days = st.dates(date(1900, 1, 1), date(2100, 12, 31))
months = st.builds(Month, st.integers(1900, 2100), st.integers(1, 12))
spans = st.integers(-600, 600)


@given(month=months, many=spans)
def test_months_added_are_months_between(month: Month, many: int) -> None:
    assert month.until(month.add(many)) == many
    assert month.add(many).add(-many) == month


@given(month=months)
def test_a_month_holds_its_days_and_no_others(month: Month) -> None:
    assert month.first in month
    assert month.last in month
    assert month.first - timedelta(days=1) not in month
    assert month.last + timedelta(days=1) not in month
    assert Month.of(month.last) == month
    assert Month.parse(str(month)) == month


def test_months_are_in_order() -> None:
    assert Month(2025, 12) < Month(2026, 1) < Month(2026, 2)


@pytest.mark.parametrize("text", ["2026-13", "2026-00", "2026-3", "2026/03", "", "２０２６-03"])
def test_what_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(WrongInput):
        Month.parse(text)


def test_a_year_holds_twelve_months() -> None:
    year = Year(2026)
    assert [str(month) for month in year.months][::11] == ["2026-01", "2026-12"]
    assert (year.first, year.last) == (date(2026, 1, 1), date(2026, 12, 31))
    assert date(2026, 6, 1) in year
    assert date(2027, 1, 1) not in year
    assert str(year) == "2026"


@pytest.mark.parametrize(
    ("day", "many", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 15), 1, date(2026, 2, 15)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
        (date(2026, 3, 31), 0, date(2026, 3, 31)),
    ],
)
def test_a_month_without_the_day_ends_on_its_last(day: date, many: int, later: date) -> None:
    assert add_months(day, many) == later


@given(day=days, many=spans)
def test_whole_months_between_undo_adding(day: date, many: int) -> None:
    assert months_between(day, add_months(day, many)) == many


@given(birth=days, wait=st.integers(0, 40000))
def test_age_grows_by_at_most_one_month_a_day(birth: date, wait: int) -> None:
    on = birth + timedelta(days=wait)
    assert age_in_months(birth, on + timedelta(days=1)) - age_in_months(birth, on) in (0, 1)
    assert age_in_years(birth, on) == age_in_months(birth, on) // 12


def test_a_child_is_a_month_old_on_the_same_day_of_the_next_month() -> None:
    birth = date(2026, 1, 31)
    assert age_in_months(birth, birth) == 0
    assert age_in_months(birth, date(2026, 2, 27)) == 0
    assert age_in_months(birth, date(2026, 2, 28)) == 1
    assert age_in_months(birth, date(2026, 3, 30)) == 1
    assert age_in_months(birth, date(2026, 3, 31)) == 2


def test_a_child_of_29_february_is_a_year_older_on_28_february() -> None:
    birth = date(2024, 2, 29)
    assert age_in_years(birth, date(2025, 2, 27)) == 0
    assert age_in_years(birth, date(2025, 2, 28)) == 1
    assert age_in_years(birth, date(2028, 2, 28)) == 3
    assert age_in_years(birth, date(2028, 2, 29)) == 4


def test_before_birth_an_age_is_negative() -> None:
    assert age_in_months(date(2026, 3, 2), date(2026, 3, 1)) == -1
    assert age_in_years(date(2026, 3, 2), date(2026, 3, 1)) == -1


def test_a_period_holds_both_its_ends() -> None:
    period = Period(date(2026, 1, 1), date(2026, 1, 31))
    assert date(2026, 1, 1) in period
    assert date(2026, 1, 31) in period
    assert date(2026, 2, 1) not in period
    assert period.days == 31


def test_an_open_period_has_no_end() -> None:
    period = Period(date(2026, 1, 1))
    assert date(2999, 1, 1) in period
    assert date(2025, 12, 31) not in period
    assert period.days is None
    with pytest.raises(ValueError, match="without an end"):
        list(period.months())


def test_a_period_can_not_end_before_it_starts() -> None:
    with pytest.raises(WrongInput):
        Period(date(2026, 1, 2), date(2026, 1, 1))


def test_the_months_of_a_period_are_those_it_touches() -> None:
    period = Period(date(2025, 11, 30), date(2026, 2, 1))
    assert [str(month) for month in period.months()] == ["2025-11", "2025-12", "2026-01", "2026-02"]


@given(days, st.integers(0, 50), days, st.integers(0, 50))
def test_two_periods_meet_when_they_share_a_day(
    first: date, long: int, second: date, wide: int
) -> None:
    one = Period(first, first + timedelta(days=long))
    two = Period(second, second + timedelta(days=wide))
    shared = any(second + timedelta(days=n) in one for n in range(wide + 1))
    assert one.meets(two) == two.meets(one) == shared


def test_open_periods_meet() -> None:
    assert Period(date(2026, 1, 1)).meets(Period(date(2030, 1, 1)))
    assert not Period(date(2026, 1, 1)).meets(Period(date(2025, 1, 1), date(2025, 12, 31)))
