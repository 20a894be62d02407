"""A request from its first word to its end, by the book and against it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from tests.engines.appeal_specs import (
    BACKSTOP,
    CALLER,
    DESK,
    FIRM,
    LEADER,
    MONDAY,
    ROADS,
    SPEC,
    WATER,
    Story,
)
from tests.engines.casework_specs import PLAIN, calendar_of

from minsheng.engines.appeals.clocks import acts_at, calendar_acts, running
from minsheng.engines.appeals.decide import dispatcher_of, receive
from minsheng.engines.appeals.fold import replay
from minsheng.engines.appeals.rates import facts_of
from minsheng.engines.appeals.snapshot import dump, load
from minsheng.engines.appeals.state import (
    CHINA,
    AddHelper,
    Answer,
    AnswerExtension,
    AnswerHold,
    AskExtension,
    AskHold,
    Contact,
    DecideDispute,
    Derive,
    Dispatch,
    EndHold,
    NotAccept,
    RaiseDispute,
    Relieve,
    SendBack,
    Sign,
    TakeUpAgain,
    VisitBack,
    Withdraw,
)
from minsheng.lib.errors import Conflict, WrongInput
from minsheng.lib.workdays import moment_after


def handled(*helpers):
    story = Story()
    story.do(Dispatch(DESK, "water", helpers))
    story.do(Sign("1", WATER))
    return story


def answered():
    story = handled()
    story.do(Contact("1", WATER, "call"))
    story.do(Answer("1", WATER, "done"))
    return story


def test_a_request_goes_round_the_loop_and_replays_to_what_is_stored():
    story = handled("roads")
    story.do(Contact("1", WATER, "call", reached=False))
    story.do(Contact("1", WATER, "visit"))
    story.do(Sign("2", ROADS))
    story.do(Answer("2", ROADS, "done"))
    story.do(Answer("1", WATER, "done"))
    story.do(VisitBack(FIRM, solved=True, score=5))
    assert (story.state.status, story.state.outcome, story.state.score) == ("closed", "solved", 5)
    assert replay(story.log) == story.state == load(dump(story.state))


def test_the_lead_answers_for_all_after_the_helpers_and_after_speaking_to_the_requester():
    story = handled("roads")
    with pytest.raises(Conflict, match="contact_first"):
        story.do(Answer("1", WATER, "done"))
    story.do(Contact("1", WATER, "call"))
    with pytest.raises(Conflict, match="helpers_first"):
        story.do(Answer("1", WATER, "done"))


def test_only_the_requesters_word_or_three_spaced_calls_in_vain_close_it():
    story = answered()
    story.do(VisitBack(CALLER, reached=False))
    with pytest.raises(Conflict, match="too_soon"):
        story.do(VisitBack(CALLER, reached=False))
    story.do(VisitBack(CALLER, reached=False), hours=24)
    assert story.state.status == "visiting"
    story.do(VisitBack(CALLER, reached=False), hours=24)
    assert story.state.outcome == "unreached"


def test_not_solved_is_done_again_under_the_post_above():
    story = answered()
    assert dispatcher_of(SPEC, story.state) == "desk"
    story.do(VisitBack(FIRM, solved=False, score=1))
    assert (story.state.status, story.state.round) == ("received", 2)
    assert dispatcher_of(SPEC, story.state) == "office.leader"
    story.do(Dispatch(LEADER, "water"))
    story.do(Sign("2", WATER))
    story.do(Contact("2", WATER, "visit"))
    story.do(Answer("2", WATER, "explained"))
    story.do(VisitBack(FIRM, solved=False, accepts=True, score=3))
    assert story.state.outcome == "explained"


def test_an_office_sends_back_once_and_the_backstop_never():
    story = handled()
    story.do(SendBack("1", WATER, "not_ours"))
    assert story.state.status == "received"
    story.do(Dispatch(DESK, "water"))
    with pytest.raises(Conflict, match="returned_once"):
        story.do(SendBack("2", WATER, "not_ours"))
    other = Story()
    other.do(Dispatch(DESK, "town"))
    with pytest.raises(Conflict, match="returned_once"):
        other.do(SendBack("1", BACKSTOP, "not_ours"))
    with pytest.raises(Conflict, match="disputed_once"):
        other.do(RaiseDispute("1", BACKSTOP, "unclear"))


def test_a_lead_sends_back_while_helpers_have_answered_or_are_at_it():
    story = handled("roads", "town")
    story.do(Sign("2", ROADS))
    story.do(Answer("2", ROADS, "done"))
    story.do(AskExtension("1", WATER, "hard"))
    events = story.do(SendBack("1", WATER, "not_ours"))
    assert [event.kind for event in events] == ["returned", "relieved", "back"]
    items = story.state.items
    assert [items[key].status for key in "123"] == ["returned", "answered", "relieved"]
    assert [one.clock for one in running(story.state)] == ["dispatch"]
    assert story.state.lead is None
    assert not list(facts_of(SPEC, story.state, at=story.at + timedelta(days=90)))
    story.do(Dispatch(DESK, "town", ("roads",)))
    assert [one.post for one in story.state.open_items] == ["town", "roads"]
    story.do(Relieve("5", DESK))
    story.do(Sign("4", BACKSTOP))
    story.do(Contact("4", BACKSTOP, "call"))
    story.do(Answer("4", BACKSTOP, "done"))
    assert story.state.status == "visiting"
    assert replay(story.log) == story.state == load(dump(story.state))


def test_what_a_helper_told_the_lead_is_no_answer_to_the_requester():
    story = handled("roads")
    story.do(Sign("2", ROADS))
    story.do(Answer("2", ROADS, "done"))
    story.do(SendBack("1", WATER, "not_ours"))
    story.do(NotAccept(DESK, "court"))
    assert story.state.outcome == "not_accepted"
    other = answered()
    other.do(VisitBack(FIRM, solved=False))
    with pytest.raises(Conflict, match="accepted_already"):
        other.do(NotAccept(LEADER, "court"))


def test_while_duty_is_disputed_the_dispatchers_clock_runs_and_the_office_loses_no_time():
    story = handled()
    before = story.state.items["1"].finish_due
    story.do(RaiseDispute("1", WATER, "unclear"))
    assert [one.clock for one in running(story.state)] == ["dispute"]
    story.do(DecideDispute("1", LEADER), hours=24)
    assert story.state.items["1"].finish_due.at == before.at + timedelta(days=1)
    with pytest.raises(Conflict, match="disputed_once"):
        story.do(RaiseDispute("1", WATER, "unclear"))


def test_a_dispute_that_goes_elsewhere_counts_against_nobody():
    story = handled()
    story.do(RaiseDispute("1", WATER, "unclear"))
    story.do(DecideDispute("1", LEADER, to="roads"))
    assert story.state.items["1"].is_wrong
    assert story.state.lead is not None
    assert story.state.lead.post == "roads"


def test_a_hold_needs_another_persons_agreement_and_ends_on_its_review_date():
    story = handled()
    review = date(2026, 3, 20)
    story.do(AskHold("1", WATER, "budget", review))
    with pytest.raises(Conflict, match="own_wish"):
        story.do(AnswerHold("1", WATER, granted=True))
    story.do(AnswerHold("1", LEADER, granted=True))
    assert not list(running(story.state))
    assert not calendar_acts(story.state, story.at)
    later = MONDAY.replace(day=20)
    assert calendar_acts(story.state, later) == (EndHold("1", "system"),)
    story.do(EndHold("1", "system"), hours=(later - story.at).total_seconds() / 3600)
    assert story.state.items["1"].status == "open"
    assert story.state.items["1"].finish_due.at > later


def test_more_time_is_given_once_by_somebody_else_before_the_time_is_up():
    story = handled()
    before = story.state.items["1"].finish_due.at
    story.do(AskExtension("1", WATER, "hard"))
    with pytest.raises(Conflict, match="own_wish"):
        story.do(AnswerExtension("1", WATER, granted=True))
    story.do(AnswerExtension("1", LEADER, granted=True))
    assert story.state.items["1"].finish_due.at == before + timedelta(days=7)
    with pytest.raises(Conflict, match="not_extendable"):
        story.do(AskExtension("1", WATER, "hard"))


def test_hours_run_through_the_night_and_working_hours_do_not():
    friday = MONDAY.replace(day=6, hour=17)
    danger, _ = receive(SPEC, category="gas", area="", at=friday, by=FIRM, calendar=PLAIN)
    common, _ = receive(SPEC, category="pipe", area="", at=friday, by=FIRM, calendar=PLAIN)
    assert danger.dispatch_due.at == friday.replace(hour=18)
    assert common.dispatch_due.at == friday.replace(day=9, hour=12, minute=30)


def test_what_is_not_accepted_says_why_and_can_be_taken_up_by_one_linked_request():
    story = Story()
    with pytest.raises(WrongInput, match="reason"):
        story.do(NotAccept(DESK, "budget"))
    story.do(NotAccept(DESK, "court"))
    assert story.state.outcome == "not_accepted"
    story.do(TakeUpAgain(FIRM, "S-2"))
    with pytest.raises(Conflict, match="taken_up"):
        story.do(TakeUpAgain(FIRM, "S-3"))


def test_too_late_to_take_up_again():
    story = answered()
    story.do(VisitBack(FIRM, solved=True))
    with pytest.raises(Conflict, match="too_late_to_reopen"):
        story.do(TakeUpAgain(FIRM, "S-2"), hours=24 * 40)


def test_the_same_click_again_is_harmless_and_another_person_is_told_who_was_faster():
    story = Story()
    story.do(Dispatch(DESK, "water"))
    assert not story.do(Dispatch(DESK, "water"))
    with pytest.raises(Conflict) as refused:
        story.do(Sign("1", WATER))
        story.do(Sign("1", "water/account:44"))
    assert refused.value.facts["by"] == WATER
    assert not story.do(Sign("1", WATER))


def test_a_withdrawn_request_leaves_nobody_with_work():
    story = handled("roads")
    story.do(Withdraw(FIRM))
    assert not story.state.open_items
    assert not list(running(story.state))
    assert not story.do(Withdraw(FIRM))


def test_whose_duty_it_is_follows_place_and_category():
    on = date(2026, 3, 2)
    assert SPEC.duty_of("pipe", ("city", "south"), on).post == "roads"
    assert SPEC.duty_of("pipe", ("north",), on).helpers == ("roads",)
    assert SPEC.duty_of("gas", ("north",), on).post == "town"


def test_a_helper_called_later_has_an_item_of_its_own():
    story = handled()
    story.do(AddHelper(WATER, "roads"))
    assert [(i.post, i.is_lead) for i in story.state.items.values()] == [
        ("water", True),
        ("roads", False),
    ]


def test_what_rests_on_a_provisional_year_is_derived_anew_when_its_notice_is_out():
    december = datetime(2026, 12, 30, 9, tzinfo=CHINA)
    unsure = calendar_of(provisional=(2027,))
    # The notice: New Year is off until the fifth, so that every working day is later.
    official = calendar_of(off=[date(2027, 1, n) for n in range(1, 6)])
    story = Story(at=december, calendar=unsure)
    story.do(Dispatch(DESK, "water", ("roads",)))
    story.do(Sign("1", WATER))
    story.do(AskExtension("1", WATER, "hard"))
    story.do(AnswerExtension("1", LEADER, granted=True))
    moved, before = story.state.items["1"].finish_due, story.state.items["2"].finish_due
    assert moved.provisional and before.provisional
    assert not story.do(Derive("system"))
    story.calendar = official
    events = story.do(Derive("system"))
    assert {event.kind for event in events} == {"due_known"}
    items = story.state.items
    assert items["1"].finish_due == replace(moved, provisional=False)
    assert items["2"].finish_due.at > before.at and not items["2"].finish_due.provisional
    assert items["2"].finish_due == moment_after(
        official, items["2"].dispatched, SPEC.grades["common"].finish
    )
    assert not any(one.due.provisional for one in running(story.state))
    assert acts_at(story.state) is not None
    assert not story.do(Derive("system"))
    assert replay(story.log) == story.state == load(dump(story.state))
