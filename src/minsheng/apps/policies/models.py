"""What is known of a person and of a household for judging policies, sealed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from minsheng.apps.people.models import Account, Household, Person

PROPOSED, APPROVED, DECLINED = "proposed", "approved", "declined"


class Dossier(models.Model):
    """What registers and the person said, one sealed document for each person.

    Personal data, sensitive: work, insurance, assistance, disability; under the person's own key.
    Erasing the person deletes the row.
    """

    person = models.OneToOneField(
        Person, on_delete=models.CASCADE, primary_key=True, related_name="dossier"
    )
    facts_sealed = models.TextField()
    updated_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.person_id)


class HouseholdDossier(models.Model):
    """What registers said of a household as a whole, sealed under the installation's key.

    Personal data, sensitive: the income of a household.
    """

    household = models.OneToOneField(
        Household, on_delete=models.CASCADE, primary_key=True, related_name="dossier"
    )
    facts_sealed = models.TextField()
    updated_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.household_id)


class Override(models.Model):
    """Another value of a policy's own number from a day on, proposed by one and approved by another.

    `value` is as the pack would write it; `seen` is the version of the policy it was proposed for,
    `becomes` the version it made. Personal data: none beside the two officers.
    """

    policy = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    value = models.CharField(max_length=60)
    since = models.DateField()
    reason = models.CharField(max_length=300)
    source = models.CharField(max_length=300)
    is_retroactive = models.BooleanField(default=False)
    seen = models.CharField(max_length=16)
    becomes = models.CharField(max_length=16, blank=True)
    state = models.CharField(max_length=10, default=PROPOSED)
    proposed_by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        Account, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                name="override_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="override_approved_by_somebody",
                condition=Q(state=PROPOSED) | Q(decided_by__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["policy", "name"],
                condition=Q(state=PROPOSED),
                name="override_one_open_for_a_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy} {self.name} {self.since}"
