"""The district as a sketch map: streets and towns by outline and shade, numbered pins tied to a list.

A sketch (示意图), not a survey: outlines are those of the pack. Every area carries its number in words;
one of which nothing is known is dotted, never shaded as zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from math import cos, hypot, pi, radians, sin
from typing import Literal

from django.utils.safestring import SafeString

from minsheng.lib.areas import AreaTable, Point
from minsheng.portal.charts import svg
from minsheng.portal.languages import Language

WIDE, NARROW = 560, 340
EDGE, RADIUS = 10.0, 11.0
LONGEST = 90.0
"""A name wider than this is written word under word, so that neighbours' names keep apart."""
TURN = pi * 0.763932  # the golden angle: nudged pins never line up
Tone = Literal["", "late", "done"]
_PINS: Mapping[Tone, str] = {"": "pin", "late": "pin-v", "done": "pin-r"}


@dataclass(frozen=True, slots=True)
class MapArea:
    """One street or town. `value` chooses its shade, None: unknown; `said` stands under its name."""

    title: str
    outline: Sequence[Point]
    at: Point
    value: float | None
    said: str


@dataclass(frozen=True, slots=True)
class Pin:
    """One numbered pin; `number` is that of the list beside the map."""

    number: int
    at: Point
    tone: Tone = ""


def map_areas(
    areas: AreaTable,
    values: Mapping[str, float | None],
    said: Mapping[str, str],
    *,
    on: date,
    lang: Language,
) -> list[MapArea]:
    """Return the streets and towns that exist on a day, with `values` and words by area key."""
    drawn = (area for area in areas.of_kind("street", "town", on=on) if area.outline)
    return [
        MapArea(
            title=area.title.to(lang),
            outline=[(point[0], point[1]) for point in area.outline],
            at=(area.at[0], area.at[1]),
            value=values.get(area.key),
            said=said.get(area.key, ""),
        )
        for area in drawn
    ]


def even_edges(values: Iterable[float | None], *, steps: int = 5) -> tuple[float, ...]:
    """Return where the next deeper shade begins: equal steps up to the largest value."""
    most = max((value for value in values if value is not None), default=0.0)
    return tuple(most * step / steps for step in range(1, steps))


def shade(value: float, edges: Sequence[float]) -> int:
    """Return the shade from 1 to 5 of a value."""
    return 1 + sum(value > edge for edge in edges)


def draw_district_map(
    areas: Sequence[MapArea],
    pins: Sequence[Pin] = (),
    *,
    edges: Sequence[float],
    title: str,
    about: str,
    ident: str,
    narrow: bool = False,
) -> SafeString:
    """Return the drawing, 560 or 340 wide, north above. Pins too near one another are moved apart."""
    width = NARROW if narrow else WIDE
    frame = _Frame.around([point for area in areas for point in area.outline], width=width)
    parts: list[str] = []
    for area in areas:
        tone = "unk" if area.value is None else f"mp{shade(area.value, edges)} bound"
        ring = "L".join(f"{x:.1f} {y:.1f}" for x, y in map(frame.place, area.outline))
        parts.append(svg.element("path", tone, d=f"M{ring}Z"))
    places = list(_apart([frame.place(pin.at) for pin in pins]))
    for pin, (x, y) in zip(pins, places, strict=True):
        true_x, true_y = frame.place(pin.at)
        if hypot(x - true_x, y - true_y) > 1:
            parts.append(
                svg.element("path", "ref2", d=f"M{true_x:.1f} {true_y:.1f}L{x:.1f} {y:.1f}")
            )
        parts.append(svg.element("circle", _PINS[pin.tone], cx=x, cy=y, r=RADIUS))
        parts.append(svg.words(str(pin.number), "m onw sm", x=x, y=y + 4))
    for area in areas:
        parts += _names(area, frame.place(area.at), places, edges, size=11.5 if narrow else 13.5)
    return svg.drawing(
        parts, width=width, height=round(frame.height), ident=ident, title=title, about=about
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    """From degrees to the drawing: the west and north edge, and pixels for one degree."""

    west: float
    north: float
    east_scale: float
    north_scale: float
    height: float

    @classmethod
    def around(cls, points: Sequence[Point], *, width: int) -> _Frame:
        lons = [lon for lon, _ in points] or [0.0, 1.0]
        lats = [lat for _, lat in points] or [0.0, 1.0]
        east_scale = (width - 2 * EDGE) / (max(lons) - min(lons))
        # A degree of longitude is shorter than one of latitude the further north.
        north_scale = east_scale / cos(radians(sum(lats) / len(lats)))
        height = 2 * EDGE + (max(lats) - min(lats)) * north_scale
        return cls(min(lons), max(lats), east_scale, north_scale, height)

    def place(self, point: Point) -> Point:
        lon, lat = point
        return (
            EDGE + (lon - self.west) * self.east_scale,
            EDGE + (self.north - lat) * self.north_scale,
        )


def _apart(wanted: Sequence[Point]) -> Iterator[Point]:
    """Yield a place for each pin: its own, or the nearest one on a spiral that is free."""
    taken: list[Point] = []
    for x, y in wanted:
        for step in count():
            reach = RADIUS * 0.75 * step**0.5 * 1.6
            place = (x + reach * cos(TURN * step), y + reach * sin(TURN * step))
            if all(hypot(place[0] - a, place[1] - b) >= 2 * RADIUS + 1 for a, b in taken):
                break
        taken.append(place)
        yield place


def _names(
    area: MapArea, at: Point, pins: Sequence[Point], edges: Sequence[float], *, size: float
) -> Iterator[str]:
    """Yield an area's name and number, moved off the pins that lie on them."""
    ink = "" if area.value is None else f" mp{shade(area.value, edges)}t"
    lines = [area.title] if svg.text_width(area.title, size) <= LONGEST else area.title.split(" ")
    half = max(svg.text_width(one, size) for one in lines) / 2 + RADIUS
    x, y = at
    for step in (0, -30, 30, -60, 60, -90, 90):
        if all(abs(px - x) > half or not y + step - 26 < py < y + step + 34 for px, py in pins):
            y += step
            break
    for one in lines:
        yield svg.words(one, f"m{ink or ' i1'}", x=x, y=y)
        y += 18
    if area.said:
        yield svg.words(area.said, f"m sm{ink}", x=x, y=y)
