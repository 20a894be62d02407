"""Lessons of 五学课堂: set, taught step by step, rehearsed on the class's twin, looked back on."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field

from minsheng.api.callers import officer
from minsheng.api.once import IdempotencyKey, answer_after, answer_once
from minsheng.api.paging import Cursor, Limit, page
from minsheng.api.v1.shapes import LARGEST_ID, LONGEST_TEXT, Shape, Words, words
from minsheng.apps.lessons import actions, reads

if TYPE_CHECKING:
    from minsheng.apps.lessons.models import Lesson, Rehearsal

router = Router()
PlanId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
LessonId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Name = Annotated[str, Field(max_length=60)]
Said = Annotated[str, Field(max_length=LONGEST_TEXT)]


class ClassLessonWanted(Shape):
    """When a class that I teach has this lesson."""

    school_class: int = Field(ge=1, le=LARGEST_ID)
    day: date
    starts: time


class ClassLessonRow(Shape):
    """A lesson. `state`: planned, running, taught or cancelled."""

    id: int
    plan: int
    title: str
    school_class: int
    day: date
    starts: time
    state: str


class ClassLessonRows(Shape):
    """My lessons: those to come with the soonest first, then those that were taught."""

    rows: list[ClassLessonRow]
    next: str | None


class ClassLessonStep(Shape):
    """A step as it is taught: planned minutes, the seconds it has taken so far."""

    key: str
    title: Words
    minutes: int
    used_seconds: int
    is_now: bool


class LessonObserver(Shape):
    """Who was asked to look on. `state`: invited, submitted or declined."""

    id: int
    name: str
    state: str


class ClassLessonShown(Shape):
    """A lesson with its times. `observers` and `reflection` are for its teacher alone."""

    lesson: ClassLessonRow
    class_title: str
    teacher: str
    steps: list[ClassLessonStep]
    has_ticket: bool
    observers: list[LessonObserver]
    reflection: str
    is_mine: bool


class ClassLessonAct(Shape):
    """What happens to a lesson; `step` to go to, `words` to keep afterwards, sealed."""

    act: Literal["begin", "step", "end", "call_off", "reflect"]
    step: Name = ""
    words: Said = ""


class ClassLessonReceipt(Shape):
    """How a lesson stands now."""

    id: int
    state: str
    step: str


class LessonTicketWanted(Shape):
    """The items of an exit ticket; `minutes` that it may take, 0 for as long as is needed."""

    items: list[Name] = Field(min_length=1, max_length=40)
    minutes: int = Field(0, ge=0, le=60)


class LessonTicketReceipt(Shape):
    """The exit ticket of a lesson: a work, see `/learning/line-items/{id}/results`."""

    id: int
    ticket: int


class RehearsalWanted(Shape):
    """Which versions to rehearse: `plan` 0 is the lesson's own, `against` 0 is alone.

    With a `seed` the same answers of the class give the same figures again.
    """

    plan: int = Field(0, ge=0, le=LARGEST_ID)
    against: int = Field(0, ge=0, le=LARGEST_ID)
    seed: int | None = Field(None, ge=0, le=LARGEST_ID)


class RehearsalReceipt(Shape):
    """A rehearsal that was made; read it under `/lessons/{lesson_id}/rehearsals`."""

    id: int
    seed: int
    draws: int
    answers: int


class RehearsalStuck(Shape):
    """A pupil who may be stuck, with the chance of it in per cent."""

    name: str
    chance: int


class RehearsalStep(Shape):
    """A step on the twin, in per cent: answers right, and where 90 % of the draws lie."""

    step: str
    skill: str
    tasks: int
    is_together: bool
    right: int
    low: int
    high: int
    stuck: list[RehearsalStuck]


class RehearsalSkill(Shape):
    """How likely a middle task is solved before and after the lesson, in per cent."""

    skill: str
    before: int
    after: int


class RehearsalVersions(Shape):
    """Two versions on the same luck: by how many points the first is ahead."""

    first: int
    second: int
    difference: float
    low: float
    high: float
    better: int
    is_clear: bool


class RehearsalRow(Shape):
    """A rehearsal: a simulation made of the class's own answers; nobody is judged by it."""

    id: int
    plan: int
    against: int | None
    at: datetime
    seed: int
    draws: int
    answers: int
    steps: list[RehearsalStep]
    skills: list[RehearsalSkill]
    versions: RehearsalVersions | None
    flags: list[str]


