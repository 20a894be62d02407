"""What neighbours see of a request: its kind and place, no more exactly than needed, and how it stands."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from minsheng.apps.appeals import access, near, store
from minsheng.apps.appeals.models import Request, Subscription
from minsheng.apps.appeals.reads.mine import area_title, status_said
from minsheng.apps.appeals.reads.telling import INTERNAL, happenings, post_title
from minsheng.apps.people import installed
from minsheng.apps.people.models import Account
from minsheng.lib.texts import Text

CLOSED_SHOWN = timedelta(days=30)
MOST = 100
KEPT = frozenset({"received", "dispatched", "contacted", "held", "answered", "redone", "closed"})
"""What a neighbour's timeline holds: the steps, without words."""


@dataclass(frozen=True, slots=True)
class NearLine:
    """A request near. `told`: so many have reported it. `is_mine`: it is one's own."""

    number: str
    title: Text
    area: Text
    status: str
    said: Text
    received: date
    told: int
    is_mine: bool
    is_followed: bool


@dataclass(frozen=True, slots=True)
class NearStep:
    """One step, without words and without whoever took it."""

    at: datetime
    title: Text


@dataclass(frozen=True, slots=True)
class NearView:
    """A request as a neighbour sees it."""

    line: NearLine
    office: Text
    steps: tuple[NearStep, ...]


def near_requests(area: str, *, account: Account) -> list[NearLine]:
    """Return what was reported in the community of an area and isn't closed, or was lately."""
    near.require_resident(account)
    within = [one.key for one in installed.packs().district.areas.within(near.community_of(area))]
    since = timezone.now() - CLOSED_SHOWN
    rows = Request.objects.filter(Q(closed_at=None) | Q(closed_at__gt=since), area__in=within)
    rows = rows.filter(joined=None).select_related("sorted").order_by("-id")
    return _lines(rows[:MOST], account)


def followed(account: Account) -> list[NearLine]:
    """Return the requests that somebody follows, newest first."""
    mine = Subscription.objects.filter(account=account)
    rows = Request.objects.filter(pk__in=mine.values("request"))
    rows = rows.select_related("sorted").order_by("-id")
    return _lines(rows[:MOST], account)


def near_view(number: str, *, account: Account) -> NearView:
    """Return one request near; NotFound where it concerns only whoever made it."""
    near.require_resident(account)
    request = Request.objects.select_related("person").filter(number=number).first()
    if request is None or not near.is_near(request):
        raise near.no_such_neighbour()
    spec, state = access.spec_of(request), store.state_of(request)
    told = happenings(request, spec, state.items)
    lead = state.lead
    return NearView(
        line=_lines([request], account)[0],
        office=post_title(lead.post) if lead is not None else Text(""),
        steps=tuple(
            NearStep(one.at, one.title)
            for one in told
            if one.kind not in INTERNAL and (one.kind in KEPT or one.kind.startswith("council."))
        ),
    )


def _lines(rows: Iterable[Request], account: Account) -> list[NearLine]:
    found = [row for row in rows if near.is_near(row)]
    pks = [row.pk for row in found]
    mine = set(
        Subscription.objects.filter(account=account, request__in=pks).values_list(
            "request_id", flat=True
        )
    )
    joined = dict(
        Request.objects.filter(pk__in=pks).annotate(n=Count("followers")).values_list("pk", "n")
    )
    lines = []
    for row in found:
        spec, state = access.spec_of(row), store.state_of(row)
        lines.append(
            NearLine(
                number=row.number,
                title=spec.title_of(spec.middle_of(row.category)),
                area=area_title(near.community_of(row.area)),
                status=row.status,
                said=status_said(state),
                received=timezone.localdate(row.received_at),
                told=1 + joined.get(row.pk, 0),
                is_mine=row.account_id == account.pk,
                is_followed=row.pk in mine,
            )
        )
    return lines
