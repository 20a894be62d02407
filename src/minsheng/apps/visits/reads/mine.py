"""The visits of one visitor: today, missed, soon, later; and what was settled lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from minsheng.apps.people.models import Account
from minsheng.apps.visits import access
from minsheng.apps.visits.models import OPEN, Visit
from minsheng.apps.visits.reads.lines import VisitLine, line

MOST = 500
RECENT_DAYS = 31


@dataclass(frozen=True, slots=True)
class Round:
    """What waits for one visitor. Missed ones that are planned for today stand under today."""

    on: date
    today: tuple[VisitLine, ...]
    missed: tuple[VisitLine, ...]
    soon: tuple[VisitLine, ...]
    later: tuple[VisitLine, ...]
    paused: tuple[VisitLine, ...]

    @property
    def count(self) -> int:
        """How many visits wait today: planned, due or missed."""
        return len(self.today) + len(self.missed)


def my_round(account: Account, on: date | None = None) -> Round:
    """Return the open visits of a visitor, in groups, the most urgent first."""
    on = on or timezone.localdate()
    rows = open_visits().filter(access.mine(account)).order_by("until", "pk")[:MOST]
    groups: dict[str, list[VisitLine]] = {}
    for one in (line(row, on=on) for row in rows):
        groups.setdefault(group_of(one, on), []).append(one)
    return Round(
        on,
        **{
            name: tuple(sorted(groups.get(name, ()), key=_urgency))
            for name in ("today", "missed", "soon", "later", "paused")
        },
    )


def open_visit_of(visited_id: int, on: date | None = None) -> VisitLine | None:
    """Return the open visit by the rhythm of somebody in a plan, or None where none is due."""
    row = open_visits().filter(visited_id=visited_id, basis="").first()
    return None if row is None else line(row, on=on or timezone.localdate())


def open_visits() -> QuerySet[Visit]:
    """Return the visits that nobody has settled, with whom they visit."""
    found = Visit.objects.filter(outcome=OPEN, visited__ended_on__isnull=True)
    return found.select_related("visited__person", "visited__organisation")


def group_of(one: VisitLine, on: date) -> str:
    """Return the group of a list that a visit belongs to."""
    if one.state == "paused":
        return "paused"
    if one.day == on:
        return "today"
    if one.state == "missed":
        return "missed"
    if one.day is not None and one.day > on:
        return "soon"
    if one.state in ("due", "no_show"):
        return "today"
    return "soon" if one.state == "soon" else "later"


def settled_lately(account: Account, on: date | None = None) -> list[VisitLine]:
    """Return what this visitor settled in the last month, newest first."""
    on = on or timezone.localdate()
    rows = Visit.objects.filter(settled_by=account, settled_on__gte=on - timedelta(RECENT_DAYS))
    rows = rows.select_related("visited__person", "visited__organisation")
    return [line(row, on=on) for row in rows.order_by("-settled_on", "-pk")[:100]]


def waiting_count(account: Account) -> int:
    """Return how many of my visits are due today or missed, without reading more than dates."""
    today = timezone.localdate()
    rows = Visit.objects.filter(access.mine(account), outcome=OPEN, due_day__lte=today)
    return rows.filter(visited__ended_on__isnull=True).count()


def _urgency(one: VisitLine) -> tuple[object, ...]:
    return (one.at or time.max, one.until, one.number)
