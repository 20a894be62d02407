"""Formulas between dollar signs in a text, for a page, for paper, for a list and for an ear.

Total and bounded: what isn't understood is shown as it stands, longer than 200 characters too.
What goes to paper is a tree (JSON), never markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Literal, TypeAlias

from minsheng.lib.texts import Text

MAX_CHARS = 200
SHORT, BREAKS = 8, frozenset("=<>≈+−-×÷")
"""So many signs stay on one line; a longer formula may break before one of these."""
MAX_DEPTH = 6
CLOSING = frozenset("，。；：、？！）”")
Sort = Literal["number", "letter", "sign", "blank", "words"]
_TOKEN = re.compile(
    r"(?P<number>\d+(?:\.\d+)?)|(?P<letter>[A-Za-zα-ω])|(?P<blank>□|[(（][ \u3000]*[)）])"
    r"|(?P<group>[{}])|(?P<join>[\^/])|(?P<sign>[-+−×÷·*=<>≈≠≤≥±:()（）\[\]%°∠⊥∥△,…])"
    r"|(?P<space>[ \u3000]+)|(?P<words>.)",
    re.DOTALL,
)
_SHOWN = {"*": "×", "-": "−", "（": "(", "）": ")"}
_PAREN_BLANK = "(\u3000)"
_SAID = {
    "+": "加", "−": "减", "×": "乘", "·": "乘", "÷": "除以", "=": "等于", "<": "小于", ">": "大于",
    "≈": "约等于", "≠": "不等于", "≤": "小于等于", "≥": "大于等于", ":": "比", "(": "左括号",
    ")": "右括号", "[": "左中括号", "]": "右中括号", "%": "百分号", "°": "度", "∠": "角",
    "⊥": "垂直于", "∥": "平行于", "△": "三角形", ",": "，", "…": "省略号", "±": "正负", "/": "除以",
    "□": "方框", _PAREN_BLANK: "括号里填空",
}  # fmt: skip
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Atom:
    """One number, letter, sign or blank, or words that are shown as they stand."""

    sort: Sort
    text: str


@dataclass(frozen=True, slots=True)
class Fraction:
    """`top` over `bottom`."""

    top: tuple[Part, ...]
    bottom: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Power:
    """`base` with `exponent` above it."""

    base: tuple[Part, ...]
    exponent: tuple[Part, ...]


Part: TypeAlias = Atom | Fraction | Power


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a text: words, or a formula with its parts."""

    text: str
    parts: tuple[Part, ...] = ()


def pieces(text: str) -> tuple[Piece, ...]:
    """Return a text as words and formulas in turn. A lone dollar sign is a word."""
    cut = text.split("$")
    if len(cut) % 2 == 0:
        cut[-2:] = [f"{cut[-2]}${cut[-1]}"]
    found = [
        Piece(stretch, read_formula(stretch) if at % 2 else ())
        for at, stretch in enumerate(cut)
        if stretch
    ]
    return tuple(found)


def wrong_formula(text: str) -> Text | None:
    """Return why the formulas of a text can't be shown as meant, or None."""
    if text.count("$") % 2:
        return Text("$ 没有成对", "a dollar sign stands alone")
    for stretch in text.split("$")[1::2]:
        if not stretch.strip() or len(stretch) > MAX_CHARS:
            return Text(
                f"公式是空的，或者超过 {MAX_CHARS} 个字",
                f"a formula is empty or longer than {MAX_CHARS}",
            )
        depth = deepest = 0
        for char in stretch:
            depth += (char == "{") - (char == "}")
            deepest = max(deepest, depth)
            if depth < 0:
                break
        if depth or deepest > MAX_DEPTH:
            return Text(f"花括号没有成对：{stretch}", f"braces don't fit: {stretch}")
        if re.search(r"\^\s*$|(?:^|[-+−×÷=(])\s*\^", stretch):
            return Text(f"^ 的前后要有数：{stretch}", f"^ stands alone: {stretch}")
    return None


def read_formula(text: str) -> tuple[Part, ...]:
    """Return the parts of one formula, without its dollar signs."""
    if len(text) > MAX_CHARS:
        return (Atom("words", text),)
    tokens = [(match.lastgroup or "", match[0]) for match in _TOKEN.finditer(text)]
    parts, at = _parts(tokens, 0, depth=0)
    if at < len(tokens):
        return (Atom("words", text),)
    return parts


