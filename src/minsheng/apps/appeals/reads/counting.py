"""What counts for the three rates, added up by the database: the same facts as `engines.appeals.rates`.

A contact is read from the row of the lead's item, what the requester said from `RequestSaid`. Each
form of a kind counts by its own pinned rules, so a change of the pack moves no figure of the past.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Least, TruncMonth

from minsheng.apps.appeals import catalogue
from minsheng.apps.appeals.models import Form, Request, RequestItem, RequestSaid
from minsheng.content.appeals import Appeal
from minsheng.engines.appeals.rates import NAMES, Fact, RateName
from minsheng.engines.appeals.state import CHINA, STOPPED

Rows = QuerySet[Any]
WHOLE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which facts: of a kind, between two days (`until` not included), as they stood `at` a moment.

    `posts`: only those of these posts; None for all. `rows` are further conditions on the rows.
    """

    slug: str
    since: date
    until: date
    at: datetime
    posts: Collection[str] | None = None
    rows: Q = field(default_factory=Q)


def facts(asked: Asked, *, by_month: bool = False) -> Iterator[Fact]:
    """Yield what counts, added up by rate, post, area and grade; by month too where that is asked."""
    for rate, rows in _counted(asked):
        groups = ["post", "request__area", "request__grade"]
        if by_month:
            rows, groups = (
                rows.annotate(month=TruncMonth("moment", tzinfo=CHINA)),
                [*groups, "month"],
            )
        added = rows.values(*groups).annotate(n=Count("pk"), total=Sum("percent")).order_by()
        for row in added:
            day = row["month"].date() if by_month else asked.since
            weight = Fraction(row["total"], WHOLE)
            yield Fact(
                rate,
                row["post"],
                row["request__area"],
                row["request__grade"],
                day,
                weight,
                row["n"],
            )


def behind(asked: Asked, rate: str, *, most: int) -> list[tuple[str, str, datetime, bool]]:
    """Return number, category, moment and whether it falls short; those that do first, at most `most`."""
    found = []
    for name, rows in _counted(asked):
        if name == rate:
            short = rows.annotate(is_short=Case(When(percent__lt=WHOLE, then=0), default=1))
            fields = ("is_short", "moment", "request__number", "request__category")
            found += list(short.order_by(*fields[:3]).values_list(*fields)[:most])
    found.sort(key=lambda one: one[:3])
    return [(number, category, at, not full) for full, at, number, category in found[:most]]


def requests(asked: Asked) -> tuple[int, int]:
    """Return how many requests anything counts of, and how many of them are closed."""
    some = Q(pk__in=[])
    for _, rows in _counted(asked):
        some |= Q(pk__in=rows.values("request"))
    found = Request.objects.filter(some)
    counted = found.aggregate(all=Count("pk"), closed=Count("pk", filter=Q(status="closed")))
    return counted["all"], counted["closed"]


def _counted(asked: Asked) -> Iterator[tuple[RateName, Rows]]:
    """Yield for each form and rate its rows, with `moment` and `percent`, within what is asked."""
    start, end = _begin(asked.since), _begin(asked.until)
    within = Q(moment__gte=start, moment__lt=end) & asked.rows
    if asked.posts is not None:
        within &= Q(post__in=asked.posts)
    for form in Form.objects.filter(slug=asked.slug).values_list("hash", flat=True):
        spec = catalogue.pinned(form)
        for name in NAMES:
            rows = _contacts(asked.at, start, end) if name == "response" else _said(spec, name)
            rows = rows.filter(within, request__form=form)
            yield name, rows.exclude(request__outcome__in=getattr(spec.rates, name).without)


def _contacts(at: datetime, start: datetime, end: datetime) -> Rows:
    """Return the leads whose first contact is due and known: in time, too late, or not at all."""
    is_silent = (
        Q(contacted_at=None, contact_provisional=False, contact_due__lt=at)
        & ~Q(status__in=STOPPED)
        & (Q(ended_at=None) | Q(ended_at__gt=F("contact_due")))
    )
    rows = RequestItem.objects.filter(
        Q(contacted_at__isnull=False) | is_silent,
        is_lead=True, is_wrong=False, contact_due__gte=start, dispatched_at__lt=end,
    )  # fmt: skip
    return rows.annotate(
        moment=Case(
            When(contacted_at=None, then=F("contact_due")),
            default=Least("contacted_at", "contact_due"),
        ),
        percent=Case(When(contacted_at__lte=F("contact_due"), then=WHOLE), default=0),
    )


def _said(spec: Appeal, rate: RateName) -> Rows:
    """Return what requesters said: whether it is solved, or how satisfied they are."""
    rows = RequestSaid.objects.annotate(moment=F("at"))
    if rate == "solution":
        return rows.annotate(percent=Case(When(solved=True, then=WHOLE), default=0))
    worth = {level.score: level.percent for level in spec.levels}
    given = [When(score=score, then=Value(percent)) for score, percent in worth.items()]
    percent = Case(*given, default=0, output_field=IntegerField())
    return rows.filter(score__in=worth).annotate(percent=percent)


def _begin(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=CHINA)
