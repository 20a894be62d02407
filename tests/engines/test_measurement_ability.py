"""Abilities: against sums written out, known truth, and what must hold for any answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar
from tests.engines.measurement_data import some_bank

from minsheng.engines.measurement.ability import (
    FINE,
    NO_ANSWERS,
    NO_MAXIMUM,
    eap,
    ml,
    plausible_values,
    wle,
)
from minsheng.engines.measurement.irt import simulated
from minsheng.engines.measurement.models import Bank, Population
from minsheng.engines.measurement.responses import Responses
from minsheng.lib.errors import WrongInput


def log_likelihood(theta, marks, bank):
    logit = bank.discrimination * (theta - bank.difficulty)
    return -float(np.logaddexp(0, np.where(marks == 1, -logit, logit))[marks >= 0].sum())


def information(theta, marks, bank):
    p = 1 / (1 + np.exp(-bank.discrimination * (theta - bank.difficulty)))
    return float((bank.discrimination**2 * p * (1 - p))[marks >= 0].sum())


def some_answers(seed, persons=20, items=15):
    draw = np.random.default_rng(seed)
    bank = Bank(
        draw.lognormal(0, 0.4, items) * draw.choice([1, 1, 1, -1], items), draw.normal(size=items)
    )
    marks = draw.integers(-1, 2, (persons, items))
    marks[0], marks[1], marks[2] = 1, 0, -1
    return bank, marks


@pytest.mark.parametrize("seed", range(3))
def test_each_estimate_is_what_its_definition_says(seed):
    bank, marks = some_answers(seed)
    found = {way.__name__: way(Responses(marks), bank) for way in (eap, wle, ml)}
    theta = np.linspace(-9, 9, 2_001)
    for person, row in enumerate(marks):
        log = np.array([log_likelihood(t, row, bank) for t in theta])
        posterior = np.exp(log - theta**2 / 2 - log.max())
        posterior /= posterior.sum()
        mean = posterior @ theta
        assert found["eap"].estimate[person] == pytest.approx(mean, abs=1e-5)
        sd = np.sqrt(posterior @ (theta - mean) ** 2)
        assert found["eap"].error[person] == pytest.approx(sd, abs=1e-5)
        if found["ml"].state[person] == FINE:
            best = minimize_scalar(
                lambda t, row=row: -log_likelihood(t, row, bank), bounds=(-30, 30), method="bounded"
            )
            assert found["ml"].estimate[person] == pytest.approx(best.x, abs=1e-3)
        if found["wle"].state[person] == FINE:
            weighted = minimize_scalar(
                lambda t, row=row: (
                    -log_likelihood(t, row, bank) - 0.5 * np.log(information(t, row, bank))
                ),
                bounds=(found["wle"].estimate[person] - 2, found["wle"].estimate[person] + 2),
                method="bounded",
            )
            assert found["wle"].estimate[person] == pytest.approx(weighted.x, abs=1e-3)
            error = 1 / np.sqrt(information(found["wle"].estimate[person], row, bank))
            assert found["wle"].error[person] == pytest.approx(error)


def test_no_answers_and_no_maximum_are_said():
    bank = some_bank(10, 1)
    marks = np.array([[1] * 10, [0] * 10, [-1] * 10, [1, 0] * 5])
    found = ml(Responses(marks), bank)
    assert found.state.tolist() == [NO_MAXIMUM, NO_MAXIMUM, NO_ANSWERS, FINE]
    assert np.isnan(found.estimate[:3]).all()
    warm = wle(Responses(marks), bank)
    assert warm.state.tolist() == [FINE, FINE, NO_ANSWERS, FINE]
    assert warm.estimate[0] > 2
    prior = eap(Responses(marks), bank, population=Population(0.5, 2.0))
    assert prior.state.tolist() == [FINE, FINE, NO_ANSWERS, FINE]
    assert (prior.estimate[2], prior.error[2]) == pytest.approx((0.5, 2.0), abs=1e-4)
    assert prior.answered.tolist() == [10, 10, 0, 10]


@given(st.integers(0, 10_000), st.integers(0, 14))
@settings(max_examples=30, deadline=None)
def test_one_more_right_answer_never_lowers_an_ability(seed, item):
    draw = np.random.default_rng(seed)
    bank = Bank(draw.lognormal(0, 0.4, 15), draw.normal(size=15))
    marks = draw.integers(0, 2, (2, 15))
    marks[1] = marks[0]
    marks[0, item], marks[1, item] = 0, 1
    for way in (eap, wle):
        less, more = way(Responses(marks), bank).estimate
        assert more > less


def test_items_are_matched_by_name_and_others_left_out():
    bank = some_bank(6, 3)
    marks = np.random.default_rng(1).integers(0, 2, (20, 6))
    one = wle(Responses(marks), bank)
    turned = wle(Responses(marks[:, ::-1], items=tuple("654321")), bank)
    assert turned.estimate == pytest.approx(one.estimate)
    booklets = np.where(np.arange(6) == np.arange(20)[:, None] % 6, -1, marks)
    some = Bank(bank.discrimination[::2], bank.difficulty[::2], bank.items[::2])
    fewer = eap(Responses(booklets), some)  # columns chosen from a table with booklets
    assert fewer.answered.tolist() == (booklets[:, ::2] >= 0).sum(axis=1).tolist()
    more = Responses(np.hstack([marks, marks[:, :1]]), items=(*"123456", "new"))
    assert wle(more, bank).left_out == ("new",)
    assert wle(more, bank).estimate == pytest.approx(one.estimate)
    with pytest.raises(WrongInput):
        eap(Responses(marks, items=tuple("abcdef")), bank)


def test_truth_is_found_again_with_errors_that_hold():
    bank = some_bank(40, 5)
    draw = np.random.default_rng(6)
    truth = draw.normal(0.5, 1.2, 4_000)
    marks = Responses(simulated(bank, truth, generator=draw))
    population = Population(0.5, 1.2)
    mean = eap(marks, bank, population=population)
    warm = wle(marks, bank)
    for found in (mean, warm):
        inside = np.abs(found.estimate - truth) < 1.96 * found.error
        assert 0.93 < inside.mean() < 0.97
        assert abs(np.mean(found.estimate - truth)) < 0.02
        assert 0.85 < found.reliability < 0.95
    drawn = plausible_values(marks, bank, draws=4, generator=draw, population=population)
    assert drawn.shape == (4_000, 4)
    assert drawn.mean() == pytest.approx(0.5, abs=0.05)
    assert drawn.std() == pytest.approx(1.2, abs=0.03)  # EAP's is smaller, WLE's larger
    assert mean.estimate.std() < 1.17
    within = drawn.std(axis=1, ddof=1)
    assert np.sqrt(np.mean(within**2)) == pytest.approx(np.sqrt(np.mean(mean.error**2)), rel=0.02)


def test_plausible_values_repeat_with_their_generator_and_want_a_draw():
    bank, marks = some_bank(5, 1), Responses(np.eye(5, dtype=int))
    first, again = (
        plausible_values(marks, bank, draws=2, generator=np.random.default_rng(9)) for _ in "ab"
    )
    assert (first == again).all()
    with pytest.raises(WrongInput):
        plausible_values(marks, bank, draws=0, generator=np.random.default_rng(9))


@pytest.mark.parametrize(
    ("a", "b"), [([1, np.nan], [0, 0]), ([1, 0], [0, 0]), ([1], [0, 0]), ([1, 1], [0, np.inf])]
)
def test_a_bank_takes_only_items_that_can_be_used(a, b):
    with pytest.raises(WrongInput):
        Bank(a, b)
