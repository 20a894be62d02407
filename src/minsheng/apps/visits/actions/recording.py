"""What every act on a visit does: lock the row, write the history, append an event of ids and codes."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.people.installed import calendar
from minsheng.apps.people.models import Account
from minsheng.apps.visits.access import no_such_visit
from minsheng.apps.visits.models import OPEN, Entry, Serial, Visit, Visited
from minsheng.apps.visits.plans import plan
from minsheng.apps.visits.sealing import sealed
from minsheng.lib.errors import Conflict
from minsheng.lib.workdays import Due

STREAM = "visit"
NUMBER = re.compile(r"[0-9]{4}-[0-9]{6,12}")


def locked(number: str, *, revision: int | None = None) -> Visit:
    """Return a visit with its row locked; NotFound for none.

    Raises Conflict when it is settled, or `revision` is not the one that stands: somebody acted.
    """
    visit = locked_any(number)
    if visit.outcome != OPEN or (revision is not None and revision != visit.revision):
        raise Conflict(
            "visits.moved_on",
            "这次走访已经有人记过或者改过了。您写的没有丢：可以作为补充记上，也可以不要。",
            "Somebody has settled or changed this visit. What you wrote isn't lost: add it to the "
            "history, or leave it out.",
            facts={
                "number": visit.number,
                "outcome": visit.outcome,
                "revision": visit.revision,
                "settled_on": visit.settled_on.isoformat() if visit.settled_on else "",
            },
        )
    return visit


def locked_any(number: str) -> Visit:
    """Return a visit with its row locked, settled or not; NotFound for none."""
    if not NUMBER.fullmatch(number):
        raise no_such_visit()
    # The visited first: whoever is handed over or ended locks the same rows in the same order.
    found = Visit.objects.filter(number=number).values_list("visited_id", flat=True).first()
    if found is None:
        raise no_such_visit()
    visited = Visited.objects.select_for_update().get(pk=found)
    visit = Visit.objects.select_for_update().get(number=number)
    visit.visited = visited
    return visit


def next_number(on: date) -> str:
    """Return the next number of the year; its row is locked until the transaction ends."""
    Serial.objects.get_or_create(year=on.year)
    serial = Serial.objects.select_for_update().get(year=on.year)
    serial.last += 1
    serial.save(update_fields=["last"])
    return str(serial)


def open_next(
    visited: Visited, *, since: date, settled: bool, not_before: date | None = None
) -> Visit | None:
    """Open the next visit by the rhythm, unless no term says when; due `not_before` a day."""
    spec = plan(visited.plan)
    due = spec.plan.next_due(visited.level, since, visited=settled, calendar=calendar())
    if due is None:
        return None
    if not_before is not None and due.day < not_before:
        due = Due(not_before, due.provisional)
    return open_visit(visited, basis="", since=since, due=due)


def open_visit(visited: Visited, *, basis: str, since: date, due: Due) -> Visit:
    """Return a new visit that is due, with its first event."""
    grace = plan(visited.plan).plan.grace(basis, visited.level)
    until = calendar().add(due.day, grace)
    visit = Visit.objects.create(
        number=next_number(timezone.localdate()),
        visited=visited,
        basis=basis,
        counted_from=since,
        due_day=due.day,
        due_provisional=due.provisional or until.provisional,
        until=max(until.day, due.day),
    )
    note(visit, "opened", by="", day=due.day)
    return visit


def note(
    visit: Visit, kind: str, *, by: str, day: date | None = None, words: Any = "", **facts: Any
) -> Entry:
    """Write one line of a visit's history, and an event beside it that holds nothing personal."""
    visited = visit.visited
    entry = Entry.objects.create(
        visit=visit,
        kind=kind,
        by=by,
        at=timezone.now(),
        day=day,
        sealed=sealed(visited.person, words),
    )
    data = {"plan": visited.plan, **({"day": day.isoformat()} if day else {}), **facts}
    audit.record(STREAM, visit.number, audit.News(f"visit.{kind}", timezone.now(), by, data))
    return entry


def saved(visit: Visit, *fields: str) -> Visit:
    """Return the visit, stored, one revision on."""
    visit.revision += 1
    visit.save(update_fields=[*fields, "revision"])
    return visit


def named(account: Account) -> str:
    """Return how events name who acted."""
    return f"account:{account.pk}"
