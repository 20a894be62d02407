"""Every write to repairs that is a business act: the register, a report, the plan, the archive."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.people import access as people_access
from minsheng.apps.people.installed import calendar, packs
from minsheng.apps.projects import access
from minsheng.apps.projects import actions as projects
from minsheng.apps.projects.actions import NewEntry, Shown
from minsheng.apps.projects.models import Entry
from minsheng.apps.projects.writing import checked_words, locked, note
from minsheng.apps.repairs.models import BEARERS, Building, Flat, Repair
from minsheng.apps.repairs.words import place_said
from minsheng.content.repairs import Repairs
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput
from minsheng.lib.texts import Text

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account, Person

STREAM = "building"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBuilding:
    """A building as it is put into the register, with (number, area in square decimetres) of its flats."""

    area: str
    name: str
    accepted_on: date | None
    design_years: int | None = None
    flats: tuple[tuple[str, int | None], ...] = ()


def register_buildings(found: Iterable[NewBuilding], *, by: str) -> int:
    """Put buildings with their flats into the register and return how many flats there are now.

    A building that is there already gets the new days and whatever flats it lacks.
    """
    areas = packs().district.areas
    with transaction.atomic():
        for new in found:
            if new.area not in areas:
                raise WrongInput(
                    "repairs.no_estate",
                    f"没有“{new.area}”这个小区。",
                    f"There is no estate '{new.area}'.",
                )
            row, _ = Building.objects.update_or_create(
                area=new.area,
                name=new.name,
                defaults={"accepted_on": new.accepted_on, "design_years": new.design_years},
            )
            Flat.objects.bulk_create(
                [Flat(building=row, number=number, area_dm2=area) for number, area in new.flats],
                ignore_conflicts=True,
            )
            accepted = new.accepted_on.isoformat() if new.accepted_on else None
            news = audit.News(
                kind="building.registered",
                at=timezone.now(),
                by=by,
                data={"accepted_on": accepted, "flats": len(new.flats)},
            )
            audit.record(STREAM, str(row.pk), news)
    return Flat.objects.count()


def report_repair(
    building_id: int,
    *,
    part: str,
    words: str,
    by: Account,
    flat: str = "",
    person: Person | None = None,
    request: str = "",
) -> Repair:
    """Return a defect put into the ledger, with its owner, its day and its observation by the pack.

    `request` is the number of the request that reported it: asked twice, the same repair comes back.
    Raises NotAllowed unless `by` works for the repairing office or leads.
    """
    rules = rules_in_force()
    if not may_report(by):
        raise NotAllowed(
            "repairs.not_yours",
            "报修由维修岗位或分管负责人录入。居民报修请走诉求，或打 12345。",
            "Repairs are entered by the repairing office or the leader. Residents report through a request.",
        )
    words = checked_words(words, needed=Text("哪里坏了，什么样子", "what is broken, and how"))
    with transaction.atomic():
        building = Building.objects.select_for_update().filter(pk=building_id).first()
        if building is None:
            raise _no_place()
        if request and (there := Repair.objects.filter(request=request).first()) is not None:
            return there
        home = building.flats.filter(number=flat).first() if flat else None
        if flat and home is None:
            raise _no_place()
        if part not in rules.parts:
            raise WrongInput(
                "repairs.part",
                "请选是哪个部位。别的都还在。",
                "Choose which part it is. The rest is still there.",
                field="part",
            )
        on = timezone.localdate()
        declared = rules.parts[part]
        place = place_said(building, home)
        entry = projects.open_entry(
            NewEntry(
                title=Text(
                    f"{place.zh}：{declared.title.zh}",
                    f"{place.to('en')}: {declared.title.to('en')}",
                ),
                kind="task",
                owner=rules.owner,
                checker=rules.checker,
                due=calendar().add(on, rules.due).day,
                area=building.area,
                observe_days=rules.observe_days,
                needs_rain=declared.leaks,
            ),
            by=by,
            person=person,
        )
        repair = Repair.objects.create(
            entry=entry, building=building, flat=home, part=part, reported_on=on, request=request
        )
        if access.may_work(entry, by):
            projects.add_news(entry.number, Shown(words), by=by)
        note(entry, "repair_reported", by=by, part=part, building=building.pk)
    return repair


def plan_repair(number: str, *, plan: str, contractor: str, bearer: str, by: Account) -> Repair:
    """Return a repair with its plan, who does it and who pays. It may be written anew while it runs."""
    plan = checked_words(plan, needed=Text("怎么修", "how it is repaired"), field="plan")
    contractor = checked_words(
        contractor, needed=Text("哪家来修", "who repairs it"), field="contractor"
    )[:120]
    if bearer not in BEARERS[1:]:
        raise WrongInput(
            "repairs.bearer",
            "请选谁出钱。别的都还在。",
            "Choose who pays. The rest is still there.",
            field="bearer",
        )
    with transaction.atomic():
        entry = locked(number, by)
        repair = _of(entry)
        access.require(access.owns(entry, by), entry)
        if entry.state != "running":
            raise Conflict(
                "repairs.not_running",
                "这一件现在不在施工，方案改不了。刷新看看。",
                "This repair isn't under way, so its plan can't change. Reload and see.",
            )
        repair.plan, repair.contractor, repair.bearer = plan, contractor, bearer
        repair.save(update_fields=["plan", "contractor", "bearer"])
        note(entry, "repair_planned", by=by, worked=True, bearer=bearer)
    return repair


def archive_repair(number: str, *, by: Account) -> Repair:
    """Return a repair put into the archive: closed by the check, whole with plan, payer and pictures.

    Raises Conflict naming what is missing.
    """
    with transaction.atomic():
        entry = locked(number, by)
        repair = _of(entry)
        access.require(access.owns(entry, by), entry)
        kinds = set(entry.evidence.exclude(file=None).values_list("kind", flat=True))
        missing = [
            words
            for words, there in (
                (Text("复查销号", "the re-inspection"), entry.state == "closed"),
                (Text("方案和出钱的人", "plan and payer"), bool(repair.plan and repair.bearer)),
                (Text("修之前的照片", "a picture from before"), "before" in kinds),
                (Text("修之后的照片", "a picture from after"), "after" in kinds),
            )
            if not there
        ]
        if missing:
            raise Conflict(
                "repairs.not_whole",
                f"还不能归档，缺：{'、'.join(one.zh for one in missing)}。",
                f"It can't be archived yet; missing: {', '.join(one.to('en') for one in missing)}.",
            )
        if repair.archived_on is None:
            repair.archived_on = timezone.localdate()
            repair.save(update_fields=["archived_on"])
            note(entry, "repair_archived", by=by)
    return repair


def may_report(account: Account) -> bool:
    """Whether this account enters repairs: the repairing office, or a leader."""
    rules = rules_in_force()
    mine = access.offices_of(account) if people_access.is_staff(account) else set()
    return people_access.is_leader(account) or access.office_of(rules.owner) in mine


def rules_in_force() -> Repairs:
    """Return what the packs say about repairs; NotFound where they say nothing."""
    found = packs().repairs
    if found is None:
        raise NotFound(
            "repairs.no_pack",
            "本区还没有装维修的规定（packs/repairs）。请管理员装上。",
            "This district has no rules of repairs yet (packs/repairs). Ask the administrator.",
        )
    return found


def _of(entry: Entry) -> Repair:
    found = Repair.objects.select_for_update().filter(entry=entry).first()
    if found is None:
        raise access.no_such_entry()
    return found


def _no_place() -> NotFound:
    return NotFound(
        "repairs.no_place",
        "没有这栋楼或这一户，请在列出的里面选。",
        "There is no such building or flat. Choose one of those listed.",
    )
