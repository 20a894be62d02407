"""Points: mine and how they were earned, speaking up, the exchange shop; the desk of a circle."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field

from minsheng.api.callers import officer, resident
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.v1.shapes import LARGEST_ID, Shape, Words, words
from minsheng.apps.points import actions, reads
from minsheng.apps.points.reads import CircleDesk, Listed, Membership, StatementRow, Waiting

if TYPE_CHECKING:
    from minsheng.apps.points.models import Exchange

router = Router()
Key = Annotated[str, Path(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9_\-]*$")]
Number = Annotated[int, Path(ge=1, le=LARGEST_ID)]
WORDS_LIMIT = 300


class PointsBalance(Shape):
    """What I have in one scheme. Amounts are whole units; `said` are the same in words."""

    scheme: str
    circle: str
    title: Words
    number: int
    usable: int
    held: int
    usable_said: Words
    ends_on: date | None
    ending: int


class MyPoints(Shape):
    """Every scheme I take part in."""

    rows: list[PointsBalance]


class PointsEntry(Shape):
    """One entry of a statement, with the balance after it and the rule it follows from."""

    posting: int
    on: date
    kind: str
    what: Words
    amount: int
    balance: int
    source: Words
    mark: str


class PointsLine(Shape):
    """One proposal, masked as the pack says. `times` and `points` follow from the rules."""

    id: int
    who: Words
    item: str
    title: Words
    day: date
    times: int
    points: int
    state: str
    was_corrected: bool
    public_until: date | None
    may_object: bool
    open_objections: int


class PointsStatement(Shape):
    """My points in one scheme: entries newest first, and the lines that don't count yet."""

    balance: PointsBalance
    rows: list[PointsEntry]
    waiting: list[PointsLine]


class PublicPoints(Shape):
    """One list that is public."""

    scheme: str
    circle: str
    number: int
    published_on: date
    last_day: date
    lines: list[PointsLine]


class AllPublicPoints(Shape):
    """The lists that are public now."""

    rows: list[PublicPoints]


class PointsObjection(Shape):
    """What is wrong."""

    words: str = Field(min_length=1, max_length=WORDS_LIMIT)


class ObjectionReceipt(Shape):
    """It is kept; somebody else decides."""

    id: int
    at: datetime


class PointsOrder(Shape):
    """Which good."""

    good: str = Field(min_length=1, max_length=40)


class ExchangeReceipt(Shape):
    """An order. The code is read with a GET, so that it isn't kept with the answer."""

    id: int
    good: str
    price: int
    state: str
    ready_until: date


class ExchangeWhole(ExchangeReceipt):
    """My order with the code that hands it over, once."""

    title: Words
    code: str


class ShelfLine(Shape):
    """One good of the shop."""

    good: str
    title: Words
    price: int
    left: int
    is_enough: bool


class Shop(Shape):
    """What there is to exchange for."""

    rows: list[ShelfLine]


class NewProposal(Shape):
    """Who did what, on which day. `number` is the participant's in the circle."""

    number: int = Field(ge=1, le=10**6)
    item: str = Field(min_length=1, max_length=40)
    day: date
    times: int = Field(1, ge=1, le=10**4)
    note: str = Field("", max_length=WORDS_LIMIT)


class ProposalReceipt(Shape):
    """A proposal and what it earns once it was public."""

    id: int
    times: int
    points: int
    state: str


class ListReceipt(Shape):
    """A list that is public until its last day."""

    number: int
    last_day: date
    lines: int


class ObjectionDecision(Shape):
    """`times` corrects the line, 0 drops it, nothing leaves it as it was."""

    times: int | None = Field(None, ge=0, le=10**4)


class DecisionReceipt(Shape):
    """How the objection was decided."""

    outcome: str


class PickupCode(Shape):
    """The code that somebody shows."""

    code: str = Field(min_length=1, max_length=40)


class StockChange(Shape):
    """How many came in; below zero: were taken out."""

    good: str = Field(min_length=1, max_length=40)
    count: int = Field(ge=-(10**4), le=10**4)


class StockReceipt(Shape):
    """How many there are now."""

    good: str
    left: int


class ReversalReceipt(Shape):
    """The posting that undid another."""

    posting: int


class CircleWork(Shape):
    """What waits in one circle for my duties there."""

    scheme: str
    circle: str
    title: Words
    duties: list[str]
    participants: int
    proposed: int
    published: int
    objections: int
    orders: int


