"""Requests of a street or village for the post that looks after it: numbers, and the lists behind them.

No name, no words; protected kinds are left out.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from minsheng.apps.appeals.models import ITEM_OPEN, OPEN, VISITING, Request, RequestItem
from minsheng.apps.appeals.reads.glance import (
    GlanceLine,
    line_of,
    open_items,
    overdue,
    shown_requests,
)
from minsheng.apps.people import access as people
from minsheng.apps.people.models import Account

MOST = 500


def local_numbers(area: str, *, account: Account) -> Mapping[str, int]:
    """Return how many requests of a place are open, overdue, and wait for the requester's word."""
    return {kind: rows.count() for kind, rows in _lists(area, account).items()}


def local_requests(area: str, kind: str, *, account: Account) -> list[GlanceLine]:
    """Return the requests behind a number, the soonest due first."""
    leads = RequestItem.objects.filter(is_lead=True, status__in=ITEM_OPEN)
    rows = _lists(area, account)[kind].prefetch_related(
        Prefetch("items", queryset=leads, to_attr="leads")
    )
    return [line_of(row) for row in rows.order_by("due_at", "pk")[:MOST]]


def _lists(area: str, account: Account) -> dict[str, QuerySet[Request]]:
    rows = shown_requests().filter(area__in=people.within_place(account, area), status__in=OPEN)
    late = open_items().filter(overdue(timezone.now())).values("request")
    return {
        "open": rows,
        "overdue": rows.filter(pk__in=late),
        "calls": rows.filter(status=VISITING),
    }
