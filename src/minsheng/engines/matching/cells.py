"""Squares of about 500 m, so that what is near can be looked up by equality in any database."""

from __future__ import annotations

from collections.abc import Iterator

from minsheng.lib.areas import Point

EAST, NORTH = 0.005, 0.0045
"""Degrees of one square: 484 m by 501 m at 29.5° north; elsewhere they are wider or narrower."""
ROW = 100_000
NOWHERE = 0


def cell_of(at: Point | None) -> int:
    """Return the number of the square a place lies in; NOWHERE where nobody knows."""
    if at is None:
        return NOWHERE
    return int((at[1] + 90) / NORTH) * ROW + int((at[0] + 180) / EAST) + 1


def around(cell: int) -> Iterator[int]:
    """Yield a square and the eight around it; of NOWHERE nothing is near."""
    if cell == NOWHERE:
        return
    for row in (-ROW, 0, ROW):
        for column in (-1, 0, 1):
            yield cell + row + column
