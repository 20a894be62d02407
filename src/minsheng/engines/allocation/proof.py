"""Whether a matching is what it says: nobody beyond the seats, no clash, no blocking pair.

Written without the code that made it, choice by choice.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from minsheng.engines.allocation.market import Market

Kind = Literal["seats", "clash", "most", "blocking"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong. `pupil` and `club` as the market counts them; -1 where none is meant.

    blocking: this pupil would rather have this club, and the club would rather have this pupil.
    """

    kind: Kind
    pupil: int
    club: int


def faults(market: Market, placed: Sequence[bool]) -> list[Fault]:
    """Return everything because of which a matching is not feasible or not stable; empty if it is.

    placed (rows,): which choices became places. Raises ValueError for another number of rows.
    """
    if len(placed) != len(market.pupil):
        raise ValueError("placed needs one value for each choice")
    held: dict[int, list[tuple[int, int]]] = defaultdict(list)
    worst: dict[int, tuple[int, int]] = {}
    taken: Counter[int] = Counter()
    rows = list(
        zip(
            market.pupil.tolist(), market.club.tolist(), market.rank.tolist(),
            market.priority.tolist(), map(bool, placed), strict=True,
        )
    )  # fmt: skip
    number, day, seats = market.number.tolist(), market.day.tolist(), market.seats.tolist()
    for pupil, club, rank, priority, is_placed in rows:
        if is_placed:
            held[pupil].append((rank, day[club]))
            taken[club] += 1
            worst[club] = max(worst.get(club, (-1, -1)), (priority, number[pupil]))
    found = [Fault("seats", -1, club) for club in taken if taken[club] > seats[club]]
    for pupil, mine in held.items():
        if len(mine) > market.most:
            found.append(Fault("most", pupil, -1))
        if len({one for _, one in mine}) < len(mine):
            found.append(Fault("clash", pupil, -1))
    for pupil, club, rank, priority, is_placed in rows:
        if is_placed:
            continue
        dearer = [one for at, one in held[pupil] if at < rank]
        wants = day[club] not in dearer and len(dearer) < market.most
        has_room = taken[club] < seats[club]
        if wants and (has_room or (priority, number[pupil]) < worst.get(club, (-1, -1))):
            found.append(Fault("blocking", pupil, club))
    return found
