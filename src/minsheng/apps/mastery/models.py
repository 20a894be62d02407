"""What is given to a class or a pupil, what each answered, and what follows from the answers.

What a pupil wrote is sealed under their own key. What it was worth stands in the clear under the
number of the school's row, which says nothing outside: portraits of a whole district are made of it.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone

TICKET, HOMEWORK, PRACTICE = KINDS = ("ticket", "homework", "practice")
SCAN_STATES = ("waiting", "taken", "dropped", "expired")
OPEN, CLOSED, CANCELLED = WORK_STATES = ("open", "closed", "cancelled")
WAITING, HANDED_IN, EXCUSED = SHEET_STATES = ("waiting", "handed_in", "excused")
SOURCES = ("", "phone", "paper", "typed")
RESULTS = ("right", "partly", "wrong", "omitted", "unreadable", "suggested")
TO_DECIDE = ("unreadable", "suggested")
"""Results that only a teacher can settle; until then they say nothing about a pupil."""
PIN, BAN, MASTERED, NOT_MASTERED = RULINGS = ("pin", "ban", "mastered", "not_mastered")
INTEREST, ACTIVITY, HELP = NOTES = ("interest", "activity", "help")
IN_SCHOOL, OUT_OF_SCHOOL = DOMAINS = ("in", "out")


class Work(models.Model):
    """Items given together: an exit ticket, homework, a pupil's practice. Personal data: none.

    `items` are keys of the subject pack whose hash is `pack`. `day` is the one it belongs to.
    `minutes` is what it is expected to take.
    """

    kind = models.CharField(max_length=10)
    school_class = models.ForeignKey(
        "schools.SchoolClass", on_delete=models.PROTECT, related_name="+"
    )
    subject = models.CharField(max_length=60)
    pack = models.CharField(max_length=64)
    title = models.CharField(max_length=60)
    items = models.JSONField(default=list)
    reasons = models.JSONField(default=dict)
    day = models.DateField()
    due = models.DateTimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, default=OPEN)
    given_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="work_kind"),
            models.CheckConstraint(condition=Q(state__in=WORK_STATES), name="work_state"),
            models.CheckConstraint(condition=Q(minutes__gte=1), name="work_takes_time"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["school_class", "-day"], name="works_of_a_class"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.title}"


class Sheet(models.Model):
    """One pupil's part in a work. Personal data: that a pupil handed it in, when and how."""

    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="sheets")
    pupil = models.ForeignKey("schools.SchoolUser", on_delete=models.PROTECT, related_name="sheets")
    state = models.CharField(max_length=10, default=WAITING)
    source = models.CharField(max_length=10, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    handed_in_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["work", "pupil"], name="sheet_once"),
            models.CheckConstraint(condition=Q(state__in=SHEET_STATES), name="sheet_state"),
            models.CheckConstraint(condition=Q(source__in=SOURCES), name="sheet_source"),
            models.CheckConstraint(
                condition=Q(state=HANDED_IN, handed_in_at__isnull=False)
                | ~Q(state=HANDED_IN) & Q(handed_in_at__isnull=True),
                name="sheet_handed_in_has_its_time",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["pupil", "state"], name="sheets_of_a_pupil")
        ]

    def __str__(self) -> str:
        return f"{self.work_id} {self.pupil_id} {self.state}"


class Answer(models.Model):
    """One answer to one item. Personal data: `given`, sealed under the pupil's key; its worth.

    `score` is in thousandths. `decided_by` is the teacher who had the last word on it.
    """

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="answers")
    item = models.CharField(max_length=30)
    result = models.CharField(max_length=12)
    score = models.PositiveSmallIntegerField(default=0)
    misconception = models.CharField(max_length=60, blank=True)
    given = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["sheet", "item"], name="answer_once"),
            models.CheckConstraint(condition=Q(result__in=RESULTS), name="answer_result"),
            models.CheckConstraint(condition=Q(score__lte=1000), name="answer_score"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.item} {self.result}"


