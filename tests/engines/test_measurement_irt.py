"""Rasch and 2PL: against mirt's published estimates, a general optimiser, and known truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from tests.engines.measurement_data import (
    LSAT7_PATTERNS,
    LSAT7_TIMES,
    answers,
    lsat7,
    some_bank,
)

from minsheng.engines.measurement import binned
from minsheng.engines.measurement.expectation import (
    Binned,
    Exactly,
    Nodes,
    booklets_of,
    expected,
)
from minsheng.engines.measurement.irt import fit_2pl, fit_rasch
from minsheng.engines.measurement.models import Bank, Priors
from minsheng.engines.measurement.responses import Responses
from minsheng.lib.errors import WrongInput

THETA = np.linspace(-8, 8, 161)
WEIGHT = np.exp(-(THETA**2) / 2) / np.exp(-(THETA**2) / 2).sum()


def minus_log_likelihood(values, patterns, times, weight=WEIGHT):
    """The marginal likelihood written out, person by person, -1 skipped."""
    a, d = np.split(values, 2)
    p = 1 / (1 + np.exp(-(np.multiply.outer(a, THETA) + d[:, None])))
    each = (patterns == 1) @ np.log(p) + (patterns == 0) @ np.log(1 - p)
    return -times @ np.log(np.exp(each) @ weight)


MIRT_A = np.array([0.988, 1.081, 1.706, 0.7651, 0.7358])
MIRT_D = np.array([1.8561, 0.808, 1.8043, 0.486, 1.8545])
"""What mirt prints for LSAT7 with its own settings: 61 nodes from -6 to 6, EM until nothing moves by 1e-4."""


def em_as_mirt(*, tolerance: float, nodes: int = 61) -> tuple[np.ndarray, np.ndarray]:
    """Plain EM from a = 1, d = 0, without our kernels: slopes and intercepts where it stops."""
    line = np.linspace(-6, 6, nodes)
    weight = np.exp(-0.5 * line**2)
    a, d = np.ones(5), np.zeros(5)
    for _ in range(500):
        right = 1 / (1 + np.exp(-(np.outer(a, line) + d[:, None])))
        chance = np.exp(LSAT7_PATTERNS @ np.log(right) + (1 - LSAT7_PATTERNS) @ np.log(1 - right))
        posterior = chance * weight
        posterior /= posterior.sum(1, keepdims=True)
        persons = LSAT7_TIMES @ posterior
        scores = (LSAT7_TIMES[:, None] * LSAT7_PATTERNS).T @ posterior
        before = np.concatenate([a, d])
        for item in range(5):
            for _ in range(20):
                p = 1 / (1 + np.exp(-(a[item] * line + d[item])))
                away, w = scores[item] - persons * p, persons * p * (1 - p)
                inner = [[w @ line**2, w @ line], [w @ line, w.sum()]]
                move = np.linalg.solve(inner, [away @ line, away.sum()])
                a[item], d[item] = a[item] + move[0], d[item] + move[1]
        if np.abs(np.concatenate([a, d]) - before).max() < tolerance:
            return a, d
    raise AssertionError("EM doesn't settle")


def test_with_mirt_s_settings_lsat7_is_what_mirt_publishes_to_the_last_thousandth():
    """Its slope of item 3, 1.706, is where EM stops; the maximum is at 1.7075, where ours goes."""
    a, d = em_as_mirt(tolerance=1e-4)
    assert a == pytest.approx(MIRT_A, abs=1e-3)
    assert d == pytest.approx(MIRT_D, abs=1e-3)
    fit = fit_2pl(lsat7())
    assert fit.discrimination[2] - a[2] > 3e-4  # stopped on its way, and not short of nodes:
    for nodes in (61, 241):
        end_a, end_d = em_as_mirt(tolerance=1e-7, nodes=nodes)
        assert end_a == pytest.approx(fit.discrimination, abs=1e-4)
        assert end_d == pytest.approx(fit.intercept, abs=1e-4)


def test_lsat7_is_what_mirt_publishes():
    """At the maximum; mirt stops at 1e-4 of an EM step, its slope of item 3 0.0015 before it: see above."""
    fit = fit_2pl(lsat7())
    assert fit.log_likelihood == pytest.approx(-2658.805, abs=1e-3)
    assert fit.intercept == pytest.approx(MIRT_D, abs=1e-3)
    assert np.delete(fit.discrimination, 2) == pytest.approx(np.delete(MIRT_A, 2), abs=1e-3)
    assert fit.discrimination[2] == pytest.approx(1.706, abs=2e-3)
    theirs = -minus_log_likelihood(np.concatenate([MIRT_A, MIRT_D]), LSAT7_PATTERNS, LSAT7_TIMES)
    assert fit.log_likelihood > theirs


def test_lsat7_is_the_maximum_a_general_optimiser_finds_with_the_errors_of_its_hessian():
    fit = fit_2pl(lsat7(), tolerance=1e-6)
    best = minimize(
        minus_log_likelihood,
        np.ones(10),
        args=(LSAT7_PATTERNS, LSAT7_TIMES),
        method="BFGS",
        options={"gtol": 1e-5},
    )
    ours = np.concatenate([fit.discrimination, fit.intercept])
    assert ours == pytest.approx(best.x, abs=2e-5)
    assert fit.log_likelihood == pytest.approx(-best.fun, abs=1e-6)
    errors = np.concatenate([fit.discrimination_error, fit.intercept_error])
    hessian = numerical_hessian(ours, minus_log_likelihood, LSAT7_PATTERNS, LSAT7_TIMES)
    assert errors == pytest.approx(np.sqrt(np.diag(np.linalg.inv(hessian))), rel=1e-3)


def numerical_hessian(at, minus, *facts, step=1e-3):
    size = at.size
    whole = np.zeros((size, size))
    for i in range(size):
        for j in range(i, size):
            total = 0.0
            for si, sj in ((1, 1), (1, -1), (-1, 1), (-1, -1)):
                moved = at.copy()
                moved[i] += si * step
                moved[j] += sj * step
                total += si * sj * minus(moved, *facts)
            whole[i, j] = whole[j, i] = total / (4 * step**2)
    return whole


@pytest.mark.parametrize("blank", [0.0, 0.3])
def test_errors_are_those_of_the_hessian_with_missing_answers_too(blank):
    marks = answers(some_bank(4, 5), 800, 6)
    if blank:
        marks = np.where(np.random.default_rng(7).random(marks.shape) < blank, -1, marks)
        marks = marks[(marks >= 0).any(axis=1)]
    fit = fit_2pl(Responses(marks), tolerance=1e-7)
    ours = np.concatenate([fit.discrimination, fit.intercept])
    hessian = numerical_hessian(ours, minus_log_likelihood, marks, np.ones(len(marks)))
    errors = np.concatenate([fit.discrimination_error, fit.intercept_error])
    assert errors == pytest.approx(np.sqrt(np.diag(np.linalg.inv(hessian))), rel=2e-3)
    assert fit.log_likelihood == pytest.approx(
        -minus_log_likelihood(ours, marks, np.ones(len(marks))), abs=1e-6
    )


def test_rasch_by_scores_is_the_maximum_a_general_optimiser_finds():
    fit = fit_rasch(lsat7())

    def minus(values):
        a = np.full(5, np.exp(values[5]))
        return minus_log_likelihood(np.append(a, values[:5]), LSAT7_PATTERNS, LSAT7_TIMES)

    best = minimize(minus, np.zeros(6), method="BFGS", options={"gtol": 1e-5})
    assert -fit.difficulty == pytest.approx(best.x[:5], abs=2e-5)
    assert fit.population.sd == pytest.approx(np.exp(best.x[5]), abs=2e-5)
    assert fit.log_likelihood == pytest.approx(-best.fun, abs=1e-6)
    errors = np.sqrt(np.diag(np.linalg.inv(numerical_hessian(best.x, minus))))
    assert fit.difficulty_error == pytest.approx(errors[:5], rel=1e-3)
    assert fit.sd_error == pytest.approx(errors[5] * fit.population.sd, rel=1e-3)
    assert (fit.discrimination == 1).all()
    assert fit.free == 6


def booklets(marks, number, size, seed):
    draw = np.random.default_rng(seed)
    masks = np.array([draw.permutation(marks.shape[1]) < size for _ in range(number)])
    return np.where(masks[np.arange(len(marks)) % number], marks, -1)


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("loop", ["binned", "numpy"])
def test_bins_give_what_every_person_alone_gives(loop, number):
    marks = answers(some_bank(24, 1), 5_000, 2)
    if number > 1:
        marks = booklets(marks, number, 16, 3)
    responses = Responses(marks)
    by_bins = fit_2pl(responses, method=loop)
    exact = fit_2pl(responses, method="exact")
    assert (by_bins.method, exact.method) == ("binned", "exactly")
    for name in ("discrimination", "difficulty"):
        wanted = pytest.approx(getattr(exact, name), abs=1e-5, nan_ok=True)
        assert getattr(by_bins, name) == wanted
        wanted = pytest.approx(getattr(exact, f"{name}_error"), rel=1e-4, nan_ok=True)
        assert getattr(by_bins, f"{name}_error") == wanted
    assert by_bins.log_likelihood == pytest.approx(exact.log_likelihood, abs=0.01)


@given(st.data())
@settings(max_examples=15, deadline=None)
def test_one_e_step_is_the_same_by_bins_compiled_or_not_and_exactly(data):
    """Whatever the slopes' signs, the booklets, and how few the persons."""
    items = data.draw(st.integers(1, 12))
    persons = data.draw(st.integers(1, 40))
    draw = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    scored = draw.integers(-1, 2, (persons, items)).astype(np.int8)
    slopes, intercepts = draw.normal(0, 1.5, items), draw.normal(0, 1.5, items)
    nodes = Nodes(THETA, np.log(WEIGHT))
    masks, which = booklets_of(scored)
    ways = [Exactly(scored, masks, which)]
    ways += [Binned(scored, masks, which, compiled=by) for by in (False, True)]
    exact, plain, fast = (expected(way, slopes, intercepts, nodes) for way in ways)
    for name in ("right", "answers", "persons", "log_likelihood"):
        assert getattr(plain, name) == pytest.approx(getattr(fast, name), abs=1e-9)
        assert getattr(plain, name) == pytest.approx(getattr(exact, name), abs=1e-2)
    assert exact.persons.sum() == pytest.approx(persons)
    assert exact.right.sum(axis=1) == pytest.approx((scored == 1).sum(axis=0))
    assert exact.answers.sum(axis=1) == pytest.approx((scored >= 0).sum(axis=0))


