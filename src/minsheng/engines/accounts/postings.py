"""What a posting moves: lines from one account to another, so that none can be out of balance.

A line takes units from one account and gives the same to another. `lot` says of which lot of
either account they are; whoever reserves, settles, releases or reverses carries it along, so that
units find the way back to where they came from. Numbers of accounts and lots are the caller's.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from minsheng.engines.accounts.lots import Lot, expired, spendable, take
from minsheng.lib.errors import Conflict


@dataclass(frozen=True, slots=True)
class Line:
    """`amount` units from `source` to `target`. Raises ValueError for none, or from it to itself."""

    source: int
    target: int
    amount: int
    lot: int | None = None

    def __post_init__(self) -> None:
        if self.amount <= 0 or self.source == self.target:
            raise ValueError(f"a line moves units between two accounts: {self}")

    def change(self, account: int) -> int:
        """Return what this line adds to an account; negative for what it takes."""
        return self.amount * ((self.target == account) - (self.source == account))


class NotEnough(Conflict):
    """There is less than is wanted. `facts` say how much of each."""

    def __init__(self, wanted: int, there: int) -> None:
        super().__init__(
            "accounts.not_enough",
            f"不够：要 {wanted}，能用的只有 {there}。少换一些，或者以后再来。",
            f"Not enough: {wanted} are needed and {there} can be used. Take less, or come back later.",
            facts={"wanted": wanted, "there": there},
        )


class AlreadySpent(Conflict):
    """What was given has been used since, so it can't be taken back."""

    def __init__(self, given: int, there: int) -> None:
        super().__init__(
            "accounts.already_spent",
            f"收不回来：给过 {given}，已经用掉，只剩 {there}。账户不会记成负数；请和本人商量。",
            f"It can't be taken back: of {given} given only {there} are left. No account goes below "
            "zero; talk with the person.",
            facts={"given": given, "there": there},
        )


def give(source: int, target: int, amount: int, *, lot: int) -> tuple[Line, ...]:
    """Return the lines that give `amount` new units as a lot of `target`."""
    return (Line(source, target, amount, lot),)


def spend(
    purse: int, target: int, amount: int, *, lots: Collection[Lot], on: date
) -> tuple[Line, ...]:
    """Return the lines that take `amount` from the lots of a purse; raises NotEnough."""
    there = spendable(lots, on=on)
    if amount > there:
        raise NotEnough(amount, there)
    usable = [lot for lot in lots if lot.may_be_used(on)]
    return tuple(Line(purse, target, part, lot.key) for lot, part in take(usable, amount))


def reserve(
    purse: int, held: int, amount: int, *, lots: Collection[Lot], on: date
) -> tuple[Line, ...]:
    """Return the lines that set `amount` aside: they can be neither used nor lost until answered."""
    return spend(purse, held, amount, lots=lots, on=on)


def settle(reserved: Sequence[Line], target: int) -> tuple[Line, ...]:
    """Return the lines that use what was reserved."""
    return tuple(Line(line.target, target, line.amount, line.lot) for line in reserved)


def release(reserved: Sequence[Line]) -> tuple[Line, ...]:
    """Return the lines that give back what was reserved, to the lots it came from."""
    return tuple(Line(line.target, line.source, line.amount, line.lot) for line in reserved)


def expire(purse: int, target: int, *, lots: Collection[Lot], on: date) -> tuple[Line, ...]:
    """Return the lines that take away what has ended by a day; none where nothing has."""
    return tuple(Line(purse, target, lot.left, lot.key) for lot in expired(lots, on=on))


def reverse(lines: Sequence[Line], *, lots: Collection[Lot]) -> tuple[Line, ...]:
    """Return the lines that undo a posting; `lots` are all those of the accounts that it touched.

    What was taken from a lot goes back into it, past any account in between. What was given is
    taken back from its own lot first, then from the account's others, soonest to end first. Raises
    AlreadySpent where less is left than was given.
    """
    left = {lot.key: lot for lot in lots}
    undone: list[Line] = []
    for line in lines:
        lot = left.get(line.lot) if line.lot is not None else None
        if lot is None or lot.account != line.target:
            back = lot.account if lot is not None else line.source
            undone.append(Line(line.target, back, line.amount, line.lot))
            continue
        taken = _take_back(line, lot, list(left.values()))
        for one, part in taken:
            left[one.key] = Lot(one.key, one.account, one.left - part, one.expires_on)
            undone.append(Line(line.target, line.source, part, one.key))
    return tuple(undone)


def _take_back(line: Line, own: Lot, lots: Sequence[Lot]) -> list[tuple[Lot, int]]:
    """Return what to take of which lots to get back what a line gave."""
    first = min(own.left, line.amount)
    others = [lot for lot in lots if lot.account == own.account and lot.key != own.key]
    taken = [(own, first)] if first else []
    taken += take(others, line.amount - first)
    if sum(part for _, part in taken) < line.amount:
        there = sum(lot.left for lot in (own, *others))
        raise AlreadySpent(line.amount, there)
    return taken
