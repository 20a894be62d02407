"""Effects on classes: found when there, not found when absent, and silence with few classes."""

from math import isnan

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from minsheng.engines.effects import (
    BETTER,
    NO_DIFFERENCE,
    TOO_FEW,
    WORSE,
    ClassScores,
    Effect,
    compare,
    said,
)
from minsheng.lib.errors import WrongInput


def classes(
    random: np.random.Generator, dual: int, others: int, *, effect: float = 0.0,
    between: float = 0.2, pupils: int = 40,
) -> list[ClassScores]:  # fmt: skip
    """Classes whose pupils gain 0.3 on the whole, each class a little more or less."""
    found = []
    for at in range(dual + others):
        before = random.normal(0, 1, pupils)
        gain = 0.3 + random.normal(0, between) + effect * (at < dual)
        after = before + gain + random.normal(0, 0.6, pupils)
        found.append(ClassScores(f"class {at}", at < dual, before, after))
    return found


def run(found: list[ClassScores], seed: int = 0, **other: float) -> Effect:
    return compare(found, random=np.random.default_rng(seed), **other)  # type: ignore[arg-type]


def test_a_large_effect_on_many_classes_is_found_either_way() -> None:
    random = np.random.default_rng(1)
    assert run(classes(random, 8, 8, effect=0.8)).verdict == BETTER
    found = run(classes(random, 8, 8, effect=-0.8))
    assert found.verdict == WORSE
    assert found.low < -0.8 < found.high
    assert "少一些" in said(found).zh


def test_where_nothing_was_done_no_difference_is_seen() -> None:
    found = run(classes(np.random.default_rng(2), 8, 8))
    assert found.verdict == NO_DIFFERENCE
    assert found.low < 0 < found.high
    assert said(found).zh.startswith("看不出差别")


def test_with_so_few_classes_nothing_is_said_however_large_the_difference() -> None:
    found = run(classes(np.random.default_rng(3), 1, 3, effect=5.0))
    assert (found.verdict, found.smallest_p) == (TOO_FEW, 0.25)
    assert said(found).zh.startswith("说不出")
    assert "1 个双师班、3 个相似的班" in said(found).zh


def test_the_interval_and_the_test_are_those_of_two_samples_of_class_means() -> None:
    """Against scipy: Student's interval of class means, and its own permutation test."""
    found = classes(np.random.default_rng(4), 4, 6, effect=0.3)
    gains = [float(np.mean(np.subtract(one.after, one.before))) for one in found]
    ours = run(found, caliper=9.0)
    theirs = stats.ttest_ind(gains[:4], gains[4:]).confidence_interval(0.95)
    assert (ours.low * ours.unit, ours.high * ours.unit) == pytest.approx(tuple(theirs))
    by_all = stats.permutation_test(
        (gains[:4], gains[4:]), lambda a, b: abs(np.mean(a) - np.mean(b)),
        alternative="greater", n_resamples=np.inf,
    )  # fmt: skip
    assert ours.p == pytest.approx(by_all.pvalue)


def test_a_class_unlike_all_others_is_left_out_and_named() -> None:
    found = classes(np.random.default_rng(5), 3, 5)
    far = ClassScores("far", True, np.add(found[0].before, 3), np.add(found[0].after, 3))
    other = ClassScores("other grade", False, found[0].before, found[0].after, kind="5")
    small = ClassScores("small", False, [0.1] * 9, [0.2] * 9)
    effect = run([*found, far, other, small], caliper=0.8)
    assert {(one.key, one.why) for one in effect.left_out} >= {
        ("far", "unlike"), ("other grade", "unlike"), ("small", "pupils"),
    }  # fmt: skip
    assert "far" not in effect.dual


def test_copying_every_pupil_ten_times_makes_nothing_surer() -> None:
    """Pupils of a class aren't evidence apart: what counts is how many classes there are."""
    found = classes(np.random.default_rng(6), 4, 6, effect=0.3)
    more = [
        ClassScores(one.key, one.is_dual, np.tile(one.before, 10), np.tile(one.after, 10))
        for one in found
    ]
    once, tenfold = run(found, caliper=9.0), run(more, caliper=9.0)
    assert (tenfold.raw, tenfold.p) == pytest.approx((once.raw, once.p))
    assert tenfold.high - tenfold.low == pytest.approx(once.high - once.low, rel=0.01)


