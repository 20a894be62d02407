"""The life of an item: who may do what with it, why, and how often it may be seen."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from minsheng.engines.items.lifecycle import (
    STATES,
    STEPS,
    Exposure,
    Limits,
    acts_from,
    after,
    is_worn,
    may_be_asked,
    rests_until,
)
from minsheng.lib.errors import Conflict, NotAllowed, WrongInput

DAY = date(2026, 11, 30)
EVERY = frozenset({"author", "reviewer", "keeper"})


def test_an_item_is_written_reviewed_by_another_used_rested_and_retired() -> None:
    state = after("submit", "draft", roles=frozenset(), is_author=True)
    state = after("approve", state, roles=frozenset({"reviewer"}), is_author=False)
    state = after("rest", state, roles=frozenset({"keeper"}), is_author=False, reason="用多了")
    state = after("wake", state, roles=frozenset({"keeper"}), is_author=False)
    assert after("retire", state, roles=EVERY, is_author=False, reason="过时了") == "retired"
    assert acts_from("retired") == ()


@pytest.mark.parametrize("act", ["approve", "return"])
def test_nobody_reviews_what_they_wrote_whatever_else_they_are(act: str) -> None:
    with pytest.raises(NotAllowed, match="item_own"):
        after(act, "review", roles=EVERY, is_author=True, reason="x")  # type: ignore[arg-type]


def test_a_stranger_may_do_nothing_at_all() -> None:
    for state in STATES:
        for act in acts_from(state):
            with pytest.raises(NotAllowed) as refused:
                after(act, state, roles=frozenset(), is_author=False, reason="x")
            assert refused.value.zh


def test_what_is_not_in_its_state_is_a_conflict_that_says_so() -> None:
    for act, step in STEPS.items():
        for state in STATES:
            if state not in step.sources:
                with pytest.raises(Conflict) as refused:
                    after(act, state, roles=EVERY, is_author=False, reason="x")
                assert STATES[state].zh in refused.value.zh


def test_sending_back_and_away_says_why() -> None:
    with pytest.raises(WrongInput) as refused:
        after("return", "review", roles=EVERY, is_author=False, reason="  ")
    assert refused.value.field == "reason"
    assert after("return", "review", roles=EVERY, is_author=False, reason="题意不清") == "draft"


def test_an_author_may_take_back_what_nobody_uses_yet() -> None:
    assert after("retire", "draft", roles=frozenset(), is_author=True, reason="重写") == "retired"
    with pytest.raises(NotAllowed):
        after("retire", "in_use", roles=frozenset(), is_author=True, reason="重写")


def test_a_worn_item_rests_and_a_class_is_not_asked_twice_in_four_weeks() -> None:
    limits = Limits(uses=3, rest_days=10, again_days=5)
    fresh = Exposure(uses=2, last=DAY, last_here=DAY)
    worn = Exposure(uses=3, last=DAY)
    assert not is_worn(fresh, limits)
    assert rests_until(fresh, limits) is None
    assert rests_until(worn, limits) == DAY + timedelta(days=10)
    for exposure, days, may in (
        (fresh, 4, False), (fresh, 5, True), (worn, 9, False), (worn, 10, True),
        (Exposure(uses=2, last=DAY), 0, True),
    ):  # fmt: skip
        assert may_be_asked(exposure, limits, on=DAY + timedelta(days=days)) is may
