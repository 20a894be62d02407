"""What I get: apply for it, see what came and how it was worked out, answer what is asked back."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from ninja import Path, Router
from pydantic import Field

from minsheng.api.callers import resident
from minsheng.api.languages import language_of
from minsheng.api.mistakes import named_as_sent
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.v1.shapes import LARGEST_ID, Shape, Words, binary, words
from minsheng.apps.grants import actions, printed, reads
from minsheng.apps.grants.recoveries import Asked, Part
from minsheng.apps.grants.sheets import Row, Sheet
from minsheng.apps.payouts import actions as payouts

router = Router()
PDF = "application/pdf"
State = Literal["claimed", "decided", "running", "refused", "ended"]
Paid = Literal["reserved", "batched", "paid", "failed", "reversed"]
GrantId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


class GrantRow(Shape):
    """One award of mine: what was paid so far, in fen."""

    grant: int
    policy: str
    title: Words
    state: State
    from_month: date
    months: int
    paid_fen: int


class GrantRows(Shape):
    """My awards, the newest first; `account` is the masked bank account, or empty."""

    rows: list[GrantRow]
    account: str


class GrantMonth(Shape):
    """One month: what it comes to and how far it is."""

    id: int
    month: date
    amount_fen: int
    state: Paid


class SheetLine(Shape):
    """A condition with its evidence, a fact or a number with its value, source and mark."""

    label: Words
    value: Words
    verdict: str
    source: str
    cite: Words
    mark: str


class GrantSheet(Shape):
    """How it was worked out: conditions, facts, numbers, and the amount in fen."""

    judged_on: date
    conditions: list[SheetLine]
    facts: list[SheetLine]
    numbers: list[SheetLine]
    amount_fen: int | None


class GrantPart(Shape):
    """One part of the plan by which money is repaid."""

    number: int
    months: list[date]
    due_fen: int
    is_repaid: bool


class GrantAsked(Shape):
    """What is asked back: the ground, how much, until when I can speak, what was said, the plan."""

    recovery: int
    ground: Words
    state: str
    due_fen: int
    hear_until: date
    months: list[date]
    words: str
    answer: str
    closing: str
    parts: list[GrantPart]
    may: list[str]


class GrantPage(GrantRow):
    """One award whole. `words`: what the office wrote to me; `may`: what I can do with it now."""

    paid_months: list[GrantMonth]
    sheet: GrantSheet | None
    asked_back: list[GrantAsked]
    words: str
    may: list[str]


class GrantWish(Shape):
    """What to apply for; the bank account is needed once."""

    policy: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[a-z][a-z0-9\-]*$")]
    account: Annotated[str, Field(max_length=60)] = ""


class GrantAct(Shape):
    """What I do with an award of mine: end it or take my claim back; object, with words."""

    act: Literal["give_up", "object"]
    words: str = Field("", max_length=2000)


class GrantAnswer(Shape):
    """What I say to that money is asked back of me; once."""

    words: str = Field(min_length=1, max_length=2000, examples=["那几个月我确实没有工作。"])


class BankAccount(Shape):
    """The bank account my money goes to, in my own name."""

    account: str = Field(max_length=60, examples=["6222020000000000000"])


class BankAccountKept(Shape):
    """The account as it is shown from now on: the last four digits."""

    masked: str


class RecoverySaid(Shape):
    """A recovery, and where it stands."""

    recovery: int
    state: str


class GrantMade(Shape):
    """The award that was applied for, or changed."""

    grant: int
    state: State


@router.get("/me/grants", response=GrantRows)
def list_my_grants(request: HttpRequest) -> Any:
    """What I applied for and get."""
    me = resident(request)
    purse = reads.own_purse(me)
    return {
        "rows": [_row(one) for one in reads.own_grants(me)],
        "account": purse.masked if purse else "",
    }


@router.get("/me/grants/{grant_id}", response=GrantPage)
def read_my_grant(request: HttpRequest, grant_id: GrantId) -> Any:
    """One award: each month, how it was decided, what is asked back."""
    view = reads.own_view(grant_id, account=resident(request))
    paid = [row for row, _ in view.instalments if row.state == "paid"]
    return {
        "grant": view.grant.pk,
        "policy": view.grant.policy,
        "title": words(view.policy.title),
        "state": view.grant.state,
        "from_month": view.grant.from_month,
        "months": len(paid),
        "paid_fen": view.paid_fen,
        "paid_months": [
            {
                "id": row.pk,
                "month": row.month,
                "amount_fen": row.amount_fen,
                "state": row.state,
            }
            for row, _ in view.instalments
        ],
        "sheet": sheet_of(view.sheet) if view.sheet else None,
        "asked_back": [_asked(one) for one in view.asked_back],
        "words": view.words,
        "may": sorted(view.may),
    }


@router.get("/me/grants/{grant_id}/sheet", response={200: None}, openapi_extra=binary(PDF))
def read_my_grant_sheet(request: HttpRequest, grant_id: GrantId) -> HttpResponse:
    """The decision on my award as a signed PDF, in the language I ask for."""
    lang = language_of(request)
    content = printed.own_sheet(grant_id, account=resident(request), language=lang)
    return pdf(content, f"grant-{grant_id}-{lang}.pdf")


@router.get("/me/grant-months/{instalment_id}", response=GrantSheet)
def read_my_grant_month(request: HttpRequest, instalment_id: GrantId) -> Any:
    """How one month of mine was worked out."""
    _, sheet = reads.own_instalment(instalment_id, account=resident(request))
    return sheet_of(sheet)


@router.put("/me/bank-account", response=BankAccountKept)
def name_my_bank_account(request: HttpRequest, payload: BankAccount) -> BankAccountKept:
    """Keep the bank account my money goes to, in place of an earlier one."""
    return BankAccountKept(masked=payouts.name_account(resident(request), payload.account).masked)


@router.post("/me/grants/{grant_id}/acts", response=GrantMade)
def act_on_my_grant(
    request: HttpRequest, grant_id: GrantId, payload: GrantAct, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """End an award of mine or take my claim back, what is set aside is still paid; or object."""
    me = resident(request)

    def act() -> GrantMade:
        with named_as_sent(objection="words"):
            row = (
                actions.give_up(grant_id, by=me)
                if payload.act == "give_up"
                else actions.object_to(grant_id, payload.words, by=me)
            )
        return GrantMade(grant=row.pk, state=row.state)  # type: ignore[arg-type]

    return answer_once(request, idempotency_key, act)


@router.post("/me/recoveries/{recovery_id}/answer", response=RecoverySaid)
def answer_recovery(
    request: HttpRequest,
    recovery_id: GrantId,
    payload: GrantAnswer,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Say what I have to say before money is taken back of me, until the last day for it."""
    me = resident(request)

    def act() -> RecoverySaid:
        said = actions.speak(recovery_id, payload.words, by=me)
        return RecoverySaid(recovery=said.pk, state=said.state)

    return answer_once(request, idempotency_key, act)


