"""Tracing: what a fit and a step must hold, whatever was answered."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.learning_worlds import logs, parameters, traced_world

from minsheng.engines.learning import tracing, tracing_loops
from minsheng.engines.learning.answers import answers_of
from minsheng.engines.learning.tracing import Belief, Bounds, Skills


def shape_of(skills):
    return np.stack([skills.known, skills.learn, skills.forget, skills.guess, skills.slip], 1)


@given(logs(), parameters())
def test_the_loop_and_numpy_alone_count_the_same(answers, skills):
    lanes = tracing_loops.lanes_of(answers)
    active = np.array([True, True, False])
    one = tracing_loops.sums(lanes, shape_of(skills), active)
    other = tracing_loops.sums_in_numpy(lanes, shape_of(skills), active)
    assert one == pytest.approx(other, abs=1e-9) and not one[2].any()


@given(logs(), parameters())
def test_the_walk_and_numpy_alone_go_the_same_way(answers, skills):
    expected, known = tracing.follow(skills, answers)
    again = tracing.beginning(skills, answers.pupils)
    other = tracing_loops.walk_in_numpy(answers, shape_of(skills), again)
    assert expected == pytest.approx(other, abs=1e-12) and known == pytest.approx(again, abs=1e-12)


@settings(deadline=None)
@given(st.lists(st.integers(0, 1), min_size=1, max_size=6), parameters(skills=1))
def test_counts_are_those_of_every_way_the_pupil_may_have_gone(right, skills):
    """Summed over all 2 ** n ways of knowing and not knowing, by hand."""
    known, learn, forget, guess, slip = (float(part[0]) for part in shape_of(skills).T)
    counts, whole = np.zeros(10), 0.0
    for way in product((0, 1), repeat=len(right)):
        one, chance = np.zeros(10), known if way[0] else 1 - known
        one[0 if way[0] else 1] += 1
        for step, (knows, is_right) in enumerate(zip(way, right, strict=True)):
            chance *= {(1, 1): 1 - slip, (1, 0): slip, (0, 1): guess, (0, 0): 1 - guess}[
                knows, is_right
            ]
            one[{(0, 1): 6, (0, 0): 7, (1, 0): 8, (1, 1): 9}[knows, is_right]] += 1
            if step + 1 < len(way):
                move = {(0, 1): learn, (0, 0): 1 - learn, (1, 0): forget, (1, 1): 1 - forget}
                chance *= move[knows, way[step + 1]]
                one[{(0, 1): 2, (0, 0): 3, (1, 0): 4, (1, 1): 5}[knows, way[step + 1]]] += 1
        counts, whole = counts + chance * one, whole + chance
    zeros = np.zeros(len(right), int)
    lanes = tracing_loops.lanes_of(answers_of(zeros, zeros, right))
    found = tracing_loops.sums(lanes, shape_of(skills), np.ones(1, bool))[0]
    assert found[:10] == pytest.approx(counts / whole, rel=1e-7, abs=1e-9)
    assert found[10] == pytest.approx(np.log(whole))


@given(logs(), parameters())
def test_one_answer_after_another_is_the_same_as_all_at_once(answers, skills):
    expected, known = tracing.follow(skills, answers)
    state = tracing.beginning(skills, answers.pupils)
    for row in range(len(answers)):
        who, which = answers.pupil[row], answers.skill[row]
        chance = tracing.chance(skills, which, known=state[who, which])
        assert chance == pytest.approx(expected[row])
        state[who, which] = tracing.after(
            skills, which, known=state[who, which], right=bool(answers.right[row])
        )
    assert state == pytest.approx(known)


@given(logs(), parameters(), st.data())
def test_no_chance_depends_on_its_own_answer_or_a_later_one(answers, skills, data):
    if not len(answers):
        return
    row = data.draw(st.integers(0, len(answers) - 1))
    other = answers.right.copy()
    other[row:] = 1 - other[row:]
    changed = answers_of(answers.pupil, answers.skill, other, day=answers.day, pupils=4, skills=3)
    before, _ = tracing.follow(skills, answers)
    after, _ = tracing.follow(skills, changed)
    assert (before[: row + 1] == after[: row + 1]).all()


@given(parameters(skills=1), st.floats(0, 1))
def test_a_right_answer_never_leaves_less_than_a_wrong_one(skills, known):
    if skills.learn[0] + skills.forget[0] > 1:
        return
    right = tracing.after(skills, 0, known=known, right=True)
    wrong = tracing.after(skills, 0, known=known, right=False)
    assert right >= wrong - 1e-12


@settings(deadline=None, max_examples=60)
@given(logs(), st.booleans(), st.sampled_from([0.0, 4.0]))
def test_a_fit_of_anything_lies_within_its_bounds_and_is_a_number(answers, forgets, strength):
    bounds = Bounds()
    found = tracing.fit(answers, forgets=forgets, belief=Belief(answers=strength), steps=40)
    shape = shape_of(found.skills)
    assert np.isfinite(shape).all() and np.isfinite(found.log_likelihood).all()
    assert (shape[:, 3] + shape[:, 4] <= bounds.most + 1e-9).all()
    if not forgets:
        assert not shape[:, 2].any()
    for skill in range(answers.skills):
        assert ("no_answers" in found.flags[skill]) == (found.answers[skill] == 0)


def test_a_fit_finds_what_made_the_answers():
    answers, truth = traced_world(np.random.default_rng(3), pupils=3000)
    found = tracing.fit(answers)
    for part in ("known", "learn", "guess", "slip"):
        assert getattr(found.skills, part) == pytest.approx(getattr(truth, part), abs=0.05)
    assert found.flags == ((),) * 4


def test_forgetting_is_found_where_there_is_some():
    answers, truth = traced_world(np.random.default_rng(5), pupils=3000, each=14, forget=0.1)
    found = tracing.fit(answers, forgets=True)
    assert found.skills.forget == pytest.approx(truth.forget, abs=0.04)
    assert found.log_likelihood.sum() > tracing.fit(answers).log_likelihood.sum() + 20


def test_no_step_of_a_fit_makes_the_answers_less_likely():
    answers, _ = traced_world(np.random.default_rng(8), pupils=60, each=5)
    none = Belief(answers=0)
    reached = [
        tracing.fit(answers, belief=none, steps=steps, tolerance=1e-15).log_likelihood
        for steps in range(1, 25)
    ]
    assert (np.diff(reached, axis=0) > -1e-9).all()


def test_guess_and_slip_are_held_below_one_at_the_best_point_of_the_line():
    bounds = Bounds(most=0.5)
    counts = np.array([[60.0, 40.0, 50.0, 50.0]])
    guess, slip = tracing._guess_and_slip(*counts.T, bounds)
    line = np.linspace(0.001, 0.499, 4000)
    aim = 60 * np.log(line) + 40 * np.log(1 - line) + 50 * np.log(0.5 - line)
    aim += 50 * np.log(0.5 + line)
    assert guess[0] + slip[0] == pytest.approx(0.5)
    assert guess[0] == pytest.approx(line[aim.argmax()], abs=2e-4)


def test_skills_are_fitted_each_by_itself():
    answers, _ = traced_world(np.random.default_rng(9), pupils=80)
    whole = tracing.fit(answers)
    alone = answers.skill == 2
    rows = answers_of(
        answers.pupil[alone],
        np.zeros(alone.sum(), int),
        answers.right[alone],
        day=answers.day[alone],
    )
    assert shape_of(tracing.fit(rows).skills)[0] == pytest.approx(
        shape_of(whole.skills)[2], abs=1e-9
    )


def test_a_skill_nobody_answered_keeps_the_belief_and_says_so():
    found = tracing.fit(answers_of([0, 1], [0, 0], [1, 1], skills=2))
    assert found.flags == (("few", "all_right"), ("no_answers",))
    assert found.skills.guess[1] == pytest.approx(Belief().guess)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: answers_of([0], [0], [2]),
        lambda: answers_of([0], [0], [-1]),
        lambda: answers_of([0, 1], [0], [1, 1]),
        lambda: answers_of([0], [-1], [1]),
        lambda: answers_of([0], [3], [1], skills=3),
        lambda: answers_of([0.5], [0], [1]),
        lambda: answers_of([0, 1, 0], [0, 0, 0], [1, 1, 1], day=[5, 1, 4]),
        lambda: Bounds(guess=(0.5, 0.1)),
        lambda: Bounds(most=1.0),
        lambda: Skills(*(np.array([0.6]) for _ in range(5))),
        lambda: tracing.fit(answers_of([0], [0], [1]), steps=0),
    ],
)
def test_what_cant_be_traced_is_refused(wrong):
    with pytest.raises(ValueError, match=r"."):
        wrong()
