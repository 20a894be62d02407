"""Grants that turn into shares: applied for, experts, parts of the money, the cap table, the sale."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field

from minsheng.api.callers import officer, resident
from minsheng.api.mistakes import named_as_sent
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.paging import Cursor, Limit, page
from minsheng.api.uploads import refuse_body
from minsheng.api.v1.loans import (
    MOST_FEN,
    FinanceReceipt,
    FinanceStep,
    FundFilled,
    SchemeName,
    StepOpen,
)
from minsheng.api.v1.shapes import LARGEST_ID, Shape, Words, words
from minsheng.apps.stakes import access, actions, reads
from minsheng.engines import equity

router = Router()
StakeId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
PartId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Held = Annotated[int, Field(ge=1, le=10**12)]
LONGEST = 400
PAYMENTS = {
    "order": actions.order_payment,
    "pay": actions.confirm_payment,
    "stop": actions.stop_payment,
}
HERE = {
    "amount": "amount_fen",
    "pre_money": "pre_money_fen",
    "new_money": "new_money_fen",
    "value": "value_fen",
}
"""How the fields of a form are called here, where amounts are in fen."""


class StakeRow(Shape):
    """One project. Amounts in fen."""

    id: int
    firm: str
    title: str
    asked_fen: int
    state: str
    said: Words
    applied_on: date


class StakeRows(Shape):
    """The projects of my firms, newest first."""

    rows: list[StakeRow]


class DeskStakeRows(Shape):
    """Projects on which something is mine to do, the oldest first. `next`: the cursor."""

    rows: list[StakeRow]
    next: str | None


class HoldingRow(Shape):
    """A holder's part of the firm: an exact fraction such as "1/25", and rounded percent."""

    holder: str
    part: str
    percent: str


class StakePart(Shape):
    """One part of the money: from which day, on what condition, and how far it is. `may`: my acts."""

    id: int
    title: Words
    fen: int
    from_on: date
    needs: str
    state: str
    said: Words
    paid_on: date | None
    may: list[str]


class StakeOpinion(Shape):
    """An expert's opinion without the expert's name. With an interest it isn't counted."""

    about: str
    agrees: bool
    has_interest: bool
    words: str


class StakeConversion(Shape):
    """Every number on the way from the value before new money to what is issued.

    Prices are exact fractions of fen for one unit held; `capped` is null where there is no cap.
    """

    principal_fen: int
    held_before: str
    round_price: str
    discounted: str
    capped: str | None
    price: str
    asked: str
    issued: str


class StakeOne(Shape):
    """One project whole: the money in parts, opinions, the cap table before and after, the sale."""

    stake: StakeRow
    purpose: str
    approved_fen: int
    paid_fen: int
    contracted_on: date | None
    parts: list[StakePart]
    opinions: list[StakeOpinion]
    event: str
    investor: str
    pre_money_fen: int
    new_money_fen: int
    conversion: StakeConversion | None
    before: list[HoldingRow]
    after: list[HoldingRow]
    now: list[HoldingRow]
    way: str
    buyer: str
    value_fen: int
    proceeds_fen: int
    days_held: int
    steps: list[FinanceStep]
    open: list[StepOpen]
    may: list[str]


class StakeAsked(Shape):
    """What my firm asks for; `organisation`: a credit code, where I speak for several."""

    scheme: str = Field(max_length=60)
    title: str = Field(min_length=1, max_length=120)
    purpose: str = Field(min_length=1, max_length=LONGEST)
    amount_fen: int = Field(ge=1, le=MOST_FEN)
    organisation: str = Field("", max_length=18)


class FirmStakeAct(Shape):
    """What a firm does with its project: take the application back."""

    act: Literal["withdraw"]


class StakeAct(Shape):
    """The next step. What it needs is in `open` of the project; the rest stays empty.

    `holdings`: who holds how much before the conversion, natural persons by their role.
    """

    act: equity.Act = Field(examples=["check"])
    reason: str = Field("", max_length=LONGEST)
    amount_fen: int = Field(0, ge=0, le=MOST_FEN)
    event: str = Field("", max_length=20)
    investor: str = Field("", max_length=80)
    pre_money_fen: int = Field(0, ge=0, le=MOST_FEN)
    new_money_fen: int = Field(0, ge=0, le=MOST_FEN)
    holdings: dict[str, Held] = Field(default_factory=dict, max_length=50)
    way: str = Field("", max_length=20)
    buyer: str = Field("", max_length=80)
    value_fen: int = Field(0, ge=0, le=MOST_FEN)


