"""Adaptive tests: which item comes next, when a test ends, how often an item is seen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.measurement_data import some_bank

from minsheng.engines.measurement.ability import eap
from minsheng.engines.measurement.adaptive import (
    Rules,
    Table,
    admission,
    next_item,
    simulate,
)
from minsheng.engines.measurement.models import Bank, Population
from minsheng.engines.measurement.responses import Responses
from minsheng.lib.errors import WrongInput

BANK = some_bank(120, 3)


def draw(seed=1):
    return np.random.default_rng(seed)


def test_the_item_with_most_information_at_the_estimate_comes_next():
    table = Table(BANK, rules=Rules(10))
    given, right = (), ()
    for answer in (True, True, False, True):
        item, ability, _ = next_item(table, given, right, generator=draw())
        p = 1 / (1 + np.exp(-BANK.discrimination * (ability - BANK.difficulty)))
        information = p * (1 - p) * BANK.discrimination**2
        information[list(given)] = -1
        assert information[item] > 0.99 * information.max()  # places stand 0.075 apart
        given, right = (*given, item), (*right, answer)
    marks = np.full((1, 120), -1)
    marks[0, list(given)] = right
    wanted = eap(Responses(marks), BANK)
    _, ability, error = next_item(table, given, right, generator=draw())
    assert ability == pytest.approx(wanted.estimate[0], abs=1e-3)
    assert error == pytest.approx(wanted.error[0], abs=1e-3)


@given(st.integers(1, 30), st.integers(1, 12), st.integers(1, 4), st.integers(0, 1_000))
@settings(max_examples=40, deadline=None)
def test_no_item_is_given_twice_and_counts_agree(items, most, among, seed):
    bank = some_bank(items, seed)
    found = simulate(
        bank, draw(seed).normal(size=9), rules=Rules(most, among=among), generator=draw(2)
    )
    for row, answers, number in zip(found.given, found.right, found.items, strict=True):
        seen = row[row >= 0]
        assert len(set(seen.tolist())) == seen.size == number == min(items, most)
        assert (row[number:] == -1).all()
        assert (answers[:number] >= 0).all()
        assert (answers[number:] == -1).all()
    assert found.exposure.sum() * 9 == pytest.approx(found.items.sum())
    assert found.short == (9 if most > items else 0)


def test_estimates_are_the_eap_of_what_was_answered_and_find_the_truth():
    truth = draw(4).normal(size=3_000)
    found = simulate(BANK, truth, rules=Rules(20), generator=draw(5))
    marks = np.full((3_000, 120), -1)
    np.put_along_axis(marks, found.given.astype(int), found.right, axis=1)
    wanted = eap(Responses(marks), BANK)
    assert found.estimate == pytest.approx(wanted.estimate, abs=5e-3)
    assert found.error == pytest.approx(wanted.error, abs=5e-3)
    rmse = np.sqrt(np.mean((found.estimate - truth) ** 2))
    assert rmse == pytest.approx(found.error.mean(), rel=0.05)
    by_chance = simulate(BANK, truth, rules=Rules(20, among=120), generator=draw(5))
    assert found.error.mean() < 0.85 * by_chance.error.mean()


def test_a_test_ends_when_the_error_is_small_enough_but_not_before_its_least_length():
    truth = draw(4).normal(size=500)
    rules = Rules(40, least_items=8, error_enough=0.35)
    found = simulate(BANK, truth, rules=rules, generator=draw(5))
    early = found.items < 40
    assert (found.items >= 8).all()
    assert early.any()
    assert (found.error[early] <= 0.35).all()
    table = Table(BANK, rules=rules)
    given, right = found.given[0], found.right[0]
    number = int(found.items[0])
    stopped, _, error = next_item(
        table, tuple(given[:number].tolist()), tuple(right[:number] == 1), generator=draw()
    )
    assert stopped is None
    assert error == pytest.approx(found.error[0])


def test_every_area_has_its_share_to_within_an_item():
    areas = tuple("abc"[n % 3] for n in range(120))
    rules = Rules(20, shares={"a": 0.5, "b": 0.3, "c": 0.2})
    found = simulate(BANK, draw(1).normal(size=200), rules=rules, generator=draw(2), areas=areas)
    which = np.array([ord(area) - ord("a") for area in areas])[found.given]
    for number, wanted in enumerate((10, 6, 4)):
        assert np.abs((which == number).sum(axis=1) - wanted).max() <= 1


def test_choosing_among_the_best_spreads_exposure_and_costs_little():
    truth = draw(1).normal(size=2_000)
    best = simulate(BANK, truth, rules=Rules(15), generator=draw(2))
    spread = simulate(BANK, truth, rules=Rules(15, among=6), generator=draw(2))
    assert best.exposure.max() == 1.0  # all begin with the same item
    assert spread.exposure.max() < 0.8
    assert spread.error.mean() < 1.05 * best.error.mean()


def test_exposure_stays_where_sympson_and_hetter_hold_it_with_other_pupils_too():
    rules = Rules(12)
    chances = admission(
        BANK,
        draw(1).normal(size=2_000),
        rules=rules,
        most_exposed=0.3,
        generator=draw(2),
        rounds=10,
    )
    held = simulate(
        BANK, draw(7).normal(size=2_000), rules=Rules(12, admitted=chances), generator=draw(8)
    )
    assert held.exposure.max() < 0.36
    assert held.short == 0
    assert (held.items == 12).all()
    with pytest.raises(WrongInput):
        admission(BANK, [0.0], rules=Rules(40), most_exposed=0.3, generator=draw())


def test_the_same_generator_gives_the_same_tests():
    one, other = (
        simulate(BANK, [0.0, 1.0], rules=Rules(9, among=3), generator=draw(3)) for _ in "ab"
    )
    assert (one.given == other.given).all()


def test_the_prior_is_the_population_of_the_pupils():
    prior = Population(2.0, 0.5)
    found = simulate(BANK, [2.0], rules=Rules(1), generator=draw(), population=prior)
    assert abs(found.estimate[0] - 2.0) < 0.5


def test_items_that_discriminate_the_other_way_are_used_rightly():
    bank = Bank(-BANK.discrimination, BANK.difficulty)
    truth = draw(4).normal(size=500)
    found = simulate(bank, truth, rules=Rules(20), generator=draw(5))
    assert np.corrcoef(found.estimate, truth)[0, 1] > 0.93


@pytest.mark.parametrize(
    "rules",
    [
        {"most_items": 0},
        {"most_items": 3, "least_items": 4},
        {"most_items": 3, "among": 0},
        {"most_items": 3, "shares": {"a": 0.5}},
        {"most_items": 3, "admitted": (0.0,)},
        {"most_items": 3, "error_enough": -1},
    ],
)
def test_rules_that_cannot_be_are_refused(rules):
    with pytest.raises(WrongInput):
        Rules(**rules)


def test_areas_and_chances_fit_the_bank_or_are_refused():
    for rules in (Rules(3, shares={"a": 1.0}), Rules(3, admitted=(0.5,))):
        with pytest.raises(WrongInput):
            simulate(BANK, [0.0], rules=rules, generator=draw())
    with pytest.raises(WrongInput):
        simulate(BANK, [np.nan], rules=Rules(3), generator=draw())
