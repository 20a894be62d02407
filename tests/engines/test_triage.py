"""A matter is sorted with its reason, each level sends back once, and a challenge always ends."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minsheng.engines.triage import (
    Challenge,
    Judge,
    Level,
    NotNow,
    Option,
    Question,
    SendBack,
    Standing,
    Triage,
    Way,
    take,
    taken,
)
from minsheng.lib.texts import Text
from minsheng.rules import DecisionTable

DAY = date(2026, 11, 30)
QUESTIONS = {
    "danger": Question(key="danger", ask=Text("危险吗？")),
    "whose": Question(
        key="whose",
        ask=Text("是谁的？"),
        options=tuple(Option(key=k, label=Text(k)) for k in ("own", "shared", "public")),
    ),
}
TABLE = DecisionTable.parse(
    {
        "inputs": ["danger", "whose"],
        "gives": "text",
        "rows": [
            {"danger": True, "then": "office"},
            {"whose": "public", "then": "office"},
            {"whose": "shared", "then": "together"},
            {"whose": "own", "then": "alone"},
        ],
    },
    Triage.schema(QUESTIONS),
)
WAYS = {
    key: Way(key=key, size=size, reason=Text(f"因为{key}"), route=())
    for key, size in (("office", "big"), ("together", "small"), ("alone", "private"))
}
LEVELS = tuple(
    Level(key=k, title=Text(k), post=f"{k}.post") for k in ("desk", "street", "district")
)
TRIAGE = Triage(QUESTIONS, TABLE, WAYS, LEVELS)
JUDGED = Judge("together", "small")


@pytest.mark.parametrize(
    ("answers", "size"),
    [
        ({"danger": True}, "big"),
        ({"danger": False, "whose": "public"}, "big"),
        ({"danger": False, "whose": "shared"}, "small"),
        ({"danger": False, "whose": "own"}, "private"),
        ({"whose": "public"}, "big"),
    ],
)
def test_a_matter_goes_the_way_of_its_row_with_the_reason(answers, size):
    found = TRIAGE.judge(answers, on=DAY)
    assert found.way is not None
    assert found.way.size == size
    assert found.way.reason.zh


def test_what_would_settle_it_is_asked_and_nothing_is_guessed():
    assert TRIAGE.judge({"danger": False}, on=DAY).missing == ("whose",)
    assert TRIAGE.judge({"whose": "own"}, on=DAY).way is None
    assert TRIAGE.explain({"danger": False, "whose": "own"}, on=DAY).lines


def test_a_challenge_goes_up_and_the_top_level_ends_it():
    standing = take(Standing(), JUDGED, levels=3).after
    for level in (1, 2):
        standing = take(standing, Challenge("不对"), levels=3).after
        assert (standing.level, standing.outcome) == (level, "open")
        standing = take(standing, Judge("office", "big"), levels=3).after
    assert standing.outcome == "final"
    with pytest.raises(NotNow, match="highest level"):
        take(standing, Challenge("还是不对"), levels=3)


def test_each_level_sends_back_once_with_a_reason():
    up = take(take(Standing(), JUDGED, levels=3).after, Challenge("不对"), levels=3).after
    with pytest.raises(NotNow, match="Say in a sentence"):
        take(up, SendBack("  "), levels=3)
    back = take(up, SendBack("没看现场"), levels=3).after
    assert (back.level, back.outcome) == (0, "open")
    again = take(take(back, JUDGED, levels=3).after, Challenge("还是不对"), levels=3).after
    with pytest.raises(NotNow):
        take(again, SendBack("再看看"), levels=3)


def test_the_desk_has_nobody_to_send_it_back_to():
    with pytest.raises(NotNow):
        take(Standing(), SendBack("不归我"), levels=3)


@given(
    st.integers(2, 5), st.lists(st.sampled_from(["judge", "send_back", "challenge"]), max_size=60)
)
def test_it_always_ends_and_what_is_offered_can_be_done(levels, wishes):
    commands = {"judge": JUDGED, "send_back": SendBack("理由"), "challenge": Challenge("理由")}
    standing = Standing()
    for wish in wishes:
        may = taken(standing, levels)
        assert bool(may) == (standing.outcome != "final")
        if wish not in may:
            with pytest.raises(NotNow):
                take(standing, commands[wish], levels=levels)
            continue
        standing = take(standing, commands[wish], levels=levels).after
        assert 0 <= standing.level < levels
        assert standing.judged <= 2 * levels