def test_without_numba_everything_still_works(monkeypatch):
    marks = Responses(answers(some_bank(20, 4), 3_000, 5))
    with_numba = fit_2pl(marks, method="binned")
    monkeypatch.setattr(binned, "compiled", lambda: None)
    without = fit_2pl(marks, method="binned")
    assert without.discrimination == pytest.approx(with_numba.discrimination, abs=1e-8)


def test_numba_missing_is_no_error(monkeypatch):
    binned.compiled.cache_clear()
    monkeypatch.setattr(binned, "has_compiler", lambda: False)
    assert binned.compiled() is None
    binned.compiled.cache_clear()


@given(st.integers(0, 1_000), st.sampled_from([3, 64, 65, 90]))
@settings(max_examples=30, deadline=None)
def test_booklets_say_what_each_person_was_presented(seed, items):
    scored = np.random.default_rng(seed).integers(-1, 2, (12, items)).astype(np.int8)
    scored[6:] = scored[:6]
    masks, which = booklets_of(scored)
    assert (masks[which] == (scored >= 0)).all()
    assert len(masks) <= 6


def test_the_order_of_persons_and_items_changes_nothing():
    marks = answers(some_bank(15, 8), 2_000, 9)
    draw = np.random.default_rng(0)
    order = draw.permutation(15)
    one = fit_2pl(Responses(marks))
    other = fit_2pl(Responses(marks[draw.permutation(2_000)][:, order]))
    assert other.difficulty == pytest.approx(one.difficulty[order], abs=1e-5)


