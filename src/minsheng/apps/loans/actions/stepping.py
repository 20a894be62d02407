"""The next step of a loan, by whoever it belongs to: one function, the effects of each act beside it.

One transaction: the loan's row is locked, the step is looked up in the engine's table, the side is asked for, the act's
effect is worked out, then row, step, event and telling are written together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import cast

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from minsheng.apps.accounts import actions as accounts
from minsheng.apps.accounts.models import Posting
from minsheng.apps.loans import access
from minsheng.apps.loans.kind import LOAN, locked
from minsheng.apps.loans.models import Loan
from minsheng.apps.loans.words import SAID
from minsheng.apps.people.models import Account
from minsheng.apps.steps.actions import checked, holder_of, record, require_other, tell_firm, why
from minsheng.engines import lending
from minsheng.engines.accounts import NotEnough
from minsheng.lib.errors import Conflict, NotAllowed, WrongInput
from minsheng.lib.money import format_yuan
from minsheng.lib.periods import add_months
from minsheng.lib.texts import Text

REASON = Text("理由", "the reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What comes with a step: a reason where the table wants one, an amount where the act has one."""

    reason: str = ""
    amount_fen: int = 0


def take_step(loan_id: int, act: str, said: Said, *, by: Account) -> Loan:
    """Return the loan after one step.

    Raises NotFound for strangers, NotAllowed where it is somebody else's step, Conflict where it isn't the time,
    WrongInput with the field.
    """
    with transaction.atomic():
        loan = locked(loan_id)
        sides = access.sides_of(loan, by)
        if not sides:
            raise access.no_such_loan()
        step = lending.step(cast(lending.State, loan.state), cast(lending.Act, act))
        if step is None or act == "finish":
            raise _not_now(loan)
        if step.side not in sides:
            raise access.not_yours()
        if step.side != "firm":
            require_other(LOAN, loan, by)
        if said.amount_fen < 0:
            raise ValueError("an amount isn't negative")
        reason = checked(LOAN, said.reason, field="reason", what=REASON) if step.says_why else ""
        effect = _EFFECTS.get(act)
        fen = effect(loan, said, by) if effect is not None else 0
        loan.state = step.to
        loan.save()
        record(LOAN, loan, act, step.side, by, fen=fen, reason=reason)
        if act == "repay" and not loan.left_fen:
            _finish(loan, by)
        tell_firm(LOAN, loan, SAID[loan.state])
    return loan


def _agree(loan: Loan, said: Said, by: Account) -> int:
    amount = said.amount_fen or loan.asked_fen
    if not 0 < amount <= loan.asked_fen:
        raise WrongInput(
            "loans.amount",
            f"批准的数不能超过申请的 {format_yuan(loan.asked_fen)} 元。别的都还在。",
            f"At most what was asked for: {format_yuan(loan.asked_fen)} yuan. The rest is kept.",
            field="amount",
        )
    loan.agreed_fen = amount
    return amount


def _guarantee(loan: Loan, said: Said, by: Account) -> int:
    """Set aside the guarantee body's share of the whole loan; the terms are pinned to it."""
    terms = access.terms_of(loan.scheme)
    borne, lent = banks_record(loan.scheme, loan.bank)
    if lending.is_stopped(borne, lent, percent=terms.breaker.percent):
        raise Conflict(
            "loans.stopped",
            f"这家银行的代偿已经超过放款的 {terms.breaker.percent}%，先不担保它新的贷款。什么都没有改。",
            f"The losses borne for this bank are above {terms.breaker.percent} % of what it paid out: "
            "none of its new loans is guaranteed for now. Nothing was changed.",
        )
    loan.ratio_guarantor, loan.ratio_bank = terms.loss.ratio.guarantor, terms.loss.ratio.bank
    loan.base = terms.loss.base
    share = lending.split(loan.agreed_fen, _ratio(loan)).guarantor
    if share:
        loan.guaranteed = _reserve(loan, share, by)
    return share


def _reserve(loan: Loan, fen: int, by: Account) -> Posting:
    terms = access.terms_of(loan.scheme)
    try:
        return accounts.reserve(
            terms.unit, holder_of(terms), fen, why(LOAN, loan, "guarantee", "guarantor", by)
        )
    except NotEnough as error:
        there = format_yuan(int(str(error.facts["there"])))
        raise Conflict(
            "loans.fund_short",
            f"风险资金不够：这笔要留 {format_yuan(fen)} 元，还能担保的只有 {there} 元。什么都没有改。",
            f"The risk fund is short: {format_yuan(fen)} yuan are to be set aside, {there} are free. "
            "Nothing was changed.",
        ) from error


def _pay_out(loan: Loan, said: Said, by: Account) -> int:
    loan.due_on = add_months(timezone.localdate(), loan.months)
    return loan.agreed_fen


def _repay(loan: Loan, said: Said, by: Account) -> int:
    if not 0 < said.amount_fen <= loan.left_fen:
        raise WrongInput(
            "loans.amount",
            f"还的数要大于 0，最多是没还的 {format_yuan(loan.left_fen)} 元。别的都还在。",
            f"Above 0, and at most the {format_yuan(loan.left_fen)} yuan that are left. The rest is kept.",
            field="amount",
        )
    loan.repaid_fen += said.amount_fen
    return said.amount_fen


