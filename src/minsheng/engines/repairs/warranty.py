"""The statutory warranty of a part, counted from the acceptance of the building.

Source: 建设工程质量管理条例 art. 40; 民用建筑节能条例 art. 23. Which part is covered how long stands in the
pack; here is only the counting. What can't be counted is unknown, with the reason.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

Unit = Literal["years", "seasons", "design_life"]
State = Literal["within", "after", "unknown"]
Why = Literal["", "not_accepted", "no_design_life", "no_season"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Season:
    """A heating or cooling season, by month and day; it may run over the new year."""

    from_month: int
    from_day: int
    to_month: int
    to_day: int

    def starting(self, year: int) -> tuple[date, date]:
        """Return the first and last day of the season that begins in a year."""
        first = date(year, self.from_month, self.from_day)
        ends = year + ((self.to_month, self.to_day) < (self.from_month, self.from_day))
        return first, date(
            ends, self.to_month, min(self.to_day, monthrange(ends, self.to_month)[1])
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """How long a part is covered: years, seasons (`season` names which), or the designed life."""

    amount: int = 0
    unit: Unit
    season: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """Within or after the warranty on the day of the report, with its last day; or unknown, and why."""

    state: State
    last_day: date | None = None
    why: Why = ""


def warranty(
    cover: Cover,
    *,
    accepted_on: date | None,
    reported_on: date,
    design_years: int | None = None,
    seasons: Mapping[str, Season],
) -> Answer:
    """Return whether a defect reported on a day lies within the warranty; the last day still does."""
    if accepted_on is None:
        return Answer("unknown", why="not_accepted")
    if cover.unit == "seasons":
        season = seasons.get(cover.season)
        if season is None:
            return Answer("unknown", why="no_season")
        last = _end_of_season(season, accepted_on, cover.amount)
    elif cover.unit == "design_life" and design_years is None:
        return Answer("unknown", why="no_design_life")
    else:
        years = cover.amount if cover.unit == "years" else design_years or 0
        last = years_later(accepted_on, years)
    return Answer("within" if reported_on <= last else "after", last)


def years_later(day: date, years: int) -> date:
    """Return the same day `years` later; 29 February falls on the 28th where there is none."""
    year = day.year + years
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


def _end_of_season(season: Season, accepted_on: date, count: int) -> date:
    """Return the last day of the `count`-th whole season that begins on the acceptance or later."""
    year = accepted_on.year
    if season.starting(year)[0] < accepted_on:
        year += 1
    return season.starting(year + count - 1)[1]
