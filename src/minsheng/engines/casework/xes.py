"""An event log in XES, for tools that look into how processes really go.

Pseudonymous: a case is a number of this file alone, whoever acts is told as a post, and nothing
that somebody typed is in it. Of the data of an event, reasons, outcomes and subjects are kept.

Source: IEEE 1849-2016, eXtensible Event Stream.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import quoteattr

_EXTENSIONS = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
    ("Lifecycle", "lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
)
TRANSITIONS = {
    "planned": "schedule",
    "opened": "start",
    "claimed": "assign",
    "transferred": "reassign",
    "returned": "suspend",
    "paused": "suspend",
    "held": "suspend",
    "supplied": "resume",
    "resumed": "resume",
    "released": "resume",
    "done": "complete",
    "refused": "ate_abort",
    "cancelled": "withdraw",
    "expired": "withdraw",
    "skipped": "autoskip",
}
"""What our kinds are in the standard lifecycle; any other is "unknown" there."""
KEPT = ("reason", "outcome", "subject", "status")


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One event: what happened to which item, when, and which post or role did it."""

    kind: str
    item: str
    title: str
    at: datetime
    post: str
    attempt: int = 0
    data: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class LoggedCase:
    """One case under the number it has in this file alone."""

    number: int
    service: str
    version: str
    status: str
    events: tuple[LoggedEvent, ...]


def xes(cases: Iterable[LoggedCase]) -> Iterator[str]:
    """Yield the lines of an XES file; one case is in memory at a time."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">\n'
    for name, prefix, uri in _EXTENSIONS:
        yield f'<extension name="{name}" prefix="{prefix}" uri="{uri}"/>\n'
    yield '<global scope="trace"><string key="concept:name" value=""/></global>\n'
    yield (
        '<global scope="event"><string key="concept:name" value=""/>'
        '<date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>'
        '<string key="lifecycle:transition" value="unknown"/></global>\n'
    )
    yield '<classifier name="item and act" keys="concept:name minsheng:kind"/>\n'
    yield '<classifier name="item" keys="concept:name"/>\n'
    for case in cases:
        yield from _trace(case)
    yield "</log>\n"


def _trace(case: LoggedCase) -> Iterator[str]:
    yield "<trace>\n"
    yield _string("concept:name", f"case-{case.number:06d}")
    yield _string("minsheng:service", case.service)
    yield _string("minsheng:version", case.version)
    yield _string("minsheng:status", case.status)
    for event in case.events:
        yield from _event(event)
    yield "</trace>\n"


def _event(event: LoggedEvent) -> Iterator[str]:
    moment = event.at.isoformat(timespec="milliseconds")
    yield "<event>" + _string("concept:name", event.item or "case", end="")
    if event.title:
        yield _string("minsheng:title", event.title, end="")
    yield f'<date key="time:timestamp" value="{moment}"/>'
    yield _string("lifecycle:transition", TRANSITIONS.get(event.kind, "unknown"), end="")
    yield _string("minsheng:kind", event.kind, end="")
    if event.post:
        yield _string("org:role", event.post, end="")
    if event.attempt:
        yield f'<int key="minsheng:attempt" value="{event.attempt}"/>'
    for key, value in event.data:
        yield _string(f"minsheng:{key}", value, end="")
    yield "</event>\n"


def _string(key: str, value: str, end: str = "\n") -> str:
    return f"<string key={quoteattr(key)} value={quoteattr(value)}/>{end}"
