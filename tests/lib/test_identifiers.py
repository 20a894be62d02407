from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.iso7064 import mod_11_2

from minsheng.lib.errors import WrongInput
from minsheng.lib.identifiers import (
    DEMO_PREFIX,
    CitizenNumber,
    CreditCode,
    citizen_number,
    credit_code,
    mask_bank_card,
    mask_citizen_number,
    mask_name,
    mask_phone,
    parse_bank_card,
    parse_phone,
)
from minsheng.lib.regions import Region, RegionTable

TODAY = date(2026, 3, 2)
CHONGQING = RegionTable(
    [
        Region("500000", "重庆市"),
        Region("500107", "九龙坡区", parent="500000"),
        Region("500112", "渝北区", date(1997, 1, 1), date(2025, 11, 5), "500000"),
    ]
)

births = st.dates(date(1930, 1, 1), TODAY)
orders = st.integers(0, 999)


def parse(text: str, *, on: date = TODAY, demo: bool = False) -> CitizenNumber:
    return CitizenNumber.parse(text, on=on, regions=CHONGQING, demo=demo)


def refusal(call: Callable[[], object]) -> WrongInput:
    with pytest.raises(WrongInput) as refused:
        call()
    assert refused.value.zh.endswith(("。", "？"))
    assert refused.value.en.endswith((".", "?"))
    return refused.value


# --- citizen numbers ------------------------------------------------------------------------


def test_the_number_of_the_standard_is_accepted() -> None:
    parsed = parse("11010519491231002X")
    assert parsed.birth == date(1949, 12, 31)
    assert not parsed.is_male
    assert parsed.region.name == "北京市朝阳区"


@pytest.mark.parametrize(
    "text",
    [
        "11010519491231002x",
        " 110105 19491231 002X ",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105-19491231-002X",
    ],
)
def test_full_width_digits_spaces_dashes_and_small_x_are_understood(text: str) -> None:
    assert parse(text).number == "11010519491231002X"


@given(birth=births, order=orders)
def test_a_built_number_reads_back(birth: date, order: int) -> None:
    parsed = parse(citizen_number("500107", birth, order))
    assert (parsed.birth, parsed.is_male) == (birth, order % 2 == 1)
    assert parsed.region.name == "九龙坡区"


@given(birth=births, order=orders)
def test_the_check_digit_agrees_with_iso_7064(birth: date, order: int) -> None:
    assert mod_11_2.is_valid(citizen_number("500107", birth, order))


@given(birth=births, order=orders, place=st.integers(0, 17), digit=st.sampled_from("0123456789"))
def test_one_wrong_digit_is_never_accepted(birth: date, order: int, place: int, digit: str) -> None:
    number = citizen_number("500107", birth, order)
    assume(number[place] != digit)
    refusal(lambda: parse(number[:place] + digit + number[place + 1 :]))


@given(birth=births, order=orders, place=st.integers(0, 16))
def test_two_swapped_digits_are_never_accepted(birth: date, order: int, place: int) -> None:
    number = citizen_number("500107", birth, order)
    assume(number[place] != number[place + 1])
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    refusal(lambda: parse(swapped))


@given(text=st.text(max_size=40))
def test_nothing_that_is_typed_breaks_the_reader(text: str) -> None:
    for read in (parse, CreditCode.parse, parse_phone, parse_bank_card):
        try:
            read(text)
        except WrongInput as error:
            assert error.zh
            assert error.en


