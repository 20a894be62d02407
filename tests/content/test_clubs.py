"""The catalogue after school: what stands in it, and what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from minsheng.content.clubs import read_catalogue, wrong_catalogue
from minsheng.content.loading import default_roots
from minsheng.content.problems import PackError

FOLDER = default_roots()[0] / "clubs/after-school"


def test_the_districts_catalogue_holds_the_clubs_courses_and_labs_that_the_sources_count():
    found, node = read_catalogue(FOLDER, shown="clubs/after-school")
    assert list(wrong_catalogue(found, node)) == []
    assert len(found.clubs) == found.goals["clubs"].number == 63
    assert len(found.courses) > found.goals["courses"].number
    assert len(found.labs) == found.goals["labs"].number == 8
    assert {one.cite.mark for one in found.goals.values()} == {"H"}
    assert (found.cite.mark, found.office_end.cite.mark) == ("L", "M")
    assert [one.day for one in found.clubs_at("qinghuai")] == sorted(
        one.day for one in found.clubs_at("qinghuai")
    )
    assert [found.priority(one) for one in ("continuing", "other", "nobody")] == [0, 3, 3]


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("clubs.yaml", 'ends: "17:40"', 'ends: "17:20"', "下班时间 17:30"),
        ("clubs.yaml", 'ends: "17:40"', 'ends: "5pm"', "16:10"),
        ("clubs.yaml", "seats: 24", "seats: 0", "名额"),
        ("clubs.yaml", "weekday: monday", "weekday: sunday", "周一到周五"),
        ("clubs.yaml", "field: matter", "field: mater", "matter"),
        ("clubs.yaml", "first_grades: [4]", "first_grades: [9]", "优先的年级"),
        ("clubs.yaml", "seats: 24", "seats: 24\n    fee_yuan: -1", "收费"),
        ("courses.yaml", "lab: life", "lab: live", "life"),
        ("courses.yaml", "lessons: 8", "lessons: 0", "至少一节课"),
        ("partners.yaml", "seats: 48", "seats: 0", "至少一个座"),
        ("catalogue.yaml", "  other:", "  anybody:", "other"),
        ("catalogue.yaml", 'at: "17:30"', 'at: "half past five"', "17:30"),
    ],
)
def test_what_cant_work_is_refused_where_it_stands(
    tmp_path: Path, file: str, old: str, new: str, says: str
):
    folder = shutil.copytree(FOLDER, tmp_path / "after-school")
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    problems = list(wrong_catalogue(*read_catalogue(folder, shown="clubs/after-school")))
    assert any(says in one.zh for one in problems), problems
    assert {one.file for one in problems} <= {f"clubs/after-school/{file}"}


def test_one_key_in_two_files_is_refused(tmp_path: Path):
    folder = shutil.copytree(FOLDER, tmp_path / "after-school")
    with (folder / "courses.yaml").open("a", encoding="utf-8") as file:
        file.write("labs: {}\n")
    with pytest.raises(PackError, match="labs"):
        read_catalogue(folder, shown="clubs/after-school")
