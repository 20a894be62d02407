"""The small fund of a community and a year: never overspent, nothing paid twice, mistakes reversed.

The money is in `apps.accounts`: a payment that is approved sets it aside, paying uses it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from minsheng.apps.accounts import actions as accounts
from minsheng.apps.accounts import reads as account_reads
from minsheng.apps.accounts.actions import Why
from minsheng.apps.accounts.models import Posting
from minsheng.apps.appeals.models import Request
from minsheng.apps.councils import access
from minsheng.apps.councils.fund import holder_of, left_of, unit_of
from minsheng.apps.councils.models import (
    APPROVED,
    PAID,
    PROPOSED,
    REFUSED,
    RELEASED,
    REVERSED,
    Payment,
)
from minsheng.apps.councils.writing import checked, locked, note, tell
from minsheng.apps.people import installed
from minsheng.apps.people.models import Account
from minsheng.apps.records import actions as records
from minsheng.engines.accounts import NotEnough
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput
from minsheng.lib.money import format_yuan
from minsheng.lib.texts import Text

REASON = Text("理由", "the reason")


@dataclass(frozen=True, slots=True)
class Proof:
    """What shows that money was spent: words, and perhaps a file with its name."""

    words: str
    name: str = ""
    content: bytes = b""


def grant_budget(slug: str, area: str, amount_fen: int, *, by: Account, on: date) -> Posting:
    """Return the posting that gives a community its fund of the year, now or before.

    `slug` is the kind of request whose council's rules hold. Once a year; the fund ends with it.
    """
    council = access.council_of(slug)
    if council is None or area not in installed.packs().district.areas:
        raise access.no_such_matter()
    who = access.acting(council.fund.grant, by)
    if access.fund_area(area) != area:
        raise WrongInput(
            "councils.fund_area",
            "小基金按社区、村设，请选一个社区或村。",
            "The fund belongs to a community or village; choose one.",
            field="area",
        )
    if not 0 < amount_fen <= council.fund.budget_yuan * 100:
        raise WrongInput(
            "councils.budget",
            f"一年最多 {council.fund.budget_yuan} 元。",
            f"At most {council.fund.budget_yuan} yuan a year.",
            field="amount",
        )
    key = f"council:grant:{area}:{on.year}"
    with transaction.atomic():
        posted = accounts.give(
            unit_of(on.year), holder_of(area), amount_fen, Why(key, "council:grant", on, who),
            expires_on=date(on.year, 12, 31),
        )  # fmt: skip
        if sum(line.amount for line in account_reads.lines_of(posted)) != amount_fen:
            raise Conflict(
                "councils.granted",
                "这个社区今年的小基金已经定过了，数目不一样。没有再记。",
                "This community's fund of the year has been set before, to another amount. Nothing was posted.",
            )
    return posted


def propose_payment(
    matter_id: int, *, what: str, payee: str, amount_fen: int, by: Account
) -> Payment:
    """Propose to pay for what the vote agreed on, at most what the chosen proposal costs."""
    with transaction.atomic():
        matter, request = locked(matter_id)
        who = access.acting(matter.post, by)
        left = left_of(matter)
        if matter.state != "decided" or left is None:
            raise Conflict(
                "councils.not_agreed",
                "表决通过了才能用小基金。先看看表决的结果。",
                "The fund pays only for what a vote has agreed on. See the result first.",
            )
        if not 0 < amount_fen <= left:
            raise WrongInput(
                "councils.amount",
                f"这件事还能用 {format_yuan(left)} 元（表决同意的数，减去已经提过的）。",
                f"{format_yuan(left)} yuan are left for this matter, of what the vote agreed on.",
                field="amount",
            )
        payment = Payment.objects.create(
            matter=matter,
            what=checked(what, field="what", what=Text("买什么、做什么", "what for"), most=120),
            payee=checked(payee, field="payee", what=Text("付给谁", "to whom"), most=80),
            amount_fen=amount_fen,
            proposed_by=by,
        )
        _note(request, "council.proposed", who, payment)
        tell(matter, "proposed", str(payment.pk))
    return payment


def decide_payment(payment_id: int, *, agrees: bool, by: Account, reason: str = "") -> Payment:
    """Agree to a payment or refuse it with a reason, as somebody else; the money is set aside."""
    with transaction.atomic():
        payment, request = _locked(payment_id)
        who = access.acting(access.rules(request).fund.approve, by)
        if payment.proposed_by_id == by.pk:
            raise NotAllowed(
                "councils.own_payment",
                "自己提的钱，要别人来同意。",
                "Somebody else agrees to a payment that you proposed.",
            )
        _require(payment, PROPOSED)
        payment.decided_by = by
        payment.reason = checked(reason, field="reason", what=REASON, most=200, needed=not agrees)
        payment.state = APPROVED if agrees else REFUSED
        if agrees:
            payment.held = _set_aside(payment, who)
        payment.save()
        _note(request, "council.approved" if agrees else "council.refused", who, payment)
        tell(payment.matter, "decided", str(payment.pk))
    return payment


def pay(payment_id: int, proof: Proof, *, by: Account) -> Payment:
    """Say that an approved payment was made, with what shows it; once."""
    with transaction.atomic():
        payment, request = _locked(payment_id)
        who = access.acting(payment.matter.post, by)
        _require(payment, APPROVED)
        payment.evidence = checked(
            proof.words, field="evidence", what=Text("凭据", "the evidence"), most=200
        )
        if proof.content:
            payment.file = records.store_file(proof.content, proof.name, owner=None, by=by)
        on = timezone.localdate()
        payment.spent = accounts.settle(_held(payment), _why(payment, "pay", who, on))
        payment.paid_on, payment.state = on, PAID
        payment.save()
        _note(request, "council.paid", who, payment)
    return payment


def release_payment(payment_id: int, reason: str, *, by: Account) -> Payment:
    """Give back what was set aside and isn't needed; or take a proposal back."""
    with transaction.atomic():
        payment, request = _locked(payment_id)
        who = access.acting(payment.matter.post, by)
        _require(payment, PROPOSED, APPROVED)
        payment.reason = checked(reason, field="reason", what=REASON, most=200)
        if payment.held is not None:
            accounts.release(payment.held, _why(payment, "release", who, timezone.localdate()))
        payment.state = RELEASED
        payment.save()
        _note(request, "council.released", who, payment)
    return payment


