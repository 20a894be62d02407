"""Guaranteed loans: from application to repayment, and a loss shared to the fen."""

from minsheng.engines.lending.flow import ACTS, ENDED, STATES, Act, State, Step, allowed, step
from minsheng.engines.lending.loss import (
    NOTHING_LOST,
    Shares,
    is_stopped,
    lost_of,
    share_recovery,
    split,
)
from minsheng.engines.lending.terms import Breaker, LoanTerms, Posts, Ratio, Rung

__all__ = [
    "ACTS",
    "ENDED",
    "NOTHING_LOST",
    "STATES",
    "Act",
    "Breaker",
    "LoanTerms",
    "Posts",
    "Ratio",
    "Rung",
    "Shares",
    "State",
    "Step",
    "allowed",
    "is_stopped",
    "lost_of",
    "share_recovery",
    "split",
    "step",
]
