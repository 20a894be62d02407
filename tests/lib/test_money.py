from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.lib.errors import WrongInput
from minsheng.lib.money import MAX_FEN, format_yuan, parse_yuan


@given(st.integers(0, MAX_FEN))
def test_what_is_shown_reads_back(fen: int) -> None:
    assert parse_yuan(format_yuan(fen)) == fen
    assert Decimal(format_yuan(fen).replace(",", "")) * 100 == fen


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("12.60", 1260),
        ("12.6", 1260),
        ("12", 1200),
        ("0.05", 5),
        ("0", 0),
        ("007", 700),
        ("1,234.50", 123450),
        ("￥１，２３４．５０", 123450),
        (" 12.60 元 ", 1260),
        ("1000000000000", 10**14),
    ],
)
def test_amounts_are_understood_as_people_write_them(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "money.empty"),
        ("元", "money.empty"),
        ("-12", "money.negative"),
        ("12.605", "money.decimals"),
        ("12.", "money.form"),
        (".5", "money.form"),
        ("1,23", "money.form"),
        ("1e3", "money.form"),
        ("=1+1", "money.form"),
        ("十二", "money.form"),
        ("NaN", "money.form"),
        ("10000000000000.01", "money.too_large"),
        ("9" * 5000, "money.too_large"),
    ],
)
def test_what_is_no_amount_is_refused_for_its_own_reason(text: str, code: str) -> None:
    with pytest.raises(WrongInput) as refused:
        parse_yuan(text)
    assert refused.value.code == code


def test_amounts_are_shown_with_thousands_and_two_decimals() -> None:
    assert [format_yuan(fen) for fen in (0, 5, 1260, 123456789, -1260)] == [
        "0.00",
        "0.05",
        "12.60",
        "1,234,567.89",
        "-12.60",
    ]
