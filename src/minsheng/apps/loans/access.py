"""Who may do what with a loan: the firm's speaker, the centre, the bank it went to, the guarantee body."""

from __future__ import annotations

from django.utils import timezone

from minsheng.apps.loans.models import Loan
from minsheng.apps.people import installed
from minsheng.apps.people.models import Account
from minsheng.apps.steps.access import posts_of, speaks_for
from minsheng.engines.lending import LoanTerms
from minsheng.engines.lending.flow import Side
from minsheng.lib.errors import NotAllowed, NotFound


def schemes() -> list[LoanTerms]:
    """Return the schemes of loans in force today."""
    today = timezone.localdate()
    return [one for one in installed.packs().loans.values() if one.effective_from <= today]


def terms_of(scheme: str) -> LoanTerms:
    """Return one scheme; NotFound for an unknown one."""
    found = installed.packs().loans.get(scheme)
    if found is None:
        raise no_such_loan()
    return found


def sides_of(loan: Loan, account: Account) -> tuple[Side, ...]:
    """Return as whom this account may act on a loan; none for a stranger."""
    if not account.is_staff_member:
        return ("firm",) if speaks_for(loan.organisation, account) else ()
    held, posts = posts_of(account), terms_of(loan.scheme).posts
    named: dict[Side, str] = {
        "centre": posts.centre, "bank": loan.bank, "guarantor": posts.guarantor,
    }  # fmt: skip
    return tuple(side for side, post in named.items() if post in held)


def may_see(loan: Loan, account: Account) -> bool:
    """Whether this account has to do with a loan. Whoever fills the fund sees what it stands for."""
    return bool(sides_of(loan, account)) or terms_of(loan.scheme).posts.fund in posts_of(account)


def lends(account: Account) -> bool:
    """Whether this account has a part in any scheme of loans as staff."""
    held = posts_of(account)
    return any(
        held & {one.posts.fund, one.posts.centre, one.posts.guarantor, *one.posts.banks}
        for one in schemes()
    )


def not_yours() -> NotAllowed:
    """Return the refusal of a step that belongs to somebody else."""
    return NotAllowed(
        "loans.not_yours",
        "这一步不归您办：推荐归创新中心，贷不贷归银行，担保和代偿归担保公司。请看“企业贷款”里等您办的。",
        "This step isn't yours: the centre recommends, the bank decides, the guarantee body guarantees. "
        "See what waits for you under Loans.",
    )


def no_such_loan() -> NotFound:
    """Return the one answer to everybody who may not know whether there is such a loan."""
    return NotFound(
        "loans.none",
        "没有这笔贷款，或者它不归您看。请回列表看看。",
        "There is no such loan, or it isn't yours. See the list.",
    )
