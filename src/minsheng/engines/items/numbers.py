"""Numbers as pupils write them: full-width digits, separators, fractions, percents, units.

Exact: a number is a Fraction. Bounded: a text of more than 40 characters is no number.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

MAX_CHARS = 40
_SIGNS = str.maketrans(
    {"−": "-", "–": "-", "—": "-", "﹣": "-", "⁄": "/", "∕": "/", "，": ",", "。": ".", "．": ".",
     "×": "*", "·": "*", "∙": "*", "⋅": "*", "÷": "/", "（": "(", "）": ")"}
)  # fmt: skip
_UNSIGNED = r"(?:\d{1,3}(?:[ ,]\d{3})+|\d{1,4}(?:[ ,]\d{4})+|\d+)(?:\.\d+)?|\.\d+"
_DECIMAL = re.compile(rf"(?P<number>{_UNSIGNED})(?P<scale>%|‰|万|亿)?")
_FRACTION = re.compile(r"(?:(?P<whole>\d+)(?:又| +))?(?P<top>\d+) ?/ ?(?P<bottom>\d+)")
_SPOKEN = re.compile(r"(?:(?P<whole>\d+)又)?(?P<bottom>\d+)分之(?P<top>\d+)")
_HALVES = re.compile(r"(?<=\d)(?=[¼½¾⅐-⅞])")
_SCALES = {"%": Fraction(1, 100), "‰": Fraction(1, 1000), "万": Fraction(10**4),
           "亿": Fraction(10**8)}  # fmt: skip
_LEAD = re.compile(r"^(?:[a-z] ?)?[=≈] ?|^(?:约|大约) ?")
_SAME_UNIT: tuple[tuple[str, ...], ...] = (
    ("平方米", "m2", "m^2", "平米"),
    ("平方厘米", "cm2", "cm^2"),
    ("平方分米", "dm2", "dm^2"),
    ("平方千米", "km2", "km^2", "平方公里"),
    ("公顷", "hm2", "hm^2", "ha"),
    ("立方米", "m3", "m^3"),
    ("立方厘米", "cm3", "cm^3"),
    ("立方分米", "dm3", "dm^3"),
    ("毫米", "mm"),
    ("厘米", "cm"),
    ("分米", "dm"),
    ("米", "m"),
    ("千米", "km", "公里"),
    ("克", "g"),
    ("千克", "kg", "公斤"),
    ("吨", "t"),
    ("毫升", "ml"),
    ("升", "l"),
    ("元", "块", "块钱"),
    ("度", "°"),
    ("时", "小时", "h"),
    ("分", "分钟", "min"),
    ("秒", "秒钟", "s"),
)


def folded(text: str) -> str:
    """Return a text in one width, with one kind of each sign, without spaces at its ends."""
    raised = _HALVES.sub(" ", text).replace("²", "^2").replace("³", "^3")
    return unicodedata.normalize("NFKC", raised).translate(_SIGNS).strip()


def read_number(text: str, *, unit: str = "") -> Fraction | None:
    """Return the number a text stands for, or None when it isn't one.

    Knows 1,234 · 12 345 · ３.５ · .5 · 3/4 · 1 1/2 · 1又1/2 · 4分之3 · 25% · 3万, a sign before it,
    `unit` (also its usual abbreviation) after it, and a leading =, ≈ or x=.
    """
    if len(text) > MAX_CHARS:
        return None
    plain = _LEAD.sub("", _without_unit(folded(text).lower().rstrip("."), unit)).strip()
    sign = -1 if plain.startswith("-") else 1
    plain = plain.removeprefix("-").removeprefix("+").strip()
    found = _unsigned(plain)
    return None if found is None else sign * found


def _unsigned(plain: str) -> Fraction | None:
    match = _FRACTION.fullmatch(plain) or _SPOKEN.fullmatch(plain.replace(" ", ""))
    if match is not None:
        bottom = int(match["bottom"])
        if bottom == 0:
            return None
        return int(match["whole"] or 0) + Fraction(int(match["top"]), bottom)
    match = _DECIMAL.fullmatch(plain)
    if match is None:
        return None
    return Fraction(match["number"].replace(",", "").replace(" ", "")) * _SCALES.get(
        match["scale"] or "", 1
    )


def _without_unit(plain: str, unit: str) -> str:
    if not unit:
        return plain
    own = folded(unit).lower()
    for word in sorted((own, *_like(own)), key=len, reverse=True):
        if plain.endswith(word):
            before = plain.removesuffix(word).rstrip()
            # "5平方米" is no number of metres: what is left has to end as a number does.
            if before and (before[-1].isdigit() or before[-1] in "万亿."):
                return before.rstrip(".")
    return plain


def _like(unit: str) -> tuple[str, ...]:
    return next((group for group in _SAME_UNIT if unit in group), ())


def number_said(value: Fraction) -> str:
    """Return a number as a pupil would write it: 12, -0.75, 2/3."""
    bottom = value.denominator
    twos = fives = 0
    while bottom % 2 == 0:
        bottom, twos = bottom // 2, twos + 1
    while bottom % 5 == 0:
        bottom, fives = bottom // 5, fives + 1
    places = max(twos, fives)
    if bottom != 1 or places > 6:
        return f"{value.numerator}/{value.denominator}"
    if places == 0:
        return str(value.numerator)
    whole = abs(value.numerator) * 10**places // value.denominator
    digits = str(whole).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}"
