"""The homes of an area, as voters are taken from them; and who may speak for one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.utils import timezone

from minsheng.apps.councils.models import Home
from minsheng.apps.people import installed
from minsheng.apps.people.models import Account, HouseholdMember

if TYPE_CHECKING:
    from uuid import UUID


def homes_of(area: str, part: str = "") -> list[Home]:
    """Return the homes in an area and all that lies in it, whose label begins with `part`."""
    keys = [one.key for one in installed.packs().district.areas.within(area)]
    rows = Home.objects.filter(area__in=keys, label__startswith=part)
    return list(rows.order_by("area", "label"))


def accounts_in(households: Iterable[UUID]) -> list[Account]:
    """Return the sign-ins of the members of these households today."""
    today = timezone.localdate()
    people = HouseholdMember.objects.filter(household_id__in=list(households), since__lte=today)
    people = people.filter(until__isnull=True) | people.filter(until__gt=today)
    return list(Account.objects.filter(person__in=people.values("person")).order_by("pk"))
