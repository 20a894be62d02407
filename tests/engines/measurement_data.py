"""Answers from a published table, and answers simulated from known items."""

from __future__ import annotations

import numpy as np

from minsheng.engines.measurement.irt import simulated
from minsheng.engines.measurement.models import Bank
from minsheng.engines.measurement.responses import Responses, of_patterns

# LSAT section 7, 1,000 persons, 5 items: Bock & Lieberman (1970), Psychometrika 35, table 1; the
# 32 patterns in the order 00000, 00001, … 11111.
LSAT7_TIMES = np.array(
    [
        12,
        19,
        1,
        7,
        3,
        19,
        3,
        17,
        10,
        5,
        3,
        7,
        7,
        23,
        8,
        28,
        7,
        39,
        11,
        34,
        14,
        51,
        15,
        90,
        6,
        25,
        7,
        35,
        18,
        136,
        32,
        308,
    ]
)
LSAT7_PATTERNS = np.array([[code >> (4 - item) & 1 for item in range(5)] for code in range(32)])
assert LSAT7_TIMES.sum() == 1000


def lsat7() -> Responses:
    return of_patterns(LSAT7_PATTERNS, LSAT7_TIMES)


def some_bank(items: int, seed: int) -> Bank:
    draw = np.random.default_rng(seed)
    return Bank(draw.lognormal(0.1, 0.3, items), draw.normal(0, 1, items))


def answers(bank: Bank, persons: int, seed: int, *, mean: float = 0.0, sd: float = 1.0):
    draw = np.random.default_rng(seed)
    return simulated(bank, draw.normal(mean, sd, persons), generator=draw)
