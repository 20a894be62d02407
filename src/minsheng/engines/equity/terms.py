"""What a scheme of grants that turn into shares declares: cap, parts, panel, triggers, conversion, exit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from minsheng.engines.equity.conversion import Offer
from minsheng.lib.cites import Cite
from minsheng.lib.texts import Text

Event = Literal["financing", "founding", "capitalised"]
Way = Literal["transfer", "buy_back", "listing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """The most that one project gets, in yuan."""

    most_yuan: int
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Tranche:
    """One part of the money: at most so many yuan (0: the rest), so long after the contract, and after what."""

    key: str
    title: Text
    most_yuan: int
    after_months: int
    needs: Literal["contract", "review"]
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """How many experts without an interest must speak, and within how many working days."""

    quorum: int
    cite: Cite
    due_workdays: int
    due_cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A happening after which the grant turns into shares; of financing at least so many yuan."""

    key: Event
    title: Text
    least_yuan: int
    cite: Cite
    least_cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """Percent off the round's price, the value cap in yuan (0: none), the part cap in percent."""

    discount_percent: int
    most_value_yuan: int
    most_part_percent: int
    cite: Cite

    @property
    def offer(self) -> Offer:
        """Return the same as exact fractions and fen."""
        return Offer(
            discount=Fraction(self.discount_percent, 100),
            most_value_fen=self.most_value_yuan * 100,
            most_part=Fraction(self.most_part_percent, 100),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    """A way out; a buy-back costs the principal with simple interest, in hundredths of a percent a year."""

    key: Way
    title: Text
    cite: Cite
    rate_basis_points: int = 0

    @property
    def rate(self) -> Fraction:
        """Return the rate of a year."""
        return Fraction(self.rate_basis_points, 10_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fund:
    """The fund that grants are paid out of, in yuan."""

    yuan: int
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Posts:
    """Who fills the pool, checks, approves, pays and holds the shares; and the experts."""

    fund: str
    centre: str
    bureau: str
    holding: str
    experts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantTerms:
    """One scheme of grants that turn into shares. `holder` is the body that holds them."""

    scheme: str
    title: Text
    lede: Text
    effective_from: date
    cites: tuple[Cite, ...]
    cap: Cap
    tranches: Mapping[str, Tranche]
    panel: Panel
    triggers: Mapping[str, Trigger]
    conversion: Conversion
    exits: Mapping[str, Exit]
    write_off: Cite
    fund: Fund
    posts: Posts
    holder: Text

    @property
    def unit(self) -> str:
        """Return the unit in which the fund is counted: whole fen."""
        return f"fen:stakes.{self.scheme}"

    def parts_of(self, amount_fen: int) -> dict[str, int]:
        """Return how an amount is paid, part by part, in fen; they sum to it.

        The first part takes what it may; the last one what is left.
        """
        left, found = amount_fen, {}
        for key, one in self.tranches.items():
            found[key] = min(left, one.most_yuan * 100) if one.most_yuan else left
            left -= found[key]
        return {key: fen for key, fen in found.items() if fen}
