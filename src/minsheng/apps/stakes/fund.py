"""Holdings between the kernel's fractions and the sealed words that are stored."""

from __future__ import annotations

import json
from fractions import Fraction

from minsheng.apps.stakes.models import Stake
from minsheng.apps.steps.sealing import opened, sealed
from minsheng.engines.equity import (
    Claim,
    Converted,
    Offer,
    Round,
    ShareTable,
    convert,
)


def written(table: ShareTable) -> str:
    """Return a table of holdings as it is stored: sealed."""
    return sealed(json.dumps({holder: str(held) for holder, held in table.holdings.items()}))


def read(stored: str) -> ShareTable:
    """Return a stored table of holdings."""
    holdings = json.loads(opened(stored)) if stored else {}
    return ShareTable.of({holder: Fraction(held) for holder, held in holdings.items()})


def converted(stake: Stake, principal_fen: int, holder: str) -> Converted:
    """Return what the stake's event makes of its table, by the terms of the contract."""
    money = {opened(stake.investor): stake.new_money_fen} if stake.new_money_fen else {}
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
