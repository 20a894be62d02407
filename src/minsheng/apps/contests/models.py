"""Rounds of contests, entries with their materials, judges and sheets; awards; growth records.

Words that somebody wrote are sealed under the installation's key: who teaches or judges is an
account of the staff, not a resident with a key of their own.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from minsheng.content.contests import PLATFORMS

OPEN, JUDGING, REVIEW, PUBLIC, DONE = STATES = ("open", "judging", "review", "public", "done")
DRAFT, SENT, RECOMMENDED, CHOSEN, PASSED, REMOVED = ENTRY_STATES = (
    "draft", "sent", "recommended", "chosen", "passed", "removed",
)  # fmt: skip
IN_ROUND = (RECOMMENDED, CHOSEN, PASSED, REMOVED)
WAITING, SCORED, CONFLICT, REPLACED = SHEET_STATES = ("waiting", "scored", "conflict", "replaced")
LIVE = (WAITING, SCORED)
CONFLICTS = ("relative", "pupil", "taught", "knows", "other")
UPHELD, DISMISSED = OUTCOMES = ("upheld", "dismissed")
AWAITED, WON, LOST = SENDINGS = ("awaited", "won", "lost")
AWARD_LEVELS = ("school", "district", "city", "national")
ENTERED, CONFIRMED, REFUSED, CONTESTED = GROWTH_STATES = (
    "entered", "confirmed", "refused", "contested",
)  # fmt: skip


class Round(models.Model):
    """One year's run of a contest. Personal data: none.

    `contest` is a key of the packs. `places` and `school_places` are the quotas of this round.
    `seed` is that of the assignment. `seen` is what the chair confirmed: the digest of the result.
    """

    contest = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, default=OPEN)
    enter_by = models.DateField()
    judge_by = models.DateField()
    school_places = models.PositiveSmallIntegerField()
    places = models.PositiveSmallIntegerField()
    seed = models.PositiveIntegerField()
    public_until = models.DateField(null=True, blank=True)
    seen = models.CharField(max_length=80, blank=True)
    demo = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["contest", "year"], name="contest_round_once_a_year"),
            models.CheckConstraint(condition=Q(state__in=STATES), name="contest_round_state"),
            models.CheckConstraint(
                condition=Q(judge_by__gte=F("enter_by")), name="contest_round_judged_later"
            ),
            models.CheckConstraint(
                condition=Q(school_places__gte=1) & Q(places__gte=1), name="contest_round_places"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(PUBLIC, DONE)) | Q(public_until__isnull=False),
                name="contest_round_public_has_days",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contest} {self.year}"


class Work(models.Model):
    """A teacher's entry in a round. `number` is all that a judge sees of whose it is.

    `knot` is the lesson it is about. `video` is sealed: an address may name somebody.
    Personal data: whose work, and at which school.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="works")
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey("schools.Org", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=12)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=40)
    grade = models.PositiveSmallIntegerField()
    knot = models.CharField(max_length=80)
    title = models.CharField(max_length=80)
    video = models.TextField(blank=True)
    state = models.CharField(max_length=12, default=DRAFT)
    was_warned = models.BooleanField(default=False)
    second_look = models.CharField(max_length=4, blank=True)
    second_words = models.TextField(blank=True)
    prize = models.CharField(max_length=60, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["round", "number"], name="contest_work_number"),
            models.CheckConstraint(condition=Q(state__in=ENTRY_STATES), name="contest_work_state"),
            models.CheckConstraint(
                condition=Q(second_look__in=("", "in", "out")), name="contest_second_look"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["account", "-id"], name="contest_works_of_account"),
            models.Index(fields=["subject", "knot"], name="contest_works_by_knot"),
        ]

    def __str__(self) -> str:
        return self.number


