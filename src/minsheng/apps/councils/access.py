"""Who may do what about matters of the neighbours, homes, votes, the fund and mediation."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

from minsheng.apps.appeals import catalogue
from minsheng.apps.appeals.access import posts_of
from minsheng.apps.councils.models import Home, Matter
from minsheng.apps.people import installed
from minsheng.apps.people import reads as people
from minsheng.engines.councils import Council
from minsheng.lib.errors import NotAllowed, NotFound

if TYPE_CHECKING:
    from minsheng.apps.appeals.models import Request
    from minsheng.apps.people.models import Account


def council_of(slug: str) -> Council | None:
    """Return the rules for what follows when requests of a kind are small or private, or None."""
    found = installed.packs().councils.get(slug)
    if found is None or found.effective_from > timezone.localdate():
        return None
    return found


def rules(request: Request) -> Council:
    """Return the rules for a request; raises NotFound where its kind has none."""
    found = council_of(request.slug)
    if found is None:
        raise no_such_matter()
    return found


def convener(request: Request) -> str:
    """Return the post that calls the council about a request, by where it is."""
    return rules(request).convene.at(catalogue.area_path(request.area))


def fund_area(area: str) -> str:
    """Return the community or village whose fund pays for what lies in an area."""
    path = catalogue.area_path(area)
    return path[min(1, len(path) - 1)] if path else area


def convenes(account: Account) -> bool:
    """Whether an account calls councils anywhere, approves spending or sets budgets."""
    held = posts_of(account)
    for council in installed.packs().councils.values():
        named = {council.convene.post, *council.convene.in_area.values()}
        if held & (named | {council.fund.approve, council.fund.grant}):
            return True
    return False


def mediates(account: Account) -> bool:
    """Whether an account is a mediator."""
    held = posts_of(account)
    return any(one.mediation.post in held for one in installed.packs().councils.values())


def acting(post: str, account: Account) -> str:
    """Return who acts in this duty, as events say it; raises NotAllowed for anybody else."""
    if post not in posts_of(account):
        raise not_yours()
    return f"post:{post}/account:{account.pk}"


def may_see(matter: Matter, account: Account) -> bool:
    """Whether a member of staff has to do with a matter: calls it, approves, or sets budgets."""
    council = rules(matter.request)
    return bool(posts_of(account) & {matter.post, council.fund.approve, council.fund.grant})


def home_of(account: Account) -> Home | None:
    """Return the home of a proved resident, as written down; None for everybody else."""
    if account.is_staff_member or not account.is_proved or account.person is None:
        return None
    members = people.household_members(account.person)
    if not members:
        return None
    return Home.objects.filter(household_id=members[0].household_id).first()


def is_of_age(account: Account, least: int, on: date) -> bool:
    """Whether a resident is at least so old; an unknown age isn't."""
    age = people.age_of(account.person, on=on) if account.person is not None else None
    return age is not None and age >= least


def not_yours() -> NotAllowed:
    """Return the refusal of an act that belongs to another post."""
    return NotAllowed(
        "councils.not_yours",
        "这一步不归您的岗位。请看“居民议事”里等您办的。",
        "This step isn't for your post. See what waits for you under Council.",
    )


def no_such_matter() -> NotFound:
    """Return the one answer to everybody who may not know whether there is such a matter."""
    return NotFound(
        "councils.no_such_matter",
        "没有这件事，或者它不归您看。请回列表看看。",
        "There is no such matter, or it isn't yours. See the list.",
    )
