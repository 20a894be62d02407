"""What a proposed act earns by the rules, given what was counted before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from minsheng.engines.points.scheme import Cap, Every, Item
from minsheng.lib.errors import WrongInput
from minsheng.lib.periods import Month, Period

_MONTHS: dict[Every, int] = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}


@dataclass(frozen=True, slots=True)
class Past:
    """How often something was counted on a day."""

    day: date
    times: int


@dataclass(frozen=True, slots=True)
class Earned:
    """How often an act counts, and the points: above zero for what is given, below for taken."""

    times: int
    points: int


class NotNow(WrongInput):
    """The rules count this no more often in the period."""


def period_of(day: date, every: Every) -> Period:
    """Return the month, quarter, half year or year that a day lies in."""
    length = _MONTHS[every]
    first = Month(day.year, 1 + (day.month - 1) // length * length)
    return Period(first.first, first.add(length - 1).last)


def left_in(cap: Cap | None, past: Iterable[Past], *, on: date) -> int | None:
    """Return how often something may still be counted in the period of a day; None: no limit."""
    if cap is None:
        return None
    period = period_of(on, cap.every)
    return max(cap.times - sum(one.times for one in past if one.day in period), 0)


def earn(item: Item, times: int, past: Iterable[Past], *, on: date) -> Earned:
    """Return what doing an item `times` times on a day earns, cut to what the cap leaves.

    `past` are the times it was counted for the same holder. Raises WrongInput for more than one
    proposal may hold, and NotNow where the cap leaves nothing.
    """
    if not 1 <= times <= item.most:
        raise WrongInput(
            "points.times",
            f"一次最多报 {item.most} 次。请改一下次数；多的分开报。",
            f"One proposal counts at most {item.most} times. Change it, or propose the rest apart.",
            field="times",
            facts={"most": item.most},
        )
    left = left_in(item.cap, past, on=on)
    if left == 0 and item.cap is not None:
        raise NotNow(
            "points.capped",
            f"“{item.title.zh}”在这一段时间里已经记满 {item.cap.times} 次，这次不能再记。换一项，或下一段时间再报。",
            f"'{item.title.to('en')}' has been counted {item.cap.times} times in this period, which "
            "is all it may. Choose another item, or propose it in the next period.",
            field="item",
        )
    counted = times if left is None else min(times, left)
    return Earned(counted, item.sign * item.points * counted)
