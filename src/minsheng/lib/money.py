"""Money as whole fen; yuan with two decimals only where a person reads or types it."""

from __future__ import annotations

import re
import unicodedata

from minsheng.lib.errors import WrongInput

MAX_FEN = 10**15
_YUAN = re.compile(r"([0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]{1,2}))?")


def parse_yuan(text: str) -> int:
    """Return the fen of an amount typed in yuan: "12.60" is 1260.

    Full-width digits, spaces, thousands separators, a leading ¥ and a trailing 元 are understood.
    Raises WrongInput for anything else, for a third decimal and for a negative amount.
    """
    typed = unicodedata.normalize("NFKC", text)
    plain = "".join(typed.split()).removeprefix("¥").removesuffix("元")
    if not plain:
        raise WrongInput(
            "money.empty",
            "还没有填金额。请写成 12.60 的样子，单位是元。",
            "The amount is missing. Write it like 12.60, in yuan.",
        )
    if plain.startswith("-"):
        raise WrongInput(
            "money.negative",
            "金额不能是负数。请去掉前面的减号。",
            "An amount can't be negative. Remove the minus sign.",
        )
    if re.fullmatch(r"[0-9,]*\.[0-9]{3,}", plain):
        raise WrongInput(
            "money.decimals",
            "金额最多写到分，小数点后两位。请改成 12.60 的样子。",
            "An amount has at most two decimals. Write it like 12.60.",
        )
    match = _YUAN.fullmatch(plain)
    if match is None:
        raise WrongInput(
            "money.form",
            "这不是金额。请只写数字，像 12.60，单位是元。",
            "That is not an amount. Write digits only, like 12.60, in yuan.",
        )
    digits = match[1].replace(",", "").lstrip("0") + (match[2] or "").ljust(2, "0")
    if len(digits) > len(str(MAX_FEN)) or int(digits) > MAX_FEN:
        raise WrongInput(
            "money.too_large",
            "金额太大了，可能多打了几位。请再看一遍。",
            "The amount is too large; perhaps a few digits too many. Look at it again.",
        )
    return int(digits)


def format_yuan(fen: int) -> str:
    """Return fen as yuan with thousands and two decimals: 123456 is "1,234.56"."""
    yuan, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{yuan:,}.{rest:02d}"
