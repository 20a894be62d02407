"""All cases, found through the event ledger, and whether ledger and rows agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from minsheng.apps.appeals import reads as requests
from minsheng.apps.audit import reads as audit
from minsheng.apps.cases import reads as cases
from minsheng.apps.cases import store
from minsheng.lib.errors import NotFound

if TYPE_CHECKING:
    from minsheng.apps.cases.models import Case


@dataclass(frozen=True, slots=True)
class CaseCheck:
    """Whether a case's rows are what its events say.

    `has_events`: as many as the case counts. `replays`: they give the state on its row.
    `shows`: its items show that state.
    """

    number: str
    events: int
    has_events: bool
    replays: bool
    shows: bool

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong."""
        return self.has_events and self.replays and self.shows


def all_cases() -> Iterator[Case]:
    """Yield every case whose first event is in the ledger, in the order of submission."""
    cursor = 0
    while entries := audit.since(cursor):
        cursor = entries[-1].pk
        for entry in entries:
            if entry.stream != store.CHAIN or entry.seq != 1:
                continue
            try:
                yield cases.find_case(f"{timezone.localtime(entry.at).year}-{int(entry.key):06d}")
            except NotFound:
                continue  # counted by `lost`


def lost(found: int) -> int:
    """Return how many cases there are beside the `found` ones: their events are gone."""
    return abs(sum(cases.case_counts().values()) - found)


def check_case(case: Case) -> CaseCheck:
    """Return whether a case's events give the state on its row, and its items show it."""
    events = len(audit.history(store.CHAIN, str(case.pk)))
    state = store.state_of(case)
    return CaseCheck(
        number=case.number,
        events=events,
        has_events=events == case.seq > 0,
        replays=events > 0 and store.replayed(case) == state,
        shows={row.key: row.status for row in case.items.all()}
        == {key: item.status for key, item in state.items.items()},
    )


def claims() -> Iterator[audit.Claim]:
    """Yield the head that each case and each request keeps on its own row."""
    yield from requests.heads()
    for case in all_cases():
        yield audit.Claim(store.CHAIN, str(case.pk), case.seq, case.head)
