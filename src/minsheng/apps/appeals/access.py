"""Who may do what with a request: one predicate per act. Work belongs to posts."""

from __future__ import annotations

from collections.abc import Collection

from minsheng.apps.appeals import catalogue
from minsheng.apps.appeals.models import Request
from minsheng.apps.people import installed
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Organisation
from minsheng.content.appeals import Appeal
from minsheng.engines.appeals.decide import dispatcher_of
from minsheng.engines.appeals.state import Request as State
from minsheng.lib.errors import NotAllowed, NotFound


def posts_of(account: Account) -> frozenset[str]:
    """Return the posts this account fills today; none for residents."""
    if not account.is_staff_member:
        return frozenset()
    return frozenset(post.key for post in people.posts_of(account))


def is_requester(request: Request, account: Account) -> bool:
    """Whether this account made the request, or speaks today for the firm that did."""
    if account.is_staff_member or not account.is_active:
        return False
    if request.organisation_id is not None:
        return account.is_proved and (
            people.representing(account, Organisation(pk=request.organisation_id)) is not None
        )
    return request.account_id == account.pk


def posts_on(spec: Appeal, state: State) -> frozenset[str]:
    """Return the posts that a request has anything to do with: those who see it."""
    grade = spec.grades[state.grade]
    named = {spec.dispatcher, spec.redo, spec.visit.post, spec.dispute.decide, spec.hold.approver}
    if grade.extend is not None:
        named.add(grade.extend.approver)
    return frozenset(named | {item.post for item in state.items.values()})


def may_see(spec: Appeal, state: State, held: Collection[str]) -> bool:
    """Whether a member of staff with these posts may open a request."""
    posts = posts_on(spec, state) & set(held)
    if not spec.protected:
        return bool(posts)
    known = installed.packs().district.posts
    return any(post in known and known[post].opens_protected for post in posts)


def acting(post: str, account: Account) -> str:
    """Return who acts in this duty, as events say it; raises NotAllowed for anybody else."""
    if post not in posts_of(account):
        raise not_yours()
    return f"post:{post}/account:{account.pk}"


def acting_as_one_of(posts: Collection[str], account: Account) -> str:
    """Return who acts, in the first of these duties that they hold; raises NotAllowed."""
    held = posts_of(account)
    for post in posts:
        if post in held:
            return f"post:{post}/account:{account.pk}"
    raise not_yours()


def requester(account: Account) -> str:
    """Return the requester as events say it."""
    return f"requester/account:{account.pk}"


def dispatcher(spec: Appeal, state: State) -> str:
    """Return the post that dispatches this request now."""
    return dispatcher_of(spec, state)


def spec_of(request: Request) -> Appeal:
    """Return the pinned kind of a request."""
    return catalogue.pinned(request.form_id)


def not_yours() -> NotAllowed:
    """Return the refusal of an act that belongs to another post."""
    return NotAllowed(
        "appeals.not_yours",
        "这一步不归您的岗位。请看“诉求”里等您办的。",
        "This step isn't for your post. See what waits for you under Requests.",
    )


def no_such_request() -> NotFound:
    """Return the one answer to everybody who may not know whether there is such a request."""
    return NotFound(
        "appeals.no_such_request",
        "没有这件诉求，或者它不归您看。请回列表看看。",
        "There is no such request, or it isn't yours. See the list.",
    )
