"""One step = one transaction: lock the request, read, decide, write, append, put what follows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from minsheng.apps.appeals import access, store, traces
from minsheng.apps.appeals.models import Request, RequestNote
from minsheng.apps.appeals.sealing import NOTE, checked, sealed
from minsheng.apps.outbox import actions as outbox
from minsheng.apps.people import installed
from minsheng.content.appeals import Appeal
from minsheng.engines.appeals.decide import decide
from minsheng.engines.appeals.fold import apply
from minsheng.engines.appeals.state import Command, Event
from minsheng.engines.appeals.state import Request as State

FOLLOW = "request.follow"
Make = Callable[[Request, Appeal, State], Command]
COLUMNS = (
    "state", "category", "grade", "area", "status", "outcome", "round", "score", "closed_at",
    "due_at", "due_provisional", "acts_at", "desk_post", "seq", "head",
)  # fmt: skip


def take_step(
    number: str,
    make: Make,
    *,
    words: str = "",
    shown: bool = False,
    at: datetime | None = None,
) -> Request:
    """Run one command on one request in one transaction and return the request.

    `make` gives the command once the row is locked, and may refuse. `words` are kept sealed beside
    the step; `shown` to the requester too. Nothing is written for a harmless repetition.
    """
    at, words = at or timezone.now(), checked(words, name="words", needed=False)
    with transaction.atomic():
        request = locked(number)
        step_locked(request, make, words=words, shown=shown, at=at)
    return request


def step_locked(
    request: Request, make: Make, *, at: datetime, words: str = "", shown: bool = False
) -> Sequence[Event]:
    """Run one command on a request whose lock is held, and return its events."""
    spec, old = access.spec_of(request), store.state_of(request)
    command = make(request, spec, old)
    new, events = decide(spec, old, command, at=at, calendar=installed.calendar())
    if events:
        write_events(request, old, new, events, spec)
        if words:
            RequestNote.objects.create(
                request=request,
                seq=request.seq,
                kind=events[0].kind,
                item=events[0].item,
                by=command.by,
                at=at,
                is_shown=shown,
                sealed=sealed(request.person, words, field=NOTE),
            )
    return events


def write_own(request: Request, event: Event, *, words: str = "", shown: bool = False) -> None:
    """Append an event of the app's own to a request whose lock is held, with sealed words."""
    spec, old = access.spec_of(request), store.state_of(request)
    write_events(request, old, apply(old, event), [event], spec)
    if words:
        RequestNote.objects.create(
            request=request, seq=request.seq, kind=event.kind[:20], by=event.by, at=event.at,
            is_shown=shown, sealed=sealed(request.person, words, field=NOTE),
        )  # fmt: skip


def write_events(
    request: Request, old: State | None, new: State, events: Sequence[Event], spec: Appeal
) -> None:
    """Append events, write what they change, and put what follows; the lock is held.

    Of a request that has just been inserted (`old` None) the caller stores number and head itself.
    """
    access.guard(spec, new, events)
    first = request.seq + 1
    head = store.append(request, events)
    request.seq, request.head = head.seq, head.hash
    if old is not None:
        store.set_columns(request, new, spec)
        request.save(update_fields=COLUMNS)
    store.write_items(request, old, new, spec)
    store.write_said(request, old, new)
    traces.follow(request, spec, events)
    payload = {"request": request.pk, "from": first, "to": request.seq}
    outbox.put_new(outbox.effect_of(FOLLOW, f"request:{request.pk}:{first}", payload))


def locked(number: str) -> Request:
    """Return a request with its row locked until the transaction ends."""
    found = (
        Request.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(number=number)
        .first()
    )
    if found is None:
        raise access.no_such_request()
    return found
