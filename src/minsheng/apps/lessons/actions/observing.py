"""Colleagues are asked to look on, and hand in what they saw."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.lessons import access
from minsheng.apps.lessons.models import (
    CANCELLED,
    DECLINED,
    INVITED,
    SUBMITTED,
    TAUGHT,
    Lesson,
    Observation,
)
from minsheng.apps.lessons.sealing import sealed
from minsheng.apps.notices import actions as notices
from minsheng.apps.people.models import Account
from minsheng.lib.errors import Conflict, NotAllowed, WrongInput
from minsheng.lib.texts import Text, day_said

STREAM = "lesson"
LONGEST = 300
ADVICE = 1_000
MENDED = timedelta(days=7)
"""So long an observer may mend a sheet that was handed in."""


def invite(lesson_id: int, observer_id: int, *, by: Account) -> Observation:
    """Ask a colleague or an adviser to look on; one who declined may be asked again."""
    lesson = access.require_teaching(by, lesson_id)
    if lesson.state == CANCELLED:
        raise access.no_such_lesson()
    observer = next((one for one in access.colleagues(by, lesson) if one.pk == observer_id), None)
    if observer is None:
        raise WrongInput(
            "lessons.observer",
            "请从本校老师和教研员里选一位。",
            "Choose a teacher of the school or an adviser.",
            field="observer",
        )
    with transaction.atomic():
        Lesson.objects.select_for_update().get(pk=lesson.pk)
        made, _ = Observation.objects.get_or_create(lesson=lesson, observer=observer)
        if made.state == DECLINED:
            made.state = INVITED
            made.save(update_fields=["state"])
        _record(lesson, "invited", by, {"observer": observer.pk})
    when = day_said(lesson.day)
    notices.notify(
        observer,
        kind="lesson",
        title=Text("请您来听一节课", "You are asked to observe a lesson"),
        body=Text(
            f"{when.zh} {lesson.starts:%H:%M}，{lesson.school_class.title}，“{lesson.plan.title}”",
            f"{when.to('en')} {lesson.starts:%H:%M}, {lesson.school_class.title}, {lesson.plan.title}",
        ),
        link=f"/school/observations/{lesson.pk}",
        key=f"lesson:{lesson.pk}:invited:{observer.pk}",
    )
    return made


def decline(lesson_id: int, *, by: Account) -> Observation:
    """Say that one can't come; the teacher is told."""
    with transaction.atomic():
        sheet = _own(lesson_id, by)
        if sheet.state == SUBMITTED:
            raise Conflict(
                "lessons.submitted", "您已经交了听课表。", "You have handed in your sheet."
            )
        sheet.state = DECLINED
        sheet.save(update_fields=["state"])
        _record(sheet.lesson, "declined", by, {})
    notices.notify(
        sheet.lesson.teacher,
        kind="lesson",
        title=Text("有一位听课的来不了", "Somebody can't come to observe"),
        body=Text(f"“{sheet.lesson.plan.title}”", sheet.lesson.plan.title),
        link=f"/school/lessons/{sheet.lesson_id}",
        key=f"lesson:{sheet.lesson_id}:declined:{by.pk}",
    )
    return sheet


def submit_sheet(
    lesson_id: int,
    scores: Mapping[str, int],
    evidence: Mapping[str, str],
    advice: str,
    *,
    by: Account,
) -> Observation:
    """Hand in what was seen: a score for each question, and for the lowest and highest what was seen.

    It may be mended for a week. Raises WrongInput with the question that lacks a score or its
    evidence; NotAllowed for who wasn't asked.
    """
    with transaction.atomic():
        sheet = _own(lesson_id, by)
        lesson, now = sheet.lesson, timezone.now()
        if lesson.state not in (TAUGHT, "running"):
            raise Conflict(
                "lessons.not_begun", "课还没有上，上了再填。", "The lesson hasn't begun yet."
            )
        if sheet.submitted_at is not None and now > sheet.submitted_at + MENDED:
            raise Conflict(
                "lessons.sheet_closed",
                "交上去已经超过 7 天，不能再改了。有话可以当面和老师说。",
                "It was handed in more than a week ago. Talk with the teacher instead.",
            )
        kept = _checked(lesson, scores, evidence, advice)
        sheet.scores = {name: int(scores[name]) for name in kept[0]}
        sheet.evidence, sheet.advice = sealed(kept[1]), sealed(advice.strip())
        sheet.state, sheet.submitted_at = SUBMITTED, sheet.submitted_at or now
        sheet.save(update_fields=["scores", "evidence", "advice", "state", "submitted_at"])
        _record(lesson, "observed", by, {"questions": len(sheet.scores)})
    notices.notify(
        lesson.teacher,
        kind="lesson",
        title=Text("收到一张听课表", "An observation sheet has come"),
        body=Text(f"“{lesson.plan.title}”", lesson.plan.title),
        link=f"/school/lessons/{lesson.pk}",
        key=f"lesson:{lesson.pk}:observed:{by.pk}",
    )
    return sheet


def _checked(
    lesson: Lesson, scores: Mapping[str, int], evidence: Mapping[str, str], advice: str
) -> tuple[list[str], dict[str, str]]:
    pattern = access.pattern(lesson.plan.pattern)
    names = [question.name for question in pattern.questions()]
    allowed = pattern.scores()
    for question in pattern.questions():
        if scores.get(question.name) not in allowed:
            raise WrongInput(
                "lessons.score",
                f"“{question.text.zh}”还没有打分。别的都还在。",
                f"“{question.text.to('en')}” has no score yet. The rest is kept.",
                field=question.name,
            )
        words = evidence.get(question.name, "").strip()
        if scores[question.name] in (allowed[0], allowed[-1]) and not words:
            raise WrongInput(
                "lessons.evidence",
                f"打最低分或最高分，请写一句看到了什么：“{question.text.zh}”。别的都还在。",
                f"With the lowest or highest score, say what you saw: “{question.text.to('en')}”.",
                field=f"{question.name}.seen",
            )
        if len(words) > LONGEST:
            raise WrongInput(
                "lessons.evidence_long",
                f"最多 {LONGEST} 个字，写的都还在。",
                f"At most {LONGEST} characters; it is kept.",
                field=f"{question.name}.seen",
            )
    if len(advice) > ADVICE:
        raise WrongInput(
            "lessons.advice",
            f"最多 {ADVICE} 个字，写的都还在。",
            f"At most {ADVICE} characters; it is kept.",
            field="advice",
        )
    return names, {name: evidence[name].strip() for name in names if evidence.get(name, "").strip()}


def _own(lesson_id: int, by: Account) -> Observation:
    found = (
        Observation.objects.select_for_update(of=("self",))
        .select_related("lesson__plan", "lesson__teacher")
        .filter(lesson=lesson_id, observer=by)
        .first()
    )
    if found is None or not by.is_active:
        if found is None and access.may_see_lesson(by, access.require_lesson(by, lesson_id)):
            raise NotAllowed(
                "lessons.not_invited",
                "上课的老师没有请您填这节课的听课表。",
                "The teacher hasn't asked you to observe this lesson.",
            )
        raise access.no_such_lesson()
    return found


def _record(lesson: Lesson, kind: str, by: Account, facts: dict[str, str | int | bool]) -> None:
    news = audit.News(f"lesson.{kind}", timezone.now(), f"account:{by.pk}", facts)
    audit.record(STREAM, str(lesson.pk), news)
