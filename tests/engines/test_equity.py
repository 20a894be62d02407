"""Cap tables and conversion: exact whatever happens, sheets worked by hand, the road of a grant."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.engines.equity import (
    ACTS,
    ENDED,
    STATES,
    Claim,
    Offer,
    Opinion,
    Round,
    ShareTable,
    TooFewShares,
    allowed,
    buy_back_fen,
    convert,
    judge,
    proceeds_fen,
    step,
)

M = 100_000_000
"""A million yuan in fen."""
PLAIN = Offer(discount=F(0), most_value_fen=0, most_part=F(1, 2))
NAMES = st.sampled_from(["founder", "team", "angel", "district"])
AMOUNTS = st.fractions(F(1, 1000), 10**9, max_denominator=1000)
TABLES = st.builds(ShareTable.of, st.dictionaries(NAMES, AMOUNTS, min_size=1))
FEN = st.integers(1, 10**13)
OFFERS = st.builds(
    lambda discount, value, part: Offer(discount=discount, most_value_fen=value, most_part=part),
    st.fractions(0, F(9, 10), max_denominator=100),
    st.one_of(st.just(0), FEN),
    st.fractions(F(1, 100), F(1, 2), max_denominator=100),
)
ROUNDS = st.builds(
    lambda value, money: Round(pre_money_fen=value, new_money=money),
    FEN,
    st.dictionaries(st.sampled_from(["a-round", "b-round"]), FEN),
)


def test_the_example_of_two_million_in_a_round_of_ten() -> None:
    table = ShareTable.of({"founder": 700_000, "team": 300_000})
    made = convert(
        table,
        Round(pre_money_fen=38 * M, new_money={"a-round": 10 * M}),
        Claim(holder="district", principal_fen=2 * M),
        PLAIN,
    )
    assert made.round_price == 3_800  # 38 m ÷ 1,000,000 = 38.00 yuan for one
    assert made.after.part("district") == F(2, 50)
    assert made.after.part("a-round") == F(10, 50)
    assert made.after.part("founder") == F(7, 10) * F(38, 50)
    assert made.value_fen() == 50 * M


def test_a_discount_by_hand() -> None:
    # price 38.00 × 80 % = 30.40; 2 m ÷ 30.40 = 65,789.47… = 1,250,000/19
    # after: 1,000,000 + 263,157.89 (5,000,000/19) + 65,789.47 = 25,250,000/19; part 1.25 ÷ 25.25 = 5/101
    made = convert(
        ShareTable.of({"founder": 1_000_000}),
        Round(pre_money_fen=38 * M, new_money={"a-round": 10 * M}),
        Claim(holder="district", principal_fen=2 * M),
        Offer(discount=F(1, 5), most_value_fen=0, most_part=F(1, 5)),
    )
    assert made.price == 3_040
    assert made.issued == F(1_250_000, 19)
    assert made.after.part("district") == F(5, 101)
    assert not made.was_cut


def test_a_value_cap_lowers_the_price_and_never_adds_to_the_discount() -> None:
    # cap 19 m ÷ 1,000,000 = 19.00 < 30.40; 2 m ÷ 19.00 = 2,000,000/19 = 105,263.16
    # after: (19 + 5 + 2) m / 19 = 26,000,000/19; part 2/26 = 1/13
    made = convert(
        ShareTable.of({"founder": 1_000_000}),
        Round(pre_money_fen=38 * M, new_money={"a-round": 10 * M}),
        Claim(holder="district", principal_fen=2 * M),
        Offer(discount=F(1, 5), most_value_fen=19 * M, most_part=F(1, 5)),
    )
    assert (made.discounted, made.capped, made.price) == (3_040, 1_900, 1_900)
    assert made.after.part("district") == F(1, 13)


def test_a_part_cap_cuts_to_exactly_the_cap() -> None:
    # a firm founded at 3 m: 2 m at 3.00 would be 2/5; 10 % leave 1,000,000 ÷ 9 of 666,666.67
    made = convert(
        ShareTable.of({"founder": 1_000_000}),
        Round(pre_money_fen=3 * M, new_money={}),
        Claim(holder="district", principal_fen=2 * M),
        Offer(discount=F(0), most_value_fen=0, most_part=F(1, 10)),
    )
    assert made.asked == F(2_000_000, 3)
    assert made.issued == F(1_000_000, 9)
    assert made.after.part("district") == F(1, 10)
    assert made.was_cut


@given(TABLES, ROUNDS, FEN, OFFERS)
def test_a_conversion_is_exact_keeps_ratios_and_the_cap(
    table: ShareTable, happening: Round, principal: int, offer: Offer
) -> None:
    claim = Claim(holder="state", principal_fen=principal)
    made = convert(table, happening, claim, offer)
    assert sum(made.after.parts().values()) == 1
    assert made.after.part("state") <= offer.most_part
    assert 0 < made.issued <= made.asked
    assert made.price <= made.round_price
    old = {one: made.after.held(one) for one in table.holdings}
    assert old == dict(table.holdings)
    for investor, fen in happening.new_money.items():
        assert made.after.held(investor) * made.round_price == fen


@given(TABLES, ROUNDS, FEN, OFFERS)
def test_a_second_grant_of_the_same_holder_stays_within_one_cap(
    table: ShareTable, happening: Round, principal: int, offer: Offer
) -> None:
    claim = Claim(holder="state", principal_fen=principal)
    first = convert(table, happening, claim, offer)
    second = convert(first.after, Round(pre_money_fen=1, new_money={}), claim, offer)
    assert second.after.part("state") <= offer.most_part


ACTIONS = st.lists(
    st.tuples(st.sampled_from(["issue", "transfer", "cancel"]), NAMES, NAMES, AMOUNTS), max_size=12
)


@given(TABLES, ACTIONS)
def test_parts_sum_to_one_and_nobody_is_below_zero_after_any_sequence(
    table: ShareTable, actions: list[tuple[str, str, str, F]]
) -> None:
    for act, one, other, amount in actions:
        before = table
        try:
            if act == "issue":
                table = table.issue(one, amount)
            elif act == "transfer":
                table = table.transfer(one, other, amount)
            else:
                table = table.cancel(one, amount)
        except TooFewShares:
            assert table is before
        assert sum(table.parts().values()) == 1
        assert all(held > 0 for held in table.holdings.values())
        untouched = set(before.holdings) & set(table.holdings) - {one, other}
        for name in untouched:  # whoever has no part in it keeps the ratio to the other untouched
            assert table.held(name) == before.held(name)


def test_a_sale_leaves_the_whole_as_it_is() -> None:
    table = ShareTable.of({"founder": 3, "district": 1})
    sold = table.transfer("district", "fund", F(1))
    assert sold.holdings == {"founder": 3, "fund": 1}
    with pytest.raises(TooFewShares):
        table.transfer("district", "fund", F(2))
    with pytest.raises(TooFewShares):
        ShareTable.of({"founder": 3}).cancel("founder", F(3))


def test_a_buy_back_by_hand() -> None:
    # 2,000,000.00 × (1 + 3.45 % × 500 ÷ 365) = 2,000,000 × 1.0472602739… = 2,094,520.547… → .55
    assert buy_back_fen(2 * M, rate=F(345, 10_000), days=500) == 209_452_055
    assert buy_back_fen(2 * M, rate=F(345, 10_000), days=0) == 2 * M
    # half a fen goes up: 1 fen × (1 + 50 % × 1 year) = 1.5
    assert buy_back_fen(1, rate=F(1, 2), days=365) == 2


def test_a_sale_by_hand() -> None:
    # 4 % of a firm that is worth 123,456,789.01: 4,938,271.5604 → .56
    assert proceeds_fen(F(4, 100), 12_345_678_901) == 493_827_156


def test_a_panel_counts_only_whoever_has_no_interest() -> None:
    words = [Opinion("a", True), Opinion("b", True, has_interest=True), Opinion("c", False)]
    assert judge(words, quorum=3) == "too_few"
    assert judge(words, quorum=2) == "against"  # one each
    assert judge([*words, Opinion("d", True)], quorum=3) == "for"
    with pytest.raises(ValueError, match="one opinion"):
        judge([Opinion("a", True), Opinion("a", True)], quorum=1)


def test_whoever_proposes_a_conversion_or_a_sale_does_not_confirm_it() -> None:
    for (first, one), (second, other) in [
        (("triggered", "propose"), ("converting", "confirm")),
        (("held", "offer"), ("exiting", "sell")),
    ]:
        proposing, confirming = step(first, one), step(second, other)
        assert proposing is not None
        assert confirming is not None
        assert proposing.side != confirming.side


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
        acts = [a for side in ("firm", "centre", "bureau", "holding") for a in allowed(state, side)]
        assert bool(acts) != (state in ENDED)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: ShareTable.of({}),
        lambda: ShareTable.of({"founder": 0}),
        lambda: ShareTable.of({"founder": 1}).issue("x", F(0)),
        lambda: ShareTable.of({"founder": 1}).cancel("founder", F(-1)),
        lambda: Round(pre_money_fen=0, new_money={}),
        lambda: Round(pre_money_fen=1, new_money={"a": 0}),
        lambda: Claim(holder="x", principal_fen=0),
        lambda: Offer(discount=F(1), most_value_fen=0, most_part=F(1, 2)),
        lambda: Offer(discount=F(0), most_value_fen=0, most_part=F(1)),
    ],
)  # fmt: skip
def test_what_can_not_be_is_refused_at_the_door(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match=r"."):
        wrong()
