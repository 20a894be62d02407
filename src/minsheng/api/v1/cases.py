"""A running case as the people in it see it, and what they may do."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from minsheng.api.callers import caller, resident
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.paging import Cursor, Limit, page
from minsheng.api.uploads import FORM, refuse_body, sent_file
from minsheng.api.v1 import outcomes
from minsheng.api.v1.outcomes import CaseLateness, CaseSaved
from minsheng.api.v1.shapes import (
    LONGEST_TEXT,
    CaseNumber,
    Clock,
    DueDay,
    DueDays,
    Key,
    Reason,
    Shape,
    Source,
    Words,
    clock,
    due_days,
    promised_days,
    reason,
    source,
    words,
)
from minsheng.apps.cases import actions, reads
from minsheng.apps.cases.reads import CaseView, Happening, ItemView
from minsheng.apps.ratings import actions as ratings
from minsheng.engines.casework.offers import Offer
from minsheng.engines.casework.spec import ServiceSpec
from minsheng.lib.errors import Conflict, WrongInput

if TYPE_CHECKING:
    from minsheng.apps.cases.models import Case

router = Router()


class Receipt(Shape):
    """A case after an act. The whole of it is at /api/v1/cases/{number}, for the people in it."""

    number: str
    status: str
    submitted_on: date
    promised: DueDay
    closed_on: date | None


class CaseLine(Shape):
    """One case in a list."""

    number: str
    title: Words
    status: str
    submitted_on: date
    promised: DueDay
    done: int
    items: int
    waits_for_me: bool
    is_applicant: bool
    score: int | None
    promised_days: DueDays


class CasePage(Shape):
    """My cases, newest first."""

    rows: list[CaseLine]
    next: str | None


class CaseItem(Shape):
    """One matter of a case. `message` is what its office wrote to the applicant."""

    key: str
    title: Words
    office: Words
    status: str
    attempt: int
    started_on: date | None
    due: DueDay | None
    finished_on: date | None
    clock: Clock | None
    due_days: DueDays | None
    result: str
    reason: Reason | None
    message: str
    certificate: str | None
    accepted_on: date | None
    answer_by: date | None
    object_by: date | None
    stopped_until: date | None
    notice: str


class Line(Shape):
    """One line of the timeline: what, when and which office; never which person."""

    kind: str
    at: datetime
    item: Words
    office: Words
    reason: Reason | None


class CaseProof(Shape):
    """One proof of a case and where it came from. `due_on`: until when it was promised."""

    key: str
    title: Words
    state: str
    origin: str
    due_on: date | None


class Value(Shape):
    """One value of a case and where it came from. Long numbers are masked."""

    label: Words
    value: str
    origin: str


class NextDay(Shape):
    """One day to know of, worked out from the case's own date."""

    day: date
    title: Words
    is_past: bool


class NextStep(Shape):
    """What may be of use afterwards: told to the applicant, never asked."""

    title: Words
    text: Words
    source: Source
    days: list[NextDay]


class CaseDetail(Shape):
    """A case as its applicant, or somebody who is asked to agree, sees it.

    Who is asked to agree sees the matters and the timeline, none of the applicant's values.
    """

    number: str
    service: str
    title: Words
    status: str
    submitted_on: date
    promised: DueDay
    promised_days: DueDays
    promised_workdays: int
    workday: int
    closed_on: date | None
    is_applicant: bool
    subject: str | None
    wants_my_consent: bool
    may_withdraw: bool
    may_rate: bool
    score: int | None
    items: list[CaseItem]
    timeline: list[Line]
    materials: list[CaseProof]
    values: list[Value]
    certificate: str | None
    takes_up: str
    taken_up_by: str
    next_steps: list[NextStep]


class Consent(Shape):
    """Whether I agree."""

    given: bool


class Rating(Shape):
    """How it went, from 1 to 5. Officers can't see who wrote it.

    `parts` are details, each 1 to 5: efficiency, guide, ease, platform. `office`: whose work it is
    about; empty for the leading office. `is_named`: I may be called back.
    """

    score: int = Field(ge=1, le=5)
    comment: str = Field("", max_length=LONGEST_TEXT)
    parts: dict[str, int] = Field(default_factory=dict, max_length=10)
    office: str = Field("", max_length=40)
    is_named: bool = True


class Supplied(Shape):
    """The answer to what an office asked, with one's own answers put right, by field."""

    answer: str = Field(max_length=LONGEST_TEXT)
    corrections: dict[str, str] = Field(default_factory=dict, max_length=100)


