"""Tables of estates' buildings and flats, and of repairs. The work itself is an entry of the ledger."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

BEARERS = ("", "builder", "fund", "company", "public", "owners")


class Building(models.Model):
    """One building of an estate (`area`). `accepted_on` and `design_years` are None where unknown.

    Personal data: none.
    """

    area = models.CharField(max_length=60)
    name = models.CharField(max_length=40)
    accepted_on = models.DateField(null=True)
    design_years = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["area", "name"], name="building_once"),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.name}"


class Flat(models.Model):
    """One flat. Its area is in square decimetres, so that votes are exact; None where unknown.

    Personal data: none; who lives there isn't kept.
    """

    building = models.ForeignKey(Building, on_delete=models.CASCADE, related_name="flats")
    number = models.CharField(max_length=20)
    area_dm2 = models.PositiveIntegerField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["building", "number"], name="flat_once"),
        ]

    def __str__(self) -> str:
        return f"{self.building_id} {self.number}"


class Repair(models.Model):
    """A defect of a part of a building or flat, and its repair; the ledger holds the work (`entry`).

    `flat` None: a part that belongs to all. `bearer` is who pays. `request` is the number of the request
    that reported it, where there was one.

    Personal data: the flat, with the entry's person.
    """

    entry = models.OneToOneField(
        "projects.Entry", on_delete=models.PROTECT, related_name="repair", primary_key=True
    )
    building = models.ForeignKey(Building, on_delete=models.PROTECT, related_name="repairs")
    flat = models.ForeignKey(
        Flat, null=True, blank=True, on_delete=models.PROTECT, related_name="repairs"
    )
    part = models.CharField(max_length=40)
    reported_on = models.DateField()
    request = models.CharField(max_length=40, blank=True, db_index=True)
    plan = models.TextField(blank=True)
    contractor = models.CharField(max_length=120, blank=True)
    bearer = models.CharField(max_length=10, blank=True)
    archived_on = models.DateField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(bearer__in=BEARERS), name="repair_bearer"),
            models.CheckConstraint(
                condition=Q(archived_on__isnull=True)
                | ~Q(plan="") & ~Q(contractor="") & ~Q(bearer=""),
                name="repair_archived_whole",
            ),
            models.UniqueConstraint(
                fields=["request"], condition=~Q(request=""), name="repair_once_for_a_request"
            ),
        ]

    def __str__(self) -> str:
        return str(self.entry_id)
