"""Assessments, the sheets of their assessors, results that only grow, counts of how far two agree."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

ASKED, APPOINTED, BOTH_IN, SIGNED, CANCELLED = STATES = (
    "asked", "appointed", "both_in", "signed", "cancelled",
)  # fmt: skip
OPEN = (ASKED, APPOINTED, BOTH_IN)
FIRST, AGAIN, REVIEW = REASONS = ("first", "again", "review")


class Assessment(models.Model):
    """One assessment of a person, from being asked for to its result.

    `grading` is a key of the packs. `review_of` is the result that was objected to. `revision` rises
    with every answer settled together: a signature is one of what then stood.

    Personal data, health: who is assessed and when; `words` (why), `place` and `settled` are sealed
    under the person's key.
    """

    grading = models.CharField(max_length=60)
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=10)
    review_of = models.ForeignKey(
        "assessments.Result", on_delete=models.PROTECT, null=True, related_name="reviews"
    )
    state = models.CharField(max_length=10, default=ASKED)
    words = models.TextField(blank=True)
    asked_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    mandate = models.ForeignKey(
        "mandates.Mandate", on_delete=models.PROTECT, null=True, related_name="+"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    day = models.DateField(null=True)
    starts = models.TimeField(null=True)
    place = models.TextField(blank=True)
    settled = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="assessment_state"),
            models.CheckConstraint(condition=Q(reason__in=REASONS), name="assessment_reason"),
            models.CheckConstraint(
                condition=Q(reason=REVIEW, review_of__isnull=False)
                | ~Q(reason=REVIEW) & Q(review_of__isnull=True),
                name="assessment_review_of_a_result",
            ),
            models.CheckConstraint(
                condition=Q(state__in=(ASKED, CANCELLED)) | Q(day__isnull=False),
                name="assessment_appointed_has_a_day",
            ),
            models.UniqueConstraint(
                fields=["person", "grading"],
                condition=Q(state__in=OPEN),
                name="assessment_one_open",
            ),
            models.UniqueConstraint(
                fields=["review_of"],
                condition=~Q(state=CANCELLED),
                name="assessment_one_review_of_a_result",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["state", "day"], name="assessments_by_state"),
            models.Index(fields=["person", "-id"], name="assessments_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"


class Sheet(models.Model):
    """What one assessor answers by themselves; handed in, it changes no more.

    Personal data, health: `answers`, sealed under the person's key.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="sheets")
    assessor = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    is_certified = models.BooleanField()
    answers = models.TextField(blank=True)
    handed_in_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_revision = models.PositiveIntegerField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["assessment", "assessor"], name="sheet_of_an_assessor"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True, signed_revision__isnull=True)
                | Q(signed_at__isnull=False, signed_revision__isnull=False)
                & Q(handed_in_at__isnull=False),
                name="sheet_signed_after_handing_in",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.assessor_id}"


class Result(models.Model):
    """What two assessors signed. Rows are never changed or deleted; a later one takes its place.

    `version` is the hash of the pack's file. Personal data, health: `content`, sealed under the
    person's key: both sheets, what was settled by whom, the way to the level.
    """

    assessment = models.OneToOneField(Assessment, on_delete=models.PROTECT, related_name="result")
    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    grading = models.CharField(max_length=60)
    version = models.CharField(max_length=64)
    content = models.TextField()
    assessed_on = models.DateField()
    valid_until = models.DateField()
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by"
    )
    first = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=~Q(first=F("second")), name="result_signed_by_two"),
            models.CheckConstraint(
                condition=Q(valid_until__gt=F("assessed_on")), name="result_holds_for_a_while"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["person", "-id"], name="results_of_person")
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.assessed_on}"


class Pair(models.Model):
    """How often two assessors gave an item these two answers, before they talked. Personal data: none.

    `first` is the smaller of the two: whose it was is not kept.
    """

    grading = models.CharField(max_length=60)
    item = models.CharField(max_length=60)
    first = models.PositiveSmallIntegerField()
    second = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["grading", "item", "first", "second"], name="pair_counted_once"
            ),
            models.CheckConstraint(condition=Q(second__gte=F("first")), name="pair_smaller_first"),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.first} {self.second}"
