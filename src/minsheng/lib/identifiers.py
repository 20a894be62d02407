"""Numbers that people type: checked, normalised, masked, and refused in plain words.

Citizen numbers (GB 11643-1999), unified social credit codes (GB 32100-2015), telephone and bank
card numbers. Full-width digits and spaces are understood. No error carries the number itself.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date

from stdnum import luhn
from stdnum.cn import ric, uscc

from minsheng.lib.errors import WrongInput
from minsheng.lib.names import DOT, split_name
from minsheng.lib.regions import Region, RegionTable, UnknownRegion, national_region

# No region has this code, so that no real person or firm can own a demonstration number.
DEMO_PREFIX = "500999"
DEMO_REGION = Region(DEMO_PREFIX, "演示地区")
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CARD_LENGTHS = (16, 17, 19)
_STAR = "＊"


@dataclass(frozen=True, slots=True)
class _Kind:
    """How a number is called, and how to ask for a second look at it."""

    zh: str
    en: str
    again_zh: str
    again_en: str


_CITIZEN = _Kind("公民身份号码", "citizen number", "请对照证件再看一遍", "Compare it with the card")
_CREDIT = _Kind(
    "统一社会信用代码",
    "credit code",
    "请对照营业执照再看一遍",
    "Compare it with the business licence",
)
_CARD = _Kind("卡号", "card number", "请对照卡面再看一遍", "Compare it with the card")
_PHONE = _Kind("电话号码", "telephone number", "请再看一遍", "Look at it again")
_MOBILE = _Kind("手机号", "mobile number", "请再看一遍", "Look at it again")


@dataclass(frozen=True, slots=True)
class CitizenNumber:
    """A checked citizen number. Build it with `parse`."""

    number: str = field(repr=False)
    region: Region

    @classmethod
    def parse(cls, text: str, *, on: date, regions: RegionTable, demo: bool) -> CitizenNumber:
        """Return the number typed in `text`, judged on the day `on`.

        The region must have existed between birth and `on`: in `regions`, else in the national
        list. The demonstration prefix passes only with `demo`. Raises WrongInput.
        """
        number = _typed(text).upper()
        _check_citizen_form(number)
        _check_birth(number, on)
        if number[-1] != ric.calc_check_digit(number):
            raise _no_sum(_CITIZEN)
        return cls(number, _region_of(number, on, regions, demo=demo))

    @property
    def birth(self) -> date:
        """The day of birth."""
        return ric.get_birth_date(self.number)

    @property
    def is_male(self) -> bool:
        """Whether the order code is odd."""
        return int(self.number[16]) % 2 == 1

    @property
    def is_demo(self) -> bool:
        """Whether it is a demonstration number, which no real person can own."""
        return self.number.startswith(DEMO_PREFIX)

    @property
    def masked(self) -> str:
        """The number as lists show it: "500***********123X"."""
        return mask_citizen_number(self.number)

    def __str__(self) -> str:
        return self.masked


@dataclass(frozen=True, slots=True)
class CreditCode:
    """A checked unified social credit code. Build it with `parse`."""

    code: str

    @classmethod
    def parse(cls, text: str, *, demo: bool = False) -> CreditCode:
        """Return the code typed in `text`; raise WrongInput. Demonstration codes need `demo`."""
        code = _typed(text).upper()
        _check_length(_CREDIT, code, (18,))
        for place, char in enumerate(code, start=1):
            if char not in _CREDIT_ALPHABET:
                raise _wrong_credit_letter(place, char)
        if not code[2:8].isdigit():
            raise WrongInput(
                "identifiers.credit_region",
                "统一社会信用代码第 3 到第 8 位应该都是数字。请对照营业执照再看一遍。",
                "Characters 3 to 8 of the credit code must be digits. Compare it with the business licence.",
            )
        if code[-1] != uscc.calc_check_digit(code):
            raise _no_sum(_CREDIT)
        if code[2:8] == DEMO_PREFIX and not demo:
            raise _demo_in_production(_CREDIT)
        return cls(code)

    @property
    def office(self) -> str:
        """The registering office: "1" is the office of public organs, "9" market supervision."""
        return self.code[0]

    @property
    def kind(self) -> str:
        """The first two characters: "91" is a firm, "92" self-employed, "93" a farmers' co-op."""
        return self.code[:2]

    @property
    def region(self) -> str:
        """The six digits of the registering region."""
        return self.code[2:8]

    @property
    def body(self) -> str:
        """The nine characters of the organisation itself."""
        return self.code[8:17]

    @property
    def is_demo(self) -> bool:
        """Whether it is a demonstration code, which no real firm can own."""
        return self.region == DEMO_PREFIX

    def __str__(self) -> str:
        return self.code


