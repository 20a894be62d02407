"""What follows from what was found: a ledger entry, a request, or another visit, as the pack says.

Requests are made by whoever reads the event `visit.finding` upward; it holds ids and codes only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.people.installed import calendar, packs
from minsheng.apps.people.models import Account, Person
from minsheng.apps.projects import actions as projects
from minsheng.apps.visits import access
from minsheng.apps.visits.actions.calling import call_for
from minsheng.apps.visits.actions.recording import STREAM, named
from minsheng.apps.visits.models import Finding, Visit
from minsheng.apps.visits.plans import plan
from minsheng.apps.visits.sealing import checked, sealed
from minsheng.content.visits import FindingSpec
from minsheng.lib.errors import NotAllowed, WrongInput


def note_findings(visit: Visit, found: Mapping[str, str], *, by: Account) -> list[Finding]:
    """Write down what a visit found and let what the pack declares follow, in its transaction."""
    spec = plan(visit.visited.plan)
    rows = []
    for key, words in found.items():
        declared, person = spec.findings[key], visit.visited.person
        row = _finding(declared, spec.key, by=by)
        row.visit, row.area = visit, visit.visited.area
        row.sealed = sealed(person, checked(words, field="findings"))
        row.save()
        if declared.leads == "visit":
            row.reference = call_for(visit.visited, declared.trigger, by=by).number
        elif declared.leads == "entry":
            row.reference = _entry(row, declared, person, by=by)
        row.save(update_fields=["reference"])
        _tell(row, STREAM, visit.number, by)
        rows.append(row)
    return rows


def note_voice(slug: str, area: str, key: str, words: str, *, by: Account) -> Finding:
    """Return a voice of a courtyard, noted without a visit; nobody is named.

    Raises NotAllowed unless `by` fills the plan's post, WrongInput for a place or kind that isn't
    declared, or without words.
    """
    spec = plan(slug)
    if not spec.voices or spec.post not in access.held(by):
        raise NotAllowed(
            "visits.no_voices",
            "院坝里的话由院坝联络员记。请把话告诉他们。",
            "What is said in a courtyard is noted by its helper. Tell them.",
        )
    words = checked(words, field="words")
    courtyard = packs().district.areas.get(area)
    if courtyard is None or courtyard.kind != "courtyard":
        raise _choose("area", "请选是哪个院坝。您写的都还在。", "Choose the courtyard.")
    if key not in spec.findings:
        raise _choose("finding", "请选是哪一类。您写的都还在。", "Choose what it is about.")
    if not words:
        raise _choose("words", "请写一句说了什么。", "Write one sentence of what was said.")
    with transaction.atomic():
        row = _finding(spec.findings[key], slug, by=by)
        row.area, row.sealed = area, sealed(None, words)
        if row.leads == "entry":
            row.reference = _entry(row, spec.findings[key], None, by=by)
        row.save()
        _tell(row, STREAM, f"voice:{row.pk}", by)
    return row


def refer(finding_id: int, reference: str) -> None:
    """Write on a finding what was made of it, once, in the caller's transaction."""
    row = Finding.objects.select_for_update(of=("self",)).select_related("visit").get(pk=finding_id)
    if row.reference:
        return
    row.reference = reference
    row.save(update_fields=["reference"])
    chain = row.visit.number if row.visit else f"voice:{row.pk}"
    data = {"finding": row.pk, "reference": reference}
    audit.record(STREAM, chain, audit.News("visit.led_to", timezone.now(), "", data))


def _entry(row: Finding, declared: FindingSpec, person: Person | None, *, by: Account) -> str:
    """Return the number of the entry in the ledger of projects that a finding leads to.

    It says what kind of thing was found and where, never in the words of the one visited. The
    district's own rule about who may open one was settled when the plan was published.
    """
    new = projects.NewEntry(
        title=declared.title,
        kind="problem",
        owner=declared.owner,
        due=row.due_day,
        area=row.area if person is None else "",
    )
    return projects.open_entry(new, by=by, person=person).number


def _finding(declared: FindingSpec, slug: str, *, by: Account) -> Finding:
    today = timezone.localdate()
    within = declared.within
    return Finding(
        plan=slug,
        key=declared.key,
        leads=declared.leads,
        office=declared.office,
        urgent=declared.urgent,
        due_day=calendar().add(today, within).day if within is not None else None,
        at=timezone.now(),
        by=by,
    )


def _tell(row: Finding, stream: str, chain: str, by: Account) -> None:
    data: dict[str, Any] = {
        "finding": row.pk,
        "plan": row.plan,
        "key": row.key,
        "leads": row.leads,
        "office": row.office,
        "urgent": row.urgent,
        "due": row.due_day.isoformat() if row.due_day else "",
        "reference": row.reference,
    }
    audit.record(stream, chain, audit.News("visit.finding", timezone.now(), named(by), data))


def _choose(at: str, zh: str, en: str) -> WrongInput:
    return WrongInput("visits.voice", zh, en, field=at)
