"""Accounts in whole units: balanced postings, holds, lots that end, reversals, statements."""

from minsheng.engines.accounts.book import Book, apply
from minsheng.engines.accounts.lots import Lot, expired, spendable, take
from minsheng.engines.accounts.postings import (
    AlreadySpent,
    Line,
    NotEnough,
    expire,
    give,
    release,
    reserve,
    reverse,
    settle,
    spend,
)
from minsheng.engines.accounts.statement import Row, statement

__all__ = [
    "AlreadySpent",
    "Book",
    "Line",
    "Lot",
    "NotEnough",
    "Row",
    "apply",
    "expire",
    "expired",
    "give",
    "release",
    "reserve",
    "reverse",
    "settle",
    "spend",
    "spendable",
    "statement",
    "take",
]
