"""Gradings as packs: sums that don't add up, a table with a gap, sentences that are wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from minsheng.content import check
from minsheng.content.loading import default_roots, load

GRADING = "gradings/gbt-42195/grading.yaml"
TESTS = "gradings/gbt-42195/tests/cases.yaml"


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    root = tmp_path / "packs"
    for folder in ("gradings", "districts", "calendars"):
        shutil.copytree(default_roots()[0] / folder, root / folder)
    return root


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (GRADING, "sum: 32", "sum: 33", "it adds up to 32, 33 is written"),
        (GRADING, "total: 90\n", "total: 91\n", "it adds up to 90, 91 is written"),
        (GRADING, "scale: frequency", "scale: frequensy", "did you mean 'frequency'"),
        (GRADING, '"66..89"', '"67..89"', "no row applies when total is 66"),
        (GRADING, '"< 30", then: 4', '"< 30", then: 5', "no level '5'"),
        (GRADING, "level: 4", "level: 5", "no level '5'"),
        (GRADING, 'rule: "coma"', 'rule: "comma"', "did you mean 'coma'"),
        (GRADING, "points: [0, 1]", "points: [1]", "with 0 among them"),
        (GRADING, '      - {zh: "自己能完成", en: "alone"}\n', "", "one step for each"),
        (TESTS, "expect: {total: 90, levels: [0]}", "expect: {total: 90, levels: [1]}", "expected (1,), found (0,)"),
        (TESTS, "scores: {sight: 1}", "scores: {sight: 3}", "'Sight' is scored 0, 1, 2"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_where_it_stands(
    packs: Path, file: str, old: str, new: str, said: str
) -> None:
    path = packs / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    found = [one.to("en") for one in check([packs]).errors if "gradings/" in one.to("en")]
    assert any(said in one and one.startswith(f"packs/{file}") for one in found), found


def test_the_standard_has_26_items_in_four_groups(packs: Path) -> None:
    grading = load([packs]).gradings["gbt-42195"].grading
    sums = [sum(max(item.points) for item in group.items) for group in grading.groups]
    assert sums == [32, 15, 28, 15]
    assert len(list(grading.items())) == 26