class Material(models.Model):
    """A paper handed in with a work. Personal data: the file, sealed in the store of files."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="materials")
    key = models.CharField(max_length=60)
    file = models.OneToOneField("records.StoredFile", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["work", "key"], name="contest_material_once")
        ]

    def __str__(self) -> str:
        return f"{self.work_id} {self.key}"


class Judge(models.Model):
    """Somebody who judges in a round. Personal data: that they do; the teacher never learns it."""

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="judges")
    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    letter = models.CharField(max_length=3)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["round", "account"], name="contest_judge_once"),
            models.UniqueConstraint(fields=["round", "letter"], name="contest_judge_letter"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} {self.letter}"


class Sheet(models.Model):
    """A judge's grades for a work. `comment` is sealed. Personal data: who judged, and what they said."""

    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="sheets")
    judge = models.ForeignKey(Judge, on_delete=models.PROTECT, related_name="sheets")
    state = models.CharField(max_length=10, default=WAITING)
    grades = models.JSONField(default=dict)
    comment = models.TextField(blank=True)
    why = models.CharField(max_length=12, blank=True)
    was_reminded = models.BooleanField(default=False)
    scored_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["work", "judge"], name="contest_sheet_once"),
            models.CheckConstraint(condition=Q(state__in=SHEET_STATES), name="contest_sheet_state"),
            models.CheckConstraint(
                condition=~Q(state=CONFLICT) | Q(why__in=CONFLICTS), name="contest_conflict_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work_id} {self.state}"


class Challenge(models.Model):
    """What somebody says against a work that was made public. Personal data: who, and the sealed words."""

    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="challenges")
    by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    words = models.TextField()
    outcome = models.CharField(max_length=10, blank=True)
    answer = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["work", "by"], name="contest_challenge_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=("", *OUTCOMES)), name="contest_challenge_outcome"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work_id} {self.outcome}"


class Sending(models.Model):
    """That a work was sent to the city or the ministry, and what came of it. Personal data: none."""

    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="sendings")
    level = models.CharField(max_length=10)
    sent_on = models.DateField()
    outcome = models.CharField(max_length=10, default=AWAITED)
    certificate = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["work", "level"], name="contest_sent_once"),
            models.CheckConstraint(
                condition=Q(level__in=("city", "ministry")), name="contest_sending_level"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=SENDINGS), name="contest_sending_outcome"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work_id} {self.level}"


class Award(models.Model):
    """What a teacher was given. `is_public`: by name, with their consent, and only then.

    Personal data: who was given what.
    """

    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey("schools.Org", on_delete=models.PROTECT, related_name="+")
    work = models.ForeignKey(Work, on_delete=models.PROTECT, null=True, related_name="awards")
    contest = models.CharField(max_length=60)
    title = models.CharField(max_length=80)
    level = models.CharField(max_length=10)
    prize = models.CharField(max_length=60, blank=True)
    given_on = models.DateField()
    certificate = models.CharField(max_length=60, blank=True)
    is_public = models.BooleanField(default=False)
    demo = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["work", "level"], name="contest_award_once"),
            models.CheckConstraint(condition=Q(level__in=AWARD_LEVELS), name="contest_award_level"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["-given_on"], name="contest_awards_by_day")
        ]

    def __str__(self) -> str:
        return f"{self.contest} {self.level}"


class Growth(models.Model):
    """One line of a teacher's record: study, training, drill, contest, forum.

    `quarters` are quarter hours. `words` and `reply` are sealed. Personal data: what somebody did.
    """

    account = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey("schools.Org", on_delete=models.PROTECT, related_name="+")
    platform = models.CharField(max_length=10)
    title = models.CharField(max_length=80)
    day = models.DateField()
    quarters = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, default=ENTERED)
    evidence = models.OneToOneField(
        "records.StoredFile", on_delete=models.PROTECT, null=True, related_name="+"
    )
    award = models.OneToOneField(Award, on_delete=models.PROTECT, null=True, related_name="growth")
    words = models.TextField(blank=True)
    reply = models.TextField(blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(platform__in=tuple(PLATFORMS)), name="growth_platform"
            ),
            models.CheckConstraint(condition=Q(state__in=GROWTH_STATES), name="growth_state"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["account", "-day"], name="growth_of_account"),
            models.Index(fields=["school", "-day"], name="growth_of_school"),
        ]

    def __str__(self) -> str:
        return f"{self.platform} {self.day}"
