"""Who may do what with a request: one predicate per act. Work belongs to posts."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from minsheng.apps.appeals import catalogue
from minsheng.apps.appeals.models import Request
from minsheng.apps.people import installed
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Organisation, Post
from minsheng.content.appeals import Appeal
from minsheng.engines.appeals.decide import dispatcher_of
from minsheng.engines.appeals.state import Event
from minsheng.engines.appeals.state import Request as State
from minsheng.lib.errors import NotAllowed, NotFound, WrongInput


@dataclass(frozen=True, slots=True)
class Held:
    """The posts an account fills today; `named` are those of them that open what is protected."""

    posts: frozenset[str]
    named: frozenset[str]

    def in_kind(self, spec: Appeal) -> frozenset[str]:
        """Return the posts that count for a kind of request: in a protected one the named alone."""
        return self.named if spec.protected else self.posts


def held_by(account: Account) -> Held:
    """Return the posts this account fills today; none for residents."""
    found = people.posts_of(account) if account.is_staff_member else []
    return Held(
        frozenset(post.key for post in found),
        frozenset(post.key for post in found if post.opens_protected),
    )


def posts_of(account: Account) -> frozenset[str]:
    """Return the keys of the posts this account fills today; none for residents."""
    return held_by(account).posts


def is_requester(request: Request, account: Account) -> bool:
    """Whether this account made the request, or speaks today for the firm that did."""
    if account.is_staff_member or not account.is_active:
        return False
    if request.organisation_id is not None:
        return account.is_proved and (
            people.representing(account, Organisation(pk=request.organisation_id)) is not None
        )
    return request.account_id == account.pk


def speaker(request: Request, account: Account) -> str:
    """Return who speaks for the requester, as events say it; "" for anybody else.

    What was said in a courtyard names nobody: its helpers speak for it.
    """
    if is_requester(request, account):
        return requester(account)
    post = helper_post(request)
    return f"post:{post}/account:{account.pk}" if post and post in posts_of(account) else ""


def helper_post(request: Request) -> str:
    """Return the post that speaks for a courtyard's voice; "" where somebody made the request."""
    found = request.finding
    if found is None or found.visit_id is not None:
        return ""
    plan = installed.packs().visits.get(found.plan)
    return plan.post if plan else ""


def may_follow(request: Request, account: Account) -> bool:
    """Whether this account may read what became of a request: who speaks for it, who noted it.

    Of a protected one whoever noted it reads no more: only the named posts do.
    """
    if speaker(request, account):
        return True
    found = request.finding
    noted = found is not None and found.by_id == account.pk and bool(posts_of(account))
    return noted and not spec_of(request).protected


def posts_on(spec: Appeal, state: State) -> frozenset[str]:
    """Return the posts that a request has anything to do with: those who see it."""
    grade = spec.grades[state.grade]
    named = {spec.dispatcher, spec.redo, spec.visit.post, spec.dispute.decide, spec.hold.approver}
    if grade.extend is not None:
        named.add(grade.extend.approver)
    return frozenset(named | {item.post for item in state.items.values()})


def may_see(spec: Appeal, state: State, held: Held) -> bool:
    """Whether a member of staff with these posts may open a request."""
    return bool(posts_on(spec, state) & held.in_kind(spec))


def guard(spec: Appeal, state: State, events: Sequence[Event]) -> None:
    """Refuse a step of a protected kind by a post that doesn't open protected cases, or to one."""
    if not spec.protected:
        return
    named = set(Post.objects.filter(opens_protected=True).values_list("key", flat=True))
    acted = {event.by.partition("/")[0] for event in events if event.by.startswith("post:")}
    if not acted <= {f"post:{key}" for key in named}:
        raise not_yours()
    if not {item.post for item in state.open_items} <= named:
        raise WrongInput(
            "appeals.protected_post",
            "这一件受保护，只能派给能打开受保护案卷的岗位。您写的都还在。",
            "This request is protected: only posts that open protected cases can have it. "
            "What you wrote is kept.",
            field="lead",
        )


def knows_requester(spec: Appeal, held: Held) -> bool:
    """Whether somebody with these posts may learn who made a request of this kind."""
    speak = {spec.dispatcher, spec.redo, spec.visit.post}
    return not spec.hides_requester or bool(held.in_kind(spec) & speak)


def contact_post(request: Request, spec: Appeal, post: str, way: str) -> str:
    """Return who speaks to the requester for an office: itself, or who knows a hidden one.

    To a hidden requester with a sign-in the office may write: it doesn't learn to whom.
    """
    writes = way == "portal" and request.account_id is not None
    return spec.dispatcher if spec.hides_requester and not writes else post


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
