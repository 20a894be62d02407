"""Loans of firms: applied for, each step by whose it is, the sheet of a loss, the risk fund."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field

from minsheng.api.callers import officer, resident
from minsheng.api.mistakes import named_as_sent
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.paging import Cursor, Limit, page
from minsheng.api.uploads import refuse_body
from minsheng.api.v1.shapes import LARGEST_ID, Shape, Words, words
from minsheng.apps.loans import access, actions, reads
from minsheng.engines import lending

router = Router()
LoanId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
SchemeName = Annotated[str, Path(max_length=60, pattern=r"^[a-z][a-z0-9\-]*$")]
MOST_FEN = 10**15
LONGEST = 400


class LoanRow(Shape):
    """One loan. Amounts in fen."""

    id: int
    firm: str
    rung: Words
    bank: Words
    asked_fen: int
    state: str
    said: Words
    applied_on: date


class LoanRows(Shape):
    """The loans of my firms, newest first."""

    rows: list[LoanRow]


class DeskLoanRows(Shape):
    """Loans on which the next step is mine, the oldest first. `next`: the cursor of the next page."""

    rows: list[LoanRow]
    next: str | None


class LossRow(Shape):
    """How a loss was shared, or will be: two shares that sum to it. Amounts in fen.

    `back_…` came back since; `left_…` is what each still lacks; `over_fen` is the firm's.
    """

    lent_fen: int
    repaid_fen: int
    loss_fen: int
    ratio: str
    guarantor_fen: int
    bank_fen: int
    back_guarantor_fen: int
    back_bank_fen: int
    left_guarantor_fen: int
    left_bank_fen: int
    over_fen: int
    is_final: bool


class StepOpen(Shape):
    """A step that is open to me; `asks` names what has to come with it."""

    act: str
    said: Words
    asks: list[str]


class FinanceStep(Shape):
    """A step that was taken: by which side, when, and why."""

    said: Words
    side: Words
    amount_fen: int
    reason: str
    at: datetime


class LoanOne(Shape):
    """One loan with what is left of it; `loss` where it wasn't repaid; `may`: the acts open to me."""

    loan: LoanRow
    months: int
    purpose: str
    agreed_fen: int
    left_fen: int
    due_on: date | None
    reported_fen: int
    shares_interest: bool
    loss: LossRow | None
    steps: list[FinanceStep]
    open: list[StepOpen]
    may: list[str]


class LoanAsked(Shape):
    """What my firm asks for; `organisation`: a credit code, where I speak for several."""

    scheme: str = Field(max_length=60)
    rung: str = Field(max_length=60)
    bank: str = Field(max_length=60)
    amount_fen: int = Field(ge=1, le=MOST_FEN)
    months: int = Field(ge=1, le=600)
    purpose: str = Field(min_length=1, max_length=LONGEST)
    organisation: str = Field("", max_length=18)


class FirmLoanAct(Shape):
    """What a firm does with its loan: take the application back."""

    act: Literal["withdraw"]


class LoanAct(Shape):
    """The next step. What it needs is in `open` of the loan: a reason, an amount in fen, or neither."""

    act: lending.Act = Field(examples=["recommend"])
    reason: str = Field("", max_length=LONGEST)
    amount_fen: int = Field(0, ge=0, le=MOST_FEN)


class FinanceReceipt(Shape):
    """An application or a step that was taken, and where the matter stands."""

    id: int
    state: str


class LoanFund(Shape):
    """A risk fund, in fen: what is free, what is set aside for guarantees, what the pack puts in."""

    scheme: str
    title: Words
    fill_fen: int
    free_fen: int
    held_fen: int
    is_filled: bool
    may_fill: bool


class LoanFunds(Shape):
    """The funds I have to do with."""

    rows: list[LoanFund]


class FundFilled(Shape):
    """A fund or pool that was filled, now or before, and with how much."""

    scheme: str
    amount_fen: int


@router.get("/firm/loans", response=LoanRows)
def list_my_loans(request: HttpRequest) -> LoanRows:
    """Return the loans of the firms for which I speak."""
    return LoanRows(rows=[_loan(one) for one in reads.own_loans(resident(request))])


