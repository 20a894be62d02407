"""What I get: apply for it, see what came, and how each month was worked out."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field

from minsheng.api.callers import resident
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.v1.shapes import LARGEST_ID, Shape, Words, words
from minsheng.apps.grants import actions, reads
from minsheng.apps.grants.sheets import Row, Sheet

router = Router()
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


class GrantAsked(Shape):
    """What is asked back: the ground, how much, until when I can speak."""

    ground: Words
    state: str
    due_fen: int
    hear_until: date


class GrantPage(GrantRow):
    """One award whole."""

    paid_months: list[GrantMonth]
    sheet: GrantSheet | None
    asked_back: list[GrantAsked]


class GrantWish(Shape):
    """What to apply for; the bank account is needed once."""

    policy: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[a-z][a-z0-9\-]*$")]
    account: Annotated[str, Field(max_length=60)] = ""


class GrantMade(Shape):
    """The award that was applied for."""

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
            {"month": row.month, "amount_fen": row.amount_fen, "state": row.state}
            for row, _ in view.instalments
        ],
        "sheet": _sheet(view.sheet) if view.sheet else None,
        "asked_back": [
            {
                "ground": words(one.ground),
                "state": one.recovery.state,
                "due_fen": one.due_fen,
                "hear_until": one.recovery.hear_until,
            }
            for one in view.asked_back
        ],
    }


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


def _sheet(sheet: Sheet) -> dict[str, Any]:
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