class Objection(Shape):
    """Why I don't agree with a refusal."""

    words: str = Field(max_length=LONGEST_TEXT)


class Successor(Shape):
    """The application that takes an ended case up again."""

    application: str
    takes_up: str


@router.get("", response=CasePage)
def list_cases(request: HttpRequest, cursor: Cursor = "", limit: Limit = 20) -> CasePage:
    """Return the cases I applied for or am a subject of, newest first."""
    lines, following = page(
        reads.cases_of(resident(request)),
        place=lambda line: (-int(line.number.partition("-")[2]),),
        cursor=cursor,
        limit=limit,
    )
    return CasePage(
        rows=[
            CaseLine(
                number=line.number,
                title=words(line.title),
                status=line.status,
                submitted_on=line.submitted_day,
                promised=DueDay(day=line.promised_day, provisional=line.promised_provisional),
                done=line.done,
                items=line.items,
                waits_for_me=line.waits_for_me,
                is_applicant=line.is_applicant,
                score=line.score,
                promised_days=promised_days(line.promise),
            )
            for line in lines
        ],
        next=following,
    )


@router.get("/{number}", response=CaseDetail)
def read_case(request: HttpRequest, number: CaseNumber) -> CaseDetail:
    """Return one case, if I am in it."""
    return _detail(reads.case_view(number, account=caller(request)))


@router.get("/{number}/savings", response=CaseSaved)
def read_savings(request: HttpRequest, number: CaseNumber) -> CaseSaved:
    """Return what my finished case took and saved, against a cited line of the same extent only."""
    view = reads.case_view(number, account=caller(request))
    found = reads.case_savings(view)
    if found is None:
        raise Conflict(
            "savings.not_yet",
            "办好以后，申请人在这里看省了多少。现在还没有。",
            "Once it is done, its applicant reads here what it saved. There is nothing yet.",
        )
    return outcomes.saved(number, found)


@router.get("/{number}/lateness", response=CaseLateness)
def read_lateness(request: HttpRequest, number: CaseNumber) -> CaseLateness:
    """Return where the late days of my case came from: item, office and step; none in time."""
    view = reads.case_view(number, account=caller(request))
    return outcomes.lateness(reads.delay_of(view.case, on=view.on))


