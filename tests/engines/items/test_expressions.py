"""Expressions are compared as sympy does, by a reader that can neither be fooled nor hang."""

from __future__ import annotations

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from minsheng.engines.items.expressions import (
    UnreadableError,
    is_reduced,
    length,
    read_expression,
    same_equation,
    same_value,
)


def same(one: str, other: str) -> bool:
    return same_value(read_expression(one).sides[0], read_expression(other).sides[0])


LEAVES = st.integers(0, 12).map(str) | st.sampled_from(["a", "b", "1.5"])
TEXTS = st.recursive(
    LEAVES,
    lambda inner: (
        st.tuples(inner, st.sampled_from(["+", "-", "*"]), inner).map(
            lambda three: f"({three[0]}{three[1]}{three[2]})"
        )
        | inner.map(lambda one: f"({one})^2")
    ),
    max_leaves=5,
)


def by_sympy(text: str) -> sympy.Expr:
    """The same text by sympy's own reader: safe here, for the test wrote the text."""
    return sympy.sympify(text.replace("^", "**"), rational=True)


@given(TEXTS, TEXTS)
@settings(max_examples=60)
def test_two_expressions_are_equal_exactly_when_sympy_says_so(one: str, other: str) -> None:
    if max(len(one), len(other)) > 100:
        return
    expected = sympy.expand(by_sympy(one) - by_sympy(other)) == 0
    assert same(one, other) is bool(expected)


@given(TEXTS)
@settings(max_examples=40)
def test_what_sympy_expands_is_equal_to_what_it_was(text: str) -> None:
    expanded = str(sympy.expand(by_sympy(text))).replace("**", "^")
    if max(len(text), len(expanded)) > 100 or any(
        len(part) > 1 for part in expanded.replace("^", " ").split() if part.isalpha()
    ):
        return
    try:
        assert same(text, expanded)
    except UnreadableError as error:
        assert "指数" in error.said.zh or "数太长" in error.said.zh


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("25×4＋25×6", "25*(4+6)"), ("25（4+6）", "250"), ("(a+b)c", "ac+bc"), ("2a", "a+a"),
        ("3÷4", "0.75"), ("3:4", "{3}/{4}"), ("a²-b²", "(a+b)(a-b)"), ("50%", "1/2"),
        ("[2+(3-1)]×4", "16"), ("-a", "0-a"), ("a/b/c", "a/(bc)"), ("－２", "-2"), ("a·b", "ba"),
        ("=12", "12"), ("2(a+b)", "2a+2b"), ("(a+b)^2", "a^2+2ab+b^2"),
    ],
)  # fmt: skip
def test_the_same_value_is_seen_however_it_is_written(one: str, other: str) -> None:
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("25*4+6", "25*(4+6)"), ("a-b", "b-a"), ("a^2", "2a"), ("a/b", "b/a"), ("1/3", "0.3333")],
)
def test_what_differs_is_told_apart(one: str, other: str) -> None:
    assert not same(one, other)


@pytest.mark.parametrize(
    "text",
    [
        "9^9^9^9", "9^99999999", "(" * 10_000, "(" * 50 + "1" + ")" * 50, "1" * 13, "1/0", "a/(b-b)",
        "__import__('os')", "a.b", "1+", "*3", "()", "(1+2", "1+2)", "3 4", "a2", "", "  ", "a^b",
        "a^-1", "((((a^9)^9)^9)^9)", "1=2=3=4=5=6=7=8", "lambda: 0", "x!", "sin(1)+'", "1..2",
        "a" * 121, "2^(3",
    ],
)  # fmt: skip
def test_what_can_t_be_read_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(UnreadableError) as refused:
        read_expression(text)
    assert refused.value.said.zh
    assert refused.value.said.en


@given(st.text(alphabet="0123456789ab+-*/^()=.% ×÷（）", max_size=130))
def test_any_row_of_signs_is_read_or_refused(text: str) -> None:
    try:
        read = read_expression(text)
    except UnreadableError as error:
        assert error.said.zh
    else:
        assert all(same_value(side, side) for side in read.sides)


def test_equations_are_the_same_when_one_is_a_multiple_of_the_other() -> None:
    assert same_equation(read_expression("2x+6=10"), read_expression("x+3=5"))
    assert same_equation(read_expression("5=x+3"), read_expression("x+3=5"))
    assert not same_equation(read_expression("x+3=6"), read_expression("x+3=5"))
    assert not same_equation(read_expression("x=x"), read_expression("x+3=5"))
    assert not same_equation(read_expression("x^2=2x"), read_expression("x=2"))


def test_length_counts_operations_and_fractions_may_be_reducible() -> None:
    assert length(read_expression("25*4+25*6").sides[0]) == 3
    assert length(read_expression("2a+b").sides[0]) == 2
    assert is_reduced(read_expression("3/4").sides[0])
    assert not is_reduced(read_expression("6/8").sides[0])
    assert not is_reduced(read_expression("a+4/2").sides[0])


def test_signs_that_were_used_are_known() -> None:
    assert read_expression("25(4+6)").signs >= {"*", "(", "+"}
    assert read_expression("250").signs == frozenset()
