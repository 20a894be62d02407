"""Plans with their versions, lessons as they were taught, and what observers saw."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

PLANNED, RUNNING, TAUGHT, CANCELLED = STATES = ("planned", "running", "taught", "cancelled")
INVITED, SUBMITTED, DECLINED = OBSERVING = ("invited", "submitted", "declined")
MINE, SCHOOL, DISTRICT = SHARED = ("", "school", "district")


class LessonPlan(models.Model):
    """One version of a plan; a version is never changed. Personal data: who wrote it.

    `series` is shared by all versions. `body` is the plan as `engines.lessons.plan_kept` gives it;
    `came_from` is the version it was made of, of this or somebody else's plan. `shared` counts for
    the newest version.
    """

    series = models.UUIDField(default=uuid.uuid4)
    version = models.PositiveSmallIntegerField(default=1)
    pattern = models.CharField(max_length=60)
    subject = models.CharField(max_length=60)
    grade = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=60)
    body = models.JSONField()
    why = models.CharField(max_length=200, blank=True)
    shared = models.CharField(max_length=10, blank=True)
    school = models.ForeignKey("schools.Org", on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    came_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="became"
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["series", "version"], name="plan_version_once"),
            models.CheckConstraint(condition=Q(version__gte=1), name="plan_version_from_one"),
            models.CheckConstraint(condition=Q(shared__in=SHARED), name="plan_shared"),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["author", "-at"], name="plans_of_an_author"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"


class Lesson(models.Model):
    """A plan taught to a class on a day. Personal data: who taught it; `reflection` is sealed.

    `step` is the key of the step that runs; `log` holds pairs of step and the moment it began.
    `ticket` is the exit ticket that belongs to it.
    """

    plan = models.ForeignKey(LessonPlan, on_delete=models.PROTECT, related_name="lessons")
    school_class = models.ForeignKey(
        "schools.SchoolClass", on_delete=models.PROTECT, related_name="+"
    )
    teacher = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    starts = models.TimeField()
    state = models.CharField(max_length=10, default=PLANNED)
    step = models.CharField(max_length=30, blank=True)
    log = models.JSONField(default=list)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ticket = models.OneToOneField(
        "mastery.Work", on_delete=models.PROTECT, null=True, blank=True, related_name="lesson"
    )
    reflection = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="lesson_state"),
            models.UniqueConstraint(
                fields=["school_class", "day", "starts"],
                condition=~Q(state=CANCELLED),
                name="lesson_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("started_at")),
                name="lesson_ends_later",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["teacher", "-day"], name="lessons_of_a_teacher"),
        ]

    def __str__(self) -> str:
        return f"{self.school_class_id} {self.day}"


class Observation(models.Model):
    """Somebody looks on, and what they saw. Personal data: who; evidence and advice are sealed.

    `scores`: question → score. It is for the teacher, never for a ranking or a dossier.
    """

    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="observations")
    observer = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, default=INVITED)
    scores = models.JSONField(default=dict)
    evidence = models.TextField(blank=True)
    advice = models.TextField(blank=True)
    invited_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(state__in=OBSERVING), name="observation_state"),
            models.UniqueConstraint(fields=["lesson", "observer"], name="observation_once"),
            models.CheckConstraint(
                condition=Q(state=SUBMITTED, submitted_at__isnull=False)
                | ~Q(state=SUBMITTED) & Q(submitted_at__isnull=True),
                name="observation_submitted_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.state}"


class Rehearsal(models.Model):
    """A plan tried on the class's twin before the lesson. Personal data: who may be stuck where.

    `found` is what the twin said (see `rehearsing`), made from answers up to the day before the
    lesson with this seed, so that it can be made again. `against` is another version it was laid
    beside.
    """

    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="rehearsals")
    plan = models.ForeignKey(LessonPlan, on_delete=models.PROTECT, related_name="+")
    against = models.ForeignKey(
        LessonPlan, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    seed = models.PositiveBigIntegerField()
    draws = models.PositiveSmallIntegerField()
    answers = models.PositiveIntegerField()
    found = models.JSONField()
    by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(draws__gte=2), name="rehearsal_has_draws"),
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.plan_id}"
