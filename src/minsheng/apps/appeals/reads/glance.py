"""Requests at a glance for leaders: what is open, what is overdue, which offices need help.

Numbers and lists come from the same query sets, so a number is its list's length. No name, no words;
protected kinds are left out of everything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from minsheng.apps.appeals import catalogue
from minsheng.apps.appeals.models import (
    HANDLING,
    ITEM_OPEN,
    OPEN,
    RECEIVED,
    VISITING,
    Request,
    RequestItem,
)
from minsheng.apps.appeals.reads.mine import area_title
from minsheng.apps.people import access as people_access
from minsheng.apps.people import installed
from minsheng.apps.people.models import Account
from minsheng.engines.appeals.state import STOPPED
from minsheng.lib.errors import NotAllowed
from minsheng.lib.texts import Text

Light = Literal["red", "amber", "green"]
SOON = timedelta(hours=24)
MOST = 500
LIGHTS: Mapping[Light, Text] = {
    "red": Text("有超期的", "Something is overdue"),
    "amber": Text("24 小时里有到期的", "Something falls due within 24 hours"),
    "green": Text("都还有时间", "All in time"),
}
GLANCE_FORMULA = Text(
    "超期：该联系没联系，或该办完没办完，时间已经过了；挂账、争议和暂定的时限不算。"
    "红：有超期的。黄：24 小时里有到期的。绿：都没有。受保护的诉求不在里面。",
    "Overdue: not yet in touch, or not yet done, past its moment; on hold, disputed and provisional ones "
    "don't count. Red: something is overdue. Amber: something falls due within 24 hours. Green: neither. "
    "Protected requests are left out.",
)


@dataclass(frozen=True, slots=True)
class OfficeGlance:
    """One office: its open parts of requests, how many are overdue or due within 24 hours."""

    office: str
    title: Text
    open: int
    overdue: int
    soon: int

    @property
    def light(self) -> Light:
        """Return red, amber or green, as GLANCE_FORMULA says."""
        return "red" if self.overdue else "amber" if self.soon else "green"


@dataclass(frozen=True, slots=True)
class Glance:
    """How requests stand now, and what came and was closed in the last `days`."""

    days: int
    received: int
    closed: int
    open: int
    dispatch: int
    calls: int
    overdue: int
    offices: tuple[OfficeGlance, ...]


@dataclass(frozen=True, slots=True)
class GlanceLine:
    """One request, or one office's part of it, behind a number."""

    number: str
    kind: Text
    title: Text
    area: Text | None
    office: Text | None
    status: str
    received: datetime
    due: datetime | None


def overdue(now: datetime) -> Q:
    """Return what makes an open part of a request overdue: not in touch, or not done, past its moment."""
    silent = Q(contacted_at=None, contact_due__lt=now)
    running = Q(is_provisional=False) & ~Q(status__in=STOPPED)
    return running & (Q(finish_due__lt=now) | silent)


def _soon(now: datetime) -> Q:
    until = now + SOON
    silent = Q(contacted_at=None, contact_due__range=(now, until))
    running = Q(is_provisional=False) & ~Q(status__in=STOPPED)
    return running & (Q(finish_due__range=(now, until)) | silent) & ~overdue(now)


REQUEST_NUMBERS: Mapping[str, Callable[[datetime, int], Q]] = {
    "received": lambda now, days: Q(received_at__gt=now - timedelta(days=days)),
    "closed": lambda now, days: Q(closed_at__gt=now - timedelta(days=days)),
    "open": lambda now, days: Q(status__in=OPEN),
    "dispatch": lambda now, days: Q(status=RECEIVED),
    "handling": lambda now, days: Q(status=HANDLING),
    "calls": lambda now, days: Q(status=VISITING),
}
"""Numbers of requests, each with what they hold."""
OFFICE_NUMBERS: Mapping[str, Callable[[datetime], Q]] = {
    "items": lambda now: Q(),
    "overdue": overdue,
    "soon": _soon,
}
"""Numbers of offices' open parts, each with what they hold."""
KINDS = (*REQUEST_NUMBERS, *OFFICE_NUMBERS)


