"""Repairs in words: places, who pays, and what the warranty says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from minsheng.apps.people.installed import packs
from minsheng.engines.repairs import Answer
from minsheng.lib.texts import Text, day_said

if TYPE_CHECKING:
    from minsheng.apps.repairs.models import Building, Flat

PAYERS: Mapping[str, Text] = {
    "": Text("没有定", "not settled"),
    "builder": Text("施工单位（保修）", "the builder, under warranty"),
    "fund": Text("维修资金", "the maintenance fund"),
    "company": Text("公司承担", "the company"),
    "public": Text("财政", "public money"),
    "owners": Text("业主自己", "the owners"),
}
_WHY: Mapping[str, Text] = {
    "not_accepted": Text("不知道哪天竣工验收", "the day of acceptance isn't known"),
    "no_design_life": Text("不知道设计使用年限", "the designed life isn't known"),
    "no_season": Text("没有定供冷供热的季节", "the season isn't declared"),
}


def estate_said(area: str) -> Text:
    """Return the name of an estate."""
    found = packs().district.areas.get(area)
    return found.title if found else Text(area)


def place_said(building: Building, flat: Flat | None) -> Text:
    """Return where it is: estate, building, flat."""
    estate = estate_said(building.area)
    number = flat.number if flat else ""
    return Text(f"{estate.zh}{building.name}{number}", f"{estate.to('en')} {building.name}{number}")


def warranty_said(answer: Answer) -> Text:
    """Return what the warranty says, with its last day."""
    if answer.state == "unknown" or answer.last_day is None:
        why = _WHY[answer.why]
        return Text(f"未知：{why.zh}", f"unknown: {why.to('en')}")
    year, day = answer.last_day.year, day_said(answer.last_day)
    if answer.state == "within":
        return Text(
            f"在保修期里，到{year}年{day.zh}", f"under warranty until {day.to('en')} {year}"
        )
    return Text(f"过了保修期，{year}年{day.zh}满的", f"warranty ended on {day.to('en')} {year}")
