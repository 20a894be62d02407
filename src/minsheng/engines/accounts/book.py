"""All accounts of one unit at once: what postings made of them. Used to verify what is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from minsheng.engines.accounts.postings import Line


@dataclass(frozen=True, slots=True)
class Book:
    """Balance by account and rest by lot."""

    balances: Mapping[int, int] = field(default_factory=dict)
    lots: Mapping[int, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """The sum over all accounts: zero, whatever was posted."""
        return sum(self.balances.values())


def apply(book: Book, lines: Iterable[Line], *, lot_accounts: Mapping[int, int]) -> Book:
    """Return the book after some lines.

    A line changes a lot only where it leaves or enters the account the lot belongs to; between two
    other accounts the units are only on their way.
    """
    balances, lots = dict(book.balances), dict(book.lots)
    for line in lines:
        for account in (line.source, line.target):
            balances[account] = balances.get(account, 0) + line.change(account)
        if line.lot is not None:
            owner = lot_accounts[line.lot]
            lots[line.lot] = lots.get(line.lot, 0) + line.change(owner)
    return Book(balances, lots)
