"""What every step of a loan shares: the row locked, words checked, the step and its event written."""

from __future__ import annotations

from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.loans import access
from minsheng.apps.loans.models import Loan, LoanStep
from minsheng.apps.notices import actions as notices
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text

STREAM = "loan"
MOST_WORDS = 400


def locked(loan_id: int) -> Loan:
    """Return a loan with its row locked until the transaction ends; raises NotFound."""
    found = (
        Loan.objects.select_for_update(of=("self",))
        .select_related("organisation", "account")
        .filter(pk=loan_id)
        .first()
    )
    if found is None:
        raise access.no_such_loan()
    return found


def checked(text: str, *, field: str, what: Text) -> str:
    """Return words without blanks around; WrongInput, naming the field, for none or too many."""
    text = " ".join(text.split())
    if not text:
        raise WrongInput(
            "loans.missing",
            f"还没有写：{what.zh}。别的都还在。",
            f"This is missing: {what.to('en')}. The rest is still there.",
            field=field,
        )
    if len(text) > MOST_WORDS or any(ord(c) < 32 for c in text):
        raise WrongInput(
            "loans.too_long",
            f"{what.zh}最多 {MOST_WORDS} 个字。您写的都还在。",
            f"{what.to('en').capitalize()}: at most {MOST_WORDS} characters. What you wrote is here.",
            field=field,
        )
    return text


def record(loan: Loan, act: str, side: str, by: Account, *, fen: int = 0, reason: str = "") -> None:
    """Write a step and its event: the event holds codes and amounts alone."""
    at = timezone.now()
    LoanStep.objects.create(
        loan=loan, act=act, side=side, account=by, amount_fen=fen, reason=reason, at=at
    )
    data = {"state": loan.state, "fen": fen}
    audit.record(STREAM, str(loan.pk), audit.News(f"loan.{act}", at, who(side, by), data))


def who(side: str, by: Account) -> str:
    """Return who acts, as events say it."""
    return f"{side}/account:{by.pk}"


def tell_firm(loan: Loan, said: Text) -> None:
    """Tell whoever speaks today for the firm of a loan where it stands."""
    for row in people.representatives():
        if row.organisation_id == loan.organisation_id:
            notices.notify(
                row.account,
                kind="loan",
                title=Text("您企业的贷款有新进展", "News about your firm's loan"),
                body=said,
                link=f"/firm/loans/{loan.pk}",
                key=f"loan:{loan.pk}:{loan.steps.count()}:{row.account_id}",
            )
