"""Certificate numbers: a year, 55 random bits nobody can guess, and a check character.

`2026-K7Q4-XM2P-9TDH`. The 32 characters leave out I, L, O and U, which people misread. The check
is a weighted sum over GF(32): it notices every single wrong character and every two exchanged.
"""

from __future__ import annotations

import secrets
import unicodedata

from minsheng.lib.errors import WrongInput

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
_FIELD = 0b100101  # x^5 + x^2 + 1, primitive over GF(2)
_MISREAD = str.maketrans("OIL", "011")


def new_number(year: int) -> str:
    """Return a fresh number for `year`; its neighbours can't be guessed from it."""
    body = f"{year:04d}" + "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 5))
    return _grouped(body + check_character(body))


def check_character(body: str) -> str:
    """Return the character that completes the first 15 of a number."""
    total = 0
    for char in body:
        total = _times_x(total ^ ALPHABET.index(char))
    return ALPHABET[total]


def parse_number(text: str) -> str:
    """Return the number as it is printed, however it was typed.

    Full-width and small letters, spaces and dashes are put right, and O, I, L read as 0, 1, 1.
    Raises WrongInput when its length or a character is wrong, or the check doesn't fit.
    """
    typed = unicodedata.normalize("NFKC", text[:200]).upper()
    compact = "".join(char for char in typed if char.isalnum()).translate(_MISREAD)
    if len(compact) != LENGTH:
        raise WrongInput(
            "certificate_number_length",
            f"编号要有 {LENGTH} 位：现在是 {len(compact)} 位，请对照证照再看一遍。",
            f"A number has {LENGTH} characters; you typed {len(compact)}. Compare it with the certificate.",
            field="number",
            facts={"length": len(compact)},
        )
    wrong = next((char for char in compact if char not in ALPHABET), "")
    if wrong:
        raise WrongInput(
            "certificate_number_character",
            f"编号里没有“{wrong}”这个字，请对照证照再看一遍。",
            f"A number never has “{wrong}” in it. Compare it with the certificate.",
            field="number",
        )
    if check_character(compact[:-1]) != compact[-1]:
        raise WrongInput(
            "certificate_number_check",
            "编号里有一位打错了，或者两位打反了，请对照证照再看一遍。",
            "One character is wrong, or two have changed places. Compare it with the certificate.",
            field="number",
        )
    return _grouped(compact)


def _grouped(compact: str) -> str:
    return "-".join(compact[at : at + 4] for at in range(0, LENGTH, 4))


def _times_x(value: int) -> int:
    value <<= 1
    return value ^ _FIELD if value & 0b100000 else value
