"""Paid vouchers checked again: the draws, what waits, each step of office and firm; what registers say."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field

from minsheng.api.callers import officer, resident
from minsheng.api.mistakes import named_as_sent
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.uploads import refuse_body
from minsheng.api.v1.shapes import LARGEST_ID, Shape, Words, words
from minsheng.apps.vouchers import actions, rechecked

router = Router()
VoucherId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
KindName = Annotated[str, Path(max_length=60, pattern=r"^[a-z][a-z0-9\-]*$")]
Number = Annotated[str, Field(max_length=24)]


class RecheckRow(Shape):
    """A paid voucher that is checked again. Money in fen; `may`: the acts that are open to me now."""

    voucher: int
    firm: str
    provider: str
    paid_fen: int
    owed_fen: int
    state: str
    said: Words
    day: date | None
    blames_provider: bool
    may: list[str]


class DrawRow(Shape):
    """A draw. Whoever has the seed draws the same vouchers again."""

    id: int
    on: date
    candidates: int
    drawn: int
    seed: str
    digest: str
    is_repeatable: bool


class RecheckDesks(Shape):
    """What is checked again, and the draws; `undrawn`: paid vouchers that took part in no draw."""

    rows: list[RecheckRow]
    draws: list[DrawRow]
    undrawn: int


class RecheckAct(Shape):
    """A step of an office. `amount_fen` and `blames_provider` belong to doubting and upholding."""

    act: Literal["clear", "doubt", "uphold", "drop", "confirm", "overturn", "take_back"]
    reason: str = Field("", max_length=400)
    amount_fen: int = Field(0, ge=0, le=10**15)
    blames_provider: bool = False


class FirmRecheckAct(Shape):
    """What a firm says: an answer while it is heard, an objection to what was found."""

    act: Literal["answer", "object"]
    reason: str = Field(min_length=1, max_length=400)


class DrawReceipt(Shape):
    """A draw: how many took part, how many were drawn."""

    id: int
    candidates: int
    drawn: int


class RecheckReceipt(Shape):
    """Where a voucher's check stands now."""

    voucher: int
    state: str
    owed_fen: int


class RegisterSaid(Shape):
    """Who leads, owns and manages a firm or a provider by the register of firms; kept encrypted."""

    scheme: str = Field(max_length=60, examples=["innovation"])
    credit_code: Number
    head: Number
    owners: list[Number] = Field(default_factory=list, max_length=100)
    managers: list[Number] = Field(default_factory=list, max_length=100)


class RegisterNoted(Shape):
    """Of whom it was noted."""

    credit_code: str


@router.get("/desk/voucher-rechecks", response=RecheckDesks)
def list_rechecks(request: HttpRequest) -> RecheckDesks:
    """Return what is checked again, what waits for me first, and the draws."""
    desks = rechecked.desk(officer(request))
    return RecheckDesks(
        rows=[_row(row) for one in desks for row in (*one.waiting, *one.others)],
        draws=[
            DrawRow(
                id=row.id,
                on=row.on,
                candidates=row.candidates,
                drawn=row.drawn,
                seed=row.seed,
                digest=row.digest,
                is_repeatable=row.is_repeatable,
            )
            for one in desks
            for row in one.draws
        ],
        undrawn=sum(one.undrawn for one in desks),
    )


@router.post("/desk/voucher-draws/{kind_name}", response=DrawReceipt)
def draw_rechecks(
    request: HttpRequest, kind_name: KindName, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Draw from the paid vouchers that took part in no draw yet, as whoever checks."""
    refuse_body(request)
    account = officer(request)

    def act() -> DrawReceipt:
        made = actions.draw_rechecks(kind_name, by=account)
        return DrawReceipt(id=made.pk, candidates=len(made.candidates), drawn=len(made.drawn))

    return answer_once(request, idempotency_key, act)


@router.get("/desk/voucher-rechecks/{voucher_id}", response=RecheckRow)
def read_recheck(request: HttpRequest, voucher_id: VoucherId) -> RecheckRow:
    """Return one voucher that is checked again."""
    return _row(rechecked.recheck_of(voucher_id, officer(request)))


@router.post("/desk/voucher-rechecks/{voucher_id}/acts", response=RecheckReceipt)
def act_on_recheck(
    request: HttpRequest,
    voucher_id: VoucherId,
    payload: RecheckAct,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Find nothing wrong, doubt, uphold or drop it, hear the objection, or take the money back."""
    account = officer(request)
    found = actions.Found(
        reason=payload.reason,
        amount_fen=payload.amount_fen,
        blames_provider=payload.blames_provider,
    )

    def act() -> RecheckReceipt:
        with named_as_sent(amount="amount_fen"):
            row = actions.step_recheck(voucher_id, payload.act, found, by=account)
        return RecheckReceipt(voucher=row.pk, state=row.state, owed_fen=row.owed_fen)

    return answer_once(request, idempotency_key, act)


@router.post("/firm/vouchers/{voucher_id}/recheck", response=RecheckReceipt)
def act_on_firm_recheck(
    request: HttpRequest,
    voucher_id: VoucherId,
    payload: FirmRecheckAct,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Answer while my firm is heard, or object to what was found."""
    account = resident(request)

    def act() -> RecheckReceipt:
        found = actions.Found(reason=payload.reason)
        row = actions.step_recheck(voucher_id, payload.act, found, by=account)
        return RecheckReceipt(voucher=row.pk, state=row.state, owed_fen=row.owed_fen)

    return answer_once(request, idempotency_key, act)


@router.post("/desk/voucher-register", response=RegisterNoted)
def note_voucher_register(
    request: HttpRequest, payload: RegisterSaid, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Note who leads, owns and manages a firm or a provider by the register, as whoever issues."""
    account = officer(request)

    def act() -> RegisterNoted:
        with named_as_sent(register_code="credit_code"):
            made = actions.note_register(
                payload.scheme,
                payload.credit_code,
                head=payload.head,
                owners="\n".join(payload.owners),
                managers="\n".join(payload.managers),
                by=account,
            )
        return RegisterNoted(credit_code=made.credit_code)

    return answer_once(request, idempotency_key, act)


def _row(view: rechecked.RecheckView) -> RecheckRow:
    return RecheckRow(
        voucher=view.voucher,
        firm=view.firm,
        provider=view.provider,
        paid_fen=view.paid_fen,
        owed_fen=view.owed_fen,
        state=view.state,
        said=words(view.said),
        day=view.day,
        blames_provider=view.blames_provider,
        may=[one.act for one in view.may],
    )
