"""Loans as the firm sees its own, as officers see what is theirs to do, and the sheet of a loss."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone

from minsheng.apps.accounts import reads as accounts
from minsheng.apps.loans import access
from minsheng.apps.loans.kind import LOAN
from minsheng.apps.loans.models import Loan
from minsheng.apps.loans.words import ACTS, SAID, SIDES, WITH_AMOUNT
from minsheng.apps.people import installed
from minsheng.apps.people.models import Account
from minsheng.apps.steps.access import firms_of, is_applicant, posts_of
from minsheng.apps.steps.reads import (
    MOST_SHOWN,
    Fund,
    Held,
    OpenStep,
    Taken,
    fund_of,
    reasons_of,
    taken,
)
from minsheng.engines import lending
from minsheng.engines.lending import LoanTerms, Shares
from minsheng.lib.texts import Text

__all__ = [
    "ACTS",
    "SAID",
    "SIDES",
    "Fund",
    "LoanLine",
    "LoanTerms",
    "LoanView",
    "LossSheet",
    "OpenStep",
    "Taken",
    "bank_title",
    "funds",
    "held_about",
    "inbox",
    "lends",
    "loan_view",
    "own_loans",
    "schemes",
    "terms_of",
    "verify",
]

lends = access.lends
schemes = access.schemes
terms_of = access.terms_of
_ALL = Loan.objects.select_related("organisation", "account")
QUIET = ("decline", "refuse", "reject", "return_claim", "return_report", "withdraw", "close")


@dataclass(frozen=True, slots=True)
class LoanLine:
    """One loan in a list."""

    id: int
    firm: str
    title: Text
    rung: Text
    bank: Text
    asked_fen: int
    state: str
    said: Text
    applied_on: date


@dataclass(frozen=True, slots=True)
class LossSheet:
    """How a loss was, or would be, shared; what came back; what each still lacks. All in fen."""

    lent: int
    repaid: int
    loss: int
    ratio: Text
    shares: Shares
    back: Shares
    over: int
    is_final: bool

    @property
    def left(self) -> Shares:
        """Return what each has lost and not got back."""
        return self.shares.minus(self.back)


@dataclass(frozen=True, slots=True)
class LoanView:
    """One loan with everything that whoever looks may know, and may do."""

    line: LoanLine
    terms: LoanTerms
    months: int
    purpose: str
    agreed_fen: int
    left_fen: int
    due_on: date | None
    reported_fen: int
    shares_interest: bool
    sheet: LossSheet | None
    steps: tuple[Taken, ...]
    may: tuple[OpenStep, ...]


def own_loans(account: Account, *, code: str = "") -> list[LoanLine]:
    """Return the loans of the firms for which this account speaks today, newest first.

    With the credit code of one of them, of that one alone.
    """
    firms = firms_of(account, code=code)
    return _lines(_ALL.filter(organisation__in=firms).order_by("-id")[:MOST_SHOWN])


def inbox(account: Account) -> list[LoanLine]:
    """Return the loans on which the next step is this account's, the oldest first."""
    held = posts_of(account)
    wanted = Q(pk__in=[])
    for terms in installed.packs().loans.values():
        own = Q(scheme=terms.scheme)
        if terms.posts.centre in held:
            wanted |= own & Q(state__in=_waiting_for("centre"))
        if terms.posts.guarantor in held:
            wanted |= own & Q(state__in=_waiting_for("guarantor"))
        banks = [one for one in terms.posts.banks if one in held]
        wanted |= own & Q(bank__in=banks, state__in=_waiting_for("bank"))
    return _lines(_ALL.filter(wanted).order_by("id")[:MOST_SHOWN])


def loan_view(loan_id: int, account: Account) -> LoanView:
    """Return one loan with what this account may do; NotFound for whoever has nothing to do with it."""
    loan = _ALL.filter(pk=loan_id).first()
    if loan is None or not access.may_see(loan, account):
        raise access.no_such_loan()
    return LoanView(
        line=_lines([loan])[0],
        terms=access.terms_of(loan.scheme),
        months=loan.months,
        purpose=loan.purpose,
        agreed_fen=loan.agreed_fen,
        left_fen=loan.left_fen,
        due_on=loan.due_on,
        reported_fen=loan.reported_fen,
        shares_interest=loan.base == "principal_and_interest",
        sheet=_sheet(loan),
        steps=taken(loan.steps.all(), ACTS, SIDES),
        may=tuple(_open(loan, account)),
    )


