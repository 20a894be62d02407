"""Loans and grants of a firm: where each stands, the sheet of a loss, the cap table; applying."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field

from minsheng.api.callers import resident
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.v1.shapes import LARGEST_ID, Shape, Words, words
from minsheng.apps.loans import actions as loans
from minsheng.apps.loans import reads as loan_reads
from minsheng.apps.stakes import actions as stakes
from minsheng.apps.stakes import reads as stake_reads

router = Router()
LoanId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
StakeId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
MOST_FEN = 10**15


class LoanRow(Shape):
    """One loan of my firm. Amounts in fen."""

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


class LossRow(Shape):
    """How a loss was shared, or will be: two shares that sum to it. Amounts in fen."""

    loss_fen: int
    ratio: str
    guarantor_fen: int
    bank_fen: int
    back_guarantor_fen: int
    back_bank_fen: int
    over_fen: int
    is_final: bool


class LoanOne(Shape):
    """One loan with what is left of it; `loss` where it wasn't repaid."""

    loan: LoanRow
    agreed_fen: int
    left_fen: int
    due_on: date | None
    loss: LossRow | None
    may: list[str]


class LoanAsked(Shape):
    """What my firm asks for; `organisation`: a credit code, where I speak for several."""

    scheme: str = Field(max_length=60)
    rung: str = Field(max_length=60)
    bank: str = Field(max_length=60)
    amount_fen: int = Field(ge=1, le=MOST_FEN)
    months: int = Field(ge=1, le=600)
    purpose: str = Field(min_length=1, max_length=400)
    organisation: str = Field("", max_length=18)


class FinanceReceipt(Shape):
    """An application that was taken, and where it stands."""

    id: int
    state: str


class StakeRow(Shape):
    """One project of my firm. Amounts in fen."""

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


class HoldingRow(Shape):
    """A holder's part of the firm: an exact fraction such as "1/25", and rounded percent."""

    holder: str
    part: str
    percent: str


class StakeOne(Shape):
    """One project: what was approved and paid, the cap table before and after, what a sale brought."""

    stake: StakeRow
    approved_fen: int
    paid_fen: int
    before: list[HoldingRow]
    after: list[HoldingRow]
    proceeds_fen: int
    may: list[str]


class StakeAsked(Shape):
    """What my firm asks for; `organisation`: a credit code, where I speak for several."""

    scheme: str = Field(max_length=60)
    title: str = Field(min_length=1, max_length=120)
    purpose: str = Field(min_length=1, max_length=400)
    amount_fen: int = Field(ge=1, le=MOST_FEN)
    organisation: str = Field("", max_length=18)


@router.get("/firm/loans", response=LoanRows)
def list_my_loans(request: HttpRequest) -> LoanRows:
    """Return the loans of the firms for which I speak."""
    return LoanRows(rows=[_loan(one) for one in loan_reads.own_loans(resident(request))])


@router.post("/firm/loans", response=FinanceReceipt)
def apply_for_loan(
    request: HttpRequest, payload: LoanAsked, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Apply for a loan, as whoever speaks for the firm."""
    account = resident(request)

    def act() -> FinanceReceipt:
        made = loans.apply_for_loan(loans.Wanted(**payload.model_dump()), by=account)
        return FinanceReceipt(id=made.pk, state=made.state)

    return answer_once(request, idempotency_key, act)


@router.get("/firm/loans/{loan_id}", response=LoanOne)
def read_my_loan(request: HttpRequest, loan_id: LoanId) -> LoanOne:
    """Return one loan of my firm, with the sheet of its loss where there is one."""
    view = loan_reads.loan_view(loan_id, resident(request))
    sheet = view.sheet
    return LoanOne(
        loan=_loan(view.line),
        agreed_fen=view.agreed_fen,
        left_fen=view.left_fen,
        due_on=view.due_on,
        loss=None
        if sheet is None
        else LossRow(
            loss_fen=sheet.loss,
            ratio=str(sheet.ratio),
            guarantor_fen=sheet.shares.guarantor,
            bank_fen=sheet.shares.bank,
            back_guarantor_fen=sheet.back.guarantor,
            back_bank_fen=sheet.back.bank,
            over_fen=sheet.over,
            is_final=sheet.is_final,
        ),
        may=[one.act for one in view.may],
    )


@router.get("/firm/stakes", response=StakeRows)
def list_my_stakes(request: HttpRequest) -> StakeRows:
    """Return the projects of the firms for which I speak."""
    return StakeRows(rows=[_stake(one) for one in stake_reads.own_stakes(resident(request))])


@router.post("/firm/stakes", response=FinanceReceipt)
def apply_for_grant_money(
    request: HttpRequest, payload: StakeAsked, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Apply with a project, as whoever speaks for the firm."""
    account = resident(request)

    def act() -> FinanceReceipt:
        made = stakes.apply_for_grant(stakes.Wanted(**payload.model_dump()), by=account)
        return FinanceReceipt(id=made.pk, state=made.state)

    return answer_once(request, idempotency_key, act)


@router.get("/firm/stakes/{stake_id}", response=StakeOne)
def read_my_stake(request: HttpRequest, stake_id: StakeId) -> StakeOne:
    """Return one project of my firm, with its cap table before and after the conversion."""
    view = stake_reads.stake_view(stake_id, resident(request))
    return StakeOne(
        stake=_stake(view.line),
        approved_fen=view.approved_fen,
        paid_fen=view.paid_fen,
        before=[_holding(one) for one in (view.preview.before if view.preview else ())],
        after=[_holding(one) for one in (view.preview.after if view.preview else ())],
        proceeds_fen=view.proceeds_fen,
        may=[one.act for one in view.may],
    )


def _loan(one: loan_reads.LoanLine) -> LoanRow:
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


def _stake(one: stake_reads.StakeLine) -> StakeRow:
    return StakeRow(
        id=one.id,
        firm=one.firm,
        title=one.title,
        asked_fen=one.asked_fen,
        state=one.state,
        said=words(one.said),
        applied_on=one.applied_on,
    )


def _holding(one: stake_reads.Holding) -> HoldingRow:
    return HoldingRow(holder=one.holder, part=str(one.part), percent=one.percent)
