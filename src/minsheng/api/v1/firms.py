"""A firm over the API: its points explained, its vouchers; the desk of vouchers."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Path, Query, Router
from pydantic import Field

from minsheng.api.callers import officer, resident
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.v1.shapes import LARGEST_ID, Shape, Words, words
from minsheng.apps.scores import reads as scores
from minsheng.apps.vouchers import actions, reads
from minsheng.engines.scoring.words import conclusion, line_said, raise_said

if TYPE_CHECKING:
    from minsheng.apps.scores.reads import Explained
    from minsheng.apps.vouchers.models import Voucher
    from minsheng.apps.vouchers.reads import VoucherLine
    from minsheng.engines.scoring import PartCount, Range

router = Router()
VoucherId = Annotated[int, Path(ge=1, le=LARGEST_ID)]
FirmCode = Annotated[str, Query("", max_length=18)]


class Points(Shape):
    """Points, as exact fractions: at least `low`, at most `high`."""

    low: str
    high: str


class ScoreLine(Shape):
    """One line of a part: what was counted, the band it fell into (0: open), its points."""

    line: str
    said: Words
    band: int
    points: Points
    missing: list[str]


class ScorePart(Shape):
    """One part; `points` is absent without weights, `bands` never."""

    part: str
    title: Words
    bands: Points
    points: Points | None
    best: str
    lines: list[ScoreLine]


class ScoreChange(Shape):
    """A fact that would have to be another number; money in fen."""

    fact: str
    before: int
    after: int


class ScoreRaise(Shape):
    """What would bring more points."""

    part: str
    line: str
    gain: str
    said: Words
    changes: list[ScoreChange]


class ScoreRow(Shape):
    """A score of a firm, explained. `passes` null: open, or nothing is passed. `digest`: the pack."""

    score: str
    title: Words
    conclusion: Words
    is_configured: bool
    stage: str
    total: Points | None
    passes: bool | None
    parts: list[ScorePart]
    raises: list[ScoreRaise]
    missing: list[str]
    digest: str


class ScoreList(Shape):
    """The scores of my firm."""

    rows: list[ScoreRow]


class VoucherRow(Shape):
    """A voucher. Money in fen; `may`: the acts that are open to me now."""

    id: int
    firm: str
    scheme: str
    use: str
    state: str
    said: Words
    amount_fen: int
    contract_fen: int | None
    provider: str
    until: date | None
    words: str
    contract: str
    proof: str
    why: str
    may: list[str]


class VoucherList(Shape):
    """Vouchers."""

    rows: list[VoucherRow]


class VoucherAsked(Shape):
    """A voucher to ask for; `firm` is a credit code, empty for my only one."""

    scheme: str = Field(max_length=60)
    use: str = Field(max_length=60)
    amount_fen: int = Field(ge=1, le=10**12)
    words: str = Field(min_length=1, max_length=300)
    firm: str = Field("", max_length=18)


class FirmVoucherAct(Shape):
    """What a firm does: reserve it for a contract, prove that it was used, give it up."""

    act: Literal["reserve", "prove", "give_up"]
    provider: str = Field("", max_length=18)
    contract_fen: int = Field(0, ge=0, le=10**12)
    words: str = Field("", max_length=300)


class DeskVoucherAct(Shape):
    """What an office does; refusing and sending back say why."""

    act: Literal["issue", "refuse", "redeem", "send_back"]
    why: str = Field("", max_length=300)


class VoucherReceipt(Shape):
    """How a voucher stands now."""

    id: int
    state: str
    amount_fen: int


@router.get("/firm/scores", response=ScoreList)
def list_firm_scores(request: HttpRequest, firm: FirmCode) -> ScoreList:
    """Return the scores of my firm line by line, and what would raise them."""
    found = scores.own_explained(resident(request), on=timezone.localdate(), code=firm)
    return ScoreList(rows=[_score(one) for one in found])


@router.get("/firm/vouchers", response=VoucherList)
def list_firm_vouchers(request: HttpRequest, firm: FirmCode) -> VoucherList:
    """Return the vouchers of my firm, newest first."""
    rows = reads.own_vouchers(resident(request), code=firm)
    return VoucherList(rows=[_voucher(one) for one in rows])


@router.post("/firm/vouchers", response=VoucherReceipt)
def ask_voucher(
    request: HttpRequest, payload: VoucherAsked, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Ask for a voucher; its money is set aside at once."""
    account = resident(request)
    return answer_once(
        request,
        idempotency_key,
        lambda: _receipt(
            actions.ask(
                payload.scheme,
                code=payload.firm,
                use=payload.use,
                amount_fen=payload.amount_fen,
                words=payload.words,
                by=account,
            )
        ),
    )