@given(
    dual=st.integers(0, 4), others=st.integers(0, 5), shift=st.floats(-50, 50),
    scale=st.floats(0.1, 20), seed=st.integers(0, 999),
)  # fmt: skip
@settings(max_examples=40, deadline=None)
def test_another_scale_changes_no_finding(
    dual: int, others: int, shift: float, scale: float, seed: int
) -> None:
    found = classes(np.random.default_rng(seed), dual, others, pupils=12, effect=0.4)
    other = [
        ClassScores(one.key, one.is_dual, shift + scale * np.asarray(one.before),
                    shift + scale * np.asarray(one.after))
        for one in found
    ]  # fmt: skip
    first, second = run(found, caliper=99.0), run(other, caliper=99.0)
    assert first.verdict == second.verdict
    assert second.estimate == pytest.approx(first.estimate, rel=1e-6, abs=1e-9, nan_ok=True)
    assert second.p == pytest.approx(first.p, nan_ok=True)
    assert said(first).zh and said(first).to("en")


@given(seed=st.integers(0, 999))
@settings(max_examples=20, deadline=None)
def test_exchanging_the_two_sides_turns_the_sign(seed: int) -> None:
    found = classes(np.random.default_rng(seed), 3, 4, pupils=12)
    turned = [ClassScores(o.key, not o.is_dual, o.before, o.after) for o in found]
    one, other = run(found, caliper=99.0), run(turned, caliper=99.0)
    assert other.raw == pytest.approx(-one.raw)
    assert other.p == pytest.approx(one.p)


@pytest.mark.parametrize(
    "found",
    [
        [],
        [ClassScores("a", True, [0.0] * 12, [1.0] * 12)],
        [ClassScores(str(at), at < 3, [0.5] * 12, [0.5] * 12) for at in range(9)],
        [ClassScores(str(at), at < 3, list(range(12)), list(range(12))) for at in range(9)],
    ],
)
def test_nothing_to_go_by_is_said_to_be_nothing(found: list[ClassScores]) -> None:
    effect = run(found)
    assert effect.verdict == TOO_FEW
    assert isnan(effect.estimate) or effect.estimate == 0


def test_scores_that_are_none_are_refused() -> None:
    for wrong in (
        [ClassScores("a", True, [1.0], [1.0, 2.0])],
        [ClassScores("a", True, [float("nan")], [1.0])],
        [ClassScores("a", True, [1.0], [1.0]), ClassScores("a", False, [1.0], [1.0])],
    ):
        with pytest.raises(WrongInput):
            run(wrong)


def test_very_many_ways_are_drawn_and_the_draw_can_be_repeated() -> None:
    found = classes(np.random.default_rng(8), 12, 14, effect=0.6, pupils=15)
    assert run(found, seed=3, caliper=9.0) == run(found, seed=3, caliper=9.0)
    assert run(found, seed=3, caliper=9.0).p > 0


@pytest.mark.long
@pytest.mark.parametrize(("dual", "others"), [(2, 6), (3, 5), (6, 12)])
def test_intervals_hold_the_truth_as_often_as_they_say(dual: int, others: int) -> None:
    """Over 2,000 simulated districts: coverage about 95 %, and no more than 5 % false findings."""
    random, held, false, runs = np.random.default_rng(9), 0, 0, 2_000
    for _ in range(runs):
        effect = run(classes(random, dual, others, effect=0.25, pupils=25), caliper=9.0)
        held += effect.low <= 0.25 / effect.unit <= effect.high
        none = run(classes(random, dual, others, pupils=25), caliper=9.0)
        false += none.verdict in (BETTER, WORSE)
    assert 0.935 <= held / runs <= 0.965
    assert false / runs <= 0.06
