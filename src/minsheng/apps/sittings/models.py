"""Sittings of offices, and the seats that firms have at them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

BOOKED, CANCELLED, CAME, ABSENT = STATUSES = ("booked", "cancelled", "came", "absent")
ANSWERED, SOLVED, WHISTLE = OUTCOMES = ("answered", "solved", "whistle")
TAKEN = (BOOKED, CAME, ABSENT)
"""Seats that nobody else can have; a no-show is kept."""


class Sitting(models.Model):
    """Some hours on one day at which posts sit for one topic. Personal data: none.

    `topic`, `place` and `posts` are keys of the pack; `why` says why it was called off.
    """

    house = models.CharField(max_length=60)
    day = models.DateField()
    starts = models.TimeField()
    ends = models.TimeField()
    place = models.CharField(max_length=60)
    topic = models.CharField(max_length=60)
    posts = models.JSONField(default=list)
    seats = models.PositiveSmallIntegerField()
    is_cancelled = models.BooleanField(default=False)
    why = models.CharField(max_length=200, blank=True)
    was_reminded = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["house", "day", "starts", "place"],
                condition=Q(is_cancelled=False),
                name="sitting_once",
            ),
            models.CheckConstraint(condition=Q(seats__gte=1), name="sitting_has_a_seat"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="sitting_ends_later"),
            models.CheckConstraint(
                condition=~Q(is_cancelled=True, why=""), name="sitting_cancelled_says_why"
            ),
        ]
        indexes: ClassVar[list[Any]] = [models.Index(fields=["day"], name="sittings_by_day")]

    def __str__(self) -> str:
        return f"{self.house} {self.day} {self.topic}"

    @property
    def begins(self) -> datetime:
        """Return when it begins."""
        return timezone.make_aware(datetime.combine(self.day, self.starts))

    def is_over(self, at: datetime) -> bool:
        """Whether it has ended."""
        return timezone.make_aware(datetime.combine(self.day, self.ends)) <= at


class Seat(models.Model):
    """A firm's place at a sitting, and what became of its matter.

    Personal data: who booked it; `words`, `contact` and `answer`, sealed under their key.
    """

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="booked")
    organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, default=BOOKED)
    outcome = models.CharField(max_length=10, blank=True)
    words = models.TextField()
    contact = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    answered_by = models.CharField(max_length=80, blank=True)
    request = models.OneToOneField(
        "appeals.Request", on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(status__in=STATUSES), name="seat_status"),
            models.CheckConstraint(
                condition=Q(outcome="") | Q(outcome__in=OUTCOMES, status=CAME),
                name="seat_outcome_of_who_came",
            ),
            models.CheckConstraint(
                condition=Q(outcome=WHISTLE, request__isnull=False)
                | ~Q(outcome=WHISTLE) & Q(request__isnull=True),
                name="seat_whistle_has_its_request",
            ),
            models.UniqueConstraint(
                fields=["sitting", "organisation"],
                condition=~Q(status=CANCELLED),
                name="seat_once_a_firm",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["organisation", "-id"], name="seats_of_a_firm")
        ]

    def __str__(self) -> str:
        return f"{self.sitting_id} {self.status}"
