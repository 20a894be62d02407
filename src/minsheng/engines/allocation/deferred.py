"""Deferred acceptance, pupils proposing, for whole columns at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minsheng.engines.allocation.market import Ints, Market

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Cut:
    """The last one who got into a full club: class and lottery number."""

    priority: int
    number: int


@dataclass(frozen=True, slots=True)
class Matching:
    """Which choices became places (rows,), after how many passes; `cuts` of the clubs that are full.

    A pupil would get into a club if it isn't full, or (class, number) is not after its cut.
    """

    placed: Flags
    passes: int
    cuts: tuple[Cut | None, ...]


def accept(market: Market) -> Matching:
    """Return the stable matching that is best for every pupil among all stable ones.

    Each pupil asks for the dearest clubs that haven't refused them, one a day and `most` in all; each
    club keeps whom it must by class and number, and refuses the rest for good; until nobody is
    refused. Asking by rank under "one a day, so many in all" is greedy on a matroid, so a refusal never
    makes a pupil drop what they hold: the outcome doesn't depend on the order of asking.

    Source: Gale & Shapley (1962); Roth (1984) for choices of more than one.
    """
    rows = len(market.pupil)
    table = _by_rank(market)
    bit = (np.int64(1) << market.day)[market.club]
    # Rows in the order in which clubs take them, club after club.
    order = np.lexsort((market.number[market.pupil], market.priority, market.club))
    club = market.club[order]
    first = np.searchsorted(club, np.arange(len(market.seats)))
    alive = np.ones(rows, dtype=np.bool_)
    passes = 0
    while True:
        passes += 1
        asked = _asked(market, table, alive, bit)
        refused = _over(asked[order], club, first, market.seats)
        if not refused.any():
            return Matching(asked, passes, _cuts(market, asked))
        alive[order[refused]] = False


def _by_rank(market: Market) -> Ints:
    """Return (deepest, pupils): the row of each pupil's first choice, second, …; -1 for none."""
    order = np.lexsort((market.rank, market.pupil))
    who = market.pupil[order]
    counts = np.bincount(who, minlength=len(market.number))
    begins = np.cumsum(counts) - counts
    place = np.arange(len(order)) - begins[who]
    table = np.full((int(counts.max(initial=0)), len(market.number)), -1, dtype=np.int64)
    table[place, who] = order
    return table


def _asked(market: Market, table: Ints, alive: Flags, bit: Ints) -> Flags:
    """Return the choices for which pupils ask now, the dearest first, one a day, `most` in all."""
    used = np.zeros(len(market.number), dtype=np.int64)
    held = np.zeros(len(market.number), dtype=np.int64)
    asked = np.zeros(len(market.pupil), dtype=np.bool_)
    for column in table:
        who = np.flatnonzero(column >= 0)
        row = column[who]
        fits = alive[row] & ((used[who] & bit[row]) == 0) & (held[who] < market.most)
        who, row = who[fits], row[fits]
        used[who] |= bit[row]
        held[who] += 1
        asked[row] = True
    return asked


def _over(asked: Flags, club: Ints, first: Ints, seats: Ints) -> Flags:
    """Return whom clubs can't keep; rows stand in the order in which clubs take them."""
    so_far = np.concatenate(([0], np.cumsum(asked)))
    place = so_far[1:] - so_far[first][club]
    over: Flags = asked & (place > seats[club])
    return over


def _cuts(market: Market, placed: Flags) -> tuple[Cut | None, ...]:
    taken = np.bincount(market.club[placed], minlength=len(market.seats))
    last: dict[int, Cut] = {}
    for row in np.flatnonzero(placed & (taken >= market.seats)[market.club]):
        at = int(market.club[row])
        mine = int(market.priority[row]), int(market.number[market.pupil[row]])
        before = last.get(at)
        if before is None or mine > (before.priority, before.number):
            last[at] = Cut(*mine)
    # A club without any seat is full from the start: nobody stands before its cut.
    return tuple(
        last.get(at) or (Cut(-1, 0) if market.seats[at] == 0 else None)
        for at in range(len(market.seats))
    )
