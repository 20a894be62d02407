"""Late work by office and week: the one definition that supervision, the cockpit and the load use.

An item counts in the week of its due day, once it was started and only while that day is certain:
a stopped clock, a provisional day and a protected case are neither counted nor listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncWeek

from minsheng.apps.cases import catalogue
from minsheng.apps.cases.models import CLOCK_RUNS, Item
from minsheng.lib.texts import Text

JUDGED = ("done", "refused", *CLOCK_RUNS)
WEEK = timedelta(days=7)
FORMULA = Text(
    "各部门每周到期的事项里晚的占多少。到期：到期日落在那一周、不晚于今天的事项；晚：到期日过了才办完，"
    "或者到期日后的第一个工作日到了还没办完。停着的钟、暂定的日子、受保护的案卷不算",
    "Of the items of an office that fell due in a week, the share that was late. Fell due: the due day lies in that week and not "
    "after today. Late: finished after the due day, or unfinished on the first working day after it. "
    "Stopped clocks, provisional days and protected cases don't count",
)


@dataclass(frozen=True, slots=True)
class OfficeWeek:
    """The items of one office that fell due in the week from `monday`, and how many were late."""

    office: str
    title: Text
    monday: date
    due: int
    late: int


def monday_of(day: date) -> date:
    """Return the Monday of the week that `day` lies in."""
    return day - timedelta(days=day.weekday())


def sunday_of(monday: date) -> date:
    """Return the last day of the week from `monday`; the last day there is, for the very last week."""
    return monday + min(timedelta(days=6), date.max - monday)


def mondays_until(on: date, *, weeks: int) -> tuple[date, ...]:
    """Return the Mondays of the last `weeks` weeks up to that of `on`, oldest first."""
    return tuple(monday_of(on) - WEEK * n for n in range(weeks - 1, -1, -1))


def edge_of(on: date) -> date:
    """Return the day before which an unfinished day counts as missed: the last working day.

    A Friday isn't missed on Sunday: the first day late is a working day, as for the timers.
    """
    calendar = catalogue.calendar()
    while not calendar.is_workday(on):
        on -= timedelta(days=1)
    return on


def open_items(slug: str = "") -> QuerySet[Item]:
    """Return the items that may be counted and listed, of one service or of all."""
    found = Item.objects.filter(case__protected=False)
    return found.filter(case__slug=slug) if slug else found


def late_now(on: date, slug: str = "") -> QuerySet[Item]:
    """Return the items whose clock runs past a day that is certain."""
    return open_items(slug).filter(
        status__in=CLOCK_RUNS, is_stopped=False, due_day__lt=edge_of(on), due_provisional=False
    )


def fell_due(since: date, until: date, slug: str = "") -> QuerySet[Item]:
    """Return the items whose day came between two days; stopped clocks and open days aside."""
    return open_items(slug).filter(
        status__in=JUDGED,
        is_stopped=False,
        started__isnull=False,
        due_provisional=False,
        due_day__range=(since, until),
    )


def fell_due_in_week(monday: date, *, on: date, slug: str = "") -> QuerySet[Item]:
    """Return the items whose day came in one week, up to `on`."""
    return fell_due(monday, min(sunday_of(monday), on), slug)


def missed(on: date) -> Q:
    """Return which items missed their day."""
    return Q(finished__gt=F("due_day")) | Q(finished__isnull=True, due_day__lt=edge_of(on))


def late_by_office_week(*, on: date, weeks: int, slug: str = "") -> list[OfficeWeek]:
    """Return the weeks of each office in which something fell due, by office and week: one query.

    `late` is the length of `fell_due_in_week(monday).filter(missed(on))` for that office.
    """
    rows = (
        fell_due(mondays_until(on, weeks=weeks)[0], on, slug)
        .annotate(week=TruncWeek("due_day"))
        .order_by("office", "week")
        .values_list("office", "week")
        .annotate(due=Count("pk"), late=Count("pk", filter=missed(on)))
    )
    district = catalogue.packs().district
    return [
        OfficeWeek(office, district.office(office), week, due, late)
        for office, week, due, late in rows
    ]
