"""The twin of a class: fitted, rehearsed, and beside what another model than its own then brought."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from tests.engines.learning_lessons import lessons
from tests.engines.learning_worlds import logs

from minsheng.engines.learning import rehearsal, twin
from minsheng.engines.learning.answers import answers_of
from minsheng.engines.learning.arrowhead import arrowhead
from minsheng.engines.learning.rehearsal import Step
from minsheng.engines.learning.scores import area, score
from minsheng.engines.learning.twin_rows import features, past_of, until


@pytest.fixture(scope="module")
def term():
    past = lessons(np.random.default_rng(11), pupils=24, skills=4, days=14)
    early, late = until(past, int(np.unique(past.day)[-3]))
    return early, late, twin.fit(early, half_lives=(30.0,))


def luck_of(fitted, *, draws=60, seed=3):
    return rehearsal.luck_for(fitted, np.random.default_rng(seed), draws=draws)


def test_a_lesson_not_seen_is_foretold_better_than_by_what_needs_no_twin():
    """The answers come from item response theory with wandering ability, not from the twin's model."""
    ahead, sums = 0, np.zeros(4)
    for seed in range(6):
        past = lessons(np.random.default_rng(seed), pupils=30, skills=5, days=18)
        early, late = until(past, int(np.unique(past.day)[-4]))
        fitted = twin.fit(early, half_lives=(30.0,))
        found = rehearsal.beside(
            fitted, early, late, rehearsal.predict(fitted, late, luck_of(fitted))
        )
        ahead += found.ahead
        scores = (found.twin, found.base_rate, found.last_time, found.own_rate)
        sums += [one.brier for one in scores]
        assert found.twin.brier < found.base_rate.brier and found.twin.brier < found.last_time.brier
    assert ahead >= 5 and sums[0] < 0.9 * sums[1] and sums[0] < 0.97 * sums[3]


def test_a_prediction_reads_no_outcome_of_the_lesson(term):
    _, late, fitted = term
    luck = luck_of(fitted)
    other = replace(late, right=1 - late.right)
    assert (rehearsal.predict(fitted, late, luck) == rehearsal.predict(fitted, other, luck)).all()


@settings(max_examples=25)
@given(logs(), st.data())
def test_no_row_of_the_table_sees_its_own_answer_or_a_later_one(answers, data):
    if not len(answers):
        return
    row = data.draw(st.integers(0, len(answers) - 1))
    right = answers.right.copy()
    right[row:] = 1 - right[row:]
    other = answers_of(answers.pupil, answers.skill, right, day=answers.day, pupils=4, skills=3)
    one, two = (features(past_of(each))[0].toarray()[: row + 1] for each in (answers, other))
    assert (one == two).all()


@settings(max_examples=15, deadline=None)
@given(logs(most=25))
def test_any_class_with_an_answer_has_a_twin_of_numbers(answers):
    if not len(answers):
        with pytest.raises(ValueError, match="at least one"):
            twin.fit(past_of(answers))
        return
    fitted = twin.fit(past_of(answers), half_lives=(np.inf,))
    assert np.isfinite(fitted.weights).all() and 0 < fitted.guess + fitted.slip < 1
    found = rehearsal.rehearse(fitted, [Step(1)], luck_of(fitted, draws=5), day=400)
    assert ((found.share > 0) & (found.share < 1)).all() and (found.low <= found.high).all()
    assert ((found.stuck >= 0) & (found.stuck <= 1)).all()


def test_few_answers_move_a_pupil_little_from_the_class(term):
    early, _, _ = term
    few = early.pupil != 3
    few[np.flatnonzero(~few)[:2]] = True  # all but two answers of pupil 3 are taken away
    keep = np.flatnonzero(few)
    past = past_of(
        answers_of(
            early.pupil[keep], early.skill[keep], early.right[keep], day=early.day[keep], pupils=24
        )
    )
    fitted = twin.fit(past, half_lives=(np.inf,))
    part = fitted.columns.parts()["pupil"]
    spread = fitted.precision.variances()[part]
    assert spread[3] == spread.max()
    assert abs(fitted.weights[part][3]) < np.abs(fitted.weights[part]).max()


def test_pupils_who_know_less_are_more_often_stuck(term):
    early, _, fitted = term
    share = np.bincount(early.pupil, early.right) / np.bincount(early.pupil)
    found = rehearsal.rehearse(
        fitted, [Step(0, (4,)), Step(1, (4,))], luck_of(fitted), day=early.day.max()
    )
    assert np.corrcoef(found.stuck.mean(0), share)[0, 1] < -0.6


def test_harder_tasks_are_got_right_less_and_minutes_bound_them(term):
    early, _, fitted = term
    luck, day = luck_of(fitted), int(early.day.max())
    easy = rehearsal.rehearse(fitted, [Step(0, (1,), 4, 8)], luck, day=day)
    hard = rehearsal.rehearse(fitted, [Step(0, (5,), 4, 8)], luck, day=day)
    assert easy.share[0] > hard.share[0] and easy.flags == ()
    short = rehearsal.rehearse(fitted, [Step(0, (1,), 4, 5)], luck, day=day)
    assert short.tasks == 2 and short.flags == ("shortened",)


