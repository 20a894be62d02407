"""The state of a case as a fold over its events.

Nothing is decided here: an event carries what was decided, so that a case of last year replays
without last year's code. Kinds with a dot ("material.came") belong to the app that wrote them;
they only move the number of the last event on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, cast

from minsheng.engines.casework.spec import ServiceSpec
from minsheng.engines.casework.state import (
    CaseState,
    CaseStatus,
    Event,
    ItemState,
    ItemStatus,
    altered,
    person_of,
)
from minsheng.lib.workdays import Due, Stop

ItemStep = Callable[[ItemState | None, Event], ItemState]


def replay(spec: ServiceSpec, events: Iterable[Event]) -> CaseState:
    """Return the state after all events, the first of which is "submitted".

    Raises ValueError for an empty history or one that doesn't fit the service.
    """
    state: CaseState | None = None
    for event in events:
        state = apply(spec, state, event)
    if state is None:
        raise ValueError("a case without events has no state")
    return state


def apply(
    spec: ServiceSpec,
    state: CaseState | None,
    event: Event,
    *,
    item_after: ItemStep | None = None,
) -> CaseState:
    """Return the state after one more event; `state` is None before the first.

    `item_after` stands in for the fold of one item where many states are tried, so that what has
    been worked out once is not worked out again.

    Raises ValueError for an event that can't follow: an unknown kind of the engine's own, an item
    the service doesn't have, a case that begins twice.
    """
    if state is None:
        if event.kind != "submitted":
            raise ValueError(f"a case begins with submitted, not {event.kind}")
        return _submitted(event)
    if event.kind in ITEM_EVENTS or event.kind == "planned":
        if event.item not in spec.items:
            raise ValueError(f"{event.kind}: {spec.slug} has no item {event.item!r}")
        item = (item_after or fold_item)(state.items.get(event.item), event)
        items = {**state.items, event.item: item}
        return altered(state, items=items, seq=state.seq + 1)
    if event.kind in CASE_EVENTS:
        state = CASE_EVENTS[event.kind](state, event)
    elif "." not in event.kind:
        raise ValueError(f"an event of this kind can't follow: {event.kind}")
    return altered(state, seq=state.seq + 1)


def _submitted(event: Event) -> CaseState:
    return CaseState(
        status="running",
        submitted=event.day,
        items={},
        seq=1,
        admission_unknown=bool(event.data.get("admission_unknown", False)),
        promised=_due(event),
    )


def fold_item(before: ItemState | None, event: Event) -> ItemState:
    """Return one item after an event of its own; `before` is None until it is planned."""
    if event.kind == "planned":
        status = cast(ItemStatus, event.data["status"])
        maybe = bool(event.data.get("maybe", False))
        return ItemState(event.item, status, maybe=maybe, changed=event.day)
    if before is None:
        raise ValueError(f"{event.kind}: the case has no item {event.item!r}")
    item = ITEM_EVENTS[event.kind](before, event)
    return item if item is before else altered(item, changed=event.day)


def _opened(item: ItemState, event: Event) -> ItemState:
    return altered(
        item,
        status="open",
        started=event.day,
        stops=(),
        promised=_due(event),
        ask_by=_day(event, "ask_by"),
    )


def _approved(item: ItemState, event: Event) -> ItemState:
    stops = _going(item, event.day)
    return altered(
        item, status="external", decided_by=event.by, reason="", stops=stops, **NOBODY_ON_IT
    )


def _done(item: ItemState, event: Event) -> ItemState:
    return altered(item, status="done", finished=event.day, result=_text(event, "result"))


def _answered(item: ItemState, event: Event) -> ItemState:
    """The register answered while the item was held: the answer is kept for the release."""
    return altered(item, before="done", finished=event.day, result=_text(event, "result"))


def _ended(status: ItemStatus) -> Callable[[ItemState, Event], ItemState]:
    def after(item: ItemState, event: Event) -> ItemState:
        return altered(
            item,
            status=status,
            finished=event.day,
            decided_by=event.by,
            reason=_text(event, "reason"),
            stops=_going(item, event.day),
            before=None,
            **NOBODY_ON_IT,
        )

    return after


def _refused(item: ItemState, event: Event) -> ItemState:
    return altered(_ended("refused")(item, event), object_by=_day(event, "object_by"))


def _returned(item: ItemState, event: Event) -> ItemState:
    reason = _text(event, "reason")
    stops = (*_going(item, event.day), Stop(event.day, None, reason))
    return altered(
        item,
        status="returned",
        decided_by=event.by,
        reason=reason,
        stops=stops,
        answer_by=_day(event, "answer_by"),
        **NOBODY_ON_IT,
    )


def _supplied(item: ItemState, event: Event) -> ItemState:
    """What was asked has come in full, so the item counts as accepted from that day."""
    accepted = item.accepted or event.day
    return altered(_resumed(item, event), answer_by=None, accepted=accepted)


def _resumed(item: ItemState, event: Event) -> ItemState:
    stops, promised = _going(item, event.day), _due(event)
    return altered(item, status="open", reason="", stops=stops, promised=promised, stop_until=None)


def _paused(item: ItemState, event: Event) -> ItemState:
    reason = _text(event, "reason")
    stops, until = _stopped(item, event.day, reason), _day(event, "until")
    return altered(item, reason=reason, stops=stops, stop_until=until)


def _held(item: ItemState, event: Event) -> ItemState:
    reason = _text(event, "reason")
    stops = _stopped(item, event.day, reason) if item.finished is None else item.stops
    return altered(
        item, status="held", before=item.status, reason=reason, stops=stops, **NOBODY_ON_IT
    )


def _released(item: ItemState, event: Event) -> ItemState:
    """The held item stands. A question to the applicant goes on standing, with its clock."""
    back = item.before or "open"
    stops = item.stops if back == "returned" else _going(item, event.day)
    promised = _due(event) if back in ("open", "external") else item.promised
    return altered(item, status=back, before=None, reason="", stops=stops, promised=promised)


def _again(item: ItemState, event: Event) -> ItemState:
    return ItemState(
        item.key,
        "waiting",
        attempt=cast(int, event.data["attempt"]),
        reason=_text(event, "reason"),
        maybe=item.maybe,
        post=item.post,
        not_by=item.not_by,
    )


def _claimed(item: ItemState, event: Event) -> ItemState:
    return altered(item, claimed_by=event.by, claimed_on=event.day)


def _unclaimed(item: ItemState, event: Event) -> ItemState:
    return altered(item, **NOBODY_ON_IT)


def _accepted(item: ItemState, event: Event) -> ItemState:
    return altered(item, accepted=_day(event, "on"))


def _extension_asked(item: ItemState, event: Event) -> ItemState:
    return altered(
        item,
        extension="asked",
        extension_by=event.by,
        extension_reason=_text(event, "reason"),
    )


def _extended(item: ItemState, event: Event) -> ItemState:
    extra, promised = cast(int, event.data["extra"]), _due(event)
    return altered(item, extension="granted", extra=extra, promised=promised)


def _extension_refused(item: ItemState, event: Event) -> ItemState:
    return altered(item, extension="refused")


def _transferred(item: ItemState, event: Event) -> ItemState:
    return altered(item, post=_text(event, "to"), **NOBODY_ON_IT)


def _corrected(item: ItemState, event: Event) -> ItemState:
    return altered(item, attempt=cast(int, event.data["attempt"]))


def _objected(item: ItemState, event: Event) -> ItemState:
    return altered(
        item,
        status="objected",
        started=event.day,
        stops=(),
        finished=None,
        promised=_due(event),
        objected_on=event.day,
        object_by=None,
    )


def _upheld(item: ItemState, event: Event) -> ItemState:
    return altered(_again(item, event), not_by=person_of(item.decided_by))


def _revived(item: ItemState, event: Event) -> ItemState:
    if event.data["attempt"] != item.attempt:
        return _again(item, event)
    return altered(item, status="waiting", reason="", finished=None, decided_by="")


def _kept(item: ItemState, event: Event) -> ItemState:
    return item


def _case(status: CaseStatus | None) -> Callable[[CaseState, Event], CaseState]:
    def after(state: CaseState, event: Event) -> CaseState:
        return altered(state, status=status or cast(CaseStatus, event.data["status"]))

    return after


def _rated(state: CaseState, event: Event) -> CaseState:
    score = cast(int, event.data["score"])
    return altered(state, score=score, call_back=bool(event.data["call_back"]))


def _wanted(state: CaseState, event: Event) -> CaseState:
    return altered(state, wanted=state.wanted | {_text(event, "subject")})


def _given(state: CaseState, event: Event) -> CaseState:
    return altered(state, consents=state.consents | {_text(event, "subject")})


def _declined(state: CaseState, event: Event) -> CaseState:
    subject = _text(event, "subject")
    return altered(state, consents=state.consents - {subject}, declined=state.declined | {subject})


def _withdrawn(state: CaseState, event: Event) -> CaseState:
    return altered(state, withdrawn=True)


def _moved(state: CaseState, event: Event) -> CaseState:
    """The case goes on under another form of its service; a promise may only come nearer."""
    return altered(state, promised=_due(event) or state.promised)


def _stopped(item: ItemState, day: date, reason: str) -> tuple[Stop, ...]:
    return item.stops if item.is_stopped else (*item.stops, Stop(day, None, reason))


def _going(item: ItemState, day: date) -> tuple[Stop, ...]:
    """The stops with the open one ended; clocks of two machines may differ around midnight."""
    if not item.is_stopped:
        return item.stops
    last = item.stops[-1]
    return (*item.stops[:-1], replace(last, end=max(day, last.start)))


def _day(event: Event, key: str) -> date | None:
    day = event.data.get(key)
    return None if day is None else date.fromisoformat(str(day))


def _text(event: Event, key: str) -> str:
    return str(event.data.get(key, ""))


def _due(event: Event) -> Due | None:
    day = event.data.get("due")
    if day is None:
        return None
    return Due(date.fromisoformat(str(day)), bool(event.data.get("provisional", False)))


NOBODY_ON_IT: Mapping[str, Any] = {"claimed_by": "", "claimed_on": None}
ITEM_EVENTS: Mapping[str, Callable[[ItemState, Event], ItemState]] = {
    "opened": _opened,
    "approved": _approved,
    "done": _done,
    "answered": _answered,
    "refused": _refused,
    "returned": _returned,
    "supplied": _supplied,
    "paused": _paused,
    "resumed": _resumed,
    "held": _held,
    "released": _released,
    "kept": _kept,
    "redone": _again,
    "reversed": _again,
    "cancelled": _ended("cancelled"),
    "skipped": _ended("skipped"),
    "claimed": _claimed,
    "unclaimed": _unclaimed,
    "accepted": _accepted,
    "extension_asked": _extension_asked,
    "extended": _extended,
    "extension_refused": _extension_refused,
    "transferred": _transferred,
    "corrected": _corrected,
    "expired": _ended("cancelled"),
    "objected": _objected,
    "upheld": _upheld,
    "objection_rejected": _ended("refused"),
    "revived": _revived,
}
CASE_EVENTS: Mapping[str, Callable[[CaseState, Event], CaseState]] = {
    "withdrawn": _withdrawn,
    "closed": _case(None),
    "reopened": _case("running"),
    "rated": _rated,
    "consent_wanted": _wanted,
    "consented": _given,
    "declined": _declined,
    "moved": _moved,
}
KINDS = frozenset({"submitted", "planned", *ITEM_EVENTS, *CASE_EVENTS})
