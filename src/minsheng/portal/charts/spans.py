"""Before and now as a dumbbell: hollow was, filled is; a tick is what was promised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from minsheng.portal.charts import svg

ROW = 46
STEPS = (1, 2, 5, 10, 20, 50, 100, 200)


@dataclass(frozen=True, slots=True)
class Span:
    """One service. `before`: the cited figure, None without one; `promised`: the mean promise."""

    title: str
    now: float
    before: float | None
    promised: float | None


def draw_spans(
    spans: Sequence[Span], *, unit: str, title: str, about: str, ident: str, narrow: bool = False
) -> SafeString:
    """Return the drawing, 560 or 340 wide."""
    width = 340 if narrow else 560
    # Names stand above their line: a service may be called anything.
    left, right, top = 14, width - (48 if narrow else 60), 26
    largest = max(
        [value for s in spans for value in (s.now, s.before, s.promised) if value is not None],
        default=1,
    )
    step = next((one for one in STEPS if largest / one <= 5), STEPS[-1])
    end = step * max(1, -(-int(largest * 100) // (step * 100)))
    height = top + ROW * len(spans) + 4

    def x(days: float) -> float:
        return left + (right - left) * days / end

    parts = []
    for mark in range(0, end + 1, step):
        parts.append(svg.element("path", "gl", d=f"M{x(mark):.1f} {top - 6}V{height - 4}"))
        words = f"{mark} {unit}" if mark == 0 else str(mark)
        parts.append(svg.words(words, "sm" if mark == 0 else "m sm", x=x(mark), y=13))
    for index, span in enumerate(spans):
        y = top + ROW * index + 30
        parts.append(svg.words(span.title, "i1 halo", x=left, y=y - 14))
        ends = [v for v in (span.now, span.before, span.promised) if v is not None]
        parts.append(svg.element("path", "ln-l", d=f"M{x(min(ends)):.1f} {y}H{x(max(ends)):.1f}"))
        if span.promised is not None:
            parts.append(svg.element("path", "now", d=f"M{x(span.promised):.1f} {y - 9}V{y + 9}"))
        if span.before is not None:
            parts.append(svg.element("circle", "hollow", cx=x(span.before), cy=y, r=6.5))
            parts.append(svg.words(f"{span.before:g}", "halo", x=x(span.before) + 12, y=y + 5))
        parts.append(svg.element("circle", "dot", cx=x(span.now), cy=y, r=7))
        is_left = x(span.now) > left + 40
        place, kind = (x(span.now) - 12, "tr e") if is_left else (x(span.now) + 12, "tr")
        parts.append(svg.words(f"{span.now:g}", kind, x=place, y=y + 5))
    return svg.drawing(parts, width=width, height=height, ident=ident, title=title, about=about)
