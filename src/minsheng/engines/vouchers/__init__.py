"""Vouchers for bought services: what a pack says, which act is open when, who may not deal with whom."""

from minsheng.engines.vouchers.flow import ACTS, OPEN, STATES, NotNow, State, after, may
from minsheng.engines.vouchers.rules import VoucherScheme, payable
from minsheng.engines.vouchers.ties import Party, Tie, ties, ties_said

__all__ = [
    "ACTS",
    "OPEN",
    "STATES",
    "NotNow",
    "Party",
    "State",
    "Tie",
    "VoucherScheme",
    "after",
    "may",
    "payable",
    "ties",
    "ties_said",
]
