"""What can become of a case: every state that commands can lead to, visited up to a bound.

The proof is about the service and the engine together: it runs the engine's own decisions.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice, product

from minsheng.engines.casework.decide import Start, begin, state_after
from minsheng.engines.casework.fold import ItemStep, fold_item, replay
from minsheng.engines.casework.spec import ReasonAct, ServiceSpec
from minsheng.engines.casework.state import (
    Approve,
    CaseState,
    Claim,
    Command,
    Consent,
    DecideObjection,
    EffectDone,
    Event,
    Expire,
    ItemState,
    Objection,
    Pause,
    Refuse,
    Release,
    Resume,
    Return,
    Reverse,
    Skip,
    Supply,
    Unclaim,
    Withdraw,
    person_of,
)

MOMENT = datetime(2000, 1, 3, tzinfo=UTC)
BY, OTHER = "prove/1", "prove/2"


@dataclass(slots=True)
class Graph:
    """The states that were visited; `back` leads from each to those before it.

    Withdrawals are left out of `back`: a way out must not be to give up. `frontier` holds the
    states whose commands were not tried any more.
    """

    states: dict[object, CaseState]
    back: dict[object, list[object]]
    is_complete: bool = True
    frontier: tuple[object, ...] = ()


def explore(spec: ServiceSpec, max_states: int) -> Graph:
    """Return the states a case of this service can get into, at most about `max_states`."""
    graph = Graph({}, {})
    todo: deque[object] = deque()
    item_after = _remembering()

    def visit(state: CaseState) -> object:
        key = _essence(state)
        if key not in graph.states:
            graph.states[key] = state
            todo.append(key)
        return key

    for state in islice(_beginnings(spec), max_states):
        visit(state)
    while todo and len(graph.states) < max_states:
        key = todo.popleft()
        state = graph.states[key]
        for command in _commands(spec, state):
            after = state_after(spec, state, command, at=MOMENT, item_after=item_after)
            next_key = visit(after)
            if not isinstance(command, Withdraw):
                graph.back.setdefault(next_key, []).append(key)
    graph.is_complete = not todo
    graph.frontier = tuple(todo)
    return graph


def _remembering() -> ItemStep:
    """Return the fold of one item that works out each event on each item once.

    The states of a case are many, the ways of one item few: all events come at one moment.
    """
    known: dict[object, tuple[ItemState | None, ItemState]] = {}

    def item_after(before: ItemState | None, event: Event) -> ItemState:
        key = (id(before), event.kind, event.by, event.item, *event.data.items())
        if key not in known:
            # `before` is kept beside what follows, so that its id stays its own.
            known[key] = (before, fold_item(before, event))
        return known[key][1]

    return item_after


def _beginnings(spec: ServiceSpec) -> Iterator[CaseState]:
    """Yield every state a case can begin in: each condition and each consent either way."""
    ways: list[tuple[Start, ...]] = []
    for item in spec.items.values():
        first: Start = "waiting" if item.when is None else "maybe"
        ways.append((first, "skipped") if item.optional or item.when else (first,))
    subjects = sorted({s for item in spec.items.values() for s in item.consent_of})
    for starts in product(*ways):
        if all(start == "skipped" for start in starts):
            continue
        for wanted in product((True, False), repeat=len(subjects)):
            chosen = [s for s, is_wanted in zip(subjects, wanted, strict=True) if is_wanted]
            by_key = dict(zip(spec.items, starts, strict=True))
            yield replay(spec, begin(spec, by_key, chosen, at=MOMENT, by=BY))


def _essence(state: CaseState) -> object:
    """Return what decides how a state can go on; days and names don't.

    Acceptance, extension and the post it was passed to are left out: nothing but they themselves
    depends on them. Claims and stops gate each attempt alike, so the first alone is tried.
    """
    items = tuple(
        (
            i.status,
            i.before,
            i.attempt,
            i.maybe,
            bool(i.claimed_by),
            i.stops[-1].reason if i.is_stopped else "",
            bool(i.objected_on),
        )
        for i in state.items.values()
    )
    return (items, state.status, state.wanted, state.consents, state.declined, state.withdrawn)


def _commands(spec: ServiceSpec, state: CaseState) -> Iterator[Command]:
    """Yield everything that people and registers may do next; one item is reversed, once."""
    is_first = all(item.attempt == 1 for item in state.items.values())
    for key, item in state.items.items():
        yield from _item_commands(spec, key, item)
        if item.status == "done" and is_first:
            yield from (Reverse(key, BY, reason) for reason in _reason(spec, "reverse", key))
        may_object = spec.items[key].objection and not (item.objected_on or state.withdrawn)
        if item.status == "refused" and is_first and may_object:
            yield Objection(key, BY)
    if state.status == "running":
        for subject in state.wanted - state.consents - state.declined:
            yield Consent(subject, BY)
            yield Consent(subject, BY, given=False)
        if not state.withdrawn:
            yield Withdraw(BY)


def _item_commands(spec: ServiceSpec, key: str, item: ItemState) -> Iterator[Command]:
    if item.maybe and item.status in ("waiting", "open"):
        yield Skip(key, BY)
    if item.claimed_by:
        # Nobody else gets past a colleague who is on it; all they can do is take over.
        yield Unclaim(key, item.claimed_by)
        yield Claim(key, _not(item.claimed_by), take_over=True)
        return
    if item.status in ("open", "held", "objected") and item.attempt == 1:
        yield Claim(key, BY)
    match item.status:
        case "open":
            yield from _open_commands(spec, key, item)
        case "objected":
            yield DecideObjection(key, _not(item.decided_by), upheld=True)
            for reason in _reason(spec, "reject", key):
                yield DecideObjection(key, _not(item.decided_by), upheld=False, reason=reason)
        case "returned":
            yield Supply(key, BY)
            if spec.items[key].answer_within is not None:
                yield Expire(key, BY)
        case "external":
            yield EffectDone(key, item.attempt, "")
        case "held":
            yield Release(key, BY, redo=False)
            if item.before == "external":
                yield EffectDone(key, item.attempt, "")
            else:
                yield Release(key, BY, redo=True)


def _open_commands(spec: ServiceSpec, key: str, item: ItemState) -> Iterator[Command]:
    if item.is_stopped:
        yield Resume(key, BY, "unclear")
        return
    by = _not(item.not_by) if item.not_by else BY
    yield Approve(key, by)
    yield from (Refuse(key, by, reason) for reason in _reason(spec, "refuse", key))
    if item.attempt == 1:
        yield from (Pause(key, by, reason) for reason in _stops(spec, key))
    if not item.stops:
        yield from (Return(key, by, reason) for reason in _reason(spec, "return", key))


def _not(by: str) -> str:
    """Return somebody else."""
    return OTHER if person_of(by) == person_of(BY) else BY


def _stops(spec: ServiceSpec, item: str) -> tuple[str, ...]:
    """Return one declared reason to stop for each kind of stop."""
    reasons = (r for r in spec.reasons.values() if r.act == "stop" and r.fits(item))
    return tuple({one.kind: one.key for one in reasons}.values())


def _reason(spec: ServiceSpec, act: ReasonAct, item: str) -> tuple[str, ...]:
    """Return one declared reason for the act, or none: all of one act lead to the same."""
    return next(
        ((key,) for key, one in spec.reasons.items() if one.act == act and one.fits(item)), ()
    )
