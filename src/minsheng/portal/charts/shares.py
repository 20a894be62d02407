"""A small bar of parts: how many of a whole, left to right. The numbers stand beside it in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from minsheng.portal.charts import svg

WIDTH, HEIGHT, GAP = 240, 14, 1.5


@dataclass(frozen=True, slots=True)
class Share:
    """One part: the class of its colour and how many; "unk" is drawn dotted and never filled."""

    kind: str
    count: int


def draw_shares(shares: Sequence[Share]) -> SafeString:
    """Return the bar, hidden from screen readers: whoever shows it writes the numbers beside it."""
    whole = sum(one.count for one in shares) or 1
    parts, left = [], 0.0
    for one in shares:
        width = WIDTH * one.count / whole
        if one.count:
            inset = 1 if one.kind == "unk" else 0
            parts.append(
                svg.element(
                    "rect", one.kind, x=left + inset, y=1 + inset,
                    width=max(width - GAP - inset, 1), height=HEIGHT - 2 - 2 * inset,
                )
            )  # fmt: skip
        left += width
    inside = "".join(parts)
    return mark_safe(  # noqa: S308  every part above is escaped
        f'<svg class="shares" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true" focusable="false"'
        f' preserveAspectRatio="none">{inside}</svg>'
    )
