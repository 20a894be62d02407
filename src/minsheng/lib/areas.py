"""Places of a district inside one another: street or town, community or village, estate, courtyard.

An area lies in its parent and holds between its days; a record keeps the area of its own day. Where
it is on a map is a point, and for streets and towns an outline as well: degrees east and north, WGS 84.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import cos, hypot, radians
from typing import Literal

from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text

AreaKind = Literal["street", "town", "community", "village", "estate", "courtyard", "park"]
Point = tuple[float, float]
METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """One area: from `valid_from` to `valid_to`, both included; None is an open end.

    `at` is its middle, longitude and latitude in degrees. `outline` is a ring of such points whose
    end joins its beginning, or empty. `homes` is how many households live there, None if unknown.
    """

    key: str
    title: Text
    kind: AreaKind
    at: tuple[float, ...]
    parent: str = ""
    outline: tuple[tuple[float, ...], ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    homes: int | None = None

    def is_valid(self, on: date) -> bool:
        """Return whether the area exists on that day."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on <= self.valid_to
        )


class AreaTable(Mapping[str, Area]):
    """All areas of a district by key. Raises WrongInput for a parent that is missing or a circle."""

    def __init__(self, areas: Iterable[Area] = ()) -> None:
        self._areas = {area.key: area for area in areas}
        for area in self._areas.values():
            self._check(area)

    def __getitem__(self, key: str) -> Area:
        return self._areas[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._areas)

    def __len__(self) -> int:
        return len(self._areas)

    def path(self, key: str) -> tuple[Area, ...]:
        """Return an area and all it lies in, outermost first; nothing for a key nobody declared."""
        found: list[Area] = []
        while key in self._areas:
            found.append(self._areas[key])
            key = self._areas[key].parent
        return tuple(reversed(found))

    def outermost(self, key: str) -> Area | None:
        """Return the street or town an area lies in: the figures of a street are added up by it."""
        path = self.path(key)
        return path[0] if path else None

    def within(self, key: str) -> tuple[Area, ...]:
        """Return an area and everything that lies in it."""
        return tuple(a for a in self._areas.values() if any(p.key == key for p in self.path(a.key)))

    def of_kind(self, *kinds: AreaKind, on: date) -> tuple[Area, ...]:
        """Return the areas of these kinds that exist on a day, in the order of the file."""
        return tuple(a for a in self._areas.values() if a.kind in kinds and a.is_valid(on))

    def containing(self, point: Point, *, on: date) -> Area | None:
        """Return the street or town in whose outline a point lies, or None."""
        drawn = (a for a in self._areas.values() if a.outline and a.is_valid(on))
        return next((area for area in drawn if _is_inside(point, area.outline)), None)

    def nearest(self, point: Point, *kinds: AreaKind, on: date) -> Area | None:
        """Return the area of these kinds whose middle is nearest, or None where there is none."""
        return min(
            self.of_kind(*kinds, on=on),
            key=lambda a: metres_between(point, _point(a)),
            default=None,
        )

    def _check(self, area: Area) -> None:
        seen, key = {area.key}, area.parent
        while key:
            if key not in self._areas or key in seen:
                raise WrongInput(
                    "areas.parent",
                    f"“{area.key}”的上级“{key}”没有声明，或者绕成了圈。",
                    f"The parent '{key}' of '{area.key}' is not declared, or the parents form a circle.",
                )
            seen.add(key)
            key = self._areas[key].parent
        if len(area.at) != 2 or any(len(point) != 2 for point in area.outline):
            raise WrongInput(
                "areas.point",
                f"“{area.key}”的位置先写东经，再写北纬，例如 [106.35, 29.59]。",
                f"The place of '{area.key}' is written as [longitude, latitude].",
            )


def metres_between(a: Point, b: Point) -> float:
    """Return the distance in metres of two points of one district; the earth is flat so near."""
    east = (b[0] - a[0]) * cos(radians((a[1] + b[1]) / 2))
    return hypot(east, b[1] - a[1]) * METRES_PER_DEGREE


def _point(area: Area) -> Point:
    return (area.at[0], area.at[1])


def _is_inside(point: Point, ring: tuple[tuple[float, ...], ...]) -> bool:
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
            inside = not inside
    return inside