def funds(account: Account) -> list[Fund[LoanTerms]]:
    """Return the risk funds of the schemes in which this account has a part."""
    held, today = posts_of(account), timezone.localdate()
    return [
        fund_of(LOAN, terms, fills=terms.posts.fund in held, on=today)
        for terms in access.schemes()
        if held & {terms.posts.fund, terms.posts.guarantor}
    ]


def held_about(account: Account) -> list[Held]:
    """Return the loans that this account asked for, with every reason given, for a copy of its data."""
    found: list[Held] = []
    for loan in _ALL.filter(account=account).order_by("id"):
        number = f"{loan.organisation.name}，{loan.applied_on}，{SAID[loan.state].zh}"
        found.append((access.terms_of(loan.scheme).title, loan.purpose, number))
        found += reasons_of(taken(loan.steps.all(), ACTS, SIDES), loan.organisation.name)
    return found


def verify() -> list[str]:
    """Return what doesn't add up, in words for a log: the books, and each loss beside its postings."""
    wrong: list[str] = []
    for terms in installed.packs().loans.values():
        wrong += accounts.verify(terms.unit).wrong
    for loan in Loan.objects.exclude(lost_guarantor_fen=0, lost_bank_fen=0):
        shares = lending.split(loan.claimed_fen, _ratio(loan))
        if loan.lost != shares:
            wrong.append(f"loan {loan.pk}: {loan.lost} isn't {shares}")
        posted = accounts.posting_by_key(f"loan:{loan.pk}:share")
        moved = sum(line.amount for line in accounts.lines_of(posted)) if posted else 0
        if moved != loan.lost_guarantor_fen:
            wrong.append(
                f"loan {loan.pk}: {moved} fen were posted, {loan.lost_guarantor_fen} borne"
            )
    return wrong


def bank_title(bank: str) -> Text:
    """Return a bank by name."""
    post = installed.packs().district.posts.get(bank)
    return post.title if post else Text(bank)


def _waiting_for(side: lending.Side) -> list[str]:
    return [state for state in lending.STATES if lending.allowed(state, side)]


def _open(loan: Loan, account: Account) -> Iterable[OpenStep]:
    state = loan.state
    if account.is_staff_member and is_applicant(loan.organisation, loan.account, account):
        return
    for side in access.sides_of(loan, account):
        for act in lending.allowed(state, side):  # type: ignore[arg-type]
            step = lending.step(state, act)  # type: ignore[arg-type]
            if step is None or act == "finish":
                continue
            if act == "call_overdue" and (
                loan.due_on is None or timezone.localdate() <= loan.due_on
            ):
                continue
            interest = act == "claim" and loan.base == "principal_and_interest"
            asks = (
                *(("amount",) if act in WITH_AMOUNT or interest else ()),
                *(("reason",) if step.says_why else ()),
            )
            yield OpenStep(act, ACTS[act], asks, act in QUIET)


def _sheet(loan: Loan) -> LossSheet | None:
    if loan.state not in ("claimed", "shared", "recovering", "closed"):
        return None
    is_final = loan.state != "claimed"
    return LossSheet(
        lent=loan.agreed_fen,
        repaid=loan.repaid_fen,
        loss=loan.claimed_fen,
        ratio=Text(f"{loan.ratio_guarantor} : {loan.ratio_bank}"),
        shares=loan.lost if is_final else lending.split(loan.claimed_fen, _ratio(loan)),
        back=loan.back,
        over=loan.over_fen,
        is_final=is_final,
    )


def _ratio(loan: Loan) -> lending.Ratio:
    return lending.Ratio(guarantor=loan.ratio_guarantor, bank=loan.ratio_bank)


def _lines(loans: Iterable[Loan]) -> list[LoanLine]:
    found = []
    for loan in loans:
        terms = access.terms_of(loan.scheme)
        rung = terms.rungs.get(loan.rung)
        found.append(
            LoanLine(
                id=loan.pk,
                firm=loan.organisation.name,
                title=terms.title,
                rung=rung.title if rung else Text(loan.rung),
                bank=bank_title(loan.bank),
                asked_fen=loan.asked_fen,
                state=loan.state,
                said=SAID[loan.state],
                applied_on=loan.applied_on,
            )
        )
    return found
