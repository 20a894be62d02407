"""What is known of a person and of a household for judging policies, sealed."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from minsheng.apps.people.models import Household, Person


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
