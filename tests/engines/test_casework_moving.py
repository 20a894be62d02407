"""A running case goes on under another form only where nothing decided, promised or asked is broken."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.casework_specs import (
    DEMO,
    HEAD,
    MONDAY,
    PLAIN,
    at,
    item,
    material,
    rule,
    service,
)

from minsheng.engines.casework.advance import advance, apply, submit
from minsheng.engines.casework.clocks import due_of
from minsheng.engines.casework.fold import replay
from minsheng.engines.casework.moving import Assessment, assess
from minsheng.engines.casework.obstacles import Moving
from minsheng.engines.casework.spec import (
    CheckSpec,
    ExtendSpec,
    FieldSpec,
    ObjectionSpec,
    ServiceSpec,
    Source,
)
from minsheng.engines.casework.state import (
    AnswerExtension,
    Approve,
    AskExtension,
    CaseState,
    Claim,
    Command,
    Event,
    Objection,
    Pause,
    Refuse,
    Return,
    Reverse,
)
from minsheng.engines.casework.trial import Stored, trial
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Term

HASHES = {"from": "a1:old", "to": "a1:new"}
OLD = service(item("a", "3wd"), item("b", "3wd", needs=("a",)), item("c", "2wd"))


def with_item(spec: ServiceSpec, key: str, **more: Any) -> ServiceSpec:
    """The service with one item changed."""
    return replace(spec, items={**spec.items, key: replace(spec.items[key], **more)})


def begun(spec: ServiceSpec = OLD) -> tuple[CaseState, list[Event]]:
    state, events = submit(spec, {"selected": frozenset()}, at=at(MONDAY), by="w", calendar=PLAIN)
    return state, list(events)


def step(spec, state, events, command, day=MONDAY):
    for event in advance(spec, state, command, at=at(day), calendar=PLAIN):
        state = apply(spec, state, event)
        events.append(event)
    return state


def moved(old, new, state, *, day=MONDAY, facts=None, at_hand=()) -> Assessment:
    case = Moving(old, new, state, facts or {"selected": frozenset()}, at_hand)
    return assess(case, at=at(day), by="operator", calendar=PLAIN, data=HASHES)


def codes(found: Assessment) -> list[str]:
    return [obstacle.code for obstacle in found.obstacles]


def test_a_shorter_term_brings_the_promise_nearer_and_replay_agrees():
    state, events = begun()
    state = step(OLD, state, events, Approve("c", "p"))
    new = with_item(OLD, "b", due=Term.parse("1wd"))
    found = moved(OLD, new, state)
    assert found.may_move
    assert found.after is not None
    assert found.after.items["c"] == state.items["c"], "what was decided is untouched"
    assert found.after.promised.day < state.promised.day
    assert [change.kind for change in found.changes] == ["due", "finish"]
    assert found.events[0].data["to"] == "a1:new"
    assert replay(new, [*events, *found.events]) == found.after


def test_a_new_item_is_planned_and_begins_when_it_may():
    state, events = begun()
    new = replace(OLD, items={**OLD.items, "d": item("d", "1wd")})
    found = moved(OLD, new, state)
    assert found.after.items["d"].status == "open"
    assert found.after.items["d"].promised is not None
    assert [change.kind for change in found.changes] == ["added"]
    assert replay(new, [*events, *found.events]) == found.after
    optional = replace(OLD, items={**OLD.items, "d": item("d", "1wd", optional=True)})
    assert moved(OLD, optional, state).after.items["d"].status == "skipped"


def test_an_item_that_need_not_wait_any_more_begins_at_once():
    state, _ = begun()
    found = moved(OLD, with_item(OLD, "b", needs=()), state)
    assert found.after.items["b"].status == "open"
    assert "opens" in [change.kind for change in found.changes]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda s: replace(s, items={k: i for k, i in s.items.items() if k != "c"}), "item_gone"),
        (lambda s: with_item(s, "b", due=Term.parse("9wd")), "promise_later"),
        (lambda s: with_item(s, "c", needs=("a",)), "begun_too_early"),
        (lambda s: replace(s, protected=True), "protected"),
        (lambda s: replace(s, event_key=Source("register", "other")), "event"),
        (
            lambda s: replace(
                with_item(s, "b", materials=("m",)),
                materials={"m": material("m", Source("applicant"))},
            ),
            "material",
        ),
    ],
)
def test_what_cant_be_kept_holds_the_case_back(change, code):
    state, _ = begun()
    found = moved(OLD, change(OLD), state)
    assert codes(found) == [code]
    assert found.events == ()


def test_what_is_decided_needs_no_new_proof():
    state, events = begun()
    state = step(OLD, state, events, Approve("c", "p"))
    new = replace(
        with_item(OLD, "c", materials=("m",)), materials={"m": material("m", Source("applicant"))}
    )
    assert moved(OLD, new, state).may_move


def test_no_office_is_made_late_by_a_move():
    state, _ = begun()
    later = MONDAY + timedelta(days=2)
    new = with_item(OLD, "a", due=Term.parse("1wd"))
    assert codes(moved(OLD, new, state, day=later)) == ["late_at_once"]
    assert moved(OLD, new, state, day=MONDAY).may_move


def test_a_question_that_was_asked_stays_asked():
    state, events = begun()
    state = step(OLD, state, events, Return("a", "p", "unclear"))
    without = replace(OLD, reasons={k: r for k, r in OLD.reasons.items() if k != "unclear"})
    assert codes(moved(OLD, without, state)) == ["reason_gone"]


REFUSABLE = ObjectionSpec(within=Term(10, "wd"), to="office.review")
RICH = service(
    item("a", "3wd", objection=REFUSABLE, extend=ExtendSpec(by=Term(2, "wd"), approver=HEAD, cite=DEMO)),
    item("b", "3wd", needs=("a",), gives="paper"),
    item("c", "2wd", gives="card"),
)  # fmt: skip


def on_the_way(*commands: Command) -> CaseState:
    state, events = begun(RICH)
    for command in commands:
        state = step(RICH, state, events, command)
    return state


def without_reason(key: str) -> ServiceSpec:
    return replace(RICH, reasons={k: r for k, r in RICH.reasons.items() if k != key})


def showing(spec: ServiceSpec, *fields: str) -> ServiceSpec:
    posted = replace(spec.reasons["posted"], shows=fields)
    return replace(spec, reasons={**spec.reasons, "posted": posted})


@pytest.mark.parametrize(
    ("commands", "change", "code"),
    [
        # more time: asked for and agreed to
        ([AskExtension("a", "p", "slow")], lambda s: with_item(s, "a", extend=None), "extension"),
        (
            [AskExtension("a", "p/account:1", "slow"), AnswerExtension("a", "q/account:2", True)],
            lambda s: with_item(s, "a", due=Term.parse("3cd")),
            "extension",
        ),
        # a refusal that may still be objected to, and one that is
        ([Refuse("a", "p", "wrong")], lambda s: with_item(s, "a", objection=None), "objection_right"),
        (
            [Refuse("a", "p/account:1", "wrong"), Objection("a", "w")],
            lambda s: with_item(s, "a", objection=None),
            "objection",
        ),
        # its reason was told to the person and must go on being said
        ([Refuse("c", "p", "wrong")], lambda s: without_reason("wrong"), "reason_gone"),
        # a stop is no pretext for a later day
        ([Pause("c", "p", "expert")], lambda s: with_item(s, "c", due=Term.parse("3wd")), "item_later"),
        ([Return("c", "p", "unclear")], lambda s: with_item(s, "c", due=Term.parse("3wd")), "item_later"),
        # a public notice goes on showing what it shows
        ([Pause("a", "p", "posted")], lambda s: showing(s, "births"), "notice"),
        # who is on it today finishes it
        ([Claim("a", "p")], lambda s: with_item(s, "a", post="police.other"), "claimed"),
        # what was given stays given
        ([Approve("c", "p")], lambda s: with_item(s, "c", gives="other"), "result"),
        # nothing ends by a move
        ([Refuse("c", "p", "wrong")], lambda s: with_item(s, "b", needs=("a", "c")), "would_end"),
    ],
)  # fmt: skip
def test_what_somebody_has_begun_is_not_broken_off(commands, change, code):
    state = on_the_way(*commands)
    assert moved(RICH, RICH, state).may_move, "the form itself is no obstacle"
    assert codes(moved(RICH, change(RICH), state)) == [code]


def test_a_held_item_and_what_it_waits_for_go_over():
    state = on_the_way(Approve("a", "p"), Reverse("a", "p", "mistake"))
    assert state.items["b"].status == "held"
    found = moved(RICH, with_item(RICH, "c", due=Term.parse("1wd")), state)
    assert found.may_move
    assert found.after.items["b"] == state.items["b"]


def test_the_days_of_a_citizen_stay_as_they_were_told():
    answer = with_item(RICH, "a", answer_within=Term(10, "wd"))
    state, events = begun(answer)
    state = step(answer, state, events, Return("a", "p", "unclear"))
    state = step(answer, state, events, Refuse("c", "p", "wrong"))
    shorter = with_item(answer, "a", answer_within=Term(1, "wd"))
    found = moved(answer, shorter, state)
    assert found.after.items["a"].answer_by == state.items["a"].answer_by is not None
    state = on_the_way(Refuse("a", "p", "wrong"))
    soon = with_item(RICH, "a", objection=replace(REFUSABLE, within=Term(1, "wd")))
    found = moved(RICH, soon, state)
    assert found.after.items["a"].object_by == state.items["a"].object_by is not None


def test_a_right_to_object_that_has_passed_holds_nothing_back():
    state = on_the_way(Refuse("a", "p", "wrong"))
    late = state.items["a"].object_by + timedelta(days=1)
    assert codes(moved(RICH, with_item(RICH, "a", objection=None), state, day=late)) == []


def test_no_other_office_reads_a_sensitive_answer_because_of_a_move():
    card = FieldSpec(key="card", type="text", label=Text("卡号", "card"), protect="sensitive")
    old = replace(with_item(OLD, "a", uses=("card",)), fields={"card": card})
    state, _ = begun(old)
    facts = {"selected": frozenset(), "card": "x"}
    wider = with_item(old, "c", uses=("card",))
    assert codes(moved(old, wider, state, facts=facts)) == ["sensitive"]
    assert moved(old, wider, state).may_move, "nothing was answered"
    plain = replace(old, fields={"card": replace(card, protect="plain")})
    assert codes(moved(old, plain, state, facts=facts)) == ["protect"]


@settings(max_examples=60)
@given(st.lists(st.sampled_from("abc"), max_size=3), st.integers(1, 9), st.integers(1, 9))
def test_no_move_puts_off_a_promised_day(approved, first, second):
    """Whatever terms the new form has: who may move has no item and no end later than promised."""
    state, events = begun()
    for key in approved:
        if state.items[key].status == "open":
            state = step(OLD, state, events, Approve(key, "p"))
    new = with_item(with_item(OLD, "a", due=Term(first, "wd")), "b", due=Term(second, "wd"))
    found = moved(OLD, new, state)
    if not found.may_move:
        return
    assert found.after.promised.day <= state.promised.day
    for key, before in state.items.items():
        if before.status == "open":
            due = due_of(new, found.after, key, calendar=PLAIN, on=MONDAY).due.day
            assert MONDAY <= due <= before.promised.day
        elif before.status == "done":
            assert found.after.items[key] == before
    assert replay(new, [*events, *found.events]) == found.after


def test_a_trial_says_what_would_have_been_different_and_why():
    spec = with_item(OLD, "a", checks=())
    state, events = begun(spec)
    state = step(spec, state, events, Approve("a", "p"), MONDAY + timedelta(days=2))
    stored = Stored(state, {"selected": frozenset(), "births": 1}, (), events)
    assert trial(spec, spec, stored, calendar=PLAIN) == ()
    new = with_item(spec, "a", due=Term.parse("1wd"))
    new = with_item(
        new, "b", checks=(CheckSpec(rule=rule("births >= 2"), text=Text("双胞胎", "twins")),)
    )
    kinds = [change.kind for change in trial(spec, new, stored, calendar=PLAIN)]
    assert kinds == ["due", "due", "finish", "check", "late"]
    dropped = replace(spec, items={k: i for k, i in spec.items.items() if k != "c"})
    kinds = [change.kind for change in trial(spec, dropped, stored, calendar=PLAIN)]
    assert kinds == ["item", "fold"]