def citizen_number(prefix: str, birth: date, order: int) -> str:
    """Return the citizen number of a region, a birthday and an order code (odd is a man)."""
    if len(prefix) != 6 or not prefix.isascii() or not prefix.isdigit() or not 0 <= order <= 999:
        raise ValueError("a region code has six digits and an order code is 0 to 999")
    body = f"{prefix}{birth:%Y%m%d}{order:03d}"
    return body + ric.calc_check_digit(body + "0")


def credit_code(kind: str, region: str, body: str) -> str:
    """Return the credit code of a kind ("91"), a region and the nine characters of a body."""
    code = kind + region + body
    if len(code) != 17 or set(code) - set(_CREDIT_ALPHABET):
        raise ValueError("a credit code is 2 + 6 + 9 characters, without I, O, S, V and Z")
    return code + uscc.calc_check_digit(code)


def parse_phone(text: str) -> str:
    """Return the digits of a mobile number, or of a fixed line with its area code.

    "+86" in front is understood. Raises WrongInput.
    """
    digits = _typed(text).removeprefix("+86").replace("(", "").replace(")", "")
    if digits.startswith("86") and len(digits) == 13:
        digits = digits[2:]
    _check_digits(_PHONE, digits)
    if digits[0] == "0":
        _check_length(_PHONE, digits, (10, 11, 12))
        return digits
    if digits[0] != "1" or digits[1:2] in ("0", "1", "2"):
        raise WrongInput(
            "identifiers.phone",
            "这不是手机号，也没有区号。手机号以 13 到 19 开头，座机请加区号，像 023-12345678。",
            "This is neither a mobile number nor has it an area code. A mobile number begins with "
            "13 to 19; give a fixed line with its area code, such as 023-12345678.",
        )
    _check_length(_MOBILE, digits, (11,))
    return digits


def parse_bank_card(text: str) -> str:
    """Return the digits of a bank card number: 16, 17 or 19 of them, the last a check digit.

    Raises WrongInput. The lengths are a setting without authority (mark L).
    """
    digits = _typed(text)
    _check_digits(_CARD, digits)
    _check_length(_CARD, digits, _CARD_LENGTHS)
    if not luhn.is_valid(digits):
        raise _no_sum(_CARD)
    return digits


def mask_citizen_number(number: str) -> str:
    """Return the first three and last four characters, stars between."""
    return f"{number[:3]}{'*' * max(0, len(number) - 7)}{number[-4:]}"


def mask_name(name: str) -> str:
    """Return the surname with a star for each further character: "王芳" is "王＊".

    Of a name without a Chinese surname the first character stays.
    """
    surname, given = split_name(name)
    shown = surname if surname and given else name[:1] if len(name) > 1 else ""
    rest = name[len(shown) :]
    return shown + "".join(char if char in f"{DOT} " else _STAR for char in rest)


def mask_phone(phone: str) -> str:
    """Return a telephone number as "138****1234"."""
    return f"{phone[:3]}{'*' * max(0, len(phone) - 7)}{phone[-4:]}"


def mask_bank_card(card: str) -> str:
    """Return a card number as "**** 1234"."""
    return f"**** {card[-4:]}"


