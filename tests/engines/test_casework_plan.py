"""The plan: the longest chain, never a day too early, and what is still missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engines.casework_specs import (
    CHEN,
    LIN,
    MONDAY,
    PLAIN,
    SUN,
    WANG,
    admission,
    at,
    calendar_of,
    do,
    fold,
    item,
    material,
    newborn,
    rule,
    service,
    start,
)
from tests.engines.casework_strategies import FIRST, calendars, facts, services

from minsheng.engines.casework.advance import advance, due_of, submit
from minsheng.engines.casework.plan import outlook, plan
from minsheng.engines.casework.spec import Source, SubjectSpec
from minsheng.engines.casework.state import Approve, Consent, EffectDone, Refuse, Return, Supply
from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text
from minsheng.rules import Unknown

SOME = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
days = st.integers(0, 90).map(lambda n: FIRST + timedelta(days=n))


def longest_path(spec):
    """The most working days on any way through the items, by trying every way."""

    def ways(key):
        needs = spec.items[key].needs
        return spec.items[key].due.amount + max((ways(need) for need in needs), default=0)

    return max(ways(key) for key in spec.items)


@SOME
@given(spec=services(units="w", plain=True), on=days, calendar=calendars())
def test_the_finish_is_the_longest_path_in_working_days(spec, on, calendar):
    spec = replace(
        spec, items={k: replace(i, due=_at_least_one(i.due)) for k, i in spec.items.items()}
    )
    got = plan(spec, {}, on=on, calendar=calendar)
    assert got.workdays == longest_path(spec)
    chain = [spec.items[key] for key in got.critical_path]
    assert max(i.end_workday for i in got.items) == got.workdays
    assert chain
    for row in got.items:
        ends = [got.item(need).end_workday for need in row.waits_for]
        assert row.start_workday == max(ends, default=0) + 1
        assert row.end_workday == row.start_workday + row.term.amount - 1


def _at_least_one(term):
    return replace(term, amount=max(1, term.amount))


@SOME
@given(spec=services(units="w", plain=True), on=days, calendar=calendars())
def test_one_day_more_on_a_critical_item_makes_the_whole_later_and_elsewhere_not(
    spec, on, calendar
):
    spec = replace(
        spec, items={k: replace(i, due=_at_least_one(i.due)) for k, i in spec.items.items()}
    )
    got = plan(spec, {}, on=on, calendar=calendar)
    for row in got.items:
        longer = replace(spec.items[row.key], due=replace(row.term, amount=row.term.amount + 1))
        later = plan(
            replace(spec, items={**spec.items, row.key: longer}), {}, on=on, calendar=calendar
        )
        assert (later.workdays > got.workdays) is row.critical


def simulate(spec, state, calendar):
    """The day the case closes if every office uses its whole term and registers answer at once."""
    for subject in sorted(state.wanted):
        command = Consent(subject, CHEN)
        state = fold(
            spec, state, advance(spec, state, command, at=at(state.submitted), calendar=calendar)
        )
    while state.status == "running":
        open_items = {
            key: due_of(spec, state, key, calendar=calendar, on=now.started).due.day
            for key, now in state.items.items()
            if now.status == "open"
        }
        key = min(open_items, key=lambda k: (open_items[k], k))
        day = open_items[key]
        events = advance(spec, state, Approve(key, SUN), at=at(day), calendar=calendar)
        state = fold(spec, state, events)
        if state.items[key].status == "external":
            command = EffectDone(key, 1, "r")
            state = fold(spec, state, advance(spec, state, command, at=at(day), calendar=calendar))
    return max(now.finished for now in state.items.values() if now.finished)


@SOME
@given(spec=services(), on=days, calendar=calendars(), data=st.data())
def test_the_plan_is_kept_to_the_day_when_every_office_uses_its_whole_term(
    spec, on, calendar, data
):
    answers = facts(data.draw, spec)
    try:
        state, _ = submit(spec, answers, at=at(on), by=WANG, calendar=calendar)
    except WrongInput:
        return
    got = plan(spec, answers, on=on, calendar=calendar)
    assert state.promised == got.finish
    assert simulate(spec, state, calendar) == got.finish.day


@SOME
@given(spec=services(), on=days, calendar=calendars(), insured=st.booleans(), data=st.data())
def test_settling_an_unknown_never_makes_the_plan_later(spec, on, calendar, insured, data):
    answers = facts(data.draw, spec) | {"insured": Unknown()}
    before = plan(spec, answers, on=on, calendar=calendar)
    after = plan(spec, answers | {"insured": insured}, on=on, calendar=calendar)
    assert after.finish.day <= before.finish.day
    assert not after.unknown_conditions


@SOME
@given(spec=services(), on=days, calendar=calendars(), data=st.data())
def test_the_outlook_of_a_case_just_submitted_is_its_plan(spec, on, calendar, data):
    answers = facts(data.draw, spec)
    try:
        state, _ = submit(spec, answers, at=at(on), by=WANG, calendar=calendar)
    except WrongInput:
        return
    got = plan(spec, answers, on=on, calendar=calendar)
    seen = outlook(spec, state, on=on, calendar=calendar)
    assert seen.finish == got.finish
    assert seen.late == 0
    drawn = [(i.key, i.start_workday, i.end_workday, i.critical, i.waits_for) for i in seen.items]
    assert drawn == [
        (i.key, i.start_workday, i.end_workday, i.critical, i.waits_for) for i in got.items
    ]


def test_parallel_items_start_on_the_same_day():
    spec = service(item("a", "1wd"), item("b", "5wd"), item("c", "2wd", needs=("a",)))
    got = plan(spec, {}, on=MONDAY, calendar=PLAIN)
    assert [(i.key, i.earliest.day, i.start_workday, i.end_workday) for i in got.items] == [
        ("a", 24, 1, 1),
        ("b", 24, 1, 5),
        ("c", 25, 2, 3),
    ]
    assert got.critical_path == ("b",)


def test_a_case_sent_in_on_a_sunday_counts_from_monday():
    spec = service(item("a", "1wd"))
    got = plan(spec, {}, on=date(2026, 3, 22), calendar=PLAIN)
    assert (got.item("a").due.day, got.workdays) == (date(2026, 3, 23), 1)


def test_a_make_up_working_day_counts_and_a_holiday_does_not():
    spec = service(item("a", "2wd"))
    saturday, monday = date(2026, 3, 28), date(2026, 3, 30)
    calendar = calendar_of(work=[saturday], off=[monday])
    got = plan(spec, {}, on=date(2026, 3, 27), calendar=calendar)
    assert got.finish.day == date(2026, 3, 31)


def test_calendar_days_that_end_on_a_day_off_move_to_the_next_working_day():
    spec = service(item("a", "5cd"), item("b", "1wd", needs=("a",)))
    got = plan(spec, {}, on=MONDAY, calendar=PLAIN)
    assert got.item("a").due.day == date(2026, 3, 30)
    assert (got.item("b").start_workday, got.finish.day) == (6, date(2026, 3, 31))


def test_a_term_of_no_days_is_due_on_the_day_itself():
    spec = service(item("a", "0wd"), item("b", "1wd", needs=("a",)))
    got = plan(spec, {}, on=MONDAY, calendar=PLAIN)
    assert (got.item("a").due.day, got.item("a").start_workday, got.workdays) == (MONDAY, 0, 1)


def test_an_item_with_an_unknown_condition_is_shown_as_perhaps_needed_with_what_would_settle_it():
    spec = service(item("a", when=rule("insured")), item("b"))
    got = plan(spec, {}, on=MONDAY, calendar=PLAIN)
    assert got.item("a").selected is None
    assert [(u.key, {m.field for m in u.missing}) for u in got.unknown_conditions] == [
        ("a", {"insured"})
    ]
    assert got.item("b").selected is True


def test_false_conditions_and_choices_not_made_are_told_apart():
    spec = service(item("a", when=rule("insured")), item("b", optional=True), item("c"))
    got = plan(spec, {"insured": False, "selected": set()}, on=MONDAY, calendar=PLAIN)
    assert (got.skipped, got.not_chosen) == (("a",), ("b",))
    assert [i.key for i in got.items] == ["c"]
    with pytest.raises(KeyError):
        got.item("a")


def test_before_anyone_has_chosen_an_optional_item_may_be_needed():
    got = plan(newborn(), {"household": "mother"}, on=MONDAY, calendar=PLAIN)
    assert got.item("card").selected is None


def test_a_choice_can_be_a_condition():
    spec = service(item("a", optional=True), item("b", when=rule("selected('a')")))
    assert plan(spec, {"selected": set()}, on=MONDAY, calendar=PLAIN).skipped == ("b",)
    both = plan(spec, {"selected": {"a"}}, on=MONDAY, calendar=PLAIN)
    assert [i.key for i in both.items] == ["a", "b"]


def test_the_plan_says_who_must_agree_and_what_waits_for_them():
    spec = newborn()
    father = plan(spec, {"household": "father"}, on=MONDAY, calendar=PLAIN).consents_wanted
    assert [(c.subject, c.items, c.certain) for c in father] == [("father", ("household",), True)]
    unknown = plan(spec, {}, on=MONDAY, calendar=PLAIN).consents_wanted
    assert [c.certain for c in unknown] == [False]
    assert plan(spec, {"household": "mother"}, on=MONDAY, calendar=PLAIN).consents_wanted == ()


def test_a_consent_that_no_planned_item_needs_is_not_asked_for():
    subjects = {
        "mother": SubjectSpec(key="mother", title=Text("母亲", "Mother"), applicant=True),
        "aunt": SubjectSpec(key="aunt", title=Text("姑姑", "Aunt"), consent=rule("births > 0")),
    }
    spec = service(item("a"), subjects=subjects)
    assert plan(spec, {"births": 1}, on=MONDAY, calendar=PLAIN).consents_wanted == ()


def test_materials_not_at_hand_are_listed_with_where_to_look_best_first():
    made, register, own = Source("item", "a"), Source("register", "x.y"), Source("applicant")
    spec = service(
        item("a", materials=("photo",)),
        item("b", needs=("a",), materials=("paper", "proof", "rare")),
        materials={
            "photo": material("photo", own),
            "paper": material("paper", made, own),
            "proof": material("proof", register, own),
            "rare": material("rare", own, when=rule("insured")),
            "unused": material("unused", own),
        },
    )
    got = plan(spec, {"materials": {"photo"}}, on=MONDAY, calendar=PLAIN)
    assert [(m.key, m.items, m.sources, m.certain) for m in got.materials_missing] == [
        ("proof", ("b",), (register, own), True),
        ("rare", ("b",), (own,), False),
    ]


def test_a_material_another_item_makes_is_missing_when_that_item_is_left_out():
    spec = service(
        item("a", optional=True),
        item("b", needs=("a",), materials=("paper",)),
        materials={"paper": material("paper", Source("item", "a"), Source("applicant"))},
    )
    with_it = plan(spec, {"selected": {"a"}}, on=MONDAY, calendar=PLAIN)
    without = plan(spec, {"selected": set()}, on=MONDAY, calendar=PLAIN)
    assert with_it.materials_missing == ()
    assert [m.key for m in without.materials_missing] == ["paper"]


def test_the_conditions_of_the_whole_case_are_answered_before_submission():
    spec = newborn(admission=(admission("lives_here"), admission("births > 0")))
    assert plan(spec, {}, on=MONDAY, calendar=PLAIN).is_admitted is None
    no = plan(spec, {"lives_here": False}, on=MONDAY, calendar=PLAIN)
    assert no.is_admitted is False
    assert [a.verdict.value for a in no.admission] == [False, None]
    yes = plan(spec, {"lives_here": True, "births": 1}, on=MONDAY, calendar=PLAIN)
    assert yes.is_admitted is True


def test_the_outlook_moves_with_what_happens():
    spec = newborn()
    state = start(spec)
    promised = outlook(spec, state, on=MONDAY, calendar=PLAIN).finish
    early = do(spec, state, Approve("birth", LIN))
    assert outlook(spec, early, on=MONDAY, calendar=PLAIN).finish.day < promised.day
    late = outlook(spec, state, on=date(2026, 3, 27), calendar=PLAIN)
    assert late.late == 3
    asked = do(spec, state, Return("birth", LIN, "unclear"))
    asked = do(spec, asked, Supply("birth", WANG), on=date(2026, 3, 25))
    # Wednesday is counted: the certificate is due on the very day the clock runs again.
    assert outlook(spec, asked, on=date(2026, 3, 25), calendar=PLAIN).late == 1
    ended = do(spec, state, Refuse("birth", LIN, "wrong"))
    assert [i.key for i in outlook(spec, ended, on=MONDAY, calendar=PLAIN).items] == ["birth"]


def test_what_is_late_is_expected_today():
    spec = service(item("a", "1wd"))
    seen = outlook(spec, start(spec), on=date(2026, 3, 27), calendar=PLAIN)
    assert (seen.finish.day, seen.workdays, seen.late) == (date(2026, 3, 27), 4, 3)
