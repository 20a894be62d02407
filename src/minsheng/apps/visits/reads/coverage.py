"""Who is late, by plan and visitor, for whoever answers for them; each number opens its list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.visits import access
from minsheng.apps.visits.models import DONE, OPEN, REFUSED, Visit, Visited
from minsheng.apps.visits.plans import plan
from minsheng.apps.visits.reads.lines import VisitLine, line, who_for
from minsheng.lib.texts import Text

BEHIND_DAYS = 31
MOST = 300
FORMULA = Text(
    "过期：没去，最后一天已经过了，也没有暂停。补上：过期以后去过的。对方不要，不算过期。近 31 天。",
    "Missed: not made, past the last day, not paused. Made up for: made after it was missed. "
    "Not wanted is no miss. Last 31 days.",
)
Filter = Callable[[date], Q]


def _missed(on: date) -> Q:
    awake = Q(visited__paused_until=None) | Q(visited__paused_until__lt=on)
    return Q(outcome=OPEN, until__lt=on, due_provisional=False) & awake


def _lately(on: date) -> Q:
    return Q(settled_on__gte=on - timedelta(BEHIND_DAYS), settled_on__lte=on)


KINDS: dict[str, Filter] = {
    "open": lambda on: Q(outcome=OPEN),
    "due": lambda on: Q(outcome=OPEN, due_day__lte=on),
    "missed": _missed,
    "no_show": lambda on: Q(outcome=OPEN, no_shows__gt=0),
    "done": lambda on: _lately(on) & Q(outcome=DONE),
    "recovered": lambda on: _lately(on) & Q(outcome=DONE, missed_on__isnull=False),
    "refused": lambda on: _lately(on) & Q(outcome=REFUSED),
}
"""What is counted, and which visits each number holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """How one visitor stands in one plan. `visitor` is None where nobody is named."""

    plan: str
    title: Text
    visitor: int | None
    name: str
    people: int
    counts: dict[str, int]


def coverage(account: Account, on: date | None = None) -> list[Share]:
    """Return how the visits stand that this account answers for: by plan and visitor."""
    on = on or timezone.localdate()
    counted = {name: Count("pk", filter=where(on)) for name, where in KINDS.items()}
    rows = list(_rows(account).values("visited__plan", "visitor").annotate(**counted))
    headed = Visited.objects.filter(post__in=access.headed_posts(account), ended_on__isnull=True)
    heads = {
        (row["plan"], row["account_id"]): row["n"]
        for row in headed.values("plan", "account_id").annotate(n=Count("pk"))
    }
    names = people.displays([row["visitor"] for row in rows if row["visitor"]])
    found = [
        Share(
            plan=row["visited__plan"],
            title=plan(row["visited__plan"]).title,
            visitor=row["visitor"],
            name=names.get(row["visitor"], ""),
            people=heads.get((row["visited__plan"], row["visitor"]), 0),
            counts={name: row[name] for name in KINDS},
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (-one.counts["missed"], one.plan, one.name))


def behind(
    account: Account,
    kind: str,
    *,
    slug: str = "",
    visitor: int | None = None,
    on: date | None = None,
) -> list[VisitLine]:
    """Return the visits behind a number, the longest overdue first; at most MOST.

    Of a protected one the name isn't said to who only answers for it.
    """
    on = on or timezone.localdate()
    rows = _rows(account).filter(KINDS.get(kind, KINDS["missed"])(on))
    if slug:
        rows = rows.filter(visited__plan=slug)
    if visitor is not None:
        rows = rows.filter(visitor=visitor or None) if visitor else rows.filter(visitor=None)
    rows = rows.select_related("visited__person", "visited__organisation")
    return [
        line(row, on=on, who=who_for(row.visited, account))
        for row in rows.order_by("until", "pk")[:MOST]
    ]


def missed_count(account: Account, on: date | None = None) -> int:
    """Return how many visits are missed now, of all that this account answers for."""
    return _rows(account).filter(_missed(on or timezone.localdate())).count()


def _rows(account: Account) -> QuerySet[Any]:
    rows = Visit.objects.filter(visited__post__in=access.headed_posts(account))
    return rows.annotate(visitor=Coalesce("account_id", "visited__account_id"))
