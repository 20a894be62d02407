"""Who may search, who may approve what was found, and who may see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minsheng.apps.people import installed
from minsheng.apps.people import reads as people
from minsheng.content.screening import ScreeningSpec
from minsheng.lib.errors import NotAllowed, NotFound

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account


def spec() -> ScreeningSpec:
    """Return how this district searches; NotFound where its packs don't say."""
    found = installed.packs().screening
    if found is None:
        raise NotFound(
            "screening.none",
            "本区没有配置政策找人。请在规则包里加 policies/screening.yaml。",
            "Searching isn't configured here. Add policies/screening.yaml to the packs.",
        )
    return found


def may_start(account: Account) -> bool:
    """Whether this account may begin a run today."""
    found = installed.packs().screening
    return found is not None and _holds(account, found.start)


def may_approve(account: Account) -> bool:
    """Whether this account may approve what others found today."""
    found = installed.packs().screening
    return found is not None and _holds(account, found.approve)


def may_see(account: Account) -> bool:
    """Whether this account may see runs at all."""
    return may_start(account) or may_approve(account)


def require(allowed: bool) -> None:
    """Raise NotAllowed unless it is allowed."""
    if not allowed:
        raise NotAllowed(
            "screening.not_yours",
            "政策找人归指定的岗位办。要加岗位，找安全管理员。",
            "Searching belongs to the posts the pack names. The security administrator assigns them.",
        )


def _holds(account: Account, posts: tuple[str, ...]) -> bool:
    if not account.is_active or not account.is_staff_member or people.duty_of(account):
        return False
    return any(post.key in posts for post in people.posts_of(account))
