"""Pack folders: several roots, the district, the calendar, and what is refused whole."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from tests.product_packs import PACKS

from minsheng import content
from minsheng.content.problems import PackError
from minsheng.lib.regions import UnknownRegion


def test_the_packs_of_the_product_load() -> None:
    packs = PACKS
    assert "newborn" in packs.services
    assert packs.district.demo
    assert packs.calendar.is_provisional(date(2027, 3, 1))
    assert not packs.calendar.is_workday(date(2026, 2, 17))


def test_every_post_of_the_cast_exists() -> None:
    posts = PACKS.district.posts
    for key in (
        "hospital.birth", "police.household", "hr.card", "hall.window", "office.leader",
        "office.audit",
    ):  # fmt: skip
        assert posts[key].department == key.split(".")[0]


def test_the_six_headings_and_twelve_events_of_the_front_door() -> None:
    district = PACKS.district
    assert [h.title.zh for h in district.headings] == [
        "学有优教", "病有良医", "民政爱民", "文旅惠民", "军有所抚", "惠企",
    ]  # fmt: skip
    assert len(district.life_events) == 12
    assert [e.key for e in district.events_of("health")] == ["birth", "health"]


def test_an_office_nobody_declared_is_shown_as_it_is() -> None:
    assert PACKS.district.office("nobody").zh == "nobody"
    assert PACKS.district.office("police").zh == "公安分局"


def test_dissolved_districts_end_the_day_before() -> None:
    regions = PACKS.regions
    assert regions.at("500112", date(2025, 11, 5)).name == "渝北区"
    with pytest.raises(UnknownRegion):
        regions.at("500112", date(2025, 11, 6))
    assert regions.at("500109", date(2025, 11, 6)).name == "北碚区"


def test_case_lines_are_found_by_service() -> None:
    lines = PACKS.case_baselines("newborn")
    assert [line.key for line in lines] == ["newborn", "newborn-fengxian"]


def test_a_second_root_adds_to_the_first(root: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    (own / "calendars").mkdir(parents=True)
    text = (root / "calendars/2027.yaml").read_text(encoding="utf-8")
    final = text.replace("provisional: true", "provisional: false").replace('"L"', '"H"')
    (own / "calendars/2027.yaml").write_text(final, encoding="utf-8")
    packs = content.load([root, own])
    assert not packs.calendar.is_provisional(date(2027, 3, 1))
    assert "newborn" in packs.services


def test_a_final_year_is_not_displaced_by_a_provisional_one(root: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    (own / "calendars").mkdir(parents=True)
    text = (root / "calendars/2026.yaml").read_text(encoding="utf-8")
    (own / "calendars/2026.yaml").write_text(
        text.replace("provisional: false", "provisional: true"), encoding="utf-8"
    )
    with pytest.raises(PackError, match="final notice"):
        content.load([root, own])


def test_one_service_in_two_roots_is_refused_and_both_are_named(root: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(root / "services", own / "services")
    with pytest.raises(PackError) as caught:
        content.load([root, own])
    said = "\n".join(str(problem) for problem in caught.value.problems)
    assert "'newborn' is there already, in packs/services/newborn" in said


def test_a_baseline_cannot_be_changed_by_another_root(root: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(root / "baselines", own / "baselines")
    with pytest.raises(PackError, match="there already"):
        content.load([root, own])


def test_the_last_root_with_a_district_decides(root: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(root / "districts/demo", own / "districts/real")
    path = own / "districts/real/district.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("demo: true", "demo: false"), encoding="utf-8"
    )
    district = content.load([root, own]).district
    assert (district.key, district.demo) == ("real", False)


def test_two_districts_in_one_root_are_refused(root: Path) -> None:
    shutil.copytree(root / "districts/demo", root / "districts/other")
    with pytest.raises(PackError, match="one district"):
        content.load([root])


def test_packs_without_a_district_are_refused(root: Path) -> None:
    shutil.rmtree(root / "districts")
    with pytest.raises(PackError, match="no district"):
        content.load([root])


def test_loading_twice_gives_the_same() -> None:
    assert PACKS.services == PACKS.services