@router.post("/firm/loans", response=FinanceReceipt)
def apply_for_loan(
    request: HttpRequest, payload: LoanAsked, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Apply for a loan, as whoever speaks for the firm."""
    account = resident(request)

    def act() -> FinanceReceipt:
        with named_as_sent(amount="amount_fen"):
            made = actions.apply_for_loan(actions.Wanted(**payload.model_dump()), by=account)
        return FinanceReceipt(id=made.pk, state=made.state)

    return answer_once(request, idempotency_key, act)


@router.get("/firm/loans/{loan_id}", response=LoanOne)
def read_my_loan(request: HttpRequest, loan_id: LoanId) -> LoanOne:
    """Return one loan of my firm: each step, and the sheet of its loss where there is one."""
    return _one(reads.loan_view(loan_id, resident(request)))


@router.post("/firm/loans/{loan_id}/acts", response=FinanceReceipt)
def act_on_firm_loan(
    request: HttpRequest,
    loan_id: LoanId,
    payload: FirmLoanAct,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Take my firm's application back, before the loan is paid out."""
    account = resident(request)

    def act() -> FinanceReceipt:
        row = actions.take_step(loan_id, payload.act, actions.Said(), by=account)
        return FinanceReceipt(id=row.pk, state=row.state)

    return answer_once(request, idempotency_key, act)


@router.get("/desk/loans", response=DeskLoanRows)
def list_desk_loans(request: HttpRequest, cursor: Cursor = "", limit: Limit = 20) -> DeskLoanRows:
    """Return the loans on which the next step is mine, the oldest first."""
    account = officer(request)
    if not access.lends(account):
        raise access.not_yours()
    shown, after = page(
        reads.inbox(account), place=lambda one: (one.id,), cursor=cursor, limit=limit
    )
    return DeskLoanRows(rows=[_loan(one) for one in shown], next=after)


@router.get("/desk/loans/{loan_id}", response=LoanOne)
def read_desk_loan(request: HttpRequest, loan_id: LoanId) -> LoanOne:
    """Return one loan with what I may do: the centre, its bank, the guarantee body, the fund."""
    return _one(reads.loan_view(loan_id, officer(request)))


@router.post("/desk/loans/{loan_id}/acts", response=FinanceReceipt)
def act_on_loan(
    request: HttpRequest, loan_id: LoanId, payload: LoanAct, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Take the next step of a loan: recommend, agree, guarantee, pay out, claim a loss, share it…

    A loss, and what came back of it, is confirmed by another person than reported it.
    """
    account = officer(request)
    said = actions.Said(reason=payload.reason, amount_fen=payload.amount_fen)

    def act() -> FinanceReceipt:
        with named_as_sent(amount="amount_fen"):
            row = actions.take_step(loan_id, payload.act, said, by=account)
        return FinanceReceipt(id=row.pk, state=row.state)

    return answer_once(request, idempotency_key, act)


@router.get("/desk/loan-funds", response=LoanFunds)
def list_loan_funds(request: HttpRequest) -> LoanFunds:
    """Return the risk funds I have to do with."""
    account = officer(request)
    if not access.lends(account):
        raise access.not_yours()
    return LoanFunds(
        rows=[
            LoanFund(
                scheme=one.terms.scheme,
                title=words(one.terms.title),
                fill_fen=one.terms.fund.yuan * 100,
                free_fen=one.free_fen,
                held_fen=one.held_fen,
                is_filled=one.is_filled,
                may_fill=one.may_fill,
            )
            for one in reads.funds(account)
        ]
    )


@router.post("/desk/loan-funds/{fund_scheme}/fill", response=FundFilled)
def fill_loan_fund(
    request: HttpRequest, fund_scheme: SchemeName, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Put into the risk fund what the pack says; once, now or before."""
    refuse_body(request)
    account = officer(request)

    def act() -> FundFilled:
        actions.fill_fund(fund_scheme, by=account)
        return FundFilled(
            scheme=fund_scheme, amount_fen=reads.terms_of(fund_scheme).fund.yuan * 100
        )

    return answer_once(request, idempotency_key, act)


def _loan(one: reads.LoanLine) -> LoanRow:
    return LoanRow(
        id=one.id,
        firm=one.firm,
        rung=words(one.rung),
        bank=words(one.bank),
        asked_fen=one.asked_fen,
        state=one.state,
        said=words(one.said),
        applied_on=one.applied_on,
    )


def _one(view: reads.LoanView) -> LoanOne:
    return LoanOne(
        loan=_loan(view.line),
        months=view.months,
        purpose=view.purpose,
        agreed_fen=view.agreed_fen,
        left_fen=view.left_fen,
        due_on=view.due_on,
        reported_fen=view.reported_fen,
        shares_interest=view.shares_interest,
        loss=_loss(view.sheet) if view.sheet else None,
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


def _loss(sheet: reads.LossSheet) -> LossRow:
    return LossRow(
        lent_fen=sheet.lent,
        repaid_fen=sheet.repaid,
        loss_fen=sheet.loss,
        ratio=str(sheet.ratio),
        guarantor_fen=sheet.shares.guarantor,
        bank_fen=sheet.shares.bank,
        back_guarantor_fen=sheet.back.guarantor,
        back_bank_fen=sheet.back.bank,
        left_guarantor_fen=sheet.left.guarantor,
        left_bank_fen=sheet.left.bank,
        over_fen=sheet.over,
        is_final=sheet.is_final,
    )
