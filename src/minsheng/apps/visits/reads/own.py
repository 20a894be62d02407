"""The visits of somebody who is visited: who comes, why, when, and what was noted of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone

from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account, Household
from minsheng.apps.visits import access
from minsheng.apps.visits.models import OPEN, Visit, Visited
from minsheng.apps.visits.plans import plan
from minsheng.apps.visits.reads.lines import VisitLine, line, who_of
from minsheng.apps.visits.reads.one import Earlier, earlier_of
from minsheng.engines.visits import Basis
from minsheng.lib.texts import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnVisits:
    """One plan as the visited person sees it. `visitor` is how the visitor wishes to be called."""

    id: int
    title: Text
    why: Text
    who: Text
    often: Text
    source: Basis
    post: Text
    visitor: str
    waiting: tuple[VisitLine, ...]
    earlier: tuple[Earlier, ...]
    paused_until: date | None


def own_visits(account: Account, on: date | None = None) -> list[OwnVisits]:
    """Return the plans in which this resident, a child of theirs or their household is visited."""
    on = on or timezone.localdate()
    return [_own(row, on) for row in _rows(account, on)]


def firm_visits(account: Account, code: str, on: date | None = None) -> list[OwnVisits]:
    """Return the plans in which a firm is visited, for whoever speaks for it."""
    on = on or timezone.localdate()
    firms = [one for one in people.organisations_of(account) if one.credit_code == code]
    rows = Visited.objects.filter(organisation__in=firms, ended_on__isnull=True)
    rows = rows.select_related("person", "account", "organisation")
    return [_own(row, on) for row in rows.order_by("pk")]


def is_visited(account: Account) -> bool:
    """Whether somebody visits this resident, a child of theirs or their household."""
    return bool(_rows(account, timezone.localdate()))


def _rows(account: Account, on: date) -> list[Visited]:
    person = account.person
    if person is None or not account.is_proved:
        return []
    family = [person, *people.children_of(person, on=on)]
    homes: list[Household] = [m.household for m in people.household_members(person, on=on)]
    rows = Visited.objects.filter(Q(person__in=family) | Q(household__in=homes))
    rows = rows.filter(ended_on__isnull=True).select_related("person", "account", "organisation")
    return [row for row in rows.order_by("pk") if access.is_own(row, account)]


def _own(row: Visited, on: date) -> OwnVisits:
    spec = plan(row.plan)
    level = spec.plan.level(row.level)
    waiting = Visit.objects.filter(visited=row, outcome=OPEN).order_by("until", "pk")
    lines = []
    for visit in waiting:
        visit.visited = row
        lines.append(line(visit, on=on))
    post = people.post(row.post)
    office = post.department
    return OwnVisits(
        id=row.pk,
        title=spec.title,
        why=spec.why,
        who=who_of(row),
        often=level.title,
        source=level.cite,
        post=Text(
            f"{office.title_zh} {post.title_zh}", f"{office.title.to('en')}, {post.title.to('en')}"
        ),
        visitor=row.account.display if row.account else "",
        waiting=tuple(lines),
        earlier=earlier_of(row, spec),
        paused_until=row.paused_until if row.paused_until and row.paused_until >= on else None,
    )
