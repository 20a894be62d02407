"""What is declared of firms and talents, objections, weights of a score, and the score of a year."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

FIRM, OFFICE = SOURCES = ("firm", "office")
OPEN, CHANGED, KEPT = OUTCOMES = ("open", "changed", "kept")
ENTERED, CONFIRMED, REFUSED = STATES = ("entered", "confirmed", "refused")
DECLARED, OBJECTED = "declared", "objected"


class Declared(models.Model):
    """One number of a firm, as of a day. Rows only grow; the newest of a fact is the current one.

    `value` and `paper` (where it stands) are sealed under the key of the installation. `source`: the
    firm said it, or an office noted it; what an office noted a firm can't overwrite, but object to.

    Personal data: none; business secrets, sealed.
    """

    organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    fact = models.CharField(max_length=60)
    value = models.TextField()
    paper = models.TextField()
    source = models.CharField(max_length=10)
    as_of = models.DateField()
    is_current = models.BooleanField(default=True)
    by = models.CharField(max_length=80)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(source__in=SOURCES), name="declared_source"),
            models.UniqueConstraint(
                fields=["organisation", "fact"],
                condition=Q(is_current=True),
                name="declared_one_is_current",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.fact}"


class Objection(models.Model):
    """A firm says that a number an office noted is wrong, and what came of it.

    Personal data: who objected; `words` and `answer`, sealed under the key of the installation.
    """

    declared = models.ForeignKey(Declared, on_delete=models.PROTECT, related_name="objections")
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    words = models.TextField()
    outcome = models.CharField(max_length=10, default=OPEN)
    answer = models.TextField(blank=True)
    answered_by = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(outcome__in=OUTCOMES), name="score_objection_outcome"
            ),
            models.CheckConstraint(
                condition=Q(outcome=OPEN, answer="", answered_by="")
                | (~Q(outcome=OPEN) & ~Q(answer="") & ~Q(answered_by="")),
                name="score_objection_answered_says_why",
            ),
            models.UniqueConstraint(
                fields=["declared"], condition=Q(outcome=OPEN), name="score_objection_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.declared_id} {self.outcome}"


class WeightSet(models.Model):
    """The weights of a score for all its stages, from a day on: entered by one, confirmed by another.

    `weights` is stage → part → how many points, as text of an exact number. Personal data: none.
    """

    score = models.CharField(max_length=60)
    weights = models.JSONField()
    starts = models.DateField()
    source = models.CharField(max_length=200)
    state = models.CharField(max_length=10, default=ENTERED)
    entered_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )
    why = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="weights_state"),
            models.CheckConstraint(
                condition=Q(state=ENTERED, decided_by__isnull=True)
                | (~Q(state=ENTERED) & Q(decided_by__isnull=False)),
                name="weights_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("entered_by")),
                name="weights_by_two_persons",
            ),
            models.CheckConstraint(
                condition=~Q(state=REFUSED, why=""), name="weights_refused_says_why"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["score", "-starts"], name="weights_by_day")
        ]

    def __str__(self) -> str:
        return f"{self.score} {self.starts} {self.state}"


class Snapshot(models.Model):
    """The score of a firm for a year, as it was on a day, with the digest of the pack that gave it.

    `detail` (facts and points) is sealed under the key of the installation. Personal data: none.
    """

    organisation = models.ForeignKey(
        "people.Organisation", on_delete=models.PROTECT, related_name="+"
    )
    score = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    weights = models.ForeignKey(WeightSet, on_delete=models.PROTECT, null=True, related_name="+")
    detail = models.TextField()
    by = models.CharField(max_length=80)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["organisation", "score", "year"], name="snapshot_once_a_year"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.score} {self.year}"


class YearAsked(models.Model):
    """That the scores of a year are to be kept, where weights need two persons: asked by one or the clock.

    `kept`: how many were, once another person confirmed. Personal data: who asked and confirmed.
    """

    score = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    asked_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )
    confirmed_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )
    kept = models.PositiveIntegerField(default=0)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["score", "year"], name="year_asked_once"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True)
                | Q(asked_by__isnull=True)
                | ~Q(confirmed_by=F("asked_by")),
                name="year_asked_by_two_persons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score} {self.year}"


class TalentNumber(models.Model):
    """One number that a person declared of themselves, and whether an office found it right.

    An objection to a refusal keeps who refused in `decided_by`: somebody else decides then.

    Personal data: `value`, `paper` (where it stands), `why` and `words`, sealed under the person's own
    key. Erasing the person deletes the row.
    """

    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    fact = models.CharField(max_length=60)
    value = models.TextField()
    paper = models.TextField()
    as_of = models.DateField()
    state = models.CharField(max_length=10, default=DECLARED)
    decided_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )
    why = models.TextField(blank=True)
    words = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["person", "fact"], name="talent_number_one_of_a_fact"),
            models.CheckConstraint(
                condition=Q(state=DECLARED, decided_by__isnull=True)
                | Q(state__in=(CONFIRMED, REFUSED, OBJECTED), decided_by__isnull=False),
                name="talent_number_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state=REFUSED, why=""), name="talent_number_refused_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(state=OBJECTED, words=""), name="talent_number_objected_in_words"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.fact} {self.state}"


class TalentCode(models.Model):
    """The code by which a desk asks once what somebody's points open. A newer one replaces it.

    The code is kept nowhere: only its digest. Personal data: whose it is, deleted with the person.
    """

    person = models.OneToOneField(
        "people.Person", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    digest = models.CharField(max_length=100, unique=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.person_id)
