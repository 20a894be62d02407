"""Whose money the pool is; holdings between the kernel's fractions and the stored words."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from minsheng.apps.stakes.models import Stake
from minsheng.engines.equity import (
    Claim,
    Converted,
    GrantTerms,
    Offer,
    Round,
    ShareTable,
    convert,
)


def holder_of(terms: GrantTerms) -> str:
    """Return the holder of a scheme's pool."""
    return f"fund:{terms.scheme}"


def written(table: ShareTable) -> dict[str, str]:
    """Return a table of holdings as it is stored."""
    return {holder: str(held) for holder, held in table.holdings.items()}


def read(stored: Mapping[str, str]) -> ShareTable:
    """Return a stored table of holdings."""
    return ShareTable.of({holder: Fraction(held) for holder, held in stored.items()})


def converted(stake: Stake, principal_fen: int, holder: str) -> Converted:
    """Return what the stake's event makes of its table, by the terms of the contract."""
    money = {stake.investor: stake.new_money_fen} if stake.new_money_fen else {}
    return convert(
        read(stake.before),
        Round(pre_money_fen=stake.pre_money_fen, new_money=money),
        Claim(holder=holder, principal_fen=principal_fen),
        Offer(
            discount=Fraction(stake.terms["discount_percent"], 100),
            most_value_fen=stake.terms["most_value_yuan"] * 100,
            most_part=Fraction(stake.terms["most_part_percent"], 100),
        ),
    )
