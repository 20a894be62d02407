"""Joining a case that somebody else opened for the same event."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field

from minsheng.api.callers import caller, officer, resident
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.uploads import refuse_body
from minsheng.api.v1.cases import Value
from minsheng.api.v1.shapes import CaseNumber, DueDay, Shape, Words, words
from minsheng.apps.cases import actions, reads
from minsheng.apps.cases.reads import Wish

if TYPE_CHECKING:
    from minsheng.apps.cases.models import Joiner

router = Router()
JoinId = Annotated[int, Path(ge=1, le=2**62)]


class JoinLine(Shape):
    """One wish of mine: asked, agreed, declined, left, ended or lapsed."""

    id: int
    title: Words
    status: str
    asked_at: datetime
    may_open: bool
    may_end: bool


class JoinList(Shape):
    """My wishes to join, newest first."""

    rows: list[JoinLine]


class JoinReceipt(Shape):
    """A wish after an act; nothing of the case."""

    id: int
    status: str


class JoinAnswer(Shape):
    """Whether they may join. An officer who agrees says why, by a declared key."""

    agreed: bool
    basis: str = Field("", max_length=40)


class JoinedItem(Shape):
    """How one matter stands: no reason, no words, no certificate."""

    title: Words
    office: Words
    status: str
    started_on: date | None
    due: DueDay | None
    finished_on: date | None


class JoinedCase(Shape):
    """A case that I joined: states and days, and what it says about myself."""

    id: int
    number: str
    title: Words
    status: str
    submitted_on: date
    promised: DueDay
    items: list[JoinedItem]
    values: list[Value]


class WishLine(Shape):
    """Somebody who asks to join, masked."""

    id: int
    case: str
    service: Words
    applicant: str
    who: str
    role: Words
    status: str
    asked_at: datetime


class WishList(Shape):
    """Who asks to join, oldest first."""

    rows: list[WishLine]


@router.post("/applications/{application}/join", response=JoinReceipt)
def ask_to_join(
    request: HttpRequest, application: uuid.UUID, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Ask to join the case that somebody else has for the event of my application."""
    refuse_body(request)
    account = resident(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(actions.ask_to_join(application, by=account)),
    )


@router.get("/joins", response=JoinList)
def list_joins(request: HttpRequest) -> JoinList:
    """Return my wishes to join somebody else's case, newest first."""
    return JoinList(
        rows=[
            JoinLine(
                id=line.id,
                title=words(line.title),
                status=line.status,
                asked_at=line.asked_at,
                may_open=line.may_open,
                may_end=line.may_end,
            )
            for line in reads.joins_of(resident(request))
        ]
    )


@router.get("/joins/{join}", response=JoinedCase)
def read_join(request: HttpRequest, join: JoinId) -> JoinedCase:
    """Return a case that I joined."""
    view = reads.joined(join, account=resident(request))
    return JoinedCase(
        id=view.id,
        number=view.number,
        title=words(view.title),
        status=view.status,
        submitted_on=view.submitted_day,
        promised=DueDay(day=view.promised_day, provisional=view.promised_provisional),
        items=[
            JoinedItem(
                title=words(item.title),
                office=words(item.office),
                status=item.status,
                started_on=item.started,
                due=DueDay(day=item.due_day, provisional=item.due_provisional)
                if item.due_day
                else None,
                finished_on=item.finished,
            )
            for item in view.items
        ],
        values=[
            Value(label=words(label), value=value.zh, origin=origin)
            for label, value, origin in view.values
        ],
    )


@router.get("/cases/{number}/joins", response=WishList)
def list_case_joins(request: HttpRequest, number: CaseNumber) -> WishList:
    """Return who asks to join my case, or has joined it."""
    account = resident(request)
    view = reads.case_view(number, account=account)
    return WishList(rows=[_wish(one) for one in reads.wishes_in(view.case, account=account)])


@router.get("/desk/joins", response=WishList)
def list_wishes(request: HttpRequest) -> WishList:
    """Return who asks to join a case that an office of mine leads."""
    return WishList(rows=[_wish(one) for one in reads.wishes_to_answer(officer(request))])


@router.post("/joins/{join}/answer", response=JoinReceipt)
def answer_join(
    request: HttpRequest,
    join: JoinId,
    payload: JoinAnswer,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Agree, or not, that somebody joins my case, or one that my office leads."""
    account = caller(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(
            actions.answer_join(join, by=account, agreed=payload.agreed, basis=payload.basis)
        ),
    )


@router.post("/joins/{join}/end", response=JoinReceipt)
def end_join(
    request: HttpRequest, join: JoinId, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Take my wish back, leave a case, or let somebody out of mine."""
    refuse_body(request)
    account = caller(request)
    return answer_once(
        request, idempotency_key, lambda: _receipt(actions.end_join(join, by=account))
    )


def _receipt(row: Joiner) -> JoinReceipt:
    return JoinReceipt(id=row.pk, status=row.status)


def _wish(one: Wish) -> WishLine:
    return WishLine(
        id=one.id,
        case=one.number,
        service=words(one.service),
        applicant=one.applicant,
        who=one.who,
        role=words(one.role),
        status=one.status,
        asked_at=one.asked_at,
    )
