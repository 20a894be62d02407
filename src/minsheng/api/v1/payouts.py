"""The money of policies: pots by two, batches, files for the bank, its answers, what comes back."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from ninja import Path, Query, Router
from pydantic import Field

from minsheng.api.callers import officer
from minsheng.api.mistakes import named_as_sent
from minsheng.api.once import IdempotencyKey, answer_once
from minsheng.api.paging import Cursor, Limit, page
from minsheng.api.uploads import FORM, refuse_body, sent_file
from minsheng.api.v1.awards import RecoveryReceipt
from minsheng.api.v1.shapes import LARGEST_ID, Shape, Words, words
from minsheng.apps.grants import actions as grant_actions
from minsheng.apps.grants import reads as grants
from minsheng.apps.grants import recoveries
from minsheng.apps.payouts import access, actions, reads
from minsheng.apps.policies.shelf import policy
from minsheng.engines.payments.orders import reason_words
from minsheng.lib.errors import WrongInput

if TYPE_CHECKING:
    from minsheng.apps.payouts.models import BankAnswer, Budget
    from minsheng.apps.people.models import Account

router = Router()
RowNumber = Annotated[int, Path(ge=1, le=LARGEST_ID)]
BatchNumber = Annotated[str, Path(max_length=20, pattern=r"^[A-Z][0-9]{2}-[0-9]{6,12}$")]
PolicyName = Annotated[
    str,
    Field(
        min_length=1, max_length=60, pattern=r"^[a-z][a-z0-9\-]*$", examples=["flexible-insurance"]
    ),
]
Form = Annotated[
    Literal["pain.001", "list"],
    Query("pain.001", alias="as", description="pain.001 for the bank, or the list as a workbook."),
]
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XML = "application/xml"
MOST_FEN = 10**12
LATEST = 1000
_BYTES = {"schema": {"type": "string", "format": "binary"}}
FILE_ANSWER = {"responses": {200: {"content": {XML: _BYTES, EXCEL: _BYTES}}}}
FILE_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            FORM: {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "additionalProperties": False,
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            }
        },
    }
}


class PotRow(Shape):
    """What a policy may spend this year, in fen, and what waits for a batch."""

    policy: str
    title: Words
    given_fen: int
    spent_fen: int
    held_fen: int
    left_fen: int
    ready: int
    ready_fen: int
    without_account: int


class ProposedPot(Shape):
    """An amount that waits for the second person."""

    id: int
    policy: str
    title: Words
    year: int
    amount_fen: int
    proposed_at: datetime


class RefusedPayment(Shape):
    """A month that the bank refused; its money is back in the pot."""

    instalment: int
    policy: str
    month: date
    amount_fen: int
    reason: Words


class RepaymentDue(Shape):
    """A part of a confirmed recovery that is still to be repaid."""

    recovery: int
    part: int
    policy: str
    title: Words
    due_fen: int


class PayoutDesk(Shape):
    """Pots, amounts that wait, what the bank refused, what is to be repaid; `may`: my duties."""

    year: int
    pots: list[PotRow]
    proposed: list[ProposedPot]
    refused: list[RefusedPayment]
    to_repay: list[RepaymentDue]
    may: list[Literal["propose", "confirm", "pay"]]


class PotWanted(Shape):
    """An amount for the pot of a policy, for this year."""

    policy: PolicyName
    amount_fen: int = Field(ge=1, le=MOST_FEN, examples=[1_000_000])


class PotAct(Shape):
    """Give a proposed amount to the pot, or refuse it."""

    act: Literal["give", "drop"]


class PotReceipt(Shape):
    """A proposed amount, and where it stands."""

    id: int
    policy: str
    year: int
    amount_fen: int
    state: str


class BatchRow(Shape):
    """One batch; `open`: how many of its lines the bank hasn't answered."""

    number: str
    policy: str
    title: Words
    pay_on: date
    count: int
    sum_fen: int
    open: int


class BatchRows(Shape):
    """Batches, newest first. `next`: the cursor of the next page."""

    rows: list[BatchRow]
    next: str | None


class BatchLineRow(Shape):
    """One line: a masked name and account; `key` is what the bank gives back."""

    key: str
    name: str
    account: str
    month: date
    amount_fen: int
    outcome: Literal["", "paid", "refused"]
    reason: Words | None


class BatchAnswer(Shape):
    """A bank's answer that was read: its lines counted by outcome, and the keys to ask about."""

    digest: str
    read_at: datetime
    found: dict[str, int]
    ask_about: list[str]
    sums_agree: bool | None


class BatchPage(Shape):
    """One batch line by line. Amounts in fen: paid, refused and open sum to the batch."""

    number: str
    policy: str
    title: Words
    pay_on: date
    count: int
    sum_fen: int
    paid_fen: int
    refused_fen: int
    open_fen: int
    lines: list[BatchLineRow]
    answers: list[BatchAnswer]


