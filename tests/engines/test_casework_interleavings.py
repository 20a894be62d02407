"""No order of commands, sensible or not, leaves a case open for ever or breaks its history."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engines.casework_specs import MONDAY, PLAIN, REASONS, at, fold, item, service
from tests.engines.casework_strategies import courses, facts, sensible, services

from minsheng.engines.casework.advance import advance, case_end, consequences, replay, submit
from minsheng.engines.casework.clocks import acts_on, calendar_acts
from minsheng.engines.casework.prove import prove
from minsheng.engines.casework.snapshot import dump, load
from minsheng.engines.casework.state import (
    TERMINAL,
    Approve,
    Consent,
    Correct,
    DecideObjection,
    EffectDone,
    Objection,
    Release,
    Resume,
    Reverse,
    Supply,
)
from minsheng.lib.errors import MinshengError, WrongInput

MANY = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
MAX_STEPS = 60
LATER = MONDAY + timedelta(days=60)


def begin(data, spec):
    """A new case of random answers, or None where nothing is left to do."""
    try:
        return submit(spec, facts(data.draw, spec), at=at(MONDAY), by="wangfang", calendar=PLAIN)
    except WrongInput:
        return None


def run(spec, state, sent):
    """Send the commands, a day after one another; yield (command, before, events, after)."""
    for n, command in enumerate(sent):
        day = MONDAY + timedelta(days=n)
        if isinstance(command, int):
            acts = sensible(spec, state, day)
            command = acts[command % len(acts)]
        try:
            events = advance(spec, state, command, at=at(day), calendar=PLAIN)
        except MinshengError as error:
            assert error.zh
            assert error.en
            continue
        after = fold(spec, state, events)
        yield command, state, events, after
        state = after


def finish(spec, state):
    """The case after everyone has done what waits for them; nobody withdraws."""
    for n in range(MAX_STEPS):
        if state.status != "running":
            return state
        day = LATER + timedelta(days=n)
        command = next_act(spec, state, day)
        state = fold(spec, state, advance(spec, state, command, at=at(day), calendar=PLAIN))
    return state


def next_act(spec, state, day):
    for act in calendar_acts(spec, state, day):
        return act
    for subject in sorted(state.wanted - state.consents - state.declined):
        return Consent(subject, "chenli")
    for key, now in state.items.items():
        if now.status == "open" and now.is_stopped:
            return Resume(key, "sunwei", "unclear")
        if now.status == "open":
            return Approve(key, "zhaomin")
        if now.status == "objected":
            return DecideObjection(key, "zhoujing", upheld=False, reason="right")
        if now.status == "returned":
            return Supply(key, "wangfang")
        if now.status == "external":
            return EffectDone(key, now.attempt, "r")
        if now.status == "held":
            return Release(key, "sunwei", redo=False)
    raise AssertionError(f"nobody can do anything: {state}")


@MANY
@given(spec=services(), sent=courses(), data=st.data())
def test_no_interleaving_leaves_a_case_open_for_ever(spec, sent, data):
    begun = begin(data, spec)
    if begun is None:
        return
    state = begun[0]
    for *_, after in run(spec, state, sent):
        state = after
        is_open = any(i.status not in TERMINAL for i in state.items.values())
        assert (state.status == "running") is is_open
    assert finish(spec, state).status != "running"


@MANY
@given(spec=services(), sent=courses(), data=st.data())
def test_each_attempt_is_decided_once_and_asked_back_once(spec, sent, data):
    begun = begin(data, spec)
    if begun is None:
        return
    log = list(begun[1])
    for _, _, events, _ in run(spec, begun[0], sent):
        log += events
    decided = Counter((e.item, e.data["attempt"]) for e in log if e.kind in ("approved", "refused"))
    asked = Counter((e.item, e.data["attempt"]) for e in log if e.kind == "returned")
    opened = Counter((e.item, e.data["attempt"]) for e in log if e.kind == "opened")
    done = Counter((e.item, e.data["attempt"]) for e in log if e.kind in ("done", "answered"))
    for counter in (decided, asked, opened, done):
        assert all(count == 1 for count in counter.values())
    assert set(decided) <= set(opened)
    assert set(done) <= set(decided)


@MANY
@given(spec=services(), sent=courses(), data=st.data())
def test_the_history_replayed_is_the_state_at_every_step(spec, sent, data):
    begun = begin(data, spec)
    if begun is None:
        return
    state, first = begun
    log = list(first)
    assert replay(spec, log) == state
    for _, _, events, after in run(spec, state, sent):
        log += events
        assert replay(spec, log) == after
        assert after.seq == len(log)
        assert load(dump(after)) == after


@MANY
@given(spec=services(), sent=courses(), data=st.data())
def test_what_has_ended_stays_ended_save_by_a_reversal(spec, sent, data):
    begun = begin(data, spec)
    if begun is None:
        return
    for command, before, _, after in run(spec, begun[0], sent):
        for key, was in before.items.items():
            now = after.items[key]
            if was.status in TERMINAL and now != was:
                match was.status:
                    case "done":
                        assert isinstance(command, Reverse | Release | Correct)
                        if now.status != "held":
                            assert now.attempt == was.attempt + 1
                    case "refused":
                        assert isinstance(command, Objection)
                        assert now.status == "objected"
                    case "cancelled":
                        assert isinstance(command, DecideObjection)
                        assert was.reason.startswith("need:")
                    case _:
                        raise AssertionError(was)
        if before.status != "running" and after.status == "running":
            assert isinstance(command, Reverse | Objection)


@MANY
@given(spec=services(), sent=courses(), data=st.data())
def test_an_item_opens_only_after_what_it_needs_and_who_must_agree(spec, sent, data):
    begun = begin(data, spec)
    if begun is None:
        return
    state, first = begun
    log = list(first)
    for _, _, events, after in run(spec, state, sent):
        log += events
        state = after
    for n, event in enumerate(log):
        if event.kind == "opened":
            then = replay(spec, log[: n + 1])
            assert then.items[event.item].started == event.day
            for need in spec.items[event.item].needs:
                assert then.items[need].status in ("done", "skipped")
            agreed = then.consents | (frozenset(spec.subjects) - then.wanted)
            assert agreed.issuperset(spec.items[event.item].consent_of)


@MANY
@given(spec=services(), sent=courses(), data=st.data())
def test_a_clock_runs_exactly_while_an_office_can_act(spec, sent, data):
    begun = begin(data, spec)
    if begun is None:
        return
    for command, _, _, after in run(spec, begun[0], sent):
        for now in after.items.values():
            assert sum(stop.end is None for stop in now.stops) <= 1
            if now.status in ("open", "returned", "external", "objected"):
                assert now.started is not None
                assert now.finished is None
            if now.status == "returned":
                assert now.is_stopped
            if now.status in ("external", *TERMINAL):
                assert not now.is_stopped, command
            if now.status in ("open", "external", "objected") and not now.is_stopped:
                assert now.promised is not None
            if now.status in TERMINAL:
                assert acts_on(spec, now) is None


@MANY
@given(spec=services(), sent=courses(max_size=12), data=st.data())
def test_what_is_foreseen_is_what_happens(spec, sent, data):
    begun = begin(data, spec)
    if begun is None:
        return
    for command, before, events, after in run(spec, begun[0], sent):
        moment = events[0].at if events else at(MONDAY)
        shown = {c.item: c.becomes for c in consequences(spec, before, command, at=moment)}
        own = getattr(command, "item", "")
        assert shown == {key: after.items[key].status for key in shown}
        for key, was in before.items.items():
            if after.items[key] != was:
                assert key == own or key in shown
        assert case_end(spec, before, command, at=moment).becomes == after.status


@MANY
@given(spec=services(), sent=courses(), data=st.data())
def test_who_refused_never_decides_the_item_again(spec, sent, data):
    begun = begin(data, spec)
    if begun is None:
        return
    log = list(begun[1])
    for _, _, events, _ in run(spec, begun[0], sent):
        log += events
    refused: dict[str, str] = {}
    upheld: dict[str, str] = {}
    for event in log:
        if event.kind == "upheld":
            assert event.by != refused[event.item]
            upheld[event.item] = refused[event.item]
        if event.kind in ("approved", "refused"):
            assert event.by != upheld.get(event.item)
        if event.kind == "refused":
            refused[event.item] = event.by


@MANY
@given(spec=services(), data=st.data())
def test_of_two_decisions_on_one_item_exactly_one_wins(spec, data):
    begun = begin(data, spec)
    if begun is None:
        return
    state = begun[0]
    key = next((k for k, i in state.items.items() if i.status == "open"), None)
    if key is None:
        return
    pair = [Approve(key, "sunwei"), Approve(key, "linlan")]
    won = [command for command, *_ in run(spec, state, pair)]
    assert won == pair[:1]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(spec=services())
def test_every_acyclic_service_has_a_way_out_of_every_state(spec):
    codes = {p.code for p in prove(spec, max_states=400)}
    assert codes <= {"not_all_tried"}


def test_the_random_courses_do_reach_what_they_are_to_test():
    # A guard on the generators: the hold of an item at its register is their rarest state.
    spec = service(
        item("a"),
        item("b", needs=("a",), effect="x.y", on_needed_reversed="redo"),
        reasons=REASONS,
    )
    state, _ = submit(spec, {}, at=at(MONDAY), by="wangfang", calendar=PLAIN)
    sent = [Approve("a", "s"), Approve("b", "s"), Reverse("a", "s", "mistake")]
    *_, last = run(spec, state, sent)
    assert last[3].items["b"].status == "held"
    assert last[3].items["b"].before == "external"
