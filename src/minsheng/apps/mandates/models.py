"""The one table of mandates: a family agent, a clerk at the counter, an agency clerk with a contract."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

FAMILY, CLERK, AGENCY = "family", "clerk", "agency"


class Mandate(models.Model):
    """That one person may act for another, in named services or one case, until a day.

    `services` are slugs; `case` is the number of the one case instead. `last_day` is the last on
    which it holds. A family agent is named by the keyed index of their number and becomes `agent` by
    accepting. `organisation` is the firm for which the principal signed.

    Personal data: who acts for whom; the keyed index of the agent's citizen number; a signed
    authorisation as a file under the principal's key. Nothing of it is in the ledger but ids.
    """

    KINDS: ClassVar[list[tuple[str, str]]] = [
        (FAMILY, "家人代办"),
        (CLERK, "窗口代办"),
        (AGENCY, "企业代办"),
    ]
    PRESENT, SIGNED = "present", "signed"

    kind = models.CharField(max_length=10, choices=KINDS)
    principal = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        "people.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    agent = models.ForeignKey(
        "people.Account", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    agent_blind = models.CharField(max_length=140, blank=True, db_index=True)
    agent_shown = models.CharField(max_length=60, blank=True)
    services = models.JSONField(default=list)
    case = models.CharField(max_length=40, blank=True)
    contract = models.CharField(max_length=60, blank=True)
    basis = models.CharField(
        max_length=10, blank=True, choices=[(PRESENT, "本人在场"), (SIGNED, "有签字的授权书")]
    )
    authorisation = models.ForeignKey(
        "records.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    since = models.DateField()
    last_day = models.DateField()
    given_at = models.DateTimeField(default=timezone.now)
    given_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_why = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(name="mandate_has_days", condition=Q(last_day__gte=F("since"))),
            models.CheckConstraint(
                name="mandate_has_a_scope", condition=~Q(services=[]) | ~Q(case="")
            ),
            models.CheckConstraint(
                name="mandate_accepted_by_somebody",
                condition=Q(accepted_at__isnull=True) | Q(agent__isnull=False),
            ),
            models.CheckConstraint(
                name="mandate_ended_says_why",
                condition=Q(ended_at__isnull=True, ended_why="")
                | (Q(ended_at__isnull=False) & ~Q(ended_why="")),
            ),
            models.CheckConstraint(
                name="mandate_of_an_agency_has_a_contract",
                condition=~Q(kind=AGENCY) | ~Q(contract=""),
            ),
            models.CheckConstraint(
                name="mandate_of_a_clerk_has_a_basis",
                condition=~Q(kind=CLERK)
                | Q(basis="present")
                | Q(basis="signed", authorisation__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["contract"],
                condition=~Q(contract="") & Q(ended_at__isnull=True),
                name="mandate_one_open_for_a_contract",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["agent", "last_day"], name="mandates_of_agent"),
            models.Index(fields=["principal", "-id"], name="mandates_of_principal"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    def holds_on(self, day: date) -> bool:
        """Whether it was accepted, isn't ended, and covers the day."""
        is_open = self.accepted_at is not None and self.ended_at is None
        return is_open and self.since <= day <= self.last_day

    def covers(self, slug: str, case: str = "") -> bool:
        """Whether this service, or this very case, is in its scope."""
        return self.case == case if self.case else slug in self.services