class BatchWanted(Shape):
    """The policy whose months go to the bank; whatever is set aside and has an account is in it."""

    policy: PolicyName


class BatchReceipt(Shape):
    """A batch that was made."""

    number: str
    count: int
    sum_fen: int


class RetryReceipt(Shape):
    """A month that is set aside anew."""

    instalment: int
    state: str
    attempt: int


class RepaidPart(Shape):
    """Which part of the plan came back."""

    part: int = Field(ge=1, le=400)


@router.get("/desk/payouts", response=PayoutDesk)
def read_payout_desk(request: HttpRequest) -> PayoutDesk:
    """Return the pots of this year and what waits, for whoever sets pots or pays."""
    account = _handler(request)
    year, rules, held = timezone.localdate().year, access.rules(), access.posts_of(account)
    duties: list[tuple[Literal["propose", "confirm", "pay"], str]] = [
        ("propose", rules.budget),
        ("confirm", rules.confirm),
        ("pay", rules.pay),
    ]
    return PayoutDesk(
        year=year,
        pots=[_pot(one.slug, year) for one in grants.paying_policies(account)],
        proposed=[
            ProposedPot(
                id=row.pk,
                policy=row.policy,
                title=words(policy(row.policy).title),
                year=row.year,
                amount_fen=row.amount_fen,
                proposed_at=row.at,
            )
            for row in reads.budgets_proposed()
        ],
        refused=[
            RefusedPayment(
                instalment=row.pk,
                policy=row.policy,
                month=row.month,
                amount_fen=row.amount_fen,
                reason=words(reason_words(row.reason)),
            )
            for row in reads.failed()
        ],
        to_repay=[
            RepaymentDue(
                recovery=row.pk,
                part=part.number,
                policy=row.grant.policy,
                title=words(policy(row.grant.policy).title),
                due_fen=part.due_fen,
            )
            for row, part in recoveries.to_repay(account)
        ],
        may=[duty for duty, post in duties if post in held],
    )


