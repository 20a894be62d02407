"""Who comes into a plan, how often they are visited, who pauses and who leaves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads as people_reads
from minsheng.apps.people.installed import packs
from minsheng.apps.people.models import Account, Household, Organisation, Person
from minsheng.apps.people.numbers import parse_number
from minsheng.apps.visits import access
from minsheng.apps.visits.actions.recording import STREAM, note, open_next, saved
from minsheng.apps.visits.models import CANCELLED, OPEN, Visit, Visited
from minsheng.apps.visits.plans import plan
from minsheng.apps.visits.sealing import checked, sealed
from minsheng.content.visits import VisitSpec
from minsheng.engines.visits import handed_over
from minsheng.lib.areas import Point
from minsheng.lib.errors import Conflict, NotAllowed, WrongInput
from minsheng.lib.identifiers import CreditCode

WHY_ENDED = ("moved", "died", "no_longer", "refused", "mistake", "erased")


@dataclass(frozen=True, slots=True, kw_only=True)
class Whom:
    """Whom or what a plan visits, and where: an area, an address, a point on the map."""

    person: Person | None = None
    household: Household | None = None
    organisation: Organisation | None = None
    area: str = ""
    address: str = ""
    place: Point | None = None


def add_visited(
    slug: str,
    whom: Whom,
    *,
    by: Account | None,
    level: str = "",
    visitor: Account | None = None,
    since: date | None = None,
) -> Visited:
    """Return somebody who came into a plan, with the first visit opened.

    Without a visitor the one of the post with the fewest gets it. Raises NotAllowed unless `by`
    answers for the post (None: the installation itself), Conflict for somebody who is in already.
    """
    spec, since = plan(slug), since or timezone.localdate()
    if by is not None:
        access.require_head_of(spec.post, by)
    level = level or next(iter(spec.levels))
    _check(spec, whom, level)
    where = {"address": whom.address, "place": list(whom.place) if whom.place else None}
    with transaction.atomic():
        if whom.person is not None:
            people.held(whom.person)
        if visitor is not None and visitor not in access.visitors_of(spec.post):
            raise _no_visitor()
        row = Visited(
            plan=slug,
            kind=spec.subject,
            person=whom.person,
            household=whom.household,
            organisation=whom.organisation,
            area=whom.area,
            where_sealed=sealed(whom.person, where if whom.address or whom.place else None),
            post=spec.post,
            account=visitor or least_loaded(spec.post),
            level=level,
            protected=spec.protected,
            since=since,
        )
        try:
            with transaction.atomic():
                row.save()
        except IntegrityError as error:
            raise Conflict(
                "visits.already_in",
                "已经在这种走访里了，不用再加。",
                "Already in this plan of visits; there is nothing to add.",
            ) from error
        record(row, "joined", by)
        open_next(row, since=since, settled=False)
    return row


def enrol(
    slug: str, number: str, *, by: Account, area: str = "", address: str = "", level: str = ""
) -> Visited:
    """Return somebody who came into a plan, by the number that is known of them.

    `number` is a citizen number for a person, or for a household any of whose members; a credit code
    for an organisation; nothing for a place, which `area` says. The head of the post only, who is
    asked first: nobody else learns whether a number is known.
    """
    spec = plan(slug)
    access.require_head_of(spec.post, by)
    address = checked(address, field="address")
    whom = _whom(spec, number, Whom(area=area, address=address))
    return add_visited(slug, whom, by=by, level=level)


def _whom(spec: VisitSpec, number: str, where: Whom) -> Whom:
    if spec.subject == "place":
        return where
    if spec.subject == "organisation":
        code = CreditCode.parse(number, demo=settings.DEMO)
        firm = people_reads.organisation_by_code(code.code)
        if firm is None:
            raise _unknown("没有登记过这家单位。", "This organisation isn't registered.")
        return replace(where, organisation=firm)
    person = people_reads.person_by_number(parse_number(number))
    if person is None or person.is_erased:
        raise _unknown("没有登记过这个人。", "This person isn't registered.")
    if spec.subject == "person":
        return replace(where, person=person)
    homes = people_reads.household_members(person)
    if not homes:
        raise _unknown(
            "这个人还没有登记住在哪一户。", "No household is registered for this person."
        )
    return replace(where, person=person, household=homes[0].household)


def _unknown(zh: str, en: str) -> WrongInput:
    return WrongInput(
        "visits.whom",
        f"{zh}请核对号码；还没有登记的，先到窗口登记。您填的都还在。",
        f"{en} Check the number, or have it registered at the counter. What you typed is still here.",
        field="number",
    )


def least_loaded(post: str) -> Account | None:
    """Return which account of a post has the fewest to visit, or None where nobody fills it."""
    staff = access.visitors_of(post)
    rows = Visited.objects.filter(account__in=staff, ended_on__isnull=True)
    loads = dict(rows.values_list("account_id").annotate(Count("pk")))
    return min(staff, key=lambda one: (loads.get(one.pk, 0), one.pk), default=None)


def set_level(visited_id: int, level: str, *, by: Account) -> Visited:
    """Return somebody whose visits are now as often as another level says; the open one moves.

    The head and the visitor may: who visits knows first.
    """
    with transaction.atomic():
        row = _locked(visited_id)
        _require_own_or_head(row, by)
        spec = plan(row.plan)
        if level not in spec.levels:
            raise _no_level()
        if level != row.level:
            row.level = level
            row.save(update_fields=["level"])
            record(row, "level", by, level=level)
            for visit in _open_visits(row).filter(basis=""):
                _settle(visit, by, why="level")
            since, settled = row.last_on or row.since, row.last_on is not None
            open_next(row, since=since, settled=settled, not_before=timezone.localdate())
    return row


def pause(visited_id: int, *, until: date, by: Account) -> Visited:
    """Return somebody who isn't visited until a day has passed: away, in hospital. Nothing is late."""
    today = timezone.localdate()
    with transaction.atomic():
        row = _locked(visited_id)
        _require_own_or_head(row, by)
        if not today <= until <= date(today.year + 1, today.month, 1):
            raise WrongInput(
                "visits.pause_span",
                "暂停到哪天，要写今天以后、一年以内的日子。",
                "Pause until a day from today on, within a year.",
                field="until",
            )
        row.paused_until = until
        row.save(update_fields=["paused_until"])
        record(row, "paused", by, until=until.isoformat())
    return row


