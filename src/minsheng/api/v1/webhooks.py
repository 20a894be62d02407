"""Signed calls to other systems: who is told of what, by the system administrator."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Router
from pydantic import Field

from minsheng.api.callers import officer
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.uploads import refuse_body
from minsheng.api.v1.shapes import Shape
from minsheng.apps.people import access
from minsheng.apps.webhooks import actions, reads

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account

router = Router()
Name = Annotated[str, Path(max_length=40, description="The short name of a subscriber.")]
Word = Annotated[str, Field(max_length=80)]


class SubscriberRow(Shape):
    """One subscriber, never its secret. `services` empty: all."""

    key: str
    title: str
    url: str
    kinds: list[str]
    services: list[str]
    from_day: date
    to_day: date | None
    is_told: bool
    old_secret_until: datetime | None


class SubscriberRows(Shape):
    """Who is told, those that have ended too."""

    rows: list[SubscriberRow]


class Subscription(Shape):
    """A new subscriber. `services` empty: all; `to_day` the last day on which it is told anything."""

    key: str = Field(max_length=40)
    title: str = Field(max_length=80)
    url: str = Field(max_length=500)
    kinds: list[Word] = Field(max_length=40)
    services: list[Word] = Field(default_factory=list, max_length=200)
    to_day: date | None = None


class Overlap(Shape):
    """For how many hours the old secret signs along; 0 where it has leaked."""

    overlap_hours: int = Field(actions.OVERLAP_HOURS, ge=0, le=actions.LONGEST_OVERLAP_HOURS)


class Secret(Shape):
    """The secret of a subscriber, shown this once."""

    key: str
    secret: str


class SubscriberReceipt(Shape):
    """A subscriber after an act; `calls` are those that are sent again."""

    key: str
    is_told: bool
    calls: int = 0


class Again(Shape):
    """From which moment on it is told again."""

    since: datetime


class DeliveryRow(Shape):
    """One try to tell something: `status` of the answer, or 0 and an `error`."""

    id: int
    message: str
    kind: str
    attempt: int
    at: datetime
    milliseconds: int
    status: int
    error: str


class DeliveryRows(Shape):
    """The latest tries, newest first; what gave up stands among the stuck steps."""

    rows: list[DeliveryRow]


@router.get("/webhooks", response=SubscriberRows)
def list_webhooks(request: HttpRequest) -> SubscriberRows:
    """Return who is told of what, for the system administrator."""
    _system(request)
    return SubscriberRows(rows=[_row(line) for line in reads.subscribers()])


@router.post("/webhooks", response=Secret)
def add_webhook(request: HttpRequest, payload: Subscription) -> Secret:
    """Tell one more system from now on, and return its secret this once."""
    by = _system(request)
    secret = actions.declare(
        payload.key,
        title=payload.title,
        url=payload.url,
        kinds=payload.kinds,
        services=payload.services,
        from_day=timezone.localdate(),
        to_day=payload.to_day,
        by=f"account:{by.pk}",
    )
    return Secret(key=payload.key, secret=secret)


@router.post("/webhooks/{key}/secret", response=Secret)
def rotate_webhook(request: HttpRequest, key: Name, payload: Overlap) -> Secret:
    """Change the secret: both sign for a while. Returns the new one this once."""
    by = _system(request)
    secret = actions.rotate(key, by=f"account:{by.pk}", overlap_hours=payload.overlap_hours)
    return Secret(key=key, secret=secret)


@router.post("/webhooks/{key}/end", response=SubscriberReceipt)
def end_webhook(
    request: HttpRequest, key: Name, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Tell it nothing from now on."""
    refuse_body(request)
    by = _system(request)

    def act() -> SubscriberReceipt:
        actions.end(key, by=f"account:{by.pk}")
        return SubscriberReceipt(key=key, is_told=False)

    return answer_once(request, idempotency_key, act)


@router.post("/webhooks/{key}/replay", response=SubscriberReceipt)
def replay_webhook(
    request: HttpRequest, key: Name, payload: Again, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Send again what it was told since a moment, under the ids it had."""
    by = _system(request)

    def act() -> SubscriberReceipt:
        since = payload.since
        aware = since if since.tzinfo else timezone.make_aware(since)
        calls = actions.replay(key, since=aware, by=f"account:{by.pk}")
        return SubscriberReceipt(key=key, is_told=True, calls=calls)

    return answer_once(request, idempotency_key, act)


@router.get("/webhooks/{key}/deliveries", response=DeliveryRows)
def list_deliveries(request: HttpRequest, key: Name) -> DeliveryRows:
    """Return the latest tries to tell a subscriber something."""
    _system(request)
    return DeliveryRows(
        rows=[
            DeliveryRow(
                id=line.id,
                message=line.message,
                kind=line.kind,
                attempt=line.attempt,
                at=line.at,
                milliseconds=line.milliseconds,
                status=line.status,
                error=line.error,
            )
            for line in reads.deliveries(key)
        ]
    )


def _system(request: HttpRequest) -> Account:
    account = officer(request)
    access.require_duty(account, "system")
    return account


def _row(line: reads.SubscriberLine) -> SubscriberRow:
    return SubscriberRow(
        key=line.key,
        title=line.title,
        url=line.url,
        kinds=list(line.kinds),
        services=list(line.services),
        from_day=line.from_day,
        to_day=line.to_day,
        is_told=line.is_told,
        old_secret_until=line.old_secret_until,
    )