class PointsDesk(Shape):
    """The circles in which I have a duty."""

    rows: list[CircleWork]


@router.get("/points", response=MyPoints)
def list_my_points(request: HttpRequest) -> Any:
    """Every scheme that I or my household take part in, and what there is."""
    return {"rows": [_balance(one) for one in reads.memberships(resident(request))]}


@router.get("/points/public", response=AllPublicPoints, auth=None)
def list_public_points(request: HttpRequest) -> Any:
    """The lists that are public now: numbers, and masked names where the pack says so."""
    return {"rows": [_listed(one) for one in reads.public_lists()]}


@router.get("/points/desk", response=PointsDesk)
def list_points_desk(request: HttpRequest) -> Any:
    """The circles in which I have a duty, and what waits there."""
    return {"rows": [_work(one) for one in reads.desk(officer(request))]}


@router.post("/points/{scheme}/{circle}/participation", response=PointsBalance)
def join_points(
    request: HttpRequest, scheme: Key, circle: Key, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Take part in a circle; where the pack says so, with the household."""
    account = resident(request)

    def act() -> PointsBalance:
        row = actions.join(scheme, circle, by=account)
        mine = next(m for m in reads.memberships(account) if m.participant.pk == row.pk)
        return PointsBalance.model_validate(_balance(mine))

    return answer_once(request, idempotency_key, act)


@router.get("/points/{scheme}/statement", response=PointsStatement)
def read_points(request: HttpRequest, scheme: Key) -> Any:
    """My statement in one scheme, and what doesn't count yet."""
    mine = reads.mine(scheme, account=resident(request))
    return {
        "balance": _balance(mine.membership),
        "rows": [_entry(row) for row in mine.rows],
        "waiting": [_line(line) for line in mine.waiting],
    }


@router.get("/points/{scheme}/shop", response=Shop)
def read_points_shop(request: HttpRequest, scheme: Key) -> Any:
    """What I can exchange my points for."""
    _, shelves = reads.shop(scheme, account=resident(request))
    return {
        "rows": [
            {
                "good": shelf.good.key,
                "title": words(shelf.good.title),
                "price": shelf.good.price,
                "left": shelf.left,
                "is_enough": shelf.is_enough,
            }
            for shelf in shelves
        ]
    }


@router.post("/points/{scheme}/orders", response=ExchangeReceipt)
def order_good(
    request: HttpRequest, scheme: Key, payload: PointsOrder, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Order one good: its points are set aside until it is handed over, cancelled or given up."""
    account = resident(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _order(actions.order(scheme, payload.good, by=account)),
    )


@router.get("/points/orders/{order}", response=ExchangeWhole)
def read_points_order(request: HttpRequest, order: Number) -> Any:
    """My order with its code."""
    found = reads.exchange(order, account=resident(request))
    return {
        **_order(found.row).model_dump(),
        "title": words(found.title),
        "code": found.row.code,
    }


@router.post("/points/orders/{order}/cancellation", response=ExchangeReceipt)
def cancel_points_order(
    request: HttpRequest, order: Number, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Cancel my order before it is handed over: the points are back."""
    account = resident(request)
    return answer_once(request, idempotency_key, lambda: _order(actions.cancel(order, by=account)))


@router.post("/points/orders/{order}/return", response=ExchangeReceipt)
def take_back_good(
    request: HttpRequest, order: Number, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Take back what was handed over: points and stock are as before."""
    account = officer(request)
    return answer_once(
        request, idempotency_key, lambda: _order(actions.take_back(order, by=account))
    )


@router.post("/points/proposals/{proposal}/objections", response=ObjectionReceipt)
def object_to_points(
    request: HttpRequest,
    proposal: Number,
    payload: PointsObjection,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Speak up against a line that is public, as somebody who takes part in its circle."""
    account = resident(request)

    def act() -> ObjectionReceipt:
        made = actions.object_to(proposal, payload.words, by=account)
        return ObjectionReceipt(id=made.pk, at=made.at)

    return answer_once(request, idempotency_key, act)


@router.post("/points/{scheme}/{circle}/proposals", response=ProposalReceipt)
def propose_points(
    request: HttpRequest,
    scheme: Key,
    circle: Key,
    payload: NewProposal,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Record that a participant did something; the rules say what it earns."""
    account = officer(request)

    def act() -> ProposalReceipt:
        made = actions.propose(
            scheme,
            circle,
            payload.number,
            item=payload.item,
            day=payload.day,
            times=payload.times,
            note=payload.note,
            by=account,
        )
        return ProposalReceipt(id=made.pk, times=made.times, points=made.points, state=made.state)

    return answer_once(request, idempotency_key, act)


@router.post("/points/{scheme}/{circle}/lists", response=ListReceipt)
def publish_points(
    request: HttpRequest, scheme: Key, circle: Key, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Make public whatever was proposed in a circle and isn't yet."""
    account = officer(request)

    def act() -> ListReceipt:
        made = actions.publish(scheme, circle, by=account)
        return ListReceipt(number=made.number, last_day=made.last_day, lines=made.proposals.count())

    return answer_once(request, idempotency_key, act)


@router.post("/points/objections/{objection}/decision", response=DecisionReceipt)
def decide_points_objection(
    request: HttpRequest,
    objection: Number,
    payload: ObjectionDecision,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Decide an objection, as somebody who neither proposed, published nor objected."""
    account = officer(request)

    def act() -> DecisionReceipt:
        row = actions.decide_objection(objection, times=payload.times, by=account)
        return DecisionReceipt(outcome=row.outcome)

    return answer_once(request, idempotency_key, act)


@router.post("/points/proposals/{proposal}/reversal", response=ReversalReceipt)
def reverse_points(
    request: HttpRequest, proposal: Number, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Undo what a proposal has posted; both stay in the statement."""
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: ReversalReceipt(posting=actions.reverse_proposal(proposal, by=account).pk),
    )


@router.post("/points/{scheme}/{circle}/pickups", response=ExchangeReceipt)
def hand_over_good(
    request: HttpRequest,
    scheme: Key,
    circle: Key,
    payload: PickupCode,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Hand over the order whose code is shown: once."""
    account = officer(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _order(actions.hand_over(scheme, circle, payload.code, by=account)),
    )


@router.post("/points/{scheme}/{circle}/stock", response=StockReceipt)
def stock_goods(
    request: HttpRequest,
    scheme: Key,
    circle: Key,
    payload: StockChange,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Say how many of a good came into the shop."""
    account = officer(request)

    def act() -> StockReceipt:
        row = actions.add_stock(scheme, circle, payload.good, payload.count, by=account)
        return StockReceipt(good=row.good, left=row.left)

    return answer_once(request, idempotency_key, act)


def _balance(one: Membership) -> dict[str, Any]:
    return {
        "scheme": one.scheme.scheme,
        "circle": one.circle.key,
        "title": words(one.scheme.title),
        "number": one.participant.number,
        "usable": one.balance.usable,
        "held": one.balance.held,
        "usable_said": words(one.usable),
        "ends_on": one.balance.ends_on,
        "ending": one.balance.ending,
    }


def _entry(row: StatementRow) -> dict[str, Any]:
    return {
        "posting": row.entry.posting.pk,
        "on": row.entry.row.on,
        "kind": row.entry.row.kind,
        "what": words(row.what),
        "amount": row.entry.row.amount,
        "balance": row.entry.row.balance,
        "source": words(row.source),
        "mark": row.mark,
    }


def _line(line: Waiting) -> dict[str, Any]:
    row = line.proposal
    return {
        "id": row.pk,
        "who": words(line.who),
        "item": row.item,
        "title": words(line.item.title),
        "day": row.day,
        "times": row.times,
        "points": row.points,
        "state": row.state,
        "was_corrected": row.was_corrected,
        "public_until": row.public_list.last_day if row.public_list else None,
        "may_object": line.may_object,
        "open_objections": line.objections,
    }


def _listed(one: Listed) -> dict[str, Any]:
    return {
        "scheme": one.scheme.scheme,
        "circle": one.circle.key,
        "number": one.row.number,
        "published_on": one.row.published_on,
        "last_day": one.row.last_day,
        "lines": [_line(line) for line in one.lines],
    }


def _order(row: Exchange) -> ExchangeReceipt:
    return ExchangeReceipt(
        id=row.pk,
        good=row.good,
        price=row.price,
        state=row.state,
        ready_until=row.ready_until,
    )


def _work(one: CircleDesk) -> dict[str, Any]:
    return {
        "scheme": one.scheme.scheme,
        "circle": one.circle.key,
        "title": words(one.circle.title),
        "duties": sorted(one.duties),
        "participants": one.participants,
        "proposed": len(one.proposed),
        "published": len(one.published),
        "objections": len(one.objected),
        "orders": one.orders,
    }
