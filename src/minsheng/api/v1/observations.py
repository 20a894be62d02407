"""Observing lessons: who is asked, what they saw, how far they agree."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field

from minsheng.api.callers import officer
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.paging import Cursor, Limit, page
from minsheng.api.v1.lessons import ClassLessonRow, lesson_place, lesson_row
from minsheng.api.v1.shapes import LARGEST_ID, LONGEST_TEXT, Shape, Words, words
from minsheng.apps.lessons import access, actions, reads
from minsheng.engines.measurement.agreement import Agreement

if TYPE_CHECKING:
    from minsheng.apps.lessons.models import Observation

router = Router()
LessonId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Name = Annotated[str, Field(max_length=60)]
Said = Annotated[str, Field(max_length=LONGEST_TEXT)]


class LessonColleague(Shape):
    """Somebody who may be asked to look on."""

    id: int
    name: str


class LessonColleagues(Shape):
    """Teachers and heads of the school, advisers of the bureau."""

    rows: list[LessonColleague]


class ObserverWanted(Shape):
    """Whom to ask, by the id that `/lessons/{lesson_id}/colleagues` gives."""

    observer: int = Field(ge=1, le=LARGEST_ID)


class ObservationReceipt(Shape):
    """How an observation stands now: invited, submitted or declined."""

    lesson: int
    state: str


class ObservationRow(Shape):
    """A lesson that I was asked to observe."""

    lesson: ClassLessonRow
    teacher: str
    class_title: str
    school: Words
    state: str


class ObservationRows(Shape):
    """Lessons I observe: those to fill in with the soonest first, then those handed in."""

    rows: list[ObservationRow]
    next: str | None


class ObservationQuestion(Shape):
    """What an observer looks for."""

    name: str
    step: str
    text: Words


class ObservationFilled(Shape):
    """A score for each question; with the lowest and the highest, what was seen."""

    scores: dict[Name, int] = Field(max_length=60)
    evidence: dict[Name, Said] = Field(default_factory=dict, max_length=60)
    advice: Said = ""


class ObservationSheet(Shape):
    """What one observer saw. `means`: of each step that has scores, on the scale of the sheet."""

    observer: str
    state: str
    scores: dict[str, int]
    evidence: dict[str, str]
    advice: str
    means: dict[str, float]
    submitted_at: datetime | None


class ObservationSheets(Shape):
    """The sheets of a lesson that were handed in."""

    rows: list[ObservationSheet]


class ObservationForm(Shape):
    """My sheet with its questions; `scale` are the words of the scores from 0."""

    sheet: ObservationSheet
    questions: list[ObservationQuestion]
    scale: list[Words]
    may_mend: bool


class AgreementFigure(Shape):
    """A coefficient with its interval; null where the data can't tell, and `flags` say why."""

    value: float | None
    low: float | None
    high: float | None
    flags: list[str]


class ObservationApart(Shape):
    """A question on which observers are two points or more apart."""

    question: ObservationQuestion
    scores: list[int]


class ObservationAgreed(Shape):
    """Weighted kappa of the first two observers, ICC(2,1) of all, what to talk about."""

    observers: int
    kappa: AgreementFigure | None
    icc: AgreementFigure | None
    apart: list[ObservationApart]


class ObservationAgreement(Shape):
    """How far observers agree; null before two have handed in, or before I have."""

    agreed: ObservationAgreed | None


@router.get("/lessons/{lesson_id}/colleagues", response=LessonColleagues)
def list_lesson_colleagues(request: HttpRequest, lesson_id: LessonId) -> LessonColleagues:
    """Return whom I may ask to observe a lesson that I teach."""
    account = officer(request)
    found = access.colleagues(account, access.require_teaching(account, lesson_id))
    return LessonColleagues(rows=[LessonColleague(id=one.pk, name=one.display) for one in found])


