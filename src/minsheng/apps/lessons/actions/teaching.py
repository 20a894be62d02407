"""A lesson is set, begun, taken from step to step, ended, and thought over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.lessons import access
from minsheng.apps.lessons.models import CANCELLED, PLANNED, RUNNING, TAUGHT, Lesson
from minsheng.apps.lessons.sealing import sealed
from minsheng.apps.mastery import actions as mastery
from minsheng.apps.notices import actions as notices
from minsheng.apps.people.models import Account
from minsheng.apps.schools import access as schools
from minsheng.lib.errors import Conflict, WrongInput
from minsheng.lib.texts import Text

STREAM = "lesson"
LONGEST = 2_000


def set_lesson(plan_id: int, class_id: int, day: date, starts: time, *, by: Account) -> Lesson:
    """Return a lesson of a plan for a class that this account teaches.

    Raises Conflict where the class has another lesson at that time.
    """
    plan = access.require_plan(by, plan_id)
    school_class = schools.require_teacher(by, class_id)
    try:
        with transaction.atomic():
            made = Lesson.objects.create(
                plan=plan, school_class=school_class, teacher=by, day=day, starts=starts
            )
            _record(made, "set", by, {"day": day.isoformat()})
    except IntegrityError as cause:
        raise Conflict(
            "lessons.taken",
            "这个班这个时间已经有一节课了，没有再排。请换个时间。",
            "The class has a lesson at that time. Choose another.",
        ) from cause
    return made


def call_off(lesson_id: int, *, by: Account) -> Lesson:
    """Call a lesson off before it began; whoever was to look on is told. Twice is once."""
    with transaction.atomic():
        lesson = _locked(lesson_id, by)
        if lesson.state == CANCELLED:
            return lesson
        if lesson.state != PLANNED:
            raise _begun()
        lesson.state = CANCELLED
        lesson.save(update_fields=["state"])
        _record(lesson, "cancelled", by, {})
    for one in lesson.observations.select_related("observer"):
        notices.notify(
            one.observer,
            kind="lesson",
            title=Text("听课取消了", "A lesson to observe is called off"),
            body=Text(f"{lesson.day:%m月%d日}“{lesson.plan.title}”不上了。", f"{lesson.plan.title}, {lesson.day}"),
            key=f"lesson:{lesson.pk}:off:{one.observer_id}",
        )  # fmt: skip
    return lesson


def begin_lesson(lesson_id: int, *, by: Account, at: datetime | None = None) -> Lesson:
    """Begin a lesson with its first step. Twice is once."""
    now = at or timezone.now()
    with transaction.atomic():
        lesson = _locked(lesson_id, by)
        if lesson.state == RUNNING:
            return lesson
        if lesson.state != PLANNED:
            raise _over()
        first = next(iter(access.pattern(lesson.plan.pattern).steps))
        lesson.state, lesson.step, lesson.started_at = RUNNING, first, now
        lesson.log = [[first, now.isoformat()]]
        lesson.save(update_fields=["state", "step", "started_at", "log"])
        _record(lesson, "begun", by, {})
    return lesson


def go_to_step(lesson_id: int, step: str, *, by: Account, at: datetime | None = None) -> Lesson:
    """Go on to a step, forward or back; the same one again changes nothing."""
    with transaction.atomic():
        lesson = _locked(lesson_id, by)
        if lesson.state != RUNNING:
            raise _over() if lesson.state == TAUGHT else _not_begun()
        if step not in access.pattern(lesson.plan.pattern).steps:
            raise WrongInput(
                "lessons.step", "没有这一步，请从五步里选。", "There is no such step.", field="step"
            )
        if lesson.step != step:
            lesson.step = step
            lesson.log = [*lesson.log, [step, (at or timezone.now()).isoformat()]]
            lesson.save(update_fields=["step", "log"])
    return lesson


def give_lesson_ticket(
    lesson_id: int, items: Sequence[str], *, by: Account, minutes: int = 0
) -> Lesson:
    """Give the exit ticket of a lesson that runs or was just taught; one that is there is kept."""
    lesson = access.require_teaching(by, lesson_id)
    if lesson.state not in (RUNNING, TAUGHT):
        raise _not_begun()
    if lesson.ticket_id is not None:
        return lesson
    given = mastery.Given(
        subject=lesson.plan.subject, title=lesson.plan.title, items=tuple(items), day=lesson.day,
        minutes=minutes,
    )  # fmt: skip
    with transaction.atomic():
        lesson = _locked(lesson_id, by)
        if lesson.ticket_id is None:
            lesson.ticket = mastery.give_ticket(lesson.school_class_id, given, by=by)
            lesson.save(update_fields=["ticket"])
            _record(lesson, "ticket", by, {"items": len(given.items)})
    return lesson


def end_lesson(lesson_id: int, *, by: Account, at: datetime | None = None) -> Lesson:
    """End a lesson. Twice is once."""
    with transaction.atomic():
        lesson = _locked(lesson_id, by)
        if lesson.state == TAUGHT:
            return lesson
        if lesson.state != RUNNING:
            raise _not_begun()
        lesson.state, lesson.step, lesson.ended_at = TAUGHT, "", at or timezone.now()
        lesson.save(update_fields=["state", "step", "ended_at"])
        _record(lesson, "ended", by, {})
    return lesson


def reflect(lesson_id: int, words: str, *, by: Account) -> Lesson:
    """Keep what the teacher thinks of the lesson afterwards; sealed, for the teacher alone."""
    if len(words) > LONGEST:
        raise WrongInput(
            "lessons.reflection",
            f"最多 {LONGEST} 个字，您写的都还在。",
            f"At most {LONGEST} characters; it is kept.",
            field="words",
        )
    with transaction.atomic():
        lesson = _locked(lesson_id, by)
        lesson.reflection = sealed(words.strip())
        lesson.save(update_fields=["reflection"])
    return lesson


def _locked(lesson_id: int, by: Account) -> Lesson:
    found = access.require_teaching(by, lesson_id)
    return Lesson.objects.select_for_update(of=("self",)).select_related("plan").get(pk=found.pk)


def _begun() -> Conflict:
    return Conflict(
        "lessons.begun",
        "这节课已经上了，不能取消。",
        "This lesson has begun and can't be called off.",
    )


def _not_begun() -> Conflict:
    return Conflict(
        "lessons.not_begun",
        "这节课还没有开始。请先点“开始上课”。",
        "This lesson hasn't begun. Begin it first.",
    )


def _over() -> Conflict:
    return Conflict(
        "lessons.over",
        "这节课已经结束了。要再上一次，请另排一节。",
        "This lesson is over. Set another to teach it again.",
    )


def _record(lesson: Lesson, kind: str, by: Account, facts: dict[str, str | int | bool]) -> None:
    news = audit.News(f"lesson.{kind}", timezone.now(), f"account:{by.pk}", facts)
    audit.record(STREAM, str(lesson.pk), news)
