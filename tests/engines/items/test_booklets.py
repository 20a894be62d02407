"""The exit ticket: short, about the lesson, over the levels, not what the class has just seen."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.items.samples import number, written

from minsheng.engines.items import Item, booklets
from minsheng.engines.items.booklets import choose_ticket
from minsheng.engines.items.lifecycle import Exposure
from minsheng.lib.errors import Conflict, WrongInput

DAY = date(2026, 11, 30)


@st.composite
def banks(draw: st.DrawFn) -> list[Item]:
    count = draw(st.integers(3, 12))
    return [
        number(
            "3", key=f"x-{at:03d}", level=draw(st.integers(1, 3)),
            seconds=draw(st.sampled_from([15, 25, 40, 60])),
            skills=tuple(draw(st.lists(st.sampled_from("abc"), min_size=1, max_size=2, unique=True))),
        )
        for at in range(count)
    ]  # fmt: skip


@given(banks(), st.integers(0, 10**6))
@settings(max_examples=60)
def test_a_ticket_is_short_and_covers_every_skill_that_can_be_covered(
    bank: list[Item], seed: int
) -> None:
    groups = [
        {skill for item in group for skill in item.skills}
        for size in range(3, 7)
        for group in itertools.combinations(bank, size)
        if sum(item.seconds for item in group) <= 120
    ]
    if not groups:
        with pytest.raises(Conflict):
            choose_ticket(bank, "abc", on=DAY, seed=seed)
        return
    ticket = choose_ticket(bank, "abc", on=DAY, seed=seed)
    assert 3 <= len(ticket.items) <= 6
    assert ticket.seconds <= 120
    assert len({item.key for item in ticket.items}) == len(ticket.items)
    assert 3 - len(ticket.lacking) == max(map(len, groups))
    assert [item.level for item in ticket.items] == sorted(item.level for item in ticket.items)
    assert ticket == choose_ticket(list(reversed(bank)), "abc", on=DAY, seed=seed)


def bank_of(count: int, **named: object) -> list[Item]:
    return [
        number("3", key=f"x-{at:03d}", level=at % 3 + 1, seconds=30, skills=("a",), **named)
        for at in range(count)
    ]


def test_levels_are_spread_and_another_seed_gives_another_ticket() -> None:
    bank = bank_of(30)
    tickets = [choose_ticket(bank, ["a"], on=DAY, seed=seed) for seed in range(20)]
    assert all({item.level for item in one.items} == {1, 2, 3} for one in tickets)
    assert len({tuple(item.key for item in one.items) for one in tickets}) > 10


def test_what_the_class_has_just_seen_is_not_asked_again() -> None:
    bank = bank_of(8)
    seen = {item.key: Exposure(uses=1, last=DAY, last_here=DAY) for item in bank[:4]}
    week = choose_ticket(bank, ["a"], on=DAY + timedelta(days=7), seed=1, seen=seen)
    assert {item.key for item in week.items} == {item.key for item in bank[4:]}
    month = choose_ticket(bank, ["a"], on=DAY + timedelta(days=28), seed=1, seen=seen)
    assert len(month.items) == 4


def test_what_was_used_less_elsewhere_comes_first() -> None:
    bank = bank_of(12)
    seen = {item.key: Exposure(uses=9, last=DAY) for item in bank[3:]}
    ticket = choose_ticket(bank, ["a"], on=DAY, seed=1, seen=seen)
    assert {item.key for item in bank[:3]} <= {item.key for item in ticket.items}


def test_a_worn_item_rests_in_every_class() -> None:
    bank = bank_of(6)
    seen = {item.key: Exposure(uses=40, last=DAY) for item in bank[:4]}
    with pytest.raises(Conflict):
        choose_ticket(bank, ["a"], on=DAY + timedelta(days=89), seed=1, seen=seen)
    assert choose_ticket(bank, ["a"], on=DAY + timedelta(days=90), seed=1, seen=seen).items


def test_what_was_not_taught_or_needs_a_teacher_is_left_out() -> None:
    later = [number("3", key=f"y-{at}", seconds=10, skills=("a", "z")) for at in range(4)]
    texts = [
        written((1, "说", ("好",)), key=f"t-{at}", seconds=10, skills=("a",)) for at in range(4)
    ]
    ticket = choose_ticket(
        [*bank_of(4), *later, *texts], ["a"], on=DAY, seed=1, known=frozenset("b")
    )
    assert {item.key[0] for item in ticket.items} == {"x"}


def test_a_skill_without_items_is_named_and_no_skill_is_refused() -> None:
    assert choose_ticket(bank_of(4), ["a", "q"], on=DAY, seed=1).lacking == ("q",)
    for skills in ([], list("abcdefghi")):
        with pytest.raises(WrongInput):
            choose_ticket(bank_of(4), skills, on=DAY, seed=1)


def test_the_one_choice_that_covers_every_skill_is_found_among_hundreds() -> None:
    bank: list[Item] = [
        number("3", key=f"{skill}-{at:03d}", seconds=60 if at else 20, skills=(skill,))
        for skill in "abc"
        for at in range(150)
    ]
    for seed in range(3):
        ticket = choose_ticket(bank, "abc", on=DAY, seed=seed)
        assert ticket.lacking == ()
        assert ticket.seconds <= 120


def test_where_no_draw_reaches_three_items_the_table_finds_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No draw at all, so that only the table is left: the most skills, then the shortest way to them."""
    monkeypatch.setattr(booklets, "DRAWS", 0)
    bank = [
        number("3", key=key, seconds=seconds, skills=tuple(skills))
        for key, seconds, skills in (
            ("x-1", 60, "a"), ("x-2", 40, "a"), ("x-3", 40, "b"), ("x-4", 40, "c"),
            ("x-5", 41, "c"), ("x-6", 100, "abc"), ("x-7", 39, "a"),
        )
    ]  # fmt: skip
    ticket = choose_ticket(bank, "abc", on=DAY, seed=1)
    assert {item.key for item in ticket.items} == {"x-7", "x-3", "x-4"}
    assert ticket.lacking == ()
    short = choose_ticket(bank, "abc", on=DAY, seed=1, most_seconds=119)
    assert short.seconds == 119
    with pytest.raises(Conflict):
        choose_ticket(bank, "abc", on=DAY, seed=1, most_seconds=118)
    two = choose_ticket(bank, "ac", on=DAY, seed=1, most_seconds=120)
    assert two.lacking == ()
    assert len(choose_ticket(bank_of(9), "a", on=DAY, seed=1, most_seconds=900).items) >= 3


def test_the_table_never_takes_more_than_six_items(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(booklets, "DRAWS", 0)
    bank = [number("3", key=f"x-{one}", seconds=5, skills=(one,)) for one in "abcdefgh"]
    ticket = choose_ticket(bank, "abcdefgh", on=DAY, seed=1)
    assert len(ticket.items) == 6
    assert len(ticket.lacking) == 2


def test_a_draw_that_misses_a_skill_gives_way_to_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """The only draw is made to miss: it keeps to one skill, as an unlucky shuffle would."""
    bank = [number("3", key=f"a-{at}", seconds=20, skills=("a",)) for at in range(4)]
    bank.append(number("3", key="b-1", seconds=20, skills=("b",)))
    monkeypatch.setattr(booklets, "_draws", lambda usable, *_: list(usable[:3]))
    assert choose_ticket(bank, "ab", on=DAY, seed=1).lacking == ()
