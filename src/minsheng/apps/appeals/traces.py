"""What requests leave behind so that others can be compared with them; protected kinds leave nothing."""

from __future__ import annotations

from collections.abc import Sequence

from minsheng.apps.appeals.models import Request
from minsheng.apps.matching import actions as matching
from minsheng.apps.people import installed
from minsheng.content.appeals import Appeal
from minsheng.engines.appeals.state import Event
from minsheng.lib.areas import Point

DECIDES = frozenset({"classified", "dispatched"})


def note(request: Request, spec: Appeal, words: str) -> None:
    """Keep the trace of a new request."""
    if spec.protected:
        return
    matching.note(
        request.number,
        words,
        told=request.received_at,
        kind=request.category if has_words(spec, request.category) else "",
        at=point_of(request.area),
        owner=request.person,
    )


def follow(request: Request, spec: Appeal, events: Sequence[Event]) -> None:
    """Learn a class once a dispatcher has stood by it."""
    decided = any(event.kind in DECIDES for event in events)
    if decided and not spec.protected and has_words(spec, request.category):
        matching.decide(request.number, request.category)


def has_words(spec: Appeal, category: str) -> bool:
    """Whether a category can be suggested: "not sure" says of itself nothing."""
    found = spec.catalogue.get(category)
    return found is not None and bool(found.words)


def point_of(area: str) -> Point | None:
    """Return the middle of the place a request names, or None."""
    found = installed.packs().district.areas.get(area)
    return (found.at[0], found.at[1]) if found else None
