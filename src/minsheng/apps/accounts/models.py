"""Tables of accounts: accounts, lots, postings and their lines.

A line moves units from one account to another and is the only thing that changes a balance, so
that all balances of a unit sum to zero by construction. Postings and lines only grow: triggers in
the database refuse every change (`audit.guard`); what was wrong is reversed.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

PURSE, HELD = "purse", "held"
ISSUED, USED, EXPIRED = "issued", "used", "expired"
SYSTEM = "system"
KINDS = ("give", "spend", "reserve", "settle", "release", "expire", "reverse")
ANSWERS = ("settle", "release", "reverse")


class Account(models.Model):
    """What one holder has of one unit, in one role.

    `unit` names what is counted: `points:village.dongpo`, `minutes:volunteer`, `fen:vouchers.2026`.
    `holder` is an opaque name: `person:<id>`, `household:<id>`, `organisation:<id>`, or `system`
    for the accounts that a unit comes from and goes to. `purse` is what can be used, `held` what is
    set aside. Only the source of a unit goes below zero. `balance` is the sum of the lines.

    Personal data: what an opaque id has; nothing that says who it is.
    """

    unit = models.CharField(max_length=80)
    holder = models.CharField(max_length=60)
    role = models.CharField(max_length=10)
    balance = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["unit", "holder", "role"], name="account_one_for_holder_and_role"
            ),
            models.CheckConstraint(
                name="account_role", condition=Q(role__in=[PURSE, HELD, ISSUED, USED, EXPIRED])
            ),
            models.CheckConstraint(
                name="account_is_never_below_zero",
                condition=Q(balance__gte=0) | Q(holder=SYSTEM, role=ISSUED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.holder} {self.role}"


class Posting(models.Model):
    """One movement, whole or not at all. `key` makes it happen once, however often it is asked for.

    `answers` is the posting that this one settles, releases or reverses: each is answered once.
    `cause` says what it is for, as a code (`proposal:12`, `exchange:7`). `by` is who did it.

    Personal data: none; `by` is an account id.
    """

    key = models.CharField(max_length=120, unique=True)
    unit = models.CharField(max_length=80)
    kind = models.CharField(max_length=10)
    cause = models.CharField(max_length=80, blank=True)
    day = models.DateField()
    at = models.DateTimeField()
    by = models.CharField(max_length=60)
    answers = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="answer"
    )

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(name="posting_kind", condition=Q(kind__in=KINDS)),
            models.CheckConstraint(
                name="posting_answers_another",
                condition=Q(kind__in=ANSWERS, answers__isnull=False)
                | (~Q(kind__in=ANSWERS) & Q(answers__isnull=True)),
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["unit", "day"], name="postings_of_unit"),
            models.Index(fields=["cause"], name="postings_by_cause"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.unit} {self.key}"


class Lot(models.Model):
    """Units of a purse that came together and end together. `left` is what the lines have left of it.

    `expires_on` is the last day they can be used; without one they don't end.

    Personal data: none.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="lots")
    expires_on = models.DateField(null=True, blank=True)
    left = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(name="lot_is_never_below_zero", condition=Q(left__gte=0)),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(
                fields=["account", "expires_on"], condition=Q(left__gt=0), name="lots_that_are_left"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.expires_on} {self.left}"


class Line(models.Model):
    """`amount` from `source` to `target`, of one lot of either or of an account in between.

    Personal data: none.
    """

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="lines")
    source = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    amount = models.BigIntegerField()
    lot = models.ForeignKey(
        Lot, null=True, blank=True, on_delete=models.PROTECT, related_name="lines"
    )

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(name="line_moves_something", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="line_moves_between_two", condition=~Q(source=F("target"))),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} → {self.target_id} {self.amount}"
