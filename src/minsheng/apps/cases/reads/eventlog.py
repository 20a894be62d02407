"""The event log of cases for tools that look into processes: pseudonymous, without the protected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from minsheng.apps.audit import reads as audit
from minsheng.apps.audit.models import Entry
from minsheng.apps.cases import catalogue, store
from minsheng.apps.cases.models import Case
from minsheng.engines.casework.spec import ServiceSpec
from minsheng.engines.casework.xes import KEPT, LoggedCase, LoggedEvent

BATCH = 200
_POST = re.compile(r"post:([a-z0-9._-]+)")


def event_log(slug: str = "", *, since: date | None = None) -> Iterator[LoggedCase]:
    """Yield the cases of a service (""; of all) submitted from a day on, oldest first.

    A case gets a number of its own, in the order of this log; who acted is told as a post, or as
    `applicant` or `system`. Protected cases, and those of whoever is erased, are not among them.
    """
    found = Case.objects.filter(protected=False, applicant__erased_at=None).order_by("pk")
    if slug:
        found = found.filter(slug=slug)
    if since is not None:
        found = found.filter(submitted_day__gte=since)
    number = 0
    for batch in _batches(found.iterator(chunk_size=BATCH)):
        histories = audit.histories(store.CHAIN, [str(case.pk) for case in batch])
        for case in batch:
            number += 1
            spec = catalogue.pinned_spec(case.pack_id)
            events = (_event(spec, entry) for entry in histories[str(case.pk)])
            yield LoggedCase(
                number=number,
                service=case.slug,
                version=case.pack_id,
                status=case.status,
                events=tuple(events),
            )


def _batches(cases: Iterator[Case]) -> Iterator[list[Case]]:
    batch: list[Case] = []
    for case in cases:
        batch.append(case)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _event(spec: ServiceSpec, entry: Entry) -> LoggedEvent:
    data = dict(entry.data)
    item = str(data.get("item") or "")
    declared = spec.items.get(item)
    return LoggedEvent(
        kind=entry.kind,
        item=item,
        title=declared.title.zh if declared else "",
        at=entry.at,
        post=_post(entry.by),
        attempt=int(data.get("attempt") or 0),
        data=tuple((key, str(data[key])) for key in KEPT if data.get(key)),
    )


def _post(by: str) -> str:
    """Return the post that acted, never the account."""
    match = _POST.search(by)
    if match:
        return match[1]
    return "system" if by.startswith("system") else "applicant"
