"""A teacher rehearses a plan on the class's twin, alone or beside another version."""

from __future__ import annotations

import secrets
from typing import Any

import numpy as np
from django.db import transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.lessons import access, twins
from minsheng.apps.lessons.models import CANCELLED, Lesson, LessonPlan, Rehearsal
from minsheng.apps.mastery.bank import shelf
from minsheng.apps.people.models import Account
from minsheng.engines.learning.rehearsal import (
    Compared,
    Luck,
    Rehearsed,
    compare,
    luck_for,
    rehearse,
)
from minsheng.engines.learning.twin import Twin
from minsheng.engines.lessons import plan_from
from minsheng.lib.errors import WrongInput

STREAM = "lesson"
DRAWS = 200
LIKELY = 0.05
"""From this chance on it is worth storing that a pupil may be stuck."""


def rehearse_lesson(
    lesson_id: int,
    *,
    by: Account,
    plan_id: int = 0,
    against_id: int = 0,
    seed: int | None = None,
    draws: int = DRAWS,
) -> Rehearsal:
    """Return what the class's twin makes of a plan, before the lesson.

    `plan_id` is another version than the lesson's own; `against_id` one to lay beside it, with the
    same luck. Raises Conflict while the class has answered too little, WrongInput for a plan in
    which nobody does an exercise.
    """
    lesson = access.require_teaching(by, lesson_id)
    if lesson.state == CANCELLED:
        raise access.no_such_lesson()
    plan = access.require_plan(by, plan_id) if plan_id else lesson.plan
    against = access.require_plan(by, against_id) if against_id else None
    about = [
        skill
        for one in (plan, against)
        if one is not None
        for skill in twins.skills_walked(shelf(one.subject), plan_from(one.body))
    ]
    found = twins.class_before(lesson.school_class, plan.subject, lesson.day, about=about)
    twin = twins.fitted(found)
    number = secrets.randbelow(2**62) if seed is None else seed
    luck = luck_for(twin, np.random.default_rng(number), draws=draws)
    said = _said(found, twin, lesson, plan, luck)
    if against is not None:
        said["compared"] = _compared(found, twin, lesson, plan, against, luck)
    with transaction.atomic():
        made = Rehearsal.objects.create(
            lesson=lesson, plan=plan, against=against, seed=number, draws=draws,
            answers=found.answers, found=said, by=by,
        )  # fmt: skip
        facts: dict[str, str | int | bool] = {"rehearsal": made.pk, "draws": draws}
        news = audit.News("lesson.rehearsed", timezone.now(), f"account:{by.pk}", facts)
        audit.record(STREAM, str(lesson.pk), news)
    return made


def _said(
    found: twins.Class, twin: Twin, lesson: Lesson, plan: LessonPlan, luck: Luck
) -> dict[str, Any]:
    walked = _walked(found, plan)
    rehearsed = rehearse(twin, [step for _, step in walked], luck, day=lesson.day.toordinal())
    return {
        "steps": [
            {
                "step": key,
                "skill": found.skills[step.skill],
                "tasks": step.tasks,
                "peer": step.peer,
                "share": _number(rehearsed.share[at]),
                "low": _number(rehearsed.low[at]),
                "high": _number(rehearsed.high[at]),
                "stuck": _stuck(found, rehearsed, at),
            }
            for at, (key, step) in enumerate(walked)
        ],
        "skills": [
            {
                "skill": found.skills[skill],
                "before": _number(rehearsed.before[at]),
                "after": _number(rehearsed.after[at]),
            }
            for at, skill in enumerate(rehearsed.skills)
        ],
        "flags": list(rehearsed.flags),
    }


def _stuck(found: twins.Class, rehearsed: Rehearsed, at: int) -> list[list[float]]:
    """Return pairs of pupil and the chance of being stuck, the likeliest first."""
    chances = rehearsed.stuck[at]
    order = np.argsort(-chances, kind="stable")
    return [
        [found.pupils[row], _number(chances[row])]
        for row in order.tolist()
        if chances[row] >= LIKELY
    ]


def _compared(
    found: twins.Class,
    twin: Twin,
    lesson: Lesson,
    plan: LessonPlan,
    against: LessonPlan,
    luck: Luck,
) -> dict[str, float]:
    first, second = ([step for _, step in _walked(found, one)] for one in (plan, against))
    said: Compared = compare(twin, first, second, luck, day=lesson.day.toordinal())
    parts = ("first", "second", "difference", "spread", "low", "high", "better")
    return {part: _number(getattr(said, part)) for part in parts}


def _walked(found: twins.Class, plan: LessonPlan) -> list[tuple[str, Any]]:
    walked = twins.walked(found, plan_from(plan.body))
    if not walked:
        raise WrongInput(
            "lessons.nothing_to_rehearse",
            "这份教案里还没有一步让学生做题。在某一步写上每人做几道，再来排课。",
            "In no step of this plan do pupils do exercises. Say in some step how many, and rehearse again.",
            field="practice",
        )
    return walked


def _number(value: float) -> float:
    return round(float(value), 4)
