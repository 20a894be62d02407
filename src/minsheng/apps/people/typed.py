"""What a person types or a register says, read as the type its field declares, and shown again."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date

from minsheng.apps.people import numbers
from minsheng.engines.casework.spec import FieldSpec
from minsheng.lib import identifiers, money, names
from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text

YES, NO = Text("是", "Yes"), Text("否", "No")
FORMULA_SIGNS = frozenset("=+-@")
MOST_DIGITS = 15
_DAY = re.compile(r"(\d{4}) ?[-/.年－／．] ?(\d{1,2}) ?[-/.月－／．] ?(\d{1,2}) ?日?")
_TRUE = frozenset({"1", "true", "on", "yes"})
_FALSE = frozenset({"0", "false", "off", "no"})


def typed(field: FieldSpec, text: str, *, on: date) -> object:
    """Return the typed value of what a person or a register gave for `field`.

    Raises WrongInput with a sentence that says what is wrong; the field's key is in the error.
    """
    try:
        return _READERS.get(field.type, _text)(field, text.strip(), on)
    except WrongInput as error:
        error.field = field.key
        raise


def shown(field: FieldSpec, value: object, language: str) -> str:
    """Return a value as a person reads it; long numbers are masked."""
    match field.type:
        case "choice":
            labels = {option.key: option.label.to(language) for option in field.options}
            return labels.get(str(value), str(value))
        case "boolean":
            return (YES if value else NO).to(language)
        case "money":
            return money.format_yuan(int(str(value)))
        case "citizen_number":
            return identifiers.mask_citizen_number(str(value))
        case "bank_card":
            return identifiers.mask_bank_card(str(value))
    return value.isoformat() if isinstance(value, date) else str(value)


def said(field: FieldSpec, value: object) -> Text:
    """Return a value as a person reads it, in both languages."""
    return Text(shown(field, value, "zh"), shown(field, value, "en"))


def _text(field: FieldSpec, text: str, on: date) -> str:
    if len(text) > field.max_length:
        raise WrongInput(
            "too_long",
            f"最多 {field.max_length} 个字，现在是 {len(text)} 个。请缩短一些，您填的都还在。",
            f"At most {field.max_length} characters; you typed {len(text)}. Shorten it a little; "
            "what you typed is still here.",
        )
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        raise WrongInput(
            "control_character",
            "里面有看不见的字符，多半是粘贴带进来的。请重新打一遍。",
            "There is an invisible character in it, probably pasted in. Type it again.",
        )
    if unicodedata.normalize("NFKC", text[:1]) in FORMULA_SIGNS:
        raise WrongInput(
            "formula_sign",
            f"开头不能是“{text[0]}”，表格软件会把它当公式。请去掉，您填的都还在。",
            f"It can't begin with “{text[0]}”: spreadsheets would run it. Remove the sign.",
        )
    return text


def _date(field: FieldSpec, text: str, on: date) -> date:
    match = _DAY.fullmatch(text)
    try:
        day = date(*(int(part) for part in match.groups())) if match else None
    except ValueError:
        day = None
    if day is None:
        raise WrongInput(
            "no_such_day",
            f"没有“{text[:20]}”这一天。请按 2026-03-24 这样写，您填的都还在。",
            f"There is no such day as “{text[:20]}”. Write it like 2026-03-24; "
            "what you typed is still here.",
        )
    if field.past and day > on:
        raise WrongInput(
            "day_in_future",
            f"{day.isoformat()} 还没到，这里要填已经过去的日子。请改一下，您填的都还在。",
            f"{day.isoformat()} is still to come; this must be a day in the past. Change it; "
            "what you typed is still here.",
        )
    return day


def _choice(field: FieldSpec, text: str, on: date) -> str:
    if text not in {option.key for option in field.options}:
        raise WrongInput(
            "no_such_choice", "请在列出的几项里选一项。", "Choose one of those listed."
        )
    return text


def _boolean(field: FieldSpec, text: str, on: date) -> bool:
    word = text.lower()
    if word not in _TRUE | _FALSE:
        raise WrongInput("yes_or_no", "请选“是”或者“否”。", "Choose yes or no.")
    return word in _TRUE


def _integer(field: FieldSpec, text: str, on: date) -> int:
    # Digits of any script, but not ² or ①, which would be read as 2 and 1.
    if not text.isdecimal() or len(text) > MOST_DIGITS:
        raise WrongInput(
            "not_a_number",
            f"“{text[:20]}”不是整数。请只填数字，不带单位和符号。",
            f"“{text[:20]}” is not a whole number. Type digits only, without unit or sign.",
        )
    return int(text)


_READERS: Mapping[str, Callable[[FieldSpec, str, date], object]] = {
    "name": lambda field, text, on: names.parse_name(text),
    "date": _date,
    "choice": _choice,
    "boolean": _boolean,
    "integer": _integer,
    "money": lambda field, text, on: money.parse_yuan(text),
    "citizen_number": lambda field, text, on: numbers.parse_number(text, on=on).number,
    "phone": lambda field, text, on: identifiers.parse_phone(text),
    "bank_card": lambda field, text, on: identifiers.parse_bank_card(text),
}
