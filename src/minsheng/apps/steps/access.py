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


def is_applicant(organisation: Organisation, applicant: Account, account: Account) -> bool:
    """Whether an account belongs to the person who applied, or to one who speaks for the firm today.

    A person may have two sign-ins, as a resident and as staff: the person counts.
    """
    if account.pk == applicant.pk:
        return True
    if account.person_id is None:
        return False
    speakers = {
        row.account.person_id
        for row in people.representatives()
        if row.organisation_id == organisation.pk
    }
    return account.person_id in {applicant.person_id, *speakers}


def firms_of(account: Account, *, code: str = "") -> list[Organisation]:
    """Return the firms for which this account speaks today; with a credit code that one alone."""
    if account.is_staff_member:
        return []
    return [one for one in people.organisations_of(account) if code in ("", one.credit_code)]
