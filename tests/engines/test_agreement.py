"""Agreement of raters, against published tables and what must hold for all."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minsheng.engines.measurement.agreement import icc, kappa, kappa_of_table
from minsheng.lib.errors import WrongInput

# Shrout & Fleiss (1979), table 2: six cases, four judges
SHROUT_FLEISS = [
    [9, 2, 5, 8],
    [6, 1, 3, 2],
    [8, 4, 6, 8],
    [7, 1, 2, 6],
    [10, 5, 6, 9],
    [6, 2, 4, 7],
]


@pytest.mark.parametrize(
    ("model", "kind", "average", "value"),
    [
        ("one_way", "agreement", False, 0.17),
        ("two_way_random", "agreement", False, 0.29),
        ("two_way_mixed", "consistency", False, 0.71),
        ("one_way", "agreement", True, 0.44),
        ("two_way_random", "agreement", True, 0.62),
        ("two_way_mixed", "consistency", True, 0.91),
    ],
)
def test_intraclass_correlations_are_those_of_shrout_and_fleiss(model, kind, average, value):
    found = icc(SHROUT_FLEISS, model=model, kind=kind, average=average)
    assert round(found.value, 2) == value
    assert found.low < found.value < found.high <= 1


def test_kappa_is_that_of_cohens_first_table():
    found = kappa_of_table([[88, 14, 18], [10, 40, 10], [2, 6, 12]])
    assert round(found.value, 3) == 0.492 and found.expected == pytest.approx(0.41)


def test_the_standard_error_of_kappa_is_how_far_it_swings_from_sample_to_sample():
    rng = np.random.default_rng(4)
    share = np.array([[20, 6, 2], [5, 25, 7], [1, 6, 28]]) / 100
    for weights in ("none", "linear", "quadratic"):
        tables = rng.multinomial(400, share.ravel(), size=3000).reshape(-1, 3, 3)
        seen = np.std([kappa_of_table(table, weights=weights).value for table in tables])
        said = kappa_of_table(share * 400, weights=weights).se
        assert said == pytest.approx(seen, rel=0.06)


def test_the_interval_of_an_intraclass_correlation_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(7)
    hits, rounds = 0, 400
    for _ in range(rounds):
        cases, raters = rng.normal(0, 1, (20, 1)), rng.normal(0, 0.5, (1, 4))
        scores = cases + raters + rng.normal(0, 1, (20, 4))
        found = icc(scores, level=0.9)
        hits += found.low <= 1 / (1 + 0.25 + 1) <= found.high
    assert 0.84 < hits / rounds < 0.96


ratings = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=40)


@given(ratings, st.sampled_from(["none", "linear", "quadratic"]))
def test_kappa_knows_no_first_rater_and_no_direction_of_the_scale(pairs, weights):
    first, second = zip(*pairs, strict=True)
    one = kappa(first, second, categories=range(4), weights=weights)
    other = kappa(second, first, categories=[3, 2, 1, 0], weights=weights)
    if one.value is None:
        assert other.value is None and "one_category" in one.flags
    else:
        assert one.value == pytest.approx(other.value) and one.se == pytest.approx(
            other.se, abs=2e-6
        )
        assert one.value <= 1 + 1e-12 and one.low <= one.value <= one.high
        assert np.isfinite([one.value, one.se, one.low, one.high]).all()


@given(st.lists(st.integers(0, 1), min_size=2, max_size=30), st.data())
def test_with_two_categories_weights_change_nothing(first, data):
    second = data.draw(st.lists(st.integers(0, 1), min_size=len(first), max_size=len(first)))
    plain = kappa(first, second, categories=(0, 1))
    squared = kappa(first, second, categories=(0, 1), weights="quadratic")
    assert plain.value == squared.value


tables = st.integers(2, 5).flatmap(
    lambda raters: st.lists(
        st.lists(st.integers(-20, 20), min_size=raters, max_size=raters), min_size=2, max_size=8
    )
)


@given(tables, st.integers(1, 9), st.integers(-50, 50))
def test_consistency_ignores_the_unit_and_how_strict_each_rater_is(scores, times, more):
    table = np.array(scores, float)
    moved = table * times + more * np.arange(table.shape[1])
    for average in (False, True):
        one = icc(table, model="two_way_mixed", kind="consistency", average=average)
        other = icc(moved, model="two_way_mixed", kind="consistency", average=average)
        assert (one.value is None) == (other.value is None)
        if one.value is not None:
            assert one.value == pytest.approx(other.value, rel=1e-6, abs=1e-6)


@settings(max_examples=150)
@given(tables, st.sampled_from(["one_way", "two_way_random", "two_way_mixed"]), st.booleans())
def test_no_table_gives_a_number_that_is_none(scores, model, average):
    for kind in ("agreement", "consistency"):
        found = icc(scores, model=model, kind=kind, average=average)
        if found.value is None:
            assert found.flags and found.low is None
        else:
            assert np.isfinite([found.value, found.low, found.high]).all()
            assert found.low <= found.value <= found.high
            assert found.value <= 1 + 1e-9


def test_squared_weights_come_near_the_agreement_of_scores():
    rng = np.random.default_rng(2)
    truth = rng.integers(0, 5, 4000)
    first, second = (np.clip(truth + rng.integers(-1, 2, 4000), 0, 4) for _ in range(2))
    squared = kappa(first.tolist(), second.tolist(), weights="quadratic")
    assert squared.value == pytest.approx(icc(np.stack([first, second], 1)).value, abs=1e-3)


def test_where_all_gave_the_same_nothing_is_claimed():
    same = icc([[3, 3], [3, 3], [3, 3]])
    assert same.value is None and same.flags == ("no_spread",)
    assert icc([[1, 0], [0, 1]]).value is None  # all differences cancel
    assert icc([[3, 4], [3, 4], [3, 4]]).value is None  # no case differs from another
    alone = kappa(["good"] * 30, ["good"] * 30)
    assert alone.value is None and alone.flags == ("one_category",)
    assert kappa([1, 2] * 20, [1, 2] * 20).flags == ("se_zero",)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: kappa([1], []),
        lambda: kappa([], []),
        lambda: kappa([1, 2], [1, 9], categories=[1, 2]),
        lambda: kappa_of_table([[1, 2, 3]]),
        lambda: kappa_of_table([[0, 0], [0, 0]]),
        lambda: kappa_of_table([[1, -1], [0, 1]]),
        lambda: kappa([1, 2], [1, 2], weights="cubic"),
        lambda: icc([[1, 2]]),
        lambda: icc([[1, 2], [float("nan"), 2]]),
        lambda: icc(SHROUT_FLEISS, model="three_way"),
        lambda: icc(SHROUT_FLEISS, level=95),
    ],
)
def test_what_cant_be_compared_is_refused(wrong):
    with pytest.raises(WrongInput):
        wrong()
