"""A share by week, or points of 100 by year: one strong line, last value at its end, last period thin, gaps left as gaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.safestring import SafeString

from minsheng.portal.charts import svg

WIDE, NARROW, WALL = (560, 272), (340, 240), (1120, 200)


@dataclass(frozen=True, slots=True)
class TrendPoint:
    """One week: the word under the axis ("" for most), and per cent, or None where nothing was."""

    tick: str
    percent: float | None


@dataclass(frozen=True, slots=True)
class Trend:
    """A line of weeks or years. `target` is a dashed line with its name, or None."""

    points: Sequence[TrendPoint]
    title: str
    about: str
    target: float | None = None
    target_words: str = ""
    unit: str = "%"


def draw_trend(trend: Trend, *, ident: str, size: tuple[int, int] = WIDE) -> SafeString:
    """Return the drawing in one of the sizes above."""
    width, height = size
    left, right, top, bottom = 44, width - 62, 16, height - 30
    known = [point.percent for point in trend.points if point.percent is not None]
    lowest = _floor(
        min([*known, *([trend.target] if trend.target is not None else [])], default=90)
    )
    steps = 4 if size == NARROW else 5

    def x(index: int) -> float:
        return left + (right - left) * index / max(1, len(trend.points) - 1)

    def y(percent: float) -> float:
        return bottom - (bottom - top) * (percent - lowest) / (100 - lowest)

    parts = []
    for step in range(steps + 1):
        percent = lowest + (100 - lowest) * step / steps
        parts.append(svg.element("path", "gl", d=f"M{left} {y(percent):.1f}H{right}"))
        parts.append(svg.words(f"{percent:g}{trend.unit}", "e", x=left - 8, y=y(percent) + 4.5))
    for index, point in enumerate(trend.points):
        if point.tick:
            parts.append(svg.element("path", "ax", d=f"M{x(index):.1f} {bottom}V{bottom + 5}"))
            parts.append(svg.words(point.tick, "m sm", x=x(index), y=bottom + 20))
    parts.append(svg.element("path", "ax", d=f"M{left} {bottom}H{right}"))
    if trend.target is not None:
        parts.append(svg.element("path", "ref", d=f"M{left} {y(trend.target):.1f}H{right}"))
        parts.append(svg.words(trend.target_words, "i1 halo", x=left + 6, y=y(trend.target) - 7))
    places = [
        None if point.percent is None else (x(index), y(point.percent))
        for index, point in enumerate(trend.points)
    ]
    runs = _runs(places)
    for first, second in pairwise(runs):
        (x1, y1), (x2, y2) = first[-1], second[0]
        parts.append(svg.element("path", "ref2", d=f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}"))
    for run in runs:
        line = " ".join(f"{px:.1f} {py:.1f}" for px, py in run)
        parts.append(svg.element("path", "ln-r", d=f"M{line}"))
        if len(run) == 1:
            parts.append(svg.element("circle", "dot", cx=run[0][0], cy=run[0][1], r=3))
    if runs:
        px, py = runs[-1][-1]
        parts.append(svg.element("circle", "dot", cx=px, cy=py, r=5))
        parts.append(svg.words(f"{known[-1]:g}{trend.unit}", "tr", x=px + 10, y=py + 5))
    return svg.drawing(
        parts, width=width, height=height, ident=ident, title=trend.title, about=trend.about
    )


def _floor(percent: float) -> float:
    """Return a round foot of the axis below the lowest value."""
    for foot in (90.0, 80.0, 50.0):
        if percent >= foot:
            return foot
    return 0.0


def _runs(
    places: Sequence[tuple[float, float] | None],
) -> list[list[tuple[float, float]]]:
    """Return the stretches without a gap."""
    runs: list[list[tuple[float, float]]] = []
    fresh = True
    for place in places:
        if place is None:
            fresh = True
            continue
        if fresh:
            runs.append([])
        runs[-1].append(place)
        fresh = False
    return runs
