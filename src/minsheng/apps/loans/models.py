"""Tables of guaranteed loans: the loan, and each step that was taken.

The bank's own books are the bank's. Here stands what it said, what the guarantee body bore, and which posting of
the risk fund that was.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from minsheng.apps.steps.models import Step
from minsheng.engines.lending import STATES, Shares


class Loan(models.Model):
    """One loan that a firm has asked for. All amounts in fen.

    `rung`, `bank` and `scheme` are keys of the pack. Ratio and base are those of the day of the contract.
    `claimed_fen` is the loss as the bank claims it, then as it was shared; `reported_fen` what came back and isn't
    confirmed yet; `over_fen` what came back above the whole loss and is the firm's.

    Personal data: who applied. `purpose` tells what the money is for, in the firm's words.
    """

    scheme = models.CharField(max_length=60)
    organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    rung = models.CharField(max_length=60)
    bank = models.CharField(max_length=60)
    asked_fen = models.BigIntegerField()
    months = models.PositiveSmallIntegerField()
    purpose = models.CharField(max_length=400)
    state = models.CharField(max_length=12, default="applied")
    applied_on = models.DateField()
    agreed_fen = models.BigIntegerField(default=0)
    ratio_guarantor = models.PositiveSmallIntegerField(default=0)
    ratio_bank = models.PositiveSmallIntegerField(default=0)
    base = models.CharField(max_length=24, blank=True)
    guaranteed = models.ForeignKey(
        "accounts.Posting", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField(null=True, blank=True)
    repaid_fen = models.BigIntegerField(default=0)
    claimed_fen = models.BigIntegerField(default=0)
    claimed_by = models.ForeignKey(
        "people.Account", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lost_guarantor_fen = models.BigIntegerField(default=0)
    lost_bank_fen = models.BigIntegerField(default=0)
    reported_fen = models.BigIntegerField(default=0)
    back_guarantor_fen = models.BigIntegerField(default=0)
    back_bank_fen = models.BigIntegerField(default=0)
    over_fen = models.BigIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(name="loan_state", condition=Q(state__in=STATES)),
            models.CheckConstraint(name="loan_asks_for_something", condition=Q(asked_fen__gt=0)),
            models.CheckConstraint(
                name="loan_is_never_above_what_was_asked",
                condition=Q(agreed_fen__gte=0, agreed_fen__lte=F("asked_fen")),
            ),
            models.CheckConstraint(
                name="loan_repaid_up_to_what_was_lent",
                condition=Q(repaid_fen__gte=0, repaid_fen__lte=F("agreed_fen")),
            ),
            models.CheckConstraint(
                name="loan_loss_is_shared_whole",
                condition=Q(lost_guarantor_fen=0, lost_bank_fen=0)
                | Q(claimed_fen=F("lost_guarantor_fen") + F("lost_bank_fen")),
            ),
            models.CheckConstraint(
                name="loan_nobody_gets_back_more_than_lost",
                condition=Q(
                    back_guarantor_fen__gte=0,
                    back_bank_fen__gte=0,
                    back_guarantor_fen__lte=F("lost_guarantor_fen"),
                    back_bank_fen__lte=F("lost_bank_fen"),
                ),
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["organisation", "-id"], name="loans_of_a_firm"),
            models.Index(fields=["state", "id"], name="loans_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    @property
    def left_fen(self) -> int:
        """Return how much of the principal is not repaid."""
        return self.agreed_fen - self.repaid_fen

    @property
    def lost(self) -> Shares:
        """Return what guarantee body and bank bore."""
        return Shares(self.lost_guarantor_fen, self.lost_bank_fen)

    @property
    def back(self) -> Shares:
        """Return what came back to guarantee body and bank."""
        return Shares(self.back_guarantor_fen, self.back_bank_fen)


class LoanStep(Step):
    """One step of a loan. Personal data: as of every step."""

    loan = models.ForeignKey(Loan, on_delete=models.PROTECT, related_name="steps")

    def __str__(self) -> str:
        return f"{self.loan_id} {self.act}"