@pytest.mark.parametrize(
    ("text", "told_zh", "told_en"),
    [
        ("", "还没有填公民身份号码", "is missing"),
        ("1101051949123100", "少了 2 位：现在是 16 位", "2 digits short: you typed 16"),
        ("11010519491231002", "少了 1 位：现在是 17 位", "one digit short: you typed 17"),
        ("11010519491231002X1", "第 18 位“X”不是数字", 'Character 18 of the citizen number, "X"'),
        ("1101051949123100281", "多了 1 位：现在是 19 位", "one digit too long: you typed 19"),
        ("110105491231002", "15 位的老号码", "old number of 15 digits"),
        ("1101051949123I002X", "第 14 位“I”不是数字", "Character 14"),
        ("11010519490230002X", "没有这一天", "no such day"),
        ("11010519491331002X", "没有这一天", "no such day"),
        ("11010500000101002X", "没有这一天", "no such day"),
        ("110105194912310021", "对不上", "does not add up"),
        (citizen_number("500107", date(2026, 3, 3), 1), "还没到", "has not come yet"),
        (citizen_number("990101", date(1990, 1, 1), 1), "没有这个地区", "no such region"),
    ],
)
def test_a_wrong_number_says_what_is_wrong(text: str, told_zh: str, told_en: str) -> None:
    error = refusal(lambda: parse(text))
    assert told_zh in error.zh
    assert told_en in error.en


def test_no_error_carries_the_number() -> None:
    error = refusal(lambda: parse("110105194912310021"))
    assert "19491231" not in f"{error.zh} {error.en} {error.facts} {error}"


def test_a_number_does_not_show_itself_when_printed() -> None:
    parsed = parse("11010519491231002X")
    assert "19491231" not in f"{parsed} {parsed!r}"
    assert parsed.masked == str(parsed) == "110***********002X"
    assert len(parsed.masked) == 18


def test_a_child_born_today_has_a_number() -> None:
    assert parse(citizen_number("500107", TODAY, 2)).birth == TODAY


def test_a_region_that_ended_before_birth_is_refused() -> None:
    number = citizen_number("500112", date(2025, 11, 6), 1)
    assert "没有这个地区" in refusal(lambda: parse(number)).zh


def test_a_region_that_ended_after_birth_is_accepted() -> None:
    assert parse(citizen_number("500112", date(2025, 11, 5), 1)).region.name == "渝北区"


def test_regions_of_the_rest_of_the_country_are_known_by_year() -> None:
    assert parse(citizen_number("510212", date(1990, 5, 1), 1)).region.name == "四川省沙坪坝区"
    assert (
        "没有这个地区" in refusal(lambda: parse(citizen_number("510212", date(1999, 5, 1), 1))).zh
    )


def test_demonstration_numbers_pass_only_in_a_demonstration() -> None:
    number = citizen_number(DEMO_PREFIX, date(2026, 2, 1), 28)
    parsed = parse(number, demo=True)
    assert parsed.is_demo
    assert parsed.region.name == "演示地区"
    error = refusal(lambda: parse(number, demo=False))
    assert error.code == "identifiers.demo"
    assert "演示" in error.zh


def test_the_demonstration_prefix_is_no_region_of_the_country() -> None:
    assert DEMO_PREFIX not in CHONGQING
    real = parse(citizen_number("500107", TODAY, 1), demo=True)
    assert not real.is_demo


@pytest.mark.parametrize(("prefix", "order"), [("50010", 1), ("5001a7", 1), ("500107", 1000)])
def test_a_number_is_not_built_from_nonsense(prefix: str, order: int) -> None:
    with pytest.raises(ValueError, match="order code"):
        citizen_number(prefix, TODAY, order)


# --- credit codes ---------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["1150010700927688XM", "11500000MB190671XX"])
def test_credit_codes_seen_in_public_are_accepted(code: str) -> None:
    parsed = CreditCode.parse(code.lower())
    assert parsed.code == str(parsed) == code
    assert (parsed.office, parsed.kind) == ("1", "11")


def test_the_parts_of_a_credit_code() -> None:
    parsed = CreditCode.parse(" 11500107 00927688X M ")
    assert (parsed.region, parsed.body) == ("500107", "00927688X")


@given(body=st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=9, max_size=9))
def test_a_built_credit_code_reads_back(body: str) -> None:
    assert CreditCode.parse(credit_code("91", "500107", body)).body == body


@given(
    body=st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=9, max_size=9),
    place=st.integers(8, 17),
    char=st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"),
)
def test_one_wrong_place_of_a_credit_code_is_never_accepted(
    body: str, place: int, char: str
) -> None:
    code = credit_code("91", "500107", body)
    assume(code[place] != char)
    refusal(lambda: CreditCode.parse(code[:place] + char + code[place + 1 :]))


