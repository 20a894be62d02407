"""How a tree of entries adds up, with what isn't known kept apart.

Progress is an interval: an entry of which nothing is known may be anywhere from 0 to 1, and a place
that no source fills (未列) counts as one such entry. A sum of money says how many of its parts are
unknown; it is whole only when none is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from minsheng.engines.projects.progress import NO_MONEY, Money

UNKNOWN = (Fraction(0), Fraction(1))


@dataclass(frozen=True, slots=True)
class Sum:
    """Fen of what is known, and how many parts are known and unknown."""

    fen: int = 0
    known: int = 0
    unknown: int = 0

    def __add__(self, other: Sum) -> Sum:
        return Sum(self.fen + other.fen, self.known + other.known, self.unknown + other.unknown)

    @property
    def whole(self) -> int | None:
        """The sum, or None while a part is unknown or there is none."""
        return self.fen if self.known and not self.unknown else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One entry of a tree. Its own progress and money count where nothing lies beneath it.

    `places` is how many entries a source says lie beneath (None: it doesn't say).
    """

    key: str
    weight: int = 1
    progress: Fraction | None = None
    money: Money = NO_MONEY
    is_closed: bool = False
    is_late: bool = False
    is_dropped: bool = False
    places: int | None = None
    beneath: Sequence[Node] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class RollUp:
    """A tree added up. `entries` are its leaves, `unlisted` places that no source fills."""

    least: Fraction
    most: Fraction
    entries: int
    closed: int
    late: int
    unlisted: int
    planned: Sum
    approved: Sum
    spent: Sum

    @property
    def progress(self) -> Fraction | None:
        """The progress where it is known throughout, else None."""
        return self.least if self.least == self.most else None

    @property
    def percents(self) -> tuple[int, int]:
        """The least and the most progress in hundredths: the one cut, the other raised."""
        return int(self.least * 100), -int(-self.most * 100 // 1)


def roll_up(node: Node) -> RollUp:
    """Return a node with everything beneath it added up; dropped entries count for nothing.

    Raises ValueError for a weight below 1.
    """
    if node.weight < 1:
        raise ValueError("the weight of an entry is at least 1")
    unlisted = max(0, (node.places or 0) - len(node.beneath))
    beneath = [(one.weight, roll_up(one)) for one in node.beneath if not one.is_dropped]
    if not beneath and not unlisted:
        return _leaf(node)
    whole = sum(weight for weight, _ in beneath) + unlisted
    parts = [one for _, one in beneath]
    return RollUp(
        least=sum((weight * one.least for weight, one in beneath), Fraction(0)) / whole,
        most=(sum((weight * one.most for weight, one in beneath), Fraction(0)) + unlisted) / whole,
        entries=sum(one.entries for one in parts),
        closed=sum(one.closed for one in parts),
        late=sum(one.late for one in parts),
        unlisted=sum(one.unlisted for one in parts) + unlisted,
        planned=sum((one.planned for one in parts), Sum(unknown=unlisted)),
        approved=sum((one.approved for one in parts), Sum(unknown=unlisted)),
        spent=sum((one.spent for one in parts), Sum(unknown=unlisted)),
    )


def _leaf(node: Node) -> RollUp:
    known = Fraction(1) if node.is_closed else node.progress
    least, most = UNKNOWN if known is None else (known, known)
    return RollUp(
        least=least,
        most=most,
        entries=1,
        closed=int(node.is_closed),
        late=int(node.is_late),
        unlisted=0,
        planned=_sum(node.money.planned),
        approved=_sum(node.money.approved),
        spent=_sum(node.money.spent),
    )


def _sum(fen: int | None) -> Sum:
    return Sum(unknown=1) if fen is None else Sum(fen, known=1)
