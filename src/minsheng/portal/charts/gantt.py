"""A Gantt drawing: a bar from begin to due day for each entry, what is done of it filled, milestones, today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from django.utils.safestring import SafeString

from minsheng.portal.charts import svg

WIDE, NARROW = 1120, 340
ROW, TOP = 30, 26
MOST_MONTHS = 12


@dataclass(frozen=True, slots=True)
class GanttMark:
    """One milestone on a bar."""

    on: date
    is_done: bool
    is_late: bool


@dataclass(frozen=True, slots=True)
class GanttBar:
    """One entry. `share` is what is done, None: unknown, drawn dotted."""

    title: str
    begin: date
    end: date
    share: float | None
    is_late: bool
    marks: Sequence[GanttMark] = ()


def draw_gantt(
    bars: Sequence[GanttBar],
    *,
    on: date,
    title: str,
    about: str,
    ident: str,
    narrow: bool = False,
) -> SafeString:
    """Return the drawing, 1120 or 340 wide, with a line for `on`."""
    width = NARROW if narrow else WIDE
    left = 0.0 if narrow else 300.0
    row, above = (ROW + 18, 18) if narrow else (ROW, 0)
    first = min([bar.begin for bar in bars] + [on]).replace(day=1)
    last = max([bar.end for bar in bars] + [on]) + timedelta(days=14)
    span = max(1, (last - first).days)
    height = TOP + row * len(bars) + 6

    def x(day: date) -> float:
        return left + (width - left - 8) * (day - first).days / span

    parts = []
    months = _months(first, last)
    step = -(-len(months) // (4 if narrow else MOST_MONTHS))
    for month in months[::step]:
        parts.append(svg.element("path", "gl", d=f"M{x(month):.1f} {TOP - 4}V{height}"))
        words = f"{month.year}-{month.month:02d}"
        if x(month) + svg.text_width(words, 12) < width:
            parts.append(svg.words(words, "sm", x=x(month) + 2, y=14))
    for index, bar in enumerate(bars):
        y = TOP + row * index
        name = svg.wrapped(bar.title, 13.5, width=330 if narrow else 286, lines=1)[0]
        at = (0.0, y + 14) if narrow else (0.0, y + 20)
        parts.append(svg.words(name, "i1", x=at[0], y=at[1]))
        parts += _bar(bar, x(bar.begin), x(bar.end), y + above + 7)
        for mark in bar.marks:
            tone = "fr" if mark.is_done else "fv" if mark.is_late else "hollow"
            mx, my = x(mark.on), y + above + 14
            parts.append(svg.element("path", tone, d=f"M{mx:.1f} {my - 7}l6 7l-6 7l-6 -7Z"))
    parts.append(svg.element("path", "now", d=f"M{x(on):.1f} {TOP - 6}V{height}"))
    return svg.drawing(parts, width=width, height=height, ident=ident, title=title, about=about)


def _bar(bar: GanttBar, begin: float, end: float, y: float) -> list[str]:
    length = max(4.0, end - begin)
    box = {"y": y, "height": 14.0}
    if bar.share is None:
        return [svg.element("rect", "unk", x=begin, width=length, **box)]
    tone = "hollow-v" if bar.is_late else "hollow-r"
    parts = [svg.element("rect", tone, x=begin, width=length, **box)]
    if bar.share > 0:
        parts.append(svg.element("rect", "fr", x=begin, width=length * bar.share, **box))
    return parts


def _months(first: date, last: date) -> list[date]:
    found = [first]
    while found[-1] < last:
        one = found[-1]
        found.append(date(one.year + one.month // 12, one.month % 12 + 1, 1))
    return [month for month, _ in pairwise(found)] or found
