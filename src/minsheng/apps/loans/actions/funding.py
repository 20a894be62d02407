"""The risk fund: filled as the pack says, out of which the guarantee body's share is borne."""

from __future__ import annotations

from minsheng.apps.accounts.models import Posting
from minsheng.apps.loans import access
from minsheng.apps.loans.kind import LOAN
from minsheng.apps.people.models import Account
from minsheng.apps.steps.access import posts_of
from minsheng.apps.steps.actions import fill


def fill_fund(scheme: str, *, by: Account) -> Posting:
    """Return the posting that puts into the risk fund what the pack says; once, now or before.

    The amount is the pack's, and a post of its own fills it. Conflict where the pack says another one by now.
    """
    terms = access.terms_of(scheme)
    if terms.posts.fund not in posts_of(by):
        raise access.not_yours()
    return fill(LOAN, terms, terms.fund.yuan, side="fund", by=by)
