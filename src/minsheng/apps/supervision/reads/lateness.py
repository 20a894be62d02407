"""Late work as supervision shows it: to the leader all of it, to others that of their offices.

What late work is, is defined in one place: `apps/cases/reads/late_work.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from minsheng.apps.cases import catalogue
from minsheng.apps.cases.models import Item
from minsheng.apps.cases.reads import late_work
from minsheng.apps.cases.reads.late_work import FORMULA, OfficeWeek
from minsheng.apps.people.models import Account
from minsheng.apps.supervision import access
from minsheng.lib.texts import Text

MOST_ROWS = 500

__all__ = ["FORMULA", "LateItem", "OfficeWeek", "late_items", "late_work_for"]


@dataclass(frozen=True, slots=True)
class LateItem:
    """One item behind a number: late now, or finished late. No name."""

    id: int
    number: str
    title: Text
    office: Text
    due_day: date
    finished: date | None
    late_workdays: int


def late_work_for(account: Account, *, weeks: int = 12, on: date | None = None) -> list[OfficeWeek]:
    """Return late work by office and week, for the leader; NotAllowed for others."""
    access.require_leader(account)
    return late_work.late_by_office_week(on=on or timezone.localdate(), weeks=weeks)


def late_items(
    account: Account, *, office: str = "", monday: date | None = None, on: date | None = None
) -> list[LateItem]:
    """Return the late items behind a number, the longest late first; at most MOST_ROWS.

    The leader sees all offices, everybody else the offices they work or answer for. Without
    `monday` only those that are late now.
    """
    on = on or timezone.localdate()
    if monday is None:
        rows = late_work.late_now(on)
    else:
        rows = late_work.fell_due_in_week(monday, on=on).filter(late_work.missed(on))
    if office in catalogue.packs().district.departments:
        rows = rows.filter(office=office)
    if not access.is_leader(account):
        rows = rows.filter(office__in=access.offices_of(account))
    found = rows.select_related("case").order_by("due_day", "pk")[:MOST_ROWS]
    return [_late_item(row, on) for row in found]


def _late_item(row: Item, on: date) -> LateItem:
    assert row.due_day is not None  # both lists compare with it
    return LateItem(
        id=row.pk,
        number=row.case.number,
        title=catalogue.pinned_spec(row.case.pack_id).items[row.key].title,
        office=catalogue.packs().district.office(row.office),
        due_day=row.due_day,
        finished=row.finished,
        late_workdays=catalogue.calendar().workdays_between(row.due_day, row.finished or on),
    )
