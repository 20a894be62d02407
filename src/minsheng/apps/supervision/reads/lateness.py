"""Late work by office and week, and the items behind each number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q
from django.utils import timezone

from minsheng.apps.cases import catalogue
from minsheng.apps.cases.models import CLOCK_RUNS, Item
from minsheng.apps.people.models import Account
from minsheng.apps.supervision import access
from minsheng.lib.texts import Text

WEEK = timedelta(days=7)
FORMULA = Text(
    "超期＝到期那天没有办完的事项；分母是这一周到期的全部事项，停表和日历暂定的不算超期",
    "Late = items not finished on the day they were due, of all items due in that week; a stopped "
    "clock and a provisional calendar never count as late",
)


@dataclass(frozen=True, slots=True)
class OfficeWeek:
    """The items of one office that were due in one week, and how many of them were late."""

    office: str
    title: Text
    monday: date
    due: int
    late: int


@dataclass(frozen=True, slots=True)
class LateItem:
    """One item behind a number: late now, or finished late. No name; a protected case no number."""

    id: int
    number: str
    title: Text
    office: Text
    due_day: date
    finished: date | None
    late_workdays: int


def late_by_office_week(*, weeks: int = 12, on: date | None = None) -> list[OfficeWeek]:
    """Return late work for each office and week with something due, the last `weeks` up to `on`.

    One statement over the item rows, grouped by day in the database and by week here.
    """
    on = on or timezone.localdate()
    this_monday = on - timedelta(days=on.weekday())
    first = this_monday - WEEK * (weeks - 1)
    rows = (
        Item.objects.filter(due_day__gte=first, due_day__lt=this_monday + WEEK)
        .exclude(status__in=["skipped", "cancelled"])
        .values_list("office", "due_day")
        .annotate(due=Count("pk"), late=Count("pk", filter=_late(on)))
        .order_by("office", "due_day")
    )
    cells: dict[tuple[str, date], list[int]] = {}
    for office, day, due, late in rows:
        cell = cells.setdefault((office, day - timedelta(days=day.weekday())), [0, 0])
        cell[0] += due
        cell[1] += late
    district = catalogue.packs().district
    return [
        OfficeWeek(office, district.office(office), monday, due, late)
        for (office, monday), (due, late) in sorted(cells.items())
    ]


def late_work_for(account: Account, *, weeks: int = 12) -> list[OfficeWeek]:
    """Return the same as `late_by_office_week`, for the leader; NotAllowed for others."""
    access.require_leader(account)
    return late_by_office_week(weeks=weeks)


def late_items(
    account: Account, *, office: str = "", monday: date | None = None, on: date | None = None
) -> list[LateItem]:
    """Return the late items behind a number, the longest late first; at most 500.

    The leader sees all offices, everybody else the offices they work or answer for. Without
    `monday` only those that are late now.
    """
    on = on or timezone.localdate()
    rows = Item.objects.filter(_late(on)).exclude(status__in=["skipped", "cancelled"])
    if monday is None:
        rows = rows.filter(status__in=CLOCK_RUNS)
    else:
        rows = rows.filter(due_day__gte=monday, due_day__lt=monday + WEEK)
    if office in catalogue.packs().district.departments:
        rows = rows.filter(office=office)
    if not access.is_leader(account):
        rows = rows.filter(office__in=access.offices_of(account))
    found = rows.select_related("case").order_by("due_day", "pk")[:500]
    return [_late_item(row, on) for row in found]


def _late(on: date) -> Q:
    """Late: finished after the due day, or running now after it on a final calendar."""
    finished_late = Q(finished__isnull=False, finished__gt=F("due_day"))
    late_now = Q(finished__isnull=True, status__in=CLOCK_RUNS, is_stopped=False, due_day__lt=on)
    return (finished_late | late_now) & Q(due_provisional=False)


def _late_item(row: Item, on: date) -> LateItem:
    title = catalogue.pinned_spec(row.case.pack_id).items[row.key].title
    hidden = row.case.protected
    assert row.due_day is not None  # `_late` compares with it
    return LateItem(
        id=row.pk,
        number="" if hidden else row.case.number,
        title=access.PROTECTED if hidden else title,
        office=catalogue.packs().district.office(row.office),
        due_day=row.due_day,
        finished=row.finished,
        late_workdays=catalogue.calendar().workdays_between(row.due_day, row.finished or on),
    )
