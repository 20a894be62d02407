"""What is known of a person and of a household for judging policies, sealed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from minsheng.apps.people.models import Account, Household, Person

PROPOSED, APPROVED, DECLINED, WITHDRAWN = "proposed", "approved", "declined", "withdrawn"


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
    """What holds beside the packs from a day on, proposed by one officer and approved by another.

    Another value of a policy's own number; of a number that policies share (`policy` empty); or a whole
    text of a policy (`name` empty). `value` is as the pack would write it, of a text its fingerprint;
    `seen` is the version it was proposed for (of a shared number: of all policies that read it),
    `becomes` the version it made. `takes_back`: what it puts back to how it was before.

    Personal data: none beside the two officers.
    """

    policy = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=60, blank=True)
    value = models.CharField(max_length=60, blank=True)
    text = models.TextField(blank=True)
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
    takes_back = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="taken_back_by"
    )

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                name="override_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="override_approved_by_somebody",
                condition=Q(state__in=[PROPOSED, WITHDRAWN]) | Q(decided_by__isnull=False),
            ),
            models.CheckConstraint(
                name="override_number_or_text",
                condition=(~Q(name="") & Q(text="")) | (Q(name="") & ~Q(policy="") & ~Q(text="")),
            ),
            models.UniqueConstraint(
                fields=["policy", "name"],
                condition=Q(state=PROPOSED),
                name="override_one_open_for_a_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy} {self.name} {self.since}"

    @property
    def is_text(self) -> bool:
        """Whether it is a whole text of a policy."""
        return not self.name

    @property
    def is_shared(self) -> bool:
        """Whether it is a number that several policies share."""
        return not self.policy
