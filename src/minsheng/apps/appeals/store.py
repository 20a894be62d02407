"""Between rows and the engine's state: read it, write what changed, append what happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from minsheng.apps.appeals.access import dispatcher, spec_of
from minsheng.apps.appeals.models import Request, RequestItem, RequestSaid
from minsheng.apps.audit import actions as audit
from minsheng.apps.audit import reads as audit_reads
from minsheng.apps.audit.actions import Head, News
from minsheng.apps.audit.models import Entry
from minsheng.apps.people import installed
from minsheng.content.appeals import Appeal
from minsheng.engines.appeals import snapshot
from minsheng.engines.appeals.clocks import acts_at, running
from minsheng.engines.appeals.fold import replay
from minsheng.engines.appeals.rates import answerer_of
from minsheng.engines.appeals.state import Event, Item
from minsheng.engines.appeals.state import Request as State

CHAIN = "request"


def state_of(request: Request) -> State:
    """Return the engine's state of a request from its row."""
    return snapshot.load(request.state)


def replayed(request: Request) -> State:
    """Return the engine's state of a request from its events, which are the truth."""
    return replay(events_in(audit_reads.history(CHAIN, str(request.pk))))


def events_in(entries: Iterable[Entry]) -> list[Event]:
    """Return the engine's events as the ledger holds them."""
    return [
        Event(
            kind=entry.kind,
            at=entry.at,
            by=entry.by,
            item=str(entry.data.get("item", "")),
            data={key: value for key, value in entry.data.items() if key != "item"},
        )
        for entry in entries
    ]


def append(request: Request, events: Sequence[Event]) -> Head:
    """Append events to the chain of a request whose lock is held, and return its new head."""
    news = [
        News(e.kind, e.at, e.by, {"item": e.item, **e.data} if e.item else e.data) for e in events
    ]
    return audit.append(CHAIN, str(request.pk), Head(request.seq, request.head), news)


def set_columns(request: Request, state: State, spec: Appeal | None = None) -> None:
    """Set on the row what the state says; the caller saves it."""
    spec = spec or spec_of(request)
    due = min((one.due for one in running(state)), key=lambda due: due.at, default=None)
    request.state = snapshot.dump(state)
    request.category, request.grade, request.area = state.category, state.grade, state.area
    request.status, request.outcome, request.round = state.status, state.outcome, state.round
    request.score, request.closed_at = state.score, state.closed
    request.due_at = due.at if due else None
    request.due_provisional = bool(due and due.provisional)
    request.acts_at = acts_at(state)
    request.desk_post = {
        "received": dispatcher(spec, state),
        "visiting": spec.visit.post,
    }.get(state.status, "")


def write_items(request: Request, old: State | None, new: State, spec: Appeal) -> None:
    """Write the rows of the items that differ; those that end come first, for one leads at a time."""
    before = old.items if old is not None else {}
    changed = [item for key, item in new.items.items() if before.get(key) != item]
    for item in sorted(changed, key=lambda item: item.is_open):
        columns = _columns(item, new, spec)
        if item.key in before:
            RequestItem.objects.filter(request=request, key=item.key).update(**columns)
        else:
            RequestItem.objects.create(request=request, key=item.key, **columns)


def write_said(request: Request, old: State | None, new: State) -> None:
    """Write what the requester has said since, for the lead whose answer it is about."""
    for said in new.said[len(old.said) if old is not None else 0 :]:
        lead = answerer_of(new, said.round)
        if lead is not None:
            RequestSaid.objects.create(
                request=request, round=said.round, post=lead.post, at=said.at, solved=said.solved,
                score=said.score,
            )  # fmt: skip


def _columns(item: Item, state: State, spec: Appeal) -> dict[str, Any]:
    post = installed.packs().district.posts.get(item.post)
    extend = spec.grades[state.grade].extend
    asks = ""
    if item.is_open and item.status == "disputed":
        asks = spec.dispute.decide
    elif item.is_open and item.hold == "asked":
        asks = spec.hold.approver
    elif item.is_open and item.extension == "asked" and extend is not None:
        asks = extend.approver
    return {
        "post": item.post,
        "office": post.department if post else item.post.partition(".")[0],
        "is_lead": item.is_lead,
        "round": item.round,
        "status": item.status,
        "result": item.result,
        "reason": item.reason,
        "is_wrong": item.is_wrong,
        "dispatched_at": item.dispatched,
        "contact_due": item.contact_due.at if item.contact_due else None,
        "contact_provisional": bool(item.contact_due and item.contact_due.provisional),
        "finish_due": item.finish_due.at,
        "is_provisional": item.finish_due.provisional,
        "contacted_at": item.contacted,
        "ended_at": item.ended,
        "asks_post": asks,
    }
