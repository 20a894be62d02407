"""One finding whole, for whoever makes a request of it: whose it is, where, in which words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from minsheng.apps.people.models import Account, Organisation, Person
from minsheng.apps.visits.models import Finding
from minsheng.apps.visits.plans import plan
from minsheng.apps.visits.reads.one import found_of
from minsheng.content.visits import VisitSpec
from minsheng.lib.texts import Text


@dataclass(frozen=True, slots=True)
class Matter:
    """What was found or said. `visit` is empty for a voice of a courtyard, which names nobody.

    `owner` is who is visited, or the head of the household; None for a firm, a place or a voice.
    """

    id: int
    title: Text
    words: str
    area: str
    at: datetime
    key: str
    spec: VisitSpec
    visit: str
    owner: Person | None
    organisation: Organisation | None
    by: Account
    office: str
    urgent: bool


def matter(finding_id: int) -> Matter | None:
    """Return a finding, or None where it, or its kind, is gone."""
    rows = Finding.objects.select_related(
        "visit__visited__person", "visit__visited__organisation", "by"
    )
    row = rows.filter(pk=finding_id).first()
    if row is None or row.key not in plan(row.plan).findings:
        return None
    visited = row.visit.visited if row.visit else None
    found = found_of(row, visited)
    return Matter(
        id=row.pk,
        title=found.title,
        words=found.words,
        area=row.area,
        at=row.at,
        key=row.key,
        spec=plan(row.plan),
        visit=row.visit.number if row.visit else "",
        owner=visited.person if visited else None,
        organisation=visited.organisation if visited else None,
        by=row.by,
        office=row.office,
        urgent=row.urgent,
    )
