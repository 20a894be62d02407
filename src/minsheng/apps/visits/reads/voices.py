"""What was said in the courtyards lately: for their helpers, and without words for everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

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
BOARD_DAYS = 92


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


@dataclass(frozen=True, slots=True)
class Posted:
    """What one voice was about, for everybody: no words, nobody's name. `id` is of the finding."""

    id: int
    title: Text
    leads: str
    on: date


def board() -> list[tuple[Area, list[Posted]]]:
    """Return each courtyard with what was said there in the last quarter, newest first.

    Only kinds that the pack posts; what was said at a visit stays between those who spoke.
    """
    since = timezone.now() - timedelta(BOARD_DAYS)
    told: dict[str, list[Posted]] = {area.key: [] for area in courtyards()}
    for row in Finding.objects.filter(visit=None, at__gte=since).order_by("-pk"):
        spec = packs().visits.get(row.plan)
        declared = spec.findings.get(row.key) if spec else None
        if declared is not None and declared.posted and row.area in told:
            day = timezone.localtime(row.at).date()
            told[row.area].append(Posted(row.pk, declared.title, row.leads, day))
    return [(area, told[area.key]) for area in courtyards()]
