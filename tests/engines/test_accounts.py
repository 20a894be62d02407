"""Accounts: whatever is posted, sums are zero, nothing is below zero, and what is undone is back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from minsheng.engines import accounts as engine
from minsheng.engines.accounts import AlreadySpent, Book, Line, Lot, NotEnough

ISSUED, USED, EXPIRED = 1, 2, 3
PURSES = {10: 11, 20: 21, 30: 31}  # purse: what is set aside
FIRST = date(2026, 1, 1)
AMOUNTS = st.integers(min_value=1, max_value=40)


class Ledger(RuleBasedStateMachine):
    """Three holders of one unit, and whatever can happen to them, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.book = Book(dict.fromkeys((ISSUED, USED, EXPIRED), 0))
        self.day = FIRST
        self.ends: dict[int, date | None] = {}
        self.owners: dict[int, int] = {}
        self.posted: list[tuple[str, tuple[Line, ...]]] = []
        self.answered: set[int] = set()

    def lots(self) -> list[Lot]:
        return [
            Lot(key, owner, self.book.lots.get(key, 0), self.ends[key])
            for key, owner in self.owners.items()
        ]

    def lots_of(self, purse: int) -> list[Lot]:
        return [lot for lot in self.lots() if lot.account == purse]

    def post(self, kind: str, lines: tuple[Line, ...]) -> None:
        if lines:
            self.book = engine.apply(self.book, lines, lot_accounts=self.owners)
            self.posted.append((kind, lines))

    def open(self, kind: str) -> list[int]:
        return [
            number
            for number, (one, _) in enumerate(self.posted)
            if one == kind and number not in self.answered
        ]

    @rule(purse=st.sampled_from(list(PURSES)), amount=AMOUNTS, days=st.none() | st.integers(0, 60))
    def give(self, purse: int, amount: int, days: int | None) -> None:
        key = len(self.owners) + 100
        self.owners[key] = purse
        self.ends[key] = None if days is None else self.day + timedelta(days)
        self.post("give", engine.give(ISSUED, purse, amount, lot=key))

    @rule(purse=st.sampled_from(list(PURSES)), amount=AMOUNTS, aside=st.booleans())
    def spend_or_reserve(self, purse: int, amount: int, aside: bool) -> None:
        lots = self.lots_of(purse)
        there = engine.spendable(lots, on=self.day)
        act, target = (engine.reserve, PURSES[purse]) if aside else (engine.spend, USED)
        if amount > there:
            with pytest.raises(NotEnough):
                act(purse, target, amount, lots=lots, on=self.day)
            return
        lines = act(purse, target, amount, lots=lots, on=self.day)
        assert sum(line.amount for line in lines) == amount
        ends = [self.ends[line.lot] or date.max for line in lines if line.lot]
        assert ends == sorted(ends), "soonest to end goes first"
        self.post("reserve" if aside else "spend", lines)

    @rule(data=st.data(), uses=st.booleans())
    def answer(self, data: st.DataObject, uses: bool) -> None:
        if number := data.draw(st.sampled_from([None, *self.open("reserve")])):
            lines = self.posted[number][1]
            before = self.book
            self.answered.add(number)
            self.post(
                *(
                    ("settle", engine.settle(lines, USED))
                    if uses
                    else ("release", engine.release(lines))
                )
            )
            if not uses:
                assert before.total == self.book.total
                for line in lines:
                    assert self.book.lots[line.lot or 0] >= before.lots[line.lot or 0] + line.amount

    @rule(days=st.integers(1, 40))
    def time_passes(self, days: int) -> None:
        self.day += timedelta(days)
        for purse in PURSES:
            self.post(
                "expire", engine.expire(purse, EXPIRED, lots=self.lots_of(purse), on=self.day)
            )
        assert not engine.expired(self.lots(), on=self.day)

    @rule(data=st.data(), kind=st.sampled_from(["give", "spend", "settle", "expire"]))
    def reverse(self, data: st.DataObject, kind: str) -> None:
        number = data.draw(st.sampled_from([None, *self.open(kind)]))
        if number is None:
            return
        lines = self.posted[number][1]
        try:
            undone = engine.reverse(lines, lots=self.lots())
        except AlreadySpent:
            assert kind == "give"
            return
        assert sum(line.amount for line in undone) == sum(line.amount for line in lines)
        self.answered.add(number)
        self.post("reverse", undone)

    @invariant()
    def balances_sum_to_zero(self) -> None:
        assert self.book.total == 0

    @invariant()
    def nobody_and_no_lot_is_below_zero(self) -> None:
        assert all(left >= 0 for left in self.book.lots.values())
        assert all(sum_ >= 0 for account, sum_ in self.book.balances.items() if account != ISSUED)

    @invariant()
    def a_purse_is_the_sum_of_its_lots(self) -> None:
        for purse in PURSES:
            assert self.book.balances.get(purse, 0) == sum(lot.left for lot in self.lots_of(purse))

    @invariant()
    def what_is_set_aside_is_what_waits_for_an_answer(self) -> None:
        waits = sum(line.amount for n in self.open("reserve") for line in self.posted[n][1])
        assert waits == sum(self.book.balances.get(held, 0) for held in PURSES.values())