def test_an_item_turned_round_is_mirrored():
    marks = answers(some_bank(15, 8), 4_000, 9)
    one = fit_2pl(Responses(marks), tolerance=1e-6)
    marks[:, 3] = 1 - marks[:, 3]
    for method in ("exact", "binned"):
        turned = fit_2pl(Responses(marks), method=method, tolerance=1e-6)
        assert turned.discrimination[3] == pytest.approx(-one.discrimination[3], abs=2e-5)
        assert turned.difficulty == pytest.approx(one.difficulty, abs=1e-4)
        assert turned.flags[3] == ("negative",)


def coverage(rounds, persons=10_000, items=50):
    inside, error = [], []
    for number in range(rounds):
        bank = some_bank(items, 1_000 + number)
        fit = fit_2pl(Responses(answers(bank, persons, 2_000 + number)))
        assert fit.converged
        assert not fit.warnings
        a, b = fit.discrimination - bank.discrimination, fit.difficulty - bank.difficulty
        inside.append(
            [
                np.mean(np.abs(a) < 1.96 * fit.discrimination_error),
                np.mean(np.abs(b) < 1.96 * fit.difficulty_error),
            ]
        )
        error.append([np.sqrt(np.mean(a**2)), np.sqrt(np.mean(b**2))])
    return np.mean(inside, axis=0), np.mean(error, axis=0)