class RehearsalRows(Shape):
    """The last ten rehearsals of a lesson, the newest first."""

    rows: list[RehearsalRow]


class LessonOutcomeFigures(Shape):
    """The exit ticket as the twin foresaw it and as it was, in per cent of answers right.

    Brier scores (smaller is better): the twin, the class's base rate, each pupil's last answer and
    own rate. `is_ahead`: the twin's is the smallest.
    """

    answers: int
    foreseen: int
    happened: int
    twin: float
    base_rate: float
    last_time: float
    own_rate: float
    is_ahead: bool


class LessonOutcome(Shape):
    """A prediction beside what happened; null without a rehearsal or an answered exit ticket."""

    outcome: LessonOutcomeFigures | None


@router.post("/lessons/plans/{plan_id}/lessons", response=ClassLessonReceipt)
def set_class_lesson(
    request: HttpRequest,
    plan_id: PlanId,
    payload: ClassLessonWanted,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Set a lesson of a plan for a class that I teach."""
    account = officer(request)

    def act() -> ClassLessonReceipt:
        made = actions.set_lesson(
            plan_id, payload.school_class, payload.day, payload.starts, by=account
        )
        return _lesson_receipt(made)

    return answer_once(request, idempotency_key, act)


@router.get("/lessons", response=ClassLessonRows)
def list_class_lessons(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = 20
) -> ClassLessonRows:
    """Return my lessons: to come, and the last thirty that were taught."""
    coming, taught = reads.lessons_ahead(officer(request))
    rows, following = page(
        [*((1, one) for one in coming), *((-1, one) for one in taught)],
        place=lambda pair: lesson_place(*pair),
        cursor=cursor,
        limit=limit,
    )
    return ClassLessonRows(rows=[lesson_row(one) for _, one in rows], next=following)


@router.get("/lessons/{lesson_id}", response=ClassLessonShown)
def read_class_lesson(request: HttpRequest, lesson_id: LessonId) -> ClassLessonShown:
    """Return a lesson with its times, for who teaches it or the class, the head, who observes it."""
    view = reads.lesson_view(lesson_id, account=officer(request))
    return ClassLessonShown(
        lesson=lesson_row(view.lesson),
        class_title=view.lesson.school_class.title,
        teacher=view.lesson.teacher.display,
        steps=[
            ClassLessonStep(
                key=one.pattern.key, title=words(one.pattern.title), minutes=one.step.minutes,
                used_seconds=one.used_seconds, is_now=one.is_now,
            )
            for one in view.steps
        ],
        has_ticket=view.lesson.ticket_id is not None,
        observers=[
            LessonObserver(id=one.observer_id, name=one.observer.display, state=one.state)
            for one in (view.observations if view.is_mine else ())
        ],
        reflection=view.reflection,
        is_mine=view.is_mine,
    )  # fmt: skip


@router.post("/lessons/{lesson_id}/acts", response=ClassLessonReceipt)
def act_on_class_lesson(
    request: HttpRequest,
    lesson_id: LessonId,
    payload: ClassLessonAct,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Begin a lesson, go to a step, end it, call it off, or keep what I think of it."""
    account = officer(request)

    def act() -> ClassLessonReceipt:
        match payload.act:
            case "begin":
                done = actions.begin_lesson(lesson_id, by=account)
            case "step":
                done = actions.go_to_step(lesson_id, payload.step, by=account)
            case "end":
                done = actions.end_lesson(lesson_id, by=account)
            case "call_off":
                done = actions.call_off(lesson_id, by=account)
            case "reflect":
                done = actions.reflect(lesson_id, payload.words, by=account)
        return _lesson_receipt(done)

    return answer_once(request, idempotency_key, act)


@router.post("/lessons/{lesson_id}/ticket", response=LessonTicketReceipt)
def give_lesson_ticket(
    request: HttpRequest,
    lesson_id: LessonId,
    payload: LessonTicketWanted,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Give the exit ticket of a lesson that runs or was taught; one that is there is kept."""
    account = officer(request)

    def act() -> LessonTicketReceipt:
        done = actions.give_lesson_ticket(
            lesson_id, payload.items, by=account, minutes=payload.minutes
        )
        return LessonTicketReceipt(id=done.pk, ticket=done.ticket_id or 0)

    return answer_once(request, idempotency_key, act)


@router.get("/lessons/{lesson_id}/rehearsals", response=RehearsalRows)
def list_rehearsals(request: HttpRequest, lesson_id: LessonId) -> RehearsalRows:
    """Return what the class's twin made of my plan, for the lesson's teacher alone."""
    found = reads.rehearsals_of(lesson_id, account=officer(request))
    return RehearsalRows(rows=[_rehearsal(one) for one in found])


@router.post("/lessons/{lesson_id}/rehearsals", response=RehearsalReceipt)
def rehearse_class_lesson(
    request: HttpRequest,
    lesson_id: LessonId,
    payload: RehearsalWanted,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Walk the class's twin through a plan, alone or beside another version."""
    account = officer(request)

    def act() -> RehearsalReceipt:
        made = actions.rehearse_lesson(
            lesson_id, by=account, plan_id=payload.plan, against_id=payload.against,
            seed=payload.seed,
        )  # fmt: skip
        return RehearsalReceipt(id=made.pk, seed=made.seed, draws=made.draws, answers=made.answers)

    # fitting a twin takes long, and a transaction held so long would keep everybody else waiting
    return answer_after(request, idempotency_key, act)


@router.get("/lessons/{lesson_id}/outcome", response=LessonOutcome)
def read_lesson_outcome(request: HttpRequest, lesson_id: LessonId) -> LessonOutcome:
    """Return what was foreseen of the exit ticket beside what happened, for the teacher alone."""
    found = reads.outcome_of(lesson_id, account=officer(request))
    if found is None:
        return LessonOutcome(outcome=None)
    return LessonOutcome(
        outcome=LessonOutcomeFigures(
            answers=found.answers, foreseen=found.predicted, happened=found.happened,
            twin=found.beside.twin.brier, base_rate=found.beside.base_rate.brier,
            last_time=found.beside.last_time.brier, own_rate=found.beside.own_rate.brier,
            is_ahead=found.beside.ahead,
        )
    )  # fmt: skip


def lesson_row(row: Lesson) -> ClassLessonRow:
    """Return a lesson as it goes out."""
    return ClassLessonRow(
        id=row.pk, plan=row.plan_id, title=row.plan.title, school_class=row.school_class_id,
        day=row.day, starts=row.starts, state=row.state,
    )  # fmt: skip


def _lesson_receipt(row: Lesson) -> ClassLessonReceipt:
    return ClassLessonReceipt(id=row.pk, state=row.state, step=row.step)


def lesson_place(way: int, row: Lesson) -> tuple[int, int, int, int]:
    """Return the place in a list: way 1, the soonest first; after those way -1, the last first."""
    minutes = row.starts.hour * 60 + row.starts.minute
    return -way, way * row.day.toordinal(), way * minutes, way * row.pk


def _rehearsal(view: reads.RehearsalView) -> RehearsalRow:
    row: Rehearsal = view.row
    return RehearsalRow(
        id=row.pk, plan=row.plan_id, against=row.against_id, at=row.at, seed=row.seed,
        draws=row.draws, answers=row.answers,
        steps=[
            RehearsalStep(
                step=one.pattern.key, skill=one.skill.key, tasks=one.tasks, is_together=one.peer,
                right=one.share, low=one.low, high=one.high,
                stuck=[RehearsalStuck(name=name, chance=chance) for name, chance in one.stuck],
            )
            for one in view.steps
        ],
        skills=[
            RehearsalSkill(skill=one.skill.key, before=one.before, after=one.after)
            for one in view.skills
        ],
        versions=RehearsalVersions(
            first=view.versions.first, second=view.versions.second,
            difference=view.versions.difference, low=view.versions.low, high=view.versions.high,
            better=view.versions.better, is_clear=view.versions.is_clear,
        )
        if view.versions
        else None,
        flags=list(view.flags),
    )  # fmt: skip
