"""Who holds how much of a firm, exactly: holdings as fractions, parts that sum to one.

A limited company has no whole shares but contributions, and a conversion price seldom divides an amount evenly.
So a holding is a Fraction; nothing is ever rounded, and what is shown in percent says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from minsheng.lib.errors import Conflict


class TooFewShares(Conflict):
    """A holder has less than would leave, or nobody would be left. `facts` say who."""

    def __init__(self, holder: str) -> None:
        super().__init__(
            "equity.too_few",
            "转出的比持有的多，或者转完就没有股东了。请看一下股权结构再填。",
            "More would leave than is held, or no holder would be left. Look at the cap table first.",
            facts={"holder": holder},
        )


@dataclass(frozen=True, slots=True)
class ShareTable:
    """Holdings by holder, each above zero. Raises ValueError for none, or for one that isn't.

    >>> table = ShareTable.of({"founder": 3, "fund": 1})
    >>> table.part("fund")
    Fraction(1, 4)
    """

    holdings: Mapping[str, Fraction]

    def __post_init__(self) -> None:
        if not self.holdings or any(one <= 0 for one in self.holdings.values()):
            raise ValueError("a cap table has a holder, and every holding is above zero")
        object.__setattr__(self, "holdings", MappingProxyType(dict(self.holdings)))

    @classmethod
    def of(cls, holdings: Mapping[str, int | Fraction]) -> ShareTable:
        """Return the table of these holdings."""
        return cls({holder: Fraction(held) for holder, held in holdings.items()})

    @property
    def total(self) -> Fraction:
        """Return all holdings together."""
        return sum(self.holdings.values(), Fraction(0))

    def held(self, holder: str) -> Fraction:
        """Return what a holder has; 0 for a stranger."""
        return self.holdings.get(holder, Fraction(0))

    def part(self, holder: str) -> Fraction:
        """Return a holder's part of the whole."""
        return self.held(holder) / self.total

    def parts(self) -> dict[str, Fraction]:
        """Return everybody's part; they sum to exactly one."""
        total = self.total
        return {holder: held / total for holder, held in self.holdings.items()}

    def issue(self, holder: str, amount: Fraction) -> ShareTable:
        """Return the table after new holdings were made for somebody; the others thin out alike."""
        if amount <= 0:
            raise ValueError(f"what is issued is above zero: {amount}")
        return ShareTable({**self.holdings, holder: self.held(holder) + amount})

    def transfer(self, seller: str, buyer: str, amount: Fraction) -> ShareTable:
        """Return the table after a sale; nobody else's part changes. Raises TooFewShares."""
        left = self._without(seller, amount)
        return ShareTable({**left, buyer: left.get(buyer, Fraction(0)) + amount})

    def cancel(self, holder: str, amount: Fraction) -> ShareTable:
        """Return the table after the firm took back a holding; the others grow alike."""
        left = self._without(holder, amount)
        if not left:
            raise TooFewShares(holder)
        return ShareTable(left)

    def _without(self, holder: str, amount: Fraction) -> dict[str, Fraction]:
        if amount <= 0:
            raise ValueError(f"what leaves is above zero: {amount}")
        rest = self.held(holder) - amount
        if rest < 0:
            raise TooFewShares(holder)
        left = {one: held for one, held in self.holdings.items() if one != holder}
        return {**left, holder: rest} if rest else left
