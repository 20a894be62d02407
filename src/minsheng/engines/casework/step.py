"""One step of a case while it is worked out, and the gates that acts share."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from graphlib import TopologicalSorter

from minsheng.engines.casework import words
from minsheng.engines.casework.fold import ItemStep, apply
from minsheng.engines.casework.spec import ReasonAct, ServiceSpec
from minsheng.engines.casework.state import (
    SYSTEM,
    CaseState,
    Event,
    ItemState,
    Json,
    day_of,
    person_of,
)

ENDED_BY_OTHERS = frozenset({"expert_review", "public_notice"})


@dataclass(slots=True)
class Run:
    """A case while one command is being worked out; `item_after` as in `apply`."""

    spec: ServiceSpec
    state: CaseState
    at: datetime
    by: str = ""
    events: list[Event] = field(default_factory=list)
    item_after: ItemStep | None = None

    @property
    def day(self) -> date:
        """The day in China on which the command comes."""
        return day_of(self.at)

    def item(self, key: str) -> ItemState:
        """Return an item as it is now; raises NotFound."""
        if key not in self.state.items:
            raise words.no_item(key)
        return self.state.items[key]

    def emit(self, kind: str, item: str = "", *, by: str = "", **data: Json) -> None:
        """Say that something happened and fold it in; empty texts are left out of the data."""
        if item:
            data.setdefault("attempt", self.state.items[item].attempt)
        event = Event(kind, self.at, by, item, {k: v for k, v in data.items() if v != ""})
        self.state = apply(self.spec, self.state, event, item_after=self.item_after)
        self.events.append(event)

    def reason(self, key: str, act: ReasonAct, item: str) -> str:
        """Return a declared reason; raises WrongInput for one of another act or item."""
        declared = self.spec.reasons.get(key)
        if declared is None or declared.act != act or not declared.fits(item):
            raise words.bad_reason(key)
        return key


def order_of(spec: ServiceSpec) -> tuple[str, ...]:
    """Return the items so that each comes after those it needs; raise CycleError in a circle."""
    return _order(tuple((key, item.needs) for key, item in spec.items.items()))


@lru_cache(maxsize=256)
def _order(graph: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[str, ...]:
    return tuple(TopologicalSorter(dict(graph)).static_order())


def post_of(spec: ServiceSpec, item: ItemState) -> str:
    """Return the post an item belongs to now: declared, passed on to, or that of its objection."""
    declared = spec.items[item.key]
    if item.status == "objected" and declared.objection is not None:
        return declared.objection.to
    return item.post or declared.post


def was_asked(spec: ServiceSpec, item: ItemState) -> bool:
    """Return whether the applicant was already asked in this attempt: its clock says so."""
    declared = (spec.reasons.get(stop.reason) for stop in item.stops)
    return any(reason is not None and reason.act == "return" for reason in declared)


def stop_kind(spec: ServiceSpec, item: ItemState) -> str:
    """Return what a stopped item waits for; "" where its clock runs or the reason has no kind."""
    declared = spec.reasons.get(item.stops[-1].reason) if item.is_stopped else None
    return declared.kind if declared is not None else ""


def is_claimed(item: ItemState, day: date) -> bool:
    """Return whether somebody is on the item on that day: a claim lapses with its day."""
    return bool(item.claimed_by) and item.claimed_on == day


def is_past(last: date | None, day: date) -> bool:
    """Return whether a last day, where there is one, lies behind."""
    return last is not None and day > last


def require_free(run: Run, item: ItemState) -> None:
    """Raise Conflict while a colleague is on the item today."""
    if is_claimed(item, run.day) and run.by not in (item.claimed_by, SYSTEM):
        raise words.claimed(run.spec, item)


def open_item(run: Run, key: str) -> ItemState:
    """Return an open item that no colleague is on; raises Conflict."""
    item = run.item(key)
    if item.status != "open":
        raise words.item_conflict(run.spec, run.state, item)
    require_free(run, item)
    return item


def item_to_decide(run: Run, key: str) -> ItemState:
    """Return an open item that this officer may decide now; raises Conflict."""
    item = open_item(run, key)
    if item.not_by and person_of(run.by) == item.not_by:
        raise words.own_refusal(run.spec, item)
    if stop_kind(run.spec, item) in ENDED_BY_OTHERS:
        raise words.still_stopped(run.spec, item)
    return item