@router.post("/desk/payouts/pots", response=PotReceipt)
def propose_pot(
    request: HttpRequest, payload: PotWanted, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Propose an amount for the pot of this year; nothing can be spent until another gives it."""
    account = officer(request)

    def act() -> PotReceipt:
        slug = policy(payload.policy).slug
        year = timezone.localdate().year
        with named_as_sent(amount="amount_fen"):
            return _pot_receipt(actions.propose_budget(slug, year, payload.amount_fen, by=account))

    return answer_once(request, idempotency_key, act)


@router.post("/desk/payouts/pots/{budget_id}/acts", response=PotReceipt)
def act_on_pot(
    request: HttpRequest,
    budget_id: RowNumber,
    payload: PotAct,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Give a proposed amount to the pot as another person, or refuse it."""
    account = officer(request)

    def act() -> PotReceipt:
        settle = actions.give_budget if payload.act == "give" else actions.drop_budget
        return _pot_receipt(settle(budget_id, by=account))

    return answer_once(request, idempotency_key, act)


@router.get("/desk/payouts/batches", response=BatchRows)
def list_batches(request: HttpRequest, cursor: Cursor = "", limit: Limit = 20) -> BatchRows:
    """Return the batches that went to the bank, newest first."""
    _handler(request)
    shown, after = page(
        reads.batches(LATEST), place=lambda one: (-one[0].pk,), cursor=cursor, limit=limit
    )
    return BatchRows(
        rows=[
            BatchRow(
                number=row.number,
                policy=row.policy,
                title=words(policy(row.policy).title),
                pay_on=row.pay_on,
                count=row.count,
                sum_fen=row.sum_fen,
                open=still,
            )
            for row, still in shown
        ],
        next=after,
    )


@router.post("/desk/payouts/batches", response=BatchReceipt)
def make_batch(
    request: HttpRequest, payload: BatchWanted, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Seal a batch of every month of a policy that is set aside, for today."""
    account = officer(request)

    def act() -> BatchReceipt:
        slug = policy(payload.policy).slug
        made = actions.make_batch(slug, by=account, pay_on=timezone.localdate())
        return BatchReceipt(number=made.number, count=made.count, sum_fen=made.sum_fen)

    return answer_once(request, idempotency_key, act)


@router.get("/desk/payouts/batches/{batch_number}", response=BatchPage)
def read_batch(request: HttpRequest, batch_number: BatchNumber) -> BatchPage:
    """Return one batch line by line, with masked names, and each answer of the bank."""
    view = reads.batch_view(batch_number, account=officer(request))
    return BatchPage(
        number=view.batch.number,
        policy=view.batch.policy,
        title=words(policy(view.batch.policy).title),
        pay_on=view.batch.pay_on,
        count=view.batch.count,
        sum_fen=view.batch.sum_fen,
        paid_fen=view.paid_fen,
        refused_fen=view.refused_fen,
        open_fen=view.open_fen,
        lines=[
            BatchLineRow(
                key=one.key,
                name=view.names[one.instalment.person_id],
                account=one.masked,
                month=one.instalment.month,
                amount_fen=one.amount_fen,
                outcome=one.outcome,  # type: ignore[arg-type]
                reason=words(reason_words(one.reason)) if one.outcome == "refused" else None,
            )
            for one in view.lines
        ],
        answers=[_answer(one) for one in view.answers],
    )


@router.get(
    "/desk/payouts/batches/{batch_number}/file", response={200: None}, openapi_extra=FILE_ANSWER
)
def read_batch_file(
    request: HttpRequest, batch_number: BatchNumber, form: Form = "pain.001"
) -> HttpResponse:
    """Return the file for the bank as whoever pays: names and accounts whole, so each look is kept."""
    account = officer(request)
    title = policy(reads.batch_policy(batch_number)).title
    is_list = form == "list"
    content = reads.payment_file(batch_number, account=account, title=title, as_list=is_list)
    name, kind = ("xlsx", EXCEL) if is_list else ("xml", XML)
    return HttpResponse(
        content,
        content_type=kind,
        headers={
            "Content-Disposition": content_disposition_header(True, f"{batch_number}.{name}")
            or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


@router.put(
    "/desk/payouts/batches/{batch_number}/answer", response=BatchAnswer, openapi_extra=FILE_BODY
)
def give_bank_answer(request: HttpRequest, batch_number: BatchNumber) -> BatchAnswer:
    """Hand in the bank's answer (pain.002, workbook or CSV): paid is settled, refused goes back.

    The same file again changes nothing and gets the same answer.
    """
    account = officer(request)
    access.acting(access.rules().pay, account)  # who may not is told before the file is looked at
    upload = sent_file(request)
    if upload is None:
        raise WrongInput(
            "payouts.no_file",
            "没有收到银行回执。用表单（multipart/form-data）放在 file 这一项里再发。",
            "No answer of the bank came. Send a form (multipart/form-data) with the field `file`.",
            field="file",
        )
    return _answer(actions.read_bank_answer(batch_number, upload.content, by=account))


@router.post("/desk/payouts/instalments/{instalment_id}/retry", response=RetryReceipt)
def retry_payment(
    request: HttpRequest, instalment_id: RowNumber, idempotency_key: IdempotencyKey = ""
) -> HttpResponse:
    """Set a month aside anew that the bank refused, once the account is right."""
    refuse_body(request)
    account = officer(request)

    def act() -> RetryReceipt:
        row = actions.retry_instalment(instalment_id, by=account)
        return RetryReceipt(instalment=row.pk, state=row.state, attempt=row.attempt)

    return answer_once(request, idempotency_key, act)


@router.post("/desk/recoveries/{recovery_id}/repayments", response=RecoveryReceipt)
def note_repayment(
    request: HttpRequest,
    recovery_id: RowNumber,
    payload: RepaidPart,
    idempotency_key: IdempotencyKey = "",
) -> HttpResponse:
    """Book one part of a recovery as repaid, as whoever pays: it is back in the pot, once."""
    account = officer(request)

    def act() -> RecoveryReceipt:
        row = grant_actions.note_repaid(recovery_id, payload.part, by=account)
        return RecoveryReceipt(
            recovery=row.pk, grant=row.grant_id, state=row.state, parts=row.parts
        )

    return answer_once(request, idempotency_key, act)


def _handler(request: HttpRequest) -> Account:
    account = officer(request)
    if not access.handles_money(account):
        raise access.not_yours()
    return account


def _pot(slug: str, year: int) -> PotRow:
    pot, (ready, ready_fen, without) = reads.pot(slug, year), reads.waiting(slug)
    return PotRow(
        policy=slug,
        title=words(policy(slug).title),
        given_fen=pot.given_fen,
        spent_fen=pot.spent_fen,
        held_fen=pot.held_fen,
        left_fen=pot.left_fen,
        ready=ready,
        ready_fen=ready_fen,
        without_account=without,
    )


def _pot_receipt(row: Budget) -> PotReceipt:
    return PotReceipt(
        id=row.pk, policy=row.policy, year=row.year, amount_fen=row.amount_fen, state=row.state
    )


def _answer(row: BankAnswer) -> BatchAnswer:
    return BatchAnswer(
        digest=row.digest,
        read_at=row.at,
        found=row.found,
        ask_about=row.looked_at,
        sums_agree=row.sums_agree,
    )