def reverse_payment(payment_id: int, reason: str, *, by: Account) -> Payment:
    """Put a wrong payment right by a reversal, as whoever approves: the fund has its money again."""
    with transaction.atomic():
        payment, request = _locked(payment_id)
        who = access.acting(access.rules(request).fund.approve, by)
        _require(payment, PAID)
        payment.reason = checked(reason, field="reason", what=REASON, most=200)
        assert payment.spent is not None
        accounts.reverse(payment.spent, _why(payment, "reverse", who, timezone.localdate()))
        payment.state = REVERSED
        payment.save()
        _note(request, "council.reversed", who, payment)
    return payment


def _set_aside(payment: Payment, who: str) -> Posting:
    on = timezone.localdate()
    payment.unit = unit_of(on.year)
    payment.holder = holder_of(access.fund_area(payment.matter.area))
    try:
        return accounts.reserve(
            payment.unit, payment.holder, payment.amount_fen, _why(payment, "hold", who, on)
        )
    except NotEnough as error:
        there = int(str(error.facts["there"]))
        raise Conflict(
            "councils.fund_short",
            f"小基金不够：要 {format_yuan(payment.amount_fen)} 元，今年能用的还有 {format_yuan(there)} 元。",
            f"The fund is short: {format_yuan(payment.amount_fen)} yuan are needed, {format_yuan(there)} are left this year.",
        ) from error


def _held(payment: Payment) -> Posting:
    assert payment.held is not None  # the table demands it of what was approved
    return payment.held


def _why(payment: Payment, act: str, who: str, on: date) -> Why:
    return Why(f"council:payment:{payment.pk}:{act}", f"payment:{payment.pk}", on, who)


def _locked(payment_id: int) -> tuple[Payment, Request]:
    matter = Payment.objects.filter(pk=payment_id).values_list("matter_id", flat=True).first()
    if matter is None:
        raise NotFound(
            "councils.no_such_payment",
            "没有这笔钱，或者它不归您看。",
            "There is no such payment, or it isn't yours.",
        )
    row, request = locked(matter)
    payment = Payment.objects.select_for_update().get(pk=payment_id)
    payment.matter = row
    return payment, request


def _require(payment: Payment, *states: str) -> None:
    if payment.state not in states:
        raise Conflict(
            "councils.payment_state",
            "这笔钱刚才已经办过了，没有再办一次。刷新看看。",
            "This payment has been dealt with already; nothing was done twice. Reload and look.",
            facts={"payment": payment.pk, "state": payment.state},
        )


def _note(request: Request, kind: str, who: str, payment: Payment) -> None:
    data = {"payment": payment.pk, "fen": payment.amount_fen}
    note(request, kind, timezone.now(), who, data)
