"""Who bears how much of a loss, and who gets how much of what comes back: whole fen, exact.

Two sides share by a ratio of whole numbers. Each gets its exact share rounded down; a fen that is left goes to the
larger remainder, and to the guarantee body where both are equal. With two sides the share of either never
falls when the total grows, so what came back in several parts is shared as if it had come at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from minsheng.engines.lending.terms import Base, Ratio


@dataclass(frozen=True, slots=True)
class Shares:
    """What the guarantee body and the bank each have of an amount, in fen."""

    guarantor: int
    bank: int

    @property
    def total(self) -> int:
        """Return both together."""
        return self.guarantor + self.bank

    def minus(self, other: Shares) -> Shares:
        """Return what is left of each."""
        return Shares(self.guarantor - other.guarantor, self.bank - other.bank)


NOTHING_LOST = Shares(0, 0)


def split(amount_fen: int, ratio: Ratio) -> Shares:
    """Return an amount shared by a ratio; the two parts sum to it. Raises ValueError below 0.

    >>> split(100_001, Ratio(guarantor=8, bank=2))
    Shares(guarantor=80001, bank=20000)
    """
    if amount_fen < 0:
        raise ValueError(f"an amount to share isn't negative: {amount_fen}")
    parts = ratio.guarantor + ratio.bank
    guarantor, rest = divmod(amount_fen * ratio.guarantor, parts)
    if rest * 2 >= parts:
        guarantor += 1
    return Shares(guarantor, amount_fen - guarantor)


def lost_of(principal_left_fen: int, interest_left_fen: int, base: Base) -> int:
    """Return how much of what is owed is shared: the principal, or principal and interest."""
    return principal_left_fen + (interest_left_fen if base == "principal_and_interest" else 0)


def share_recovery(
    recovered_fen: int, *, lost: Shares, back: Shares, ratio: Ratio
) -> tuple[Shares, int]:
    """Return what each side gets of what came back, and what is left for the firm.

    `lost` is what the two bore, `back` what came back to them before. Neither ever gets back more than
    it lost; what is above the whole loss is nobody's of the two.
    """
    there = min(back.total + recovered_fen, lost.total)
    shares = split(there, ratio).minus(back)
    return shares, recovered_fen - shares.total


def is_stopped(lost_fen: int, paid_out_fen: int, *, percent: int) -> bool:
    """Whether a bank's new loans stop: the losses borne for it are above so much of what it paid out."""
    return paid_out_fen > 0 and Fraction(lost_fen, paid_out_fen) > Fraction(percent, 100)
