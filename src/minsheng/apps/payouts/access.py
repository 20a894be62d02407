"""Who may do what with money that goes out: duties belong to posts of the district's pack."""

from __future__ import annotations

from minsheng.apps.people import installed
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.content.grants import Grants
from minsheng.lib.errors import NotAllowed, NotFound


def rules() -> Grants:
    """Return this district's setting of who decides, approves and pays."""
    return installed.packs().district.grants


def posts_of(account: Account) -> frozenset[str]:
    """Return the keys of the posts an account fills today; none for residents."""
    if not account.is_staff_member:
        return frozenset()
    return frozenset(post.key for post in people.posts_of(account))


def acting(post: str, account: Account) -> str:
    """Return who acts in this duty, as events say it; raises NotAllowed for anybody else."""
    if not post or post not in posts_of(account):
        raise not_yours()
    return f"post:{post}/account:{account.pk}"


def handles_money(account: Account) -> bool:
    """Whether an account sets pots or pays."""
    found = rules()
    return bool(posts_of(account) & {found.budget, found.confirm, found.pay} - {""})


def not_yours() -> NotAllowed:
    """Return the refusal of an act that belongs to another post."""
    return NotAllowed(
        "payouts.not_yours",
        "这一步不归您的岗位，什么都没有改。等您办的在“补贴发放”里。",
        "This step isn't for your post; nothing was changed. See what waits for you under Grants.",
    )


def no_such_batch() -> NotFound:
    """Return the answer to who asks for a batch that isn't there."""
    return NotFound(
        "payouts.no_batch",
        "没有这一批。请回列表看看。",
        "There is no such batch. See the list.",
    )
