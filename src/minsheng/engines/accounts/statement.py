"""A statement: what came and went in an account, with the balance after each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Row:
    """One posting as an account sees it: what it added, and how much there was afterwards."""

    posting: int
    on: date
    kind: str
    amount: int
    balance: int


def statement(
    changes: Iterable[tuple[int, date, str, int]], *, opening: int = 0
) -> tuple[Row, ...]:
    """Return the rows of (posting, day, kind, change) in their order, oldest first.

    Changes of one posting to one account, such as from several lots, are one row.
    """
    rows: list[Row] = []
    balance = opening
    for posting, on, kind, amount in changes:
        balance += amount
        if rows and rows[-1].posting == posting:
            last = rows.pop()
            amount += last.amount
        rows.append(Row(posting, on, kind, amount, balance))
    return tuple(rows)