TestLedger = Ledger.TestCase
TestLedger.settings = hypothesis_settings(max_examples=25, stateful_step_count=25)


@given(
    gifts=st.lists(st.tuples(AMOUNTS, st.none() | st.integers(0, 9)), min_size=1, max_size=5),
    part=st.integers(1, 100),
)
def test_reversing_at_once_restores_every_balance_and_every_lot(
    gifts: list[tuple[int, int | None]], part: int
) -> None:
    owners = dict.fromkeys(range(len(gifts)), 10)
    book = Book()
    for key, (amount, _) in enumerate(gifts):
        book = engine.apply(book, engine.give(1, 10, amount, lot=key), lot_accounts=owners)
    lots = [
        Lot(key, 10, amount, None if days is None else FIRST + timedelta(days))
        for key, (amount, days) in enumerate(gifts)
    ]
    amount = 1 + part % sum(lot.left for lot in lots)
    for lines in (
        engine.spend(10, USED, amount, lots=lots, on=FIRST),
        engine.expire(10, EXPIRED, lots=lots, on=FIRST + timedelta(5)),
    ):
        after = engine.apply(book, lines, lot_accounts=owners)
        rest = [Lot(one.key, 10, after.lots[one.key], one.expires_on) for one in lots]
        again = engine.apply(after, engine.reverse(lines, lots=rest), lot_accounts=owners)
        assert again.lots == book.lots
        assert {k: v for k, v in again.balances.items() if v} == book.balances


def test_goods_brought_back_return_their_points_to_the_lot_they_were_of() -> None:
    lots = [Lot(1, 10, 5, date(2026, 3, 31)), Lot(2, 10, 50, date(2026, 9, 30))]
    reserved = engine.reserve(10, 11, 8, lots=lots, on=FIRST)
    assert reserved == (Line(10, 11, 5, 1), Line(10, 11, 3, 2))
    settled = engine.settle(reserved, USED)
    left = [Lot(1, 10, 0, date(2026, 3, 31)), Lot(2, 10, 47, date(2026, 9, 30))]
    assert engine.reverse(settled, lots=left) == (Line(USED, 10, 5, 1), Line(USED, 10, 3, 2))


def test_what_was_given_and_used_since_cannot_be_taken_back_below_zero() -> None:
    given_ = engine.give(1, 10, 20, lot=1)
    with pytest.raises(AlreadySpent):
        engine.reverse(given_, lots=[Lot(1, 10, 4)])
    # Other points of the same purse stand in for those already used.
    assert engine.reverse(given_, lots=[Lot(1, 10, 4), Lot(2, 10, 30)]) == (
        Line(10, 1, 4, 1),
        Line(10, 1, 16, 2),
    )


def test_what_ends_soonest_goes_first_and_what_never_ends_last() -> None:
    lots = [Lot(1, 10, 5), Lot(2, 10, 5, date(2026, 9, 30)), Lot(3, 10, 5, date(2026, 3, 31))]
    spent = engine.spend(10, USED, 12, lots=lots, on=FIRST)
    assert [(line.lot, line.amount) for line in spent] == [(3, 5), (2, 5), (1, 2)]


def test_the_last_day_of_a_lot_still_counts() -> None:
    lot = Lot(1, 10, 5, date(2026, 3, 31))
    assert engine.spendable([lot], on=date(2026, 3, 31)) == 5
    assert not engine.expired([lot], on=date(2026, 3, 31))
    assert engine.spendable([lot], on=date(2026, 4, 1)) == 0


def test_a_statement_shows_one_row_a_posting_with_the_balance_after_it() -> None:
    rows = engine.statement(
        [
            (1, FIRST, "give", 5),
            (2, FIRST, "give", 50),
            (3, FIRST, "spend", -5),
            (3, FIRST, "spend", -3),
        ]
    )
    assert [(row.amount, row.balance) for row in rows] == [(5, 5), (50, 55), (-8, 47)]


def test_a_line_that_moves_nothing_or_nowhere_is_refused() -> None:
    for source, target, amount in ((1, 1, 5), (1, 2, 0), (1, 2, -5)):
        with pytest.raises(ValueError, match="moves units"):
            Line(source, target, amount)