@router.post("/me/grants", response=GrantMade)
def claim_grant(
    request: HttpRequest, body: GrantWish, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Apply for what I am entitled to; a second time it is the same claim."""
    me = resident(request)

    def act() -> GrantMade:
        made = actions.claim(body.policy, by=me, account_number=body.account)
        return GrantMade(grant=made.pk, state=made.state)  # type: ignore[arg-type]

    return answer_once(request, idempotency_key, act)


def pdf(content: bytes, name: str) -> HttpResponse:
    """Return a PDF that is kept nowhere on the way."""
    return HttpResponse(
        content,
        content_type=PDF,
        headers={
            "Content-Disposition": content_disposition_header(True, name) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


def _asked(one: Asked) -> dict[str, Any]:
    return {
        "recovery": one.recovery.pk,
        "ground": words(one.ground),
        "state": one.recovery.state,
        "due_fen": one.due_fen,
        "hear_until": one.recovery.hear_until,
        "months": one.months,
        "words": one.words,
        "answer": one.answer,
        "closing": one.closing,
        "parts": [part_of(part) for part in one.parts],
        "may": sorted(one.may),
    }


def part_of(part: Part) -> GrantPart:
    """Return one part of a plan as it goes out."""
    return GrantPart(
        number=part.number,
        months=list(part.months),
        due_fen=part.due_fen,
        is_repaid=part.is_repaid,
    )


def _row(one: reads.Line) -> dict[str, Any]:
    return {
        "grant": one.grant.pk,
        "policy": one.grant.policy,
        "title": words(one.title),
        "state": one.grant.state,
        "from_month": one.grant.from_month,
        "months": one.months,
        "paid_fen": one.paid_fen,
    }


def sheet_of(sheet: Sheet) -> dict[str, Any]:
    """Return a calculation sheet as it goes out."""
    return {
        "judged_on": sheet.on,
        "conditions": [_line(one) for one in sheet.conditions],
        "facts": [_line(one) for one in sheet.facts],
        "numbers": [_line(one) for one in sheet.numbers],
        "amount_fen": sheet.amount_fen,
    }


def _line(one: Row) -> dict[str, Any]:
    return {
        "label": words(one.label),
        "value": words(one.value),
        "verdict": one.verdict,
        "source": one.source,
        "cite": words(one.cite),
        "mark": one.mark,
    }
