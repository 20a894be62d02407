"""The invariants of a case that are pure, each by its own name (design §4)."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import permutations

import pytest
from tests.engines.casework_specs import (
    CHEN,
    LIN,
    MONDAY,
    PLAIN,
    REASONS,
    SUN,
    WANG,
    admission,
    at,
    calendar_of,
    do,
    item,
    newborn,
    rule,
    service,
    start,
    statuses,
)

from minsheng.engines.casework.advance import (
    acceptable_on_fire,
    advance,
    apply,
    case_end,
    consequences,
    due_of,
    replay,
    submit,
    timers,
)
from minsheng.engines.casework.snapshot import dump, load
from minsheng.engines.casework.state import (
    Approve,
    Consent,
    EffectDone,
    Event,
    Pause,
    Rate,
    Refuse,
    Release,
    Resume,
    Return,
    Reverse,
    Skip,
    Supply,
    Withdraw,
)
from minsheng.lib.errors import Conflict, NotFound, WrongInput
from minsheng.lib.workdays import Due, Stop, Term
from minsheng.rules import Unknown


def refused(spec, state, command, *, on=MONDAY, code=""):
    """The error that a command is refused with; it must leave the case as it is."""
    with pytest.raises((Conflict, WrongInput, NotFound)) as caught:
        advance(spec, state, command, at=at(on), calendar=PLAIN)
    assert caught.value.zh
    assert caught.value.en
    if code:
        assert caught.value.code == f"casework.{code}"
    return caught.value


# ── 1. one winner, and no case open for ever ────────────────────────────────────────────────────


def test_the_second_of_two_deciders_is_told_what_the_first_did_and_when():
    spec = newborn()
    state = do(spec, start(spec), Approve("birth", LIN), on=date(2026, 3, 24))
    error = refused(spec, state, Refuse("birth", "hospital.other", "wrong"), on=date(2026, 3, 25))
    assert isinstance(error, Conflict)
    assert error.facts == {
        "item": "birth",
        "status": "done",
        "decided_by": LIN,
        "on": "2026-03-24",
        "attempt": 1,
    }
    assert "3月24日" in error.zh
    assert "已办好" in error.zh


@pytest.mark.parametrize("order", list(permutations("abc")))
def test_the_case_closes_whichever_item_finishes_last(order):
    spec = service(item("a"), item("b"), item("c", effect="x.y"))
    state = start(spec)
    for key in order:
        assert state.status == "running"
        state = do(spec, state, Approve(key, SUN))
        if key == "c":
            assert state.status == "running"
            state = do(spec, state, EffectDone("c", 1, "r"))
    assert state.status == "done"


def test_a_command_for_an_item_the_case_does_not_have_is_refused():
    spec = newborn()
    refused(spec, start(spec), Approve("pension", SUN), code="no_item")


def test_a_waiting_item_can_not_be_decided_before_what_it_needs():
    spec = newborn()
    error = refused(spec, start(spec), Approve("household", SUN))
    assert "事项birth" in error.zh


@pytest.mark.parametrize(
    ("decisions", "status"),
    [
        ((Approve("a", SUN), Approve("b", SUN)), "done"),
        ((Approve("a", SUN), Refuse("b", SUN, "wrong")), "partly_done"),
        ((Refuse("a", SUN, "wrong"), Refuse("b", SUN, "wrong")), "refused"),
        ((Refuse("a", SUN, "wrong"), Withdraw(WANG)), "withdrawn"),
        ((Approve("a", SUN), Withdraw(WANG)), "partly_done"),
        ((Withdraw(WANG),), "withdrawn"),
    ],
)
def test_a_case_ends_as_its_items_ended(decisions, status):
    spec = service(item("a"), item("b"))
    assert do(spec, start(spec), *decisions).status == status


def test_what_needs_a_refused_item_is_cancelled_all_the_way_down_with_its_reason():
    spec = newborn()
    state = do(spec, start(spec), Refuse("birth", LIN, "wrong"))
    assert statuses(state) == {"birth": "refused", "household": "cancelled", "card": "cancelled"}
    assert state.items["household"].reason == "need:birth"
    assert state.items["card"].reason == "need:household"
    assert state.status == "refused"


def test_an_item_that_is_not_needed_does_not_block_what_follows():
    spec = service(item("a", when=rule("insured")), item("b", needs=("a",)))
    state = start(spec, {"insured": False})
    assert statuses(state) == {"a": "skipped", "b": "open"}


def test_an_item_whose_condition_is_unknown_is_kept_until_an_officer_settles_it():
    spec = service(item("a", when=rule("insured")), item("b", needs=("a",)), item("c"))
    state = start(spec)
    assert statuses(state) == {"a": "open", "b": "waiting", "c": "open"}
    assert state.items["a"].maybe
    state = do(spec, state, Skip("a", SUN, "a1:ff"))
    assert statuses(state) == {"a": "skipped", "b": "open", "c": "open"}


def test_an_item_that_is_certainly_needed_can_not_be_skipped():
    spec = service(item("a"))
    refused(spec, start(spec), Skip("a", SUN))


def test_optional_items_nobody_chose_are_skipped():
    spec = newborn()
    assert statuses(start(spec, {"selected": frozenset()}))["card"] == "skipped"
    state, _ = submit(spec, {"household": "mother"}, at=at(MONDAY), by=WANG, calendar=PLAIN)
    assert state.items["card"].status == "skipped"
    assert not state.items["card"].maybe


# ── 2. the log is a numbered fold ───────────────────────────────────────────────────────────────


def a_long_story():
    """Every kind of event once: (spec, events)."""
    spec = service(
        item("a", when=rule("insured")),
        item("b", effect="x.y", consent_of=("father",)),
        item("c", needs=("b",), on_needed_reversed="hold"),
        item("d", needs=("b",), on_needed_reversed="redo"),
        item("e", needs=("b",), on_needed_reversed="keep"),
        item("f", needs=("d",), optional=True),
    )
    facts = {"selected": frozenset("f"), "household": "father"}
    state, events = submit(spec, facts, at=at(MONDAY), by=WANG, calendar=PLAIN)
    log = list(events)
    for n, command in enumerate(
        [
            Skip("a", SUN),
            Consent("father", CHEN),
            Return("b", SUN, "unclear"),
            Supply("b", WANG),
            Pause("b", SUN, "expert"),
            Resume("b", SUN),
            Approve("b", SUN, "a1:00"),
            EffectDone("b", 1, "R1"),
            Approve("c", SUN),
            Approve("d", SUN),
            Approve("e", SUN),
            Refuse("f", SUN, "wrong"),
            Rate(WANG, 5),
            Reverse("b", SUN, "mistake"),
            Release("c", SUN, redo=False),
            Approve("b", SUN),
            EffectDone("b", 2, "R2"),
            Withdraw(WANG),
        ]
    ):
        new = advance(spec, state, command, at=at(MONDAY + timedelta(days=n)), calendar=PLAIN)
        for event in new:
            state = apply(spec, state, event)
        log += new
    return spec, state, log


def test_replaying_the_log_gives_the_state_and_every_event_has_its_number():
    spec, state, log = a_long_story()
    assert replay(spec, log) == state
    assert state.seq == len(log)
    assert state.status == "partly_done"


def test_replay_never_decides_again_even_when_the_pack_has_changed_since():
    spec, state, log = a_long_story()
    stricter = replace(
        spec,
        reasons={},
        items={
            k: replace(i, due=Term.parse("99wd"), effect="other", on_needed_reversed="redo")
            for k, i in spec.items.items()
        },
    )
    assert replay(stricter, log) == state


def test_an_event_of_an_app_moves_only_the_number_on():
    spec = newborn()
    state = start(spec)
    after = apply(spec, state, Event("material.came", at(MONDAY), data={"key": "marriage"}))
    assert after == replace(state, seq=state.seq + 1)


@pytest.mark.parametrize(
    "event",
    [
        Event("aproved", at(MONDAY), item="birth"),
        Event("opened", at(MONDAY), item="pension"),
        Event("submitted", at(MONDAY)),
    ],
)
def test_an_event_that_can_not_follow_is_a_loud_error(event):
    spec = newborn()
    with pytest.raises(ValueError, match=event.kind):
        apply(spec, start(spec), event)


def test_a_history_must_begin_with_the_submission():
    spec = newborn()
    with pytest.raises(ValueError, match="begins"):
        replay(spec, [Event("opened", at(MONDAY), item="birth")])
    with pytest.raises(ValueError, match="without events"):
        replay(spec, [])


def test_a_snapshot_keeps_the_whole_state():
    _, state, _ = a_long_story()
    assert load(json.loads(json.dumps(dump(state)))) == state
    asked = do(newborn(), start(newborn()), Return("birth", LIN, "unclear"))
    assert load(json.loads(json.dumps(dump(asked)))) == asked


# ── 3. nothing personal in events ───────────────────────────────────────────────────────────────


def test_events_hold_nothing_but_ids_decisions_days_and_hashes():
    _, _, log = a_long_story()
    allowed = {
        "ask_by",
        "attempt",
        "call_back",
        "calendar",
        "due",
        "evidence",
        "maybe",
        "need",
        "provisional",
        "reason",
        "result",
        "score",
        "status",
        "subject",
    }
    assert {key for event in log for key in event.data} <= allowed


def test_facts_never_reach_the_events():
    spec = newborn()
    facts = {"household": "mother", "births": 731, "secret": "王芳 500999199001010022"}
    _, events = submit(spec, facts, at=at(MONDAY), by=WANG, calendar=PLAIN)
    text = repr(events)
    assert "731" not in text
    assert "500999" not in text
    assert "mother" not in text


# ── 5. clocks ───────────────────────────────────────────────────────────────────────────────────


def test_a_clock_starts_on_the_day_the_item_opens_and_not_before():
    spec = newborn()
    state = start(spec)
    assert state.items["birth"].started == MONDAY
    assert state.items["household"].started is None
    with pytest.raises(ValueError, match="has not started"):
        due_of(spec, state, "household", calendar=PLAIN, on=MONDAY)
    state = do(spec, state, Approve("birth", LIN), on=date(2026, 3, 25))
    assert state.items["household"].started == date(2026, 3, 25)


def test_the_day_is_the_day_in_china_whatever_the_zone_of_the_server():
    spec = newborn()
    late = datetime.fromisoformat("2026-03-22T16:30:00+00:00")  # half past midnight on Monday
    state, events = submit(spec, {}, at=late, by=WANG, calendar=PLAIN)
    assert state.submitted == MONDAY
    assert events[0].day == MONDAY


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        submit(newborn(), {}, at=datetime(2026, 3, 23, 10), by=WANG, calendar=PLAIN)  # noqa: DTZ001


def test_the_clock_stands_still_while_the_applicant_is_asked():
    spec = service(item("a", "5wd"))
    state = do(spec, start(spec), Return("a", SUN, "unclear"), on=date(2026, 3, 24))
    assert due_of(spec, state, "a", calendar=PLAIN, on=date(2026, 3, 26)).running is False
    state = do(spec, state, Supply("a", WANG), on=date(2026, 3, 27))
    assert state.items["a"].stops == (Stop(date(2026, 3, 24), date(2026, 3, 27), "unclear"),)
    reading = due_of(spec, state, "a", calendar=PLAIN, on=date(2026, 3, 27))
    assert reading.due.day == date(2026, 4, 2)  # 30 March, put off by the three stopped days
    assert state.items["a"].promised == reading.due


def test_the_applicant_is_asked_once_in_an_attempt():
    spec = service(item("a"))
    state = do(spec, start(spec), Return("a", SUN, "unclear"), Supply("a", WANG))
    refused(spec, state, Return("a", SUN, "unclear"), code="asked_once")
    state = do(spec, state, Approve("a", SUN), Reverse("a", SUN, "mistake"))
    assert do(spec, state, Return("a", SUN, "unclear")).items["a"].status == "returned"


def test_only_what_was_asked_can_be_supplied():
    spec = service(item("a"))
    refused(spec, start(spec), Supply("a", WANG))


@pytest.mark.parametrize(
    "command",
    [
        Return("a", SUN, "wrong"),
        Refuse("a", SUN, "unclear"),
        Refuse("a", SUN, ""),
        Refuse("a", SUN, "because"),
        Pause("a", SUN, "unclear"),
    ],
)
def test_a_reason_must_be_declared_for_this_very_act(command):
    spec = service(item("a"))
    error = refused(spec, start(spec), command, code="reason")
    assert error.field == "reason"


def test_a_reason_declared_for_one_item_does_not_do_for_another():
    spec = service(
        item("a"), item("b"), reasons=REASONS | {"wrong": replace(REASONS["wrong"], items=("b",))}
    )
    refused(spec, start(spec), Refuse("a", SUN, "wrong"), code="reason")
    assert do(spec, start(spec), Refuse("b", SUN, "wrong")).items["b"].status == "refused"


def test_a_reversal_needs_a_declared_reason():
    spec = service(item("a"))
    state = do(spec, start(spec), Approve("a", SUN))
    refused(spec, state, Reverse("a", SUN, "wrong"), code="reason")


def test_an_officer_may_stop_the_clock_for_a_declared_reason_and_still_decide():
    spec = service(item("a", "5wd"))
    state = do(spec, start(spec), Pause("a", SUN, "expert"), on=date(2026, 3, 24))
    assert state.items["a"].status == "open"
    refused(spec, state, Pause("a", SUN, "expert"))
    state = do(spec, state, Approve("a", SUN), on=date(2026, 3, 26))
    assert state.status == "done"
    assert not state.items["a"].is_stopped
    refused(spec, start(spec), Resume("a", SUN))


def test_a_promised_day_never_moves_later_with_a_new_calendar():
    spec = service(item("a", "3wd"))
    state = start(spec)
    assert state.items["a"].promised == Due(date(2026, 3, 26), provisional=False)
    with_holiday = calendar_of(off=[date(2026, 3, 25), date(2026, 3, 26)])
    reading = due_of(spec, state, "a", calendar=with_holiday, on=MONDAY)
    assert reading.due.day == date(2026, 3, 26)
    assert reading.left == 1


def test_a_promised_day_may_come_earlier_with_a_new_calendar():
    spec = service(item("a", "3wd"))
    friday = date(2026, 3, 20)
    with_work = calendar_of(work=[date(2026, 3, 21)])
    assert due_of(spec, start(spec, on=friday), "a", calendar=with_work, on=friday).due.day == date(
        2026, 3, 24
    )


def test_a_provisional_day_is_derived_again_when_its_notice_comes():
    spec = service(item("a", "3wd"))
    eve = date(2026, 12, 31)
    state = start(spec, on=eve, calendar=calendar_of(provisional=[2027]))
    promised = state.items["a"].promised
    assert promised == Due(date(2027, 1, 5), provisional=True)
    final = calendar_of(off=[date(2027, 1, 1)])
    assert due_of(spec, state, "a", calendar=final, on=eve).due == Due(date(2027, 1, 6), False)


def test_a_finished_item_keeps_the_reading_of_its_last_day():
    spec = service(item("a", "5wd"), item("b", "9wd"))
    state = do(spec, start(spec), Approve("a", SUN), on=date(2026, 3, 25))
    reading = due_of(spec, state, "a", calendar=PLAIN, on=date(2026, 12, 1))
    assert (reading.used, reading.left) == (2, 3)


# ── 6. timers act once ──────────────────────────────────────────────────────────────────────────


def test_timers_are_keyed_so_that_firing_twice_is_one_act():
    spec = service(item("a", "5wd"))
    state = start(spec)
    found = timers(spec, state, PLAIN)
    assert [(t.rule, t.at_day) for t in found] == [
        ("soon", date(2026, 3, 27)),
        ("due", date(2026, 3, 30)),
        ("overdue", date(2026, 3, 31)),
    ]
    assert timers(spec, state, PLAIN) == found
    assert len({(t.item, t.rule, t.due_version) for t in found}) == 3


def test_a_timer_that_fires_early_late_or_after_the_decision_says_nothing_untrue():
    spec = service(item("a", "5wd"), item("b", "9wd"))
    state = start(spec)
    overdue = next(t for t in timers(spec, state, PLAIN) if (t.item, t.rule) == ("a", "overdue"))

    def fires(now, on, calendar=PLAIN):
        return acceptable_on_fire(spec, now, overdue, calendar=calendar, on=on)

    late = date(2026, 4, 8)
    assert fires(state, late)
    assert not fires(state, date(2026, 3, 30))
    soon = timers(spec, state, PLAIN)[0]
    assert not acceptable_on_fire(spec, state, soon, calendar=PLAIN, on=date(2026, 3, 26))
    paused = do(spec, state, Pause("a", SUN, "expert"), on=date(2026, 3, 25))
    assert not fires(paused, late)
    assert {t.item for t in timers(spec, paused, PLAIN)} == {"b"}
    assert not fires(do(spec, state, Approve("a", SUN)), late)
    asked = do(spec, state, Return("a", SUN, "unclear"), on=date(2026, 3, 25))
    assert not fires(asked, late)
    assert {t.item for t in timers(spec, asked, PLAIN)} == {"b"}
    again = do(spec, asked, Supply("a", WANG), on=date(2026, 3, 27))
    assert not fires(again, late)
    moved = {t.due_version for t in timers(spec, again, PLAIN) if t.item == "a"}
    assert overdue.due_version not in moved


def test_overdue_is_never_found_on_a_provisional_day():
    spec = service(item("a", "3wd"))
    calendar = calendar_of(provisional=[2027])
    state = start(spec, on=date(2026, 12, 31), calendar=calendar)
    for timer in timers(spec, state, calendar):
        fires = acceptable_on_fire(spec, state, timer, calendar=calendar, on=date(2027, 3, 1))
        assert fires is (timer.rule != "overdue")


# ── 7. outside effects are a visible state ──────────────────────────────────────────────────────


def test_an_item_with_an_effect_is_done_only_when_the_register_has_answered():
    spec = newborn()
    state = do(spec, start(spec), Approve("birth", LIN), Approve("household", SUN))
    assert statuses(state)["household"] == "external"
    assert statuses(state)["card"] == "waiting"
    assert timers(spec, state, PLAIN)[0].item == "household"  # the office still owes it
    state = do(spec, state, EffectDone("household", 1, "H1"))
    assert statuses(state) == {"birth": "done", "household": "done", "card": "open"}


def test_the_same_answer_twice_is_nothing_and_another_answer_an_alarm():
    spec = newborn()
    state = do(spec, start(spec), Approve("birth", LIN), Approve("household", SUN))
    state = do(spec, state, EffectDone("household", 1, "H1"))
    same = EffectDone("household", 1, "H1")
    assert advance(spec, state, same, at=at(MONDAY), calendar=PLAIN) == ()
    refused(spec, state, EffectDone("household", 1, "H2"), code="answered_differently")


def test_an_answer_to_another_attempt_is_refused():
    spec = newborn()
    state = do(spec, start(spec), Approve("birth", LIN), Approve("household", SUN))
    refused(spec, state, EffectDone("household", 2, "H1"), code="stale_attempt")
    state = do(spec, state, EffectDone("household", 1, "H1"), Reverse("household", SUN, "mistake"))
    refused(spec, state, EffectDone("household", 1, "H1"), code="stale_attempt")


def test_an_answer_nobody_waits_for_is_refused():
    spec = newborn()
    refused(spec, start(spec), EffectDone("household", 1, "H1"))
    state = do(spec, start(spec), Approve("birth", LIN))
    refused(spec, state, EffectDone("birth", 1, ""))


# ── 8. reversal, with what follows shown first ──────────────────────────────────────────────────


def three(policy, **more):
    """a ← b(policy) ← c(redo), all done."""
    spec = service(
        item("a"),
        item("b", needs=("a",), on_needed_reversed=policy, **more),
        item("c", needs=("b",), on_needed_reversed="redo"),
    )
    state = do(spec, start(spec), Approve("a", SUN), Approve("b", SUN))
    if more.get("effect"):
        return spec, state
    return spec, do(spec, state, Approve("c", SUN))


REVERSE = Reverse("a", SUN, "mistake")


def test_a_reversed_item_opens_again_as_a_new_attempt_and_the_case_runs_again():
    spec, state = three("keep")
    assert state.status == "done"
    state = do(spec, state, REVERSE, on=date(2026, 4, 1))
    a = state.items["a"]
    assert (a.status, a.attempt, a.started, a.decided_by) == ("open", 2, date(2026, 4, 1), "")
    assert state.status == "running"
    assert do(spec, state, Approve("a", SUN)).status == "done"


def test_hold_stops_the_dependant_until_an_officer_says_it_stands():
    spec, state = three("hold")
    state = do(spec, state, REVERSE)
    assert statuses(state) == {"a": "open", "b": "held", "c": "done"}
    refused(spec, state, Approve("b", SUN))
    state = do(spec, state, Release("b", SUN, redo=False), Approve("a", SUN))
    assert (state.status, state.items["b"].attempt) == ("done", 1)


def test_hold_lets_an_officer_start_the_dependant_again_and_what_needs_it_follows():
    spec, state = three("hold")
    state = do(spec, state, REVERSE, Release("b", SUN, redo=True))
    assert statuses(state) == {"a": "open", "b": "waiting", "c": "waiting"}
    assert [i.attempt for i in state.items.values()] == [2, 2, 2]
    state = do(spec, state, Approve("a", SUN), Approve("b", SUN), Approve("c", SUN))
    assert state.status == "done"


def test_redo_starts_the_dependants_again_all_the_way_down():
    spec, state = three("redo")
    state = do(spec, state, REVERSE)
    assert statuses(state) == {"a": "open", "b": "waiting", "c": "waiting"}
    assert [i.attempt for i in state.items.values()] == [2, 2, 2]


def test_keep_lets_the_dependants_stand():
    spec, state = three("keep")
    state = do(spec, state, REVERSE)
    assert statuses(state) == {"a": "open", "b": "done", "c": "done"}


def test_an_item_in_progress_follows_its_policy_too_and_its_clock_stands_while_held():
    spec = service(item("a"), item("b", "5wd", needs=("a",), on_needed_reversed="hold"))
    state = do(spec, start(spec), Approve("a", SUN))
    state = do(spec, state, REVERSE, on=date(2026, 3, 24))
    assert state.items["b"].is_stopped
    state = do(spec, state, Release("b", SUN, redo=False), on=date(2026, 3, 26))
    assert state.items["b"].status == "open"
    assert state.items["b"].promised == Due(date(2026, 4, 1), provisional=False)


def test_a_question_to_the_applicant_outlasts_the_hold():
    spec = service(item("a"), item("b", needs=("a",), on_needed_reversed="hold"))
    state = do(spec, start(spec), Approve("a", SUN), Return("b", SUN, "unclear"), REVERSE)
    state = do(spec, state, Release("b", SUN, redo=False))
    assert state.items["b"].status == "returned"
    assert state.items["b"].is_stopped
    assert do(spec, state, Supply("b", WANG)).items["b"].status == "open"


@pytest.mark.parametrize("policy", ["hold", "redo"])
def test_an_item_at_the_register_is_held_and_its_answer_is_not_lost(policy):
    spec, state = three(policy, effect="x.y")
    state = do(spec, state, REVERSE)
    assert statuses(state)["b"] == "held"
    refused(spec, state, Release("b", SUN, redo=True), code="register_pending")
    state = do(spec, state, EffectDone("b", 1, "R1"))
    assert statuses(state)["b"] == "held"
    same = EffectDone("b", 1, "R1")
    assert advance(spec, state, same, at=at(MONDAY), calendar=PLAIN) == ()
    stands = do(spec, state, Release("b", SUN, redo=False))
    assert (stands.items["b"].status, stands.items["b"].result) == ("done", "R1")
    again = do(spec, state, Release("b", SUN, redo=True))
    assert (again.items["b"].status, again.items["b"].attempt) == ("waiting", 2)


def test_only_a_done_item_can_be_reversed_and_only_a_held_one_released():
    spec = newborn()
    state = start(spec)
    refused(spec, state, Reverse("birth", LIN, "mistake"))
    refused(spec, state, Release("birth", LIN, redo=True))


@pytest.mark.parametrize("policy", ["hold", "redo", "keep"])
def test_what_is_shown_before_the_officer_confirms_is_what_happens(policy):
    spec, state = three(policy)
    shown = {c.item: (c.was, c.becomes, c.follows) for c in consequences(spec, state, REVERSE)}
    after = do(spec, state, REVERSE)
    assert shown["b"][2] == policy
    assert {k: v[1] for k, v in shown.items()} == {
        k: i.status for k, i in after.items.items() if k in shown
    }
    changed = {k for k in "bc" if state.items[k] != after.items[k]}
    assert changed <= set(shown)
    assert case_end(spec, state, REVERSE).becomes == "running"


def test_a_refusal_shows_what_it_cancels_and_an_approval_what_it_starts():
    spec = newborn()
    state = start(spec)
    shown = consequences(spec, state, Refuse("birth", LIN, "wrong"))
    assert [(c.item, c.follows) for c in shown] == [
        ("household", "cancelled"),
        ("card", "cancelled"),
    ]
    assert shown[0].text.zh == "“事项household”就不办了"
    assert case_end(spec, state, Refuse("birth", LIN, "wrong")).becomes == "refused"
    assert [(c.item, c.follows) for c in consequences(spec, state, Approve("birth", LIN))] == [
        ("household", "opens")
    ]


# ── consent ─────────────────────────────────────────────────────────────────────────────────────


def test_consent_is_wanted_when_the_rule_says_so_or_can_not_say():
    spec = newborn()
    assert start(spec, {"household": "mother"}).wanted == frozenset()
    assert start(spec, {"household": "father"}).wanted == {"father"}
    assert start(spec, {"household": Unknown()}).wanted == {"father"}


def test_only_the_items_that_need_the_consent_wait_for_it():
    spec = service(item("a", consent_of=("father",)), item("b"))
    state = start(spec, {"household": "father"})
    assert statuses(state) == {"a": "waiting", "b": "open"}


def test_a_refused_consent_cancels_what_waits_for_it_and_nothing_else():
    spec = newborn()
    state = start(spec, {"household": "father"})
    state = do(spec, state, Consent("father", CHEN, given=False))
    assert statuses(state) == {"birth": "open", "household": "cancelled", "card": "cancelled"}
    assert state.items["household"].reason == "consent:father"
    refused(spec, state, Consent("father", CHEN), code="consent_declined")
    assert do(spec, state, Approve("birth", LIN)).status == "partly_done"


def test_consent_can_be_taken_back_as_easily_as_given_until_the_decision():
    spec = newborn()
    state = start(spec, {"household": "father"})
    state = do(spec, state, Consent("father", CHEN), Approve("birth", LIN))
    assert statuses(state)["household"] == "open"
    back = do(spec, state, Consent("father", CHEN, given=False))
    assert statuses(back)["household"] == "cancelled"
    assert (back.consents, back.declined) == (frozenset(), {"father"})
    decided = do(spec, state, Approve("household", SUN), Consent("father", CHEN, given=False))
    assert statuses(decided)["household"] == "external"


def test_agreeing_twice_is_nothing():
    spec = newborn()
    state = do(spec, start(spec, {"household": "father"}), Consent("father", CHEN))
    assert advance(spec, state, Consent("father", CHEN), at=at(MONDAY), calendar=PLAIN) == ()


def test_nobody_can_agree_for_whom_nobody_asked():
    spec = newborn()
    refused(spec, start(spec), Consent("father", CHEN), code="consent_not_wanted")


# ── withdrawal ──────────────────────────────────────────────────────────────────────────────────


def test_withdrawing_cancels_what_is_undecided_and_keeps_what_is_done():
    spec = newborn()
    state = do(spec, start(spec), Approve("birth", LIN), Withdraw(WANG))
    assert statuses(state) == {"birth": "done", "household": "cancelled", "card": "cancelled"}
    assert state.items["household"].reason == "withdrawn"
    assert state.status == "partly_done"
    refused(spec, state, Withdraw(WANG), code="case_closed")


def test_what_is_at_a_register_is_waited_for_before_a_withdrawn_case_closes():
    spec = newborn()
    state = do(spec, start(spec), Approve("birth", LIN), Approve("household", SUN), Withdraw(WANG))
    assert statuses(state) == {"birth": "done", "household": "external", "card": "cancelled"}
    assert state.status == "running"
    refused(spec, state, Withdraw(WANG), code="withdrawn")
    state = do(spec, state, EffectDone("household", 1, "H1"))
    assert statuses(state)["household"] == "done"
    assert state.status == "partly_done"


def test_a_reversal_in_a_withdrawn_case_starts_nothing_again():
    spec = newborn()
    state = do(spec, start(spec), Approve("birth", LIN), Withdraw(WANG))
    state = do(spec, state, Reverse("birth", LIN, "mistake"))
    assert statuses(state)["birth"] == "cancelled"
    assert state.status == "withdrawn"


# ── rating ──────────────────────────────────────────────────────────────────────────────────────


def test_a_case_is_rated_once_after_it_has_closed():
    spec = service(item("a"))
    state = start(spec)
    refused(spec, state, Rate(WANG, 5), code="not_closed")
    state = do(spec, state, Approve("a", SUN))
    for score in (0, 6, -1, True):
        refused(spec, state, Rate(WANG, score), code="score")
    state = do(spec, state, Rate(WANG, 3))
    assert (state.score, state.call_back) == (3, False)
    refused(spec, state, Rate(WANG, 5), code="rated")


@pytest.mark.parametrize(("score", "call_back"), [(1, True), (2, True), (3, False)])
def test_a_low_score_starts_a_visit_back(score, call_back):
    spec = service(item("a"))
    state = do(spec, start(spec), Approve("a", SUN), Rate(WANG, score))
    assert state.call_back is call_back


# ── submission ──────────────────────────────────────────────────────────────────────────────────


def test_a_false_condition_of_the_whole_case_refuses_with_a_way_on():
    spec = newborn(admission=(admission("lives_here"),))
    with pytest.raises(WrongInput) as caught:
        start(spec, {"lives_here": False})
    assert caught.value.zh == "这次不符合：不住在这里。请到户籍地办。"


def test_an_unknown_condition_of_the_whole_case_lets_an_officer_look():
    spec = newborn(admission=(admission("lives_here"),))
    assert start(spec).admission_unknown is True
    assert start(spec, {"lives_here": True}).admission_unknown is False


@pytest.mark.parametrize("on", [date(2025, 12, 31), date(2026, 7, 1)])
def test_a_service_takes_cases_only_while_it_is_in_force(on):
    spec = newborn(effective_to=date(2026, 6, 30))
    with pytest.raises(WrongInput) as caught:
        start(spec, on=on)
    assert caught.value.code == "casework.not_in_force"
    assert start(spec, on=date(2026, 6, 30)).status == "running"


def test_choosing_nothing_or_what_is_not_offered_is_refused():
    spec = service(item("a", optional=True))
    with pytest.raises(WrongInput, match="nothing_to_do"):
        start(spec, {"selected": frozenset()})
    with pytest.raises(WrongInput, match="no_such_choice"):
        start(spec, {"selected": {"b"}})
    with pytest.raises(WrongInput, match="no_such_choice"):
        start(newborn(), {"selected": {"birth"}})


def test_the_promise_of_the_plan_is_in_the_first_event():
    state, events = submit(newborn(), {}, at=at(MONDAY), by=WANG, calendar=PLAIN)
    assert events[0].data["due"] == "2026-03-27"
    assert state.promised == Due(date(2026, 3, 27), provisional=False)
    assert events[0].by == WANG