def test_the_same_luck_makes_a_difference_precise(term):
    early, _, fitted = term
    luck, day = luck_of(fitted, draws=120), int(early.day.max())
    one, other = [Step(0, (2,)), Step(1, (3,), 5, 20)], [Step(1, (3,), 5, 20), Step(0, (2,))]
    found = rehearsal.compare(fitted, one, other, luck, day=day)
    gained = rehearsal.rehearse(fitted, one, luck, day=day).gained
    strange = rehearsal.rehearse(fitted, other, luck_of(fitted, draws=120, seed=9), day=day).gained
    assert found.spread < 0.3 * np.std(gained - strange)
    same = rehearsal.compare(fitted, one, one, luck, day=day)
    assert same.difference == same.spread == 0 and same.better == 0.5
    back = rehearsal.compare(fitted, other, one, luck, day=day)
    assert back.difference == pytest.approx(-found.difference)


def test_the_same_seed_gives_the_same_rehearsal(term):
    early, _, fitted = term
    plan, day = [Step(0), Step(2, peer=True)], int(early.day.max())
    one, two = (rehearsal.rehearse(fitted, plan, luck_of(fitted), day=day) for _ in range(2))
    assert (one.share == two.share).all() and (one.stuck == two.stuck).all()
    assert one.flags == ("no_peer_evidence",)


def test_practice_in_what_is_needed_first_helps_where_the_past_says_so():
    """Skill 1 is got right more often by those who have practised skill 0; the twin must find it."""
    rng = np.random.default_rng(1)
    rows = []
    for pupil in range(60):
        before = int(rng.integers(0, 9))
        rows += [(pupil, 0, int(rng.random() < 0.7)) for _ in range(before)]
        chance = 1 / (1 + np.exp(-(-1.2 + 1.1 * np.log1p(before))))
        rows += [(pupil, 1, int(rng.random() < chance)) for _ in range(4)]
    needs = np.array([[False, False], [True, False]])
    table = np.array(rows)
    fitted = twin.fit(past_of(answers_of(*table.T), needs=needs), half_lives=(np.inf,))
    weight, error = fitted.common()["transfer"]
    assert weight > 0.25 and weight > 2 * error
    luck = luck_of(fitted)
    ordered = rehearsal.compare(
        fitted, [Step(0, (3,), 5, 20), Step(1)], [Step(1), Step(1)], luck, day=0
    )
    assert ordered.better > 0.5


def test_the_slope_that_the_fit_climbs_is_that_of_its_aim():
    rng = np.random.default_rng(0)
    table = sparse.csr_array(rng.normal(size=(30, 5)))
    own = sparse.csr_array(np.eye(3)[rng.integers(3, size=30)])
    right = rng.integers(0, 2, 30).astype(float)
    task = twin._Task(table, own, right, rng.uniform(0.2, 1, 30), rng.normal(size=8))
    strength, at = rng.uniform(0.5, 4, 8), rng.normal(size=8)
    _, slope, _ = twin._aim(task, at, strength, 0.1, 0.05)
    for place in range(8):
        step = np.eye(8)[place] * 1e-5
        up, down = (twin._aim(task, at + way * step, strength, 0.1, 0.05)[0] for way in (1, -1))
        assert slope[place] == pytest.approx((up - down) / 2e-5, rel=1e-5, abs=1e-6)


def test_the_arrowhead_is_the_matrix_it_stands_for():
    rng = np.random.default_rng(0)
    beside, last = rng.normal(size=(4, 6)), rng.uniform(8, 9, 6)
    first = np.eye(4) * 9
    whole = np.block([[first, beside], [beside.T, np.diag(last)]])
    found = arrowhead(first, beside, last)
    right = rng.normal(size=10)
    assert found.solve(right) == pytest.approx(np.linalg.solve(whole, right))
    assert found.variances() == pytest.approx(np.diag(np.linalg.inv(whole)))
    half = found.draws(np.eye(10))
    assert half.T @ half == pytest.approx(np.linalg.inv(whole))


def test_what_cant_be_rehearsed_is_refused(term):
    early, late, fitted = term
    luck, day = luck_of(fitted), int(early.day.max())
    with pytest.raises(ValueError, match="at least one step"):
        rehearsal.rehearse(fitted, [], luck, day=day)
    with pytest.raises(ValueError, match="no skill 9"):
        rehearsal.rehearse(fitted, [Step(9)], luck, day=day)
    with pytest.raises(ValueError, match="before the end"):
        rehearsal.rehearse(fitted, [Step(0)], luck, day=0)
    with pytest.raises(ValueError, match="levels"):
        Step(0, (7,))
    with pytest.raises(ValueError, match="another class"):
        rehearsal.predict(fitted, replace(late, pupils=3), luck)
    with pytest.raises(ValueError, match="1 to 5"):
        past_of(answers_of([0], [0], [1]), level=[0])


pairs = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 1)), min_size=1, max_size=40)


@given(pairs)
def test_the_area_is_the_share_of_pairs_in_the_right_order(pairs):
    chance, right = (np.array(part, float) for part in zip(*pairs, strict=True))
    good, bad = chance[right == 1], chance[right == 0]
    if not len(good) or not len(bad):
        assert area(chance, right) is None
        return
    apart = good[:, None] - bad[None, :]
    assert area(chance, right) == pytest.approx(((apart > 0) + 0.5 * (apart == 0)).mean())


@given(pairs)
def test_scores_are_numbers_and_reliability_counts_every_answer(pairs):
    chance, right = zip(*pairs, strict=True)
    found = score(chance, right)
    assert 0 <= found.brier <= 1 and 0 <= found.log_loss < 14
    assert found.reliability.count.sum() == len(pairs) and 0 <= found.reliability.error <= 1
    assert np.average(found.reliability.seen, weights=found.reliability.count) == pytest.approx(
        np.mean(right)
    )


def test_no_chance_that_is_no_number_is_scored():
    with pytest.raises(ValueError, match="chances"):
        score([float("nan")], [1])
    with pytest.raises(ValueError, match="one chance"):
        score([], [])
