"""Places inside one another, and where they are."""

from __future__ import annotations

from datetime import date

import pytest

from minsheng import content
from minsheng.lib.areas import Area, AreaTable, metres_between
from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text

DAY = date(2026, 5, 6)
SQUARE = ((0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 2.0))


def area(key: str, parent: str = "", **more: object) -> Area:
    return Area(
        key=key, title=Text(key), kind="street", parent=parent, **{"at": (1.0, 1.0), **more}
    )  # type: ignore[arg-type]


def test_an_area_knows_all_it_lies_in_and_all_that_lies_in_it() -> None:
    table = AreaTable([area("street"), area("estate", "street"), area("flat", "estate"), area("x")])
    assert [one.key for one in table.path("flat")] == ["street", "estate", "flat"]
    assert [one.key for one in table.within("street")] == ["street", "estate", "flat"]
    outermost = table.outermost("flat")
    assert outermost is not None and outermost.key == "street"
    assert table.outermost("nowhere") is None


@pytest.mark.parametrize("areas", [[area("a", "b")], [area("a", "b"), area("b", "a")]])
def test_a_missing_parent_and_a_circle_are_refused(areas: list[Area]) -> None:
    with pytest.raises(WrongInput):
        AreaTable(areas)


def test_a_point_lies_in_the_outline_around_it_on_the_days_it_holds() -> None:
    table = AreaTable([area("old", outline=SQUARE, valid_to=date(2026, 1, 1))])
    assert table.containing((1.5, 0.5), on=date(2026, 1, 1)) is table["old"]
    assert table.containing((2.5, 0.5), on=date(2026, 1, 1)) is None
    assert table.containing((1.5, 0.5), on=DAY) is None


def test_distances_are_metres() -> None:
    """One minute of latitude is a nautical mile, 1,852 m, within a quarter of a per cent."""
    assert metres_between((106.4, 29.5), (106.4, 29.5 + 1 / 60)) == pytest.approx(1852, rel=0.0025)
    # At 60 degrees a degree of longitude is half as long.
    assert metres_between((10.0, 60.0), (11.0, 60.0)) == pytest.approx(111_320 / 2, rel=0.001)


def test_each_place_of_the_demonstration_lies_in_the_outline_of_its_street() -> None:
    areas = content.load(()).district.areas
    assert len(areas.of_kind("street", "town", on=DAY)) == 8
    assert len(areas.of_kind("courtyard", on=DAY)) == 16
    for key, one in areas.items():
        holding = areas.containing((one.at[0], one.at[1]), on=DAY)
        assert holding is areas.outermost(key), key
