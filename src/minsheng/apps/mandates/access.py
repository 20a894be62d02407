"""Who may act for whom: one predicate for each act, asked again at every act."""

from __future__ import annotations

from django.utils import timezone

from minsheng.apps.mandates.models import AGENCY, CLERK, FAMILY, Mandate
from minsheng.apps.people import access as people_access
from minsheng.apps.people import keys
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Person
from minsheng.lib.errors import NotAllowed, NotFound


def holds(mandate: Mandate, account: Account) -> bool:
    """Whether this account may act by this mandate today, whatever it was a moment ago.

    A family agent must be proved; a clerk must still stand at a counter; an agency clerk must still
    be on the staff with a post, and no administrator.
    """
    if mandate.agent_id != account.pk or not account.is_active:
        return False
    if not mandate.holds_on(timezone.localdate()) or mandate.principal.is_erased:
        return False
    if mandate.kind == FAMILY:
        return account.is_proved and not account.is_staff_member
    if people.duty_of(account):
        return False
    posts = people.posts_of(account)
    return any(post.may_vouch for post in posts) if mandate.kind == CLERK else bool(posts)


def mandate_for(
    account: Account, person: Person, slug: str, *, case: str = "", mandate_id: int | None = None
) -> Mandate | None:
    """Return the mandate by which this account acts for this person in this, today, or None."""
    rows = Mandate.objects.filter(agent=account, principal=person, ended_at__isnull=True)
    if mandate_id is not None:
        rows = rows.filter(pk=mandate_id)
    for mandate in rows.select_related("principal").order_by("-pk"):
        if mandate.covers(slug, case) and holds(mandate, account):
            return mandate
    return None


def require_own(mandate_id: int, account: Account) -> Mandate:
    """Return a mandate this account acts by today; raises NotFound, or NotAllowed once it ended."""
    mandate = Mandate.objects.select_related("principal").filter(pk=mandate_id).first()
    if mandate is None or mandate.agent_id != account.pk:
        raise no_such_mandate()
    if not holds(mandate, account):
        raise ended()
    return mandate


def is_named(mandate: Mandate, account: Account) -> bool:
    """Whether this proved resident is whom the principal named."""
    if mandate.kind != FAMILY or not account.is_proved or account.person is None:
        return False
    number = people.number_of(account.person)
    return bool(number) and mandate.agent_blind in keys.blinds_of_number(number)


def may_register(account: Account) -> bool:
    """Whether this account stands at a counter today, where contracts are shown and kept."""
    return people_access.may_prove_others(account)


def may_serve(account: Account) -> bool:
    """Whether this account may be an agency clerk: on the staff, with a post, no administrator."""
    if not account.is_active or not account.is_staff_member or people.duty_of(account):
        return False
    return bool(people.posts_of(account))


def no_such_mandate() -> NotFound:
    """Return the one answer to everybody who isn't in a mandate."""
    return NotFound(
        "no_such_mandate",
        "没有这份授权，或者它和您无关。",
        "There is no such mandate, or it isn't yours.",
    )


def ended() -> NotAllowed:
    """Return the answer when a mandate has ended, or does not reach so far."""
    return NotAllowed(
        "mandate_ended",
        "授权已经到期、收回，或者不包括这件事，所以不能代办。请本人重新授权，或自己来办。",
        "The mandate has ended, was taken back, or doesn't cover this, so you can't act by it. "
        "The person may give a new one, or do it themselves.",
    )


__all__ = [
    "AGENCY", "CLERK", "FAMILY", "ended", "holds", "is_named", "mandate_for", "may_register",
    "may_serve", "no_such_mandate", "require_own",
]  # fmt: skip
