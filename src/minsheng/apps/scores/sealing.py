"""Numbers and words: of firms under the key of the installation, of persons under their own; and checked before."""

from __future__ import annotations

import unicodedata

from minsheng.apps.people import keys
from minsheng.apps.people.models import Person
from minsheng.lib.errors import WrongInput
from minsheng.lib.money import parse_yuan

FIELD = "score"
LONGEST = 300
MOST = 10**12
MOST_DIGITS = 40


def sealed(text: str) -> str:
    """Return the token of some words; "" for none."""
    return keys.seal_setting(FIELD, text) if text else ""


def opened(token: str) -> str:
    """Return sealed words; "" for none."""
    return keys.open_setting(FIELD, token) if token else ""


def sealed_for(person: Person, text: str) -> str:
    """Return the token of a person's words, under their own key; "" for none."""
    return keys.seal_for(person, text, field=FIELD) if text else ""


def opened_for(person: Person, token: str) -> str:
    """Return a person's words; "" for none. Raises NotFound after erasure."""
    return keys.open_for(person, token, field=FIELD) if token else ""


def checked(text: str, *, field: str) -> str:
    """Return words without blanks around; raises WrongInput, naming the field."""
    text = text.replace("\r\n", "\n").strip()
    odd = any(unicodedata.category(one) in {"Cc", "Cs"} and one != "\n" for one in text)
    if not text or len(text) > LONGEST or odd:
        raise WrongInput(
            "scores.words",
            f"请写一句，{LONGEST} 个字以内。别的都还在。",
            f"Write a sentence of at most {LONGEST} characters. The rest is kept.",
            field=field,
        )
    return text


def yes_no(text: str, *, field: str) -> int:
    """Return a typed yes or no as 1 or 0; raises WrongInput, naming the field."""
    known = {"1": 1, "是": 1, "yes": 1, "0": 0, "否": 0, "no": 0}
    found = known.get(text.strip().lower())
    if found is None:
        raise WrongInput(
            "scores.yes_no",
            "请写“是”或者“否”。别的都还在。",
            "Write yes or no. The rest is kept.",
            field=field,
        )
    return found


def number(text: str, *, is_money: bool, signed: bool, field: str) -> int:
    """Return a typed number: whole, or yuan as fen; raises WrongInput, naming the field."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).replace(",", "")
    sign = -1 if signed and plain.startswith(("-", "−")) else 1
    plain = plain.lstrip("-−") if sign < 0 else plain
    if is_money:
        try:
            return sign * parse_yuan(plain)
        except WrongInput as wrong:
            raise WrongInput(wrong.code, wrong.zh, wrong.en, field=field) from wrong
    is_number = plain.isascii() and plain.isdigit() and len(plain) <= MOST_DIGITS
    if not is_number or int(plain) > MOST:
        raise WrongInput(
            "scores.number",
            "请写整数，像 18。不知道的空着，不会算成 0。",
            "Write a whole number, like 18. Leave it empty if you don't know; it won't count as 0.",
            field=field,
        )
    return sign * int(plain)
