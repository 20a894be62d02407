"""Awards at the desk: what waits, the sheet, two officers, months worked out, money asked back by two."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Path, Router
from pydantic import Field

from minsheng.api.callers import officer
from minsheng.api.languages import language_of
from minsheng.api.mistakes import named_as_sent
from minsheng.api.once import IdempotencyKey, answer_after, answer_once
from minsheng.api.paging import Cursor, Limit, page
from minsheng.api.v1.grants import PDF, GrantPart, GrantSheet, part_of, pdf, sheet_of
from minsheng.api.v1.shapes import LARGEST_ID, Shape, Source, Words, binary, source, words
from minsheng.apps.grants import actions, printed, reads
from minsheng.apps.grants.recoveries import Asked

router = Router()
AwardId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
RecoveryId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
MonthId = Annotated[int, Field(ge=1, le=LARGEST_ID)]
LONGEST = 2000


class DeskGrantRow(Shape):
    """One award of my offices. `who` is a masked name; `waits`: it is my turn."""

    id: int
    policy: str
    title: Words
    who: str
    state: str
    said: Words
    waits: bool
    months: int
    paid_fen: int


class DeskGrantRows(Shape):
    """Awards: what waits for me first, then the newest. `next`: the cursor of the next page."""

    rows: list[DeskGrantRow]
    next: str | None


class AwardMonth(Shape):
    """One month of an award: what it comes to and how far it is."""

    id: int
    month: date
    amount_fen: int
    state: str
    said: Words


class AwardGround(Shape):
    """A declared ground on which money may be asked back."""

    key: str
    text: Words
    source: Source


class AwardRecovery(Shape):
    """What is asked back: why, what the person said, until when they are heard, the plan."""

    recovery: int
    ground: Words
    source: Source | None
    state: str
    said: Words
    due_fen: int
    hear_until: date
    months: list[date]
    words: str
    answer: str
    closing: str
    parts: list[GrantPart]
    may: list[str]


class AwardPage(Shape):
    """One award whole. `may`: what I can do now; `account` is masked, empty where there is none."""

    id: int
    policy: str
    title: Words
    who: str
    state: str
    said: Words
    words: str
    account: str
    paid_fen: int
    sheet: GrantSheet | None
    months: list[AwardMonth]
    recoveries: list[AwardRecovery]
    grounds: list[AwardGround]
    may: list[str]


class AwardAct(Shape):
    """A decision. Refusing, ending and answering an objection say why in `words`; the person reads it."""

    act: Literal["decide", "approve", "refuse", "answer", "reopen", "end"] = Field(
        examples=["decide"]
    )
    words: str = Field("", max_length=LONGEST)


class AwardReceipt(Shape):
    """An award, and where it stands now."""

    id: int
    state: str


class CounterClaim(Shape):
    """Who claims what at the counter: the citizen number from the card, and that they agree."""

    policy: str = Field(min_length=1, max_length=60, pattern=r"^[a-z][a-z0-9\-]*$")
    number: str = Field(max_length=18)
    agreed: bool
    account: str = Field("", max_length=60)


class MonthsWanted(Shape):
    """The policy whose running awards are worked out up to this month."""

    policy: str = Field(
        min_length=1, max_length=60, pattern=r"^[a-z][a-z0-9\-]*$", examples=["flexible-insurance"]
    )


class MonthsDone(Shape):
    """What became of them: set aside, not due, and the awards for which the pot was too small."""

    reserved: int
    reserved_fen: int
    not_due: int
    short: list[int]


class RecoveryWanted(Shape):
    """Which paid months are asked back, on which declared ground, and what happened."""

    ground: str = Field(min_length=1, max_length=40, examples=["employed"])
    months: list[MonthId] = Field(min_length=1, max_length=400)
    words: str = Field(max_length=LONGEST)


class RecoveryAct(Shape):
    """How a recovery is settled: confirmed in so many `parts`, or dropped with `words`."""

    act: Literal["confirm", "drop"]
    parts: int = Field(1, ge=1, le=400)
    words: str = Field("", max_length=LONGEST)


class RecoveryReceipt(Shape):
    """A recovery, its award, and where it stands now."""

    recovery: int
    grant: int
    state: str
    parts: int


@router.get("/desk/grants", response=DeskGrantRows)
def list_desk_grants(request: HttpRequest, cursor: Cursor = "", limit: Limit = 20) -> DeskGrantRows:
    """Return the awards of my offices: what waits for me, then what runs; names are masked."""
    shown, after = page(
        reads.desk(officer(request)),
        place=lambda one: (int(not one.waits), -one.grant.pk),
        cursor=cursor,
        limit=limit,
    )
    return DeskGrantRows(rows=[_row(one) for one in shown], next=after)


@router.get("/desk/grants/{grant_id}", response=AwardPage)
def read_desk_grant(request: HttpRequest, grant_id: AwardId) -> AwardPage:
    """Return one award with its calculation sheet; the person sees that I looked."""
    view = reads.desk_view(grant_id, account=officer(request))
    return AwardPage(
        id=view.grant.pk,
        policy=view.grant.policy,
        title=words(view.policy.title),
        who=view.who,
        state=view.grant.state,
        said=words(view.said),
        words=view.words,
        account=view.purse.masked if view.purse else "",
        paid_fen=view.paid_fen,
        sheet=GrantSheet(**sheet_of(view.sheet)) if view.sheet else None,
        months=[
            AwardMonth(
                id=row.pk,
                month=row.month,
                amount_fen=row.amount_fen,
                state=row.state,
                said=words(said),
            )
            for row, said in view.instalments
        ],
        recoveries=[_recovery(one) for one in view.asked_back],
        grounds=[
            AwardGround(key=one.key, text=words(one.text), source=source(one.cite))
            for one in view.policy.grounds
        ],
        may=sorted(view.may),
    )


@router.post("/desk/grants/{grant_id}/acts", response=AwardReceipt)
def act_on_grant(
    request: HttpRequest, grant_id: AwardId, payload: AwardAct, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Decide on a claim, approve it as another officer, refuse it, or end what runs."""
    account = officer(request)

    def act() -> AwardReceipt:
        with named_as_sent(ending="words", answer="words"):
            match payload.act:
                case "decide":
                    row = actions.decide(grant_id, by=account)
                case "approve":
                    row = actions.approve(grant_id, by=account)
                case "refuse":
                    row = actions.refuse(grant_id, payload.words, by=account)
                case "answer" | "reopen" as how:
                    row = actions.answer_objection(
                        grant_id, payload.words, reopen=how == "reopen", by=account
                    )
                case "end":
                    row = actions.end(grant_id, payload.words, by=account)
        return AwardReceipt(id=row.pk, state=row.state)

    return answer_once(request, idempotency_key, act)


