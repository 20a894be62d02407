"""What is given as one number rises: a line that breaks at each cliff, with the loss beside the largest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from minsheng.portal.charts import svg

WIDE, NARROW = (560, 260), (340, 230)
MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class Run:
    """From one value to another, and yuan at both ends; None where nobody knows."""

    low: float
    high: float
    yuan_low: float | None
    yuan_high: float | None


@dataclass(frozen=True, slots=True)
class Fall:
    """Where one more loses, and how that is written."""

    at: float
    words: str


def draw_amounts(
    runs: Sequence[Run],
    falls: Sequence[Fall],
    *,
    ticks: Sequence[tuple[float, str]],
    ident: str,
    title: str,
    about: str,
    size: tuple[int, int] = WIDE,
) -> SafeString:
    """Return the drawing in one of the sizes above; at least one run."""
    width, height = size
    left, right, top, bottom = 78, width - 34, 26, height - 34
    first, last = runs[0].low, max(run.high for run in runs)
    most = max((yuan for run in runs for yuan in (run.yuan_low, run.yuan_high) if yuan), default=1)

    def x(value: float) -> float:
        return left + (right - left) * (value - first) / max(1e-9, last - first)

    def y(yuan: float) -> float:
        return bottom - (bottom - top) * yuan / most

    parts = []
    for step in range(3):
        yuan = most * step / 2
        parts.append(svg.element("path", "gl", d=f"M{left} {y(yuan):.1f}H{right}"))
        parts.append(svg.words(f"{yuan:,.0f}", "e", x=left - 8, y=y(yuan) + 4.5))
    for value, said in ticks:
        parts.append(svg.element("path", "ax", d=f"M{x(value):.1f} {bottom}V{bottom + 5}"))
        parts.append(svg.words(said, "m sm", x=x(value), y=bottom + 20))
    parts.append(svg.element("path", "ax", d=f"M{left} {bottom}H{right}"))
    parts += [svg.element("path", "ref", d=f"M{x(fall.at):.1f} {top}V{bottom}") for fall in falls]
    for run in runs:
        if run.yuan_low is None or run.yuan_high is None:
            parts.append(
                svg.element("path", "ref2", d=f"M{x(run.low):.1f} {bottom - 3}H{x(run.high):.1f}")
            )
            continue
        line = f"M{x(run.low):.1f} {y(run.yuan_low):.1f}L{x(run.high):.1f} {y(run.yuan_high):.1f}"
        parts.append(svg.element("path", "ln-r", d=line))
        if run.low == run.high:
            parts.append(svg.element("circle", "dot", cx=x(run.low), cy=y(run.yuan_low), r=3))
    for number, fall in enumerate(falls[:MOST_NAMED]):
        is_right = x(fall.at) > (left + right) / 2
        place = x(fall.at) + (-6 if is_right else 6)
        parts.append(
            svg.words(
                fall.words,
                "e tv" if is_right else "tv",
                x=place,
                y=(top + bottom) / 2 + 17 * number,
            )
        )
    return svg.drawing(parts, width=width, height=height, ident=ident, title=title, about=about)
