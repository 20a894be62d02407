"""The risk fund: filled as the pack says, out of which the guarantee body's share is borne."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from minsheng.apps.accounts import actions as accounts
from minsheng.apps.accounts import reads as account_reads
from minsheng.apps.accounts.actions import Why
from minsheng.apps.accounts.models import Posting
from minsheng.apps.loans import access
from minsheng.apps.loans.actions.writing import who
from minsheng.apps.loans.fund import holder_of
from minsheng.apps.people.models import Account
from minsheng.lib.errors import Conflict


def fill_fund(scheme: str, *, by: Account) -> Posting:
    """Return the posting that puts into the risk fund what the pack says; once, now or before.

    The amount is the pack's, and a post of its own fills it. Conflict where the pack says another one by now.
    """
    terms = access.terms_of(scheme)
    if terms.posts.fund not in access.posts_of(by):
        raise access.not_yours()
    why = Why(f"loans:fund:{scheme}", "loans:fund", timezone.localdate(), who("fund", by))
    with transaction.atomic():
        posted = accounts.give(terms.unit, holder_of(terms), terms.fund.yuan * 100, why)
        if sum(line.amount for line in account_reads.lines_of(posted)) != terms.fund.yuan * 100:
            raise Conflict(
                "loans.fund_filled",
                "风险资金已经按原来的数注入过了，没有再记。",
                "The risk fund was filled with another amount before. Nothing was posted.",
            )
    return posted
