"""Tables of supervision: what was warned of, orders with their history, and the daily digest.

A subject is whatever has a due day and an owner; it is named by `kind` and `key`, and its tables
lie in the app that it belongs to.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

WAITING = "waiting"
REPLIED = "replied"
CLOSED = "closed"
OUTCOMES = ("accepted", "withdrawn")
ACTS = ("ordered", "replied", "sent_back", "reply_late", "closed")


class Escalation(models.Model):
    """A warning or step of the ladder that has acted: at least once fired, once acted.

    `version` changes with the due day, so that a moved clock warns anew. `to_post` was told, and
    `told` are the accounts that filled it then.

    Personal data: none beside which officers were told.
    """

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=40)
    rule = models.CharField(max_length=40)
    version = models.CharField(max_length=40)
    office = models.CharField(max_length=40)
    light = models.CharField(max_length=10, blank=True)
    to_post = models.CharField(max_length=80)
    told = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["kind", "key", "rule", "version"], name="escalation_acts_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.rule}"


class Order(models.Model):
    """A written order (督办单) to the office that owns a subject; answered in writing.

    `round` counts the replies asked for. `head_post` is who answers for the office. `finding` says
    what came of it: no order is closed without.

    Personal data: whom the subject is about (`person`, None where it is about nobody); `finding` and the
    words of the entries are sealed under that person's key.
    """

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=40)
    subject_number = models.CharField(max_length=30)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=240, blank=True)
    office = models.CharField(max_length=40)
    post = models.CharField(max_length=80, blank=True)
    head_post = models.CharField(max_length=80)
    rule = models.CharField(max_length=40, blank=True)
    person = models.ForeignKey(
        "people.Person", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    status = models.CharField(max_length=10, default=WAITING)
    outcome = models.CharField(max_length=10, blank=True)
    round = models.PositiveSmallIntegerField(default=1)
    reply_due = models.DateField()
    reply_due_provisional = models.BooleanField(default=False)
    ordered_by = models.CharField(max_length=100)
    ordered_at = models.DateTimeField()
    finding = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["kind", "key"], condition=~Q(status=CLOSED), name="one_open_order"
            ),
            models.CheckConstraint(
                condition=Q(status__in=[WAITING, REPLIED, CLOSED]), name="order_status"
            ),
            models.CheckConstraint(
                condition=(
                    Q(status=CLOSED, closed_at__isnull=False, outcome__in=OUTCOMES) & ~Q(finding="")
                )
                | (~Q(status=CLOSED) & Q(closed_at__isnull=True, outcome="", finding="")),
                name="order_closed_with_a_finding",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["office"], condition=~Q(status=CLOSED), name="open_orders_by_office"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class OrderEntry(models.Model):
    """One line of an order's history: ordered, replied, sent back, reply late, closed.

    Personal data: `sealed`, under the key of the order's person.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="entries")
    round = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12)
    by = models.CharField(max_length=100)
    at = models.DateTimeField()
    sealed = models.TextField(blank=True)
    reply_due = models.DateField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["order", "round", "kind"], name="order_entry_once"),
            models.CheckConstraint(condition=Q(kind__in=ACTS), name="order_entry_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id} {self.kind} {self.round}"


class Digest(models.Model):
    """The morning's digest of a day has been sent. Personal data: none."""

    day = models.DateField(primary_key=True)
    at = models.DateTimeField()
    count = models.PositiveIntegerField()

    def __str__(self) -> str:
        return str(self.day)


class Serial(models.Model):
    """The last number given in a year. Personal data: none."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.year}-{self.last:04d}"