class StakeWord(Shape):
    """My opinion as an expert; the firm reads it without my name."""

    agrees: bool
    has_interest: bool
    words: str = Field(max_length=LONGEST)


class PartAct(Shape):
    """Order a part of the money, pay it, or give back what was set aside for it."""

    act: Literal["order", "pay", "stop"]


class PartReceipt(Shape):
    """A part of the money, and how far it is."""

    id: int
    state: str
    fen: int


class StakePool(Shape):
    """The pool of a scheme, in fen: what is free, what is ordered, what the pack puts in."""

    scheme: str
    title: Words
    fill_fen: int
    free_fen: int
    held_fen: int
    is_filled: bool
    may_fill: bool


class StakePools(Shape):
    """The pools I have to do with."""

    rows: list[StakePool]


@router.get("/firm/stakes", response=StakeRows)
def list_my_stakes(request: HttpRequest) -> StakeRows:
    """Return the projects of the firms for which I speak."""
    return StakeRows(rows=[_stake(one) for one in reads.own_stakes(resident(request))])


@router.post("/firm/stakes", response=FinanceReceipt)
def apply_for_grant_money(
    request: HttpRequest, payload: StakeAsked, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Apply with a project, as whoever speaks for the firm."""
    account = resident(request)

    def act() -> FinanceReceipt:
        with named_as_sent(**HERE):
            made = actions.apply_for_grant(actions.Wanted(**payload.model_dump()), by=account)
        return FinanceReceipt(id=made.pk, state=made.state)

    return answer_once(request, idempotency_key, act)


@router.get("/firm/stakes/{stake_id}", response=StakeOne)
def read_my_stake(request: HttpRequest, stake_id: StakeId) -> StakeOne:
    """Return one project of my firm, with its cap table before and after the conversion."""
    return _one(reads.stake_view(stake_id, resident(request)))


@router.post("/firm/stakes/{stake_id}/acts", response=FinanceReceipt)
def act_on_firm_stake(
    request: HttpRequest,
    stake_id: StakeId,
    payload: FirmStakeAct,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Take my firm's application back, before there is a contract."""
    account = resident(request)

    def act() -> FinanceReceipt:
        row = actions.take_step(stake_id, payload.act, actions.Said(), by=account)
        return FinanceReceipt(id=row.pk, state=row.state)

    return answer_once(request, idempotency_key, act)


@router.get("/desk/stakes", response=DeskStakeRows)
def list_desk_stakes(request: HttpRequest, cursor: Cursor = "", limit: Limit = 20) -> DeskStakeRows:
    """Return the projects on which something is mine to do, the oldest first."""
    account = officer(request)
    if not access.has_part(account):
        raise access.not_yours()
    shown, after = page(
        reads.inbox(account), place=lambda one: (one.id,), cursor=cursor, limit=limit
    )
    return DeskStakeRows(rows=[_stake(one) for one in shown], next=after)


@router.get("/desk/stakes/{stake_id}", response=StakeOne)
def read_desk_stake(request: HttpRequest, stake_id: StakeId) -> StakeOne:
    """Return one project with what I may do: the centre, experts, the bureau, the holding company."""
    return _one(reads.stake_view(stake_id, officer(request)))


@router.post("/desk/stakes/{stake_id}/acts", response=FinanceReceipt)
def act_on_stake(
    request: HttpRequest, stake_id: StakeId, payload: StakeAct, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Take the next step: check, approve, the mid-term check, a trigger, conversion, sale, write-off…

    A conversion and a sale are confirmed by another person than proposed them.
    """
    account = officer(request)
    said = actions.Said(**payload.model_dump(exclude={"act"}))

    def act() -> FinanceReceipt:
        with named_as_sent(**HERE):
            row = actions.take_step(stake_id, payload.act, said, by=account)
        return FinanceReceipt(id=row.pk, state=row.state)

    return answer_once(request, idempotency_key, act)


@router.post("/desk/stakes/{stake_id}/opinion", response=FinanceReceipt)
def give_stake_opinion(
    request: HttpRequest,
    stake_id: StakeId,
    payload: StakeWord,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Give my opinion as an expert, once; it is about the project, or about writing it off."""
    account = officer(request)

    def act() -> FinanceReceipt:
        given = actions.give_opinion(stake_id, actions.Word(**payload.model_dump()), by=account)
        return FinanceReceipt(id=stake_id, state=given.stake.state)

    return answer_once(request, idempotency_key, act)


@router.post("/desk/stakes/{stake_id}/experts", response=FinanceReceipt)
def ask_stake_experts(
    request: HttpRequest, stake_id: StakeId, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Ask the experts, as the bureau, whether a project may be written off; each has until a day."""
    refuse_body(request)
    account = officer(request)

    def act() -> FinanceReceipt:
        row = actions.ask_experts(stake_id, by=account)
        return FinanceReceipt(id=row.pk, state=row.state)

    return answer_once(request, idempotency_key, act)


@router.post("/desk/stake-parts/{part_id}/acts", response=PartReceipt)
def act_on_stake_part(
    request: HttpRequest, part_id: PartId, payload: PartAct, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Order a part of the money as the bureau, pay it as the holding company, or stop it."""
    account = officer(request)

    def act() -> PartReceipt:
        row = PAYMENTS[payload.act](part_id, by=account)
        return PartReceipt(id=row.pk, state=row.state, fen=row.fen)

    return answer_once(request, idempotency_key, act)


@router.get("/desk/stake-pools", response=StakePools)
def list_stake_pools(request: HttpRequest) -> StakePools:
    """Return the pools I have to do with."""
    account = officer(request)
    if not access.has_part(account):
        raise access.not_yours()
    return StakePools(
        rows=[
            StakePool(
                scheme=one.terms.scheme,
                title=words(one.terms.title),
                fill_fen=one.terms.fund.yuan * 100,
                free_fen=one.free_fen,
                held_fen=one.held_fen,
                is_filled=one.is_filled,
                may_fill=one.may_fill,
            )
            for one in reads.pools(account)
        ]
    )


@router.post("/desk/stake-pools/{fund_scheme}/fill", response=FundFilled)
def fill_stake_pool(
    request: HttpRequest, fund_scheme: SchemeName, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Put into the pool what the pack says; once, now or before."""
    refuse_body(request)
    account = officer(request)

    def act() -> FundFilled:
        actions.fill_pool(fund_scheme, by=account)
        return FundFilled(
            scheme=fund_scheme, amount_fen=reads.terms_of(fund_scheme).fund.yuan * 100
        )

    return answer_once(request, idempotency_key, act)


def _stake(one: reads.StakeLine) -> StakeRow:
    return StakeRow(
        id=one.id,
        firm=one.firm,
        title=one.title,
        asked_fen=one.asked_fen,
        state=one.state,
        said=words(one.said),
        applied_on=one.applied_on,
    )


def _one(view: reads.StakeView) -> StakeOne:
    preview = view.preview
    return StakeOne(
        stake=_stake(view.line),
        purpose=view.purpose,
        approved_fen=view.approved_fen,
        paid_fen=view.paid_fen,
        contracted_on=view.contracted_on,
        parts=[_part(one) for one in view.parts],
        opinions=[
            StakeOpinion(
                about=one.about,
                agrees=one.agrees,
                has_interest=one.has_interest,
                words=one.words,
            )
            for one in view.words
        ],
        event=view.event,
        investor=view.investor,
        pre_money_fen=view.pre_money_fen,
        new_money_fen=view.new_money_fen,
        conversion=_conversion(preview) if preview else None,
        before=_holdings(preview.before if preview else ()),
        after=_holdings(preview.after if preview else ()),
        now=_holdings(view.holdings),
        way=view.way,
        buyer=view.buyer,
        value_fen=view.value_fen,
        proceeds_fen=view.proceeds_fen,
        days_held=view.days_held,
        steps=[
            FinanceStep(
                said=words(one.said),
                side=words(one.side),
                amount_fen=one.amount_fen,
                reason=one.reason,
                at=one.at,
            )
            for one in view.steps
        ],
        open=[StepOpen(act=one.act, said=words(one.said), asks=list(one.asks)) for one in view.may],
        may=[one.act for one in view.may],
    )


def _part(one: reads.Part) -> StakePart:
    return StakePart(
        id=one.id,
        title=words(one.title),
        fen=one.fen,
        from_on=one.from_on,
        needs=one.needs,
        state=one.state,
        said=words(one.said),
        paid_on=one.paid_on,
        may=sorted(one.may),
    )


def _conversion(preview: reads.Preview) -> StakeConversion:
    made = preview.made
    return StakeConversion(
        principal_fen=preview.principal_fen,
        held_before=str(made.before.total),
        round_price=str(made.round_price),
        discounted=str(made.discounted),
        capped=None if made.capped is None else str(made.capped),
        price=str(made.price),
        asked=str(made.asked),
        issued=str(made.issued),
    )


def _holdings(holdings: Iterable[reads.Holding]) -> list[HoldingRow]:
    return [
        HoldingRow(holder=one.holder, part=str(one.part), percent=one.percent) for one in holdings
    ]
