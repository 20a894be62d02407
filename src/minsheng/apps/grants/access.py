"""Who may do what with awards: the office of a policy decides, another of its posts approves."""

from __future__ import annotations

from datetime import date, timedelta

from minsheng.apps.grants.models import Grant
from minsheng.apps.payouts.access import acting, not_yours, posts_of, rules
from minsheng.apps.people import installed
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Person
from minsheng.apps.policies.shelf import policy_as_begun
from minsheng.engines.policies.spec import Policy
from minsheng.lib.errors import NotAllowed, NotFound


def policy_of(grant: Grant) -> Policy:
    """Return the policy of an award in the text it was claimed under, with numbers as they are now."""
    return policy_as_begun(grant.policy, grant.edition_id)


def deciding(grant: Grant, account: Account) -> str:
    """Return who decides on an award, as events say it; NotAllowed for anybody else."""
    return acting(rules().decide.get(policy_of(grant).office, ""), account)


def approving(grant: Grant, account: Account) -> str:
    """Return who approves an award, as events say it; NotAllowed for anybody else."""
    return acting(rules().approve.get(policy_of(grant).office, ""), account)


def receiving(found: Policy, account: Account) -> str:
    """Return who takes a claim at a counter, as events say it; NotAllowed for anybody else.

    A post that sees identity cards, or the one that decides: then somebody else has to decide it.
    """
    for post in people.posts_of(account) if account.is_staff_member else ():
        if post.may_vouch or post.key == rules().decide.get(found.office):
            return f"post:{post.key}/account:{account.pk}"
    raise not_yours()


def may_receive(account: Account) -> bool:
    """Whether an account takes claims at a counter."""
    deciding_posts = set(rules().decide.values())
    return account.is_staff_member and any(
        post.may_vouch or post.key in deciding_posts for post in people.posts_of(account)
    )


def object_until(settled_on: date) -> date:
    """Return the last day on which somebody may object, by the setting of the district."""
    return settled_on + timedelta(days=rules().object_days)


def answering(grant: Grant, account: Account) -> str:
    """Return who answers an objection, as events say it: a post that decides, approves or heads the office."""
    held = posts_of(account) & _answering_posts(grant)
    if not held:
        raise not_yours()
    return f"post:{min(held)}/account:{account.pk}"


def may_answer(grant: Grant, account: Account) -> bool:
    """Whether an account may answer an objection: in such a post, and without having settled the claim."""
    dealt = account.pk in (grant.settled_by_id, grant.decided_by_id)
    return not dealt and bool(posts_of(account) & _answering_posts(grant))


def _answering_posts(grant: Grant) -> frozenset[str]:
    office, found = policy_of(grant).office, rules()
    head = installed.packs().district.head_of(office)
    return frozenset({found.decide.get(office, ""), found.approve.get(office, ""), head} - {""})


def offices_of(account: Account) -> frozenset[str]:
    """Return the offices whose awards an account decides on or approves."""
    held = posts_of(account)
    found = rules()
    return frozenset(
        office
        for duty in (found.decide, found.approve)
        for office, post in duty.items()
        if post in held
    )


def may_see(grant: Grant, account: Account) -> bool:
    """Whether a member of staff may see an award and its sheet."""
    if grant.objection_sealed and posts_of(account) & _answering_posts(grant):
        return True
    return policy_of(grant).office in offices_of(account)


def is_own(person: Person, account: Account) -> bool:
    """Whether this is the person's own proved sign-in."""
    return account.is_proved and account.person_id == person.pk


def proved(account: Account) -> Person:
    """Return the person of a resident; NotAllowed before they are proved."""
    if account.person is None or not account.is_proved:
        raise NotAllowed(
            "grants.not_proved",
            "先核实身份，再申请。在“我的”里点“核实身份”。",
            "Confirm who you are first, under “Mine”; then apply.",
        )
    return account.person


def no_such_grant() -> NotFound:
    """Return the one answer to everybody who may not know whether there is such an award."""
    return NotFound(
        "grants.none",
        "没有这一项，或者它不归您看。请回列表看看。",
        "There is no such award, or it isn't yours. See the list.",
    )
