"""What can be known of buildings, flats and repairs; used by portal, API and CLI alike."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, Sum

from minsheng.apps.people import access as people_access
from minsheng.apps.people.installed import packs
from minsheng.apps.people.obstacles import Obstacle
from minsheng.apps.projects import access
from minsheng.apps.projects import reads as projects
from minsheng.apps.projects.models import Entry
from minsheng.apps.projects.reads import EntryView
from minsheng.apps.projects.reads.entries import visible
from minsheng.apps.repairs.actions import may_report, rules_in_force
from minsheng.apps.repairs.models import Building, Flat, Repair
from minsheng.apps.repairs.words import estate_said, place_said
from minsheng.content.repairs import Part
from minsheng.engines.projects.flow import ENDED
from minsheng.engines.repairs import Answer, Tally, Verdict, vote, warranty
from minsheng.lib.errors import NotAllowed, NotFound
from minsheng.lib.texts import Text

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account, Person

FULL = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class EstateLine:
    """One estate: its buildings and flats, and how its repairs stand."""

    key: str
    title: Text
    buildings: int
    flats: int
    open: int
    observing: int
    closed: int
    archived: int
    reopened: int
    warranty: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairLine:
    """One repair in a list."""

    number: str
    place: Text
    part: Text
    state: str
    due: date | None
    answer: Answer
    bearer: str
    reopened: int
    archived_on: date | None
    estate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairView:
    """One repair with its entry of the ledger; `owners` are the tally of its building for a vote."""

    entry: EntryView
    place: Text
    part: Part
    answer: Answer
    reported_on: date
    accepted_on: date | None
    plan: str
    contractor: str
    bearer: str
    request: str
    archived_on: date | None
    owners: Tally | None
    may_plan: bool
    may_archive: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairState:
    """How the repair of a request stands, for whoever asked for it and whoever answers them."""

    number: str
    place: Text
    part: Text
    state: str
    answer: Answer
    due: date | None
    observe_until: date | None
    needs_rain: bool
    rain_on: date | None
    contractor: str
    reopened: int
    archived_on: date | None


def estates(account: Account) -> list[EstateLine]:
    """Return the estates that have buildings in the register, for staff who may see repairs."""
    _require(account)
    buildings = Building.objects.values("area").annotate(n=Count("pk")).order_by("area")
    flats = dict(Flat.objects.values_list("building__area").annotate(n=Count("pk")))
    lines = repairs(account)
    return [
        EstateLine(
            key=row["area"],
            title=estate_said(row["area"]),
            buildings=row["n"],
            flats=flats.get(row["area"], 0),
            warranty=Counter(one.answer.state for one in mine),
            open=sum(one.state in {"running", "checking"} for one in mine),
            observing=sum(one.state == "observing" for one in mine),
            closed=sum(one.state == "closed" for one in mine),
            archived=sum(one.archived_on is not None for one in mine),
            reopened=sum(one.reopened for one in mine),
        )
        for row in buildings
        for mine in [[one for one in lines if one.estate == row["area"]]]
    ]


def buildings_of(area: str, *, account: Account) -> list[Building]:
    """Return the buildings of an estate with their flats."""
    _require(account)
    return list(Building.objects.filter(area=area).prefetch_related("flats").order_by("name", "pk"))


def repairs(account: Account, *, estate: str = "") -> list[RepairLine]:
    """Return the repairs this account may see, open ones first, the soonest due first."""
    rows = Repair.objects.filter(entry__in=visible(account)).select_related(
        "entry", "building", "flat"
    )
    if estate:
        rows = rows.filter(building__area=estate)
    made = [_line(row) for row in rows[:FULL]]
    ended = {"closed", "dropped"}
    return sorted(made, key=lambda one: (one.state in ended, one.due or date.max, one.number))


def local_repairs(area: str, *, account: Account) -> list[RepairLine]:
    """Return the repairs of a place that aren't over, by building, for whoever looks after it.

    The flat isn't said: it would say who lives there.
    """
    within = people_access.within_place(account, area)
    rows = Repair.objects.filter(building__area__in=within, archived_on=None)
    rows = rows.exclude(entry__state__in=["closed", "dropped"])
    found = rows.select_related("entry", "building", "flat").order_by("entry__due", "pk")
    return [replace(_line(row), place=place_said(row.building, None)) for row in found[:FULL]]


def repair(number: str, *, account: Account) -> RepairView:
    """Return one repair; the one NotFound for who may not see it."""
    entry = projects.entry(number, account=account)
    row = (
        Repair.objects.filter(entry__number=number)
        .select_related("entry", "building", "flat")
        .first()
    )
    if row is None or not people_access.is_staff(account):
        raise access.no_such_entry()
    owns = access.owns(row.entry, account)
    return RepairView(
        entry=entry,
        place=place_said(row.building, row.flat),
        part=rules_in_force().parts[row.part],
        answer=answer_of(row),
        reported_on=row.reported_on,
        accepted_on=row.building.accepted_on,
        plan=row.plan,
        contractor=row.contractor,
        bearer=row.bearer,
        request=row.request,
        archived_on=row.archived_on,
        owners=owners_of(row.building),
        may_plan=owns and row.entry.state == "running",
        may_archive=owns and row.entry.state == "closed" and row.archived_on is None,
    )


def answer_of(row: Repair) -> Answer:
    """Return what the warranty says of a repair, by the pack in force."""
    rules = rules_in_force()
    return warranty(
        rules.parts[row.part].cover,
        accepted_on=row.building.accepted_on,
        reported_on=row.reported_on,
        design_years=row.building.design_years,
        seasons=rules.seasons,
    )


def owners_of(building: Building) -> Tally | None:
    """Return area and count of a building's flats, one owner for each; None where an area is unknown."""
    if building.flats.filter(area_dm2__isnull=True).exists() or not building.flats.exists():
        return None
    found = building.flats.aggregate(area=Sum("area_dm2"), n=Count("pk"))
    return Tally(found["area"], found["n"])


