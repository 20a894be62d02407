"""No order of commands leaves a request without an exit, two winners, or a broken history."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engines.appeal_specs import (
    BACKSTOP,
    CALLER,
    DESK,
    FIRM,
    LEADER,
    MONDAY,
    ROADS,
    WATER,
    Story,
)

from minsheng.engines.appeals.clocks import acts_at, calendar_acts, running
from minsheng.engines.appeals.fold import replay
from minsheng.engines.appeals.snapshot import dump, load
from minsheng.engines.appeals.state import (
    ENDED,
    AddHelper,
    Answer,
    AnswerExtension,
    AnswerHold,
    AskExtension,
    AskHold,
    Classify,
    Contact,
    DecideDispute,
    Dispatch,
    EndHold,
    NotAccept,
    RaiseDispute,
    Relieve,
    SendBack,
    Sign,
    TakeUpAgain,
    Urge,
    VisitBack,
    Withdraw,
)
from minsheng.lib.errors import MinshengError

PEOPLE = st.sampled_from([LEADER, DESK, CALLER, WATER, ROADS, BACKSTOP, FIRM])
POSTS = st.sampled_from(["water", "roads", "town", ""])
ITEMS = st.sampled_from(["1", "2", "3", "4"])
YES = st.booleans()
DAYS = st.integers(0, 90).map(lambda n: (MONDAY + timedelta(days=n)).date())
COMMANDS = st.one_of(
    st.builds(Dispatch, PEOPLE, POSTS, st.lists(POSTS, max_size=2).map(tuple)),
    st.builds(Classify, PEOPLE, st.sampled_from(["pipe", "gas", "all"])),
    st.builds(NotAccept, PEOPLE, st.sampled_from(["court", "budget"])),
    st.builds(AddHelper, PEOPLE, POSTS),
    st.builds(Relieve, ITEMS, PEOPLE),
    st.builds(Sign, ITEMS, PEOPLE),
    st.builds(Contact, ITEMS, PEOPLE, st.just("call"), YES),
    st.builds(SendBack, ITEMS, PEOPLE, st.just("not_ours")),
    st.builds(RaiseDispute, ITEMS, PEOPLE, st.just("unclear")),
    st.builds(DecideDispute, ITEMS, PEOPLE, POSTS),
    st.builds(AskExtension, ITEMS, PEOPLE, st.just("hard")),
    st.builds(AnswerExtension, ITEMS, PEOPLE, YES),
    st.builds(AskHold, ITEMS, PEOPLE, st.just("budget"), DAYS),
    st.builds(AnswerHold, ITEMS, PEOPLE, YES),
    st.builds(EndHold, ITEMS, PEOPLE),
    st.builds(Answer, ITEMS, PEOPLE, st.sampled_from(["done", "partly", "explained", ""])),
    st.builds(VisitBack, PEOPLE, YES, st.one_of(st.none(), YES), YES, st.integers(0, 6)),
    st.builds(Urge, PEOPLE),
    st.just(Withdraw(FIRM)),
    st.just(TakeUpAgain(FIRM, "S-2")),
)
COURSES = st.lists(st.tuples(COMMANDS, st.integers(0, 40)), max_size=40)
MANY = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
WHO = {"water": WATER, "roads": ROADS, "town": BACKSTOP}


def go(story, command, hours):
    """Let one thing happen; the calendar acts first, as the worker does."""
    for act in calendar_acts(story.state, story.at + timedelta(hours=hours)):
        story.do(act, hours=hours)
        hours = 0
    try:
        story.do(command, hours=hours)
    except MinshengError as error:
        assert error.zh
        assert error.en


def next_act(state):
    """What a willing person does next."""
    if state.status == "received":
        return Dispatch(LEADER, "town")
    if state.status == "visiting":
        return VisitBack(FIRM, solved=False, accepts=True)
    item = min(state.open_items, key=lambda i: i.is_lead)
    who = WHO[item.post]
    if item.status == "waiting":
        return Sign(item.key, who)
    if item.status == "disputed":
        return DecideDispute(item.key, LEADER)
    if item.status == "held":
        return EndHold(item.key, who)
    if item.is_lead and item.contacted is None:
        return Contact(item.key, who, "call")
    return Answer(item.key, who, "done")


@MANY
@given(sent=COURSES)
def test_no_interleaving_leaves_a_request_without_an_exit(sent):
    story = Story()
    for command, hours in sent:
        go(story, command, hours)
    for _ in range(40):
        if story.state.status == "closed":
            break
        # Somebody or a clock is always at it: nothing is ever silently forgotten.
        held = [i for i in story.state.open_items if i.status == "held"]
        assert held or list(running(story.state))
        assert acts_at(story.state) is not None or story.state.noted
        go(story, next_act(story.state), 1)
    assert story.state.status == "closed"
    assert all(item.status in ENDED for item in story.state.items.values())


@MANY
@given(sent=COURSES)
def test_replay_gives_what_is_stored_and_one_post_leads(sent):
    story = Story()
    for command, hours in sent:
        go(story, command, hours)
        leads = [i for i in story.state.open_items if i.is_lead]
        assert len(leads) == (story.state.status == "handling")
        posts = [i.post for i in story.state.open_items]
        assert len(posts) == len(set(posts))
    assert replay(story.log) == story.state == load(dump(story.state))
    assert story.state.seq == len(story.log)
    closed = [e for e in story.log if e.kind == "closed"]
    assert len(closed) == (story.state.status == "closed")


@MANY
@given(sent=COURSES)
def test_it_ends_only_by_the_requester_or_after_three_calls_in_vain_or_unaccepted(sent):
    story = Story()
    for command, hours in sent:
        go(story, command, hours)
    if story.state.outcome in ("solved", "explained"):
        assert any(e.kind == "visited" and e.data["reached"] for e in story.log)
    if story.state.outcome == "unreached":
        last = [e for e in story.log if e.kind == "visited"][-3:]
        assert [e.data["reached"] for e in last] == [False] * 3