@router.post("/firm/vouchers/{voucher_id}/acts", response=VoucherReceipt)
def act_on_firm_voucher(
    request: HttpRequest,
    voucher_id: VoucherId,
    payload: FirmVoucherAct,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Reserve a voucher for a contract, hand in the proof, or give it up."""
    account = resident(request)

    def act() -> VoucherReceipt:
        if payload.act == "reserve":
            row = actions.reserve_for(
                voucher_id,
                provider=payload.provider,
                contract_fen=payload.contract_fen,
                contract=payload.words,
                by=account,
            )
        elif payload.act == "prove":
            row = actions.prove(voucher_id, payload.words, by=account)
        else:
            row = actions.give_up(voucher_id, by=account)
        return _receipt(row)

    return answer_once(request, idempotency_key, act)


@router.get("/desk/vouchers", response=VoucherList)
def list_desk_vouchers(request: HttpRequest) -> VoucherList:
    """Return the vouchers that wait for me."""
    return VoucherList(rows=[_voucher(one) for one in reads.desk(officer(request))])


@router.post("/desk/vouchers/{voucher_id}/acts", response=VoucherReceipt)
def act_on_voucher(
    request: HttpRequest,
    voucher_id: VoucherId,
    payload: DeskVoucherAct,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Issue or refuse a voucher; pay it, as another person, or send its proof back."""
    account = officer(request)

    def act() -> VoucherReceipt:
        match payload.act:
            case "issue":
                row = actions.issue(voucher_id, by=account)
            case "refuse":
                row = actions.refuse(voucher_id, payload.why, by=account)
            case "redeem":
                row = actions.redeem(voucher_id, by=account)
            case "send_back":
                row = actions.send_back(voucher_id, payload.why, by=account)
        return _receipt(row)

    return answer_once(request, idempotency_key, act)


def _score(one: Explained) -> ScoreRow:
    counted, score = one.count, one.loaded.score
    return ScoreRow(
        score=score.score,
        title=words(score.title),
        conclusion=words(conclusion(counted)),
        is_configured=counted.is_configured,
        stage=counted.stage,
        total=_points(counted.total),
        passes=counted.passes,
        parts=[_part(part, one) for part in counted.parts],
        raises=[
            ScoreRaise(
                part=raised.part,
                line=raised.line,
                gain=_exact(raised.gain),
                said=words(raise_said(raised, score)),
                changes=[
                    ScoreChange(fact=change.fact, before=change.before, after=change.after)
                    for change in raised.changes
                ],
            )
            for raised in one.raises
        ],
        missing=list(counted.missing),
        digest=one.loaded.digest,
    )


def _part(part: PartCount, one: Explained) -> ScorePart:
    return ScorePart(
        part=part.part.key,
        title=words(part.part.title),
        bands=Points(low=_exact(part.bands.low), high=_exact(part.bands.high)),
        points=_points(part.points),
        best=part.best,
        lines=[
            ScoreLine(
                line=line.line.key,
                said=words(line_said(line, one.loaded.score)),
                band=line.row,
                points=Points(low=_exact(line.points.low), high=_exact(line.points.high)),
                missing=list(line.missing),
            )
            for line in part.lines
        ],
    )


def _points(found: Range | None) -> Points | None:
    return None if found is None else Points(low=_exact(found.low), high=_exact(found.high))


def _exact(points: Fraction) -> str:
    return str(points)


def _voucher(one: VoucherLine) -> VoucherRow:
    return VoucherRow(
        id=one.id,
        firm=one.firm,
        scheme=one.scheme.voucher,
        use=one.use_key,
        state=one.state,
        said=words(one.said),
        amount_fen=one.amount_fen,
        contract_fen=one.contract_fen,
        provider=one.provider,
        until=one.until,
        words=one.words,
        contract=one.contract,
        proof=one.proof,
        why=one.why,
        may=sorted(one.may),
    )


def _receipt(row: Voucher) -> VoucherReceipt:
    return VoucherReceipt(id=row.pk, state=row.state, amount_fen=row.amount_fen)
