"""Two scales made one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.measurement_data import answers, some_bank

from minsheng.engines.measurement.irt import fit_2pl
from minsheng.engines.measurement.linking import stocking_lord
from minsheng.engines.measurement.models import Bank
from minsheng.engines.measurement.responses import Responses
from minsheng.lib.errors import WrongInput


def on_another_scale(bank: Bank, slope: float, intercept: float) -> Bank:
    return Bank(bank.discrimination * slope, (bank.difficulty - intercept) / slope, bank.items)


@given(st.floats(0.4, 2.5), st.floats(-2, 2), st.integers(0, 1_000))
@settings(max_examples=40, deadline=None)
def test_a_scale_that_was_only_moved_is_moved_back_exactly(slope, intercept, seed):
    old = some_bank(8, seed)
    link = stocking_lord(on_another_scale(old, slope, intercept), old)
    assert (link.slope, link.intercept) == pytest.approx((slope, intercept), abs=1e-5)
    back = link.moved(on_another_scale(old, slope, intercept))
    assert back.discrimination == pytest.approx(old.discrimination, abs=1e-4)
    assert back.difficulty == pytest.approx(old.difficulty, abs=1e-4)
    assert link.ability(np.array([0.0, 1.0])) == pytest.approx(
        [intercept, slope + intercept], abs=1e-4
    )
    assert link.loss < 1e-5
    assert link.suspects() == ()


def test_a_stronger_year_is_brought_onto_the_scale_of_the_year_before():
    """Both ways: Stocking-Lord after a free calibration, and calibrating beside fixed anchors."""
    bank = some_bank(40, 2)
    first, second = bank.only(bank.items[:25]), bank.only(bank.items[15:])
    old = fit_2pl(Responses(answers(first, 8_000, 3), items=first.items)).bank
    later = Responses(answers(second, 8_000, 4, mean=0.7, sd=1.3), items=second.items)
    link = stocking_lord(fit_2pl(later).bank, old)
    assert link.slope == pytest.approx(1.3, abs=0.08)
    assert link.intercept == pytest.approx(0.7, abs=0.08)
    assert link.common == bank.items[15:25]
    fixed = fit_2pl(later, anchors=old)
    assert fixed.population.sd == pytest.approx(link.slope, abs=0.05)
    assert fixed.population.mean == pytest.approx(link.intercept, abs=0.05)
    moved = link.moved(fit_2pl(later).bank)
    assert moved.difficulty[10:] == pytest.approx(fixed.difficulty[10:], abs=0.1)


def test_an_item_that_has_changed_is_named():
    old = some_bank(12, 5)
    harder = old.difficulty.copy()
    harder[3] += 1.2
    link = stocking_lord(Bank(old.discrimination, harder, old.items), old)
    assert link.suspects() == ("4",)


def test_one_common_item_is_no_link_and_equal_difficulties_are_no_obstacle():
    with pytest.raises(WrongInput):
        stocking_lord(some_bank(3, 1), Bank([1.0], [0.0], ("3",)))
    same = Bank([1.0, 1.0], [0.5, 0.5])
    link = stocking_lord(on_another_scale(same, 2.0, 0.5), same)
    assert (link.slope, link.intercept) == pytest.approx((2.0, 0.5), abs=1e-4)
