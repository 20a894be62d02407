"""Who may see and write orders: the item's post, the head of its office, and the leader."""

from __future__ import annotations

from minsheng.apps.cases import catalogue
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.supervision.models import Order
from minsheng.lib.errors import NotAllowed, NotFound
from minsheng.lib.texts import Text

PROTECTED = Text("受保护的一件", "A protected item")


def held(account: Account) -> set[str]:
    """Return the posts this account fills today."""
    return {post.key for post in people.posts_of(account)}


def is_leader(account: Account) -> bool:
    """Whether this account leads all offices today."""
    leader = catalogue.packs().district.supervision.leader
    return bool(leader) and leader in held(account)


def offices_of(account: Account) -> list[str]:
    """Return the offices this account works for or answers for today."""
    district, posts = catalogue.packs().district, people.posts_of(account)
    mine = {post.key for post in posts}
    own = {post.department.key for post in posts}
    return sorted(own | {key for key in district.departments if district.head_of(key) in mine})


def may_see(order: Order, account: Account) -> bool:
    """Whether this account leads, answers for the office, or fills the subject's own post."""
    return is_leader(account) or may_reply(order, account)


def may_reply(order: Order, account: Account) -> bool:
    """Whether this account answers for the office or fills the subject's own post today."""
    head = catalogue.packs().district.head_of(order.office)
    return bool(held(account) & {order.post, order.head_post, head} - {""})


def require_leader(account: Account) -> None:
    """Raise NotAllowed unless this account leads."""
    if not is_leader(account):
        raise NotAllowed(
            "supervision.leader_only",
            "督办单由分管负责人发出和办结。要催办，请找他们。",
            "Orders are written and closed by the leader in charge. Ask them to have one written.",
        )


def no_such_order() -> NotFound:
    """Return the one answer to everybody who may not know whether there is such an order."""
    return NotFound(
        "no_such_order",
        "没有这张督办单，或者它不归您的岗位。回督办列表看看。",
        "There is no such order, or it isn't for your post. See the list of orders.",
    )
