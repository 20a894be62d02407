"""Who may propose, decide and hand over in a circle, and whose points are whose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from minsheng.apps.people import reads as people
from minsheng.apps.points.models import Participant
from minsheng.apps.points.schemes import circle_of, schemes
from minsheng.lib.errors import NotAllowed, NotFound

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account, Person

DUTIES = ("propose", "decide", "shop")


def duties(account: Account, scheme: str, circle: str) -> frozenset[str]:
    """Return which duties an account has in a circle today: propose, decide, shop."""
    if not account.is_active or not account.is_staff_member or people.duty_of(account):
        return frozenset()
    _, declared = circle_of(scheme, circle)
    held = {post.key for post in people.posts_of(account)}
    return frozenset(duty for duty in DUTIES if getattr(declared, duty) in held)


def circles(account: Account) -> list[tuple[str, str, frozenset[str]]]:
    """Return the circles in which an account has a duty today: scheme, circle, duties."""
    if not account.is_staff_member or people.duty_of(account):
        return []
    held = {post.key for post in people.posts_of(account)}
    found = []
    for scheme in schemes().values():
        for circle in scheme.circles.values():
            own = frozenset(duty for duty in DUTIES if getattr(circle, duty) in held)
            if own:
                found.append((scheme.scheme, circle.key, own))
    return found


def works_with_points(account: Account) -> bool:
    """Whether an account has a duty in any circle today."""
    return bool(circles(account))


def require_duty(account: Account, scheme: str, circle: str, duty: str) -> None:
    """Raise NotAllowed unless an account has this duty in the circle today."""
    if duty not in duties(account, scheme, circle):
        raise NotAllowed(
            "points.not_your_duty",
            "这一步归别的岗位办。要换人，请找系统管理员。",
            "This step belongs to another post. Ask the system administrator to change that.",
        )


def holders_of(person: Person) -> tuple[str, ...]:
    """Return the account holders a person belongs to: themselves and their household."""
    members = people.household_members(person)
    own = f"person:{person.pk}"
    return (own, f"household:{members[0].household_id}") if members else (own,)


def participants_of(account: Account) -> list[Participant]:
    """Return where a proved resident takes part, alone or with the household."""
    if not account.is_proved or account.person is None or account.is_staff_member:
        return []
    rows = Participant.objects.filter(holder__in=holders_of(account.person))
    return list(rows.filter(left_on__isnull=True).order_by("scheme", "circle"))


def require_participant(account: Account, scheme: str) -> Participant:
    """Return somebody's own participation in a scheme; NotFound for everybody else."""
    for row in participants_of(account):
        if row.scheme == scheme:
            return row
    raise not_taking_part()


def may_object(account: Account, participant: Participant) -> bool:
    """Whether an account takes part in the circle of a participant, and so may speak up."""
    own = participants_of(account)
    circle = (participant.scheme, participant.circle)
    return any((row.scheme, row.circle) == circle for row in own)


def is_open(participant: Participant) -> bool:
    """Whether a participant still takes part today."""
    return participant.left_on is None or participant.left_on > timezone.localdate()


def not_taking_part() -> NotFound:
    """Return the answer to who takes no part in a scheme."""
    return NotFound(
        "points.not_in",
        "您还没有参加，或者这和您无关。要参加，在“我的积分”里选。",
        "You don't take part, or it isn't yours. To take part, choose it under My points.",
    )
