"""Contests as packs: what can't work is named with its place."""

from dataclasses import replace

import pytest

from minsheng.content.contests import ContestSpec, wrong_contest
from minsheng.content.loading import default_roots, load, read_roots

FOUND = read_roots(default_roots())
SPEC, NODE = FOUND.contests["excellent-lesson"]


def said(spec: ContestSpec) -> str:
    return " ".join(one.en for one in wrong_contest(spec, NODE, load().district))


def test_the_contests_of_the_product_have_nothing_wrong() -> None:
    assert set(load().contests) >= {"excellent-lesson", "teaching-drill", "papers"}
    for spec, node in FOUND.contests.values():
        assert list(wrong_contest(spec, node, load().district)) == []


def test_special_education_may_leave_out_homework_and_an_experiment_has_its_guide() -> None:
    assert "homework" in SPEC.classes["subject"].needs
    assert "homework" not in SPEC.classes["special"].needs
    assert "guide" in SPEC.classes["experiment"].needs


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"runner": "nobody.there"}, "nobody.there"),
        ({"criteria": dict(list(SPEC.criteria.items())[:-1])}, "100"),
        ({"levels": ("district", "school")}, "low to high"),
        ({"judging": replace(SPEC.judging, judges_per_work=1)}, "two judges"),
        ({"quotas": {}}, "places"),
        ({"materials": {}}, "material"),
    ],
)
def test_what_cannot_work_is_named(change: dict[str, object], named: str) -> None:
    assert named in said(replace(SPEC, **change))  # type: ignore[arg-type]