def _finish(loan: Loan, by: Account) -> None:
    loan.state = "repaid"
    loan.save(update_fields=["state"])
    _release(loan, "bank", by)
    record(LOAN, loan, "finish", "bank", by)


def _call_overdue(loan: Loan, said: Said, by: Account) -> int:
    if loan.due_on is None or timezone.localdate() <= loan.due_on:
        raise Conflict(
            "loans.not_due",
            "还没到还款日，不能算逾期。什么都没有改。",
            "The last day of the loan hasn't passed: it isn't overdue. Nothing was changed.",
        )
    return loan.left_fen


def _claim(loan: Loan, said: Said, by: Account) -> int:
    """Claim the loss: the principal that is left, and interest where the contract shares it."""
    if said.amount_fen and loan.base == "principal":
        raise WrongInput(
            "loans.interest",
            "这份合同只分本金，利息归银行，不用填。别的都还在。",
            "This contract shares the principal only; interest is the bank's. Leave it empty.",
            field="amount",
        )
    loan.claimed_fen = lending.lost_of(
        loan.left_fen, said.amount_fen, cast(lending.Base, loan.base)
    )
    loan.claimed_by = by
    return loan.claimed_fen


def _share(loan: Loan, said: Said, by: Account) -> int:
    """Bear the guarantee body's share out of the fund: what was set aside is released, the share spent."""
    if loan.claimed_by_id == by.pk:
        raise NotAllowed(
            "loans.own_claim",
            "自己报的损失，要别人来核。",
            "Somebody else shares a loss that you claimed.",
        )
    lost = lending.split(loan.claimed_fen, _ratio(loan))
    loan.lost_guarantor_fen, loan.lost_bank_fen = lost.guarantor, lost.bank
    _release(loan, "guarantor", by)
    if lost.guarantor:
        terms = access.terms_of(loan.scheme)
        accounts.spend(
            terms.unit, holder_of(terms), lost.guarantor, why(LOAN, loan, "share", "guarantor", by)
        )
    return lost.guarantor


def _report(loan: Loan, said: Said, by: Account) -> int:
    if said.amount_fen <= 0:
        raise WrongInput(
            "loans.amount",
            "追回的数要大于 0。别的都还在。",
            "What came back is above 0. The rest is kept.",
            field="amount",
        )
    loan.reported_fen, loan.claimed_by = said.amount_fen, by
    return said.amount_fen


def _return_report(loan: Loan, said: Said, by: Account) -> int:
    loan.reported_fen = 0
    return 0


def _recover(loan: Loan, said: Said, by: Account) -> int:
    """Give back to each what it lost, in the ratio of the loss; never more than that."""
    if loan.claimed_by_id == by.pk:
        raise NotAllowed(
            "loans.own_claim",
            "自己报的追回，要别人来核。",
            "Somebody else confirms what you reported as come back.",
        )
    shares, over = lending.share_recovery(
        loan.reported_fen, lost=loan.lost, back=loan.back, ratio=_ratio(loan)
    )
    loan.reported_fen = 0
    loan.back_guarantor_fen += shares.guarantor
    loan.back_bank_fen += shares.bank
    loan.over_fen += over
    if shares.guarantor:
        terms = access.terms_of(loan.scheme)
        posted = why(LOAN, loan, f"back:{loan.steps.count()}", "guarantor", by)
        accounts.give(terms.unit, holder_of(terms), shares.guarantor, posted)
    return shares.guarantor


def _withdraw(loan: Loan, said: Said, by: Account) -> int:
    _release(loan, "firm", by)
    return 0


_EFFECTS: Mapping[str, Callable[[Loan, Said, Account], int]] = MappingProxyType(
    {
        "agree": _agree,
        "guarantee": _guarantee,
        "pay_out": _pay_out,
        "repay": _repay,
        "call_overdue": _call_overdue,
        "claim": _claim,
        "share": _share,
        "report": _report,
        "return_report": _return_report,
        "recover": _recover,
        "withdraw": _withdraw,
    }
)


def banks_record(scheme: str, bank: str) -> tuple[int, int]:
    """Return what the guarantee body has borne for a bank and not got back, and what the bank paid out."""
    paid = Loan.objects.filter(scheme=scheme, bank=bank, due_on__isnull=False)
    sums = paid.aggregate(
        lent=Sum("agreed_fen"), lost=Sum("lost_guarantor_fen"), back=Sum("back_guarantor_fen")
    )
    return (sums["lost"] or 0) - (sums["back"] or 0), sums["lent"] or 0


def _release(loan: Loan, side: str, by: Account) -> None:
    if loan.guaranteed is not None:
        accounts.release(loan.guaranteed, why(LOAN, loan, "release", side, by))


def _ratio(loan: Loan) -> lending.Ratio:
    return lending.Ratio(guarantor=loan.ratio_guarantor, bank=loan.ratio_bank)


def _not_now(loan: Loan) -> Conflict:
    said = SAID[loan.state]
    return Conflict(
        "loans.not_now",
        f"这笔贷款现在是“{said.zh}”，这一步做不了，可能有人刚办过。刷新看看，什么都没有改。",
        f"This loan is '{said.to('en')}' now: this step can't be taken, perhaps somebody was faster. "
        "Reload and see; nothing was changed.",
        facts={"loan": loan.pk, "state": loan.state},
    )
