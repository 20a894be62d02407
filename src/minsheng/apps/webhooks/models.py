"""Who is told by a signed call, of what, and between which days."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    """Many subscribers."""

    def active(self, on: date) -> SubscriberQuerySet:
        """Those who are told on a day."""
        running = Q(to_day=None) | Q(to_day__gte=on)
        return self.filter(running, from_day__lte=on, ended_at=None)


class Subscriber(models.Model):
    """One address outside that is told of some kinds of events, in order of the ledger.

    `cursor` is its bookmark in the ledger. `secret_sealed` is what its calls are signed with, sealed
    under the master key; until `old_secret_until` with the one before it as well. `services` are those it
    is told of, none: all. `to_day` is the last day on which it is told anything; `ended_at` is when somebody ended it.

    Personal data: none; `url` is the address of a system.
    """

    key = models.CharField(max_length=40)
    title = models.CharField(max_length=80)
    url = models.CharField(max_length=500)
    secret_sealed = models.TextField()
    old_secret_sealed = models.TextField(blank=True)
    old_secret_until = models.DateTimeField(null=True, blank=True)
    kinds = models.JSONField(default=list)
    services = models.JSONField(default=list)
    from_day = models.DateField()
    to_day = models.DateField(null=True, blank=True)
    cursor = models.BigIntegerField()
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = "回调地址"
        verbose_name_plural = "回调地址"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["key"], name="webhooks_one_subscriber_per_key"),
            models.CheckConstraint(
                condition=Q(to_day__isnull=True) | Q(to_day__gte=F("from_day")),
                name="webhooks_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(old_secret_sealed="", old_secret_until__isnull=True)
                | (~Q(old_secret_sealed="") & Q(old_secret_until__isnull=False)),
                name="webhooks_old_secret_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    def is_told(self, on: date) -> bool:
        """Whether this address is told anything on a day."""
        is_within = self.from_day <= on and (self.to_day is None or on <= self.to_day)
        return is_within and self.ended_at is None


class Delivery(models.Model):
    """One try to tell a subscriber something, and how it ended.

    `status` is what the receiver answered, 0 where none came; `error` is a code, empty where it was
    taken. Kept for MINSHENG_WEBHOOKS_LOG_DAYS. Personal data: none.
    """

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="deliveries")
    message = models.CharField(max_length=40)
    kind = models.CharField(max_length=40)
    attempt = models.PositiveIntegerField()
    at = models.DateTimeField(db_index=True)
    milliseconds = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField()
    error = models.CharField(max_length=100, blank=True)

    class Meta:
        verbose_name = "发送记录"
        verbose_name_plural = "发送记录"
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["subscriber", "-id"], name="webhooks_deliveries_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.message} {self.status or self.error}"
