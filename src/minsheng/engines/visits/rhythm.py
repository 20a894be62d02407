"""How often somebody is visited, and the day by which the next visit is due.

A rolling rhythm counts from the last visit that counted: "14cd", "10wd", "2w", "3m". A calendar
rhythm asks for one visit in each period, whenever in it: "month", "quarter", "year", "term".
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, cast

from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Due, Term, WorkCalendar

Unit = Literal["wd", "cd", "w", "m", "month", "quarter", "year", "term"]
PERIODS = ("month", "quarter", "year", "term")
MONTHS_OF = {"month": 1, "quarter": 3, "year": 12}
MOST = 999
_ROLLING = re.compile(r"([0-9]{1,3})(wd|cd|w|m)")
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolTerm:
    """One term of a school year, both days included."""

    key: str
    title: Text
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Rhythm:
    """An amount of a unit from visit to visit, or one visit in each period (amount 1)."""

    amount: int
    unit: Unit

    @classmethod
    def parse(cls, text: str) -> Rhythm:
        """Return the rhythm written as "14cd", "10wd", "2w", "3m", or "month" … "term"."""
        if text in PERIODS:
            return cls(1, cast(Unit, text))
        match = _ROLLING.fullmatch(text)
        if match is None or not 1 <= int(match[1]) <= MOST:
            raise WrongInput(
                "visits.rhythm",
                f"“{text}”不是频次。请写成 14cd、10wd、2w、3m，或者 month、quarter、year、term。",
                f"'{text}' is no rhythm. Write 14cd, 10wd, 2w, 3m, or month, quarter, year, term.",
            )
        return cls(int(match[1]), cast(Unit, match[2]))

    def __str__(self) -> str:
        return self.unit if self.unit in PERIODS else f"{self.amount}{self.unit}"

    @property
    def text(self) -> Text:
        """The rhythm in words."""
        if self.unit in PERIODS:
            zh, en = _PERIOD_WORDS[self.unit]
            return Text(f"每{zh}一次", f"once every {en}")
        zh, en = _ROLLING_WORDS[self.unit]
        if self.amount == 1:
            return Text(f"每{zh}一次", f"every {en}")
        return Text(f"每 {self.amount} {zh}一次", f"every {self.amount} {en}s")

    def next_due(
        self,
        since: date,
        *,
        visited: bool,
        calendar: WorkCalendar,
        terms: Sequence[SchoolTerm] = (),
    ) -> Due | None:
        """Return by when the next visit is due, or None where no term says so.

        `since` is the day of the last visit that counted (`visited`), or the day on which somebody
        came into the plan: the period of that day then still wants its visit.
        """
        if self.unit in ("wd", "cd", "w"):
            unit: Literal["wd", "cd"] = "wd" if self.unit == "wd" else "cd"
            return calendar.add(since, Term(self.amount * (7 if self.unit == "w" else 1), unit))
        if self.unit == "m":
            day = _months_later(since, self.amount)
            return calendar.due(min(since + _ONE_DAY, day), calendar.next_workday(day))
        end = self._period_end(since, visited=visited, terms=terms)
        return None if end is None else _last_workday(end, since, calendar)

    def _period_end(
        self, since: date, *, visited: bool, terms: Sequence[SchoolTerm]
    ) -> date | None:
        if self.unit == "term":
            wanted = [t.last for t in terms if (t.first > since if visited else t.last >= since)]
            return min(wanted, default=None)
        months = MONTHS_OF[self.unit]
        number = (since.year * 12 + since.month - 1) // months + visited
        year, month = divmod((number + 1) * months - 1, 12)
        return date(year, month + 1, monthrange(year, month + 1)[1])


def _last_workday(end: date, since: date, calendar: WorkCalendar) -> Due:
    """Return the last working day of a period, never before `since`: offices don't promise later."""
    day = end
    while day > since and not calendar.is_workday(day):
        day -= _ONE_DAY
    day = day if calendar.is_workday(day) else end
    return calendar.due(min(since, day), day)


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


_PERIOD_WORDS = {
    "month": ("个月", "month"),
    "quarter": ("个季度", "quarter"),
    "year": ("年", "year"),
    "term": ("个学期", "school term"),
}
_ROLLING_WORDS = {
    "wd": ("个工作日", "working day"),
    "cd": ("天", "day"),
    "w": ("周", "week"),
    "m": ("个月", "month"),
}
