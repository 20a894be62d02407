"""Who gets which place: ranked choices, priority classes, one public lottery, deferred acceptance."""

from minsheng.engines.allocation.deferred import Cut, Matching, accept
from minsheng.engines.allocation.lottery import (
    Draw,
    commitment,
    digest_of,
    draw_numbers,
    entry_hash,
    lottery_faults,
)
from minsheng.engines.allocation.market import Market
from minsheng.engines.allocation.proof import Fault, faults
from minsheng.engines.allocation.words import Standing, reason

__all__ = [
    "Cut",
    "Draw",
    "Fault",
    "Market",
    "Matching",
    "Standing",
    "accept",
    "commitment",
    "digest_of",
    "draw_numbers",
    "entry_hash",
    "faults",
    "lottery_faults",
    "reason",
]
