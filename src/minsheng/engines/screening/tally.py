"""Outcomes of a policy added up, in parts that can be added to each other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from .people import Outcome

_NUMBER = re.compile(r"\[[0-9]*\]")


@dataclass(frozen=True, slots=True)
class Tally:
    """How many yes, no and unknown; the sum in fen of known amounts; who waits for which fact.

    `missing`: by fact, how many are unknown for want of it (somebody may want several); of several
    in a household one is enough. `failing`:
    by condition, how many it says no to.
    """

    yes: int = 0
    no: int = 0
    unknown: int = 0
    amount_fen: int = 0
    amount_open: int = 0
    missing: Counter[str] = field(default_factory=Counter)
    failing: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.yes + other.yes,
            self.no + other.no,
            self.unknown + other.unknown,
            self.amount_fen + other.amount_fen,
            self.amount_open + other.amount_open,
            self.missing + other.missing,
            self.failing + other.failing,
        )


def tally(outcomes: Iterable[Outcome]) -> Tally:
    """Return the outcomes of one policy added up."""
    values: Counter[bool | None] = Counter()
    missing: Counter[str] = Counter()
    failing: Counter[str] = Counter()
    amount = without = 0
    for one in outcomes:
        values[one.value] += 1
        failing.update(one.failing)
        if one.value is None:
            missing.update({_NUMBER.sub("[]", path) for path in one.missing})
        amount += one.amount_fen or 0
        without += one.value is True and bool(one.missing)
    return Tally(values[True], values[False], values[None], amount, without, missing, failing)
