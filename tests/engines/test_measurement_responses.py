"""What may come through the door of measurement, and what a blank means."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as some

from minsheng.engines.measurement.responses import Responses, of_patterns
from minsheng.lib.errors import WrongInput


@given(some.arrays(np.int8, some.array_shapes(min_dims=2, max_dims=2), elements=st.integers(-2, 1)))
def test_a_blank_is_wrong_or_left_out_and_nothing_else_changes(marks):
    wrong, left_out = Responses(marks, "wrong"), Responses(marks, "left_out")
    assert np.array_equal(wrong.scored, np.where(marks == -2, 0, marks))
    assert np.array_equal(left_out.scored, np.where(marks == -2, -1, marks))
    assert np.array_equal(wrong.marks, marks)
    assert left_out.presented.sum() == (marks >= 0).sum()


def test_a_blank_without_a_word_about_it_is_refused():
    with pytest.raises(WrongInput) as refused:
        Responses(np.array([[1, -2]]))
    assert refused.value.field == "omitted"


@pytest.mark.parametrize("value", [2, -3, 300, 0.5, float("nan"), float("inf")])
def test_the_first_cell_that_cannot_be_used_is_named(value):
    with pytest.raises(WrongInput) as refused:
        Responses(np.array([[1, 0], [1, value]]))
    assert refused.value.facts == {"person": 1, "item": 1}


@pytest.mark.parametrize(
    "marks", [np.zeros((0, 3)), np.zeros(3), np.zeros((2, 0)), np.array([["1"]])]
)
def test_what_is_no_table_of_numbers_is_refused(marks):
    with pytest.raises(WrongInput):
        Responses(marks)


def test_what_was_checked_cannot_change_afterwards():
    marks = np.ones((2, 2), np.int8)
    held = Responses(marks)
    marks[0, 0] = 7
    assert held.scored[0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        held.scored[0, 0] = 0


def test_names_are_one_for_each_and_different():
    assert Responses(np.ones((1, 3))).items == ("1", "2", "3")
    with pytest.raises(WrongInput):
        Responses(np.ones((1, 3)), items=("a", "a", "b"))
    with pytest.raises(WrongInput):
        Responses(np.ones((1, 3)), persons=("a", "b"))


def test_printed_patterns_are_spread_out():
    assert np.array_equal(of_patterns([[1, 0], [0, 1]], [2, 1]).scored, [[1, 0], [1, 0], [0, 1]])
    with pytest.raises(WrongInput):
        of_patterns([[1, 0]], [-1])