def vote_on_fund(
    number: str, *, took_part: Tally, agreed: Tally, account: Account
) -> Verdict | None:
    """Return whether the owners of its building agreed to pay from the fund; None where unknown."""
    owners = repair(number, account=account).owners
    if owners is None:
        return None
    return vote("use", owners=owners, took_part=took_part, agreed=agreed)


def parts() -> dict[str, Text]:
    """Return the parts of a building by key."""
    found = packs().repairs
    return {key: part.title for key, part in found.parts.items()} if found else {}


def repair_of_request(request: str) -> str:
    """Return the number of the ledger's entry that a request opened, or ""."""
    found = Repair.objects.filter(request=request).select_related("entry").first()
    return found.entry.number if found and request else ""


def request_of_repair(number: str) -> str:
    """Return the number of the request that opened a repair, by its entry; "" for none."""
    found = Repair.objects.filter(entry__number=number).values_list("request", flat=True).first()
    return found or ""


def may_open(number: str, account: Account) -> bool:
    """Whether this account may open a repair, so that a page may lead there."""
    return Repair.objects.filter(entry__in=visible(account), entry__number=number).exists()


def state_of_request(request: str) -> RepairState | None:
    """Return how the repair that a request opened stands, or None. The caller knows who may read it."""
    rows = Repair.objects.filter(request=request).select_related("entry", "building", "flat")
    row = rows.first() if request else None
    if row is None:
        return None
    return RepairState(
        number=row.entry.number,
        place=place_said(row.building, row.flat),
        part=rules_in_force().parts[row.part].title,
        state=row.entry.state,
        answer=answer_of(row),
        due=row.entry.due,
        observe_until=row.entry.observe_until,
        needs_rain=row.entry.needs_rain,
        rain_on=row.entry.rain_on,
        contractor=row.contractor,
        reopened=row.entry.reopened,
        # What came back after the archive is under repair again.
        archived_on=row.archived_on if row.entry.state == "closed" else None,
    )


def building(building_id: int, *, account: Account) -> Building:
    """Return one building of the register; NotFound for none."""
    _require(account)
    found = Building.objects.filter(pk=building_id).first()
    if found is None:
        raise NotFound(
            "repairs.no_place",
            "没有这栋楼，请在列出的里面选。",
            "There is no such building. Choose one of those listed.",
        )
    return found


def may_read(account: Account) -> bool:
    """Whether this account may read the register: who enters repairs, and the office that checks them."""
    rules = packs().repairs
    if rules is None or not people_access.is_staff(account):
        return False
    return may_report(account) or access.office_of(rules.checker) in access.offices_of(account)


def _require(account: Account) -> None:
    if not may_read(account):
        raise NotAllowed(
            "repairs.not_for_you",
            "房屋维修由建设部门和核对的岗位看。您的待办在工作台。",
            "Repairs are for the office that does them and the post that checks. Yours is at your desk.",
        )


def _line(row: Repair) -> RepairLine:
    return RepairLine(
        number=row.entry.number,
        place=place_said(row.building, row.flat),
        part=rules_in_force().parts[row.part].title,
        state=row.entry.state,
        due=row.entry.due,
        answer=answer_of(row),
        bearer=row.bearer,
        reopened=row.entry.reopened,
        archived_on=row.archived_on,
        estate=row.building.area,
    )


def obstacles(person: Person) -> list[Obstacle]:
    """Return the repairs that are still under way of what a person reported."""
    rows = Entry.objects.filter(person=person).exclude(state__in=ENDED).order_by("pk")
    return [
        Obstacle(
            code="repair_open",
            number=row.number,
            what=Text(f"报修 {row.number} 还没修完", f"Repair {row.number} isn't done"),
            way=Text("修完、验收以后", "Let it be done and checked"),
            until=row.due,
        )
        for row in rows
    ]
