"""Erasing a person here: they leave every plan, and what was sealed can't be opened any more."""

from __future__ import annotations

from django.db import transaction

from minsheng.apps.people.models import Person
from minsheng.apps.visits.actions.enrolling import end
from minsheng.apps.visits.models import Visited


def forget(person: Person) -> int:
    """Return how many plans an erased person has left; addresses are emptied with it."""
    with transaction.atomic():
        rows = Visited.objects.select_for_update().filter(person=person).order_by("pk")
        count = 0
        for row in rows:
            count += row.ended_on is None
            end(row, "erased", by=None)
            row.where_sealed = ""
            row.save(update_fields=["where_sealed"])
    return count
