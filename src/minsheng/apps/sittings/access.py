"""Who may do what at a sitting: the convener, the posts at the table, the firm of a seat."""

from __future__ import annotations

from minsheng.apps.appeals.access import posts_of
from minsheng.apps.people import installed
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.sittings.models import Seat, Sitting
from minsheng.content.sittings import SittingSpec, Topic
from minsheng.lib.errors import NotAllowed, NotFound
from minsheng.lib.texts import Text


def house(key: str) -> SittingSpec:
    """Return one house; raises NotFound."""
    found = installed.packs().sittings.get(key)
    if found is None:
        raise no_such_sitting()
    return found


def houses_of(account: Account) -> list[SittingSpec]:
    """Return the houses whose sittings this account sets."""
    held = posts_of(account)
    return [one for one in installed.packs().sittings.values() if one.convener in held]


def topic_of(sitting: Sitting) -> Topic:
    """Return what a sitting is about; one that the pack no longer holds keeps its key."""
    found = house(sitting.house).topics.get(sitting.topic)
    return found or Topic(key=sitting.topic, title=Text(sitting.topic), category="", offices=())


def convenes(sitting: Sitting, account: Account) -> bool:
    """Whether this account sets the sittings of this house and keeps who came."""
    return house(sitting.house).convener in posts_of(account)


def table_post(sitting: Sitting, account: Account) -> str:
    """Return the post in which this account sits at the table, or ""."""
    held = posts_of(account)
    return next((post for post in sitting.posts if post in held), "")


def acting(sitting: Sitting, account: Account, *, at_table: bool) -> str:
    """Return who acts, as events say it: the convener, or a post at the table where that is meant.

    Raises NotAllowed for anybody else.
    """
    post = table_post(sitting, account) if at_table else ""
    if not post and convenes(sitting, account):
        post = house(sitting.house).convener
    if not post:
        raise not_yours()
    return f"post:{post}/account:{account.pk}"


def may_see(sitting: Sitting, account: Account) -> bool:
    """Whether this account may see who comes, and why."""
    return convenes(sitting, account) or bool(table_post(sitting, account))


def is_firms(seat: Seat, account: Account) -> bool:
    """Whether this account speaks today for the firm of a seat."""
    if account.is_staff_member or not account.is_proved:
        return False
    return people.representing(account, seat.organisation) is not None


def not_yours() -> NotAllowed:
    """Return the refusal to who neither sets the sitting nor sits at it."""
    return NotAllowed(
        "sittings.not_yours",
        "这一场不是您组织，也不是您坐班。请看“企业之家”里有您的场次。",
        "You neither set this sitting nor sit at it. See those that are yours.",
    )


def no_such_sitting() -> NotFound:
    """Return the answer to who asks for a sitting or seat that isn't there, or isn't theirs."""
    return NotFound(
        "sittings.none",
        "没有这一场，或者这个座不是您企业的。请回列表看看。",
        "There is no such sitting, or the seat isn't your firm's. See the list.",
    )
