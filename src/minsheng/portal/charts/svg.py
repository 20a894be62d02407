"""SVG by pieces: each function returns escaped markup; looks come from classes, never from style.

Widths of text are estimates, made generous so that labels keep apart whatever font is there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

Number = float | int

_WIDTHS = {"digit": 0.58, "upper": 0.7, "lower": 0.545, "narrow": 0.32}
_WORDS = re.compile(r"[ -~À-ɏ’‘“”–]+ ?|.")


def number(value: Number) -> str:
    """Return a coordinate with at most one decimal."""
    said = f"{value:.1f}"
    return said[:-2] if said.endswith(".0") else said


def element(name: str, kind: str = "", /, **values: Number | str) -> str:
    """Return an empty element of class `kind`; underscores in names stand for hyphens."""
    return f"<{name}{_attributes(kind, values)}/>"


def words(said: str, kind: str = "", /, **values: Number | str) -> str:
    """Return a text element; `said` is escaped."""
    return f"<text{_attributes(kind, values)}>{escape(said)}</text>"


def label(strong: str, rest: str, kind: str = "", /, **values: Number | str) -> str:
    """Return a text of two parts, the second one quiet."""
    quiet = f'<tspan class="dimt" dx="8">{escape(rest)}</tspan>' if rest else ""
    return f"<text{_attributes(kind, values)}>{escape(strong)}{quiet}</text>"


def drawing(
    parts: Iterable[str], *, width: int, height: int, ident: str, title: str, about: str
) -> SafeString:
    """Return a whole drawing with a title and a description for screen readers."""
    inside = "".join(parts)
    return mark_safe(  # noqa: S308  every part above is escaped
        f'<svg class="g" viewBox="0 0 {width} {height}" role="img"'
        f' aria-labelledby="{escape(ident)}-t {escape(ident)}-d">'
        f'<title id="{escape(ident)}-t">{escape(title)}</title>'
        f'<desc id="{escape(ident)}-d">{escape(about)}</desc>{inside}</svg>'
    )


def text_width(said: str, size: Number, *, bold: bool = False) -> float:
    """Return how wide `said` may get at `size`, on the generous side."""
    total = sum(_character_width(character) for character in said)
    return total * size * (1.07 if bold else 1.0)


def wrapped(said: str, size: Number, *, width: Number, lines: int = 3) -> list[str]:
    """Return `said` broken into at most `lines` lines of `width`; the last one ends in … if cut."""
    rows: list[str] = [""]
    for piece in _WORDS.findall(said):
        for word in re.findall(r"\S+\s*", piece) or [piece]:
            if rows[-1] and text_width((rows[-1] + word).rstrip(), size) > width:
                rows.append("")
            rows[-1] += word
    rows = [row.strip() for row in rows]
    if len(rows) > lines:
        rows = [*rows[: lines - 1], rows[lines - 1].rstrip("，、, ") + "…"]
    return rows


def _character_width(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF" or character in "①②③④⑤⑥⑦⑧⑨⑩":
        return 1.0
    if character.isdigit():
        return _WIDTHS["digit"]
    if character in " .,:;'’il|!()":
        return _WIDTHS["narrow"]
    return _WIDTHS["upper"] if character.isupper() or character in "mwMW—…" else _WIDTHS["lower"]


def _attributes(kind: str, values: dict[str, Number | str]) -> str:
    pairs = [f' class="{escape(kind)}"'] if kind else []
    for name, value in values.items():
        said = value if isinstance(value, str) else number(value)
        pairs.append(f' {name.replace("_", "-")}="{escape(said)}"')
    return "".join(pairs)
