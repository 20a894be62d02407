"""Providers, who owns whom, and vouchers."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from minsheng.apps.steps.models import Step
from minsheng.engines.vouchers import OPEN, RECHECK_STATES, STATES

WITH_CONTRACT = ("reserved", "used", "redeemed")


class Provider(models.Model):
    """Somebody from whom services may be bought with a voucher, from a day on until another.

    `uses` are keys of the pack. While it is suspended no new contract names it; `why` says for what
    (sealed). Personal data: `party`, who leads and owns it, sealed under the key of the installation.
    """

    credit_code = models.CharField(max_length=18, unique=True)
    name = models.CharField(max_length=200)
    uses = models.JSONField(default=list)
    party = models.TextField()
    listed_on = models.DateField()
    suspended_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    why = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("listed_on")),
                name="provider_ends_later",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Ownership(models.Model):
    """Who leads and owns a firm, as the firm declared it: the newest row of a firm counts.

    Personal data: `party`, sealed under the key of the installation.
    """

    organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    party = models.TextField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.at:%Y-%m-%d}"


class RegisterParty(models.Model):
    """Who leads, manages and owns a firm or a provider by the register of firms; the newest row counts.

    Personal data: `party`, sealed under the key of the installation.
    """

    credit_code = models.CharField(max_length=18)
    party = models.TextField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["credit_code", "-id"], name="register_parties_by_code")
        ]

    def __str__(self) -> str:
        return f"{self.credit_code} {self.at:%Y-%m-%d}"


class Draw(models.Model):
    """Which paid vouchers were drawn to be checked again. Anybody with the seed can draw again.

    `candidates` and `drawn` are ids of vouchers. Personal data: who drew, by account.
    """

    scheme = models.CharField(max_length=60)
    seed = models.CharField(max_length=64)
    percent = models.PositiveSmallIntegerField()
    candidates = models.JSONField()
    digest = models.CharField(max_length=64)
    drawn = models.JSONField()
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.scheme} {self.pk}"


class Voucher(models.Model):
    """One voucher of a firm, from asking to payment. Money in fen.

    `step` is the key of the reservation in the accounts that holds its money, while it is open.
    `words` (what it is for), `contract` and `proof` are sealed under the key of the installation.

    Personal data: who asked, issued and paid, as account ids.
    """

    organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    scheme = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    use = models.CharField(max_length=60)
    state = models.CharField(max_length=10, default="asked")
    amount_fen = models.BigIntegerField()
    step = models.CharField(max_length=120, blank=True)
    words = models.TextField()
    until = models.DateField(null=True)
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, null=True, related_name="+")
    contract_fen = models.BigIntegerField(null=True)
    contract = models.TextField(blank=True)
    proof = models.TextField(blank=True)
    why = models.TextField(blank=True)
    asked_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    issued_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )
    redeemed_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )
    considered_in = models.ForeignKey(
        Draw, on_delete=models.PROTECT, null=True, related_name="considered"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(state__in=list(STATES)), name="voucher_state"),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0), name="voucher_is_worth_something"
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(OPEN)) & ~Q(step="")
                | ~Q(state__in=sorted(OPEN)) & Q(step=""),
                name="voucher_open_has_its_money",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=WITH_CONTRACT)
                | Q(provider__isnull=False, contract_fen__gte=F("amount_fen")),
                name="voucher_with_contract",
            ),
            models.CheckConstraint(
                condition=Q(state="redeemed", redeemed_by__isnull=False, issued_by__isnull=False)
                | ~Q(state="redeemed") & Q(redeemed_by__isnull=True),
                name="voucher_paid_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(redeemed_by__isnull=True) | ~Q(redeemed_by=F("issued_by")),
                name="voucher_by_two_persons",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["organisation", "-id"], name="vouchers_of_a_firm"),
            models.Index(fields=["state", "until"], name="vouchers_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme} {self.pk} {self.state}"


class Recheck(models.Model):
    """A paid voucher that is checked again: where it stands, how much was wrong, who did what.

    `owed_fen` is what is to come back; `day` the last one of the firm's to answer or object.
    Personal data: who checked, decided and heard the objection, by account.
    """

    voucher = models.OneToOneField(
        Voucher, on_delete=models.PROTECT, primary_key=True, related_name="recheck"
    )
    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="rechecks")
    organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default="drawn")
    owed_fen = models.BigIntegerField(default=0)
    day = models.DateField(null=True)
    blames_provider = models.BooleanField(default=False)
    checked_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(state__in=RECHECK_STATES), name="recheck_state"),
            models.CheckConstraint(
                condition=~Q(
                    state__in=("doubted", "heard", "upheld", "objected", "owed", "returned")
                )
                | Q(owed_fen__gt=0),
                name="recheck_wrong_is_an_amount",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("checked_by")),
                name="recheck_by_two_persons",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["state", "voucher"], name="rechecks_by_state")
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class RecheckTaken(Step):
    """One step of checking again. Personal data: as of every step."""

    recheck = models.ForeignKey(Recheck, on_delete=models.PROTECT, related_name="steps")

    def __str__(self) -> str:
        return f"{self.recheck_id} {self.act}"