@router.post("/{number}/consent", response=Receipt)
def give_consent(
    request: HttpRequest,
    number: CaseNumber,
    payload: Consent,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Agree, or not, as the other person this case is about."""
    account = resident(request)

    def act() -> Receipt:
        case = reads.find_case(number)
        return receipt(actions.consent_case(case.pk, by=account, given=payload.given))

    return answer_once(request, idempotency_key, act)


@router.post("/{number}/withdrawal", response=Receipt)
def withdraw(
    request: HttpRequest, number: CaseNumber, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Take my application back; what is done stays done."""
    refuse_body(request)
    account = caller(request)

    def act() -> Receipt:
        case = reads.find_case(number)
        return receipt(actions.withdraw_case(case.pk, by=account))

    return answer_once(request, idempotency_key, act)


@router.post("/{number}/rating", response=Receipt)
def rate(
    request: HttpRequest, number: CaseNumber, payload: Rating, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Rate a closed case, once."""
    account = resident(request)

    def act() -> Receipt:
        case = reads.find_case(number)
        given = ratings.Given(
            payload.score, payload.parts, payload.comment, payload.is_named, channel="api"
        )
        ratings.rate_case(case.pk, given, by=account, office=payload.office)
        return receipt(reads.find_case(number))

    return answer_once(request, idempotency_key, act)


@router.post("/{number}/items/{key}/answer", response=Receipt)
def supply(
    request: HttpRequest,
    number: CaseNumber,
    key: Key,
    payload: Supplied,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Answer what an office asked; the clock runs again."""
    account = caller(request)

    def act() -> Receipt:
        case = reads.find_case(number)
        return receipt(
            actions.supply_item(
                case.pk,
                key,
                by=account,
                answer=payload.answer,
                corrections=payload.corrections,
            )
        )

    return answer_once(request, idempotency_key, act)


@router.post("/{number}/items/{key}/objection", response=Receipt)
def object_to(
    request: HttpRequest,
    number: CaseNumber,
    key: Key,
    payload: Objection,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Object to a refusal, once and in time, for oneself or by a mandate; another post looks at it."""
    account = caller(request)

    def act() -> Receipt:
        case = reads.find_case(number)
        return receipt(actions.object_item(case.pk, key, by=account, words=payload.words))

    return answer_once(request, idempotency_key, act)


@router.put(
    "/{number}/items/{key}/objection/file",
    response=Receipt,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                FORM: {
                    "schema": {
                        "type": "object",
                        "required": ["file"],
                        "additionalProperties": False,
                        "properties": {"file": {"type": "string", "format": "binary"}},
                    }
                }
            },
        }
    },
)
def give_objection_file(request: HttpRequest, number: CaseNumber, key: Key) -> Receipt:
    """Add a file (PDF, JPEG or PNG) to my objection, once, while it is being looked at."""
    account = caller(request)
    case = reads.case_view(number, account=account).case
    upload = sent_file(request)
    if upload is None:
        raise WrongInput(
            "file_missing",
            "没有收到文件。用表单发，放在 file 这一项里。",
            "No file came. Send a form with it in the field `file`.",
            field="file",
        )
    paper = actions.Paper(upload.name, upload.content)
    return receipt(actions.attach_file(case.pk, key, by=account, file=paper))


@router.post("/{number}/successor", response=Successor)
def take_up_again(
    request: HttpRequest, number: CaseNumber, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Take an ended case up again: a new application with the answers of then.

    Who acts for somebody needs a mandate for the service: it is a new case.
    """
    refuse_body(request)
    account = caller(request)

    def act() -> Successor:
        case = reads.find_case(number)
        draft = actions.reopen_case(case.pk, by=account)
        return Successor(application=str(draft.pk), takes_up=number)

    return answer_once(request, idempotency_key, act)


def receipt(case: Case) -> Receipt:
    """Return a case after an act: number, state and days, nothing personal."""
    return Receipt(
        number=case.number,
        status=case.status,
        submitted_on=case.submitted_day,
        promised=DueDay(day=case.promised_day, provisional=case.promised_provisional),
        closed_on=case.closed_day,
    )


def _detail(view: CaseView) -> CaseDetail:
    case, spec = view.case, view.spec
    return CaseDetail(
        number=case.number,
        service=case.slug,
        title=words(spec.title),
        status=case.status,
        submitted_on=case.submitted_day,
        promised=DueDay(day=case.promised_day, provisional=case.promised_provisional),
        promised_days=promised_days(view.promise),
        promised_workdays=case.promised_workdays,
        workday=view.workday,
        closed_on=case.closed_day,
        is_applicant=view.is_applicant,
        subject=view.subject,
        wants_my_consent=view.wants_my_consent,
        may_withdraw=view.may_withdraw,
        may_rate=view.may_rate,
        score=case.score,
        items=[_item(item, spec) for item in view.items],
        timeline=[_line(one, spec) for one in view.timeline],
        materials=[
            CaseProof(
                key=row.key,
                title=words(spec.materials[row.key].title),
                state=row.state,
                origin=row.origin,
                due_on=row.due_day,
            )
            for row in view.materials
        ],
        values=[
            Value(label=words(label), value=value.zh, origin=origin)
            for label, value, origin in view.values
        ],
        certificate=view.certificate.number if view.certificate else None,
        takes_up=view.takes_up,
        taken_up_by=view.taken_up_by,
        next_steps=[_next_step(offer) for offer in view.offers],
    )


def _next_step(offer: Offer) -> NextStep:
    step = offer.step
    days = [NextDay(day=d.day, title=words(d.title), is_past=d.is_past) for d in offer.days]
    return NextStep(
        title=words(step.title), text=words(step.text), source=source(step.cite), days=days
    )


def _item(item: ItemView, spec: ServiceSpec) -> CaseItem:
    row = item.row
    return CaseItem(
        key=row.key,
        title=words(item.spec.title),
        office=words(item.office),
        status=row.status,
        attempt=row.attempt,
        started_on=row.started,
        due=DueDay(day=row.due_day, provisional=row.due_provisional) if row.due_day else None,
        finished_on=row.finished,
        clock=clock(item.reading),
        due_days=due_days(item.due),
        result=row.result,
        reason=reason(spec.reasons.get(row.reason)),
        message=item.message,
        certificate=item.licence.number if item.licence else None,
        accepted_on=item.accepted,
        answer_by=item.answer_by,
        object_by=item.object_by,
        stopped_until=item.stop_until,
        notice=item.notice,
    )


def _line(one: Happening, spec: ServiceSpec) -> Line:
    return Line(
        kind=one.kind,
        at=one.at,
        item=words(one.item),
        office=words(one.office),
        reason=reason(spec.reasons.get(str(one.data.get("reason", "")))),
    )