def glance(account: Account, *, days: int, at: datetime | None = None) -> Glance:
    """Return how requests stand; raises NotAllowed for all but leaders."""
    _require(account)
    now = at or timezone.now()
    counted = shown_requests().aggregate(
        **{kind: Count("pk", filter=holds(now, days)) for kind, holds in REQUEST_NUMBERS.items()}
    )
    rows = (
        open_items()
        .values("office")
        .annotate(
            n=Count("pk"),
            n_overdue=Count("pk", filter=overdue(now)),
            n_soon=Count("pk", filter=_soon(now)),
        )
    )
    title = installed.packs().district.office
    offices = [
        OfficeGlance(row["office"], title(row["office"]), row["n"], row["n_overdue"], row["n_soon"])
        for row in rows
    ]
    offices.sort(key=lambda one: (-one.overdue, -one.soon, -one.open, one.office))
    return Glance(
        days=days,
        received=counted["received"],
        closed=counted["closed"],
        open=counted["open"],
        dispatch=counted["dispatch"],
        calls=counted["calls"],
        overdue=sum(one.overdue for one in offices),
        offices=tuple(offices),
    )


def glance_list(
    account: Account, kind: str, *, days: int, office: str = "", at: datetime | None = None
) -> list[GlanceLine]:
    """Return what stands behind a number, the soonest due first; at most MOST."""
    _require(account)
    now = at or timezone.now()
    if kind in OFFICE_NUMBERS:
        items = open_items().filter(OFFICE_NUMBERS[kind](now))
        if office:
            items = items.filter(office=office)
        found = items.select_related("request").order_by("finish_due", "pk")[:MOST]
        return [_item_line(item) for item in found]
    holds = REQUEST_NUMBERS.get(kind, REQUEST_NUMBERS["open"])
    leads = RequestItem.objects.filter(is_lead=True, status__in=ITEM_OPEN)
    rows = (
        shown_requests()
        .filter(holds(now, days))
        .prefetch_related(Prefetch("items", queryset=leads, to_attr="leads"))
        .order_by("due_at", "pk")
    )
    return [line_of(row) for row in rows[:MOST]]


def _require(account: Account) -> None:
    if not people_access.is_leader(account):
        raise NotAllowed(
            "appeals.leaders_only",
            "这些数字给负责人看。您的诉求在“诉求”里。",
            "These figures are for leaders. Your requests are under Requests.",
        )


def _shown() -> list[str]:
    packs = installed.packs()
    return [slug for slug, one in packs.appeals.items() if not one.spec.protected]


def shown_requests() -> QuerySet[Request]:
    """Return the requests that may be counted: all but those of protected kinds."""
    return Request.objects.filter(slug__in=_shown())


def open_items() -> QuerySet[RequestItem, Any]:
    """Return the open parts of those requests."""
    return RequestItem.objects.filter(status__in=ITEM_OPEN, request__slug__in=_shown())


def line_of(row: Request) -> GlanceLine:
    """Return a request behind a number; its open lead was read with it as `leads`."""
    spec, district = catalogue.pinned(row.form_id), installed.packs().district
    found = district.posts.get(row.desk_post)
    offices = [found.department] if found else [item.office for item in row.leads]  # type: ignore[attr-defined]
    return GlanceLine(
        number=row.number,
        kind=spec.title,
        title=spec.title_of(row.category),
        area=area_title(row.area) if row.area else None,
        office=district.office(offices[0]) if offices else None,
        status=row.status,
        received=row.received_at,
        due=row.due_at,
    )


def _item_line(item: RequestItem) -> GlanceLine:
    row, spec = item.request, catalogue.pinned(item.request.form_id)
    due = item.finish_due
    if item.contacted_at is None and item.contact_due is not None:
        due = min(due, item.contact_due)
    return GlanceLine(
        number=row.number,
        kind=spec.title,
        title=spec.title_of(row.category),
        area=area_title(row.area) if row.area else None,
        office=installed.packs().district.office(item.office),
        status=item.status,
        received=row.received_at,
        due=None if item.status in STOPPED else due,
    )
