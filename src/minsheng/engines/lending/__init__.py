"""Guaranteed loans: from application to repayment, and a loss shared to the fen."""

from minsheng.engines.lending.flow import ACTS, ENDED, STATES, Act, Side, State, Step, allowed, step
from minsheng.engines.lending.loss import (
    NOTHING_LOST,
    Shares,
    is_stopped,
    lost_of,
    share_recovery,
    split,
)
from minsheng.engines.lending.terms import Base, Breaker, LoanTerms, Posts, Ratio, Rung

__all__ = [
    "ACTS",
    "ENDED",
    "NOTHING_LOST",
    "STATES",
    "Act",
    "Base",
    "Breaker",
    "LoanTerms",
    "Posts",
    "Ratio",
    "Rung",
    "Shares",
    "Side",
    "State",
    "Step",
    "allowed",
    "is_stopped",
    "lost_of",
    "share_recovery",
    "split",
    "step",
]