def _typed(text: str) -> str:
    """Return what was typed, half-width, without spaces and dashes."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(
        char for char in plain if not char.isspace() and char not in "-‐‑–—_\u200b\ufeff"
    )


def _check_citizen_form(number: str) -> None:
    if len(number) == 15 and number.isascii() and number.isdigit():
        raise WrongInput(
            "identifiers.citizen_old",
            "这是 15 位的老号码。请填 18 位的公民身份号码。",
            "This is an old number of 15 digits. Type the one of 18.",
        )
    _check_digits(_CITIZEN, number.removesuffix("X"))
    _check_length(_CITIZEN, number, (18,))


def _check_birth(number: str, on: date) -> None:
    try:
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise WrongInput(
            "identifiers.citizen_date",
            "公民身份号码第 7 到第 14 位是出生日期，可是没有这一天。请对照证件再看一遍。",
            "Digits 7 to 14 of the citizen number are the date of birth, but there is no such day. "
            "Compare it with the card.",
        ) from None
    if birth > on:
        raise WrongInput(
            "identifiers.citizen_future",
            "公民身份号码里的出生日期还没到。请对照证件再看一遍第 7 到第 14 位。",
            "The date of birth in the citizen number has not come yet. Compare digits 7 to 14 with "
            "the card.",
        )


def _region_of(number: str, on: date, regions: RegionTable, *, demo: bool) -> Region:
    code, birth = number[:6], ric.get_birth_date(number)
    if code == DEMO_PREFIX:
        if not demo:
            raise _demo_in_production(_CITIZEN)
        return regions.between(code, birth, on) if code in regions else DEMO_REGION
    try:
        if code in regions:
            return regions.between(code, birth, on)
        return national_region(code, birth, on)
    except UnknownRegion as error:
        raise WrongInput(
            "identifiers.citizen_region",
            "公民身份号码前 6 位是地区，可是没有这个地区。请对照证件再看一遍。",
            "The first six digits of the citizen number are a region, but there is no such region. "
            "Compare them with the card.",
        ) from error


def _check_digits(kind: _Kind, digits: str) -> None:
    if not digits:
        raise WrongInput(
            "identifiers.empty",
            f"还没有填{kind.zh}。请填上。",
            f"The {kind.en} is missing. Type it.",
        )
    for place, char in enumerate(digits, start=1):
        if not (char.isascii() and char.isdigit()):
            raise WrongInput(
                "identifiers.not_a_digit",
                f"{kind.zh}第 {place} 位“{char}”不是数字。请改这一位，别的都留着。",
                f'Character {place} of the {kind.en}, "{char}", is not a digit. Change it; the rest '
                "is kept.",
                facts={"place": place},
            )


def _check_length(kind: _Kind, typed: str, lengths: tuple[int, ...]) -> None:
    """Say how many places are missing up to the next length, or are too many."""
    count = len(typed)
    if count in lengths:
        return
    longer = [length for length in lengths if length > count]
    much = longer[0] - count if longer else count - lengths[-1]
    unit = "character" if kind is _CREDIT else "digit"
    places = f"one {unit}" if much == 1 else f"{much} {unit}s"
    raise WrongInput(
        "identifiers.length",
        f"{kind.zh}{'少' if longer else '多'}了 {much} 位：现在是 {count} 位，{kind.again_zh}。",
        f"The {kind.en} is {places} {'short' if longer else 'too long'}: you typed {count}. "
        f"{kind.again_en}.",
        facts={"typed": count},
    )


def _no_sum(kind: _Kind) -> WrongInput:
    return WrongInput(
        "identifiers.check_digit",
        f"{kind.zh}对不上：有一位或几位输错了。{kind.again_zh}。",
        f"The {kind.en} does not add up: one digit or more is wrong. {kind.again_en}.",
    )


def _wrong_credit_letter(place: int, char: str) -> WrongInput:
    near = {"I": "1", "O": "0", "S": "5", "Z": "2", "V": "U"}.get(char, "")
    hint = f"是不是 {near}？" if near else ""
    asked = f" Is it {near}?" if near else ""
    return WrongInput(
        "identifiers.credit_letter",
        f"统一社会信用代码第 {place} 位不会是“{char}”。{hint}请对照营业执照再看一遍。",
        f'Character {place} of the credit code can\'t be "{char}".{asked} '
        "Compare it with the business licence.",
        facts={"place": place},
    )


def _demo_in_production(kind: _Kind) -> WrongInput:
    return WrongInput(
        "identifiers.demo",
        f"这是演示用的{kind.zh}，正式办事用不了。请填真实的。",
        f"This is a demonstration {kind.en} and can't be used here. Type the real one.",
    )
