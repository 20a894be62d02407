"""One visit with all that its visitor needs: whom, where, what to ask, what was said before.

Opening it is a look at a personal record, and is written down.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from minsheng.apps.people import actions as people_actions
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.people.typed import said
from minsheng.apps.visits import access
from minsheng.apps.visits.models import Entry, Finding, Visit, Visited
from minsheng.apps.visits.plans import plan
from minsheng.apps.visits.reads.lines import VisitLine, line, where_of, who_of
from minsheng.apps.visits.sealing import opened
from minsheng.content.visits import VisitSpec
from minsheng.lib.areas import Point
from minsheng.lib.texts import Text

EARLIER = 3


@dataclass(frozen=True, slots=True)
class Where:
    """Where to go: an address, and a point on the map where one is known."""

    address: str
    place: Point | None


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a visit's history. `by` is an account's id, or empty for the installation."""

    kind: str
    at: datetime
    day: date | None
    by: str
    words: str


@dataclass(frozen=True, slots=True)
class Found:
    """One finding and what followed."""

    id: int
    title: Text
    leads: str
    office: str
    due: date | None
    reference: str
    words: str
    urgent: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """One earlier visit: the day, the way, and what was answered."""

    number: str
    on: date
    way: Text
    answers: tuple[tuple[Text, Text], ...]


@dataclass(frozen=True, slots=True)
class VisitView:
    """One visit whole. `is_visitor`: it is the reader's own to make."""

    line: VisitLine
    spec: VisitSpec
    name: str
    where: Where
    history: tuple[Happened, ...]
    findings: tuple[Found, ...]
    answers: tuple[tuple[Text, Text], ...]
    earlier: tuple[Earlier, ...]
    way: Text
    agreed: bool | None
    is_open: bool
    is_visitor: bool
    is_head: bool
    colleagues: tuple[tuple[int, str], ...]


def visit_view(number: str, *, account: Account, on: date | None = None) -> VisitView:
    """Return one visit for its visitor, its head or a named post; NotFound for everybody else."""
    on = on or timezone.localdate()
    visit = find(number)
    access.require_open(visit, account)
    visited, spec = visit.visited, plan(visit.visited.plan)
    look(visited, by=account, number=number)
    return VisitView(
        line=line(visit, on=on),
        spec=spec,
        name=name_of(visited),
        where=where(visited),
        history=history_of(visit),
        findings=findings_of(visit),
        answers=answers_of(visit, spec),
        earlier=earlier_of(visited, spec, but=visit.pk),
        way=spec.ways[visit.way].title if visit.way in spec.ways else Text(visit.way),
        agreed=visit.agreed,
        is_open=not visit.outcome and visited.ended_on is None,
        is_visitor=access.is_visitor(visit, account),
        is_head=access.is_head(visited, account),
        colleagues=tuple(
            (one.pk, one.display or one.username)
            for one in access.visitors_of(visited.post)
            if one.pk != account.pk
        ),
    )


def find(number: str) -> Visit:
    """Return a visit with whom it visits; NotFound for none."""
    rows = Visit.objects.select_related("visited__person", "visited__organisation")
    visit = rows.filter(number=number[:20]).first() if "\x00" not in number else None
    if visit is None:
        raise access.no_such_visit()
    return visit


def look(visited: Visited, *, by: Account, number: str) -> None:
    """Write down that a member of staff opened where somebody lives and what they said."""
    person = visited.person
    if person is None or person.is_erased:
        return
    people_actions.record_look(
        person.pk,
        by=by,
        purpose="visit",
        what="visit",
        case=number,
        post_key=visited.post if visited.post in access.held(by) else "",
        is_protected=visited.protected,
    )


def name_of(visited: Visited) -> str:
    """Return the full name of who is visited; whoever shows it has written the look down."""
    if visited.person is not None and not visited.person.is_erased:
        name = people.name_of(visited.person)
        return f"{name}一家" if visited.kind == "household" else name
    return who_of(visited).zh


def where(visited: Visited) -> Where:
    """Return where to go; the area's name where no address is kept."""
    found = opened(visited.person, visited.where_sealed) or {}
    place = found.get("place")
    return Where(
        str(found.get("address") or where_of(visited.area).zh),
        (float(place[0]), float(place[1])) if place else None,
    )


def answers_of(visit: Visit, spec: VisitSpec) -> tuple[tuple[Text, Text], ...]:
    """Return what was answered at a visit, in words; nothing where it can't be opened."""
    kept = opened(visit.visited.person, visit.answers_sealed) or {}
    return in_words(spec, kept)


def in_words(spec: VisitSpec, kept: Mapping[str, object]) -> tuple[tuple[Text, Text], ...]:
    """Return answers as pairs of question and answer."""
    return tuple(
        (asked.label, said(asked, kept[key])) for key, asked in spec.fields.items() if key in kept
    )


def history_of(visit: Visit) -> tuple[Happened, ...]:
    """Return what happened to a visit, newest first."""
    rows = Entry.objects.filter(visit=visit).order_by("-pk")
    person, spec = visit.visited.person, plan(visit.visited.plan)
    return tuple(
        Happened(row.kind, row.at, row.day, row.by, _words(spec, opened(person, row.sealed)))
        for row in rows
    )


def findings_of(visit: Visit) -> tuple[Found, ...]:
    """Return what a visit found and what followed."""
    rows = Finding.objects.filter(visit=visit).order_by("pk")
    return tuple(found_of(row, visit.visited) for row in rows)


def found_of(row: Finding, visited: Visited | None) -> Found:
    """Return one finding or voice with its words."""
    spec = plan(row.plan)
    title = spec.findings[row.key].title if row.key in spec.findings else Text(row.key)
    words = opened(visited.person if visited else None, row.sealed) or ""
    return Found(
        row.pk, title, row.leads, row.office, row.due_day, row.reference, str(words), row.urgent
    )


def _words(spec: VisitSpec, kept: object) -> str:
    if isinstance(kept, dict):
        return "；".join(f"{label.zh}：{answer.zh}" for label, answer in in_words(spec, kept))
    return str(kept or "")


def earlier_of(visited: Visited, spec: VisitSpec, *, but: int = 0) -> tuple[Earlier, ...]:
    """Return the last visits that were made, newest first, with what was answered."""
    rows = Visit.objects.filter(visited=visited, outcome="done").exclude(pk=but)
    found = []
    for row in rows.order_by("-settled_on", "-pk")[:EARLIER]:
        row.visited = visited
        way = spec.ways[row.way].title if row.way in spec.ways else Text(row.way)
        assert row.settled_on is not None  # the table holds it for settled ones
        found.append(Earlier(row.number, row.settled_on, way, answers_of(row, spec)))
    return tuple(found)
