"""A pupil's units: now filled, before hollow, what was never asked dotted. Compared with nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from minsheng.portal.charts import svg

WIDE, NARROW = 560, 340
ROW, TOP = 34, 30
LINE = 80
"""From here on a unit stands."""


@dataclass(frozen=True, slots=True)
class UnitBar:
    """One unit: its name, per cent now and before; None where nothing was asked."""

    title: str
    now: int | None
    before: int | None


@dataclass(frozen=True, slots=True)
class UnitWords:
    """Words of the drawing in the reader's language."""

    title: str
    about: str
    line: str
    untested: str


def draw_units(units: Sequence[UnitBar], words: UnitWords, *, ident: str, width: int) -> SafeString:
    """Return the drawing, WIDE or NARROW; the names stand above the bars in the narrow one."""
    narrow = width == NARROW
    row = ROW + 16 if narrow else ROW
    left = 4 if narrow else 190
    right = width - 44
    height = TOP + row * len(units) + 8

    def x(percent: float) -> float:
        return left + (right - left) * percent / 100

    parts = [
        svg.element("path", "ref", d=f"M{x(LINE):.1f} {TOP - 6}V{height - 6}"),
        svg.words(words.line, "m sm i1", x=x(LINE), y=TOP - 14),
    ]
    for at, unit in enumerate(units):
        y = TOP + row * at + (row - 14 if narrow else row / 2)
        if narrow:
            parts.append(svg.words(unit.title, "k", x=left, y=y - 13))
        else:
            parts.append(svg.words(unit.title, "k e", x=left - 14, y=y + 4.5))
        if unit.now is None:
            parts.append(svg.element("path", "unk", d=f"M{x(0):.1f} {y:.1f}H{x(100):.1f}"))
            parts.append(svg.words(words.untested, "", x=x(100) + 8, y=y + 4.5))
            continue
        parts.append(svg.element("path", "gl", d=f"M{x(0):.1f} {y:.1f}H{x(100):.1f}"))
        kind = "dot" if unit.now >= LINE else "dot-o"
        if unit.before is not None:
            parts.append(
                svg.element("path", "ln-g", d=f"M{x(unit.before):.1f} {y:.1f}H{x(unit.now):.1f}")
            )
            parts.append(svg.element("circle", "hollow", cx=x(unit.before), cy=y, r=5))
        parts.append(svg.element("circle", kind, cx=x(unit.now), cy=y, r=6.5))
        tone = "tr" if unit.now >= LINE else "to"
        parts.append(svg.words(str(unit.now), tone, x=x(100) + 8, y=y + 4.5))
    return svg.drawing(
        parts, width=width, height=round(height), ident=ident, title=words.title, about=words.about
    )
