"""Diagnosis of skills: what must hold for every paper, and what is known of made ones."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minsheng.engines.measurement import diagnosis_errors
from minsheng.engines.measurement import diagnosis_steps as steps
from minsheng.engines.measurement.diagnosis import Needs, _sorted, diagnose, needs_of
from minsheng.engines.measurement.responses import Responses
from minsheng.lib.errors import WrongInput

ALONE = np.array(list(product((0, 1), repeat=3))[1:])  # seven items: each set of three skills


def paper(rng, *, persons=1500, items=ALONE, gone=0.0, guess=(0.1, 0.25), slip=(0.05, 0.2)):
    """Return answers made by the DINA model, with who had what, guess and slip."""
    ability = rng.normal(size=(persons, 1))
    has = ability + rng.normal(size=(persons, items.shape[1])) > np.linspace(
        -0.7, 0.7, items.shape[1]
    )
    all_of = np.stack([has[:, needed.astype(bool)].all(1) for needed in items], 1)
    g, s = rng.uniform(*guess, len(items)), rng.uniform(*slip, len(items))
    marks = (rng.random(all_of.shape) < np.where(all_of, 1 - s, g)).astype(np.int8)
    marks[rng.random(marks.shape) < gone] = -1
    return Responses(marks), has, g, s


def likelihood(marks, needs, guess, slip, shares):
    """The log likelihood by hand, over all sets of skills."""
    total = 0.0
    sets = list(product((0, 1), repeat=needs.shape[1]))
    for row in marks:
        chance = 0.0
        for has, share in zip(sets, shares, strict=True):
            one = share
            for item, mark in enumerate(row):
                all_of = all(h for h, n in zip(has, needs[item], strict=True) if n)
                right = 1 - slip[item] if all_of else guess[item]
                one *= {1: right, 0: 1 - right, -1: 1.0}[int(mark)]
            chance += one
        total += np.log(chance)
    return total


TWICE = np.vstack([ALONE, ALONE, ALONE])


def test_what_made_the_answers_is_found_again():
    answers, has, guess, slip = paper(np.random.default_rng(1), persons=4000, items=TWICE)
    found = diagnose(answers, Needs(TWICE))
    assert found.guess == pytest.approx(guess, abs=0.05)
    assert found.slip == pytest.approx(slip, abs=0.05)
    assert found.share == pytest.approx(has.mean(0), abs=0.03)
    assert (found.has() == has).mean() > 0.93 and found.settled
    assert found.reached[0] == pytest.approx(max(found.reached), abs=0.01)


def test_the_likelihood_said_is_that_of_every_set_of_skills():
    answers, *_ = paper(np.random.default_rng(2), persons=40, gone=0.2)
    for prior in ("saturated", "flat"):
        found = diagnose(answers, Needs(ALONE), prior=prior)
        shares = np.zeros(8)
        for one, members, has in zip(
            found.prior, found.classes.members, found.classes.has, strict=True
        ):
            assert members == 1
            shares[int(has @ [4, 2, 1])] = one
        by_hand = likelihood(answers.marks, ALONE, found.guess, found.slip, shares)
        assert found.log_likelihood == pytest.approx(by_hand, abs=1e-6)


def test_no_point_near_the_end_is_likelier():
    answers, *_ = paper(np.random.default_rng(3), persons=300)
    found = diagnose(answers, Needs(ALONE))
    rng = np.random.default_rng(0)
    patterns = steps.patterns_of(answers.scored)
    codes = steps.coded(patterns)
    eta = np.array([[bool((h >= n).all()) for h in found.classes.has] for n in ALONE])

    def at(guess, slip, prior):
        chance = np.where(eta, 1 - slip[:, None], guess[:, None])
        return steps.expected(codes, patterns.weight, chance, prior / prior.sum())[2]

    assert at(found.guess, found.slip, found.prior) == pytest.approx(found.log_likelihood)
    for _ in range(200):

        def near(values):
            return np.clip(values + rng.normal(0, 0.003, len(values)), 1e-9, 1)

        assert at(near(found.guess), near(found.slip), near(found.prior)) < found.log_likelihood


def test_estimating_how_common_skills_are_is_likelier_than_a_flat_prior():
    answers, *_ = paper(np.random.default_rng(4))
    flat = diagnose(answers, Needs(ALONE), prior="flat")
    free = diagnose(answers, Needs(ALONE))
    assert free.log_likelihood > flat.log_likelihood + 50
    assert free.parameters == flat.parameters + 7


def test_sets_that_no_item_tells_apart_are_one_class_and_the_paper_says_so():
    needs = np.array([[1, 0], [1, 1], [1, 0], [1, 1]])  # the second skill is never asked by itself
    answers, *_ = paper(np.random.default_rng(5), items=needs)
    found = diagnose(answers, Needs(needs))
    assert sorted(found.classes.members) == [1, 1, 2]
    assert found.skill_flags == ((), ("never_alone",))
    none = found.pattern[:, 0] == 0
    assert none.any() and (found.pattern[none, 1] == -1).all()
    assert found.mastery[none][:, 1] == pytest.approx(0.5, abs=0.35)


def test_a_flat_prior_is_flat_over_sets_and_not_over_classes():
    needs = np.array([[1, 0], [1, 1], [1, 0], [1, 1]])
    answers, *_ = paper(np.random.default_rng(5), items=needs, persons=50)
    found = diagnose(answers, Needs(needs), prior="flat")
    by_hand = likelihood(answers.marks, needs, found.guess, found.slip, np.full(4, 0.25))
    assert found.log_likelihood == pytest.approx(by_hand, abs=1e-6)


def test_more_freedom_is_never_less_likely():
    answers, *_ = paper(np.random.default_rng(6))
    dina, gdina = (diagnose(answers, Needs(ALONE), model=model) for model in ("dina", "gdina"))
    assert gdina.log_likelihood >= dina.log_likelihood - 1e-3
    assert gdina.parameters == sum(2 ** int(n.sum()) for n in ALONE) + 7
    assert dina.bic < gdina.bic  # DINA made the answers


def test_gdina_finds_skills_that_help_each_by_itself():
    rng = np.random.default_rng(7)
    needs = np.vstack([np.eye(2, dtype=int)] * 3 + [np.ones((4, 2), int)])
    has = rng.random((5000, 2)) < 0.5
    chance = np.where(needs.sum(1) == 1, 0.15 + 0.7 * (has @ needs.T), 0.1 + 0.4 * (has @ needs.T))
    answers = Responses((rng.random(chance.shape) < chance).astype(np.int8))
    found = diagnose(answers, Needs(needs), model="gdina")
    assert found.sets[8] == ((), (0,), (1,), (0, 1))
    assert found.chances[8] == pytest.approx([0.1, 0.5, 0.5, 0.9], abs=0.05)


def test_the_standard_error_is_how_far_estimates_swing():
    seen, said = [], []
    for seed in range(60):
        rng = np.random.default_rng(100 + seed)
        answers, *_ = paper(rng, persons=800, items=TWICE, guess=(0.2, 0.2), slip=(0.15, 0.15))
        found = diagnose(answers, Needs(TWICE), starts=1)
        seen.append(np.concatenate(found.chances))
        said.append(np.concatenate(found.errors))
    ratio = np.mean(said, 0) / np.std(seen, 0)
    assert 0.85 < np.median(ratio) < 1.2


def test_what_was_not_presented_counts_for_nothing():
    answers, *_ = paper(np.random.default_rng(8), persons=300)
    more = np.hstack([answers.marks, np.full((300, 1), -1, np.int8)])
    one = diagnose(answers, Needs(ALONE))
    two = diagnose(Responses(more), Needs(np.vstack([ALONE, [1, 0, 0]])))
    assert two.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-3)
    assert two.mastery == pytest.approx(one.mastery, abs=1e-3)
    assert "no_answers" in two.item_flags[-1] and np.isnan(two.errors[-1]).all()
    blank = diagnose(Responses(np.vstack([answers.marks, np.full((1, 7), -1)])), Needs(ALONE))
    assert blank.answered[-1] == 0 and blank.mastery[-1] == pytest.approx(blank.share)


def test_two_booklets_give_the_parameters_of_one():
    rng = np.random.default_rng(9)
    answers, _, guess, _ = paper(rng, persons=6000, items=TWICE)
    marks = answers.marks.copy()
    marks[:3000, 14:] = -1
    marks[3000:, :7] = -1
    found = diagnose(Responses(marks), Needs(TWICE))
    assert found.guess == pytest.approx(guess, abs=0.07)


marks = st.integers(1, 12).flatmap(
    lambda persons: st.lists(
        st.lists(st.sampled_from([1, 0, -1]), min_size=4, max_size=4),
        min_size=persons,
        max_size=persons,
    )
)
tables = st.lists(
    st.lists(st.integers(0, 1), min_size=3, max_size=3).filter(any), min_size=4, max_size=4
)


@settings(max_examples=40)
@given(marks, tables, st.sampled_from(["dina", "gdina"]), st.sampled_from(["saturated", "flat"]))
def test_any_paper_gives_numbers_or_says_why_not(marks, needs, model, prior):
    answers = Responses(np.array(marks, np.int8))
    if not answers.presented.any():
        with pytest.raises(WrongInput, match="nothing"):
            diagnose(answers, Needs(np.array(needs)), model=model, prior=prior)
        return
    found = diagnose(answers, Needs(np.array(needs)), model=model, prior=prior, steps=200)
    assert np.isfinite(found.mastery).all() and np.isfinite(found.log_likelihood)
    assert ((found.mastery >= 0) & (found.mastery <= 1 + 1e-12)).all()
    for chances, errors, flags in zip(found.chances, found.errors, found.item_flags, strict=True):
        assert np.isfinite(chances).all()
        assert not np.isnan(errors).any() or {"at_bound", "empty"} & set(flags)


@given(marks, st.integers(0, 10**6))
def test_the_loop_and_numpy_alone_count_the_same(marks, seed):
    rng = np.random.default_rng(seed)
    patterns = steps.patterns_of(Responses(np.array(marks, np.int8)).scored)
    codes = steps.coded(patterns)
    tables = rng.uniform(0.01, 0.99, (len(codes.blocks), codes.states ** codes.blocks.shape[1], 5))
    prior = rng.dirichlet(np.ones(5))
    given_ = (codes.code, patterns.weight, tables, prior)
    for one, other in zip(
        steps._count_compiled(*given_), steps.count_in_numpy(*given_), strict=True
    ):
        assert one == pytest.approx(other, rel=1e-9, abs=1e-12)


def test_many_items_dont_vanish_in_their_product():
    rng = np.random.default_rng(1)
    many = np.vstack([ALONE] * 60)  # 420 items
    answers, has, *_ = paper(rng, persons=60, items=many)
    found = diagnose(answers, Needs(many), starts=1)
    assert np.isfinite(found.log_likelihood) and (found.has() == has).mean() > 0.99


def test_items_that_all_or_none_got_right_are_flagged():
    answers, *_ = paper(np.random.default_rng(3), persons=200)
    changed = answers.marks.copy()
    changed[:, 0], changed[:, 1] = 1, 0
    found = diagnose(Responses(changed), Needs(ALONE))
    assert {"all_right", "at_bound"} <= set(found.item_flags[0])
    assert {"all_wrong", "at_bound"} <= set(found.item_flags[1])


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (lambda: Needs(np.array([[0, 0], [1, 1]])), "diagnosis_needs_none"),
        (lambda: Needs(np.array([[0, 2]])), "diagnosis_needs"),
        (lambda: Needs(np.array([1, 1])), "diagnosis_needs"),
        (lambda: Needs(np.ones((2, 16))), "diagnosis_skills"),
        (lambda: needs_of([[1, 1]], ["a", "a"]), "diagnosis_names"),
        (lambda: diagnose(Responses(np.ones((2, 3), int)), Needs(ALONE)), "diagnosis_items"),
        (
            lambda: diagnose(Responses(np.ones((2, 7), int)), Needs(ALONE), starts=9),
            "diagnosis_options",
        ),
    ],
)
def test_what_cant_be_diagnosed_is_refused_with_what_to_do(wrong, code):
    with pytest.raises(WrongInput) as refused:
        wrong()
    assert refused.value.code == code


INSIDE = {"guess": (0.25, 0.35), "slip": (0.2, 0.3), "gone": 0.05}  # no chance comes near its bound


def slopes(marks, found, shares):
    """How the log likelihood of each person leans by each chance and share, by differences.

    Shares but the last are free: what one gains, the last loses.
    """

    def of_persons(guess, right, shares):
        return np.array([likelihood([row], ALONE, guess, 1 - right, shares) for row in marks])

    step, columns = 1e-6, []
    for item in range(len(ALONE)):
        for which in (0, 1):
            sides = []
            for sign in (1, -1):
                both = [found.guess.copy(), 1 - found.slip]
                both[which][item] += sign * step
                sides.append(of_persons(*both, shares))
            columns.append((sides[0] - sides[1]) / (2 * step))
    for one in range(len(shares) - 1):
        sides = []
        for sign in (1, -1):
            moved = shares.copy()
            moved[one] += sign * step
            moved[-1] -= sign * step
            sides.append(of_persons(found.guess, 1 - found.slip, moved))
        columns.append((sides[0] - sides[1]) / (2 * step))
    return np.stack(columns, 1)


@pytest.mark.parametrize("prior", ["saturated", "flat"])
def test_scores_and_errors_are_those_of_the_likelihood_by_differences(prior):
    answers, *_ = paper(np.random.default_rng(21), persons=900, **INSIDE)
    found = diagnose(answers, Needs(ALONE), prior=prior, tolerance=1e-9)
    assert not any("at_bound" in flags for flags in found.item_flags)
    shares = np.zeros(8)
    for one, has in zip(found.prior, found.classes.has, strict=True):
        shares[int(has @ [4, 2, 1])] = one
    assert shares.min() > 1e-3  # all of them are parameters
    by_hand = slopes(answers.marks, found, shares)
    whole = by_hand if prior == "saturated" else by_hand[:, :14]
    errors = np.sqrt(np.diag(np.linalg.inv(whole.T @ whole)))[:14]
    assert np.concatenate(found.errors) == pytest.approx(errors, rel=1e-4)

    patterns = steps.patterns_of(answers.scored)
    groups, _, _ = _sorted(Needs(ALONE).table, "dina")
    chances = np.concatenate(found.chances)
    by_class = steps.posterior(patterns.marks, chances[groups.place], found.prior)
    ours = diagnosis_errors._scores(patterns, groups, chances, by_class, slice(None))
    assert ours[patterns.of] == pytest.approx(by_hand[:, :14], rel=1e-4, abs=1e-5)


def test_more_persons_have_errors_that_are_smaller_by_the_root():
    answers, *_ = paper(np.random.default_rng(24), persons=900, **INSIDE)
    one = diagnose(answers, Needs(ALONE), tolerance=1e-9)
    four = diagnose(Responses(np.vstack([answers.marks] * 4)), Needs(ALONE), tolerance=1e-9)
    ratio = np.concatenate(one.errors) / np.concatenate(four.errors)
    assert ratio == pytest.approx(2, rel=1e-3)


def test_intervals_hold_what_made_the_answers():
    inside = []
    for seed in range(40):
        answers, _, guess, slip = paper(
            np.random.default_rng(300 + seed), persons=1200, items=TWICE, gone=0.1
        )
        found = diagnose(answers, Needs(TWICE), starts=1)
        chances, errors = np.stack(found.chances), np.stack(found.errors)
        truth = np.stack([guess, 1 - slip], 1)
        inside.append(np.abs(chances - truth) < 1.96 * errors)
    assert 0.92 < np.mean(inside) < 0.975


def test_errors_are_the_same_taken_in_pieces(monkeypatch):
    answers, *_ = paper(np.random.default_rng(26), persons=900, **INSIDE)
    whole = diagnose(answers, Needs(ALONE))
    monkeypatch.setattr(diagnosis_errors, "CHUNK", 17)
    assert np.concatenate(diagnose(answers, Needs(ALONE)).errors) == pytest.approx(
        np.concatenate(whole.errors), rel=1e-9
    )


def test_a_group_that_nobody_belongs_to_is_empty():
    answers, *_ = paper(np.random.default_rng(24), persons=200)
    patterns = steps.patterns_of(answers.scored)
    groups, classes, _ = _sorted(Needs(ALONE).table, "dina")
    by_class = np.zeros((len(patterns.weight), len(classes.has)))
    by_class[:, int(np.flatnonzero(classes.has.sum(1) == 0)[0])] = 1.0  # nobody has any skill
    chances = np.full(14, 0.5)
    chances[2] = 5e-5
    why = diagnosis_errors.reasons_of(patterns, groups, chances, by_class)
    assert why[0::2] == ["", "at_bound", *[""] * 5]
    assert why[1::2] == ["empty"] * 7
