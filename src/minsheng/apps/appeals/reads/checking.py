"""Whether a request's rows are what its events say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from minsheng.apps.appeals import store
from minsheng.apps.appeals.models import Request
from minsheng.apps.audit import reads as audit


@dataclass(frozen=True, slots=True)
class RequestCheck:
    """`replays`: its events give the state on its row; `shows`: its items show that state."""

    number: str
    events: int
    has_events: bool
    replays: bool
    shows: bool

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong."""
        return self.has_events and self.replays and self.shows


def checks() -> Iterator[RequestCheck]:
    """Yield the check of every request, in the order in which they were made."""
    for request in Request.objects.order_by("pk").iterator(chunk_size=500):
        yield check_request(request)


def check_request(request: Request) -> RequestCheck:
    """Return whether one request is what its events say."""
    events = len(audit.history(store.CHAIN, str(request.pk)))
    state = store.state_of(request)
    rows = request.items.values_list("key", "status", "post", "round", "is_lead")
    shown = {key: tuple(rest) for key, *rest in rows}
    return RequestCheck(
        number=request.number,
        events=events,
        has_events=events == request.seq > 0,
        replays=events > 0 and store.replayed(request) == state,
        shows=request.status == state.status
        and shown
        == {
            key: (item.status, item.post, item.round, item.is_lead)
            for key, item in state.items.items()
        },
    )


def heads() -> Iterator[audit.Claim]:
    """Yield the head that each request keeps on its own row."""
    for pk, seq, head in Request.objects.order_by("pk").values_list("pk", "seq", "head"):
        yield audit.Claim(store.CHAIN, str(pk), seq, head)
