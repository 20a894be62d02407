"""What something costs as one number moves: a line from the left to the right, both ends named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from minsheng.portal.charts import svg

WIDE, NARROW = (560, 240), (340, 220)


@dataclass(frozen=True, slots=True)
class CostPoint:
    """One point: the value under the axis, and yuan."""

    tick: str
    yuan: float


def draw_cost(
    points: Sequence[CostPoint], *, ident: str, title: str, about: str, size: tuple[int, int] = WIDE
) -> SafeString:
    """Return the drawing in one of the sizes above; at least one point."""
    width, height = size
    left, right, top, bottom = 78, width - 24, 24, height - 34
    most = max(point.yuan for point in points) or 1.0

    def x(index: int) -> float:
        return left + (right - left) * index / max(1, len(points) - 1)

    def y(yuan: float) -> float:
        return bottom - (bottom - top) * yuan / most

    parts = []
    for step in range(3):
        yuan = most * step / 2
        parts.append(svg.element("path", "gl", d=f"M{left} {y(yuan):.1f}H{right}"))
        parts.append(svg.words(f"{yuan:,.0f}", "e", x=left - 8, y=y(yuan) + 4.5))
    for index in sorted({0, len(points) - 1}):
        parts.append(svg.element("path", "ax", d=f"M{x(index):.1f} {bottom}V{bottom + 5}"))
        parts.append(svg.words(points[index].tick, "m sm", x=x(index), y=bottom + 20))
    parts.append(svg.element("path", "ax", d=f"M{left} {bottom}H{right}"))
    line = " ".join(f"{x(at):.1f} {y(point.yuan):.1f}" for at, point in enumerate(points))
    parts.append(svg.element("path", "ln-r", d=f"M{line}"))
    parts += [
        svg.element("circle", "dot", cx=x(at), cy=y(points[at].yuan), r=4)
        for at in sorted({0, len(points) - 1})
    ]
    return svg.drawing(parts, width=width, height=height, ident=ident, title=title, about=about)
