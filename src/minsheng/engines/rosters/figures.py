"""Figures of classes: how full against a norm, and which counts are too small to be shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

LEAST = 10
"""Groups under ten are not shown, so that no figure speaks of a child."""

Size = Literal["", "fits", "above", "big", "very_big"]


def size_of(pupils: int, *, norm: int, big: int, very_big: int) -> Size:
    """Return how full a class is; empty where there is no norm for its stage."""
    if pupils >= very_big:
        return "very_big"
    if pupils >= big:
        return "big"
    if not norm:
        return ""
    return "above" if pupils > norm else "fits"


def shown(counts: Sequence[int], *, least: int = LEAST) -> tuple[int | None, ...]:
    """Return counts of groups whose sum stands beside them, None for those that aren't to be shown.

    A group of nobody is nobody's: 0 is shown. Where only one count would be hidden the smallest of
    the others is hidden too, or it could be told from the sum.
    """
    hidden = {at for at, count in enumerate(counts) if 0 < count < least}
    others = [at for at, count in enumerate(counts) if count and at not in hidden]
    if len(hidden) == 1 and others:
        hidden.add(min(others, key=lambda at: (counts[at], at)))
    return tuple(None if at in hidden else count for at, count in enumerate(counts))