def _parts(
    tokens: Sequence[tuple[str, str]], at: int, *, depth: int
) -> tuple[tuple[Part, ...], int]:
    found: list[Part] = []
    while at < len(tokens):
        sort, word = tokens[at]
        if word == "}" and sort == "group":
            return tuple(found), at
        if sort == "space":
            at += 1
            continue
        grouped = (sort, word) == ("group", "{")
        unit, at = _unit(tokens, at, depth=depth)
        joined = tokens[at] if at < len(tokens) else ("", "")
        if joined[0] == "join" and at + 1 < len(tokens) and (grouped or _may_join(unit, joined[1])):
            after = tokens[at + 1]
            if after[0] in ("number", "letter", "blank") or after == ("group", "{"):
                other, at = _unit(tokens, at + 1, depth=depth)
                unit = (Fraction(unit, other) if joined[1] == "/" else Power(unit, other),)
        found += unit
    return tuple(found), at


def _may_join(unit: tuple[Part, ...], join: str) -> bool:
    """Whether what was just read may stand over a / or under a ^; a bracket only under a ^."""
    last = unit[-1]
    if not isinstance(last, Atom):
        return True
    return last.sort in ("number", "letter", "blank") or (join == "^" and last.text in ")]")


def _unit(
    tokens: Sequence[tuple[str, str]], at: int, *, depth: int
) -> tuple[tuple[Part, ...], int]:
    sort, word = tokens[at]
    if word == "{" and sort == "group":
        if depth < MAX_DEPTH:
            inner, end = _parts(tokens, at + 1, depth=depth + 1)
            if end < len(tokens):
                return inner, end + 1
        return (Atom("words", word),), at + 1
    if sort == "blank":
        return (Atom("blank", word if word == "□" else _PAREN_BLANK),), at + 1
    if sort in ("join", "group"):
        return (Atom("sign", word),), at + 1
    if sort == "words":
        end = at
        while end < len(tokens) and tokens[end][0] == "words":
            end += 1
        return (Atom("words", "".join(one for _, one in tokens[at:end])),), end
    shown: Sort = "number" if sort == "number" else "letter" if sort == "letter" else "sign"
    return (Atom(shown, _SHOWN.get(word, word)),), at + 1


# ── for a page ──────────────────────────────────────────────────────────────────────────────────

_TAGS = {"number": "mn", "letter": "mi", "sign": "mo", "blank": "mtext", "words": "mtext"}


def as_html(text: str) -> str:
    """Return a text as safe HTML, its formulas as MathML with their words for the ear."""
    found, closed = "", False
    cut = pieces(text)
    for piece, following in zip(cut, (*cut[1:], Piece("")), strict=False):
        if piece.parts:
            mark = "" if following.parts else _closing(following.text)
            found, closed = found + _math(piece.parts, mark), bool(mark)
        else:
            found, closed = found + escape(piece.text[closed:]), False
    return found


def _closing(text: str) -> str:
    """Return the mark with which a text closes what stands before it; nothing for none."""
    return text[:1] if text[:1] in CLOSING else ""


def _math(parts: Sequence[Part], mark: str) -> str:
    """Return one formula; a long one in stretches, so that a narrow screen can break it at a sign.

    A closing mark stays on the line of what it closes: browsers break between MathML and text anywhere.
    """
    *shown, last = [
        f'<math alttext="{escape(spoken_parts(some))}">{_row(some)}</math>'
        for some in _stretches(parts)
    ]
    return "<wbr/>".join([*shown, f'<span class="num">{last}{mark}</span>' if mark else last])


def _stretches(parts: Sequence[Part]) -> list[Sequence[Part]]:
    if len(_line(parts)) <= SHORT:
        return [parts]
    found: list[list[Part]] = [[]]
    for part in parts:
        if isinstance(part, Atom) and part.text in BREAKS and found[-1]:
            found.append([])
        found[-1].append(part)
    return list(found)


def _row(parts: Iterable[Part]) -> str:
    return f"<mrow>{''.join(map(_mathml, parts))}</mrow>"


def _mathml(part: Part) -> str:
    if isinstance(part, Fraction):
        return f"<mfrac>{_row(part.top)}{_row(part.bottom)}</mfrac>"
    if isinstance(part, Power):
        return f"<msup>{_row(part.base)}{_row(part.exponent)}</msup>"
    tag = _TAGS[part.sort]
    return f"<{tag}>{escape(part.text)}</{tag}>"


