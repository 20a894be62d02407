"""Days as columns: a working day is a full column with its number, days off are a narrow band."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Protocol


class Calendar(Protocol):
    """What a drawing asks of a calendar; `lib.workdays.WorkCalendar` answers it."""

    def is_workday(self, day: date) -> bool: ...

    def is_provisional(self, day: date) -> bool: ...

    def name_of(self, day: date, language: str = "zh") -> str: ...


@dataclass(frozen=True, slots=True)
class DayColumn:
    """One day. `number` counts working days from 1 and is 0 on a day off; `name` is a holiday."""

    day: date
    number: int = 0
    name: str = ""
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """Neighbouring days off, drawn as one narrow column."""

    left: float
    right: float
    name: str


def columns_between(
    after: date, until: date, calendar: Calendar, *, lang: str = "zh"
) -> tuple[DayColumn, ...]:
    """Return the days after `after` up to `until`, numbered as working days."""
    columns: list[DayColumn] = []
    count = 0
    for step in range(1, (until - after).days + 1):
        day = after + timedelta(days=step)
        works = calendar.is_workday(day)
        count += works
        columns.append(
            DayColumn(
                day=day,
                number=count if works else 0,
                name="" if works else calendar.name_of(day, lang),
                provisional=calendar.is_provisional(day),
            )
        )
    return tuple(columns)


class DayScale:
    """Where each day lies between `left` and `right`."""

    def __init__(self, columns: Sequence[DayColumn], *, left: float, right: float) -> None:
        if not any(column.number for column in columns):
            raise ValueError("a plan needs at least one working day")
        self.columns = columns
        self.left = left
        self.right = right
        runs = [(bool(works), list(run)) for works, run in groupby(columns, key=_works)]
        bands = sum(not works for works, _ in runs)
        counted = sum(bool(column.number) for column in columns)
        self.band = min(12.0, (right - left) / (4 * counted + bands) if bands else 12.0)
        self.width = (right - left - bands * self.band) / counted
        self._spans: dict[date, tuple[float, float]] = {}
        self.bands: list[Band] = []
        x = left
        for works, run in runs:
            if not works:
                names = list(dict.fromkeys(column.name for column in run if column.name))
                self.bands.append(Band(x + 1, x + self.band - 1, "、".join(names)))
                self._spans |= {column.day: (x, x + self.band) for column in run}
                x += self.band
                continue
            for column in run:
                self._spans[column.day] = (x, x + self.width)
                x += self.width

    def start_of(self, day: date) -> float:
        """Return the left side of the day; days off begin where the next working day does."""
        left, right = self._span(day)
        return right if self._is_off(day) else left

    def end_of(self, day: date) -> float:
        """Return the right side of the day; days off end where the last working day did."""
        left, right = self._span(day)
        return left if self._is_off(day) else right

    def middle_of(self, day: date) -> float:
        """Return the middle of the day."""
        left, right = self._span(day)
        return (left + right) / 2

    def number_of(self, day: date) -> int:
        """Return how many working days have begun by `day`, counted in this plan."""
        return max((column.number for column in self.columns if column.day <= day), default=0)

    def week_starts(self) -> Iterable[DayColumn]:
        """Return the first working day of each run of working days."""
        for works, run in groupby(self.columns, key=_works):
            if works:
                yield next(iter(run))

    def _span(self, day: date) -> tuple[float, float]:
        if day < self.columns[0].day:
            return (self.left, self.left)
        if day > self.columns[-1].day:
            return (self.right, self.right)
        return self._spans[day]

    def _is_off(self, day: date) -> bool:
        left, right = self._span(day)
        return left != right and not any(c.number for c in self.columns if c.day == day)


def _works(column: DayColumn) -> bool:
    return bool(column.number)
