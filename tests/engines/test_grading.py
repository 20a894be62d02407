"""Grading by points: as brute force finds it, whatever isn't known; who assessed, how long it holds."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minsheng.content.gradings import read_grading
from minsheng.content.loading import default_roots
from minsheng.engines.grading.grade import Assessor, grade, lacking, named, valid_until
from minsheng.lib.errors import WrongInput
from minsheng.rules import WrongFact

ON = date(2026, 12, 1)
GRADING = read_grading(default_roots()[0] / "gradings/gbt-42195", shown="x").grading
ITEMS = list(GRADING.items())
FACTS = {"coma": False, "dementia": False, "mental_disorder": False, "care_events": 0}
FACT_VALUES = {
    "coma": (True, False),
    "dementia": (True, False),
    "mental_disorder": (True, False),
    "care_events": (0, 2),
}
# Half of the district sits near a cut point: there an unknown item matters.
near = st.sampled_from([89, 90, 65, 66, 45, 46, 29, 30])


def level_by_hand(scores: dict[str, int], facts: dict[str, object]) -> int:
    """The level, written a second time."""
    if facts["coma"]:
        return 4
    total = sum(scores.values())
    level = (
        0 if total == 90 else 1 if total >= 66 else 2 if total >= 46 else 3 if total >= 30 else 4
    )
    events: object = facts["care_events"]
    assert isinstance(events, int)
    worse = facts["dementia"] or facts["mental_disorder"] or events >= 2
    return min(4, level + bool(worse))


@st.composite
def assessments(draw: st.DrawFn) -> tuple[dict[str, int | None], dict[str, object]]:
    """Scores whose sum lies near a cut point, a few of them and of the facts left open."""
    left = draw(near)
    scores: dict[str, int | None] = {}
    for place, item in enumerate(draw(st.permutations(ITEMS))):
        others = sum(max(one.points) for one in ITEMS if one.key not in scores and one is not item)
        low = max(0, left - others)
        high = min(max(item.points), left)
        scores[item.key] = (
            high if place % 2 else min(high, max(low, draw(st.sampled_from(item.points))))
        )
        left -= scores[item.key] or 0
    for key in draw(st.lists(st.sampled_from([one.key for one in ITEMS]), max_size=3)):
        scores[key] = None
    facts: dict[str, object] = {
        key: draw(st.sampled_from([False, False, True]))
        if key != "care_events"
        else draw(st.integers(0, 3))
        for key in FACTS
    }
    for key in draw(st.lists(st.sampled_from(sorted(FACTS)), max_size=2)):
        facts[key] = None
    return scores, facts


@settings(max_examples=150, deadline=None)
@given(assessments())
def test_levels_and_what_is_open_are_those_of_every_way_it_can_end(
    drawn: tuple[dict[str, int | None], dict[str, object]],
) -> None:
    scores, facts = drawn
    found = grade(GRADING, scores, facts, on=ON)
    points = {one.key: one.points for one in ITEMS}
    open_items = [key for key, value in scores.items() if value is None]
    open_facts = [key for key, value in facts.items() if value is None]
    ends: dict[tuple[object, ...], int] = {}
    for values in product(
        *(points[key] for key in open_items), *(FACT_VALUES[key] for key in open_facts)
    ):
        some = dict(zip([*open_items, *open_facts], values, strict=True))
        whole = {key: some.get(key, value) for key, value in {**scores, **facts}.items()}
        ends[values] = level_by_hand({key: whole[key] for key in scores}, whole)
    assert set(found.levels) == set(ends.values())
    assert list(found.levels) == sorted(found.levels)
    matters = set()
    for place, name in enumerate([*open_items, *open_facts]):
        by_rest: dict[tuple[object, ...], set[int]] = {}
        for values, level in ends.items():
            by_rest.setdefault((*values[:place], *values[place + 1 :]), set()).add(level)
        if any(len(levels) > 1 for levels in by_rest.values()):
            matters.add(name)
    assert {one.key for one in found.open_items} == matters & set(open_items)
    assert {one.field for one in found.open_facts} == matters & set(open_facts)


def test_nothing_known_is_every_level_and_never_the_worst() -> None:
    found = grade(GRADING, {}, {}, on=ON)
    assert found.levels == (0, 1, 2, 3, 4)
    assert (found.low, found.high, found.level) == (0, 90, None)
    assert len(found.open_items) == 26
    assert {one.field for one in found.open_facts} == set(FACTS)


def test_points_that_no_scale_has_are_refused_by_name() -> None:
    for scores in ({"sight": 3}, {"sight": True}, {"sihgt": 2}):
        with pytest.raises(WrongInput) as refused:
            grade(GRADING, scores, FACTS, on=ON)
        assert refused.value.field == next(iter(scores))
    with pytest.raises(WrongFact):
        grade(GRADING, {}, {**FACTS, "coma": "yes"}, on=ON)


def test_the_words_say_how_it_came_out() -> None:
    most = {one.key: max(one.points) for one in ITEMS}
    found = grade(GRADING, {**most, "eating": 0}, {**FACTS, "dementia": True}, on=ON)
    assert [one.zh for one in found.why] == [
        "总分 86，按分数是 1 级（轻度失能）",
        "诊断有痴呆：加重 1 级",
    ]
    assert named(GRADING, 2).to("en") == "level 2 (moderate loss)"
    found = grade(GRADING, {**most, "sight": None}, {**FACTS, "coma": True}, on=ON)
    assert (found.level, found.open_items) == (4, ())
    assert found.why[0].zh.startswith("处于昏迷")


def test_two_assess_one_with_a_certificate_and_somebody_tells() -> None:
    certified = Assessor(name="甲", is_certified=True)
    other = Assessor(name="乙", is_certified=False)
    assert lacking(GRADING, [certified, other], "女儿") == ()
    assert len(lacking(GRADING, [certified, certified], "女儿")) == 1
    assert len(lacking(GRADING, [other, Assessor(name="丙", is_certified=False)], "女儿")) == 1
    assert len(lacking(GRADING, [], " ")) == 3
    assert valid_until(GRADING, ON) == date(2027, 12, 1)
