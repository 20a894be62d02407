"""Pictures from data: well-formed SVG that fits every page, with words for who can't see it."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.engines.items.described import described
from minsheng.engines.items.drawing import PAPER, draw, scale_of
from minsheng.engines.items.pictures import (
    Angle,
    Bars,
    Clock,
    Cubes,
    Grid,
    GridShape,
    Lines,
    ManySeries,
    NumberLine,
    Picture,
    Polygon,
    Series,
    wrong_picture,
)

RIGHT_TRIANGLE = Polygon(
    kind="polygon", points=((0, 0), (4, 0), (0, 3)), sides=("4 cm", "", "3 cm"),
    angles=("90°", "", "53°"),
)  # fmt: skip
EVERY: list[Picture] = [
    Angle(kind="angle", degrees=65), Angle(kind="angle", degrees=90),
    Angle(kind="angle", degrees=200), Angle(kind="angle", degrees=360),
    Clock(kind="clock", hour=3, minute=20),
    NumberLine(kind="numberline", start="0", end="1", step="0.1", marks=("0.3",)),
    Bars(kind="bars", title="人数", unit="人", labels=("一班", "二班"), values=(12, 15)),
    Bars(
        kind="bars", labels=("一班", "二班"),
        series=ManySeries((Series(title="男生", values=(1, 2)), Series(title="女生", values=(3, 0)))),
    ),
    Grid(
        kind="grid", width=10, height=8, axis=((5, 0), (5, 8)),
        shapes=(
            GridShape(points=((1, 1), (4, 1), (1, 5)), label="甲"), GridShape(points=((6, 6),)),
            GridShape(points=((6, 1), (9, 1))),
        ),
    ),
    RIGHT_TRIANGLE,
    *(Lines(kind="lines", relation=one) for one in ("parallel", "perpendicular", "crossing", "point-distance")),  # type: ignore[arg-type]
    Cubes(kind="cubes", heights=((2, 1), (1, 0))),
]  # fmt: skip


@pytest.mark.parametrize("picture", EVERY, ids=lambda one: type(one).__name__)
def test_a_picture_is_well_formed_in_the_colour_of_the_text_and_says_what_it_shows(
    picture: Picture,
) -> None:
    svg = draw(picture)
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    assert root.get("aria-label") == described(picture).zh
    assert draw(picture, language="en").count(described(picture).en.split(".")[0]) == 1
    colours = {
        value
        for one in root.iter()
        for name, value in one.attrib.items()
        if name in ("fill", "stroke")
    }
    assert colours <= {"currentColor", "none", "Canvas"}
    assert "style=" not in svg
    assert "nan" not in svg
    left, top, width, height = map(float, (root.get("viewBox") or "").split())
    assert 20 < width < 1000
    assert 20 < height < 700
    for line in root.iter("{http://www.w3.org/2000/svg}line"):
        for name in ("x1", "x2"):
            assert left <= float(line.get(name) or 0) <= left + width
        for name in ("y1", "y2"):
            assert top <= float(line.get(name) or 0) <= top + height


def test_what_hides_something_is_white_on_paper() -> None:
    assert PAPER in draw(Cubes(kind="cubes", heights=((1,),)), ground=PAPER)
    assert "Canvas" not in draw(Cubes(kind="cubes", heights=((1,),)), ground=PAPER)


def test_a_dot_on_a_line_is_not_named_by_its_number() -> None:
    line = NumberLine(kind="numberline", start="0", end="1", step="0.1", marks=("0.3",))
    assert "0.3" not in draw(line)
    assert "第 3 格" in described(line).zh


@pytest.mark.parametrize(
    "picture",
    [
        Angle(kind="angle", degrees=0), Clock(kind="clock", hour=3, minute=60),
        NumberLine(kind="numberline", start="1", end="0", step="0.1"),
        NumberLine(kind="numberline", start="0", end="1000000", step="0.1"),
        NumberLine(kind="numberline", start="0", end="1", step="0"),
        Bars(kind="bars", labels=("a",), values=()), Bars(kind="bars", labels=("a",), values=(0,)),
        Grid(kind="grid", width=4, height=4, shapes=(GridShape(points=((9, 9),)),)),
        Grid(kind="grid", width=4, height=4, axis=((1, 1),)),
        Polygon(kind="polygon", points=((0, 0), (1, 1), (2, 2))),
        Polygon(kind="polygon", points=((0, 0), (1, 0), (0, 1)), sides=("1",)),
        Cubes(kind="cubes", heights=((1,), (1, 2))), Cubes(kind="cubes", heights=((0,),)),
    ],
)  # fmt: skip
def test_what_can_t_be_drawn_is_named_and_refused(picture: Picture) -> None:
    said = wrong_picture(picture)
    assert said is not None
    assert said.zh
    with pytest.raises(ValueError, match=r"."):
        draw(picture)


@given(st.lists(st.integers(0, 10**7) | st.floats(0.01, 10**6), min_size=1, max_size=8))
def test_an_axis_reaches_over_every_bar_in_at_most_a_dozen_steps(values: list[float]) -> None:
    if not any(values):
        return
    step, count = scale_of(values)
    assert float(step) * count >= max(values) * (1 - 1e-9)
    assert 1 <= count <= 13


def test_whole_values_stand_on_the_lines_of_their_axis() -> None:
    step, count = scale_of([12, 15, 9])
    assert (step, count) == (3, 6)
