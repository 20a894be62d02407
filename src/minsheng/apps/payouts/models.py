"""Pots of policies, accounts of people, instalments, batches and their lines.

The money itself is in `apps.accounts`: an instalment holds its reservation, and once it is paid the
posting that used it. It is never edited; what was wrong is reversed there.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

PROPOSED, GIVEN, DROPPED = BUDGET_STATES = ("proposed", "given", "dropped")
RESERVED, BATCHED, PAID, FAILED, REVERSED = STATES = (
    "reserved", "batched", "paid", "failed", "reversed",
)  # fmt: skip
COUNTED = (RESERVED, BATCHED, PAID, FAILED)
"""States of an instalment that count as a month had: paid, or owed and on its way."""
OPEN, REFUSED = "", "refused"


class Budget(models.Model):
    """An amount for the pot of a policy and a year: one post proposes it, another person gives it.

    Personal data: none; `proposed_by` and `settled_by` are sign-ins of staff.
    """

    policy = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    amount_fen = models.BigIntegerField()
    state = models.CharField(max_length=10, default=PROPOSED)
    proposed_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    settled_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )
    posting = models.OneToOneField(
        "accounts.Posting", on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(name="budget_state", condition=Q(state__in=BUDGET_STATES)),
            models.CheckConstraint(name="budget_is_something", condition=Q(amount_fen__gt=0)),
            models.CheckConstraint(
                name="budget_given_is_posted",
                condition=Q(state=GIVEN, posting__isnull=False)
                | (~Q(state=GIVEN) & Q(posting__isnull=True)),
            ),
            models.CheckConstraint(
                name="budget_takes_two_people",
                condition=Q(settled_by__isnull=True)
                | ~Q(state=GIVEN)
                | ~Q(settled_by=models.F("proposed_by")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy} {self.year} {self.amount_fen}"


class Purse(models.Model):
    """The bank account that somebody's money goes to.

    Personal data: the number, sealed under the person's key, and its last four digits.
    """

    person = models.OneToOneField(
        "people.Person", on_delete=models.CASCADE, primary_key=True, related_name="purse"
    )
    number_sealed = models.TextField()
    masked = models.CharField(max_length=20)
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.person_id)


class Instalment(models.Model):
    """What one person gets of one policy for one month: at most one, whatever happens.

    `month` is its first day. `sheet_sealed` is how it was worked out; `sheet_digest` stands in the
    event. `attempt` counts how often it was set aside: a refused one is set aside anew.

    Personal data: who gets what; the sheet is sealed under the person's key.
    """

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    policy = models.CharField(max_length=60)
    month = models.DateField()
    amount_fen = models.BigIntegerField()
    state = models.CharField(max_length=10, default=RESERVED)
    unit = models.CharField(max_length=80)
    attempt = models.PositiveSmallIntegerField(default=1)
    held = models.OneToOneField(
        "accounts.Posting", on_delete=models.PROTECT, null=True, related_name="+"
    )
    spent = models.OneToOneField(
        "accounts.Posting", on_delete=models.PROTECT, null=True, related_name="+"
    )
    sheet_sealed = models.TextField()
    sheet_digest = models.CharField(max_length=80)
    reason = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["person", "policy", "month"], name="instalment_once_a_month"
            ),
            models.CheckConstraint(name="instalment_state", condition=Q(state__in=STATES)),
            models.CheckConstraint(name="instalment_is_something", condition=Q(amount_fen__gt=0)),
            models.CheckConstraint(name="instalment_month_begins", condition=Q(month__day=1)),
            models.CheckConstraint(
                name="instalment_paid_is_posted",
                condition=Q(state__in=[PAID, REVERSED], spent__isnull=False)
                | (~Q(state__in=[PAID, REVERSED]) & Q(spent__isnull=True)),
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["policy", "state"], name="instalments_to_pay")
        ]

    def __str__(self) -> str:
        return f"{self.policy} {self.month:%Y-%m} {self.state}"


class Batch(models.Model):
    """Instalments of one policy that went to the bank together. Personal data: none."""

    number = models.CharField(max_length=20, unique=True)
    policy = models.CharField(max_length=60)
    pay_on = models.DateField()
    count = models.PositiveIntegerField()
    sum_fen = models.BigIntegerField()
    made_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.number


class BatchLine(models.Model):
    """One instalment in one batch: to which account, and what the bank said.

    `key` is what the bank gives back. An instalment is open in one batch, and paid in one.

    Personal data: the account it went to, sealed under the person's key, and its last four digits.
    """

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="lines")
    instalment = models.ForeignKey(Instalment, on_delete=models.PROTECT, related_name="lines")
    key = models.CharField(max_length=35, unique=True)
    amount_fen = models.BigIntegerField()
    number_sealed = models.TextField()
    masked = models.CharField(max_length=20)
    outcome = models.CharField(max_length=10, default=OPEN, blank=True)
    reason = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                name="batch_line_outcome", condition=Q(outcome__in=[OPEN, PAID, REFUSED])
            ),
            models.UniqueConstraint(
                fields=["instalment"], condition=~Q(outcome=REFUSED), name="instalment_in_one_batch"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class BankAnswer(models.Model):
    """A bank's answer that was read: the same file again changes nothing.

    `found` counts its lines by outcome; `looked_at` are the keys that a person must ask about.
    Personal data: none.
    """

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="answers")
    digest = models.CharField(max_length=80)
    found = models.JSONField(default=dict)
    looked_at = models.JSONField(default=list)
    sums_agree = models.BooleanField(null=True)
    read_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["batch", "digest"], name="answer_read_once")
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.digest[:8]}"
