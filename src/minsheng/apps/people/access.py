"""Who may do what with a person: one predicate per act."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, TypeGuard

from django.utils import timezone

from minsheng.apps.people import installed, reads
from minsheng.apps.people.purposes import STAFF_PURPOSES
from minsheng.lib.errors import NotAllowed
from minsheng.lib.texts import Text

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser

    from minsheng.apps.people.models import Account, Person

CONSENT_AGE = 14
"""Under this age a guardian decides about personal data.

Source: 个人信息保护法, art. 31 (text read, facts/law.md).
"""


DUTY_WORDS = {
    "system": Text("系统管理员", "system administrator"),
    "security": Text("安全管理员", "security administrator"),
    "audit": Text("审计管理员", "audit administrator"),
}


def is_signed_in(user: AbstractBaseUser | AnonymousUser) -> TypeGuard[Account]:
    """Whether this is an active account and not a passer-by."""
    return user.is_authenticated and user.is_active


def is_staff(user: AbstractBaseUser | AnonymousUser) -> TypeGuard[Account]:
    """Whether this is somebody who works for an office, signed in."""
    return is_signed_in(user) and user.is_staff_member


def administers(account: Account, duty: str, *, on: date | None = None) -> bool:
    """Whether this account is the system, security or audit administrator today, and only that."""
    return reads.duty_of(account, on) == duty


def require_duty(account: Account, duty: str) -> None:
    """Raise NotAllowed unless this account is that one of the three administrators today."""
    if not administers(account, duty):
        who = DUTY_WORDS[duty]
        raise NotAllowed(
            "people.not_this_duty",
            f"这一页归{who.zh}管，您打不开，也改不了。要改什么，请找{who.zh}。",
            f"This belongs to the {who.en}; you can neither open nor change it. Ask the {who.en}.",
            facts={"duty": duty},
        )


def is_self(account: Account, person: Person) -> bool:
    """Whether this account is this person, proved."""
    return account.is_active and account.is_proved and account.person_id == person.pk


def is_guardian(account: Account, person: Person, *, on: date | None = None) -> bool:
    """Whether this proved account is guardian, in the same household, of this child under 14."""
    if not account.is_active or not account.is_proved or account.person_id is None:
        return False
    day = on or timezone.localdate()
    age = reads.age_of(person, on=day)
    if age is None or age >= CONSENT_AGE:
        return False
    return reads.is_child_of_guardian(person, guardian_id=account.person_id, on=day)


def is_declared(purpose: str) -> bool:
    """Whether this is a purpose that staff may state."""
    return purpose in STAFF_PURPOSES


def may_look_as_staff(
    account: Account, *, purpose: str, post_key: str = "", on: date | None = None
) -> bool:
    """Whether this member of staff fills a post that may look, and states a declared purpose."""
    if not account.is_active or not account.is_staff_member or not is_declared(purpose):
        return False
    if reads.duty_of(account, on):
        return False
    posts = reads.posts_of(account, on=on)
    return any(post.may_look and post_key in ("", post.key) for post in posts)


def may_see_person(
    account: Account, person: Person, *, purpose: str = "", on: date | None = None
) -> bool:
    """Whether this account may open this person's record.

    The person, proved; a guardian in the household while the child is under 14; or staff with a
    post and a declared purpose. A local account sees nobody, not even itself.
    """
    if person.is_erased:
        return False
    if is_self(account, person) or is_guardian(account, person, on=on):
        return True
    return may_look_as_staff(account, purpose=purpose, on=on)


def may_consent_for(account: Account, person: Person, *, on: date | None = None) -> bool:
    """Whether this account may give or withdraw this person's consent.

    From 14 the person alone; before that a guardian.
    """
    if person.is_erased:
        return False
    day = on or timezone.localdate()
    age = reads.age_of(person, on=day)
    if age is not None and age < CONSENT_AGE:
        return is_guardian(account, person, on=day)
    return is_self(account, person)


def may_prove_others(account: Account, *, on: date | None = None) -> bool:
    """Whether this account belongs to a clerk who may vouch for an identity today."""
    if not may_look_as_staff(account, purpose="proof", on=on):
        return False
    return any(post.may_vouch for post in reads.posts_of(account, on=on))


def require_clerk(account: Account) -> None:
    """Raise NotAllowed unless this clerk may confirm identities, and so write down who speaks for a firm."""
    if not may_prove_others(account):
        raise NotAllowed(
            "people.no_clerk",
            "单位由谁代表，要由窗口看过执照和委托书的工作人员登记。",
            "Who speaks for a firm is written down by a clerk who has seen the papers.",
        )


def is_leader(
    user: AbstractBaseUser | AnonymousUser, *, on: date | None = None
) -> TypeGuard[Account]:
    """Whether this account fills a post today that sees the figures of all offices."""
    return is_staff(user) and any(post.may_lead for post in reads.posts_of(user, on=on))


def may_see_looks(account: Account, person: Person) -> bool:
    """Whether this account may read who opened this person's record: the person or a guardian."""
    return is_self(account, person) or is_guardian(account, person)


def places_of(account: Account) -> tuple[str, ...]:
    """Return the places that this account's posts look after today, in the order of the pack."""
    if not is_staff(account) or reads.duty_of(account):
        return ()
    held = {post.key for post in reads.posts_of(account)}
    known = installed.packs().district.posts
    return tuple(dict.fromkeys(one.area for key, one in known.items() if key in held and one.area))


def within_place(account: Account, area: str) -> frozenset[str]:
    """Return a place and all that lies in it, for whoever looks after it; raises NotAllowed."""
    if area not in places_of(account):
        raise NotAllowed(
            "people.not_your_place",
            "这个地方归别的岗位照看。您照看的在“本地一览”里。",
            "Another post looks after this place. Yours are in your local room.",
        )
    return frozenset(one.key for one in installed.packs().district.areas.within(area))
