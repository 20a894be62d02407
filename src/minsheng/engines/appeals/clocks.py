"""The clocks of a request that run now, and what the calendar brings about by itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from minsheng.engines.appeals.state import (
    CHINA,
    STOPPED,
    SYSTEM,
    ClockName,
    Command,
    EndHold,
    NoteLate,
    Request,
    day_of,
)
from minsheng.lib.workdays import Moment


@dataclass(frozen=True, slots=True)
class Running:
    """One clock that runs. `version` names it together with its due moment: it acts once."""

    clock: ClockName
    item: str
    due: Moment

    @property
    def version(self) -> str:
        """Return the name of this clock until its due moment moves."""
        return f"{self.clock}:{self.item}:{self.due.at.isoformat()}"


def running(state: Request) -> Iterator[Running]:
    """Yield the clocks that run: the dispatcher's, each office's, the caller's."""
    if state.dispatch_due is not None:
        yield Running("dispatch", "", state.dispatch_due)
    if state.visit_due is not None:
        yield Running("visit", "", state.visit_due)
    for item in state.open_items:
        if item.dispute_due is not None:
            yield Running("dispute", item.key, item.dispute_due)
        if item.status in STOPPED:
            continue
        if item.contact_due is not None and item.contacted is None:
            yield Running("contact", item.key, item.contact_due)
        yield Running("finish", item.key, item.finish_due)


def calendar_acts(state: Request, at: datetime) -> tuple[Command, ...]:
    """Return what the time that has passed brings about, one command each.

    A hold ends on its review date; a clock that has run out is noted. A due moment that rests on a
    provisional year makes nobody late.
    """
    on = day_of(at)
    ended = [
        EndHold(item.key, SYSTEM)
        for item in state.open_items
        if item.status == "held" and item.hold_until is not None and item.hold_until <= on
    ]
    late = [
        NoteLate(SYSTEM, one.clock, one.item)
        for one in running(state)
        if one.due.at < at and not one.due.provisional and one.version not in state.noted
    ]
    return (*ended, *late)


def acts_at(state: Request) -> datetime | None:
    """Return the first moment at which the calendar will act on a request, or None."""
    moments = [
        one.due.at
        for one in running(state)
        if not one.due.provisional and one.version not in state.noted
    ]
    moments += [
        datetime(until.year, until.month, until.day, tzinfo=CHINA)
        for item in state.open_items
        if item.status == "held" and (until := item.hold_until) is not None
    ]
    return min(moments, default=None)