def resume(visited_id: int, *, by: Account) -> Visited:
    """Return somebody who is visited again."""
    with transaction.atomic():
        row = _locked(visited_id)
        _require_own_or_head(row, by)
        row.paused_until = None
        row.save(update_fields=["paused_until"])
        record(row, "resumed", by)
    return row


def end_visited(visited_id: int, why: str, *, by: Account) -> Visited:
    """Return somebody who left the plan; what was due is cancelled. The head decides, or the one
    visited: saying no is their right and has no consequence.
    """
    with transaction.atomic():
        row = _locked(visited_id)
        if access.is_own(row, by):
            why = "refused"
        elif not access.is_head(row, by):
            raise access.no_such_visit()
        if why not in WHY_ENDED:
            raise WrongInput(
                "visits.ended_why",
                "请选为什么不再走访。",
                "Say why the visits end.",
                field="why",
            )
        end(row, why, by=by)
    return row


def end(row: Visited, why: str, *, by: Account | None) -> None:
    """Let a locked row leave its plan, in the caller's transaction."""
    if row.ended_on is not None:
        return
    for visit in _open_visits(row):
        _settle(visit, by, why=why)
    row.ended_on, row.ended_why = timezone.localdate(), why
    row.save(update_fields=["ended_on", "ended_why"])
    record(row, "left", by, why=why)


def record(row: Visited, kind: str, by: Account | None, **facts: str) -> None:
    """Append to the chain of somebody in a plan: ids and codes only."""
    data = {"plan": row.plan, **facts}
    who = f"account:{by.pk}" if by is not None else ""
    news = audit.News(f"visited.{kind}", timezone.now(), who, data)
    audit.record(STREAM, f"visited:{row.pk}", news)


def share_out(post: str, rows: Sequence[Visited], staff: Sequence[Account]) -> dict[int, int]:
    """Return the new visitor of each whose visitor is gone, by ids: evenly, the same area first."""
    everyone = Visited.objects.filter(post=post, ended_on__isnull=True)
    visitors = {row.pk: row.account_id for row in everyone.order_by("pk")}
    known: dict[int, set[str]] = {one.pk: set() for one in staff}
    for row in everyone:
        if row.account_id in known:
            known[row.account_id].add(row.area)
    areas = {row.pk: row.area for row in rows}

    def far(visited: int, visitor: int) -> float:
        return 0.0 if areas.get(visited, "") in known[visitor] else 1.0

    after = handed_over(visitors, [one.pk for one in staff], far=far)
    return {row.pk: heir for row in rows if (heir := after[row.pk]) is not None}


def _open_visits(row: Visited) -> QuerySet[Visit]:
    return Visit.objects.select_for_update().filter(visited=row, outcome=OPEN)


def _settle(visit: Visit, by: Account | None, *, why: str) -> None:
    visit.outcome, visit.settled_on = CANCELLED, timezone.localdate()
    saved(visit, "outcome", "settled_on")
    note(visit, "cancelled", by=f"account:{by.pk}" if by else "", why=why)


def _locked(visited_id: int) -> Visited:
    row = Visited.objects.select_for_update().filter(pk=visited_id).first()
    if row is None or row.ended_on is not None:
        raise access.no_such_visit()
    return row


def _require_own_or_head(row: Visited, by: Account) -> None:
    if not access.is_usual_visitor(row, by) and not access.is_head(row, by):
        raise access.no_such_visit()


def _check(spec: VisitSpec, whom: Whom, level: str) -> None:
    there = {
        "person": whom.person,
        "household": whom.household and whom.person,
        "organisation": whom.organisation,
        "place": whom.area,
    }
    if not there[spec.subject]:
        raise WrongInput(
            "visits.nobody",
            "请先选走访谁。",
            "Say first who is visited.",
            field="whom",
        )
    if whom.person is not None and whom.person.is_erased:
        raise NotAllowed(
            "people.erased",
            "这个人的信息已经按要求删除，不能再走访。",
            "This person's data was erased on request; no visits can be planned.",
        )
    if level not in spec.levels:
        raise _no_level()
    if whom.area and whom.area not in packs().district.areas:
        raise WrongInput(
            "visits.no_area",
            "没有这个地方，请从列出的里面选。",
            "There is no such place. Choose one of those listed.",
            field="area",
        )


def _no_level() -> WrongInput:
    return WrongInput(
        "visits.no_level",
        "没有这种频次，请从列出的里面选。",
        "There is no such frequency. Choose one of those listed.",
        field="level",
    )


def _no_visitor() -> WrongInput:
    return WrongInput(
        "visits.no_visitor",
        "这个人今天不在这个岗位上，请换一个人。",
        "This account doesn't fill the post today. Choose another.",
        field="visitor",
    )
