"""Who may see and settle a visit: its visitor, the head of the office, and the one visited."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from minsheng.apps.people import access as people_access
from minsheng.apps.people import reads as people
from minsheng.apps.people.installed import packs
from minsheng.apps.people.models import Account
from minsheng.apps.visits.models import Visit, Visited
from minsheng.apps.visits.plans import head_of, office_of
from minsheng.lib.errors import NotAllowed, NotFound


def held(account: Account) -> set[str]:
    """Return the posts this account fills today; none for an administrator."""
    if not people_access.is_staff(account) or people.duty_of(account):
        return set()
    return {post.key for post in people.posts_of(account)}


def is_visitor(visit: Visit, account: Account) -> bool:
    """Whether it is this account's visit today: named for it, or nobody is and it fills the post."""
    if visit.visited.post not in held(account):
        return False
    named = visit.account_id or visit.visited.account_id
    return named is None or named == account.pk


def is_usual_visitor(visited: Visited, account: Account) -> bool:
    """Whether this account visits somebody as a rule: named for them, or nobody is."""
    return visited.post in held(account) and visited.account_id in (None, account.pk)


def mine(account: Account) -> Q:
    """Return the condition on visits to be this account's; the same as `is_visitor`, for lists."""
    posts = held(account)
    own = Q(account=account) | Q(account=None, visited__account=account)
    free = Q(account=None, visited__account=None)
    return Q(visited__post__in=posts) & (own | free)


def is_head(visited: Visited, account: Account) -> bool:
    """Whether this account answers for the visits of the post, or leads the district."""
    return heads_post(visited.post, account)


def heads_post(post: str, account: Account) -> bool:
    """Whether this account answers for the visits of a post, or leads the district."""
    posts = held(account)
    return bool(posts & {head_of(post), packs().district.supervision.leader} - {""})


def headed_posts(account: Account) -> list[str]:
    """Return the posts whose visits this account answers for."""
    posts = {spec.post for spec in packs().visits.values()}
    return sorted(post for post in posts if heads_post(post, account))


def sees_who(visited: Visited, account: Account) -> bool:
    """Whether this member of staff may learn who a protected one is: a named post of the office."""
    if not visited.protected:
        return True
    office, declared = office_of(visited.post), packs().district.posts
    return any(
        key in declared and declared[key].opens_protected and declared[key].department == office
        for key in held(account)
    )


def is_own(visited: Visited, account: Account) -> bool:
    """Whether this account is the person visited, or lives in the household, or is its guardian.

    Of a protected one only the person learns, never the household.
    """
    person = visited.person
    if person is None or people_access.is_staff(account):
        return False
    if people_access.is_self(account, person):
        return True
    if visited.protected:
        return False
    if people_access.is_guardian(account, person):
        return True
    return (
        visited.household_id is not None
        and account.is_proved
        and any(one.person_id == account.person_id for one in people.household_members(person))
    )


def may_open(visit: Visit, account: Account) -> bool:
    """Whether this member of staff may open and settle a visit.

    Its visitor may, and who answers for the office; of a protected one its named posts instead.
    """
    if is_visitor(visit, account):
        return True
    visited = visit.visited
    return sees_who(visited, account) if visited.protected else is_head(visited, account)


def require_open(visit: Visit, account: Account) -> None:
    """Raise NotFound unless this account may open the visit."""
    if not may_open(visit, account):
        raise no_such_visit()


def require_head(visited: Visited, account: Account) -> None:
    """Raise NotAllowed unless this account answers for the visits of the post."""
    if not is_head(visited, account):
        raise NotAllowed(
            "visits.heads_only",
            "这一步归部门负责人。请找您的负责人办。",
            "This is for the head of the office. Ask yours.",
        )


def require_head_of(post: str, account: Account) -> None:
    """Raise NotAllowed unless this account answers for the visits of a post."""
    if not heads_post(post, account):
        raise NotAllowed(
            "visits.heads_only",
            "这一步归部门负责人。请找您的负责人办。",
            "This is for the head of the office. Ask yours.",
        )


def visitors_of(post: str) -> list[Account]:
    """Return who may visit for a post today."""
    return [one for one in people.accounts_of(post, timezone.localdate()) if held(one)]


def no_such_visit() -> NotFound:
    """Return the one answer to everybody who may not know whether there is such a visit."""
    return NotFound(
        "no_such_visit",
        "没有这次走访，或者它不归您。回“今天走访”看看。",
        "There is no such visit, or it isn't yours. See your visits of today.",
    )
