"""A recognition or registration makes facts true of a person; when it ends they are no longer so."""

from __future__ import annotations

from django.utils import timezone

from minsheng.apps.grants.access import policy_of
from minsheng.apps.grants.models import Grant
from minsheng.apps.policies import actions as policies
from minsheng.apps.policies import dossiers
from minsheng.apps.policies.dossiers import Known


def source_of(grant: Grant) -> str:
    """Return who says a fact that an award made true: the award itself, so that it doesn't grow old."""
    return f"award:{grant.pk}"


def make_so(grant: Grant, *, by: str) -> None:
    """Note what an approved recognition makes true, in the caller's transaction."""
    found, today = policy_of(grant), timezone.localdate()
    facts = {name: Known(True, source_of(grant), today) for name in found.makes_true}
    facts |= {name: Known(today.isoformat(), source_of(grant), today) for name in found.makes_today}
    if facts:
        policies.note_facts(grant.person, facts, by=by)


def unmake(grant: Grant, *, by: str) -> None:
    """Note that what a recognition made true is so no more, where nobody has said anything since."""
    known, today = dossiers.of_person(grant.person), timezone.localdate()
    facts = {
        name: Known(False, source_of(grant), today)
        for name in policy_of(grant).makes_true
        if name in known and known[name].source == source_of(grant)
    }
    if facts:
        policies.note_facts(grant.person, facts, by=by)
