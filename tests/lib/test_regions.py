from __future__ import annotations

from datetime import date

import pytest

from minsheng.lib.errors import WrongInput
from minsheng.lib.regions import Region, RegionTable, UnknownRegion, national_region

CHANGE = date(2025, 11, 6)
TABLE = RegionTable(
    [
        Region("500000", "重庆市"),
        Region("500105", "江北区", None, date(2025, 11, 5), "500000"),
        Region("500112", "渝北区", None, date(2025, 11, 5), "500000"),
        Region("500109", "北碚区", None, None, "500000"),
        Region("500109001", "大盛镇", CHANGE, None, "500109"),
        Region("500101", "万县区", date(1997, 1, 1), date(1997, 12, 31), "500000"),
        Region("500101", "万州区", date(1998, 1, 1), None, "500000"),
    ]
)


def test_a_code_means_the_region_of_its_day() -> None:
    assert TABLE.at("500101", date(1997, 6, 1)).name == "万县区"
    assert TABLE.at("500101", date(2026, 1, 1)).name == "万州区"


def test_a_dissolved_district_stands_until_its_last_day() -> None:
    assert TABLE.at("500112", date(2025, 11, 5)).name == "渝北区"
    with pytest.raises(UnknownRegion) as refused:
        TABLE.at("500112", CHANGE)
    assert refused.value.code == "regions.not_then"
    assert "渝北区" in refused.value.zh


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(UnknownRegion) as refused:
        TABLE.at("990101", CHANGE)
    assert refused.value.code == "regions.unknown"
    assert "990101" in refused.value.zh


def test_between_two_days_the_latest_region_stands() -> None:
    assert TABLE.between("500101", date(1997, 6, 1), date(2026, 1, 1)).name == "万州区"
    assert TABLE.between("500112", date(1990, 1, 1), date(2026, 1, 1)).name == "渝北区"
    with pytest.raises(UnknownRegion):
        TABLE.between("500101", date(1980, 1, 1), date(1996, 12, 31))


@pytest.mark.parametrize(
    "regions",
    [
        [Region("1", "甲"), Region("1", "乙")],
        [Region("1", "甲", None, date(2020, 1, 1)), Region("1", "乙", date(2020, 1, 1))],
        [Region("1", "甲", date(2020, 1, 2), date(2020, 1, 1))],
        [Region("", "甲")],
        [Region("1", "")],
    ],
)
def test_a_table_that_contradicts_itself_is_refused(regions: list[Region]) -> None:
    with pytest.raises(WrongInput):
        RegionTable(regions)


def test_a_table_knows_its_codes_and_its_size() -> None:
    assert "500101" in TABLE
    assert "500999" not in TABLE
    assert len(TABLE) == len(list(TABLE)) == 7


def test_the_national_list_knows_codes_by_year() -> None:
    day = date(2026, 1, 1)
    assert national_region("110105", day, day).name == "北京市朝阳区"
    assert national_region("500112", date(1999, 1, 1), day).valid_to == date(2025, 12, 31)
    for code in ["500999", "990101", "500112"]:
        with pytest.raises(UnknownRegion):
            national_region(code, day, day)
