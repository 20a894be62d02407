"""Portraits: folded night by night, with their evidence."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.learning_worlds import logs, parameters, traced_world

from minsheng.engines.learning import mastery, tracing
from minsheng.engines.learning.answers import Answers, answers_of
from minsheng.engines.learning.mastery import Evidence, Rule, Standing


def rows_of(answers, rows):
    return Answers(
        answers.pupil[rows],
        answers.skill[rows],
        answers.right[rows],
        answers.day[rows],
        answers.pupils,
        answers.skills,
    )


def same(one, other):
    return all(
        np.array_equal(getattr(one, part.name), getattr(other, part.name))
        for part in fields(Evidence)
    )


@given(logs(), parameters(), st.integers(0, 60))
def test_night_by_night_gives_the_same_as_the_whole_history(answers, skills, cut):
    none = mastery.nothing(skills, answers.pupils)
    at_once = mastery.fold(skills, none, answers)
    first = mastery.fold(skills, none, rows_of(answers, slice(0, cut)))
    assert same(mastery.fold(skills, first, rows_of(answers, slice(cut, None))), at_once)
    assert not none.count.any()  # what was given isn't changed


@given(logs(), parameters())
def test_the_loop_and_numpy_alone_fold_the_same(answers, skills):
    looped = mastery.fold(skills, mastery.nothing(skills, answers.pupils), answers)
    plain = mastery.nothing(skills, answers.pupils)
    chances = np.stack([getattr(skills, part.name) for part in fields(skills)], 1)
    mastery.fold_in_numpy(
        answers.pupil,
        answers.skill,
        answers.right,
        answers.day,
        chances,
        0.5 ** (1 / Rule().memory),
        *(getattr(plain, part.name) for part in fields(plain)),
    )
    for part in fields(Evidence):
        assert getattr(looped, part.name) == pytest.approx(getattr(plain, part.name), rel=1e-6)


@given(logs(), parameters())
def test_evidence_says_what_was_answered(answers, skills):
    found = mastery.fold(skills, mastery.nothing(skills, answers.pupils), answers)
    _, known = tracing.follow(skills, answers)
    assert found.known == pytest.approx(known, abs=1e-5)
    for pupil in range(answers.pupils):
        for skill in range(answers.skills):
            rows = np.flatnonzero((answers.pupil == pupil) & (answers.skill == skill))
            right = answers.right[rows]
            assert found.count[pupil, skill] == len(rows)
            assert found.right[pupil, skill] == right.sum()
            assert found.last_right[pupil, skill] == (right[-1] if len(rows) else -1)
            days = answers.day[rows]
            assert found.last_day[pupil, skill] == (days[-1] if len(rows) else -1)
            assert found.last_right_day[pupil, skill] == max(days[right == 1], default=-1)
            assert found.last_wrong_day[pupil, skill] == max(days[right == 0], default=-1)


@given(logs(), parameters())
def test_every_portrait_has_one_standing_and_an_interval_around_its_share(answers, skills):
    found = next(iter(mastery.portraits(skills, [answers])))
    seen = found.evidence.count > 0
    assert np.isnan(found.share[~seen]).all() and np.isnan(found.low[~seen]).all()
    assert (found.low[seen] <= found.share[seen] + 1e-6).all()
    assert (found.share[seen] <= found.high[seen] + 1e-6).all()
    few = found.evidence.count < Rule().least
    assert (found.standing[few] == Standing.UNKNOWN).all()
    assert (found.standing[~few] != Standing.UNKNOWN).all()
    mastered = found.standing == Standing.MASTERED
    assert (found.evidence.last_right[mastered] == 1).all()


def one_pupil(right, **more):
    skills = tracing.Skills(*(np.array([value]) for value in (0.4, 0.12, 0.0, 0.2, 0.1)))
    answers = answers_of([0] * len(right), [0] * len(right), right)
    return mastery.portrait(mastery.fold(skills, mastery.nothing(skills, 1), answers), **more)


@pytest.mark.parametrize(
    ("right", "standing"),
    [
        ([1, 1], Standing.UNKNOWN),
        ([1] * 6, Standing.MASTERED),
        ([1, 1, 1, 1, 1, 0], Standing.GROWING),
        ([0] * 5, Standing.AT_RISK),
        ([0, 1, 0, 1], Standing.GROWING),
    ],
)
def test_standings_follow_the_declared_rule(right, standing):
    assert one_pupil(right).standing[0, 0] == standing


def test_the_interval_narrows_with_answers_and_old_ones_fade():
    few, many = one_pupil([1, 0] * 2), one_pupil([1, 0] * 20)
    assert many.high - many.low < few.high - few.low
    assert one_pupil([0] * 10 + [1] * 10).share[0, 0] > 0.65


def test_growth_is_against_the_evidence_of_an_earlier_day():
    answers, skills = traced_world(np.random.default_rng(2), pupils=50)
    days = np.array([2, 5, 8])
    known, count = mastery.course(skills, answers, days)
    early = mastery.fold(skills, mastery.nothing(skills, 50), rows_of(answers, answers.day <= 2))
    late = mastery.fold(skills, early, rows_of(answers, answers.day > 2))
    found = mastery.portrait(late, before=early)
    assert found.growth == pytest.approx(known[2] - known[0], abs=1e-6)
    assert (count[0] == 3).all() and (count[2] == 9).all()
    assert np.isnan(mastery.portrait(late).growth).all()
    assert np.isnan(mastery.portrait(early, before=early).growth).all()  # nothing since


def test_evidence_of_other_pupils_or_skills_is_refused():
    answers, skills = traced_world(np.random.default_rng(2), pupils=5)
    with pytest.raises(ValueError, match="evidence of"):
        mastery.fold(skills, mastery.nothing(skills, 4), answers)
    with pytest.raises(ValueError, match="least"):
        Rule(least=0)
    with pytest.raises(ValueError, match="rise"):
        mastery.course(skills, answers, np.array([3, 3]))