@router.get("/desk/grants/{grant_id}/sheet", response={200: None}, openapi_extra=binary(PDF))
def read_desk_grant_sheet(request: HttpRequest, grant_id: AwardId) -> HttpResponse:
    """Return the decision as a signed PDF for its office; the look is written down."""
    lang = language_of(request)
    content = printed.desk_sheet(grant_id, account=officer(request), language=lang)
    return pdf(content, f"grant-{grant_id}-{lang}.pdf")


@router.post("/desk/grant-claims", response=AwardReceipt)
def claim_at_counter(
    request: HttpRequest, payload: CounterClaim, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Claim for somebody who is at the counter and agrees; another officer decides."""
    account = officer(request)

    def act() -> AwardReceipt:
        row = actions.claim_at_counter(
            payload.policy,
            payload.number,
            agreed=payload.agreed,
            by=account,
            account_number=payload.account,
        )
        return AwardReceipt(id=row.pk, state=row.state)

    return answer_once(request, idempotency_key, act)


@router.post("/desk/grant-months", response=MonthsDone)
def compute_grant_months(
    request: HttpRequest, payload: MonthsWanted, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Work out this month of every running award of a policy; again, nothing is done twice."""
    account = officer(request)

    def act() -> MonthsDone:
        done = actions.compute_months(payload.policy, by=account)
        return MonthsDone(
            reserved=done.reserved,
            reserved_fen=done.reserved_fen,
            not_due=done.not_due,
            short=done.short,
        )

    # each award is a transaction of its own, so that one pot too small stops one alone
    return answer_after(request, idempotency_key, act)


@router.post("/desk/grants/{grant_id}/recoveries", response=RecoveryReceipt)
def ask_grant_back(
    request: HttpRequest,
    grant_id: AwardId,
    payload: RecoveryWanted,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Ask paid months back on a declared ground that holds; the person is heard first."""
    account = officer(request)

    def act() -> RecoveryReceipt:
        with named_as_sent(why="words"):
            row = actions.open_recovery(
                grant_id, payload.ground, payload.months, payload.words, by=account
            )
        return RecoveryReceipt(recovery=row.pk, grant=grant_id, state=row.state, parts=0)

    return answer_once(request, idempotency_key, act)


@router.post("/desk/recoveries/{recovery_id}/acts", response=RecoveryReceipt)
def act_on_recovery(
    request: HttpRequest,
    recovery_id: RecoveryId,
    payload: RecoveryAct,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Confirm a recovery as another officer, in parts, once the person was heard; or drop it."""
    account = officer(request)

    def act() -> RecoveryReceipt:
        with named_as_sent(closing="words"):
            row = (
                actions.confirm(recovery_id, payload.parts, by=account)
                if payload.act == "confirm"
                else actions.drop(recovery_id, payload.words, by=account)
            )
        return RecoveryReceipt(
            recovery=row.pk, grant=row.grant_id, state=row.state, parts=row.parts
        )

    return answer_once(request, idempotency_key, act)


def _row(one: reads.Line) -> DeskGrantRow:
    return DeskGrantRow(
        id=one.grant.pk,
        policy=one.grant.policy,
        title=words(one.title),
        who=one.who,
        state=one.grant.state,
        said=words(one.said),
        waits=one.waits,
        months=one.months,
        paid_fen=one.paid_fen,
    )


def _recovery(one: Asked) -> AwardRecovery:
    return AwardRecovery(
        recovery=one.recovery.pk,
        ground=words(one.ground),
        source=source(one.cite) if one.cite else None,
        state=one.recovery.state,
        said=words(one.said),
        due_fen=one.due_fen,
        hear_until=one.recovery.hear_until,
        months=list(one.months),
        words=one.words,
        answer=one.answer,
        closing=one.closing,
        parts=[part_of(part) for part in one.parts],
        may=sorted(one.may),
    )
