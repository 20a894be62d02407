"""Logs read and models judged by interaction, so that no row tells another its answer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.engines.learning import evaluation, factors, scores, tracing
from minsheng.engines.learning.logs import by_pupil, by_time, read_log
from minsheng.lib.errors import WrongInput

HEAD = "order_id,user_id,problem_id,correct,skill_id,skill_name"
TWICE = f"""{HEAD}
3,a,p2,0,s2,Adding
1,a,p1,1,s1,Counting
1,a,p1,1,s2,Adding
2,b,p1,1,s1,Counting
4,b,p3,0,,
"""


def read(text):
    return read_log(text.splitlines(), name="log.csv")


def test_an_interaction_of_two_skills_is_one_and_rows_stand_in_their_order():
    log = read(TWICE)
    assert len(log) == 3 and log.doubled == 1 and log.dropped == 1
    assert [log.pupils[pupil] for pupil in log.pupil] == ["a", "b", "a"]
    assert log.right.tolist() == [1, 1, 0] and log.first.tolist() == [0, 2, 3, 4]
    assert len(log.answers()) == 4


def test_a_public_log_opens_with_names_in_another_order_and_a_mark_before_them():
    log = read("\ufeffskill,correct,user_id\nx~~y,1.0,7\ny,0,7\n")
    assert log.skills == ("x", "y") and log.first.tolist() == [0, 2, 3]


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("user_id,correct\na,1\n", "log_columns", "1"),
        ("", "log_columns", "1"),
        (f"{HEAD}\n1,a,p,2,s,S\n", "log_correct", "2"),
        (f"{HEAD}\n1,a,p,1,s,S\nx,a,p,1,s,S\n", "log_order", "3"),
        (f"{HEAD}\n1,,p,1,s,S\n", "log_user", "2"),
        (f"{HEAD}\n1,a,p,1,s,S\n1,a,p,0,t,T\n", "log_contradiction", "3"),
        (f"{HEAD},day\n1,a,p,1,s,S,soon\n", "log_day", "2"),
        (f"{HEAD},level\n1,a,p,1,s,S,9\n", "log_level", "2"),
        (f"{HEAD}\n1,a,p,1,,\n", "log_empty", ""),
    ],
)
def test_what_cant_be_read_is_named_with_file_and_line(text, code, line):
    with pytest.raises(WrongInput) as refused:
        read(text)
    assert refused.value.code == code
    assert "log.csv" in refused.value.zh and line in refused.value.zh


def many(rng, *, pupils=40, each=30, skills=5, rule=None):
    """Return a log of tasks of one or two skills; `rule` says the chance of a right answer."""
    lines, ability = ["order_id,user_id,problem_id,correct,skill_id"], rng.normal(size=pupils)
    order = 0
    for turn in range(each):
        for pupil in range(pupils):
            order += 1
            have = rng.choice(skills, size=rng.integers(1, 3), replace=False)
            chance = rule(have, turn) if rule else 1 / (1 + np.exp(-ability[pupil] - 0.05 * turn))
            right = int(rng.random() < chance)
            lines += [f"{order},u{pupil},p,{right},{skill}" for skill in have]
    return read("\n".join(lines))


def test_no_chance_of_any_model_depends_on_its_own_answer_or_a_later_one():
    log = many(np.random.default_rng(1))
    cut = len(log) // 2
    right = log.right.copy()
    right[cut:] = 1 - right[cut:]
    other = log.of(np.ones(len(log), bool))
    object.__setattr__(other, "right", right)
    fitted = factors.fit_factors(log)
    skills = tracing.fit(log.answers()).skills
    for model in (
        lambda one: factors.chances(fitted, one),
        lambda one: evaluation.traced(one, skills),
        lambda one: evaluation.last_time(one, 0.5),
    ):
        assert (model(log)[: cut + 1] == model(other)[: cut + 1]).all()


def test_answers_by_chance_are_foretold_no_better_than_by_chance():
    """Where rows of one interaction could see one another, this would rise to 0.7 and more."""
    log = many(np.random.default_rng(2), pupils=120, rule=lambda have, turn: 0.5)
    found = evaluation.evaluate(log, by_pupil(log, 0.3, generator=np.random.default_rng(0)))
    for name, one in found.scores.items():
        assert one.auc == pytest.approx(0.5, abs=0.04), name


def test_models_are_ahead_of_the_trivial_where_there_is_something_to_learn():
    log = many(np.random.default_rng(3), pupils=200)
    for held in (by_pupil(log, 0.3, generator=np.random.default_rng(0)), by_time(log, 0.3)):
        found = evaluation.evaluate(log, held)
        for name in ("tracing", "factors"):
            assert found.scores[name].brier < found.scores["base_rate"].brier
            assert found.scores[name].brier < found.scores["last_time"].brier
        assert found.scores["factors"].auc > 0.6 and found.seen + found.held == len(log)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1), st.integers(0, 2)), min_size=1))
def test_counts_are_those_of_going_through_the_log_one_by_one(rows):
    lines = [
        "user_id,correct,skill_id",
        *(f"u{pupil},{right},k{skill}" for pupil, right, skill in rows),
    ]
    log = read("\n".join(lines))
    right, wrong = factors.counts(log)
    have = {}
    for place, (pupil, was, skill) in enumerate(rows):
        before = have.get((pupil, skill), (0, 0))
        assert (right[place], wrong[place]) == before
        have[pupil, skill] = (before[0] + was, before[1] + 1 - was)
    cut = len(rows) // 2
    here = np.arange(len(rows)) >= cut
    later = factors.counts(log.of(here), log.of(~here))
    assert (later[0] == right[cut:]).all() and (later[1] == wrong[cut:]).all()


def test_last_time_is_the_pupils_own_last_answer_to_the_skill():
    log = read("user_id,correct,skill_id\na,1,x\nb,0,x\na,0,x\na,1,y\na,1,x~~y\nb,1,x\n")
    assert evaluation.last_time(log, 0.5).tolist() == [0.5, 0.5, 1.0, 0.5, 0.5, 0.0]


def test_factors_stand_where_the_slope_is_nothing_and_find_what_made_the_answers():
    rng = np.random.default_rng(4)
    ease = np.array([1.0, -1.0, 0.5, 0.0, -0.5])
    log = many(rng, pupils=300, rule=lambda have, turn: 1 / (1 + np.exp(-ease[have].sum())))
    found = factors.fit_factors(log, spread=(5, 5, 5))
    order = [int(name) for name in log.skills]
    assert found.ease - found.ease.mean() == pytest.approx(ease[order] - ease.mean(), abs=0.4)
    assert found.settled and np.abs(found.gain).max() < 0.2
    assert factors.chances(found, log).mean() == pytest.approx(log.right.mean(), abs=1e-6)


def test_a_skill_that_was_always_right_doesnt_run_away():
    log = read("user_id,correct,skill_id\n" + "a,1,x\n" * 50)
    found = factors.fit_factors(log)
    assert np.isfinite(found.errors).all() and abs(found.ease[0]) < 5


def test_splits_hold_out_whole_pupils_or_whole_days():
    lines = [f"{n},u{n % 7},p,1,s,{n // 5}" for n in range(70)]
    log = read("\n".join(["order_id,user_id,problem_id,correct,skill_id,day", *lines]))
    held = by_pupil(log, 0.3, generator=np.random.default_rng(1))
    assert not set(log.pupil[held]) & set(log.pupil[~held])
    late = by_time(log, 0.25)
    assert (
        not set(log.day[late]) & set(log.day[~late]) and log.day[late].min() > log.day[~late].max()
    )
    with pytest.raises(ValueError, match="share"):
        by_time(log, 1.0)
    with pytest.raises(ValueError, match="seen"):
        evaluation.evaluate(log, np.ones(len(log), bool))


@given(
    st.lists(
        st.tuples(st.sampled_from([0.0, 0.25, 0.5, 0.5000001, 1.0]), st.booleans()), min_size=1
    )
)
def test_the_area_counts_pairs_of_right_and_wrong_and_ties_half(answers):
    rights = [chance for chance, right in answers if right]
    wrongs = [chance for chance, right in answers if not right]
    pairs = [(a > b) + (a == b) / 2 for a in rights for b in wrongs]
    found = scores.area(
        np.array([chance for chance, _ in answers]),
        np.array([float(right) for _, right in answers]),
    )
    assert found == (pytest.approx(sum(pairs) / len(pairs)) if pairs else None)
