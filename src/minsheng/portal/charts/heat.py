"""A heat map: rows by columns, a number in each cell, a dashed cell where there was nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from minsheng.portal.charts import svg

EDGES = (1.0, 5.0, 15.0, 30.0)
"""Where the next deeper colour begins, in per cent."""


@dataclass(frozen=True, slots=True)
class HeatLine:
    """One row: its name and, for each column, per cent with its words, or None: nothing was due."""

    title: str
    cells: Sequence[tuple[float, str] | None]


def level(percent: float) -> int:
    """Return the colour from 1 to 5."""
    return 1 + sum(percent >= edge for edge in EDGES)


def draw_heat(
    rows: Sequence[HeatLine],
    heads: Sequence[str],
    *,
    title: str,
    about: str,
    ident: str,
    narrow: bool = False,
) -> SafeString:
    """Return the drawing, 1120 wide, or 340 wide with the newest columns only."""
    if narrow:
        heads = heads[-5:]
        rows = [HeatLine(row.title, row.cells[-5:]) for row in rows]
    width, size = (340, 13.5) if narrow else (1120, 13.5)
    widest = max((svg.text_width(row.title, size) for row in rows), default=60)
    # On a phone the name stands above its cells, so that the numbers keep their size.
    left = 0.0 if narrow else min(widest, 300) + 16
    tall, top, above = (60, 22, 22) if narrow else (34, 26, 0)
    step = (width - left) / max(1, len(heads))
    parts = []
    for column, head in enumerate(heads):
        parts.append(svg.words(head, "m sm", x=left + step * (column + 0.5), y=14))
    for index, row in enumerate(rows):
        y = top + tall * index
        name = svg.wrapped(row.title, size, width=330 if narrow else 300, lines=1)[0]
        if narrow:
            parts.append(svg.words(name, "i1", x=0, y=y + 16))
        else:
            parts.append(svg.words(name, "e i1", x=left - 10, y=y + 21))
        for column, value in enumerate(row.cells):
            x = left + step * column
            box = {"x": x + 1, "y": y + above + 1, "width": step - 2, "height": 32.0}
            if value is None:
                parts.append(
                    svg.element("rect", "unk", x=x + 3, y=y + above + 3, width=step - 6, height=28)
                )
                continue
            percent, said = value
            tone = level(percent)
            parts.append(svg.element("rect", f"hm{tone}", **box))
            parts.append(svg.words(said, f"m hm{tone}t", x=x + step / 2, y=y + above + 22))
    height = top + tall * len(rows) + 2
    return svg.drawing(parts, width=width, height=height, ident=ident, title=title, about=about)
