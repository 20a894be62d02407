"""Written orders (督办单), and late work by office and week."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from minsheng.api.callers import officer
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.paging import Cursor, Limit, page
from minsheng.api.v1.ratings import Serial
from minsheng.api.v1.shapes import DueDay, Shape, Words, words
from minsheng.apps.supervision import actions, reads

if TYPE_CHECKING:
    from minsheng.apps.supervision.models import Order

router = Router()
LONGEST = 1000
Weeks = Annotated[int, Query(12, ge=1, le=60)]


class OrderWritten(Shape):
    """An order about one thing; `key` is the id of an item (of a case or a request), or the number of a review."""

    kind: Literal["item", "review", "request"] = "item"
    key: str = Field(max_length=40, pattern=r"^[0-9\-]+$")
    reason: str = Field(max_length=LONGEST)
    reply_workdays: int = Field(2, ge=1, le=30)


class OrderReply(Shape):
    """A written reply."""

    words: str = Field(max_length=LONGEST)


class OrderReturn(Shape):
    """Why a reply is sent back, and by when there must be another."""

    words: str = Field(max_length=LONGEST)
    reply_workdays: int = Field(2, ge=1, le=30)


class OrderClosing(Shape):
    """What was found. `withdrawn`: the order itself is taken back."""

    finding: str = Field(max_length=LONGEST)
    withdrawn: bool = False


class OrderReceipt(Shape):
    """An order after an act."""

    number: str
    status: str
    round: int
    reply_due: DueDay


class OrderRow(Shape):
    """One order in a list. `left`: working days until the reply is due."""

    number: str
    title: Words
    subject: str
    office: Words
    status: str
    reply_due_on: date
    left: int | None
    is_mine: bool


class OrderPage(Shape):
    """The orders I may see, by the day their reply is due."""

    rows: list[OrderRow]
    next: str | None


class OrderLineOfHistory(Shape):
    """What happened to an order, by whom, in which words."""

    kind: str
    round: int
    by: Words
    words: str
    at: datetime


class LadderStep(Shape):
    """A warning or step that was taken before: to which post, and how many were told."""

    rule: str
    title: Words
    to: Words
    told: int
    at: datetime


class OrderWhole(OrderRow):
    """An order with its history."""

    reason: str
    ordered_by: Words
    finding: str
    history: list[OrderLineOfHistory]
    ladder: list[LadderStep]


class WeekOfOffice(Shape):
    """Items of one office that were due in one week, and how many were late."""

    office: str
    title: Words
    monday: date
    due: int
    late: int


class LateWork(Shape):
    """Late work by office and week, with the formula."""

    formula: Words
    rows: list[WeekOfOffice]


@router.get("/orders", response=OrderPage)
def list_orders(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = 20, closed: bool = False
) -> OrderPage:
    """Return the orders I may see; those that are closed on request."""
    account = officer(request)
    rows, following = page(
        reads.orders(account, closed=closed),
        place=lambda row: (row.reply_due.isoformat(), row.number),
        cursor=cursor,
        limit=limit,
    )
    return OrderPage(
        rows=[
            OrderRow(
                number=row.number,
                title=words(row.title),
                subject=row.subject,
                office=words(row.office),
                status=row.status,
                reply_due_on=row.reply_due,
                left=row.left,
                is_mine=row.is_mine,
            )
            for row in rows
        ],
        next=following,
    )


@router.post("/orders", response=OrderReceipt)
def write_order(
    request: HttpRequest, payload: OrderWritten, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Write an order, as the leader. One may be open about each thing."""
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(
            actions.order_subject(
                payload.kind,
                payload.key,
                by=account,
                reason=payload.reason,
                reply_workdays=payload.reply_workdays,
            )
        ),
    )


@router.get("/orders/{number}", response=OrderWhole)
def read_order(request: HttpRequest, number: Serial) -> OrderWhole:
    """Return an order with its history."""
    view = reads.order(number, account=officer(request))
    return OrderWhole(
        number=view.number,
        title=words(view.title),
        subject=view.subject,
        office=words(view.office),
        status=view.status,
        reply_due_on=view.reply_due,
        left=view.left,
        is_mine=view.may_reply or view.may_judge,
        reason=view.reason,
        ordered_by=words(view.ordered_by),
        finding=view.finding,
        history=[
            OrderLineOfHistory(
                kind=one.kind, round=one.round, by=words(one.by), words=one.words, at=one.at
            )
            for one in view.entries
        ],
        ladder=[
            LadderStep(
                rule=one.rule, title=words(one.title), to=words(one.to), told=one.told, at=one.at
            )
            for one in view.ladder
        ],
    )


@router.post("/orders/{number}/reply", response=OrderReceipt)
def reply_order(
    request: HttpRequest, number: Serial, payload: OrderReply, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Reply in writing, for the office. Of two at once, the second is told."""
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(actions.reply_order(number, by=account, words=payload.words)),
    )


@router.post("/orders/{number}/return", response=OrderReceipt)
def send_back_reply(
    request: HttpRequest, number: Serial, payload: OrderReturn, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Send a reply back with a reason, as the leader."""
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(
            actions.send_back_reply(
                number, by=account, words=payload.words, reply_workdays=payload.reply_workdays
            )
        ),
    )


@router.post("/orders/{number}/closing", response=OrderReceipt)
def close_order(
    request: HttpRequest,
    number: Serial,
    payload: OrderClosing,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Close an order with a finding, as the leader."""
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(
            actions.close_order(
                number, by=account, finding=payload.finding, withdrawn=payload.withdrawn
            )
        ),
    )


@router.get("/late-work", response=LateWork)
def read_late_work(request: HttpRequest, weeks: Weeks = 12) -> LateWork:
    """Return late work by office and week, for the leader."""
    rows = reads.late_work_for(officer(request), weeks=weeks)
    return LateWork(
        formula=words(reads.FORMULA),
        rows=[
            WeekOfOffice(
                office=row.office,
                title=words(row.title),
                monday=row.monday,
                due=row.due,
                late=row.late,
            )
            for row in rows
        ],
    )


def _receipt(order: Order) -> OrderReceipt:
    return OrderReceipt(
        number=order.number,
        status=order.status,
        round=order.round,
        reply_due=DueDay(day=order.reply_due, provisional=order.reply_due_provisional),
    )
