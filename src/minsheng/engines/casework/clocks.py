"""The clocks of a running case: when an item is due, and what must be looked at on which day.

Due days are derived from the day of start, the stops and the calendar, and never stored as truth;
the promised day is stored so that no derivation may move it later without a declared reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from minsheng.engines.casework.spec import ServiceSpec
from minsheng.engines.casework.state import (
    SYSTEM,
    Accept,
    CaseState,
    Command,
    Expire,
    ItemState,
    Resume,
    Unclaim,
)
from minsheng.engines.casework.step import stop_kind
from minsheng.lib.workdays import Clock, Due, Reading, Term, WorkCalendar, keep_promise

TimerRule = Literal["soon", "due", "overdue"]
RUNNING = frozenset({"open", "external", "objected"})


@dataclass(frozen=True, slots=True)
class Timer:
    """Something to look at on a day. (item, rule, due_version) is its key: it acts once."""

    item: str
    rule: TimerRule
    at_day: date
    due_version: str


def clock_of(spec: ServiceSpec, state: CaseState, item: str) -> Clock:
    """Return the clock of an item: its start, its term, its stops.

    Raises ValueError for an item whose clock has not started (`started` is None).
    """
    now = state.items[item]
    if now.started is None:
        raise ValueError(f"the clock of {item} has not started")
    return Clock(now.started, term_of(spec, now), now.stops)


def due_of(
    spec: ServiceSpec, state: CaseState, item: str, *, calendar: WorkCalendar, on: date
) -> Reading:
    """Return the item's clock read on a day.

    A finished item is read on the day it finished. The due day never lies after the promised one
    unless the clock was stopped since, or the promise rested on a provisional year.
    Raises ValueError for an item whose clock has not started (`started` is None).
    """
    now, clock = state.items[item], clock_of(spec, state, item)
    on = _read_on(now, clock, on)
    reading = clock.reading(calendar, on)
    kept = _kept(now, reading.due)
    if kept == reading.due:
        return reading
    days = (kept.day - on).days
    left = days if clock.term.unit == "cd" else calendar.workdays_between(on, kept.day)
    return replace(reading, due=kept, left=left)


def due_day_of(
    spec: ServiceSpec, state: CaseState, item: str, *, calendar: WorkCalendar, on: date
) -> Due:
    """Return the due day alone, as `due_of` says: what is stored and promised needs no more."""
    now, clock = state.items[item], clock_of(spec, state, item)
    return _kept(now, clock.due(calendar, _read_on(now, clock, on)))


def _read_on(item: ItemState, clock: Clock, on: date) -> date:
    return max(clock.start, on if item.finished is None else min(on, item.finished))


def _kept(item: ItemState, due: Due) -> Due:
    if item.promised is None or item.promised.provisional or item.is_stopped:
        return due
    return keep_promise(item.promised, due, side="office", declared_reason="")


def term_of(spec: ServiceSpec, item: ItemState) -> Term:
    """Return how long an item may take now: its term, extended perhaps, or its objection's."""
    declared = spec.items[item.key]
    if item.objected_on is not None and declared.objection is not None:
        return declared.objection.due or declared.due
    return Term(declared.due.amount + item.extra, declared.due.unit)


def calendar_acts(spec: ServiceSpec, state: CaseState, on: date) -> tuple[Command, ...]:
    """Return what the days that have passed bring about by themselves, one command an item.

    A claim of an earlier day lapses; what nobody has asked about in time counts as accepted; a
    question nobody has answered in time ends the item; a public notice whose days are over ends.
    """
    found = (_calendar_act(spec, item, on) for item in state.items.values())
    return tuple(act for act in found if act is not None)


def acts_on(spec: ServiceSpec, item: ItemState) -> date | None:
    """Return the first day on which the calendar will act on an item, or None."""
    days = [last + timedelta(days=1) for last, _ in _last_days(spec, item)]
    return min(days, default=None)


def _calendar_act(spec: ServiceSpec, item: ItemState, on: date) -> Command | None:
    return next((act for last, act in _last_days(spec, item) if on > last), None)


def _last_days(spec: ServiceSpec, item: ItemState) -> list[tuple[date, Command]]:
    """Return the last days that run for an item, each with what follows when it has passed."""
    key, found = item.key, list[tuple[date, Command]]()
    if item.claimed_on is not None:
        found.append((item.claimed_on, Unclaim(key, SYSTEM, lapsed=True)))
    if item.status == "open" and item.accepted is None and item.ask_by is not None:
        found.append((item.ask_by, Accept(key, SYSTEM, deemed=True)))
    if item.status == "returned" and item.answer_by is not None:
        found.append((item.answer_by, Expire(key, SYSTEM)))
    is_posted = item.status == "open" and stop_kind(spec, item) == "public_notice"
    if is_posted and item.stop_until is not None:
        found.append((item.stop_until, Resume(key, SYSTEM)))
    return found


def timers(spec: ServiceSpec, state: CaseState, calendar: WorkCalendar) -> tuple[Timer, ...]:
    """Return what must be looked at, for every item whose clock runs now.

    soon: the working day before the due day; due: the due day; overdue: the working day after it.
    """
    return tuple(
        Timer(key, rule, day, _version(item, due))
        for key, item in state.items.items()
        if (due := _running_due(spec, state, item, calendar)) is not None
        for rule, day in _days(due, item.started, calendar).items()
    )


def acceptable_on_fire(
    spec: ServiceSpec, state: CaseState, timer: Timer, *, calendar: WorkCalendar, on: date
) -> bool:
    """Return whether a timer still says something true when it fires, however late or often.

    False once the item is decided, its clock stands still or its due day has moved; "overdue" is
    a final finding and refuses a due day that rests on a provisional year.
    """
    item = state.items.get(timer.item)
    if item is None or on < timer.at_day:
        return False
    due = _running_due(spec, state, item, calendar)
    if due is None or timer.due_version != _version(item, due):
        return False
    return timer.rule != "overdue" or (on > due.day and not due.provisional)


def _running_due(
    spec: ServiceSpec, state: CaseState, item: ItemState, calendar: WorkCalendar
) -> Due | None:
    if item.started is None or item.status not in RUNNING or item.is_stopped:
        return None
    # Without an open stop the due day does not depend on the day of reading.
    return due_day_of(spec, state, item.key, calendar=calendar, on=item.started)


def _days(due: Due, started: date | None, calendar: WorkCalendar) -> Mapping[TimerRule, date]:
    days: dict[TimerRule, date] = {}
    before = _workday_before(due.day, calendar)
    if started is not None and before > started:
        days["soon"] = before
    days["due"] = due.day
    days["overdue"] = calendar.next_workday(due.day, inclusive=False)
    return days


def _workday_before(day: date, calendar: WorkCalendar) -> date:
    earlier = date.fromordinal(day.toordinal() - 1)
    while not calendar.is_workday(earlier):
        earlier = date.fromordinal(earlier.toordinal() - 1)
    return earlier


def _version(item: ItemState, due: Due) -> str:
    return f"{item.attempt}:{due.day.isoformat()}"
