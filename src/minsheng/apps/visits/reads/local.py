"""Visits of a street or village for the post that looks after it: which are due, nobody named."""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from minsheng.apps.people import access as people
from minsheng.apps.people.models import Account
from minsheng.apps.visits.models import Visit
from minsheng.apps.visits.reads.coverage import KINDS, MOST
from minsheng.apps.visits.reads.lines import VisitLine, line, where_of


def local_visits(
    area: str, kind: str, *, account: Account, on: date | None = None
) -> list[VisitLine]:
    """Return the visits of a place that are due or missed; whom they are to isn't said.

    Those to protected persons are left out.
    """
    on = on or timezone.localdate()
    within = people.within_place(account, area)
    rows = Visit.objects.filter(visited__area__in=within, visited__protected=False)
    rows = rows.filter(KINDS[kind](on)).select_related("visited")
    found = rows.order_by("until", "pk")[:MOST]
    return [line(row, on=on, who=where_of(row.visited.area)) for row in found]
