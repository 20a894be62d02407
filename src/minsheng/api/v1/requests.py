"""Requests: made and followed by residents and firms, handled at the desk."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field

from minsheng.api.callers import caller, officer, resident
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.paging import Cursor, Limit, page
from minsheng.api.uploads import refuse_body
from minsheng.api.v1.desk import Purpose
from minsheng.api.v1.shapes import Shape, Words, words
from minsheng.apps.appeals import actions, reads
from minsheng.lib.workdays import Moment

if TYPE_CHECKING:
    from minsheng.apps.appeals.models import Request
    from minsheng.apps.appeals.reads import DeskLine, Happening, OwnLine
    from minsheng.apps.repairs.reads import RepairState

router = Router()
LONGEST = 1000
RequestNumber = Annotated[
    str, Path(pattern=r"^S[0-9]{2}-[0-9]{6,12}$", description="As it is quoted: S26-000123.")
]
Act = Literal[
    "dispatch", "classify", "refuse", "add_helper", "relieve", "decide_dispute", "sign", "contact",
    "send_back", "dispute", "extend", "answer_extension", "hold", "answer_hold", "end_hold",
    "answer", "visit", "join", "part",
]  # fmt: skip


class DueMoment(Shape):
    """A promised time. `provisional` (暂定): it rests on a year whose notice isn't out yet."""

    at: datetime
    provisional: bool


class CategoryRow(Shape):
    """One entry of a catalogue that a request may have."""

    key: str
    title: Words


class GradeRow(Shape):
    """How fast: the terms as 2h, 4wh (working hours), 3wd (working days) or 7cd (days)."""

    key: str
    title: Words
    dispatch: str
    contact: str
    finish: str


class RequestKind(Shape):
    """A kind of request that may be made today. `asked` are the keys under `contact`."""

    key: str
    title: Words
    requester: Literal["person", "organisation"]
    categories: list[CategoryRow]
    grades: list[GradeRow]
    asks_grade: bool
    asked: list[str]


class RequestKinds(Shape):
    """All kinds of request that may be made today."""

    rows: list[RequestKind]


class RequestMade(Shape):
    """A new request. `organisation`: the credit code of the firm, where one speaks for several."""

    kind: str = Field(max_length=60)
    category: str = Field(max_length=60)
    words: str = Field(min_length=1, max_length=LONGEST)
    area: str = Field("", max_length=60)
    grade: str = Field("", max_length=60)
    contact: dict[str, str] = Field(default_factory=dict, max_length=20)
    organisation: str = Field("", max_length=18)


class RequestReceipt(Shape):
    """A request after an act."""

    number: str
    status: str
    outcome: str
    round: int


class RequestRow(Shape):
    """One of my requests. `waits`: I am asked whether it is solved."""

    number: str
    title: Words
    status: str
    said: Words
    received: datetime
    waits: bool


class RequestPage(Shape):
    """My requests and those of the firms I speak for, newest first."""

    rows: list[RequestRow]
    next: str | None


class RequestOffice(Shape):
    """One office that has a part in a request."""

    title: Words
    is_lead: bool
    said: Words
    due: DueMoment | None


class RequestHappening(Shape):
    """What happened, by whom, with which words."""

    kind: str
    at: datetime
    title: Words
    who: Words
    words: str


class RequestRepair(Shape):
    """The repair that a request has opened: an entry of the ledger."""

    entry: str
    place: Words
    part: Words
    state: str
    due: date | None
    observe_until: date | None
    archived_on: date | None


class RequestWhole(Shape):
    """One of my requests. `may`: answer, urge, withdraw or again, as they are open now."""

    number: str
    kind: str
    title: Words
    words: str
    status: str
    said: Words
    due: DueMoment | None
    offices: list[RequestOffice]
    history: list[RequestHappening]
    answer: str
    where: Words
    may: list[str]
    score: int | None
    before: str
    after: str
    repair: RequestRepair | None


class RequestAnswer(Shape):
    """Whether it is solved. `accepts`: it isn't, but was explained, and may be closed."""

    solved: bool
    accepts: bool = False
    score: int | None = Field(None, ge=1, le=10)
    words: str = Field("", max_length=LONGEST)


class RequestAgain(Shape):
    """How it is now, where a closed request is taken up again."""

    words: str = Field(min_length=1, max_length=LONGEST)


class DeskRequestRow(Shape):
    """One request that waits for my posts. `item` is empty where it waits for a dispatcher or caller."""

    number: str
    item: str
    kind: Words
    title: Words
    post: Words
    status: str
    due: datetime | None


class DeskRequests(Shape):
    """What waits for my posts: to dispatch, to decide, to do, to call back about."""

    dispatch: list[DeskRequestRow]
    decide: list[DeskRequestRow]
    items: list[DeskRequestRow]
    calls: list[DeskRequestRow]


