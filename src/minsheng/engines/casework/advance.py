"""The door of the engine: submit a case, advance it, foresee what follows.

Everything is pure: the app locks the case row, reads the state, calls one of these, and writes
the events in the same transaction. Nothing here reads a clock or a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Literal

from minsheng.engines.casework import words
from minsheng.engines.casework.clocks import (
    RUNNING,
    Timer,
    acceptable_on_fire,
    due_day_of,
    due_of,
    timers,
)
from minsheng.engines.casework.decide import Start, begin, decide, moved
from minsheng.engines.casework.fold import apply, replay
from minsheng.engines.casework.plan import SELECTED, Facts, Plan, plan, selection
from minsheng.engines.casework.spec import RETURN_WITHIN, ServiceSpec
from minsheng.engines.casework.state import (
    CaseState,
    CaseStatus,
    Command,
    Event,
    ItemStatus,
    Json,
    day_of,
)
from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Due, Term, WorkCalendar

__all__ = [
    "CaseEnd",
    "Consequence",
    "Timer",
    "acceptable_on_fire",
    "advance",
    "advanced",
    "apply",
    "case_end",
    "consequences",
    "due_of",
    "move",
    "replay",
    "submit",
    "timers",
]

PROMISES = frozenset({"opened", "supplied", "resumed", "released", "extended", "objected"})
Follows = Literal["hold", "redo", "keep", "opens", "cancelled", "changes"]


@dataclass(frozen=True, slots=True)
class Consequence:
    """What one other item becomes if a command goes through."""

    item: str
    was: ItemStatus
    becomes: ItemStatus
    follows: Follows
    text: Text


@dataclass(frozen=True, slots=True)
class CaseEnd:
    """What the whole case becomes if a command goes through."""

    was: CaseStatus
    becomes: CaseStatus


def submit(
    spec: ServiceSpec,
    facts: Facts,
    *,
    at: datetime,
    by: str,
    calendar: WorkCalendar,
    planned: Plan | None = None,
) -> tuple[CaseState, tuple[Event, ...]]:
    """Return a new case and its first events.

    `planned` is the plan of the same facts on the same day, choice included, if it was made already.

    Optional items nobody chose are skipped. An item whose condition is unknown is taken in as
    `maybe`; an officer settles it with Skip or by deciding. Raises WrongInput when the service is
    not in force, a condition of admission is false, or nothing is left to do.
    """
    on = day_of(at)
    _refuse_out_of_force(spec, at)
    if planned is None:
        chosen = selection(spec, facts) or frozenset()
        planned = plan(spec, {**facts, SELECTED: chosen}, on=on, calendar=calendar)
    _refuse_not_admitted(planned)
    starts: dict[str, Start] = dict.fromkeys(spec.items, "skipped")
    starts |= {i.key: "waiting" if i.selected else "maybe" for i in planned.items}
    wanted = [consent.subject for consent in planned.consents_wanted]
    data = {**_due_data(planned.finish), "calendar": calendar.version}
    if planned.is_admitted is None:
        data["admission_unknown"] = True
    events = begin(spec, starts, wanted, at=at, by=by, data=data)
    return _promise(spec, None, events, calendar)


def advance(
    spec: ServiceSpec,
    state: CaseState,
    command: Command,
    *,
    at: datetime,
    calendar: WorkCalendar,
) -> tuple[Event, ...]:
    """Return what happens when `command` comes at `at`; () for a harmless repetition.

    Raises Conflict (somebody was faster: `facts` say who, what and when), WrongInput, NotFound.
    """
    return advanced(spec, state, command, at=at, calendar=calendar)[1]


def advanced(
    spec: ServiceSpec,
    state: CaseState,
    command: Command,
    *,
    at: datetime,
    calendar: WorkCalendar,
) -> tuple[CaseState, tuple[Event, ...]]:
    """Return the state after `advance`, and its events. Raises as `advance` does."""
    events = decide(spec, state, command, at=at)
    return _promise(spec, state, events, calendar) if events else (state, ())


def move(
    spec: ServiceSpec,
    state: CaseState,
    starts: Mapping[str, Start],
    *,
    at: datetime,
    by: str,
    calendar: WorkCalendar,
    data: Mapping[str, Json],
) -> tuple[CaseState, tuple[Event, ...]]:
    """Return a running case under another form of its service, and the events that took it there.

    `starts` says how the items that only `spec` has begin. Ask `moving.assess` first.
    """
    return _promise(spec, state, moved(spec, state, starts, at=at, by=by, data=data), calendar)


def consequences(
    spec: ServiceSpec, state: CaseState, command: Command, *, at: datetime | None = None
) -> tuple[Consequence, ...]:
    """Return what the command would do to the other items, to be shown before it is confirmed.

    Raises what `advance` would raise at `at`; without it, last days and claims are left aside. An
    item that stands although what it needs is reversed is listed too ("keep").
    """
    after, events = _foresee(spec, state, command, at)
    own = getattr(command, "item", "")
    kinds = {event.item: event.kind for event in events if event.item != own}
    return tuple(
        _consequence(spec, key, kinds[key], state.items[key].status, after.items[key].status)
        for key in spec.items
        if key in kinds
    )


def case_end(
    spec: ServiceSpec, state: CaseState, command: Command, *, at: datetime | None = None
) -> CaseEnd:
    """Return what the command would do to the whole case."""
    return CaseEnd(state.status, _foresee(spec, state, command, at)[0].status)


def _foresee(
    spec: ServiceSpec, state: CaseState, command: Command, at: datetime | None
) -> tuple[CaseState, tuple[Event, ...]]:
    # Which items follow does not depend on the day.
    at = at or datetime(state.submitted.year, 1, 1, tzinfo=UTC)
    events = decide(spec, state, command, at=at)
    for event in events:
        state = apply(spec, state, event)
    return state, events


def _consequence(
    spec: ServiceSpec, key: str, kind: str, was: ItemStatus, becomes: ItemStatus
) -> Consequence:
    named: dict[str, tuple[Follows, str, str]] = {
        "held": ("hold", "会停下核对，看过再定", "is put on hold until someone has checked"),
        "redone": ("redo", "要重新办", "will be done again"),
        "kept": ("keep", "照旧有效", "stays valid"),
        "opened": ("opens", "会马上开始", "starts at once"),
        "revived": ("changes", "又接着办", "is taken up again"),
        "cancelled": ("cancelled", "就不办了", "will not go ahead"),
    }
    status = words.STATUS[becomes]
    follows, zh, en = named.get(kind, ("changes", f"会变成：{status.zh}", f"becomes: {status.en}"))
    title = spec.items[key].title
    return Consequence(
        key, was, becomes, follows, Text(f"“{title.zh}”{zh}", f"“{title.to('en')}” {en}")
    )


def _promise(
    spec: ServiceSpec,
    state: CaseState | None,
    events: Iterable[Event],
    calendar: WorkCalendar,
) -> tuple[CaseState, tuple[Event, ...]]:
    """Return the state after the events, and the events with the days they set written in."""
    stamped = []
    for given in events:
        last_day = _last_day(spec, given, calendar)
        event = replace(given, data={**given.data, **last_day}) if last_day else given
        after = apply(spec, state, event)
        if event.kind in PROMISES and _runs(after, event.item):
            due = due_day_of(spec, after, event.item, calendar=calendar, on=event.day)
            event = replace(event, data={**event.data, **_due_data(due)})
            after = apply(spec, state, event)
        stamped.append(event)
        state = after
    if state is None:
        raise ValueError("a case begins with at least one event")
    return state, tuple(stamped)


def _last_day(spec: ServiceSpec, event: Event, calendar: WorkCalendar) -> dict[str, Json]:
    """Return the last day that begins to run with an event, by its key in the data."""
    item = spec.items.get(event.item)
    named: tuple[str, Term | None] = ("", None)
    if item is None:
        return {}
    if event.kind == "opened":
        named = ("ask_by", RETURN_WITHIN)
    elif event.kind == "returned":
        named = ("answer_by", item.answer_within)
    elif event.kind == "paused":
        named = ("until", spec.reasons[str(event.data["reason"])].lasts)
    elif event.kind == "refused" and item.objection is not None:
        named = ("object_by", item.objection.within)
    key, term = named
    return {key: calendar.add(event.day, term).day.isoformat()} if term is not None else {}


def _runs(state: CaseState, key: str) -> bool:
    item = state.items[key]
    return item.status in RUNNING and item.started is not None and not item.is_stopped


def _due_data(due: Due) -> dict[str, Json]:
    return {"due": due.day.isoformat(), "provisional": due.provisional}


def _refuse_out_of_force(spec: ServiceSpec, at: datetime) -> None:
    on = day_of(at)
    if on < spec.effective_from or (spec.effective_to is not None and on > spec.effective_to):
        raise WrongInput(
            "casework.not_in_force",
            "这件事现在不能提交。您填的都存着，请看办事页上的起止日期。",
            "This can't be submitted today. What you typed is kept; see the dates on its page.",
            facts={"from": spec.effective_from, "to": spec.effective_to, "on": on},
        )


def _refuse_not_admitted(planned: Plan) -> None:
    failed = [a.admission for a in planned.admission if a.verdict.value is False]
    if failed:
        first = failed[0]
        raise WrongInput(
            "casework.not_admitted",
            f"{first.otherwise.zh}{first.instead.zh}",
            f"{first.otherwise.to('en')} {first.instead.to('en')}",
            facts={"rules": [admission.rule.source for admission in failed]},
        )
    if not planned.items:
        raise WrongInput(
            "casework.nothing_to_do",
            "没有要办的事：一件也没选上。请回到上一步，至少选一件。",
            "There is nothing to do: no item was chosen. Go back and choose at least one.",
            field=SELECTED,
        )
