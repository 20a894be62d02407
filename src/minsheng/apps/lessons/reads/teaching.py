"""Lessons: to come, taught, and the one that runs, step by step with its time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from minsheng.apps.lessons import access
from minsheng.apps.lessons.models import CANCELLED, RUNNING, SUBMITTED, Lesson, Observation
from minsheng.apps.lessons.reads.planning import PlanView, plan_view
from minsheng.apps.lessons.sealing import opened
from minsheng.apps.people.models import Account
from minsheng.apps.schools import access as schools
from minsheng.engines.lessons import Step, StepPattern

SECONDS = 60


@dataclass(frozen=True, slots=True)
class StepView:
    """A step as it is taught: planned minutes, seconds used so far, whether it runs now."""

    pattern: StepPattern
    step: Step
    used_seconds: int
    is_now: bool

    @property
    def used_minutes(self) -> int:
        """Return whole minutes used so far."""
        return self.used_seconds // SECONDS

    @property
    def left_seconds(self) -> int:
        """Return what is left of its planned time; negative when it runs over."""
        return self.step.minutes * SECONDS - self.used_seconds

    @property
    def left_minutes(self) -> int:
        """Return whole minutes that are left, rounded up."""
        return max(0, -(-self.left_seconds // SECONDS))

    @property
    def over_minutes(self) -> int:
        """Return whole minutes by which it runs over."""
        return max(0, -self.left_seconds // SECONDS)


@dataclass(frozen=True, slots=True)
class LessonView:
    """A lesson with its plan, its steps and their times, who looks on."""

    lesson: Lesson
    plan: PlanView
    steps: tuple[StepView, ...]
    observations: tuple[Observation, ...]
    reflection: str
    is_mine: bool

    @property
    def now(self) -> StepView | None:
        """Return the step that runs."""
        return next((one for one in self.steps if one.is_now), None)

    @property
    def submitted(self) -> int:
        """Return how many observers have handed in their sheet."""
        return sum(one.state == SUBMITTED for one in self.observations)

    def beside(self, by: int) -> StepView | None:
        """Return the step before (-1) or after (1) the one that runs."""
        at = next((at for at, one in enumerate(self.steps) if one.is_now), None)
        if at is None or not 0 <= at + by < len(self.steps):
            return None
        return self.steps[at + by]

    @property
    def following(self) -> StepView | None:
        """Return the step after the one that runs."""
        return self.beside(1)

    @property
    def previous(self) -> StepView | None:
        """Return the step before the one that runs."""
        return self.beside(-1)


def lesson_view(lesson_id: int, *, account: Account, at: datetime | None = None) -> LessonView:
    """Return one lesson, for who teaches, leads or observes it."""
    lesson = access.require_lesson(account, lesson_id)
    plan = plan_view(lesson.plan_id, account=account)
    used = _used(lesson, at or timezone.now())
    is_mine = lesson.teacher_id == account.pk
    observations = lesson.observations.select_related("observer").order_by("pk")
    if not is_mine:
        observations = observations.filter(observer=account)
    return LessonView(
        lesson=lesson,
        plan=plan,
        steps=tuple(
            StepView(pattern, step, used.get(pattern.key, 0), lesson.step == pattern.key)
            for pattern, step in plan.steps
        ),
        observations=tuple(observations),
        reflection=(opened(lesson.reflection) or "") if is_mine else "",
        is_mine=is_mine,
    )


def lessons_ahead(account: Account, *, on: date | None = None) -> tuple[list[Lesson], list[Lesson]]:
    """Return this account's lessons to come (today's and those that run first), and the last taught."""
    day = on or timezone.localdate()
    rows = Lesson.objects.filter(teacher=account).exclude(state=CANCELLED)
    rows = rows.select_related("plan", "school_class__school", "ticket")
    coming = rows.filter(Q(state=RUNNING) | Q(state="planned", day__gte=day - timedelta(days=14)))
    return (
        list(coming.order_by("day", "starts")),
        list(rows.filter(state="taught").order_by("-day", "-starts")[:30]),
    )


def lessons_of_class(class_id: int, *, account: Account) -> list[Lesson]:
    """Return the lessons of a class, the newest first, for who teaches or leads it."""
    school_class = schools.require_class(account, class_id)
    rows = Lesson.objects.filter(school_class=school_class).exclude(state=CANCELLED)
    return list(rows.select_related("plan", "teacher").order_by("-day", "-starts")[:50])


def _used(lesson: Lesson, at: datetime) -> dict[str, int]:
    """Return the seconds that each step has run."""
    ends = [datetime.fromisoformat(moment) for _, moment in lesson.log[1:]]
    ends.append(lesson.ended_at or at)
    used: dict[str, int] = {}
    for (step, moment), end in zip(lesson.log, ends, strict=False):
        seconds = (end - datetime.fromisoformat(moment)).total_seconds()
        used[step] = used.get(step, 0) + max(0, int(seconds))
    return used