class DeskItem(Shape):
    """One office's part. `may`: the acts on it that are open to me."""

    key: str
    post: Words
    is_lead: bool
    status: str
    finish_due: DueMoment
    is_wrong: bool
    may: list[str]


class DeskRequest(Shape):
    """One request as the desk sees it; that I looked is written down."""

    number: str
    title: Words
    category: str
    grade: str
    words: str
    firm: str
    status: str
    round: int
    items: list[DeskItem]
    history: list[RequestHappening]
    proposed: str
    proposed_helpers: list[str]
    may: list[str]
    visit: str
    repair: RequestRepair | None


class RequestDeed(Shape):
    """One act of the desk. Which parts count depends on `act`; the rest is left out."""

    act: Act
    item: str = Field("", max_length=6)
    words: str = Field("", max_length=LONGEST)
    reason: str = Field("", max_length=60)
    post: str = Field("", max_length=80)
    to: str = Field("", max_length=20)
    helpers: list[str] = Field(default_factory=list, max_length=20)
    category: str = Field("", max_length=60)
    grade: str = Field("", max_length=60)
    way: Literal["", "visit", "call", "portal"] = ""
    result: Literal["", "done", "partly", "explained"] = ""
    until: date | None = None
    granted: bool = False
    reached: bool = True
    solved: bool | None = None
    accepts: bool = False
    score: int | None = Field(None, ge=1, le=10)


@router.get("/requests/kinds", response=RequestKinds)
def list_request_kinds(request: HttpRequest) -> RequestKinds:
    """Return the kinds of request that may be made today, with catalogue and terms."""
    resident(request)
    found = [*reads.kinds_for("person"), *reads.kinds_for("organisation")]
    return RequestKinds(
        rows=[
            RequestKind(
                key=one.spec.appeal,
                title=words(one.spec.title),
                requester=one.spec.requester,
                categories=[
                    CategoryRow(key=leaf.key, title=words(leaf.title)) for leaf in one.spec.leaves()
                ],
                grades=[
                    GradeRow(
                        key=grade.key,
                        title=words(grade.title),
                        dispatch=str(grade.dispatch),
                        contact=str(grade.contact),
                        finish=str(grade.finish),
                    )
                    for grade in one.spec.grades.values()
                ],
                asks_grade=one.spec.asks_grade,
                asked=list(one.spec.fields),
            )
            for one in found
        ]
    )


