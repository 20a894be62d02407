"""Whether the owners have agreed to pay from the maintenance fund, exactly, by area and by persons.

Source: 民法典 art. 278. Owners of two thirds of the area and two thirds of the persons must take part (read);
of those who do, more than half of both agree to use the fund (mark M), three quarters of both to raise
it, to rebuild, or to change the use of common parts (read).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

Matter = Literal["use", "raise", "rebuild", "change_use"]
TAKE_PART = Fraction(2, 3)
HALF, THREE_QUARTERS = Fraction(1, 2), Fraction(3, 4)
NEEDED: Mapping[Matter, Fraction] = MappingProxyType(
    {"use": HALF, "raise": THREE_QUARTERS, "rebuild": THREE_QUARTERS, "change_use": THREE_QUARTERS}
)


@dataclass(frozen=True, slots=True)
class Tally:
    """Area in square decimetres and persons. Raises ValueError below 0."""

    area_dm2: int
    persons: int

    def __post_init__(self) -> None:
        if self.area_dm2 < 0 or self.persons < 0:
            raise ValueError("a tally is never negative")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it passes; `lacks_part` and `lacks_votes`: by how much area and how many persons not."""

    passes: bool
    lacks_part: Tally
    lacks_votes: Tally


def vote(matter: Matter, *, owners: Tally, took_part: Tally, agreed: Tally) -> Verdict:
    """Return whether a vote passes. Raises ValueError where more vote than there are."""
    for more, fewer in ((owners, took_part), (took_part, agreed)):
        if fewer.area_dm2 > more.area_dm2 or fewer.persons > more.persons:
            raise ValueError("more took part or agreed than there are")
    part = Tally(
        _missing(took_part.area_dm2, owners.area_dm2, TAKE_PART, at_least=True),
        _missing(took_part.persons, owners.persons, TAKE_PART, at_least=True),
    )
    share, at_least = NEEDED[matter], NEEDED[matter] != HALF
    votes = Tally(
        _missing(agreed.area_dm2, took_part.area_dm2, share, at_least=at_least),
        _missing(agreed.persons, took_part.persons, share, at_least=at_least),
    )
    return Verdict(part == votes == Tally(0, 0), part, votes)


def _missing(has: int, of: int, share: Fraction, *, at_least: bool) -> int:
    """Return how many more are needed to reach a share: that much, or more than it."""
    line = share * of
    enough = (
        -(-line.numerator // line.denominator)
        if at_least
        else line.numerator // line.denominator + 1
    )
    return max(0, enough - has)