@pytest.mark.parametrize(
    ("text", "told_zh", "told_en"),
    [
        ("", "少了 18 位", "18 characters short"),
        ("1150010700927688X", "少了 1 位：现在是 17 位", "one character short"),
        ("115001070092768OXM", "第 16 位不会是“O”。是不是 0？", "Is it 0?"),
        ("11500107I0927688XM", "第 9 位不会是“I”。是不是 1？", "Is it 1?"),
        ("115A010700927688XM", "第 3 到第 8 位", "Characters 3 to 8"),
        ("1150010700927688XN", "对不上", "does not add up"),
    ],
)
def test_a_wrong_credit_code_says_what_is_wrong(text: str, told_zh: str, told_en: str) -> None:
    error = refusal(lambda: CreditCode.parse(text))
    assert told_zh in error.zh
    assert told_en in error.en


def test_demonstration_credit_codes_pass_only_in_a_demonstration() -> None:
    code = credit_code("91", DEMO_PREFIX, "MA0000001")
    assert CreditCode.parse(code, demo=True).is_demo
    assert "演示" in refusal(lambda: CreditCode.parse(code)).zh


# --- telephone and bank card ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("13812341234", "13812341234"),
        ("138 1234 1234", "13812341234"),
        ("+86 138-1234-1234", "13812341234"),
        ("８６１３８１２３４１２３４", "13812341234"),
        ("023-68601234", "02368601234"),
        ("(023) 6860 1234", "02368601234"),
    ],
)
def test_telephone_numbers_are_understood_as_people_write_them(text: str, digits: str) -> None:
    assert parse_phone(text) == digits


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "还没有填电话号码"),
        ("1381234123", "手机号少了 1 位：现在是 10 位"),
        ("138123412345", "手机号多了 1 位：现在是 12 位"),
        ("12812341234", "13 到 19"),
        ("68601234", "区号"),
        ("1381234123A", "第 11 位“A”不是数字"),
        ("0236860", "少了 3 位"),
    ],
)
def test_a_wrong_telephone_number_says_what_is_wrong(text: str, told: str) -> None:
    assert told in refusal(lambda: parse_phone(text)).zh


def test_a_card_number_that_lacks_a_digit_says_so() -> None:
    error = refusal(lambda: parse_bank_card("6222 0210 0011 2345 67"))
    assert error.zh == "卡号少了 1 位：现在是 18 位，请对照卡面再看一遍。"
    assert error.en == (
        "The card number is one digit short: you typed 18. Compare it with the card."
    )


@given(body=st.text("0123456789", min_size=18, max_size=18))
def test_a_card_number_with_its_check_digit_is_accepted(body: str) -> None:
    card = body + luhn.calc_check_digit(body)
    assert parse_bank_card(" ".join([card[:4], card[4:8], card[8:]])) == card


@pytest.mark.parametrize("length", [15, 18, 20])
def test_a_card_number_of_another_length_is_refused(length: int) -> None:
    assert f"现在是 {length} 位" in refusal(lambda: parse_bank_card("6" * length)).zh


def test_a_card_number_that_does_not_add_up_is_refused() -> None:
    assert "对不上" in refusal(lambda: parse_bank_card("6222021000112345678")).zh


# --- masks ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("王芳", "王＊"),
        ("王小芳", "王＊＊"),
        ("欧阳娜娜", "欧阳＊＊"),
        ("欧阳", "欧＊"),
        ("阿依古丽·买买提", "阿＊＊＊·＊＊＊"),
        ("John Smith", "J＊＊＊ ＊＊＊＊＊"),
        ("𠮷野", "𠮷＊"),
        ("王", "＊"),
        ("", ""),
    ],
)
def test_a_masked_name_keeps_the_surname(name: str, masked: str) -> None:
    assert mask_name(name) == masked


def test_masked_numbers_keep_their_ends() -> None:
    assert mask_citizen_number("50099919900101123X") == "500***********123X"
    assert mask_phone("13812341234") == "138****1234"
    assert mask_bank_card("6222021000112345678") == "**** 5678"