class Standing(models.Model):
    """What all answers of a pupil in a subject come to, skill by skill. Personal data: it.

    `skills`: key → the evidence that `folding` keeps. It can be made anew from the answers. `renewed`:
    up to which entry of the ledger that was done last, over night.
    """

    pupil = models.ForeignKey("schools.SchoolUser", on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=60)
    skills = models.JSONField(default=dict)
    answers = models.PositiveIntegerField(default=0)
    last_day = models.DateField(null=True, blank=True)
    renewed = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["pupil", "subject"], name="standing_once")
        ]

    def __str__(self) -> str:
        return f"{self.pupil_id} {self.subject}"


class Snapshot(models.Model):
    """How a pupil stood on a day, for growth over time. Personal data: it.

    `known`: skill → chance of knowing, in thousandths, of skills with answers by then.
    """

    pupil = models.ForeignKey("schools.SchoolUser", on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=60)
    day = models.DateField()
    known = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["pupil", "subject", "day"], name="snapshot_once")
        ]

    def __str__(self) -> str:
        return f"{self.pupil_id} {self.day}"


class Ruling(models.Model):
    """A teacher's word, which wins over what was worked out. Personal data: it; `why` is sealed.

    `target` is the key of an item (pin, ban) or of a skill (mastered, not mastered, pin, ban).
    """

    pupil = models.ForeignKey("schools.SchoolUser", on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=60)
    kind = models.CharField(max_length=12)
    target = models.CharField(max_length=60)
    why = models.TextField(blank=True)
    by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    until = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(kind__in=RULINGS), name="ruling_kind"),
            models.UniqueConstraint(
                fields=["pupil", "subject", "target"],
                condition=Q(ended_at__isnull=True),
                name="ruling_one_on_a_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pupil_id} {self.kind} {self.target}"


class Objection(models.Model):
    """A pupil or their family say that a finding about a skill is wrong; a teacher answers.

    Personal data: it; `words` and `answer` are sealed under the pupil's key.
    """

    pupil = models.ForeignKey("schools.SchoolUser", on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=60)
    skill = models.CharField(max_length=60)
    words = models.TextField()
    by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=10, blank=True)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(outcome__in=("", "changed", "kept")), name="objection_outcome"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", answered_at__isnull=True)
                | ~Q(outcome="") & Q(answered_at__isnull=False),
                name="objection_answered_has_its_time",
            ),
            models.UniqueConstraint(
                fields=["pupil", "subject", "skill"],
                condition=Q(outcome=""),
                name="objection_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pupil_id} {self.skill} {self.outcome}"


class Note(models.Model):
    """An interest, an activity, help that was given: in school or outside. Words sealed.

    Personal data: it. Whoever wrote it may end it; nothing is worked out from it.
    """

    pupil = models.ForeignKey("schools.SchoolUser", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10)
    domain = models.CharField(max_length=3)
    words = models.TextField()
    by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(kind__in=NOTES), name="note_kind"),
            models.CheckConstraint(condition=Q(domain__in=DOMAINS), name="note_domain"),
        ]

    def __str__(self) -> str:
        return f"{self.pupil_id} {self.kind}"


class SkillFit(models.Model):
    """How skills are learnt here, fitted over night from all answers in a subject. Personal data: none.

    `skills`: key → known, learn, forget, guess, slip, as chances; with how many answers.
    """

    subject = models.CharField(max_length=60)
    day = models.DateField()
    skills = models.JSONField(default=dict)
    answers = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["subject", "day"], name="skill_fit_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.day}"


class PaperImport(models.Model):
    """Scanned sheets of a work that were read and wait for a teacher, or what became of them.

    Personal data: `content`, what was read by sheet, under the master key; emptied when it is taken,
    dropped or a day old.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="scans")
    content = models.TextField(blank=True)
    by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    expires = models.DateTimeField()
    state = models.CharField(max_length=10, default="waiting")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(state__in=SCAN_STATES), name="scan_state"),
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(content=""), name="scan_ended_is_empty"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class PaperPicture(models.Model):
    """A small picture of a page on which somebody has to settle something; gone with its import.

    Personal data: the picture, under the master key.
    """

    row = models.ForeignKey(PaperImport, on_delete=models.CASCADE, related_name="pictures")
    sheet = models.PositiveBigIntegerField()
    page = models.PositiveSmallIntegerField()
    content = models.TextField()

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["row", "sheet", "page"], name="scan_picture_once")
        ]

    def __str__(self) -> str:
        return f"{self.row_id} {self.page}"
