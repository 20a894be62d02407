"""A dual lesson runs: steps for all classes at once, the joint ticket, who was there, a word after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from minsheng.apps.dual import access
from minsheng.apps.dual.actions import telling
from minsheng.apps.dual.actions.rooms import end_later
from minsheng.apps.dual.models import (
    CANCELLED,
    MARKS,
    PLANNED,
    RUNNING,
    TAUGHT,
    DualLesson,
    Mark,
    Part,
)
from minsheng.apps.dual.sealing import sealed
from minsheng.apps.lessons import actions as lessons
from minsheng.apps.mastery import actions as mastery
from minsheng.apps.people.models import Account
from minsheng.apps.schools import access as schools
from minsheng.apps.schools import reads as school_reads
from minsheng.lib.errors import Conflict, WrongInput

LONGEST = 500


def begin(dual_id: int, *, by: Account, at: datetime | None = None) -> DualLesson:
    """Begin a dual lesson in every class at once. Twice is once."""
    with transaction.atomic():
        dual = _locked(dual_id, by)
        if dual.state == RUNNING:
            return dual
        if dual.state != PLANNED:
            raise _over()
        for part in _parts(dual):
            lessons.begin_lesson(part.lesson_id, by=part.lesson.teacher, at=at)
        dual.state = RUNNING
        dual.save(update_fields=["state"])
        _record(dual, "begun", by, {})
    return dual


def go_to_step(dual_id: int, step: str, *, by: Account) -> DualLesson:
    """Go on to a step in every class at once."""
    with transaction.atomic():
        dual = _locked(dual_id, by)
        if dual.state != RUNNING:
            raise _over() if dual.state == TAUGHT else _not_begun()
        for part in _parts(dual):
            lessons.go_to_step(part.lesson_id, step, by=part.lesson.teacher)
    return dual


def end(dual_id: int, *, by: Account, at: datetime | None = None) -> DualLesson:
    """End a dual lesson in every class, and its room. Twice is once."""
    with transaction.atomic():
        dual = _locked(dual_id, by)
        if dual.state == TAUGHT:
            return dual
        if dual.state != RUNNING:
            raise _not_begun()
        for part in _parts(dual):
            lessons.end_lesson(part.lesson_id, by=part.lesson.teacher, at=at)
        dual.state = TAUGHT
        dual.save(update_fields=["state"])
        end_later(dual)
        _record(dual, "ended", by, {})
    return dual


def give_ticket(dual_id: int, items: Sequence[str], *, by: Account, minutes: int = 0) -> DualLesson:
    """Give the same exit ticket to every class at once; one that was given is kept.

    All or none: where one class still has an open ticket, Conflict says so and none gets it.
    """
    dual = access.require_running_it(by, dual_id)
    if dual.state not in (RUNNING, TAUGHT):
        raise _not_begun()
    with transaction.atomic():
        dual = _locked(dual_id, by)
        for part in _parts(dual):
            if part.lesson.ticket_id is not None:
                continue
            given = mastery.Given(
                subject=dual.plan.subject, title=dual.plan.title, items=tuple(items), day=dual.day,
                minutes=minutes,
            )  # fmt: skip
            # By a teacher of the class: who stands in isn't in its register.
            teacher = _teacher(part)
            work = mastery.give_ticket(part.lesson.school_class_id, given, by=teacher)
            part.lesson.ticket = work
            part.lesson.save(update_fields=["ticket"])
        _record(dual, "ticket", by, {"items": len(items)})
    return dual


def keep_attendance(part_id: int, marks: Mapping[int, str], *, by: Account) -> Part:
    """Keep who of a class wasn't there, came late or was excused; everybody else was there.

    By the teacher in that room, once the lesson has begun; may be put right. Raises WrongInput for
    somebody who isn't in the class.
    """
    found = access.require_part(by, part_id)
    with transaction.atomic():
        part = Part.objects.select_for_update(of=("self",)).select_related(
            "dual", "lesson__school_class"
        ).get(pk=found.pk)  # fmt: skip
        if part.dual.state not in (RUNNING, TAUGHT):
            raise _not_begun()
        pupils = school_reads.pupil_ids(part.lesson.school_class, on=part.dual.day)
        if not set(marks) <= set(pupils) or not set(marks.values()) <= set(MARKS):
            raise WrongInput(
                "dual.marks", "名单刚刚变了，请看最新的名单再点一次。",
                "The list has just changed; look again.", field="marks",
            )  # fmt: skip
        part.marks.all().delete()
        Mark.objects.bulk_create(
            Mark(part=part, pupil_id=pupil, mark=mark) for pupil, mark in marks.items()
        )
        away = sum(mark != "late" for mark in marks.values())
        part.of, part.there, part.attended_at = len(pupils), len(pupils) - away, timezone.now()
        part.save(update_fields=["of", "there", "attended_at"])
        _record(part.dual, "attendance", by, {"part": part.pk, "of": part.of, "there": part.there})
    return part


def say_word(part_id: int, words: str, *, by: Account) -> Part:
    """Keep what the teacher in the room says afterwards: sealed, for the teachers of this lesson."""
    found = access.require_part(by, part_id)
    said = words.strip()
    if len(said) > LONGEST:
        raise WrongInput(
            "dual.word", f"最多 {LONGEST} 个字，您写的都还在。",
            f"At most {LONGEST} characters; it is kept.", field="words",
        )  # fmt: skip
    with transaction.atomic():
        part = Part.objects.select_for_update(of=("self",)).select_related("dual").get(pk=found.pk)
        if part.dual.state != TAUGHT:
            raise _not_taught()
        part.word = sealed(said)
        part.save(update_fields=["word"])
        _record(part.dual, "word", by, {"part": part.pk})
    return part


def _teacher(part: Part) -> Account:
    teacher = part.lesson.teacher
    if schools.teaches(teacher, part.lesson.school_class):
        return teacher
    found = part.dual.pairing.classes.select_related("teacher").get(
        school_class=part.lesson.school_class_id
    )
    return found.teacher


def _parts(dual: DualLesson) -> list[Part]:
    rows = dual.parts.select_related(
        "lesson__teacher", "lesson__school_class", "dual__pairing"
    ).order_by("pk")
    return list(rows)


def _locked(dual_id: int, by: Account) -> DualLesson:
    access.require_running_it(by, dual_id)
    dual = (
        DualLesson.objects.select_for_update(of=("self",))
        .select_related("pairing", "plan")
        .get(pk=dual_id)
    )
    if dual.state == CANCELLED:
        raise access.no_such_lesson()
    return dual


def _record(dual: DualLesson, kind: str, by: Account, facts: dict[str, str | int | bool]) -> None:
    telling.record(telling.LESSON, dual.pk, kind, f"account:{by.pk}", facts)


def _not_begun() -> Conflict:
    return Conflict(
        "dual.not_begun", "这节课还没有开始。请主讲老师先点“开始上课”。",
        "This lesson hasn't begun. The lead teacher begins it first.",
    )  # fmt: skip


def _not_taught() -> Conflict:
    return Conflict(
        "dual.not_taught", "下课以后再写，写的话都还在。",
        "Write it once the lesson is over; your words are kept.",
    )  # fmt: skip


def _over() -> Conflict:
    return Conflict(
        "dual.taught", "这节课已经上完了。要再上，请另排一节。",
        "This lesson is over. Set another to teach it again.",
    )  # fmt: skip
