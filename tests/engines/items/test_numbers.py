"""Numbers as pupils write them are read exactly, and what is none is refused."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.engines.items import number_said, read_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12), (" １２ ", 12), ("12.50", Fraction(25, 2)), ("３．５", Fraction(7, 2)),
        ("3。5", Fraction(7, 2)), (".5", Fraction(1, 2)), ("-3", -3), ("－３", -3), ("−3", -3),
        ("1,234", 1234), ("1，234，567", 1234567), ("12 345", 12345), ("3,0500", 30500),
        ("3/4", Fraction(3, 4)), ("３／４", Fraction(3, 4)), ("1 1/2", Fraction(3, 2)),
        ("1又1/2", Fraction(3, 2)), ("½", Fraction(1, 2)), ("1½", Fraction(3, 2)),
        ("4分之3", Fraction(3, 4)), ("1又4分之3", Fraction(7, 4)), ("25%", Fraction(1, 4)),
        ("3万", 30000), ("1.2亿", 120000000), ("=12", 12), ("x = 12", 12), ("≈3.1", Fraction(31, 10)),
        ("约3", 3), ("12。", 12), ("+5", 5),
    ],
)  # fmt: skip
def test_a_number_is_read_however_it_is_written(text: str, value: Fraction | int) -> None:
    assert read_number(text) == value


@pytest.mark.parametrize(
    "text",
    ["", "  ", "十二", "1.2.3", "1/0", "12a", "--3", "1e9", "1,23", "12,34,5", "3……2", "0x10",
     "1_000", "9" * 41, "nan", "inf", "3/", "1//2", "1 2", "٣٤٥a"],
)  # fmt: skip
def test_what_is_no_number_is_not_guessed_at(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize("text", ["12平方米", "12 平方米", "12㎡", "12m²", "12 m2", "12"])
def test_the_unit_may_be_repeated_in_its_usual_forms(text: str) -> None:
    assert read_number(text, unit="平方米") == 12


@pytest.mark.parametrize(("text", "unit"), [("12米", "平方米"), ("12cm", "米"), ("12m2", "米")])
def test_another_unit_is_not_taken_for_the_one_asked(text: str, unit: str) -> None:
    assert read_number(text, unit=unit) is None


def test_ten_thousands_before_the_unit_are_kept_unless_they_are_the_unit() -> None:
    assert read_number("3万人", unit="人") == 30000
    assert read_number("3万", unit="万") == 3
    assert read_number("3", unit="万") == 3


@given(st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10**5))
def test_what_is_said_of_a_number_reads_back_the_same(value: Fraction) -> None:
    assert read_number(number_said(value)) == value


@given(st.text(max_size=60))
def test_every_text_gives_a_number_or_none(text: str) -> None:
    assert isinstance(read_number(text, unit="米"), Fraction | int | None)
