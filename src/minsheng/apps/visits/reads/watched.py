"""Open visits as the ladder of supervision looks at them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from minsheng.apps.visits.models import OPEN, Visit, Visited
from minsheng.apps.visits.plans import office_of, plan
from minsheng.lib.texts import Text

NEAR_DAYS = 45


@dataclass(frozen=True, slots=True)
class Watched:
    """One visit with its row locked: whose duty, from when to when. `runs`: its clock isn't paused."""

    title: Text
    office: str
    post: str
    since: date
    until: date
    provisional: bool
    runs: bool
    is_open: bool
    is_protected: bool


def watched(on: date) -> Iterator[str]:
    """Yield the numbers of open visits whose last day has passed or comes within weeks."""
    rows = Visit.objects.filter(outcome=OPEN, until__lte=on + timedelta(NEAR_DAYS))
    rows = rows.filter(visited__ended_on__isnull=True, due_provisional=False)
    yield from rows.order_by("until", "pk").values_list("number", flat=True)


def locked_for_watch(number: str, on: date) -> Watched | None:
    """Return one visit with its row locked, or None; the caller is inside a transaction."""
    found = Visit.objects.filter(number=number).values_list("visited_id", flat=True).first()
    if found is None:
        return None
    visited = Visited.objects.select_for_update().get(pk=found)
    visit = Visit.objects.select_for_update().get(number=number)
    is_open = not visit.outcome and visited.ended_on is None
    return Watched(
        title=plan(visited.plan).title,
        office=office_of(visited.post),
        post=visited.post,
        since=visit.counted_from,
        until=visit.until,
        provisional=visit.due_provisional,
        runs=is_open and (visited.paused_until is None or visited.paused_until < on),
        is_open=is_open,
        is_protected=visited.protected,
    )
