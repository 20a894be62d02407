"""The ledger's kernel: weights, signs, trees, steps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from minsheng.engines.projects import (
    Facts,
    Limits,
    Milestone,
    Money,
    Node,
    after,
    allowed,
    expected,
    light_of,
    progress,
    roll_up,
    signals,
)
from minsheng.engines.projects.flow import ENDED, STEPS

ON = date(2026, 3, 24)
DAYS = st.integers(-60, 60).map(lambda n: ON + timedelta(days=n))
MILESTONES = st.lists(
    st.builds(
        Milestone,
        key=st.uuids().map(str),
        weight=st.integers(1, 9),
        due=DAYS,
        done_on=st.none() | DAYS,
    ),
    max_size=6,
)
FEN = st.none() | st.integers(0, 10**9)
LEAVES = st.builds(
    Node,
    key=st.uuids().map(str),
    weight=st.integers(1, 9),
    progress=st.none() | st.fractions(0, 1),
    money=st.builds(Money, FEN, FEN, FEN),
    is_closed=st.booleans(),
    is_dropped=st.booleans(),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.builds(
        Node,
        key=st.uuids().map(str),
        weight=st.integers(1, 9),
        places=st.none() | st.integers(0, 8),
        beneath=st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)


@given(MILESTONES)
def test_finishing_a_milestone_never_lowers_progress_and_all_of_them_are_the_whole(
    found: list[Milestone],
) -> None:
    before = progress(found)
    assert (before is None) == (not found)
    for n in range(len(found)):
        done = [replace(m, done_on=ON) if k == n else m for k, m in enumerate(found)]
        assert progress(done) >= before  # type: ignore[operator]
    if found:
        assert progress([replace(m, done_on=ON) for m in found]) == 1
        assert expected(found, on=ON + timedelta(days=60)) == 1


def test_three_of_ten_parts_done_where_six_were_due_is_thirty_points_behind() -> None:
    found = [
        Milestone("design", 3, date(2026, 3, 1), date(2026, 3, 2)),
        Milestone("permit", 3, date(2026, 3, 10)),
        Milestone("build", 4, date(2026, 6, 1)),
    ]
    facts = Facts(
        is_open=True,
        due=date(2026, 3, 20),
        milestones=found,
        money=Money(None, 100_00, 60_00),
        last_news=date(2026, 3, 2),
    )
    told = [(s.kind, s.amount, s.key) for s in signals(facts, Limits(), on=ON)]
    assert told == [
        ("late", 4, ""),
        ("milestone_late", 14, "permit"),
        ("behind", 30, ""),
        ("money_ahead", 30, ""),
        ("silent", 22, ""),
    ]
    assert light_of(signals(facts, Limits(), on=ON)) == "red"
    assert signals(replace(facts, is_open=False), Limits(), on=ON) == ()


def test_an_entry_of_which_nothing_is_known_gives_no_sign() -> None:
    assert signals(Facts(is_open=True, due=None), Limits(), on=ON) == ()
    spent = Facts(is_open=True, due=None, money=Money(spent=5))
    assert signals(spent, Limits(), on=ON) == ()


@given(TREES)
def test_a_tree_is_never_less_sure_than_its_parts_allow(tree: Node) -> None:
    found = roll_up(tree)
    assert 0 <= found.least <= found.most <= 1
    assert found.closed <= found.entries
    assert (found.planned.whole is None) or found.planned.unknown == 0


@given(TREES, st.integers(1, 5))
def test_more_unlisted_places_make_a_tree_less_sure_and_never_change_its_money(
    tree: Node, more: int
) -> None:
    tree = replace(tree, places=max(tree.places or 0, len(tree.beneath)))
    if not tree.beneath:
        return
    before, later = roll_up(tree), roll_up(replace(tree, places=(tree.places or 0) + more))
    assert later.least <= before.least
    assert later.most >= before.most
    assert later.planned.fen == before.planned.fen
    assert later.unlisted == before.unlisted + more
    assert later.planned.whole is None


def test_thirty_six_places_of_which_two_are_filled_leave_thirty_four_unlisted() -> None:
    filled = (
        Node(key="a", is_closed=True, money=Money(100)),
        Node(key="b", progress=Fraction(1, 2), money=Money(300)),
    )
    found = roll_up(Node(key="plan", places=36, beneath=filled))
    assert (found.entries, found.closed, found.unlisted) == (2, 1, 34)
    assert found.least == Fraction(3, 2) / 36
    assert found.progress is None
    assert (found.planned.fen, found.planned.whole) == (400, None)


def test_nothing_is_closed_but_by_a_check_and_what_is_dropped_stays_dropped() -> None:
    assert {act for (_, act), state in STEPS.items() if state == "closed"} == {"pass_check"}
    assert {state for (state, act) in STEPS if act == "pass_check"} == {"checking"}
    assert allowed("dropped") == frozenset()
    assert after("running", "pass_check") is None
    assert all(after(state, "reopen") in {None, "running"} for state in ENDED)
