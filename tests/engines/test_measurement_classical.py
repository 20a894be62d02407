"""Classical analysis: against mirt's printed item statistics and sums written out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.measurement_data import answers, lsat7, some_bank

from minsheng.engines.measurement.classical import (
    Choices,
    analysis,
    distractors,
    option_codes,
)
from minsheng.engines.measurement.responses import Responses
from minsheng.lib.errors import WrongInput


def test_lsat7_is_what_mirt_s_itemstats_prints():
    found = analysis(lsat7())
    assert found.facility.tolist() == [0.828, 0.658, 0.772, 0.606, 0.843]
    assert found.discrimination == pytest.approx([0.246, 0.247, 0.313, 0.223, 0.175], abs=5e-4)
    assert found.item_total == pytest.approx([0.530, 0.600, 0.611, 0.592, 0.461], abs=5e-4)
    assert found.alpha_dropped == pytest.approx([0.396, 0.394, 0.345, 0.415, 0.438], abs=6e-4)
    assert found.alpha == pytest.approx(0.453, abs=5e-4)
    assert found.sem == pytest.approx(0.886, abs=5e-4)
    assert (found.mean_total, found.sd_total) == pytest.approx((3.707, 1.199), abs=5e-4)
    assert found.alpha_interval[0] < found.alpha < found.alpha_interval[1]
    assert found.warnings == ()


def test_alpha_lies_in_its_interval_19_times_of_20_and_its_error_is_its_spread():
    bank = some_bank(12, 4)
    truth = analysis(Responses(answers(bank, 60_000, 5))).alpha
    tries = [analysis(Responses(answers(bank, 150, 100 + n))) for n in range(200)]
    inside = np.mean([t.alpha_interval[0] < truth < t.alpha_interval[1] for t in tries])
    assert 0.9 < inside < 0.99
    spread = np.std([t.alpha for t in tries])
    assert np.mean([t.alpha_error for t in tries]) == pytest.approx(spread, rel=0.15)


@given(st.integers(3, 40), st.integers(2, 9), st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_every_figure_is_that_of_sums_written_out(persons, items, seed):
    marks = np.random.default_rng(seed).integers(0, 2, (persons, items))
    found, total = analysis(Responses(marks)), marks.sum(axis=1)
    for item in range(items):
        rest = total - marks[:, item]
        if marks[:, item].std() and rest.std():
            wanted = np.corrcoef(marks[:, item], rest)[0, 1]
            assert found.discrimination[item] == pytest.approx(wanted, abs=1e-9)
        else:
            assert np.isnan(found.discrimination[item])
            assert found.flags[item]
    if total.std():
        wanted = items / (items - 1) * (1 - marks.var(axis=0).sum() / total.var())
        assert found.alpha == pytest.approx(wanted, abs=1e-9)
        assert ("negative_alpha" in found.warnings) == (found.alpha < 0)
    else:
        assert "no_variance" in found.warnings


@given(st.integers(1, 15), st.integers(1, 6), st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_any_table_is_analysed_and_what_is_nan_has_a_flag(persons, items, seed):
    marks = np.random.default_rng(seed).integers(-1, 2, (persons, items))
    found = analysis(Responses(marks))
    for item in range(items):
        if not np.isfinite([found.facility[item], found.discrimination[item]]).all():
            assert found.flags[item]
    if not np.isfinite(found.alpha):
        assert found.warnings


def test_two_items_that_are_each_other_s_opposite_are_told_apart_from_no_variance():
    found = analysis(Responses([[1, 0], [0, 1], [1, 0]]))
    assert found.discrimination == pytest.approx([-1, -1])
    assert found.flags[0] == ("few", "negative")
    assert "no_variance" in found.warnings


def test_the_best_less_the_weakest_27_percent_with_ties_shared_out():
    marks = np.zeros((100, 2), int)
    marks[:27] = 1  # the best 27 have both right
    marks[27:73, 0] = 1
    assert analysis(Responses(marks)).upper_lower == pytest.approx([1.0, 1.0])
    shuffled = np.random.default_rng(1).permutation(marks)
    assert analysis(Responses(shuffled)).upper_lower == pytest.approx([1.0, 1.0])
    marks = np.zeros((100, 3), int)
    marks[:10], marks[10:50, 0], marks[50:60, 1] = 1, 1, 1  # 10 have 3, 50 have 1, 40 have 0
    found = analysis(Responses(marks)).upper_lower  # the best 27: 10 with 3, 17 of the 50 with 1
    assert found == pytest.approx([(10 + 17 * 0.8) / 27, (10 + 17 * 0.2) / 27, 10 / 27])


def test_booklets_are_analysed_by_the_pairs_that_there_are():
    marks = answers(some_bank(10, 3), 4_000, 4)
    whole = analysis(Responses(marks))
    split = marks.copy()
    split[:1500, 7:] = -1
    split[2500:, :3] = -1
    found = analysis(Responses(split))
    assert found.warnings == ("pairwise",)
    assert found.discrimination == pytest.approx(whole.discrimination, abs=0.06)
    assert found.alpha == pytest.approx(whole.alpha, abs=0.04)
    assert np.isnan(found.alpha_error)
    split[1500:2500, 7:] = -1
    apart = analysis(Responses(split))
    assert "no_pairs" in apart.warnings
    assert np.isnan(apart.alpha)


def test_what_is_degenerate_is_flagged():
    marks = np.array([[1, 0, 1, -1], [1, 0, 0, -1], [1, 0, 1, -1]])
    found = analysis(Responses(marks))
    assert found.flags[0][0] == "all_right"
    assert found.flags[1][0] == "all_wrong"
    assert found.flags[3] == ("not_answered",)
    assert analysis(Responses([[1, 0]])).warnings == ("one_person",)
    assert "one_item" in analysis(Responses([[1], [0]])).warnings


def test_a_wrong_option_that_draws_the_best_and_a_wrong_key_are_seen():
    draw = np.random.default_rng(3)
    ability = draw.normal(size=600)
    good = (draw.random((600, 8)) < 1 / (1 + np.exp(-ability[:, None]))).astype(int)
    cells = np.where(good, "A", draw.choice(["B", "C"], (600, 8)))
    cells[:, 0] = np.where(good[:, 0], "B", "A")  # its key is wrong
    codes, options = option_codes(cells.tolist())
    assert options == ("A", "B", "C")
    found = distractors(Choices(codes, np.zeros(8, int), options))
    rows = {(each.item, each.option): each for each in found}
    assert rows["1", "B"].flags == ("draws_the_best", "beats_the_key")
    assert rows["1", "C"].flags == ("unused",)
    assert rows["2", "A"].right
    assert rows["2", "A"].flags == ()
    assert rows["2", "A"].best > rows["2", "A"].middle > rows["2", "A"].weakest
    assert sum(rows["2", option].share for option in options) == pytest.approx(1)
    assert rows["2", "A"].mean_rest > rows["2", "B"].mean_rest


def test_blanks_are_an_option_and_what_was_not_presented_is_none():
    codes, options = option_codes([["A", ""], ["B", "A"], ["-", "A"], ["A", "B"]])
    found = distractors(Choices(codes, np.zeros(2, int), options))
    assert [(o.item, o.option, o.times) for o in found] == [
        ("1", "A", 2),
        ("1", "B", 1),
        ("2", "A", 2),
        ("2", "B", 1),
        ("2", "", 1),
    ]
    assert found[0].share == pytest.approx(2 / 3)
    with pytest.raises(WrongInput):
        Choices(codes, np.array([0, 7]), options)
