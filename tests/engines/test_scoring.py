"""Scores by a table: ranges for what isn't known, and raises that are exactly the least that is needed."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.product_packs import PACKS

from minsheng.engines.scoring import Raise, count, open_facts, raises, ways
from minsheng.engines.scoring.words import band_said, conclusion, line_said, raise_said

DAY = date(2026, 12, 1)
SCORE = PACKS.scores["tech-sme"].score
FIRM = {
    "staff": 60, "sci_staff": 11, "sales_fen": 1_000, "cost_fen": 900, "rd_fen": 29,
    "assets_fen": 5_000, "class_one": 0, "class_two": 1,
}  # fmt: skip

firms = st.fixed_dictionaries(
    {
        "staff": st.integers(1, 40),
        "sci_staff": st.integers(0, 40),
        "sales_fen": st.integers(1, 300),
        "cost_fen": st.integers(1, 300),
        "rd_fen": st.integers(0, 60),
        "assets_fen": st.just(1),
        "class_one": st.integers(0, 1),
        "class_two": st.integers(0, 5),
    }
)


def total(facts: dict[str, int]) -> Fraction:
    found = count(SCORE, facts, on=DAY).total
    assert found is not None and found.is_exact
    return found.low


def by_hand(facts: dict[str, int]) -> int:
    """The table of the national score, written down a second time."""

    def bands(share: Fraction, bounds: list[int], points: list[int]) -> int:
        return next((p for b, p in zip(bounds, points, strict=True) if share * 100 >= b), 0)

    people = bands(
        Fraction(facts["sci_staff"], facts["staff"]), [30, 25, 20, 15, 10], [20, 16, 12, 8, 4]
    )
    steps = [50, 40, 30, 20, 10]
    research = max(
        bands(Fraction(facts["rd_fen"], facts["sales_fen"]), [6, 5, 4, 3, 2], steps),
        bands(Fraction(facts["rd_fen"], facts["cost_fen"]), [30, 25, 20, 15, 10], steps),
    )
    return people + research + (30 if facts["class_one"] else min(facts["class_two"], 4) * 6)


@given(firms)
def test_the_total_is_that_of_the_table(facts: dict[str, int]) -> None:
    assert total(facts) == by_hand(facts)


@pytest.mark.parametrize(("sci", "points"), [(18, 20), (17, 16), (15, 16), (6, 4), (5, 0)])
def test_the_lower_bound_of_a_band_is_in_it(sci: int, points: int) -> None:
    assert count(SCORE, FIRM | {"sci_staff": sci}, on=DAY).part("people").bands.low == points


@given(firms, st.sets(st.sampled_from(["class_one", "class_two", "sci_staff", "rd_fen"])))
def test_what_is_unknown_is_a_range_that_every_answer_lies_in(
    facts: dict[str, int], unknown: set[str]
) -> None:
    known = {name: value for name, value in facts.items() if name not in unknown}
    found = count(SCORE, known, on=DAY).total
    assert found is not None
    answers = {
        "class_one": [0, 1], "class_two": [0, 1, 2, 3, 4], "sci_staff": [0, facts["staff"]],
        "rd_fen": [0, 400],
    }  # fmt: skip
    reached = [
        total(known | dict(zip(unknown, one, strict=True)))
        for one in product(*(answers[name] for name in unknown))
    ]
    assert found.low <= total(facts) <= found.high
    assert (min(reached), max(reached)) == (found.low, found.high)


@given(firms)
def test_each_raise_is_the_least_that_brings_more(facts: dict[str, int]) -> None:
    for one in raises(SCORE, facts, on=DAY):
        after = facts | {change.fact: change.after for change in one.changes}
        assert total(after) - total(facts) == one.gain > 0
        less = facts | {change.fact: change.after - 1 for change in one.changes}
        if one.part == "people":  # who is hired is staff too
            assert after["staff"] - facts["staff"] == after["sci_staff"] - facts["sci_staff"]
        assert total(less) < total(after)


@given(firms)
def test_no_line_that_could_bring_more_is_forgotten(facts: dict[str, int]) -> None:
    found = {one.part: one.gain for one in raises(SCORE, facts, on=DAY)}
    now = count(SCORE, facts, on=DAY)
    for key, part in SCORE.parts.items():
        assert (key in found) == (now.part(key).bands.low < part.most)
    gains = [one.gain for one in raises(SCORE, facts, on=DAY)]
    assert gains == sorted(gains, reverse=True)


@given(firms)
def test_a_way_passes_and_no_fewer_parts_would(facts: dict[str, int]) -> None:
    found = ways(SCORE, facts, on=DAY)
    if count(SCORE, facts, on=DAY).passes:
        assert found == ()
        return
    sizes = {len({one.part for one in way.raises}) for way in found}
    assert len(sizes) == 1
    for way in found:
        after = facts | {c.fact: c.after for one in way.raises for c in one.changes}
        assert count(SCORE, after, on=DAY).passes
    if sizes == {2}:
        # The most that any one part can be brought to, by people alone or money alone, isn't enough.
        more = [
            facts | {"sci_staff": 9_999, "staff": max(facts["staff"], 500)},
            facts | {"rd_fen": 10**6},
            facts | {"class_one": 1},
        ]
        best = [min(one["staff"], one["sci_staff"]) for one in more]
        more[0]["sci_staff"] = best[0]
        assert not any(count(SCORE, one, on=DAY).passes for one in more)


def test_hiring_makes_the_whole_larger_too() -> None:
    # 11 of 60; a fifth is reached with 2 more: 13 of 62. With 1 more it would be 12 of 61.
    people = next(one for one in raises(SCORE, FIRM, on=DAY) if one.part == "people")
    assert [(c.fact, c.after) for c in people.changes] == [("sci_staff", 13), ("staff", 62)]
    assert raise_said(people, SCORE).zh.startswith("科技人员增加 2 人，到 13 人")


def test_a_firm_too_large_has_no_way() -> None:
    large = FIRM | {"staff": 600, "sci_staff": 300}
    assert count(SCORE, large, on=DAY).passes is False
    assert ways(SCORE, large, on=DAY) == ()


def test_a_share_of_nothing_is_open_and_says_so() -> None:
    found = count(SCORE, FIRM | {"sales_fen": 0}, on=DAY)
    lines = {one.line.key: one for one in found.part("research").lines}
    assert lines["of_sales"].nothing_under
    assert found.part("research").bands.high == 50
    assert "算不出比例" in line_said(lines["of_sales"], SCORE).zh


def test_open_facts_come_with_what_hangs_on_them() -> None:
    known = {name: value for name, value in FIRM.items() if name != "class_one"}
    assert open_facts(SCORE, known, on=DAY) == (("class_one", Fraction(24)),)
    assert conclusion(count(SCORE, known, on=DAY)).zh == "24 到 48 分，还没有达标"


def test_bands_are_said_in_words() -> None:
    lines = SCORE.parts["people"].lines
    assert band_said(lines["share"], 1, SCORE).zh == "满 30%"
    assert band_said(lines["share"], 6, SCORE).en == "below 10 %"
    assert band_said(SCORE.parts["results"].lines["rights"], 6, SCORE).zh == "其他情况"


def test_raises_of_nobody_are_none() -> None:
    assert raises(SCORE, {}, on=DAY) == ()
    assert isinstance(raises(SCORE, FIRM, on=DAY)[0], Raise)
