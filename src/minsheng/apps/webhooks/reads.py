"""Who is told of what, and how their calls stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from minsheng.apps.webhooks.models import Delivery, Subscriber
from minsheng.lib.errors import NotFound

KINDS = (
    "submitted",
    "opened",
    "returned",
    "supplied",
    "paused",
    "resumed",
    "approved",
    "done",
    "refused",
    "reversed",
    "cancelled",
    "withdrawn",
    "reopened",
    "closed",
)
"""The events that may be told outside: none about who agreed, who looked or how it was rated."""


@dataclass(frozen=True, slots=True)
class SubscriberLine:
    """One subscriber as a list shows it; never the secret."""

    key: str
    title: str
    url: str
    kinds: tuple[str, ...]
    from_day: date
    to_day: date | None
    is_told: bool
    services: tuple[str, ...] = ()
    old_secret_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One try to tell a subscriber something: `status` of the answer, or 0 and an `error`."""

    id: int
    message: str
    kind: str
    attempt: int
    at: datetime
    milliseconds: int
    status: int
    error: str


def deliveries(key: str, *, limit: int = 50) -> list[DeliveryLine]:
    """Return the latest tries to tell a subscriber something, newest first; raises NotFound."""
    rows = Delivery.objects.filter(subscriber=subscriber(key)).order_by("-pk")[:limit]
    return [
        DeliveryLine(
            id=row.pk,
            message=row.message,
            kind=row.kind,
            attempt=row.attempt,
            at=row.at,
            milliseconds=row.milliseconds,
            status=row.status,
            error=row.error,
        )
        for row in rows
    ]


def subscribers() -> list[SubscriberLine]:
    """Return all subscribers, those that have ended too, by name."""
    on = timezone.localdate()
    return [
        SubscriberLine(
            key=row.key,
            title=row.title,
            url=row.url,
            kinds=tuple(row.kinds),
            from_day=row.from_day,
            to_day=row.to_day,
            is_told=row.is_told(on),
            services=tuple(row.services),
            old_secret_until=row.old_secret_until
            if row.old_secret_until and row.old_secret_until > timezone.now()
            else None,
        )
        for row in Subscriber.objects.order_by("key")
    ]


def subscriber(key: str) -> Subscriber:
    """Return one subscriber; raises NotFound."""
    row = Subscriber.objects.filter(key=key).first()
    if row is None:
        raise NotFound(
            "webhooks.unknown",
            "没有这个回调。请看列表里的名字。",
            "There is no such subscriber. See the names in the list.",
            facts={"key": key},
        )
    return row
