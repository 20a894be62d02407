"""Vouchers: every way through their states, what a contract brings, who is tied to whom."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.product_packs import PACKS

from minsheng.engines.vouchers import (
    ACTS,
    OPEN,
    STATES,
    NotNow,
    Party,
    after,
    may,
    payable,
    ties,
    ties_said,
)

SCHEME = PACKS.vouchers["innovation"].scheme


def test_the_straight_way_leads_from_asking_to_payment() -> None:
    state = "asked"
    for act in ("issue", "reserve", "prove", "redeem"):
        state = after(state, act)
    assert state == "redeemed"


@given(st.lists(st.sampled_from(sorted(ACTS)), max_size=12))
def test_whatever_is_tried_an_ended_voucher_stays_ended(acts: list[str]) -> None:
    state = "asked"
    for act in acts:
        try:
            then = after(state, act)
        except NotNow as wrong:
            assert STATES[state].zh in wrong.zh
            continue
        assert state in OPEN
        state = then


def test_every_state_is_reached_and_every_open_one_has_a_way_on() -> None:
    reached = {"asked"} | {after for _, ways in ACTS.values() for after in ways.values()}
    assert reached == set(STATES)
    for state in STATES:
        acts = {
            act for who in ("firm", "issuer", "redeemer", "clock") for act in may(state, who=who)
        }
        assert bool(acts) == (state in OPEN)


def test_a_used_voucher_does_not_expire() -> None:
    with pytest.raises(NotNow):
        after("used", "expire")


@given(st.integers(1, 10**9), st.integers(0, 10**9))
def test_a_voucher_pays_its_share_in_whole_fen_and_never_more_than_it_holds(
    amount: int, contract: int
) -> None:
    pays = payable(SCHEME, amount_fen=amount, contract_fen=contract)
    assert (
        pays <= amount and pays <= Fraction(contract) * SCHEME.share < pays + 1
    ) or pays == amount


NUMBERS = st.sampled_from(["A", "B", "C", "D"])
PARTIES = st.builds(
    Party, code=st.sampled_from(["F", "G", "A"]), head=NUMBERS, owners=st.frozensets(NUMBERS)
)


@given(PARTIES, PARTIES)
def test_ties_hold_both_ways_and_everybody_is_tied_to_themselves(one: Party, other: Party) -> None:
    assert ties(one, other) == ties(other, one)
    assert {"same_firm", "same_head"} <= set(ties(one, one))
    apart = not ({one.code, one.head} | one.owners) & ({other.code, other.head} | other.owners)
    if apart:
        assert ties(one, other) == ()


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (Party(code="F", head="y", owners=frozenset()), "统一社会信用代码相同"),
        (Party(code="G", head="x", owners=frozenset()), "法定代表人相同"),
        (Party(code="G", head="y", owners=frozenset({"F"})), "一方是另一方的股东"),
        (Party(code="G", head="y", owners=frozenset({"o"})), "有共同的股东"),
        (Party(code="G", head="o", owners=frozenset()), "一方的法定代表人是另一方的股东"),
    ],
)
def test_each_tie_is_said(other: Party, said: str) -> None:
    firm = Party(code="F", head="x", owners=frozenset({"o"}))
    assert ties_said(ties(firm, other)).zh == said
