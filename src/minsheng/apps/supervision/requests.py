"""Requests as what is watched over: what an office has to do, and what waits at the requests desk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from types import MappingProxyType

from django.utils import timezone

from minsheng.apps.appeals import access, store
from minsheng.apps.appeals.models import ITEM_OPEN, Request, RequestItem
from minsheng.apps.people import installed
from minsheng.apps.supervision.access import PROTECTED
from minsheng.apps.supervision.subjects import Kind, Subject, face_of, not_acted, rules_at_most
from minsheng.engines.appeals.state import STOPPED
from minsheng.engines.appeals.state import Request as State
from minsheng.engines.supervision import Ladder
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Moment

ALL = {"any"}
"""A rule that never acts: the desk's few are looked at each time."""


def _item_candidates(ladder: Ladder, on: date) -> Iterator[str]:
    """Yield the items for which a warning or a step may be due that hasn't acted."""
    rows = RequestItem.objects.filter(status__in=("waiting", "open")).order_by("finish_due", "pk")
    columns = ("pk", "request__round", "dispatched_at", "finish_due", "is_provisional")
    near = []
    for pk, turn, since, due_at, provisional in rows.values_list(*columns):
        started, due = _day(since), _day(due_at)
        rules = rules_at_most(ladder, started, due, on, provisional=provisional)
        if rules:
            near.append((str(pk), f"{turn}:{due}", rules))
    yield from not_acted("request", near)


def _item_locked(key: str, on: date) -> Subject | None:
    """Return one office's part of a request, with its term to finish."""
    row = RequestItem.objects.filter(pk=int(key)).first() if _is_id(key) else None
    if row is None:
        return None
    request = Request.objects.select_for_update().get(pk=row.request_id)
    state = store.state_of(request)
    item = state.items[row.key]
    runs = item.is_open and item.status not in STOPPED
    return _subject(
        "request", key, request, state, post=item.post, runs=runs, is_open=item.is_open,
        since=_day(item.dispatched), due=item.finish_due, on=on,
    )  # fmt: skip


def _desk_candidates(ladder: Ladder, on: date) -> Iterator[str]:
    """Yield the requests at the desk whose day has come."""
    rows = Request.objects.exclude(desk_post="").filter(due_at__date__lte=on)
    near = [
        (number, f"{turn}:{_day(due)}", ALL)
        for number, turn, due in rows.values_list("number", "round", "due_at")
        if due is not None
    ]
    yield from not_acted("request_desk", near)


def _desk_locked(key: str, on: date) -> Subject | None:
    """Return a request that waits to be dispatched or called back about, with that term."""
    request = Request.objects.select_for_update().filter(number=key).first()
    if request is None:
        return None
    state = store.state_of(request)
    due = state.dispatch_due or state.visit_due
    since = state.received if state.dispatch_due else _answered(state)
    return _subject(
        "request_desk", key, request, state, post=request.desk_post, runs=due is not None,
        is_open=bool(request.desk_post), since=_day(since), due=due, on=on,
    )  # fmt: skip


def _day(at: datetime) -> date:
    return timezone.localtime(at).date()


def _answered(state: State) -> datetime:
    ended = [item.ended for item in state.items.values() if item.ended is not None]
    return max(ended, default=state.received)


def _subject(
    kind: str,
    key: str,
    request: Request,
    state: State,
    *,
    post: str,
    runs: bool,
    is_open: bool,
    since: date,
    due: Moment | None,
    on: date,
) -> Subject:
    spec, known = access.spec_of(request), installed.packs().district.posts.get(post)
    day = _day(due.at) if due else None
    clock = None
    if runs and due is not None and day is not None:
        clock = face_of(since, day, on, provisional=due.provisional)
    return Subject(
        kind=kind,
        key=key,
        number="" if spec.protected else request.number,
        title=PROTECTED if spec.protected else spec.title_of(state.category),
        office=known.department if known else "",
        post=post,
        person=request.person,
        clock=clock,
        version=f"{state.round}:{day}",
        path=f"/desk/requests/{request.number}",
        is_open=is_open,
    )


def items_of_request(number: str) -> list[RequestItem]:
    """Return the open items of a request that an order may be about; none of a protected one."""
    rows = RequestItem.objects.filter(request__number=number, status__in=ITEM_OPEN)
    found = list(rows.select_related("request").order_by("pk"))
    return [row for row in found if not access.spec_of(row.request).protected]


def title_of(row: RequestItem) -> Text:
    """Return what an item of a request is about."""
    return access.spec_of(row.request).title_of(row.request.category)


def _is_id(key: str) -> bool:
    return key.isascii() and key.isdigit() and len(key) < 19


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "request": Kind(_item_candidates, _item_locked, Text("诉求", "Request")),
        "request_desk": Kind(
            _desk_candidates,
            _desk_locked,
            Text("诉求的派单和回访", "Dispatch and call-backs of requests"),
            is_ordered=False,
        ),
    }
)
