"""A round of financing, and what a grant becomes in it.

The round's price is the pre-money value over the holdings **before** it; the grant's own holdings don't count in
it. So the value afterwards is pre-money + new money + grant, and the grant thins out old and new holders
alike: 2 m of grant with 38 m pre-money and 10 m new money is 2 ÷ 50 = 4 %.

The grant's price is the lower of the round's price less the discount, and the valuation cap over the holdings
before the round; the two never add up. A share cap then cuts the part itself: what was cut is given to
the firm, not owed by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from minsheng.engines.equity.table import ShareTable

YEAR_DAYS = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """A value agreed on before new money, in fen, and who brings how much; none where a firm is founded."""

    pre_money_fen: int
    new_money: Mapping[str, int]

    def __post_init__(self) -> None:
        if self.pre_money_fen <= 0 or any(fen <= 0 for fen in self.new_money.values()):
            raise ValueError("a round has a value above zero, and nobody brings nothing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """How a grant converts: `discount` off the price, the value cap in fen (0: none), the part cap."""

    discount: Fraction
    most_value_fen: int
    most_part: Fraction

    def __post_init__(self) -> None:
        if not (0 <= self.discount < 1 and 0 < self.most_part < 1 and self.most_value_fen >= 0):
            raise ValueError(f"no grant converts like this: {self}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A grant to be turned into a holding: for whom, and how much was paid, in fen."""

    holder: str
    principal_fen: int

    def __post_init__(self) -> None:
        if self.principal_fen <= 0:
            raise ValueError("what was never paid converts into nothing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Converted:
    """The table before and after, with every number on the way. Prices are fen for one unit held.

    `asked` is what the principal buys at `price`; `issued` what the part cap leaves of it, perhaps 0.
    """

    before: ShareTable
    after: ShareTable
    round_price: Fraction
    discounted: Fraction
    capped: Fraction | None
    price: Fraction
    asked: Fraction
    issued: Fraction

    @property
    def was_cut(self) -> bool:
        """Whether the part cap left less than the principal buys."""
        return self.issued < self.asked

    def value_fen(self) -> Fraction:
        """Return what the whole firm is worth afterwards, at the price of the round."""
        return self.after.total * self.round_price


def convert(table: ShareTable, happening: Round, claim: Claim, offer: Offer) -> Converted:
    """Return what a round and the conversion of one grant make of a cap table."""
    round_price = happening.pre_money_fen / table.total
    after = table
    for investor, fen in happening.new_money.items():
        after = after.issue(investor, fen / round_price)
    discounted = round_price * (1 - offer.discount)
    capped = offer.most_value_fen / table.total if offer.most_value_fen else None
    price = discounted if capped is None else min(discounted, capped)
    asked = claim.principal_fen / price
    issued = min(asked, _room(after, claim.holder, offer.most_part))
    return Converted(
        before=table,
        after=after.issue(claim.holder, issued) if issued else after,
        round_price=round_price,
        discounted=discounted,
        capped=capped,
        price=price,
        asked=asked,
        issued=issued,
    )


def _room(table: ShareTable, holder: str, most: Fraction) -> Fraction:
    """Return how much can be issued to a holder until its part is exactly `most`; at least 0."""
    # (held + x) / (total + x) = most, solved for x
    return max(Fraction(0), (most * table.total - table.held(holder)) / (1 - most))


def buy_back_fen(principal_fen: int, *, rate: Fraction, days: int) -> int:
    """Return principal × (1 + rate × days ÷ 365): simple interest, half a fen and more rounded up."""
    return _whole(principal_fen * (1 + rate * Fraction(days, YEAR_DAYS)))


def proceeds_fen(part: Fraction, value_fen: int) -> int:
    """Return what a part of a firm brings where the whole is valued so, in whole fen."""
    return _whole(part * value_fen)


def _whole(fen: Fraction) -> int:
    return (2 * fen.numerator + fen.denominator) // (2 * fen.denominator)
