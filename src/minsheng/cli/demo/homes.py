"""Four hundred invented homes in the five resettlement estates of the district, and a few defects (演示)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from minsheng.apps.people import reads as people
from minsheng.apps.people.installed import packs
from minsheng.apps.projects import actions as projects
from minsheng.apps.projects.actions import Shown
from minsheng.apps.repairs import actions, reads
from minsheng.apps.repairs.actions import NewBuilding
from minsheng.lib.areas import Area

FLATS_A_BUILDING = 12
# Years before today in which the estates were accepted; of the last it isn't known.
AGES = (1, 4, 6, 9, None)
DEFECTS = (
    (0, "wet_room", "卫生间楼板渗水，楼下顶棚发黄。"),
    (1, "roof", "顶层屋面漏雨，卧室滴水。"),
    (1, "outer_wall", "外墙窗角返潮。"),
    (2, "pipes", "厨房下水管接头滴漏。"),
    (3, "roof", "屋面卷材老化起鼓。"),
    (4, "structure", "楼梯间墙面有竖向裂缝。"),
)


def register(on: date) -> int:
    """Put the homes of the five estates into the register and return how many there are."""
    found = [
        building
        for estate, age in zip(_estates(), AGES, strict=False)
        for building in _buildings(estate.key, estate.homes or 0, age, on)
    ]
    return actions.register_buildings(found, by="system")


def report() -> None:
    """Report the defects, settle some, and let one be observed."""
    worker = people.accounts_of("construction.repairs")[0]
    for index, (place, part, words) in enumerate(DEFECTS):
        building = reads.buildings_of(_estates()[place].key, account=worker)[index % 3]
        flat = list(building.flats.order_by("pk"))[index].number
        repair = actions.report_repair(building.pk, part=part, words=words, flat=flat, by=worker)
        number = repair.entry.number
        if index % 2:
            plan = "查清漏点，重做防水，闭水试验。"
            actions.plan_repair(
                number, plan=plan, contractor="演示维修公司", bearer="company", by=worker
            )
        if index == 1:
            projects.begin_observation(number, Shown("做完了，闭水两天不漏。"), by=worker)


def _estates() -> list[Area]:
    return [area for area in packs().district.areas.values() if area.kind == "estate"]


def _buildings(area: str, homes: int, age: int | None, on: date) -> Iterator[NewBuilding]:
    accepted = date(on.year - age, 6, 18) if age is not None else None
    for first in range(0, homes, FLATS_A_BUILDING):
        count = min(FLATS_A_BUILDING, homes - first)
        yield NewBuilding(
            area=area,
            name=f"{first // FLATS_A_BUILDING + 1} 栋",
            accepted_on=accepted,
            flats=tuple((f"{n // 2 + 1}-{n % 2 + 1}", 8600 + 850 * (n % 2)) for n in range(count)),
        )
