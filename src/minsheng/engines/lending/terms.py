"""What a loan scheme's pack declares: rungs with their limits, the ratio of a loss, when it stops."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from minsheng.lib.cites import Cite
from minsheng.lib.texts import Text

Base = Literal["principal", "principal_and_interest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """A kind of firm on the ladder, and the most it can borrow, in yuan."""

    key: str
    title: Text
    most_yuan: int
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """How the guarantee body and the bank share a loss, as whole numbers."""

    guarantor: int
    bank: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LossRules:
    """How a loss is shared, and of what."""

    ratio: Ratio
    cite: Cite
    base: Base
    base_cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """When no new loan of a bank is guaranteed: losses above so many percent of what it paid out."""

    percent: int
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Fund:
    """The risk fund out of which the guarantee body bears its share, in yuan."""

    yuan: int
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """The longest a loan runs, in months."""

    most_months: int
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Posts:
    """Who fills the fund, recommends, and guarantees; and the banks by their posts."""

    fund: str
    centre: str
    guarantor: str
    banks: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanTerms:
    """One scheme of guaranteed loans."""

    scheme: str
    title: Text
    lede: Text
    effective_from: date
    cites: tuple[Cite, ...]
    rungs: Mapping[str, Rung]
    term: Term
    loss: LossRules
    breaker: Breaker
    fund: Fund
    posts: Posts

    @property
    def unit(self) -> str:
        """Return the unit in which the risk fund is counted: whole fen."""
        return f"fen:loans.{self.scheme}"
