"""Certificate numbers can't be guessed, and a slip of the pen is noticed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.apps.records.numbers import (
    ALPHABET,
    LENGTH,
    check_character,
    new_number,
    parse_number,
)
from minsheng.lib.errors import WrongInput

bodies = st.text(alphabet=ALPHABET, min_size=LENGTH - 1, max_size=LENGTH - 1)


def test_a_new_number_is_read_back_as_it_is_printed() -> None:
    number = new_number(2026)
    assert number.startswith("2026-")
    assert parse_number(number) == number


def test_two_numbers_of_a_year_share_nothing_but_the_year() -> None:
    numbers = [new_number(2026) for _ in range(300)]
    assert len({number[5:9] for number in numbers}) > 290
    assert len({number[10:14] for number in numbers}) > 290


@pytest.mark.parametrize(
    "typed",
    [
        "2026k7q4xm2p9td",
        " ２０２６－ｋ７ｑ４－ｘｍ２ｐ－９ｔｄ",
        "2O26 K7Q4 XM2P 9TD",
        "2026·K7Q4—XM2P_9TD",
    ],
)
def test_a_number_may_be_typed_carelessly(typed: str) -> None:
    check = check_character("2026K7Q4XM2P9TD")
    assert parse_number(typed + check) == f"2026-K7Q4-XM2P-9TD{check}"


@given(bodies, st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_noticed(body: str, place: int, char: str) -> None:
    compact = body + check_character(body)
    wrong = compact[:place] + char + compact[place + 1 :]
    if wrong == compact:
        return
    with pytest.raises(WrongInput) as caught:
        parse_number(wrong)
    assert caught.value.code == "certificate_number_check"


@given(bodies, st.integers(0, LENGTH - 1), st.integers(0, LENGTH - 1))
def test_every_two_exchanged_characters_are_noticed(body: str, one: int, other: int) -> None:
    chars = list(body + check_character(body))
    before = list(chars)
    chars[one], chars[other] = chars[other], chars[one]
    if chars == before:
        return
    with pytest.raises(WrongInput):
        parse_number("".join(chars))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "现在是 0 位"),
        ("2026-K7Q4", "现在是 8 位"),
        ("2026-K7Q4-XM2P-9TD王", "没有“王”"),
        ("2026-U7Q4-XM2P-9TD0", "没有“U”"),
    ],
)
def test_a_number_that_cannot_be_right_is_told_why(typed: str, said: str) -> None:
    with pytest.raises(WrongInput) as caught:
        parse_number(typed)
    assert said in caught.value.zh