@router.post("/requests", response=RequestReceipt)
def make_request(
    request: HttpRequest, payload: RequestMade, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Make a request, for oneself or for the firm one speaks for."""
    account = resident(request)
    told = actions.Told(
        category=payload.category,
        words=payload.words,
        area=payload.area,
        grade=payload.grade,
        contact=payload.contact,
        channel="api",
        organisation=payload.organisation,
    )
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(actions.file_request(payload.kind, told, by=account)),
    )


@router.get("/requests", response=RequestPage)
def list_requests(request: HttpRequest, cursor: Cursor = "", limit: Limit = 20) -> RequestPage:
    """Return my requests and those of the firms I speak for, newest first."""
    account = resident(request)
    found = [*reads.own_requests(account), *reads.firm_requests(account)]
    rows, following = page(
        found,
        place=lambda row: (-round(row.received.timestamp() * 1e6), row.number),
        cursor=cursor,
        limit=limit,
    )
    return RequestPage(rows=[_row(row) for row in rows], next=following)


@router.get("/requests/{request_number}", response=RequestWhole)
def read_request(request: HttpRequest, request_number: RequestNumber) -> RequestWhole:
    """Return one of my requests, or one that I noted, with all that happened."""
    view = reads.own_view(request_number, account=caller(request))
    return RequestWhole(
        number=view.number,
        kind=view.slug,
        title=words(view.title),
        words=view.words,
        status=view.status,
        said=words(view.said),
        due=_moment(view.due),
        offices=[
            RequestOffice(
                title=words(one.title),
                is_lead=one.is_lead,
                said=words(one.said),
                due=_moment(one.due),
            )
            for one in view.offices
        ],
        history=[_happening(one) for one in view.happenings],
        answer=view.answer,
        where=words(view.where),
        may=sorted(view.may),
        score=view.score,
        before=view.before,
        after=view.after,
        repair=_repair(view.repair),
    )


@router.post("/requests/{request_number}/answer", response=RequestReceipt)
def answer_request(
    request: HttpRequest,
    request_number: RequestNumber,
    payload: RequestAnswer,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Say whether my request is solved, and how satisfied I am."""
    account = caller(request)

    def act() -> RequestReceipt:
        return _receipt(
            actions.answer_visit(
                request_number,
                by=account,
                solved=payload.solved,
                accepts=payload.accepts,
                score=payload.score,
                words=payload.words,
            )
        )

    return answer_once(request, idempotency_key, act)


@router.post("/requests/{request_number}/urgency", response=RequestReceipt)
def urge_request(
    request: HttpRequest, request_number: RequestNumber, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Ask where my request stands; whoever has it is told."""
    refuse_body(request)
    account = caller(request)
    return answer_once(
        request, idempotency_key, lambda: _receipt(actions.urge(request_number, by=account))
    )


@router.post("/requests/{request_number}/withdrawal", response=RequestReceipt)
def withdraw_request(
    request: HttpRequest, request_number: RequestNumber, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Take my request back."""
    refuse_body(request)
    account = resident(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(actions.withdraw_request(request_number, by=account)),
    )


@router.post("/requests/{request_number}/successor", response=RequestReceipt)
def renew_request(
    request: HttpRequest,
    request_number: RequestNumber,
    payload: RequestAgain,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Take a closed request up again by a new one, linked to it; once."""
    account = resident(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(actions.take_up_again(request_number, payload.words, by=account)),
    )


@router.get("/desk/requests", response=DeskRequests)
def list_desk_requests(request: HttpRequest) -> DeskRequests:
    """Return what waits for my posts, the most urgent first."""
    account = officer(request)
    return DeskRequests(
        dispatch=[_desk_row(row) for row in reads.dispatch_list(account)],
        decide=[_desk_row(row) for row in reads.wishes_to_answer(account)],
        items=[_desk_row(row) for row in reads.items_of_posts(account)],
        calls=[_desk_row(row) for row in reads.calls_to_make(account)],
    )


@router.get("/desk/requests/{request_number}", response=DeskRequest)
def read_desk_request(
    request: HttpRequest, request_number: RequestNumber, purpose: Purpose = ""
) -> DeskRequest:
    """Return a request for one of the posts it has to do with; the look is written down.

    A protected one opens with a stated `purpose`: case, review or audit.
    """
    view = reads.desk_view(request_number, account=officer(request), purpose=purpose)
    return DeskRequest(
        number=view.number,
        title=words(view.title),
        category=view.category,
        grade=view.grade_key,
        words=view.words,
        firm=view.firm,
        status=view.status,
        round=view.round,
        items=[
            DeskItem(
                key=item.key,
                post=words(item.post),
                is_lead=item.is_lead,
                status=item.status,
                finish_due=_due(item.finish_due),
                is_wrong=item.is_wrong,
                may=sorted(item.may),
            )
            for item in view.items
        ],
        history=[_happening(one) for one in view.happenings],
        proposed=view.proposed,
        proposed_helpers=list(view.proposed_helpers),
        may=sorted(view.may),
        visit=view.visit,
        repair=_repair(view.repair),
    )


@router.post("/desk/requests/{request_number}/acts", response=RequestReceipt)
def act_on_request(
    request: HttpRequest,
    request_number: RequestNumber,
    payload: RequestDeed,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Carry out one act of the desk: dispatch, sign, contact, answer, send back and the rarer ones."""
    account = officer(request)
    deed = actions.Deed(**{**payload.model_dump(), "helpers": tuple(payload.helpers)})
    return answer_once(
        request, idempotency_key, lambda: _receipt(actions.do(request_number, deed, by=account))
    )


def _receipt(made: Request) -> RequestReceipt:
    return RequestReceipt(
        number=made.number, status=made.status, outcome=made.outcome, round=made.round
    )


def _row(line: OwnLine) -> RequestRow:
    return RequestRow(
        number=line.number,
        title=words(line.title),
        status=line.status,
        said=words(line.said),
        received=line.received,
        waits=line.waits,
    )


def _desk_row(line: DeskLine) -> DeskRequestRow:
    return DeskRequestRow(
        number=line.number,
        item=line.item,
        kind=words(line.kind),
        title=words(line.title),
        post=words(line.post),
        status=line.status,
        due=line.due,
    )


def _happening(one: Happening) -> RequestHappening:
    return RequestHappening(
        kind=one.kind, at=one.at, title=words(one.title), who=words(one.who), words=one.words
    )


def _repair(repair: RepairState | None) -> RequestRepair | None:
    if repair is None:
        return None
    return RequestRepair(
        entry=repair.number,
        place=words(repair.place),
        part=words(repair.part),
        state=repair.state,
        due=repair.due,
        observe_until=repair.observe_until,
        archived_on=repair.archived_on,
    )


def _due(moment: Moment) -> DueMoment:
    return DueMoment(at=moment.at, provisional=moment.provisional)


def _moment(moment: Moment | None) -> DueMoment | None:
    return None if moment is None else _due(moment)
