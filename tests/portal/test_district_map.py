"""The sketch map: every area says its number, an unknown one is dotted, pins never hide each other."""

from __future__ import annotations

import re
from datetime import date
from math import hypot

from hypothesis import given
from hypothesis import strategies as st

from minsheng import content
from minsheng.portal.charts.district_map import (
    RADIUS,
    Pin,
    draw_district_map,
    even_edges,
    map_areas,
)

ON = date(2026, 3, 24)
AREAS = content.load(()).district.areas
STREETS = [area.key for area in AREAS.of_kind("street", "town", on=ON)]


def drawn(values: dict[str, float | None], pins: list[Pin], *, narrow: bool = False) -> str:
    said = {key: "未知" if value is None else f"{value:g}" for key, value in values.items()}
    areas = map_areas(AREAS, values, said, on=ON, lang="zh")
    edges = even_edges(values.values())
    return draw_district_map(
        areas, pins, edges=edges, title="t", about="a", ident="m", narrow=narrow
    )


def test_an_area_of_which_nothing_is_known_is_dotted_and_not_shaded_as_zero() -> None:
    values = {key: float(n) for n, key in enumerate(STREETS)} | {STREETS[0]: None}
    made = drawn(values, [])
    assert made.count('class="unk"') == 1
    assert made.count(" bound") == len(STREETS) - 1
    assert "mp5 bound" in made
    assert "未知" in made


@given(st.lists(st.sampled_from([AREAS[key].at for key in AREAS]), max_size=25), st.booleans())
def test_pins_never_cover_one_another_however_many_stand_at_one_place(
    places: list[tuple[float, float]], narrow: bool
) -> None:
    pins = [Pin(n, (at[0], at[1])) for n, at in enumerate(places, 1)]
    made = drawn(dict.fromkeys(STREETS, 1.0), pins, narrow=narrow)
    circles = [
        (float(x), float(y))
        for x, y in re.findall(r'class="pin" cx="([\d.-]+)" cy="([\d.-]+)"', made)
    ]
    assert len(circles) == len(pins)
    for n, (x, y) in enumerate(circles):
        assert all(hypot(x - a, y - b) >= 2 * RADIUS for a, b in circles[:n])
