"""What somebody wrote, sealed under the key of the installation; and checked before."""

from __future__ import annotations

import unicodedata

from minsheng.apps.people import keys
from minsheng.lib.errors import WrongInput

FIELD = "contest"
LONGEST = 600


def sealed(text: str) -> str:
    """Return the token of some words; "" for none."""
    return keys.seal_setting(FIELD, text) if text else ""


def opened(token: str) -> str:
    """Return sealed words; "" for none."""
    return keys.open_setting(FIELD, token) if token else ""


def checked(text: str, *, field: str, most: int = LONGEST, needed: bool = True) -> str:
    """Return words without blanks around; raises WrongInput, naming the field."""
    text = text.replace("\r\n", "\n").strip()
    if not text and needed:
        raise WrongInput(
            "contests.words_missing",
            "这一格还空着，请写一句。别的都还在。",
            "This is still empty. Write a sentence; the rest is kept.",
            field=field,
        )
    odd = any(unicodedata.category(one) in {"Cc", "Cs"} and one != "\n" for one in text)
    if len(text) > most or odd:
        raise WrongInput(
            "contests.words",
            f"最多 {most} 个字，不要有看不见的字符。别的都还在。",
            f"At most {most} characters, none invisible. The rest is kept.",
            field=field,
        )
    return text
