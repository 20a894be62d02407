"""Who is in a plan: for the head of its post, and for the visitor of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone

from minsheng.apps.people import reads as people
from minsheng.apps.people.installed import packs
from minsheng.apps.people.models import Account
from minsheng.apps.visits import access
from minsheng.apps.visits.models import OPEN, Visit, Visited
from minsheng.apps.visits.plans import plan
from minsheng.apps.visits.reads.lines import where_of, who_for
from minsheng.content.visits import VisitSpec
from minsheng.lib.texts import Text

FULL = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """Somebody in a plan. `due` is when the next visit is due, None where none is planned."""

    id: int
    plan: str
    title: Text
    who: Text
    where: Text
    often: Text
    visitor: str
    since: date
    due: date | None
    paused_until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolledView:
    """One of them, with what this account may do: the head everything, the visitor all but the end."""

    line: Enrolled
    spec: VisitSpec
    level: str
    is_head: bool


def headed_plans(account: Account) -> list[VisitSpec]:
    """Return the plans for whose post this account answers: it says who comes in."""
    posts = set(access.headed_posts(account))
    return [spec for spec in packs().visits.values() if spec.post in posts]


def enrolled(account: Account, slug: str = "") -> list[Enrolled]:
    """Return who is in the plans this account heads or visits for, by plan; names are masked."""
    own = Q(post__in=access.held(account)) & (Q(account=account) | Q(account=None))
    rows = Visited.objects.filter(Q(post__in=access.headed_posts(account)) | own)
    rows = rows.filter(ended_on__isnull=True).select_related("person", "organisation")
    if slug:
        rows = rows.filter(plan=slug)
    found = list(rows.order_by("plan", "pk")[:FULL])
    ids = [row.pk for row in found]
    waiting = Visit.objects.filter(visited__in=ids, outcome=OPEN).order_by("-due_day")
    due = {visit.visited_id: visit.due_day for visit in waiting}
    names = people.displays([row.account_id for row in found if row.account_id is not None])
    return [_line(row, account, names, due.get(row.pk)) for row in found]


def enrolled_view(visited_id: int, *, account: Account) -> EnrolledView:
    """Return somebody in a plan; the one NotFound for who neither heads nor visits."""
    rows = Visited.objects.filter(pk=visited_id, ended_on__isnull=True)
    row = rows.select_related("person", "organisation").first()
    if row is None or not (access.is_head(row, account) or access.is_usual_visitor(row, account)):
        raise access.no_such_visit()
    names = people.displays([row.account_id] if row.account_id else [])
    waiting = Visit.objects.filter(visited=row, outcome=OPEN).order_by("due_day").first()
    return EnrolledView(
        line=_line(row, account, names, waiting.due_day if waiting else None),
        spec=plan(row.plan),
        level=row.level,
        is_head=access.is_head(row, account),
    )


def _line(row: Visited, account: Account, names: dict[int, str], due: date | None) -> Enrolled:
    spec = plan(row.plan)
    paused = row.paused_until
    return Enrolled(
        id=row.pk,
        plan=row.plan,
        title=spec.title,
        who=who_for(row, account),
        where=where_of(row.area),
        often=spec.plan.level(row.level).title,
        visitor=names.get(row.account_id or 0, ""),
        since=row.since,
        due=due,
        paused_until=paused if paused and paused >= timezone.localdate() else None,
    )
