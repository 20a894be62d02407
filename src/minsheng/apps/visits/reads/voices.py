"""What was said in the courtyards lately, for their helpers and for who answers for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from minsheng.apps.people.installed import packs
from minsheng.apps.people.models import Account
from minsheng.apps.visits import access
from minsheng.apps.visits.models import Finding
from minsheng.apps.visits.reads.lines import where_of
from minsheng.apps.visits.reads.one import Found, found_of
from minsheng.content.visits import VisitSpec
from minsheng.lib.areas import Area
from minsheng.lib.texts import Text

RECENT_DAYS = 31


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice: where, when, what it is about and what follows."""

    found: Found
    where: Text
    at: datetime


def voice_plans(account: Account) -> list[VisitSpec]:
    """Return the plans for which this account notes what is said in courtyards."""
    posts = access.held(account)
    return [spec for spec in packs().visits.values() if spec.voices and spec.post in posts]


def courtyards() -> list[Area]:
    """Return the courtyards that exist today."""
    return list(packs().district.areas.of_kind("courtyard", on=timezone.localdate()))


def voices(account: Account, limit: int = 50) -> list[Voice]:
    """Return what was said lately, newest first; nothing for whoever has no part in it."""
    plans = [
        spec.key
        for spec in packs().visits.values()
        if spec.voices
        and (spec.post in access.held(account) or access.heads_post(spec.post, account))
    ]
    since = timezone.now() - timedelta(RECENT_DAYS)
    rows = Finding.objects.filter(plan__in=plans, visit=None, at__gte=since).order_by("-pk")
    return [Voice(found_of(row, None), where_of(row.area), row.at) for row in rows[:limit]]
