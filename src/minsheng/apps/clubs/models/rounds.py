"""A round of one school, the clubs it offers, who chose what, who got in, who came."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

OPEN, CLOSED, DRAWN, PUBLISHED, ENDED = ROUND_STATUSES = (
    "open", "closed", "drawn", "published", "ended",
)  # fmt: skip
ASKED, PLACED, LEFT = CHOICE_STATUSES = ("asked", "placed", "left")
CAME, ABSENT, EXCUSED = PRESENCES = ("came", "absent", "excused")


class Round(models.Model):
    """One round of choices at one school. Personal data: none.

    `catalogue` is the key of the pack. `seed_sealed` opens under the installation's key; `seed` is
    empty until it is drawn. `commitment`, `digest`, `words` are public as `engines/allocation` says.
    """

    school = models.ForeignKey("schools.Org", on_delete=models.PROTECT, related_name="+")
    catalogue = models.CharField(max_length=60)
    title = models.CharField(max_length=60)
    status = models.CharField(max_length=10, default=OPEN)
    most = models.PositiveSmallIntegerField(default=1)
    closes = models.DateTimeField()
    changes_until = models.DateField()
    commitment = models.CharField(max_length=64)
    seed_sealed = models.TextField()
    seed = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    words = models.CharField(max_length=100, blank=True)
    closed_at = models.DateTimeField(null=True)
    drawn_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(status__in=ROUND_STATUSES), name="round_status"),
            models.CheckConstraint(condition=Q(most__gte=1, most__lte=5), name="round_most"),
            models.CheckConstraint(
                condition=Q(status__in=(OPEN, CLOSED), seed="") | ~Q(seed=""),
                name="round_seed_is_public_once_drawn",
            ),
            models.UniqueConstraint(
                fields=["school"],
                condition=Q(status__in=(OPEN, CLOSED, DRAWN)),
                name="round_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school_id} {self.title}"

    @property
    def key(self) -> str:
        """Return what the lottery calls this round."""
        return f"{self.catalogue}/{self.pk}"

    def is_choosing(self, at: datetime) -> bool:
        """Whether families may choose and change their minds."""
        return self.status == OPEN and at < self.closes


class Offer(models.Model):
    """A club as it is offered in one round: what the pack said when it opened. Personal data: none."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="offers")
    club = models.CharField(max_length=80)
    seats = models.PositiveSmallIntegerField()
    day = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()
    grades = models.JSONField(default=list)
    first_grades = models.JSONField(default=list)
    fee_yuan = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["round", "club"], name="offer_once"),
            models.CheckConstraint(condition=Q(day__lte=4), name="offer_on_a_school_day"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="offer_ends_later"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.club}"


class Leader(models.Model):
    """Who leads a club: sees its list and keeps who came. Personal data: which teacher."""

    school = models.ForeignKey("schools.Org", on_delete=models.PROTECT, related_name="+")
    club = models.CharField(max_length=80)
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["club", "account"],
                condition=Q(until__isnull=True),
                name="club_leader_once",
            ),
        ]

    def __str__(self) -> str:
        return self.club


class Entry(models.Model):
    """That a pupil takes part in a round. `ticket` is public, `salt` the family's alone.

    `number` is drawn; who comes later gets one after all others. `is_paper`: what stands here was typed
    in by `saved_by` from the family's paper form. Personal data: who takes part.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="entries")
    pupil = models.ForeignKey("schools.SchoolUser", on_delete=models.PROTECT, related_name="+")
    ticket = models.CharField(max_length=20, unique=True)
    salt = models.CharField(max_length=32)
    number = models.PositiveIntegerField(null=True)
    is_late = models.BooleanField(default=False)
    is_paper = models.BooleanField(default=False)
    saved_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["round", "pupil"], name="entry_once"),
            models.UniqueConstraint(
                fields=["round", "number"],
                condition=Q(number__isnull=False),
                name="entry_number_once",
            ),
        ]

    def __str__(self) -> str:
        return self.ticket


class Choice(models.Model):
    """One club that a pupil would like, and whether they have it. Personal data: what a child likes.

    `kind` is the class as which they stand in line, set when the round closes; `was_drawn`: granted by
    the draw itself. `is_late`: taken from what was left over after the draw. `by_school`: the school, not
    the family or the draw, put the pupil in or took them out last. `day` repeats the club's, so that
    nobody has two on one day.
    """

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="choices")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="choices")
    rank = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12, default="other")
    status = models.CharField(max_length=10, default=ASKED)
    day = models.PositiveSmallIntegerField()
    was_drawn = models.BooleanField(default=False)
    is_late = models.BooleanField(default=False)
    by_school = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(status__in=CHOICE_STATUSES), name="choice_status"),
            models.UniqueConstraint(fields=["entry", "offer"], name="choice_of_a_club_once"),
            models.UniqueConstraint(fields=["entry", "rank"], name="choice_of_a_rank_once"),
            models.UniqueConstraint(
                fields=["entry", "day"], condition=Q(status=PLACED), name="choice_one_club_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.rank}"


class Presence(models.Model):
    """Whether a pupil came to their club on one day. Personal data: where a child was."""

    choice = models.ForeignKey(Choice, on_delete=models.CASCADE, related_name="presences")
    day = models.DateField()
    status = models.CharField(max_length=10)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["choice", "day"], name="presence_once_a_day"),
            models.CheckConstraint(condition=Q(status__in=PRESENCES), name="presence_status"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.status}"
