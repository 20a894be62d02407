"""The rarer acts: acceptance, claims, more time, passing on, stops, correcting, expiry, objection."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.engines.casework_specs import (
    HEAD,
    MONDAY,
    PLAIN,
    SUN,
    WANG,
    at,
    do,
    fold,
    full_item,
    item,
    service,
    start,
    statuses,
)

from minsheng.engines.casework.advance import advance, due_of
from minsheng.engines.casework.clocks import acts_on, calendar_acts
from minsheng.engines.casework.prove import prove
from minsheng.engines.casework.state import (
    Accept,
    AnswerExtension,
    Approve,
    AskExtension,
    Claim,
    Consent,
    Correct,
    DecideObjection,
    EffectDone,
    Expire,
    Objection,
    Pause,
    Refuse,
    Resume,
    Return,
    Reverse,
    Supply,
    Transfer,
    Unclaim,
)
from minsheng.engines.casework.step import post_of
from minsheng.lib.errors import Conflict, WrongInput

SUN1, SUN2 = f"post:{SUN}/account:1", f"post:{SUN}/account:2"
ZHOU = f"post:{HEAD}/account:3"
TUESDAY, WEDNESDAY, FRIDAY = (MONDAY + timedelta(days=n) for n in (1, 2, 4))
SPEC = service(full_item("a"), full_item("b", needs=("a",)))


def refused(state, command, *, on=MONDAY, code):
    with pytest.raises((Conflict, WrongInput)) as error:
        advance(SPEC, state, command, at=at(on), calendar=PLAIN)
    assert error.value.code == f"casework.{code}"
    return error.value


def by_itself(state, on):
    """The state after the calendar has acted on a day, and the events."""
    events = []
    while acts := calendar_acts(SPEC, state, on):
        happened = advance(SPEC, state, acts[0], at=at(on), calendar=PLAIN)
        state, events = fold(SPEC, state, happened), [*events, *happened]
    return state, events


def test_everything_may_happen_to_an_item_and_it_still_finds_its_way_out():
    assert prove(SPEC, max_states=20_000) == ()


# ── acceptance and the one question ─────────────────────────────────────────────────────────────
def test_after_five_working_days_nobody_may_ask_and_it_counts_as_accepted_from_receipt():
    state, last = start(SPEC), MONDAY + timedelta(days=7)
    assert state.items["a"].ask_by == last == date(2026, 3, 30)
    assert do(SPEC, state, Return("a", SUN1, "unclear"), on=last).items["a"].status == "returned"
    late = last + timedelta(days=1)
    assert (
        "3月23日起算受理了"
        in refused(state, Return("a", SUN1, "unclear"), on=late, code="accepted").zh
    )
    assert by_itself(state, last)[1] == []
    state, (event,) = by_itself(state, late)
    assert (event.kind, event.by) == ("accepted", "system")
    assert event.data == {"attempt": 1, "on": "2026-03-23", "deemed": True}
    assert by_itself(state, late) == (state, [])


def test_a_formal_acceptance_ends_the_right_to_ask_and_moves_no_promise():
    state = start(SPEC)
    accepted = do(SPEC, state, Accept("a", SUN1), on=TUESDAY)
    assert accepted.items["a"].accepted == TUESDAY
    assert accepted.items["a"].promised == state.items["a"].promised
    refused(accepted, Return("a", SUN1, "unclear"), on=TUESDAY, code="accepted")
    refused(accepted, Accept("a", SUN2), on=TUESDAY, code="accepted")


def test_what_was_asked_and_supplied_counts_as_accepted_from_that_day():
    state = do(SPEC, start(SPEC), Return("a", SUN1, "unclear"))
    state = do(SPEC, state, Supply("a", WANG), on=FRIDAY)
    assert state.items["a"].accepted == FRIDAY


def test_a_question_nobody_answers_ends_the_item_after_its_term_and_not_before():
    state = do(SPEC, start(SPEC), Return("a", SUN1, "unclear"))
    last = state.items["a"].answer_by
    assert last == date(2026, 3, 30)
    refused(state, Expire("a", "system"), on=last, code="not_possible_now")
    assert (
        do(SPEC, state, Supply("a", WANG), on=last + timedelta(days=1)).items["a"].status == "open"
    )
    state, events = by_itself(state, last + timedelta(days=1))
    assert [e.kind for e in events] == ["expired", "cancelled", "closed"]
    assert (state.status, state.items["a"].reason) == ("refused", "expired")


# ── who is on it ────────────────────────────────────────────────────────────────────────────────
def test_a_claim_keeps_colleagues_off_for_a_day_unless_they_take_over():
    state = do(SPEC, start(SPEC), Claim("a", SUN1))
    for act in (
        Approve("a", SUN2),
        Refuse("a", SUN2, "wrong"),
        Claim("a", SUN2),
        Unclaim("a", SUN2),
    ):
        assert refused(state, act, code="claimed").facts["claimed_by"] == SUN1
    assert advance(SPEC, state, Claim("a", SUN1), at=at(MONDAY), calendar=PLAIN) == ()
    taken = advance(SPEC, state, Claim("a", SUN2, take_over=True), at=at(MONDAY), calendar=PLAIN)
    assert taken[0].data["over"] == SUN1
    refused(fold(SPEC, state, taken), Approve("a", SUN1), code="claimed")
    tomorrow = do(SPEC, state, Approve("a", SUN2), on=TUESDAY)
    assert (tomorrow.items["a"].status, tomorrow.items["a"].claimed_by) == ("done", "")


def test_a_claim_lapses_with_its_day_and_history_says_so():
    state = do(SPEC, start(SPEC), Claim("a", SUN1))
    assert acts_on(SPEC, state.items["a"]) == TUESDAY
    state, events = by_itself(state, TUESDAY)
    assert [(e.kind, e.data.get("lapsed")) for e in events] == [("unclaimed", True)]
    assert state.items["a"].claimed_by == ""


# ── more time, and other hands ──────────────────────────────────────────────────────────────────
def test_more_time_is_asked_once_in_time_and_agreed_to_by_somebody_else():
    state = start(SPEC)
    due = state.items["a"].promised.day
    refused(
        state,
        AskExtension("a", SUN1, "slow"),
        on=due + timedelta(days=1),
        code="too_late_to_extend",
    )
    refused(state, AskExtension("a", SUN1, "wrong"), code="reason")
    state = do(SPEC, state, AskExtension("a", SUN1, "slow"), on=TUESDAY)
    refused(state, AskExtension("a", SUN2, "slow"), on=TUESDAY, code="extended_once")
    refused(
        state,
        AnswerExtension("a", f"post:{HEAD}/account:1", granted=True),
        on=TUESDAY,
        code="own_request",
    )
    refused(
        state,
        AnswerExtension("a", ZHOU, granted=True),
        on=due + timedelta(days=1),
        code="too_late_to_extend",
    )
    granted = do(SPEC, state, AnswerExtension("a", ZHOU, granted=True), on=due)
    # Two working days and ten more, counted from the same Monday.
    assert granted.items["a"].promised.day == date(2026, 4, 8)
    assert due_of(SPEC, granted, "a", calendar=PLAIN, on=due).due.day == date(2026, 4, 8)
    kept = do(SPEC, state, AnswerExtension("a", ZHOU, granted=False), on=TUESDAY)
    assert kept.items["a"].promised.day == due
    refused(kept, AskExtension("a", SUN1, "slow"), on=TUESDAY, code="extended_once")


def test_an_item_without_a_declared_extension_has_none():
    spec = service(item("a"))
    with pytest.raises(Conflict, match="not_extendable"):
        advance(spec, start(spec), AskExtension("a", SUN1, "slow"), at=at(MONDAY), calendar=PLAIN)


def test_an_item_moves_with_its_clock_to_a_declared_post_and_back():
    state = do(SPEC, start(SPEC), Claim("a", SUN1), AskExtension("a", SUN1, "slow"))
    refused(state, Transfer("a", SUN1, "hr.card"), code="no_such_post")
    refused(state, Transfer("a", SUN1, SUN), code="no_such_post")
    refused(state, Transfer("a", SUN2, "hall.window"), code="claimed")
    moved = do(SPEC, state, Transfer("a", SUN1, "hall.window"), on=TUESDAY)
    assert post_of(SPEC, moved.items["a"]) == "hall.window"
    assert moved.items["a"].claimed_by == ""
    assert moved.items["a"].promised == state.items["a"].promised
    assert moved.items["a"].extension == "asked"
    assert post_of(SPEC, do(SPEC, moved, Transfer("a", "z", SUN)).items["a"]) == SUN
    assert (
        do(SPEC, state, Transfer("a", SUN1, "police.two", same_office=True)).items["a"].post
        == "police.two"
    )


# ── stops with a length ─────────────────────────────────────────────────────────────────────────
def test_a_public_notice_lasts_its_days_and_then_ends_by_itself():
    state = do(SPEC, start(SPEC), Pause("a", SUN1, "posted"))
    last = state.items["a"].stop_until
    assert last == date(2026, 3, 30)
    refused(state, Resume("a", SUN1), on=last, code="notice_stands")
    refused(state, Approve("a", SUN1), on=last, code="still_stopped")
    state, events = by_itself(state, last + timedelta(days=1))
    assert [e.kind for e in events] == ["accepted", "resumed"]
    assert not state.items["a"].is_stopped
    # The day of the notice and the five after it didn't count; two whole days remain.
    assert state.items["a"].promised.day == date(2026, 4, 1)


def test_an_expert_review_ends_with_what_the_panel_found():
    state = do(SPEC, start(SPEC), Pause("a", SUN1, "panel"))
    refused(state, Resume("a", SUN1), code="no_outcome")
    refused(state, Refuse("a", SUN1, "wrong"), code="still_stopped")
    (event,) = advance(
        SPEC, state, Resume("a", SUN1, "not_passed", "digest"), at=at(FRIDAY), calendar=PLAIN
    )
    assert (event.data["outcome"], event.data["evidence"]) == ("not_passed", "digest")


# ── corrected, and objected to ──────────────────────────────────────────────────────────────────
def test_a_corrected_result_stays_done_and_is_certified_anew():
    state = do(SPEC, start(SPEC), Approve("a", SUN1), Approve("b", SUN1))
    state = do(SPEC, state, Correct("a", SUN2, "misprint"))
    assert (state.status, statuses(state)) == ("done", {"a": "done", "b": "done"})
    assert (state.items["a"].attempt, state.items["b"].attempt) == (2, 1)
    spec = service(full_item("a", gives=""))
    done = do(spec, start(spec), Approve("a", SUN1))
    with pytest.raises(Conflict, match="not_correctable"):
        advance(spec, done, Correct("a", SUN1, "misprint"), at=at(MONDAY), calendar=PLAIN)


def test_a_corrected_result_stays_done_although_a_register_holds_it():
    spec = service(full_item("a", effect="x.y"))
    done = do(spec, start(spec), Approve("a", SUN1), EffectDone("a", 1, "r"))
    after = do(spec, done, Correct("a", SUN1, "misprint"))
    assert (after.status, after.items["a"].status, after.items["a"].attempt) == ("done", "done", 2)


def test_an_upheld_objection_lets_somebody_else_decide_and_takes_up_what_was_given_up():
    state = do(SPEC, start(SPEC), Refuse("a", SUN1, "wrong"))
    assert (state.status, statuses(state)) == ("refused", {"a": "refused", "b": "cancelled"})
    assert state.items["a"].object_by == MONDAY + timedelta(days=60)
    refused(state, Objection("a", WANG), on=MONDAY + timedelta(days=61), code="too_late_to_object")
    state = do(SPEC, state, Objection("a", WANG, "digest"), on=FRIDAY)
    assert (state.status, state.items["a"].status) == ("running", "objected")
    assert post_of(SPEC, state.items["a"]) == HEAD
    assert state.items["a"].promised.day == FRIDAY + timedelta(days=7)
    refused(
        state,
        DecideObjection("a", f"post:{HEAD}/account:1", upheld=True),
        on=FRIDAY,
        code="own_refusal",
    )
    state = do(SPEC, state, DecideObjection("a", ZHOU, upheld=True), on=FRIDAY)
    assert statuses(state) == {"a": "open", "b": "waiting"}
    assert (state.items["a"].attempt, state.items["a"].started) == (2, FRIDAY)
    refused(state, Approve("a", SUN1), on=FRIDAY, code="own_refusal")
    state = do(SPEC, state, Approve("a", SUN2), Approve("b", SUN1), on=FRIDAY)
    assert state.status == "done"
    # The rule goes on holding if the item is taken back later.
    state = do(SPEC, state, Reverse("a", SUN2, "mistake"), on=FRIDAY)
    refused(state, Approve("a", SUN1), on=FRIDAY, code="own_refusal")


def test_a_rejected_objection_is_final():
    state = do(SPEC, start(SPEC), Refuse("a", SUN1, "wrong"), Objection("a", WANG))
    refused(state, DecideObjection("a", ZHOU, upheld=False, reason="wrong"), code="reason")
    state = do(SPEC, state, DecideObjection("a", ZHOU, upheld=False, reason="right"))
    assert (state.status, statuses(state)) == ("refused", {"a": "refused", "b": "cancelled"})
    refused(state, Objection("a", WANG), code="no_objection")


def test_an_objection_doesnt_bring_back_what_the_father_has_refused():
    spec = service(full_item("a"), full_item("b", needs=("a",), consent_of=("father",)))
    state = start(spec, {"household": "father"})
    state = do(spec, state, Consent("father", "c", given=False), Refuse("a", SUN1, "wrong"))
    state = do(spec, state, Objection("a", WANG), DecideObjection("a", ZHOU, upheld=True))
    assert statuses(state) == {"a": "open", "b": "cancelled"}