# ── for paper ───────────────────────────────────────────────────────────────────────────────────


def as_tree(text: str) -> list[dict[str, object]]:
    """Return a text as plain data for the typesetter: words and formulas in turn."""
    return [
        {"formula": [_tree(part) for part in piece.parts]} if piece.parts else {"words": piece.text}
        for piece in pieces(text)
    ]


def _tree(part: Part) -> dict[str, object]:
    if isinstance(part, Fraction):
        return {
            "sort": "fraction", "top": list(map(_tree, part.top)),
            "bottom": list(map(_tree, part.bottom)),
        }  # fmt: skip
    if isinstance(part, Power):
        return {
            "sort": "power", "base": list(map(_tree, part.base)),
            "exponent": list(map(_tree, part.exponent)),
        }  # fmt: skip
    return {"sort": part.sort, "text": part.text}


# ── for a list and for an ear ───────────────────────────────────────────────────────────────────

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def as_plain(text: str) -> str:
    """Return a text with its formulas on one line: 3/4, a², (a+b)/c."""
    return "".join(_line(piece.parts) if piece.parts else piece.text for piece in pieces(text))


def _line(parts: Iterable[Part]) -> str:
    """Return parts on one line; a whole number keeps its distance from the fraction after it."""
    found, before = "", False
    for part in parts:
        found += (" " if before and isinstance(part, Fraction) else "") + _plain(part)
        before = isinstance(part, Atom) and part.sort == "number"
    return found


def _plain(part: Part) -> str:
    if isinstance(part, Fraction):
        return f"{_bracketed(part.top)}/{_bracketed(part.bottom)}"
    if isinstance(part, Power):
        exponent = _line(part.exponent)
        if exponent.isascii() and exponent.isdigit():
            return _bracketed(part.base) + exponent.translate(_RAISED)
        return f"{_bracketed(part.base)}^{_bracketed(part.exponent)}"
    return part.text


def _bracketed(parts: tuple[Part, ...]) -> str:
    inner = _line(parts)
    return inner if len(parts) <= 1 else f"({inner})"


def as_spoken(text: str) -> str:
    """Return a text as one would read it aloud in Chinese: 四分之三, a 的平方, 三加五等于八."""
    return "".join(
        spoken_parts(piece.parts) if piece.parts else piece.text for piece in pieces(text)
    )


def spoken_parts(parts: Iterable[Part]) -> str:
    """Return the parts of a formula as one would read them aloud."""
    found, before = "", False
    for part in parts:
        if before and isinstance(part, Fraction):
            found += "又"
        found += _spoken(part)
        before = isinstance(part, Atom) and part.sort == "number"
    return found


def _spoken(part: Part) -> str:
    if isinstance(part, Fraction):
        return f"{spoken_parts(part.bottom)}分之{spoken_parts(part.top)}"
    if isinstance(part, Power):
        exponent = _line(part.exponent)
        named = {"2": "平方", "3": "立方"}.get(exponent)
        return f"{spoken_parts(part.base)}的{named or spoken_parts(part.exponent) + '次方'}"
    if part.sort == "number":
        return chinese_number(part.text)
    return _SAID.get(part.text, part.text)


def chinese_number(text: str) -> str:
    """Return 30500.2 as 三万零五百点二; a number of more than 12 digits stays as it is."""
    whole, _, places = text.partition(".")
    if len(whole) > 12 or not whole.isdigit():
        return text
    said = _whole(int(whole))
    return f"{said}点{''.join(_DIGITS[int(one)] for one in places)}" if places else said


def _whole(number: int) -> str:
    if number == 0:
        return _DIGITS[0]
    found, skipped = "", False
    for scale, word in ((10**8, "亿"), (10**4, "万"), (1, "")):
        section, number = divmod(number, scale)
        if section:
            zero = found and (skipped or section < 1000)
            found += (_DIGITS[0] if zero else "") + _section(section) + word
        skipped = bool(found) and not section
    return found.removeprefix("一") if found.startswith("一十") else found


def _section(number: int) -> str:
    found, zero = "", False
    for scale, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, scale)
        if digit:
            found += (_DIGITS[0] if zero and found else "") + _DIGITS[digit] + word
            zero = False
        else:
            zero = True
    return found
