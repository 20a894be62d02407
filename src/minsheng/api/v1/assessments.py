"""Assessments of elders: asked for, arranged, filled in, settled, signed, objected to."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field

from minsheng.api.callers import officer, resident
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.v1.shapes import LARGEST_ID, Shape, Words, words
from minsheng.apps.assessments import actions, reads

if TYPE_CHECKING:
    from minsheng.apps.assessments.models import Assessment, Result
    from minsheng.apps.assessments.reads import Line, Outcome

router = Router()
AssessmentId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
KeyText = Annotated[str, Field(max_length=60)]
WORDS = Field("", max_length=500)


class AssessmentRow(Shape):
    """One assessment; `who` is masked."""

    id: int
    who: str
    title: Words
    state: str
    said: Words
    reason: Words
    day: date | None
    starts: time | None


class AssessmentRows(Shape):
    """Assessments."""

    rows: list[AssessmentRow]


class WhyLine(Shape):
    """A rule that can change the level: whether it holds here, its source and mark."""

    text: Words
    holds: bool
    source: Words
    mark: str


class OutcomeRow(Shape):
    """A signed result. `total` and `by_points` are null where a rule settled it without points."""

    level: int
    level_said: Words
    total: int | None
    by_points: int | None
    why: list[WhyLine]
    assessed_on: date
    valid_until: date
    last_day_to_object: date
    is_replaced: bool


class FamilyRow(Shape):
    """One assessment as the family reads it. `may`: what is open to them now."""

    assessment: AssessmentRow
    place: str
    assessors: list[str]
    outcome: OutcomeRow | None
    may: list[str]


class DifferenceRow(Shape):
    """What two answered differently: what each said, what was settled."""

    key: str
    first: int | bool | None
    second: int | bool | None
    settled: int | bool | None
    why: str


class AssessmentWork(Shape):
    """One assessment at the desk. `revision` is what a signature is of; `left`: answers still owed."""

    assessment: AssessmentRow
    name: str
    place: str
    left: int
    revision: int
    differences: list[DifferenceRow]
    open: list[str]
    outcome: OutcomeRow | None
    may: list[str]


class AssessmentAsked(Shape):
    """For whom an assessment is asked: oneself, or `person`, who gave a mandate."""

    grading: KeyText = "gbt-42195"
    person: UUID | None = None
    words: str = WORDS


class AssessmentWrittenDown(Shape):
    """An elder who came or called, by citizen number."""

    grading: KeyText = "gbt-42195"
    number: str = Field(min_length=1, max_length=20)
    words: str = WORDS


class ObjectionWords(Shape):
    """What is wrong with a result."""

    words: str = Field(min_length=1, max_length=500)


class AppointmentWanted(Shape):
    """When, where and by whom; `assessors` are ids of accounts."""

    day: date
    starts: time
    place: str = Field(min_length=1, max_length=500)
    assessors: list[Annotated[int, Field(ge=1, le=LARGEST_ID)]] = Field(max_length=9)


class SheetAnswer(Shape):
    """One answer to an item or a fact, a note on it, or both."""

    key: KeyText
    value: bool | int | None = None
    note: str | None = Field(None, max_length=500)


class SheetAnswers(Shape):
    """Answers as they are given."""

    answers: list[SheetAnswer] = Field(min_length=1, max_length=100)


class SettledWord(Shape):
    """What now counts of one difference, and why; or who told about the elder."""

    key: KeyText = ""
    value: bool | int | None = None
    why: str = WORDS
    informant: str | None = Field(None, max_length=500)


class SignedRevision(Shape):
    """Which state of what was settled is signed."""

    revision: int = Field(ge=0, le=10**9)


class AssessmentReceipt(Shape):
    """How an assessment stands now. `result`: whether both have signed."""

    id: int
    state: str
    revision: int
    result: bool


@router.get("/me/assessments", response=AssessmentRows)
def list_my_assessments(request: HttpRequest) -> AssessmentRows:
    """Return my assessments and those of whom I act for."""
    found = reads.own_lines(resident(request), "gbt-42195")
    return AssessmentRows(rows=[_row(one) for one in found])


@router.post("/me/assessments", response=AssessmentReceipt)
def ask_for_assessment(
    request: HttpRequest, payload: AssessmentAsked, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Ask for an assessment, for myself or for who lets me act; the open one where there is one."""
    account = resident(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(
            actions.ask(payload.grading, by=account, person_id=payload.person, words=payload.words)
        ),
    )


@router.get("/me/assessments/{assessment_id}", response=FamilyRow)
def read_my_assessment(request: HttpRequest, assessment_id: AssessmentId) -> FamilyRow:
    """Return when and who comes, and the result with why."""
    view = reads.family_view(assessment_id, account=resident(request))
    return FamilyRow(
        assessment=_row(view.line),
        place=view.place,
        assessors=[name for name, _ in view.assessors],
        outcome=_outcome(view.outcome),
        may=sorted(view.may),
    )


