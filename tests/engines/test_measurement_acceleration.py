"""A slow fixed point, reached in few steps, and never at a worse place than plain steps reach."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from minsheng.engines.measurement.acceleration import squarem

WIDE = np.full(3, 100.0)


@given(st.floats(0.5, 0.99), st.integers(0, 1_000))
@settings(max_examples=40, deadline=None)
def test_a_linear_map_is_solved_in_a_few_steps_to_within_the_tolerance(rate, seed):
    goal = np.random.default_rng(seed).normal(size=3)

    def em(at):
        return goal + rate * (at - goal), -float(((at - goal) ** 2).sum())

    found = squarem(em, np.zeros(3), bound=WIDE, tolerance=1e-6, evaluations=60)
    assert found.converged
    assert found.at == pytest.approx(goal, abs=1e-5)
    assert len(found.trace) <= 8  # plain steps need hundreds at 0.99


def test_slow_and_quick_directions_together_still_end_where_they_should():
    goal, rates = np.array([1.0, -2.0, 0.5]), np.array([0.98, 0.7, 0.1])

    def em(at):
        return goal + rates * (at - goal), -float(((at - goal) ** 2).sum())

    found = squarem(em, np.zeros(3), bound=WIDE, tolerance=1e-5, evaluations=500)
    assert found.converged
    assert found.at == pytest.approx(goal, abs=1e-3)


def test_a_jump_to_a_worse_place_is_taken_back():
    """Steps almost equal say nothing of how far it is; a jump lands where the map would stay for ever."""

    def em(at):
        x = float(at[0])
        there = x if x > 3 else x + 0.1 * min(1 - 1e-4 * x, (1 - x) / 0.2)
        return np.array([there]), -abs(x - 1)

    found = squarem(em, np.zeros(1), bound=WIDE[:1], tolerance=1e-6, evaluations=400)
    assert found.converged
    assert found.at[0] == pytest.approx(1, abs=1e-5)


def test_a_jump_stays_within_its_bound():
    seen = []

    def em(at):
        seen.append(float(at[0]))
        return at + 0.9 ** len(seen), 0.0

    squarem(em, np.array([0.0]), bound=np.array([4.0]), tolerance=1e-9, evaluations=9)
    assert max(seen) <= 6.0  # plain steps from the bound, never from beyond it


def test_without_enough_evaluations_it_says_so():
    found = squarem(lambda at: (at / 2, 0.0), np.ones(3), bound=WIDE, tolerance=1e-9, evaluations=2)
    assert not found.converged
    assert found.trace == ()