def test_truth_is_found_again_and_lies_within_the_intervals():
    inside, error = coverage(12, persons=3_000, items=40)
    assert (inside > 0.92).all()
    assert (inside < 0.98).all()
    assert (error < [0.085, 0.075]).all()


@pytest.mark.long
def test_intervals_of_95_percent_hold_the_truth_in_93_to_97_of_100():
    inside, error = coverage(200)
    assert (inside > 0.93).all()
    assert (inside < 0.97).all()
    assert (error < [0.045, 0.045]).all()


def test_every_objective_of_the_trace_is_at_most_the_one_reached():
    fit = fit_2pl(Responses(answers(some_bank(20, 2), 1_500, 3)))
    assert fit.converged
    assert max(step.objective for step in fit.trace) <= fit.log_likelihood + 1e-6
    assert fit.trace[-1].moved < fit.trace[0].moved


def test_a_search_that_was_cut_short_says_so():
    fit = fit_2pl(lsat7(), evaluations=4)
    assert not fit.converged
    assert "not_converged" in fit.warnings


def test_anchors_keep_their_parameters_and_give_the_population():
    bank = some_bank(30, 11)
    marks = Responses(answers(bank, 20_000, 12, mean=0.6, sd=1.4), items=bank.items)
    fit = fit_2pl(marks, anchors=bank.only(bank.items[:10]))
    assert fit.population.mean == pytest.approx(0.6, abs=4 * fit.mean_error)
    assert fit.population.sd == pytest.approx(1.4, abs=4 * fit.sd_error)
    assert 0.005 < fit.mean_error < 0.03
    assert (fit.discrimination[:10] == bank.discrimination[:10]).all()
    assert (fit.discrimination_error[:10] == 0).all()
    assert np.abs(fit.difficulty - bank.difficulty).max() < 0.15


