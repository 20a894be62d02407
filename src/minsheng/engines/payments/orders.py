"""What is ordered of a bank, and what it answers, whatever file it comes in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text

Outcome = Literal["paid", "refused", "waiting"]
MOST_FEN = 10**13
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-]{0,34}")

REASONS: Mapping[str, Text] = {
    "AC01": Text("账号不对", "the account number is wrong"),
    "AC04": Text("账户已经销了", "the account is closed"),
    "AC06": Text("账户被冻结", "the account is blocked"),
    "AM04": Text("付款账户的钱不够", "the paying account holds too little"),
    "AM05": Text("银行认为重复了", "the bank takes it for a duplicate"),
    "BE01": Text("户名和账号对不上", "name and account don't belong together"),
    "MS03": Text("银行没有说原因", "the bank gives no reason"),
}
"""Reason codes of ISO 20022 (external status reasons) in words; others are shown as they come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Debtor:
    """Whose money it is: the name, the account it leaves, and the bank."""

    name: str
    account: str
    bank: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One payment. `key` is what the bank gives back with its answer.

    Raises ValueError for a key a bank can't carry, an account without digits, or no amount.
    """

    key: str
    name: str
    account: str
    amount_fen: int
    purpose: str

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key):
            raise ValueError(f"a bank carries at most 35 letters, digits and dashes: {self.key!r}")
        if not (self.account.isascii() and self.account.isdigit() and len(self.account) <= 34):
            raise ValueError(f"order {self.key}: an account is up to 34 digits")
        if not 0 < self.amount_fen <= MOST_FEN:
            raise ValueError(f"order {self.key}: {self.amount_fen} fen can't be paid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Payments that go to the bank together. Raises ValueError for none, or one key twice."""

    number: str
    made_at: datetime
    pay_on: date
    debtor: Debtor
    orders: tuple[Order, ...]

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.number):
            raise ValueError(f"a bank can't carry the number {self.number!r}")
        if not self.orders or len({one.key for one in self.orders}) != len(self.orders):
            raise ValueError("a batch has orders, each with a key of its own")

    @property
    def sum_fen(self) -> int:
        """What all of it comes to: the control sum."""
        return sum(one.amount_fen for one in self.orders)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a bank says of one order. `amount_fen` None: it doesn't repeat the amount."""

    key: str
    outcome: Outcome
    amount_fen: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A bank's whole answer. `batch` is "" where the file doesn't say which; so are the sums None."""

    batch: str
    lines: tuple[Answered, ...]
    count: int | None = None
    sum_fen: int | None = None


def reason_words(code: str) -> Text:
    """Return why a bank refused, in words; a code nobody knows stays as it came."""
    return REASONS.get(code, Text(code or "银行没有说原因", code or "the bank gives no reason"))


def unreadable(zh: str, en: str) -> WrongInput:
    """Return the error of a file that can't be read; nothing was booked."""
    return WrongInput(
        "payments.unreadable",
        f"{zh}什么都没有记账。请向银行要一份完整的回执再传。",
        f"{en} Nothing was booked. Ask the bank for a whole answer and send it again.",
        field="file",
    )
