"""Who judges what, how severe judges are, what is too close to call."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minsheng.engines.judging import (
    Criterion,
    Rating,
    Scale,
    Unassignable,
    assign,
    draw_line,
    measure,
    substitute,
)

CRITERIA = [
    Criterion(key=key, weight=weight) for key, weight in zip("abcde", (20, 30, 20, 20, 10), strict=True)
]  # fmt: skip
SCALE = Scale(lowest=1, highest=10)
SEVERITIES = (0.8, 0.4, 0.1, -0.1, -0.4, -0.8)


def judged(seed: int, works: int = 24, severities: tuple[float, ...] = SEVERITIES, per: int = 3):
    """Works of known measure, judged by people of known severity, each sheet whole."""
    random = np.random.default_rng(seed)
    truth = random.normal(0.3, 1.2, works)
    steps = np.concatenate(([0.0], np.cumsum(np.linspace(-2.4, 2.4, 9))))
    plan = assign(range(works), range(len(severities)), per_work=per, conflicts=(), random=random)

    def grade(at: float) -> int:
        chance = np.exp(np.arange(10) * at - steps)
        return int(random.choice(10, p=chance / chance.sum())) + 1

    return truth, [
        Rating(work=work, judge=judge, grades={key: grade(truth[work] - severities[judge]) for key in "abcde"})
        for work, mine in plan.judges_of.items()
        for judge in mine
    ]  # fmt: skip


@st.composite
def plans(draw):
    works, judges = draw(st.integers(1, 14)), draw(st.integers(1, 7))
    pairs = st.tuples(st.integers(0, works - 1), st.integers(0, judges - 1))
    return works, judges, draw(st.integers(1, judges)), draw(st.sets(pairs, max_size=20))


@settings(max_examples=150)
@given(plans(), st.integers(0, 9))
def test_each_work_has_its_judges_and_none_in_conflict(plan, seed) -> None:
    works, judges, per, conflicts = plan
    free = [[one for one in range(judges) if (work, one) not in conflicts] for work in range(works)]
    random = np.random.default_rng(seed)
    if any(len(one) < per for one in free):
        with pytest.raises(Unassignable) as refused:
            assign(range(works), range(judges), per_work=per, conflicts=conflicts, random=random)
        assert all(len(free[work]) < per for work in refused.value.works)
        return
    made = assign(range(works), range(judges), per_work=per, conflicts=conflicts, random=random)
    assert all(len(set(mine)) == per for mine in made.judges_of.values())
    assert not {(work, one) for work, mine in made.judges_of.items() for one in mine} & conflicts
    assert Counter(one for mine in made.judges_of.values() for one in mine) == Counter(
        {one: load for one, load in made.loads.items() if load}
    )
    again = assign(
        range(works), range(judges), per_work=per, conflicts=conflicts,
        random=np.random.default_rng(seed),
    )  # fmt: skip
    assert again == made


@settings(max_examples=100)
@given(st.integers(2, 20), st.integers(2, 7), st.integers(2, 7), st.integers(0, 9))
def test_without_conflicts_loads_differ_by_one_and_all_hang_together(
    works: int, judges: int, per: int, seed: int
) -> None:
    per = min(per, judges)
    random = np.random.default_rng(seed)
    made = assign(range(works), range(judges), per_work=per, conflicts=(), random=random)
    used = [load for load in made.loads.values() if load]
    assert max(made.loads.values()) - min(made.loads.values()) <= 1
    # Enough seats to join everybody: a tree of works and judges needs this many.
    if works * per >= works + len(used) - 1 and len(used) == judges:
        assert made.is_connected


def test_two_camps_of_conflicts_are_reported_as_two_pieces() -> None:
    conflicts = {(work, one) for work in range(6) for one in range(4) if (work < 3) != (one < 2)}
    random = np.random.default_rng(1)
    made = assign(range(6), range(4), per_work=2, conflicts=conflicts, random=random)
    assert made.pieces == 2


def test_a_substitute_is_free_of_conflict_and_least_loaded() -> None:
    there = {"w1": ("a", "b"), "w2": ("a", "c"), "w3": ("c", "b")}
    free = ["a", "b", "c", "d", "e"]
    assert substitute(there, "w1", judges=free, conflicts={("w1", "d")}) == "e"
    with pytest.raises(Unassignable):
        substitute(there, "w1", judges=free[:3], conflicts={("w1", "c")})


def test_known_severities_come_back_within_their_errors() -> None:
    misses, off = [], []
    for seed in range(12):
        truth, ratings = judged(seed)
        found = measure(ratings, criteria=CRITERIA, scale=SCALE)
        assert found.method == "facets"
        misses += [found.judges[one].severity - SEVERITIES[one] for one in range(6)]
        off += [
            (found.works[one].measure - truth[one]) / found.works[one].measure_error
            for one in range(24)
        ]
    assert math.sqrt(np.mean(np.square(misses))) < 0.25
    assert 0.88 <= np.mean(np.abs(off) < 1.96) <= 0.99


def test_fair_scores_are_nearer_the_truth_than_plain_means() -> None:
    plain, fair = [], []
    for seed in range(12):
        truth, ratings = judged(seed, severities=(1.2, 0.8, 0.2, -0.2, -0.8, -1.2))
        found = measure(ratings, criteria=CRITERIA, scale=SCALE).works
        plain.append(np.corrcoef(truth, [found[one].plain for one in range(24)])[0, 1])
        fair.append(np.corrcoef(truth, [found[one].fair for one in range(24)])[0, 1])
    assert np.mean(fair) > np.mean(plain) + 0.02


def test_a_judge_who_grades_by_chance_is_marked_and_the_severest_too() -> None:
    _, ratings = judged(3, works=30)
    random = np.random.default_rng(9)
    ratings = [
        Rating(work=one.work, judge=2, grades={key: int(random.integers(1, 11)) for key in "abcde"})
        if one.judge == 2
        else one
        for one in ratings
    ]
    found = measure(ratings, criteria=CRITERIA, scale=SCALE).judges
    assert "noisy" in found[2].marks
    assert [one for one in found if "noisy" in found[one].marks] == [2]
    assert "severe" in found[0].marks
    assert "lenient" in found[5].marks


def test_measures_are_not_wider_than_the_truth_with_or_without_halo() -> None:
    """Joint likelihood made them a tenth too wide."""
    slopes = []
    for seed in range(12):
        truth, ratings = judged(seed, works=40)
        found = measure(ratings, criteria=CRITERIA, scale=SCALE).works
        slopes.append(np.polyfit(truth, [found[one].measure for one in range(40)], 1)[0])
    assert np.mean(slopes) == pytest.approx(1, abs=0.05)


def test_a_judge_of_only_the_highest_grade_is_marked_and_moves_nobody_else() -> None:
    _, ratings = judged(6, works=30)
    others = [one for one in ratings if one.judge != 5]
    top = [_flat(one.work, 5, 10) for one in ratings if one.judge == 5]
    before = measure(others, criteria=CRITERIA, scale=SCALE)
    found = measure(others + top, criteria=CRITERIA, scale=SCALE)
    assert found.method == "facets"
    assert [one for one in found.judges if "one_sided" in found.judges[one].marks] == [5]
    assert found.judges[5].severity < -4
    assert math.isfinite(found.judges[5].severity_error)
    for judge in range(5):
        mine, theirs = found.judges[judge], before.judges[judge]
        assert mine.severity == pytest.approx(theirs.severity, abs=0.15)
        assert mine.severity_error == pytest.approx(theirs.severity_error, rel=0.2)


def test_a_thin_design_shows_means_adjusted_for_works() -> None:
    # Both judged w2; the second gives ten points less there, so w3 is lifted by as much.
    ratings = [_flat("w1", "a", 8), _flat("w2", "a", 7), _flat("w2", "b", 6), _flat("w3", "b", 6)]
    found = measure(ratings, criteria=CRITERIA, scale=SCALE)
    assert found.method == "adjusted means"
    assert found.judges["b"].severity_points == pytest.approx(5)
    assert found.judges["a"].severity_points == pytest.approx(-5)
    assert {one: found.works[one].fair for one in found.works} == pytest.approx(
        {"w1": 75, "w2": 65, "w3": 65}
    )


def test_judges_who_share_no_work_have_no_severity() -> None:
    found = measure([_flat("w1", "a", 8), _flat("w2", "b", 4)], criteria=CRITERIA, scale=SCALE)
    assert found.method == "plain means"
    assert math.isnan(found.judges["a"].severity_points)


def test_all_top_and_all_bottom_works_stay_finite() -> None:
    _, ratings = judged(5)
    ends = {0: 10, 1: 1}
    ratings = [_flat(one.work, one.judge, ends[one.work]) if one.work in ends else one for one in ratings]  # fmt: skip
    found = measure(ratings, criteria=CRITERIA, scale=SCALE)
    assert found.method == "facets"
    assert all(math.isfinite(one.measure) for one in found.works.values())
    assert max(found.works.values(), key=lambda one: one.fair).work == 0


@pytest.mark.parametrize(
    "grades", [{"a": 5}, dict.fromkeys("abcdef", 5), dict.fromkeys("abcde", 11)]
)
def test_a_sheet_that_is_not_whole_or_off_the_scale_is_refused(grades: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"sheet|scale"):
        measure([Rating(work=1, judge=1, grades=grades)], criteria=CRITERIA, scale=SCALE)


@settings(max_examples=200)
@given(
    st.lists(st.floats(0, 100), max_size=12),
    st.integers(-1, 13),
    st.sampled_from([0, 0.01, 0.5, 3]),
)
def test_the_line_gives_every_place_once_and_never_splits_a_draw(
    scores: list[float], places: int, within: float
) -> None:
    found = draw_line(dict(enumerate(scores)), places=places, draw_within=within)
    assert len(found.inside) + found.left == min(max(places, 0), len(scores))
    assert not set(found.inside) & set(found.draws)
    out = [one for one in range(len(scores)) if one not in {*found.inside, *found.draws}]
    if found.draws:
        assert 0 < found.left < len(found.draws)
    for one in found.inside:
        for other in out:
            assert round(scores[one] * 100) > round(scores[other] * 100)


def test_an_equal_score_at_the_line_is_a_draw() -> None:
    found = draw_line({"a": 90, "b": 80.004, "c": 80, "d": 70}, places=2, draw_within=0)
    assert (found.inside, found.draws, found.left) == (("a",), ("b", "c"), 1)


def _flat(work, judge, grade: int) -> Rating:
    return Rating(work=work, judge=judge, grades=dict.fromkeys("abcde", grade))
