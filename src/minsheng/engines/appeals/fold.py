"""The state of a request as a fold over its events. Nothing is decided here.

An event carries what was decided, due moments included, so that a request of last year replays
without last year's code or calendar. Kinds with a dot belong to the app that wrote them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import cast

from minsheng.engines.appeals.state import (
    Event,
    Item,
    ItemStatus,
    Outcome,
    Request,
    Result,
    Said,
    Wish,
)
from minsheng.lib.workdays import Moment

OfItem = Callable[[Item, Event], Item]
OfRequest = Callable[[Request, Event], Request]


def replay(events: Iterable[Event]) -> Request:
    """Return the state after all events, the first of which is "received".

    Raises ValueError for an empty history, or one that can't be.
    """
    state: Request | None = None
    for event in events:
        state = apply(state, event)
    if state is None:
        raise ValueError("a request without events has no state")
    return state


def apply(state: Request | None, event: Event) -> Request:
    """Return the state after one more event; `state` is None before the first."""
    if state is None:
        if event.kind != "received":
            raise ValueError(f"a request begins with received, not {event.kind}")
        return _received(event)
    if event.kind in ON_ITEM:
        item = state.items.get(event.item)
        if item is None:
            raise ValueError(f"{event.kind}: there is no item {event.item!r}")
        after = replace(ON_ITEM[event.kind](item, event), by=event.by)
        state = replace(state, items={**state.items, event.item: after})
    elif event.kind in ON_REQUEST:
        state = ON_REQUEST[event.kind](state, event)
    elif "." not in event.kind:
        raise ValueError(f"an event of this kind can't follow: {event.kind}")
    return replace(state, seq=state.seq + 1)


def moment_in(event: Event, name: str) -> Moment | None:
    """Return a due moment that an event carries, or None."""
    text = event.data.get(name)
    if not isinstance(text, str) or not text:
        return None
    return Moment(datetime.fromisoformat(text), bool(event.data.get(f"{name}_provisional", False)))


def _received(event: Event) -> Request:
    return Request(
        status="received",
        category=_text(event, "category"),
        grade=_text(event, "grade"),
        area=_text(event, "area"),
        received=event.at,
        dispatch_due=moment_in(event, "due"),
        seq=1,
    )


def _text(event: Event, name: str) -> str:
    return str(event.data.get(name, ""))


# ── one item ────────────────────────────────────────────────────────────────────────────────────
def _signed(item: Item, event: Event) -> Item:
    return replace(item, status="open", signed=event.at)


def _contacted(item: Item, event: Event) -> Item:
    if event.data.get("reached"):
        return replace(item, contacted=item.contacted or event.at)
    return replace(item, tries=item.tries + 1)


def _ended(status: ItemStatus, *, is_wrong: bool = False) -> OfItem:
    def after(item: Item, event: Event) -> Item:
        return replace(
            item,
            status=status,
            ended=event.at,
            is_wrong=item.is_wrong or is_wrong,
            reason=_text(event, "reason"),
            result=cast(Result, _text(event, "result")),
            dispute_due=None,
            stopped=None,
        )

    return after


def _disputed(item: Item, event: Event) -> Item:
    return replace(
        item,
        status="disputed",
        stopped=event.at,
        was_disputed=True,
        reason=_text(event, "reason"),
        dispute_due=moment_in(event, "due"),
    )


def _goes_on(item: Item, event: Event) -> Item:
    """The clock runs again, with what was left of it."""
    return replace(
        item,
        status="open" if item.signed else "waiting",
        stopped=None,
        dispute_due=None,
        finish_due=moment_in(event, "finish") or item.finish_due,
        contact_due=moment_in(event, "contact") or item.contact_due,
    )


def _extension(wish: Wish) -> OfItem:
    def after(item: Item, event: Event) -> Item:
        due = moment_in(event, "finish") or item.finish_due
        asked_by = event.by if wish == "asked" else item.extension_by
        return replace(item, extension=wish, extension_by=asked_by, finish_due=due)

    return after


def _due_known(item: Item, event: Event) -> Item:
    """What rested on a provisional year is certain now."""
    due = moment_in(event, "due") or item.finish_due
    match _text(event, "clock"):
        case "contact":
            return replace(item, contact_due=due)
        case "dispute":
            return replace(item, dispute_due=due)
    return replace(item, finish_due=due)


def _hold_asked(item: Item, event: Event) -> Item:
    until = date.fromisoformat(_text(event, "until"))
    return replace(
        item, hold="asked", hold_by=event.by, hold_until=until, reason=_text(event, "reason")
    )


def _held(item: Item, event: Event) -> Item:
    return replace(item, status="held", hold="granted", stopped=event.at)


def _hold_refused(item: Item, event: Event) -> Item:
    return replace(item, hold="refused", hold_until=None)


def _hold_ended(item: Item, event: Event) -> Item:
    return replace(_goes_on(item, event), hold="", hold_until=None)


# ── the whole request ───────────────────────────────────────────────────────────────────────────
def _classified(state: Request, event: Event) -> Request:
    return replace(
        state,
        category=_text(event, "category"),
        grade=_text(event, "grade"),
        dispatch_due=moment_in(event, "due"),
    )


def _dispatched(state: Request, event: Event) -> Request:
    finish = moment_in(event, "finish")
    if finish is None or event.item in state.items:
        raise ValueError(f"dispatched: item {event.item!r} has no due moment or is there already")
    item = Item(
        key=event.item,
        post=_text(event, "post"),
        is_lead=bool(event.data.get("lead")),
        round=state.round,
        status="waiting",
        dispatched=event.at,
        finish_due=finish,
        contact_due=moment_in(event, "contact"),
        by=event.by,
    )
    return replace(
        state, status="handling", dispatch_due=None, items={**state.items, item.key: item}
    )


def _desk_due_known(state: Request, event: Event) -> Request:
    due = moment_in(event, "due")
    if _text(event, "clock") == "visit":
        return replace(state, visit_due=due)
    return replace(state, dispatch_due=due)


def _back(state: Request, event: Event) -> Request:
    """The dispatcher has it again."""
    return replace(state, status="received", dispatch_due=moment_in(event, "due"))


def _redone(state: Request, event: Event) -> Request:
    return replace(
        _back(state, event), round=state.round + 1, visits=0, last_visit=None, visit_due=None
    )


def _to_visit(state: Request, event: Event) -> Request:
    return replace(state, status="visiting", visit_due=moment_in(event, "due"))


def _visited(state: Request, event: Event) -> Request:
    if not event.data.get("reached"):
        return replace(state, visits=state.visits + 1, last_visit=event.at)
    given = event.data.get("score")
    score = given if isinstance(given, int) else None
    said = Said(state.round, event.at, bool(event.data.get("solved")), score)
    return replace(
        state, last_visit=event.at, solved=said.solved, score=score, said=(*state.said, said)
    )


def _closed(state: Request, event: Event) -> Request:
    return replace(
        state,
        status="closed",
        outcome=cast(Outcome, _text(event, "outcome")),
        reason=_text(event, "reason"),
        closed=event.at,
        closed_by=event.by,
        dispatch_due=None,
        visit_due=None,
    )


def _urged(state: Request, event: Event) -> Request:
    return replace(state, urged=state.urged + 1)


def _late(state: Request, event: Event) -> Request:
    return replace(state, noted=state.noted | {_text(event, "version")})


def _taken_up(state: Request, event: Event) -> Request:
    return replace(state, successor=_text(event, "successor"))


ON_ITEM: Mapping[str, OfItem] = {
    "signed": _signed,
    "contacted": _contacted,
    "returned": _ended("returned", is_wrong=True),
    "moved": _ended("moved", is_wrong=True),
    "relieved": _ended("relieved"),
    "answered": _ended("answered"),
    "disputed": _disputed,
    "stays": _goes_on,
    "extension_asked": _extension("asked"),
    "extended": _extension("granted"),
    "extension_refused": _extension("refused"),
    "hold_asked": _hold_asked,
    "held": _held,
    "hold_refused": _hold_refused,
    "hold_ended": _hold_ended,
    "due_known": _due_known,
}
ON_REQUEST: Mapping[str, OfRequest] = {
    "classified": _classified,
    "dispatched": _dispatched,
    "back": _back,
    "redone": _redone,
    "to_visit": _to_visit,
    "visited": _visited,
    "closed": _closed,
    "urged": _urged,
    "late": _late,
    "desk_due_known": _desk_due_known,
    "taken_up": _taken_up,
}
