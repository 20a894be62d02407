"""Lessons with universities and hours in labs, and which class has booked them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

PROFESSOR, CAMPUS, LAB = SLOT_KINDS = ("professor", "campus", "lab")
ASKED, CONFIRMED, CANCELLED, CAME, ABSENT = BOOKING_STATUSES = (
    "asked", "confirmed", "cancelled", "came", "absent",
)  # fmt: skip


class Slot(models.Model):
    """Some hours that a university or lab offers: a professor comes, or classes go. Personal data: none.

    `host` is a key of the pack (a university, or a lab). `classes`: how many classes may book; `seats`:
    how many pupils in all.
    """

    kind = models.CharField(max_length=10)
    catalogue = models.CharField(max_length=60)
    host = models.CharField(max_length=60)
    title = models.CharField(max_length=100)
    about = models.CharField(max_length=300, blank=True)
    place = models.CharField(max_length=100, blank=True)
    day = models.DateField()
    starts = models.TimeField()
    ends = models.TimeField()
    grades = models.JSONField(default=list)
    classes = models.PositiveSmallIntegerField(default=1)
    seats = models.PositiveSmallIntegerField()
    is_cancelled = models.BooleanField(default=False)
    why = models.CharField(max_length=200, blank=True)
    was_reminded = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(kind__in=SLOT_KINDS), name="slot_kind"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="slot_ends_later"),
            models.CheckConstraint(condition=Q(seats__gte=1, classes__gte=1), name="slot_has_room"),
            models.CheckConstraint(
                condition=~Q(is_cancelled=True, why=""), name="slot_cancelled_says_why"
            ),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["day"], name="slots_by_day")]

    def __str__(self) -> str:
        return f"{self.kind} {self.host} {self.day}"

    @property
    def begins(self) -> datetime:
        """Return when it begins."""
        return timezone.make_aware(datetime.combine(self.day, self.starts))


class Booking(models.Model):
    """That a class comes. `place` counts the classes of a slot, so the last one goes once.

    Personal data: which teacher booked. `words` are the teacher's, about the lesson, never a pupil.
    """

    slot = models.ForeignKey(Slot, on_delete=models.PROTECT, related_name="bookings")
    school_class = models.ForeignKey(
        "schools.SchoolClass", on_delete=models.PROTECT, related_name="+"
    )
    by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    pupils = models.PositiveSmallIntegerField()
    place = models.PositiveSmallIntegerField()
    status = models.CharField(max_length=10, default=ASKED)
    why = models.CharField(max_length=200, blank=True)
    words = models.CharField(max_length=500, blank=True)
    day = models.DateField()
    starts = models.TimeField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(status__in=BOOKING_STATUSES), name="booking_status"),
            models.CheckConstraint(
                condition=~Q(status=CANCELLED, why=""), name="booking_cancelled_says_why"
            ),
            models.UniqueConstraint(
                fields=["slot", "place"],
                condition=~Q(status=CANCELLED),
                name="booking_place_once",
            ),
            models.UniqueConstraint(
                fields=["slot", "school_class"],
                condition=~Q(status=CANCELLED),
                name="booking_class_once",
            ),
            models.UniqueConstraint(
                fields=["school_class", "day", "starts"],
                condition=~Q(status=CANCELLED),
                name="booking_class_at_one_place",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slot_id} {self.status}"
