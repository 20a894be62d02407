"""Calendar months, years and spans of days; ages counted in whole months and years.

One end-of-month rule holds everywhere: where the month has no such day, its last day stands. A
month after 31 January is 28 or 29 February, and a child born on 29 February is a year older on
28 February of a year that has no 29th. Ages follow from it.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from minsheng.lib.errors import WrongInput

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month, such as the month an allowance is for."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1 <= self.year <= 9999 and 1 <= self.month <= 12):
            raise _no_month(f"{self.year}-{self.month}")

    @classmethod
    def of(cls, day: date) -> Month:
        """Return the month `day` lies in."""
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """Return the month written as "2026-03"; raise WrongInput otherwise."""
        match = _MONTH.fullmatch(text)
        if match is None:
            raise _no_month(text)
        return cls(int(match[1]), int(match[2]))

    @property
    def first(self) -> date:
        """The first day."""
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        """The last day."""
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    def __contains__(self, day: date) -> bool:
        return (day.year, day.month) == (self.year, self.month)

    def add(self, months: int) -> Month:
        """The month that lies `months` later, or earlier when negative."""
        years, month = divmod(self.month - 1 + months, 12)
        return Month(self.year + years, month + 1)

    def until(self, later: Month) -> int:
        """The number of months from this one to `later`; negative when it is earlier."""
        return (later.year - self.year) * 12 + later.month - self.month

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True, slots=True, order=True)
class Year:
    """A calendar year."""

    year: int

    @property
    def first(self) -> date:
        """1 January."""
        return date(self.year, 1, 1)

    @property
    def last(self) -> date:
        """31 December."""
        return date(self.year, 12, 31)

    @property
    def months(self) -> tuple[Month, ...]:
        """The twelve months."""
        return tuple(Month(self.year, month) for month in range(1, 13))

    def __contains__(self, day: date) -> bool:
        return day.year == self.year

    def __str__(self) -> str:
        return f"{self.year:04d}"


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included; without `last` it has no end yet."""

    first: date
    last: date | None = None

    def __post_init__(self) -> None:
        if self.last is not None and self.last < self.first:
            raise WrongInput(
                "periods.ends_early",
                f"从 {self.first} 开始，不能在 {self.last} 结束。请改一个日期。",
                f"What starts on {self.first} can't end on {self.last}. Change one of them.",
                facts={"first": str(self.first), "last": str(self.last)},
            )

    def __contains__(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)

    def meets(self, other: Period) -> bool:
        """Whether the two have a day in common."""
        return (other.last is None or self.first <= other.last) and (
            self.last is None or other.first <= self.last
        )

    @property
    def days(self) -> int | None:
        """The number of days, or None while there is no end."""
        return None if self.last is None else (self.last - self.first).days + 1

    def months(self) -> Iterator[Month]:
        """Each month that has a day in the period, in order; the period must have an end."""
        if self.last is None:
            raise ValueError("a period without an end has no last month")
        month, last = Month.of(self.first), Month.of(self.last)
        yield month
        while month < last:
            month = month.add(1)
            yield month


def add_months(day: date, months: int) -> date:
    """The same day of the month `months` later, or that month's last day when it has none."""
    month = Month.of(day).add(months)
    return date(month.year, month.month, min(day.day, month.last.day))


def months_between(first: date, until: date) -> int:
    """The whole months from `first` to `until`; negative, rounded down, when it is earlier."""
    months = Month.of(first).until(Month.of(until))
    return months if add_months(first, months) <= until else months - 1


def age_in_months(birth: date, on: date) -> int:
    """The whole months of life attained on the day `on`; negative before birth."""
    return months_between(birth, on)


def age_in_years(birth: date, on: date) -> int:
    """The whole years of life (周岁) attained on the day `on`; negative before birth."""
    return age_in_months(birth, on) // 12


def _no_month(text: str) -> WrongInput:
    return WrongInput(
        "periods.month",
        f"“{text}”不是月份。请写成 2026-03 的样子。",
        f'"{text}" is not a month. Write it like 2026-03.',
        facts={"month": text},
    )