@router.post("/me/assessments/{assessment_id}/cancellation", response=AssessmentReceipt)
def cancel_my_assessment(
    request: HttpRequest, assessment_id: AssessmentId, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Call an assessment off before both sheets are in."""
    account = resident(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(actions.cancel(assessment_id, by=account)),
    )


@router.post("/me/assessments/{assessment_id}/objections", response=AssessmentReceipt)
def object_to_assessment(
    request: HttpRequest,
    assessment_id: AssessmentId,
    payload: ObjectionWords,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Ask for another look at a result, by two others; return the assessment it becomes."""
    account = resident(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(actions.object_to(assessment_id, payload.words, by=account)),
    )


@router.get("/desk/assessments", response=AssessmentRows)
def list_desk_assessments(request: HttpRequest) -> AssessmentRows:
    """Return what I arrange or assess."""
    found = reads.works_of(officer(request), "gbt-42195")
    return AssessmentRows(rows=[_row(one) for one in found])


@router.post("/desk/assessments", response=AssessmentReceipt)
def write_assessment_down(
    request: HttpRequest, payload: AssessmentWrittenDown, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Write an assessment down for an elder who came or called, as who arranges them."""
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(
            actions.ask_for(payload.grading, payload.number, by=account, words=payload.words)
        ),
    )


@router.get("/desk/assessments/{assessment_id}", response=AssessmentWork)
def read_assessment(request: HttpRequest, assessment_id: AssessmentId) -> AssessmentWork:
    """Return one assessment for who arranges or assesses it; the look is written down."""
    account = officer(request)
    work = reads.desk_view(assessment_id, account=account)
    is_assessor = account.pk in {one for one, *_ in work.assessors}
    both = reads.compared(assessment_id, account=account) if is_assessor else None
    return AssessmentWork(
        assessment=_row(work.line),
        name=work.name,
        place=work.place,
        left=work.left,
        revision=both.revision if both else 0,
        differences=[
            DifferenceRow.model_validate(
                {"key": one.key, "first": one.first, "second": one.second, "settled": one.settled, "why": one.why}
            )
            for one in (both.differences if both else ())
        ],
        open=list(both.open) if both else [],
        outcome=_outcome(work.outcome),
        may=sorted(work.may),
    )  # fmt: skip


@router.post("/desk/assessments/{assessment_id}/appointment", response=AssessmentReceipt)
def appoint_assessment(
    request: HttpRequest,
    assessment_id: AssessmentId,
    payload: AppointmentWanted,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Set two assessors, a day and a place, as who arranges assessments."""
    account = officer(request)
    wanted = actions.Appointment(
        day=payload.day, starts=payload.starts, place=payload.place, assessors=payload.assessors
    )
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(actions.appoint(assessment_id, wanted, by=account)),
    )


@router.post("/desk/assessments/{assessment_id}/answers", response=AssessmentReceipt)
def save_assessment_answers(
    request: HttpRequest,
    assessment_id: AssessmentId,
    payload: SheetAnswers,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Keep answers of my sheet as they are given; sent twice they are kept once."""
    account = officer(request)
    given = [actions.Answer(one.key, one.value, one.note) for one in payload.answers]
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(actions.save_answers(assessment_id, given, by=account).assessment),
    )


@router.post("/desk/assessments/{assessment_id}/sheet", response=AssessmentReceipt)
def hand_in_assessment(
    request: HttpRequest, assessment_id: AssessmentId, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Hand my complete sheet in; it changes no more."""
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(actions.hand_in(assessment_id, by=account)),
    )


@router.post("/desk/assessments/{assessment_id}/settlement", response=AssessmentReceipt)
def settle_assessment(
    request: HttpRequest,
    assessment_id: AssessmentId,
    payload: SettledWord,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Keep what both assessors settled of one difference, or who told them."""
    account = officer(request)
    word = actions.Word(payload.key, payload.value, payload.why) if payload.key else None
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(
            actions.settle(assessment_id, word, by=account, informant=payload.informant)
        ),
    )


@router.post("/desk/assessments/{assessment_id}/signatures", response=AssessmentReceipt)
def sign_assessment(
    request: HttpRequest,
    assessment_id: AssessmentId,
    payload: SignedRevision,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Sign what stands at a revision; with both signatures it is the result."""
    account = officer(request)

    def act() -> AssessmentReceipt:
        made = actions.sign(assessment_id, payload.revision, by=account)
        return _signed(assessment_id, payload.revision, made)

    return answer_once(request, idempotency_key, act)


def _signed(assessment_id: int, revision: int, made: Result | None) -> AssessmentReceipt:
    state = "signed" if made else "both_in"
    return AssessmentReceipt(id=assessment_id, state=state, revision=revision, result=bool(made))


def _receipt(row: Assessment) -> AssessmentReceipt:
    return AssessmentReceipt(
        id=row.pk, state=row.state, revision=row.revision, result=row.state == "signed"
    )


def _row(one: Line) -> AssessmentRow:
    return AssessmentRow(
        id=one.id,
        who=one.who,
        title=words(one.title),
        state=one.state,
        said=words(one.said),
        reason=words(one.reason),
        day=one.day,
        starts=one.starts,
    )


def _outcome(one: Outcome | None) -> OutcomeRow | None:
    if one is None:
        return None
    return OutcomeRow(
        level=one.level,
        level_said=words(one.level_said),
        total=one.total,
        by_points=one.by_points,
        why=[
            WhyLine(text=words(w.text), holds=w.holds, source=words(w.source), mark=w.mark)
            for w in one.why
        ],
        assessed_on=one.assessed_on,
        valid_until=one.valid_until,
        last_day_to_object=one.last_day,
        is_replaced=one.is_replaced,
    )
