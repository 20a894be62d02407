"""Who wants which places, how many there are, and in which order they are given."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """Choices of pupils among clubs, one row for each choice.

    seats (clubs,): places; day (clubs,): on which day of the week, 0–6: a pupil has one club a day.
    number (pupils,): the lottery numbers, all different, the lowest first. most: clubs for one pupil.
    pupil, club, rank, priority (rows,): whose choice, of which club, how dear (1 is dearest) and in
    which class the club takes this pupil (0 first); within a class the lottery number decides.
    Raises ValueError for anything that doesn't fit together.
    """

    seats: Ints
    day: Ints
    number: Ints
    pupil: Ints
    club: Ints
    rank: Ints
    priority: Ints
    most: int = 1

    def __post_init__(self) -> None:
        rows, pupils, clubs = len(self.pupil), len(self.number), len(self.seats)
        if {len(self.club), len(self.rank), len(self.priority)} != {rows}:
            raise ValueError("pupil, club, rank and priority need one value for each choice")
        if len(self.day) != clubs:
            raise ValueError("every club needs its day")
        if clubs and (self.seats.min() < 0 or self.day.min() < 0 or self.day.max() > 6):
            raise ValueError("seats are 0 or more; days are 0 to 6")
        if self.most < 1:
            raise ValueError("a pupil may have at least one club")
        if len(np.unique(self.number)) != pupils:
            raise ValueError("two pupils have the same lottery number")
        if not rows:
            return
        if self.pupil.min() < 0 or self.pupil.max() >= pupils:
            raise ValueError("a choice of a pupil who isn't there")
        if self.club.min() < 0 or self.club.max() >= clubs:
            raise ValueError("a choice of a club that isn't there")
        if self.priority.min() < 0 or self.rank.min() < 1:
            raise ValueError("ranks count from 1, priorities from 0")
        for other, name in ((self.club, "club"), (self.rank, "rank")):
            width = int(other.max()) + 1
            if len(np.unique(self.pupil * width + other)) != rows:
                raise ValueError(f"a pupil chose the same {name} twice")
