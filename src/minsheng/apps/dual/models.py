"""Two schools that teach together, their hours, each lesson with its classes, who was there."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

LEAD, FAR = SIDES = ("lead", "far")
PROPOSED, AGREED, DECLINED, ENDED = PAIRING_STATES = ("proposed", "agreed", "declined", "ended")
PLANNED, RUNNING, TAUGHT, CANCELLED = LESSON_STATES = ("planned", "running", "taught", "cancelled")
NONE, ASKED, READY, FAILED, CLOSED = ROOM_STATES = ("", "asked", "ready", "failed", "closed")
ABSENT, LATE, EXCUSED = MARKS = ("absent", "late", "excused")


class Pairing(models.Model):
    """A lead and a far school that teach a subject together. Personal data: who leads, who agreed.

    It begins to count when a head of each school has agreed. `until` is the first day no longer.
    """

    lead_school = models.ForeignKey("schools.Org", on_delete=models.PROTECT, related_name="+")
    far_school = models.ForeignKey("schools.Org", on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=60)
    lead_teacher = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField()
    state = models.CharField(max_length=10, default=PROPOSED)
    proposed_by = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    lead_agreed_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    far_agreed_by = models.ForeignKey(
        "people.Account", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    why = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(state__in=PAIRING_STATES), name="pairing_state"),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="pairing_until_later"),
            models.CheckConstraint(
                condition=~Q(state="agreed")
                | Q(lead_agreed_by__isnull=False, far_agreed_by__isnull=False),
                name="pairing_both_agreed",
            ),
            models.CheckConstraint(
                condition=~Q(lead_school=F("far_school")), name="pairing_two_schools"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lead_school_id} {self.far_school_id} {self.subject}"


class PairingClass(models.Model):
    """A class of a pairing, and who stands in its room. Personal data: who teaches it.

    `teacher` of a lead class may be the lead teacher. A class is an endpoint of the room.
    """

    pairing = models.ForeignKey(Pairing, on_delete=models.PROTECT, related_name="classes")
    school_class = models.ForeignKey(
        "schools.SchoolClass", on_delete=models.PROTECT, related_name="+"
    )
    side = models.CharField(max_length=4)
    teacher = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(side__in=SIDES), name="pairing_class_side"),
            models.UniqueConstraint(fields=["pairing", "school_class"], name="pairing_class_once"),
        ]

    def __str__(self) -> str:
        return f"{self.pairing_id} {self.school_class_id}"


class Slot(models.Model):
    """An hour of the shared timetable: weekday (0 is Monday), when, how long. Personal data: none."""

    pairing = models.ForeignKey(Pairing, on_delete=models.PROTECT, related_name="slots")
    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    minutes = models.PositiveSmallIntegerField(default=40)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="dual_slot_weekday"),
            models.CheckConstraint(
                condition=Q(minutes__gte=20, minutes__lte=120), name="dual_slot_minutes"
            ),
            models.UniqueConstraint(fields=["pairing", "weekday", "starts"], name="dual_slot_once"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.starts}"


class DualLesson(models.Model):
    """One plan taught to all classes of a pairing at once. Personal data: who leads it.

    `teacher` leads this lesson: the lead teacher or who stands in. `tasks`: step → side → what the
    teacher of that side does. `room` is the name in the meeting system, which says nothing of who
    is in it. `other_way` is typed by a teacher: a phone number or another link.
    """

    pairing = models.ForeignKey(Pairing, on_delete=models.PROTECT, related_name="lessons")
    plan = models.ForeignKey("lessons.LessonPlan", on_delete=models.PROTECT, related_name="+")
    teacher = models.ForeignKey("people.Account", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    starts = models.TimeField()
    minutes = models.PositiveSmallIntegerField(default=40)
    state = models.CharField(max_length=10, default=PLANNED)
    tasks = models.JSONField(default=dict)
    why = models.CharField(max_length=200, blank=True)
    room = models.CharField(max_length=60, blank=True)
    room_state = models.CharField(max_length=10, blank=True, default=NONE)
    room_tries = models.PositiveSmallIntegerField(default=0)
    room_error = models.CharField(max_length=60, blank=True)
    other_way = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(state__in=LESSON_STATES), name="dual_lesson_state"),
            models.CheckConstraint(
                condition=Q(room_state__in=ROOM_STATES), name="dual_lesson_room_state"
            ),
            models.UniqueConstraint(
                fields=["pairing", "day", "starts"],
                condition=~Q(state="cancelled"),
                name="dual_lesson_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pairing_id} {self.day}"


class Part(models.Model):
    """The lesson of one class in a dual lesson. Personal data: who stood there; `word` is sealed.

    `attended_at` is when the teacher in the room had kept who was there.
    """

    dual = models.ForeignKey(DualLesson, on_delete=models.PROTECT, related_name="parts")
    side = models.CharField(max_length=4)
    lesson = models.OneToOneField("lessons.Lesson", on_delete=models.PROTECT, related_name="+")
    attended_at = models.DateTimeField(null=True, blank=True)
    there = models.PositiveSmallIntegerField(default=0)
    of = models.PositiveSmallIntegerField(default=0)
    word = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(side__in=SIDES), name="dual_part_side"),
            models.CheckConstraint(condition=Q(there__lte=F("of")), name="dual_part_there"),
        ]

    def __str__(self) -> str:
        return f"{self.dual_id} {self.lesson_id}"


class Mark(models.Model):
    """A pupil who wasn't there, came late or was excused; who was there has no row. Personal data: it."""

    part = models.ForeignKey(Part, on_delete=models.CASCADE, related_name="marks")
    pupil = models.ForeignKey("schools.SchoolUser", on_delete=models.PROTECT, related_name="+")
    mark = models.CharField(max_length=10)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(mark__in=MARKS), name="dual_mark"),
            models.UniqueConstraint(fields=["part", "pupil"], name="dual_mark_once"),
        ]

    def __str__(self) -> str:
        return f"{self.part_id} {self.mark}"
