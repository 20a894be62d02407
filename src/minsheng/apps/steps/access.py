"""As whom an account comes: by its posts, or as the speaker of a firm."""

from __future__ import annotations

from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Organisation


def posts_of(account: Account) -> frozenset[str]:
    """Return the keys of the posts this account fills today; none for residents."""
    if not account.is_staff_member:
        return frozenset()
    return frozenset(post.key for post in people.posts_of(account))


def speaks_for(organisation: Organisation, account: Account) -> bool:
    """Whether this account speaks today for a firm."""
    if account.is_staff_member or not account.is_proved:
        return False
    return people.representing(account, organisation) is not None


def firms_of(account: Account, *, code: str = "") -> list[Organisation]:
    """Return the firms for which this account speaks today; with a credit code that one alone."""
    if account.is_staff_member:
        return []
    return [one for one in people.organisations_of(account) if code in ("", one.credit_code)]
