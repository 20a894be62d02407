"""Vouchers for bought services: what a pack says, which act is open when, who may not deal with whom."""

from minsheng.engines.vouchers.flow import ACTS, OPEN, STATES, NotNow, State, after, may
from minsheng.engines.vouchers.recheck import (
    OVER,
    RECHECK_ACTS,
    RECHECK_SAID,
    RECHECK_SIDES,
    RECHECK_STATES,
    keys_digest,
    recheck_allowed,
    recheck_step,
    sample,
)
from minsheng.engines.vouchers.rules import VoucherScheme, payable
from minsheng.engines.vouchers.ties import Party, Tie, ties, ties_said

__all__ = [
    "ACTS",
    "OPEN",
    "OVER",
    "RECHECK_ACTS",
    "RECHECK_SAID",
    "RECHECK_SIDES",
    "RECHECK_STATES",
    "STATES",
    "NotNow",
    "Party",
    "State",
    "Tie",
    "VoucherScheme",
    "after",
    "keys_digest",
    "may",
    "payable",
    "recheck_allowed",
    "recheck_step",
    "sample",
    "ties",
    "ties_said",
]
