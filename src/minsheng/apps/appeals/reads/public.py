"""What everybody may read of single requests: what it is about, which office, how it stands.

No words, no place, nobody. Only kinds that aren't protected, and of them only categories with at least
as many requests in the period as the pack's `hidden_under`, so that none can be picked out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Prefetch
from django.utils import timezone

from minsheng.apps.appeals import catalogue
from minsheng.apps.appeals.models import CLOSED, Request, RequestItem
from minsheng.apps.appeals.reads.mine import status_said
from minsheng.apps.appeals.store import state_of
from minsheng.apps.people import installed
from minsheng.content.appeals import Appeal
from minsheng.lib.texts import Text

DAYS = 90
MOST = 1000


@dataclass(frozen=True, slots=True)
class PublicRequest:
    """One request as everybody may read it. `expected` is the day it is due, None when none runs."""

    number: str
    kind: str
    category: str
    title: Text
    said: Text
    is_closed: bool
    received: date
    changed: date
    expected: date | None
    office: Text | None


def public_kinds(on: date) -> list[Appeal]:
    """Return the kinds of request that residents may make on a day and everybody may read of."""
    specs = [one.spec for one in catalogue.appeals_on(on)]
    return [s for s in specs if s.requester == "person" and not s.protected and not s.from_visits]


def public_requests(
    *,
    on: date,
    numbers: Collection[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[PublicRequest]:
    """Return the requests of the last DAYS that everybody may read, newest first; at most MOST."""
    specs = {spec.appeal: spec for spec in public_kinds(on)}
    begin = on - timedelta(days=DAYS)
    whole = Request.objects.filter(slug__in=specs, received_at__date__gte=begin)
    counts = Counter(whole.values_list("slug", "category"))
    enough = {key for key, count in counts.items() if count >= specs[key[0]].rates.hidden_under}
    leads = RequestItem.objects.filter(is_lead=True, is_wrong=False).order_by("-round", "-pk")
    rows = whole.prefetch_related(Prefetch("items", queryset=leads, to_attr="leads"))
    if numbers:
        rows = rows.filter(number__in=list(numbers)[:MOST])
    if since is not None:
        rows = rows.filter(received_at__gte=since)
    if until is not None:
        rows = rows.filter(received_at__lte=until)
    shown: list[PublicRequest] = []
    for row in rows.order_by("-pk").iterator(chunk_size=200):
        if (row.slug, row.category) in enough:
            shown.append(_public(row, catalogue.pinned(row.form_id)))
            if len(shown) == MOST:
                break
    return shown


def _public(row: Request, spec: Appeal) -> PublicRequest:
    lead: RequestItem | None = next(iter(row.leads), None)  # type: ignore[attr-defined]
    changed = row.closed_at or (lead.dispatched_at if lead else row.received_at)
    is_open = lead is not None and lead.ended_at is None
    return PublicRequest(
        number=row.number,
        kind=row.slug,
        category=row.category,
        title=spec.title_of(row.category),
        said=status_said(state_of(row)),
        is_closed=row.status == CLOSED,
        received=timezone.localdate(row.received_at),
        changed=timezone.localdate(changed),
        expected=timezone.localdate(lead.finish_due) if lead and is_open else None,
        office=installed.packs().district.office(lead.office) if lead else None,
    )
