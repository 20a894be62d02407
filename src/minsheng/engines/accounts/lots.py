"""Lots: units of one account that came together and end on one day; the soonest to end go first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Lot:
    """What is left of units that came at once. `expires_on` is the last day they can be used.

    `key` tells lots of one account apart and grows with time. Raises ValueError for a negative rest.
    """

    key: int
    account: int
    left: int
    expires_on: date | None = None

    def __post_init__(self) -> None:
        if self.left < 0:
            raise ValueError(f"lot {self.key} can't hold {self.left}")

    def may_be_used(self, on: date) -> bool:
        """Whether its units can be used on a day; the last day is included."""
        return self.expires_on is None or on <= self.expires_on


def spendable(lots: Iterable[Lot], *, on: date) -> int:
    """Return how many units of these lots can be used on a day."""
    return sum(lot.left for lot in lots if lot.may_be_used(on))


def take(lots: Iterable[Lot], amount: int) -> tuple[tuple[Lot, int], ...]:
    """Return how many units to take of which lots: soonest to end first, then the oldest.

    The amounts add up to `amount`, or to all there is where that is less.
    """
    taken: list[tuple[Lot, int]] = []
    for lot in sorted(lots, key=_order):
        part = min(lot.left, amount)
        if part > 0:
            taken.append((lot, part))
            amount -= part
    return tuple(taken)


def expired(lots: Iterable[Lot], *, on: date) -> tuple[Lot, ...]:
    """Return the lots that hold something and can't be used any more on a day."""
    return tuple(lot for lot in lots if lot.left and not lot.may_be_used(on))


def _order(lot: Lot) -> tuple[date, int]:
    return (lot.expires_on or date.max, lot.key)