@router.post("/lessons/{lesson_id}/observers", response=ObservationReceipt)
def invite_observer(
    request: HttpRequest,
    lesson_id: LessonId,
    payload: ObserverWanted,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Ask a colleague or an adviser to observe a lesson that I teach."""
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _observation_receipt(actions.invite(lesson_id, payload.observer, by=account)),
    )


@router.get("/lessons/{lesson_id}/sheets", response=ObservationSheets)
def list_observation_sheets(request: HttpRequest, lesson_id: LessonId) -> ObservationSheets:
    """Return what observers saw in a lesson that I teach; nobody else reads it."""
    found = reads.sheets_of(lesson_id, account=officer(request))
    return ObservationSheets(rows=[_sheet(one) for one in found])


@router.get("/observations", response=ObservationRows)
def list_observations(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = 20
) -> ObservationRows:
    """Return the lessons that I am asked to observe, and those whose sheet I have handed in."""
    waiting, done = reads.own_sheets(officer(request))
    rows, following = page(
        [*((1, one) for one in waiting), *((-1, one) for one in done)],
        place=lambda pair: lesson_place(pair[0], pair[1].lesson),
        cursor=cursor,
        limit=limit,
    )
    return ObservationRows(
        rows=[
            ObservationRow(
                lesson=lesson_row(one.lesson),
                teacher=one.lesson.teacher.display,
                class_title=one.lesson.school_class.title,
                school=words(one.lesson.school_class.school.title),
                state=one.state,
            )
            for _, one in rows
        ],
        next=following,
    )


@router.get("/observations/{lesson_id}", response=ObservationForm)
def read_observation(request: HttpRequest, lesson_id: LessonId) -> ObservationForm:
    """Return my sheet of a lesson with its questions."""
    view = reads.sheet_of(lesson_id, account=officer(request))
    return ObservationForm(
        sheet=_sheet(view),
        questions=[
            ObservationQuestion(name=one.name, step=one.step, text=words(one.text))
            for one in view.pattern.questions()
        ],
        scale=[words(one) for one in view.pattern.scale],
        may_mend=view.may_mend,
    )


@router.post("/observations/{lesson_id}", response=ObservationReceipt)
def hand_in_observation(
    request: HttpRequest,
    lesson_id: LessonId,
    payload: ObservationFilled,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Hand in what I saw, once the lesson has begun; it may be mended for a week."""
    account = officer(request)

    def act() -> ObservationReceipt:
        done = actions.submit_sheet(
            lesson_id, payload.scores, payload.evidence, payload.advice, by=account
        )
        return _observation_receipt(done)

    return answer_once(request, idempotency_key, act)


@router.post("/observations/{lesson_id}/declination", response=ObservationReceipt)
def decline_observation(
    request: HttpRequest, lesson_id: LessonId, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Say that I can't come; the teacher is told."""
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _observation_receipt(actions.decline(lesson_id, by=account)),
    )


@router.get("/lessons/{lesson_id}/agreement", response=ObservationAgreement)
def read_observation_agreement(request: HttpRequest, lesson_id: LessonId) -> ObservationAgreement:
    """Return how far observers agree, for the teacher and for who has handed in a sheet."""
    found = reads.agreement_of(lesson_id, account=officer(request))
    return ObservationAgreement(
        agreed=ObservationAgreed(
            observers=found.observers,
            kappa=_figure(found.kappa),
            icc=_figure(found.icc),
            apart=[
                ObservationApart(
                    question=ObservationQuestion(
                        name=one.question.name, step=one.question.step,
                        text=words(one.question.text),
                    ),
                    scores=list(one.scores),
                )
                for one in found.apart
            ],
        )
        if found
        else None
    )  # fmt: skip


def _observation_receipt(row: Observation) -> ObservationReceipt:
    return ObservationReceipt(lesson=row.lesson_id, state=row.state)


def _sheet(view: reads.SheetView) -> ObservationSheet:
    return ObservationSheet(
        observer=view.row.observer.display, state=view.row.state, scores=dict(view.scores),
        evidence=dict(view.evidence), advice=view.advice, means=dict(view.steps),
        submitted_at=view.row.submitted_at,
    )  # fmt: skip


def _figure(found: Agreement | None) -> AgreementFigure | None:
    if found is None:
        return None
    return AgreementFigure(
        value=found.value, low=found.low, high=found.high, flags=list(found.flags)
    )
