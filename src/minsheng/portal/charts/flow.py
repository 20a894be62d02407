"""A flow in columns: neutral on the left, the colour of the outcome on the right.

Widths are true to the numbers; a stream too thin to see is still one pixel. On a phone the first
column is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from minsheng.portal.charts import svg

BAR, GAP, TOP = 12.0, 22.0, 10.0
BARS = {tone: f"f{tone}" for tone in "rosv"}


@dataclass(frozen=True, slots=True)
class Stage:
    """One bar of a column. `tone`: "s" neutral, "r" well, "o" waits, "v" unhappy."""

    key: str
    title: str
    tone: str = "s"


@dataclass(frozen=True, slots=True)
class Stream:
    """So many go from one bar to a bar of the next column."""

    start: str
    end: str
    count: int


@dataclass
class _Bar:
    stage: Stage
    x: float
    y: float
    height: float
    count: int
    sent: float = 0.0
    got: float = 0.0


def draw_flow(
    columns: Sequence[Sequence[Stage]],
    streams: Sequence[Stream],
    *,
    title: str,
    about: str,
    ident: str,
    narrow: bool = False,
) -> SafeString:
    """Return the drawing, 1120 wide, or 340 wide with the last two columns."""
    shown = list(columns[-2:] if narrow else columns)
    here = {stage.key for column in shown for stage in column}
    streams = [one for one in streams if one.start in here and one.end in here]
    counts = _counts(shown, streams)
    shown = [[stage for stage in column if counts.get(stage.key)] for column in shown]
    width, height = (340, 420) if narrow else (1120, 340)
    total = max((sum(counts[s.key] for s in column) for column in shown), default=0)
    most = max((len(column) for column in shown), default=1)
    scale = (height - 2 * TOP - GAP * max(0, most - 1)) / max(1, total)
    names = [f"{s.title} {counts[s.key]}" for s in shown[0]] if shown else []
    widest = max((svg.text_width(name, 13.5) for name in names), default=0)
    first = 0.0 if narrow else min(320.0, widest + 16)
    last = width - (150.0 if narrow else 162.0)
    bars: dict[str, _Bar] = {}
    for index, column in enumerate(shown):
        x = first + (last - first) * index / max(1, len(shown) - 1)
        used = sum(counts[s.key] * scale for s in column) + GAP * max(0, len(column) - 1)
        y = TOP + (height - 2 * TOP - used) / 2
        for stage in column:
            tall = max(1.0, counts[stage.key] * scale)
            bars[stage.key] = _Bar(stage, x, y, tall, counts[stage.key])
            y += tall + GAP
    parts = [_ribbon(bars, stream, scale) for stream in streams]
    parts += [_bar(bar, left=bar.x == first and not narrow) for bar in bars.values()]
    return svg.drawing(
        [part for part in parts if part],
        width=width, height=height, ident=ident, title=title, about=about,
    )  # fmt: skip


def _counts(columns: Sequence[Sequence[Stage]], streams: Sequence[Stream]) -> dict[str, int]:
    first = {stage.key for stage in columns[0]} if columns else set()
    counts: dict[str, int] = {}
    for stream in streams:
        key = stream.start if stream.start in first else ""
        if key:
            counts[key] = counts.get(key, 0) + stream.count
        counts[stream.end] = counts.get(stream.end, 0) + stream.count
    return counts


def _ribbon(bars: dict[str, _Bar], stream: Stream, scale: float) -> str:
    start, end = bars.get(stream.start), bars.get(stream.end)
    if start is None or end is None or not stream.count:
        return ""
    thick = max(1.0, stream.count * scale)
    x1, x2 = start.x + BAR, end.x
    y1, y2 = start.y + start.sent, end.y + end.got
    start.sent += thick
    end.got += thick
    middle = (x1 + x2) / 2
    path = (
        f"M{x1:.1f} {y1:.1f}C{middle:.1f} {y1:.1f} {middle:.1f} {y2:.1f} {x2:.1f} {y2:.1f}"
        f"V{y2 + thick:.1f}C{middle:.1f} {y2 + thick:.1f} {middle:.1f} {y1 + thick:.1f} "
        f"{x1:.1f} {y1 + thick:.1f}Z"
    )
    return svg.element("path", f"flow-{end.stage.tone}", d=path)


def _bar(bar: _Bar, *, left: bool) -> str:
    box = svg.element("rect", BARS[bar.stage.tone], x=bar.x, y=bar.y, width=BAR, height=bar.height)
    y = bar.y + bar.height / 2 + 5
    said = f"{bar.stage.title} {bar.count}"
    if left:
        return box + svg.words(said, "e i1", x=bar.x - 10, y=y)
    return box + svg.words(said, "i1 halo", x=bar.x + BAR + 10, y=y)
