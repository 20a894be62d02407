"""Each late day of a case has one office and one step, and together they are the whole delay."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.engines.casework_specs import (
    CHEN,
    LIN,
    MONDAY,
    PLAIN,
    SUN,
    WANG,
    at,
    fold,
    item,
    newborn,
    service,
)
from tests.engines.casework_strategies import calendars, courses, facts, sensible, services

from minsheng.engines.casework.advance import advance, submit
from minsheng.engines.casework.lateness import Lateness, lateness
from minsheng.engines.casework.state import (
    Approve,
    Consent,
    EffectDone,
    Release,
    Return,
    Reverse,
    Supply,
)
from minsheng.lib.errors import MinshengError, WrongInput

PROPERTY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ALONE = {"selected": frozenset(), "household": "mother"}


def told(spec, given, *acts, on=None, calendar=PLAIN) -> Lateness:
    """The lateness of a case submitted on the Monday; acts are (days later, command)."""
    state, events = submit(spec, given, at=at(MONDAY), by=WANG, calendar=calendar)
    happened = list(events)
    for after, command in acts:
        day = MONDAY + timedelta(days=after)
        more = advance(spec, state, command, at=at(day), calendar=calendar)
        state, happened = fold(spec, state, more), [*happened, *more]
    last = max((after for after, _ in acts), default=0)
    return lateness(spec, happened, on=on or MONDAY + timedelta(days=last), calendar=calendar)


def steps(found: Lateness) -> list[tuple[str, str, str, int]]:
    return [(day.office, day.item, day.step, n) for day, n in found.by_step]


def test_a_case_in_time_has_no_late_day() -> None:
    found = told(
        newborn(),
        ALONE,
        (1, Approve("birth", LIN)),
        (4, Approve("household", SUN)),
        (4, EffectDone("household", 1, "r")),
    )
    assert (found.is_over, found.late) == (True, ())
    assert [day.item for day in found.chain] == ["birth", "household", "household", "household"]


def test_the_office_that_took_longer_than_its_term_has_the_days() -> None:
    """Birth took 1 day of 1, household 6 of 3: Friday is promised, Wednesday it is done."""
    found = told(
        newborn(),
        ALONE,
        (1, Approve("birth", LIN)),
        (9, Approve("household", SUN)),
        (9, EffectDone("household", 1, "r")),
    )
    assert found.promised == date(2026, 3, 27)
    assert steps(found) == [("police", "household", "over", 3)]
    assert [day.day for day in found.late] == [date(2026, 3, d) for d in (30, 31)] + [
        date(2026, 4, 1)
    ]


def test_days_that_an_earlier_office_lost_stay_with_it_though_a_later_one_is_in_time() -> None:
    found = told(
        newborn(),
        ALONE,
        (3, Approve("birth", LIN)),
        (8, Approve("household", SUN)),
        (8, EffectDone("household", 1, "r")),
    )
    assert steps(found) == [("health", "birth", "over", 2)]


def test_days_gained_later_make_good_what_was_lost_before() -> None:
    """Birth loses two days, household gains one: one late day is left, the second of the two."""
    found = told(
        newborn(),
        ALONE,
        (3, Approve("birth", LIN)),
        (7, Approve("household", SUN)),
        (7, EffectDone("household", 1, "r")),
    )
    assert [(day.item, day.day) for day in found.late] == [("birth", date(2026, 3, 25))]


def test_what_is_lost_after_it_was_made_good_counts_for_who_lost_it_last() -> None:
    """a loses a day, b gains it back, c loses one: the late day is c's."""
    spec = service(item("a", "1wd"), item("b", "2wd", needs=("a",)), item("c", "1wd", needs=("b",)))
    found = told(spec, {}, (2, Approve("a", SUN)), (3, Approve("b", SUN)), (7, Approve("c", SUN)))
    assert steps(found) == [("police", "c", "over", 1)]


def test_waiting_for_somebody_is_named_by_whom() -> None:
    spec = newborn()
    found = told(
        spec,
        {**ALONE, "household": "father"},
        (1, Return("birth", LIN, "unclear")),
        (3, Supply("birth", WANG)),
        (3, Approve("birth", LIN)),
        (9, Consent("father", CHEN)),
        (14, Approve("household", SUN)),
        (16, EffectDone("household", 1, "r")),
    )
    assert [(d.item, d.step, d.reason, n) for d, n in found.by_step] == [
        ("household", "consent", "father", 4),
        ("birth", "stopped", "unclear", 2),
        ("household", "external", "", 2),
    ]


def test_a_running_case_is_told_from_today() -> None:
    found = told(newborn(), ALONE, on=date(2026, 3, 31))
    assert (found.is_over, steps(found)) == (False, [("health", "birth", "over", 2)])


def test_what_was_done_again_and_what_was_on_hold_is_told_apart() -> None:
    spec = service(item("a", "1wd"), item("b", "1wd", needs=("a",), on_needed_reversed="hold"))
    found = told(
        spec,
        {},
        (1, Approve("a", SUN)),
        (2, Approve("b", SUN)),
        (3, Reverse("a", SUN, "mistake")),
        (4, Approve("a", SUN)),
        (8, Release("b", SUN, redo=False)),
    )
    assert [(d.item, d.step, n) for d, n in found.by_step] == [
        ("b", "held", 3),
        ("", "idle", 1),
    ]


@PROPERTY
@given(st.data(), services(), calendars(), courses(), st.integers(0, 12))
def test_the_late_days_are_the_whole_delay_whatever_happened(
    data, spec, calendar, sent, wait
) -> None:
    try:
        state, events = submit(
            spec, facts(data.draw, spec), at=at(MONDAY), by="wangfang", calendar=calendar
        )
    except WrongInput:
        return
    happened, day = list(events), MONDAY
    for command in sent:
        day += timedelta(days=data.draw(st.integers(0, 5)))
        if isinstance(command, int):
            acts = sensible(spec, state)
            command = acts[command % len(acts)]
        try:
            more = advance(spec, state, command, at=at(day), calendar=calendar)
        except MinshengError:
            continue
        state, happened = fold(spec, state, more), [*happened, *more]
    found = lateness(spec, happened, on=day + timedelta(days=wait), calendar=calendar)
    delay = calendar.workdays_between(found.promised, found.until)
    assert len(found.late) == max(0, delay)
    assert sum(count for _, count in found.by_step) == len(found.late)
    assert len({one.day for one in found.late}) == len(found.late)
    assert set(found.late) <= set(found.chain)
    assert len(found.chain) == calendar.workdays_between(state.submitted, found.until)
    for one in found.chain:
        assert one.office == (spec.items[one.item].office if one.item else "")


@PROPERTY
@given(services(units="w", plain=True), calendars())
def test_offices_that_use_their_whole_term_and_no_more_are_never_late(spec, calendar) -> None:
    state, events = submit(spec, {}, at=at(MONDAY), by="wangfang", calendar=calendar)
    happened = list(events)
    while state.status == "running":
        key, now = next(
            (k, i)
            for k, i in sorted(
                state.items.items(), key=lambda pair: (pair[1].promised or state.promised).day
            )
            if i.status in {"open", "external"}
        )
        command = Approve(key, "x") if now.status == "open" else EffectDone(key, 1, "r")
        more = advance(spec, state, command, at=at(now.promised.day), calendar=calendar)
        state, happened = fold(spec, state, more), [*happened, *more]
    found = lateness(spec, happened, on=MONDAY, calendar=calendar)
    assert found.late == ()
    assert not any(day.is_lost for day in found.chain)
