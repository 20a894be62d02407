"""Where the line falls between works that go on and works that don't, and which are a draw at it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

Work = TypeVar("Work", bound=Hashable)
HUNDREDTHS = 100


@dataclass(frozen=True, slots=True)
class Line(Generic[Work]):
    """`order`: best first. `inside`: clearly in. `draws`: to be looked at again, best first.

    `left` places are to be given among the draws; all works in no place at all are outside.
    """

    order: tuple[Work, ...]
    inside: tuple[Work, ...]
    draws: tuple[Work, ...]
    left: int


def draw_line(scores: Mapping[Work, float], *, places: int, draw_within: float) -> Line[Work]:
    """Return who is in, who is out, and who is so near the line that people must look again.

    scores of 0–100 by work, compared in hundredths; places how many go on; draw_within in points.
    Where the last inside and the first outside lie within `draw_within` of each other, every work
    within `draw_within` of either is a draw. Equal scores in the middle are never split by chance.
    """
    whole = {work: round(score * HUNDREDTHS) for work, score in scores.items()}
    order = tuple(sorted(whole, key=lambda one: -whole[one]))
    if places <= 0:
        return Line(order, (), (), 0)
    if places >= len(order):
        return Line(order, order, (), 0)
    margin = round(draw_within * HUNDREDTHS)
    last, first = whole[order[places - 1]], whole[order[places]]
    if last - first > margin:
        return Line(order, order[:places], (), 0)
    draws = tuple(one for one in order if first - margin <= whole[one] <= last + margin)
    inside = tuple(one for one in order[:places] if one not in draws)
    return Line(order, inside, draws, places - len(inside))
