"""Lessons that another teacher sets: of several classes at once, or for who stands in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.lessons import access
from minsheng.apps.lessons.models import CANCELLED, PLANNED, Lesson, LessonPlan
from minsheng.apps.people.models import Account
from minsheng.apps.schools.models import SchoolClass
from minsheng.lib.errors import Conflict


def set_for(
    plan_id: int, classes: Sequence[tuple[SchoolClass, Account]], day: date, starts: time, *,
    by: Account, minutes: int = 40,
) -> list[Lesson]:  # fmt: skip
    """Return a new lesson for each class with its teacher, set by somebody who may read the plan.

    The caller has looked whether they may set it. Raises Conflict where a class has a lesson within
    `minutes` of that time.
    """
    plan = access.require_plan(by, plan_id)
    for school_class, _ in classes:
        if clashes(school_class.pk, day, starts, minutes):
            raise taken(school_class.title)
    try:
        with transaction.atomic():
            return [_made(plan, one, teacher, day, starts, by) for one, teacher in classes]
    except IntegrityError as cause:
        raise taken("有一个班") from cause


def clashes(class_id: int, day: date, starts: time, minutes: int, *, but: int = 0) -> bool:
    """Whether a class has another lesson within so many minutes; `but` is one that doesn't count."""
    rows = Lesson.objects.filter(school_class=class_id, day=day).exclude(state=CANCELLED)
    at = datetime.combine(day, starts)
    return any(
        abs(datetime.combine(day, other) - at) < timedelta(minutes=minutes)
        for other in rows.exclude(pk=but).values_list("starts", flat=True)
    )


def move(lesson: Lesson, day: date, starts: time, *, by: Account) -> None:
    """Set a lesson that hasn't begun to another time; in the caller's transaction."""
    if lesson.state != PLANNED:
        raise _begun()
    lesson.day, lesson.starts = day, starts
    lesson.save(update_fields=["day", "starts"])
    _record(lesson, "moved", by, {"day": day.isoformat()})


def hand_over(lesson: Lesson, teacher: Account, *, by: Account) -> None:
    """Let somebody else teach a lesson that hasn't begun; in the caller's transaction."""
    if lesson.state != PLANNED:
        raise _begun()
    lesson.teacher = teacher
    lesson.save(update_fields=["teacher"])
    _record(lesson, "handed_over", by, {"to": teacher.pk})


def taken(title: str) -> Conflict:
    """Return the error of a class that has another lesson at that time."""
    return Conflict(
        "lessons.taken",
        f"{title}这个时间已经有课了，没有排。请换个时间。",
        f"{title} has a lesson at that time. Choose another.",
    )


def _made(
    plan: LessonPlan, school_class: SchoolClass, teacher: Account, day: date, starts: time,
    by: Account,
) -> Lesson:  # fmt: skip
    made = Lesson.objects.create(
        plan=plan, school_class=school_class, teacher=teacher, day=day, starts=starts
    )
    _record(made, "set", by, {"day": day.isoformat()})
    return made


def _begun() -> Conflict:
    return Conflict(
        "lessons.begun_already",
        "这节课已经上了，不能改。",
        "This lesson has begun and can't be changed.",
    )


def _record(lesson: Lesson, kind: str, by: Account, facts: dict[str, str | int | bool]) -> None:
    news = audit.News(f"lesson.{kind}", timezone.now(), f"account:{by.pk}", facts)
    audit.record("lesson", str(lesson.pk), news)
