"""A firm applies for a loan by its rung; one application of a firm is under way at a time."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from minsheng.apps.loans import access
from minsheng.apps.loans.kind import LOAN
from minsheng.apps.loans.models import Loan
from minsheng.apps.people.models import Account, Organisation
from minsheng.apps.steps.access import firms_of
from minsheng.apps.steps.actions import checked, record
from minsheng.lib.errors import Conflict, NotAllowed, WrongInput
from minsheng.lib.texts import Text

BEFORE_THE_MONEY = ("applied", "recommended", "agreed", "guaranteed", "contracted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a firm asks for; `organisation` is a credit code, or empty for the only one."""

    scheme: str
    rung: str
    bank: str
    amount_fen: int
    months: int
    purpose: str
    organisation: str = ""


def apply_for_loan(wanted: Wanted, *, by: Account) -> Loan:
    """Return a firm's new application.

    Raises NotAllowed for who speaks for no firm, WrongInput with the field, Conflict where one is under way.
    """
    firm = _firm(wanted.organisation, by)
    purpose = _check(wanted)
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=firm.pk)
        under_way = Loan.objects.filter(
            organisation=firm, scheme=wanted.scheme, state__in=BEFORE_THE_MONEY
        )
        if under_way.exists():
            raise Conflict(
                "loans.under_way",
                "这家企业已经有一笔在申请，没有再交一笔。请在列表里看它走到哪一步；不要了可以撤回。",
                "An application of this firm is under way; no second one was made. See the list, or "
                "withdraw it.",
            )
        loan = Loan.objects.create(
            scheme=wanted.scheme,
            organisation=firm,
            account=by,
            rung=wanted.rung,
            bank=wanted.bank,
            asked_fen=wanted.amount_fen,
            months=wanted.months,
            purpose=purpose,
            applied_on=timezone.localdate(),
        )
        record(LOAN, loan, "apply", "firm", by, fen=loan.asked_fen)
    return loan


def _check(wanted: Wanted) -> str:
    """Return the purpose, after everything that was asked for was looked at."""
    terms = access.terms_of(wanted.scheme)
    if terms not in access.schemes():
        raise access.no_such_loan()
    rung = terms.rungs.get(wanted.rung)
    if rung is None:
        raise _wrong("rung", "请选您企业是哪一级。", "Choose your firm's rung.")
    if wanted.bank not in terms.posts.banks:
        raise _wrong("bank", "请选一家银行。", "Choose a bank.")
    if not 0 < wanted.amount_fen <= rung.most_yuan * 100:
        raise _wrong(
            "amount",
            f"{rung.title.zh}最多 {rung.most_yuan:,} 元。",
            f"{rung.title.to('en')}: at most {rung.most_yuan:,} yuan.",
        )
    if not 1 <= wanted.months <= terms.term.most_months:
        most = terms.term.most_months
        raise _wrong("months", f"写 1 到 {most} 个月。", f"From 1 to {most} months.")
    return checked(LOAN, wanted.purpose, field="purpose", what=Text("钱用在哪里", "what it is for"))


def _firm(code: str, by: Account) -> Organisation:
    for firm in firms_of(by, code=code):
        return firm
    raise NotAllowed(
        "loans.no_firm",
        "贷款要由企业的代表来申请。请带执照和委托书到窗口登记，当场就能用。",
        "A firm applies through its representative. Bring licence and mandate to a counter; it works at once.",
    )


def _wrong(field: str, zh: str, en: str) -> WrongInput:
    return WrongInput(f"loans.{field}", f"{zh}别的都还在。", f"{en} The rest is kept.", field=field)
