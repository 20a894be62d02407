"""A vote of households is counted exactly; a matter of neighbours always has a way on."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.engines.councils import AGAINST, ENDED, STATES, after, allowed, count

PROPOSALS = ("1", "2", "3")
CHOICES = (*PROPOSALS, AGAINST)
Ballots = st.lists(st.sampled_from(CHOICES), max_size=40)
Quorum = st.integers(0, 100)
Majority = st.integers(50, 99)


def counted(ballots, more=0, quorum=50, majority=50):
    return count(
        ballots,
        proposals=PROPOSALS,
        entitled=len(ballots) + more,
        quorum_percent=quorum,
        majority_percent=majority,
    )


@pytest.mark.parametrize(
    ("ballots", "more", "outcome", "chosen", "part", "votes"),
    [
        (
            ["1"] * 4 + ["2"] * 2,
            6,
            "agreed",
            "1",
            0,
            0,
        ),  # 6 of 12 is half; 4 of 6 is more than half
        (["1"] * 5, 6, "too_few", "", 1, 0),  # 5 of 11: 6 are needed
        (["1"] * 3 + ["2"] * 3, 0, "divided", "", 0, 1),  # a half isn't more than a half
        ([AGAINST] * 4 + ["1"], 0, "refused", "", 0, 0),
        ([], 0, "too_few", "", 1, 1),  # nobody: nothing is decided
    ],
)
def test_worked_by_hand(ballots, more, outcome, chosen, part, votes):
    found = counted(ballots, more)
    assert (found.outcome, found.chosen) == (outcome, chosen)
    assert (found.lacks_part, found.lacks_votes) == (part, votes)


@given(Ballots, st.integers(0, 40), Quorum, Majority)
def test_what_is_agreed_is_exactly_what_the_shares_say(ballots, more, quorum, majority):
    found = counted(ballots, more, quorum, majority)
    entitled, part = len(ballots) + more, len(ballots)
    enough = part > 0 and Fraction(part) >= Fraction(quorum * entitled, 100)
    over = [key for key in CHOICES if ballots.count(key) > Fraction(majority * part, 100)]
    assert len(over) <= 1
    assert (found.lacks_part == 0) == enough
    assert (found.outcome == "agreed") == (enough and bool(over) and over != [AGAINST])
    assert found.chosen == (over[0] if found.outcome == "agreed" else "")
    assert sum(found.counts.values()) == found.took_part == part


@given(Ballots, st.integers(0, 40), Quorum, Majority, st.randoms())
def test_the_order_of_ballots_says_nothing(ballots, more, quorum, majority, random):
    mixed = random.sample(ballots, len(ballots))
    assert counted(mixed, more, quorum, majority) == counted(ballots, more, quorum, majority)


@given(Ballots, st.integers(1, 40), Quorum, Majority)
def test_one_more_vote_for_what_wins_never_undoes_it(ballots, more, quorum, majority):
    found = counted(ballots, more, quorum, majority)
    if found.outcome == "agreed":
        again = counted([*ballots, found.chosen], more - 1, quorum, majority)
        assert again.chosen == found.chosen


@given(Ballots, st.integers(0, 40), Quorum, Majority)
def test_so_many_votes_as_are_lacking_are_enough(ballots, more, quorum, majority):
    found = counted(ballots, more, quorum, majority)
    if 0 < found.lacks_part <= more:
        again = counted(
            [*ballots, *["1"] * found.lacks_part], more - found.lacks_part, quorum, majority
        )
        assert again.lacks_part == 0


def test_a_ballot_too_many_or_for_nothing_is_refused():
    for ballots, entitled, majority in ((["4"], 1, 50), (["1", "1"], 1, 50), (["1"], 1, 49)):
        with pytest.raises(ValueError, match=r"ballot|majority"):
            count(
                ballots, proposals=PROPOSALS, entitled=entitled,
                quorum_percent=50, majority_percent=majority,
            )  # fmt: skip


def test_every_state_that_isnt_an_end_leads_to_one():
    for state in STATES:
        seen, edge = {state}, [state]
        while edge:
            here = edge.pop()
            found = {after(here, act) for act in allowed(here)} - seen
            seen |= found
            edge += found
        assert seen & set(ENDED), state
        assert bool(allowed(state)) == (state not in ENDED)
