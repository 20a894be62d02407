"""Guaranteed loans: who may do what when, a loss shared to the fen, what comes back."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.engines.lending import (
    ACTS,
    ENDED,
    NOTHING_LOST,
    STATES,
    Ratio,
    Shares,
    allowed,
    is_stopped,
    lost_of,
    share_recovery,
    split,
    step,
)

EIGHT_TWO = Ratio(guarantor=8, bank=2)
FEN = st.integers(0, 10**15)
RATIOS = st.builds(
    lambda one, other: Ratio(guarantor=one, bank=other), st.integers(0, 100), st.integers(1, 100)
)


def test_a_sheet_worked_by_hand() -> None:
    # lent 3,000,000.00; repaid 1,166,666.63; left 1,833,333.37 = 183333337 fen
    # × 8/10 = 146666669.6 → 146666670;  × 2/10 = 36666667.4 → 36666667;  together 183333337
    lost = split(300_000_000 - 116_666_663, EIGHT_TWO)
    assert lost == Shares(guarantor=146_666_670, bank=36_666_667)
    # 500,000.01 come back: × 8/10 = 40000000.8 → 40000001, × 2/10 = 10000000.2 → 10000000
    first, over = share_recovery(50_000_001, lost=lost, back=NOTHING_LOST, ratio=EIGHT_TWO)
    assert (first, over) == (Shares(40_000_001, 10_000_000), 0)
    # 2,000,000.00 more: only 133333336 were still missing, 66666664 fen are the firm's
    second, over = share_recovery(200_000_000, lost=lost, back=first, ratio=EIGHT_TWO)
    assert (second, over) == (Shares(106_666_669, 26_666_667), 66_666_664)
    assert lost.minus(first).minus(second) == NOTHING_LOST


@given(FEN, RATIOS)
def test_the_two_shares_sum_to_the_loss_and_are_within_half_a_fen(
    amount: int, ratio: Ratio
) -> None:
    shares = split(amount, ratio)
    assert shares.total == amount
    assert min(shares.guarantor, shares.bank) >= 0
    exact = Fraction(amount * ratio.guarantor, ratio.guarantor + ratio.bank)
    assert abs(shares.guarantor - exact) <= Fraction(1, 2)


@given(FEN, RATIOS, st.lists(FEN, max_size=6))
def test_what_comes_back_never_exceeds_what_each_lost(
    amount: int, ratio: Ratio, recovered: list[int]
) -> None:
    lost, back = split(amount, ratio), NOTHING_LOST
    for fen in recovered:
        shares, over = share_recovery(fen, lost=lost, back=back, ratio=ratio)
        assert min(shares.guarantor, shares.bank, over) >= 0
        assert shares.total + over == fen
        back = Shares(back.guarantor + shares.guarantor, back.bank + shares.bank)
        assert back.guarantor <= lost.guarantor
        assert back.bank <= lost.bank
    assert back == split(min(sum(recovered), amount), ratio)


def test_interest_is_shared_only_where_the_rules_say_so() -> None:
    assert lost_of(100, 7, "principal") == 100
    assert lost_of(100, 7, "principal_and_interest") == 107


def test_a_bank_stops_above_the_line_not_on_it() -> None:
    assert not is_stopped(5, 100, percent=5)
    assert is_stopped(6, 100, percent=5)
    assert not is_stopped(0, 0, percent=5)


def test_nobody_decides_for_the_bank() -> None:
    for state in STATES:
        for act in ("agree", "refuse", "contract", "pay_out"):
            found = step(state, act)
            assert found is None or found.side == "bank"


def test_whoever_claims_a_loss_does_not_share_it() -> None:
    claim, share = step("overdue", "claim"), step("claimed", "share")
    assert claim is not None
    assert share is not None
    assert claim.side != share.side


def test_every_state_is_reached_and_only_ended_ones_lead_nowhere() -> None:
    reached, to_see = {"applied"}, ["applied"]
    while to_see:
        state = to_see.pop()
        for act in ACTS:
            found = step(state, act)
            if found is not None and found.to not in reached:
                reached.add(found.to)
                to_see.append(found.to)
    assert reached == set(STATES)
    for state in STATES:
        open_acts = [
            a for side in ("firm", "centre", "bank", "guarantor") for a in allowed(state, side)
        ]
        assert bool(open_acts) != (state in ENDED)


def test_a_negative_loss_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        split(-1, EIGHT_TWO)
