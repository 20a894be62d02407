"""Grants that turn into shares: cap tables in exact fractions, conversion, exit, the road there."""

from minsheng.engines.equity.conversion import (
    Claim,
    Converted,
    Offer,
    Round,
    buy_back_fen,
    convert,
    proceeds_fen,
)
from minsheng.engines.equity.flow import ACTS, ENDED, STATES, Act, Side, State, Step, allowed, step
from minsheng.engines.equity.panel import Opinion, Outcome, judge
from minsheng.engines.equity.table import ShareTable, TooFewShares
from minsheng.engines.equity.terms import (
    Exit,
    GrantTerms,
    Panel,
    Posts,
    Tranche,
    Trigger,
)

__all__ = [
    "ACTS",
    "ENDED",
    "STATES",
    "Act",
    "Claim",
    "Converted",
    "Exit",
    "GrantTerms",
    "Offer",
    "Opinion",
    "Outcome",
    "Panel",
    "Posts",
    "Round",
    "ShareTable",
    "Side",
    "State",
    "Step",
    "TooFewShares",
    "Tranche",
    "Trigger",
    "allowed",
    "buy_back_fen",
    "convert",
    "judge",
    "proceeds_fen",
    "step",
]
