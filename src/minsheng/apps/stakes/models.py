"""Tables of grants that turn into shares: the stake, its parts of money, opinions, steps."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from minsheng.apps.steps.models import Step
from minsheng.engines.equity import STATES

PLANNED, ORDERED, PAID = TRANCHE_STATES = ("planned", "ordered", "paid")


class Stake(models.Model):
    """One project that a firm has asked money for, and the shares it became. All amounts in fen.

    `terms` are those of the contract: discount, caps, rate of a buy-back. `before` and `after` are tables of
    holdings, each an exact fraction written "1250000/19". `event` is what let the money turn into shares, with the
    value before new money. `proceeds_fen` is what the sale brought. `opinions_due`: until when the experts
    are asked to speak, while they are.

    Personal data: who applied. Holders (`before`, `after`, `investor`, `buyer`) are named as the officer
    wrote them, natural persons by their role, and sealed under the key of the installation.
    """

    scheme = models.CharField(max_length=60)
    organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=120)
    purpose = models.CharField(max_length=400)
    asked_fen = models.BigIntegerField()
    state = models.CharField(max_length=12, default="applied")
    applied_on = models.DateField()
    approved_fen = models.BigIntegerField(default=0)
    terms = models.JSONField(default=dict)
    contracted_on = models.DateField(null=True, blank=True)
    event = models.CharField(max_length=12, blank=True)
    investor = models.TextField(blank=True)
    pre_money_fen = models.BigIntegerField(default=0)
    new_money_fen = models.BigIntegerField(default=0)
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    proposed_by = models.ForeignKey(
        "people.Account", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    way = models.CharField(max_length=10, blank=True)
    buyer = models.TextField(blank=True)
    value_fen = models.BigIntegerField(default=0)
    proceeds_fen = models.BigIntegerField(default=0)
    opinions_due = models.DateField(null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(name="stake_state", condition=Q(state__in=STATES)),
            models.CheckConstraint(name="stake_asks_for_something", condition=Q(asked_fen__gt=0)),
            models.CheckConstraint(
                name="stake_is_never_above_what_was_asked",
                condition=Q(approved_fen__gte=0, approved_fen__lte=F("asked_fen")),
            ),
            models.CheckConstraint(
                name="stake_brings_something_when_sold",
                condition=~Q(state="exited") | Q(proceeds_fen__gt=0),
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["organisation", "-id"], name="stakes_of_a_firm"),
            models.Index(fields=["state", "id"], name="stakes_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class Tranche(models.Model):
    """One part of the money: when it may be paid at the earliest, who ordered it. Personal data: none."""

    stake = models.ForeignKey(Stake, on_delete=models.PROTECT, related_name="tranches")
    key = models.CharField(max_length=60)
    fen = models.BigIntegerField()
    from_on = models.DateField()
    needs = models.CharField(max_length=10)
    state = models.CharField(max_length=8, default=PLANNED)
    orders = models.PositiveSmallIntegerField(default=0)
    ordered_by = models.ForeignKey(
        "people.Account", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    held = models.ForeignKey(
        "accounts.Posting", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    paid_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(name="tranche_state", condition=Q(state__in=TRANCHE_STATES)),
            models.CheckConstraint(name="tranche_is_something", condition=Q(fen__gt=0)),
            models.CheckConstraint(
                name="tranche_paid_was_ordered",
                condition=Q(state=PLANNED, held__isnull=True) | Q(held__isnull=False),
            ),
            models.UniqueConstraint(fields=["stake", "key"], name="tranche_once"),
        ]

    def __str__(self) -> str:
        return f"{self.stake_id} {self.key} {self.state}"


class Opinion(models.Model):
    """An expert's word about a project, or about writing it off. Only added.

    Personal data: which expert, by account; `words`, sealed under the key of the installation.
    """

    stake = models.ForeignKey(Stake, on_delete=models.PROTECT, related_name="opinions")
    about = models.CharField(max_length=10)
    expert = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    agrees = models.BooleanField()
    has_interest = models.BooleanField()
    words = models.TextField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["stake", "about", "expert"], name="opinion_once_an_expert"
            )
        ]

    def __str__(self) -> str:
        return f"{self.stake_id} {self.about}"


class StakeStep(Step):
    """One step of a stake. Personal data: as of every step."""

    stake = models.ForeignKey(Stake, on_delete=models.PROTECT, related_name="steps")

    def __str__(self) -> str:
        return f"{self.stake_id} {self.act}"