def test_rasch_with_anchors_moves_the_mean():
    bank = Bank(np.ones(12), np.linspace(-1.5, 1.5, 12))
    marks = Responses(answers(bank, 10_000, 1, mean=-0.4, sd=0.8))
    fit = fit_rasch(marks, anchors=bank.only(("2", "7", "11")))
    assert fit.population.mean == pytest.approx(-0.4, abs=4 * fit.mean_error)
    assert fit.population.sd == pytest.approx(0.8, abs=4 * fit.sd_error)
    assert np.abs(fit.difficulty - bank.difficulty).max() < 0.15
    with pytest.raises(WrongInput):
        fit_rasch(marks, anchors=some_bank(3, 1))
    with pytest.raises(WrongInput):
        fit_rasch(marks, anchors=Bank([1.0], [0.0], ("elsewhere",)))


@pytest.mark.parametrize("sd", [0.05, 0.3, 3.0])
def test_rasch_follows_a_narrow_or_a_wide_population(sd):
    bank = Bank(np.ones(20), np.linspace(-2, 2, 20))
    fit = fit_rasch(Responses(answers(bank, 20_000, 3, sd=sd)))
    assert fit.population.sd == pytest.approx(sd, abs=max(0.03, 5 * fit.sd_error))


def test_items_that_cannot_be_calibrated_are_left_out_and_say_why():
    marks = answers(some_bank(8, 1), 500, 2).astype(int)
    marks[:, 1], marks[:, 4], marks[:, 6] = 1, 0, -1
    marks[25:, 7] = -1
    marks[9] = -1
    fit = fit_2pl(Responses(marks))
    assert [fit.flags[n] for n in (0, 1, 4, 6)] == [
        (),
        ("all_right",),
        ("all_wrong",),
        ("not_answered",),
    ]
    assert "few" in fit.flags[7]
    assert np.isnan(fit.difficulty[[1, 4, 6]]).all()
    assert np.isfinite(fit.difficulty[[0, 2, 3, 5]]).all()
    assert fit.warnings == ("no_answers",)
    assert fit.persons == 499
    assert fit.bank.items[:3] == ("1", "3", "4")


def test_an_item_that_separates_persons_perfectly_is_flagged_at_its_bound():
    marks = answers(Bank(np.full(30, 2.5), np.zeros(30)), 300, 5)
    marks[:, 0] = marks[:, 1:].sum(axis=1) > 14
    fit = fit_2pl(Responses(marks))
    assert "at_bound" in fit.flags[0]
    assert np.isnan(fit.discrimination_error[0])
    assert np.isfinite(fit.discrimination_error[1:]).all()
    with_priors = fit_2pl(Responses(marks), priors=Priors())
    assert with_priors.flags[0] == ()
    assert with_priors.priors == Priors()
    assert fit.priors is None


def test_priors_pull_estimates_of_few_persons_towards_them():
    marks = Responses(answers(some_bank(20, 21), 60, 22))
    free, pulled = fit_2pl(marks), fit_2pl(marks, priors=Priors(discrimination_sd=0.2))
    assert np.std(pulled.discrimination) < np.std(free.discrimination)
    assert pulled.log_likelihood < free.log_likelihood


@pytest.mark.parametrize(
    ("marks", "code"),
    [
        (np.array([[1, 0, 1, 0]]), "fit_persons"),
        (np.full((5, 4), -1), "fit_persons"),
        (np.ones((5, 4)), "fit_items"),
        (np.array([[1, 0], [0, 1], [1, 1]]), "fit_items"),
    ],
)
def test_nothing_to_calibrate_is_said_in_two_languages(marks, code):
    with pytest.raises(WrongInput) as refused:
        fit_2pl(Responses(marks))
    assert refused.value.code == code
    assert refused.value.zh
    assert refused.value.en


@given(st.integers(2, 12), st.integers(3, 6), st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_small_tables_of_any_kind_are_fitted_or_refused_never_silently_nan(persons, items, seed):
    marks = np.random.default_rng(seed).integers(-1, 2, (persons, items))
    try:
        fit = fit_2pl(Responses(marks), evaluations=150)
    except WrongInput:
        return
    for at in range(items):
        estimates = fit.discrimination[at], fit.difficulty[at], fit.difficulty_error[at]
        if not np.isfinite(estimates).all():
            assert fit.flags[at]
