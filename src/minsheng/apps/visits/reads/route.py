"""The way of a visitor's day: today's and missed visits in a short order, with where to go.

Opening it opens where people live, and is written down for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from minsheng.apps.people.installed import packs
from minsheng.apps.people.models import Account
from minsheng.apps.visits.reads.lines import VisitLine
from minsheng.apps.visits.reads.mine import my_round
from minsheng.apps.visits.reads.one import find, look, name_of, where
from minsheng.engines.visits import Stop, length, ordered
from minsheng.lib.areas import Point


@dataclass(frozen=True, slots=True)
class RouteStop:
    """One place of the way. `name` is empty of a protected one."""

    line: VisitLine
    name: str
    address: str
    place: Point


@dataclass(frozen=True, slots=True)
class Route:
    """The day's way, its metres as the crow flies, and the metres in the order of the list."""

    on: date
    stops: tuple[RouteStop, ...]
    metres: int
    listed_metres: int


def my_route(account: Account, on: date | None = None) -> Route:
    """Return the way of today's round; a place that isn't known is its area's middle."""
    on = on or timezone.localdate()
    found = my_round(account, on)
    stops = {one.number: _stop(one, account) for one in (*found.today, *found.missed)}
    listed = [
        Stop(one.line.number, one.place, one.line.at if one.line.day == on else None)
        for one in stops.values()
    ]
    way = ordered(listed)
    return Route(
        on,
        tuple(stops[stop.key] for stop in way),
        round(length(way)),
        round(length(listed)),
    )


def _stop(one: VisitLine, account: Account) -> RouteStop:
    visited = find(one.number).visited
    look(visited, by=account, number=one.number)
    there = where(visited)
    area = packs().district.areas.get(one.area)
    place = there.place or ((area.at[0], area.at[1]) if area else (0.0, 0.0))
    name = "" if one.is_protected else name_of(visited)
    return RouteStop(one, name, there.address, place)
