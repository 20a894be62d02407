"""How far an entry is: the weights of its milestones that are done, against those that are due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Milestone:
    """One step of an entry. Raises ValueError for a weight below 1."""

    key: str
    weight: int
    due: date
    done_on: date | None = None

    def __post_init__(self) -> None:
        if self.weight < 1:
            raise ValueError("the weight of a milestone is at least 1")


@dataclass(frozen=True, slots=True)
class Money:
    """Whole fen; None is unknown, never 0."""

    planned: int | None = None
    approved: int | None = None
    spent: int | None = None


NO_MONEY = Money()


def progress(milestones: Sequence[Milestone]) -> Fraction | None:
    """Return the share of the weights that is done, 0 to 1; None without milestones: unknown."""
    return _share(milestones, [m for m in milestones if m.done_on is not None])


def expected(milestones: Sequence[Milestone], *, on: date) -> Fraction | None:
    """Return the share of the weights that was due by the end of `on`; None without milestones."""
    return _share(milestones, [m for m in milestones if m.due <= on])


def _share(all_of_it: Sequence[Milestone], part: Sequence[Milestone]) -> Fraction | None:
    whole = sum(m.weight for m in all_of_it)
    return Fraction(sum(m.weight for m in part), whole) if whole else None
