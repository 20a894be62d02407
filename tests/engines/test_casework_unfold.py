"""A due day unfolds into its days, and they can be counted again on one's fingers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engines.casework_specs import REASONS, calendar_of, fold, item, service
from tests.engines.casework_strategies import FIRST, calendars, courses, facts, services
from tests.engines.test_casework_interleavings import MANY, begin, run
from tests.product_packs import PACKS

from minsheng.engines.casework.clocks import clock_of, due_of
from minsheng.engines.casework.plan import plan
from minsheng.engines.casework.spec import Cite
from minsheng.engines.casework.state import CaseState, ItemState
from minsheng.engines.casework.unfold import (
    Unfolded,
    unfold_item,
    unfold_plan,
    unfold_planned,
    unfold_promise,
)
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Due, Stop, Term, WorkCalendar

OFFICIAL = PACKS.calendar
CITE = Cite(Text("行政许可法", "Licensing Law"), "H", "第四十五条")


def running(
    start: date, term: str, *stops: Stop, promised: Due | None = None
) -> tuple[object, CaseState]:
    """A service of one item whose clock began on a day."""
    reasons = {**REASONS, "expert": replace(REASONS["expert"], cite=CITE)}
    spec = service(item("a", term, cite=CITE), reasons=reasons)
    now = ItemState("a", "open", started=start, stops=stops, promised=promised)
    return spec, CaseState("running", start, {"a": now})


def said(unfolded: Unfolded) -> list[tuple[str, str, str, int]]:
    """Each row as kind, days and count."""
    return [(r.kind, f"{r.first:%m-%d}", f"{r.last:%m-%d}", r.counts) for r in unfolded.rows]


def test_a_term_across_a_holiday_names_it_and_the_weekend_worked_for_it() -> None:
    spec, state = running(date(2026, 4, 28), "6wd")
    found = unfold_item(spec, state, "a", calendar=OFFICIAL, on=date(2026, 4, 29))
    assert said(found) == [
        ("counted", "04-29", "04-29", 1),
        ("counted", "04-30", "04-30", 1),
        ("holiday", "05-01", "05-05", 0),
        ("counted", "05-06", "05-08", 3),
        ("made_up", "05-09", "05-09", 1),
    ]
    assert (found.start, found.due.day, found.counted) == (date(2026, 4, 28), date(2026, 5, 9), 6)
    assert [row.passed for row in found.rows] == [True, False, False, False, False]
    assert {row.name.zh for row in found.rows if row.kind in ("holiday", "made_up")} == {"劳动节"}
    assert (found.cite, [one.mark for one in found.notices]) == (CITE, ["H"])
    assert found.calendar == OFFICIAL.version


def test_a_stop_gives_its_declared_reason_and_clause_and_costs_no_day() -> None:
    spec, state = running(
        date(2026, 3, 23), "3wd", Stop(date(2026, 3, 25), date(2026, 3, 30), "expert")
    )
    found = unfold_item(spec, state, "a", calendar=OFFICIAL, on=date(2026, 3, 30))
    assert said(found) == [
        ("counted", "03-24", "03-24", 1),
        ("stopped", "03-25", "03-29", 0),
        ("counted", "03-30", "03-30", 1),
        ("counted", "03-31", "03-31", 1),
    ]
    stop = found.rows[1]
    assert (stop.name.zh, stop.cite, stop.saved, found.stopped) == ("鉴定", CITE, 3, 3)


def test_while_it_stands_still_the_day_is_the_one_if_it_ran_again_today() -> None:
    spec, state = running(date(2026, 3, 23), "2wd", Stop(date(2026, 3, 25), None, "unclear"))
    found = unfold_item(spec, state, "a", calendar=OFFICIAL, on=date(2026, 3, 27))
    assert (found.is_stopped, found.due.day, found.counted) == (True, date(2026, 3, 27), 2)
    assert said(found)[1:] == [
        ("stopped", "03-25", "03-26", 0),
        ("counted", "03-27", "03-27", 1),
    ]


def test_days_after_the_due_day_are_late_and_count_for_nothing() -> None:
    spec, state = running(date(2026, 3, 23), "1wd")
    found = unfold_item(spec, state, "a", calendar=OFFICIAL, on=date(2026, 3, 30))
    assert said(found) == [
        ("counted", "03-24", "03-24", 1),
        ("late", "03-25", "03-27", 0),
        ("weekend", "03-28", "03-29", 0),
        ("late", "03-30", "03-30", 0),
    ]
    assert (found.counted, found.late) == (1, 4)


def test_a_promised_day_that_stands_against_a_later_calendar_says_so() -> None:
    promised = Due(date(2026, 3, 25), provisional=False)
    spec, state = running(date(2026, 3, 23), "3wd", promised=promised)
    found = unfold_item(spec, state, "a", calendar=OFFICIAL, on=date(2026, 3, 24))
    assert (found.due, found.is_kept, found.counted) == (promised, True, 2)


def test_a_year_without_a_notice_is_named_and_provisional() -> None:
    spec, state = running(date(2026, 12, 30), "3wd")
    found = unfold_item(spec, state, "a", calendar=OFFICIAL, on=date(2026, 12, 30))
    assert found.due.provisional
    assert [(one.year, one.provisional) for one in found.notices] == [(2026, False), (2027, True)]
    assert [row.provisional for row in found.rows] == [False, True, True, True]


def test_a_term_of_no_days_is_due_on_the_day_itself_and_counts_nothing() -> None:
    spec, state = running(date(2026, 3, 28), "0wd")  # a Saturday
    found = unfold_item(spec, state, "a", calendar=OFFICIAL, on=date(2026, 3, 28))
    assert (found.due.day, found.counted) == (date(2026, 3, 30), 0)


def test_an_item_whose_clock_has_not_started_has_nothing_to_unfold() -> None:
    spec = service(item("a"))
    state = CaseState("running", FIRST, {"a": ItemState("a", "waiting")})
    with pytest.raises(ValueError, match="not started"):
        unfold_item(spec, state, "a", calendar=OFFICIAL, on=FIRST)


@MANY
@given(
    calendar=calendars(),
    start=st.integers(0, 120).map(lambda n: FIRST + timedelta(days=n)),
    term=st.builds(Term, st.integers(1, 25), st.sampled_from(["wd", "cd"])),
    gaps=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 9)), max_size=3),
    is_open=st.booleans(),
    on=st.integers(0, 60),
)
def test_the_counted_days_sum_to_the_term_and_the_day_is_the_clock_s(
    calendar: WorkCalendar,
    start: date,
    term: Term,
    gaps: list[tuple[int, int]],
    is_open: bool,
    on: int,
) -> None:
    stops, day = [], start
    for pause, length in gaps:
        first = day + timedelta(days=pause)
        day = first + timedelta(days=length)
        stops.append(Stop(first, day, "expert"))
    if stops and is_open:
        stops[-1] = replace(stops[-1], end=None)
    spec, state = running(start, str(term), *stops)
    today = max(start + timedelta(days=on), day)
    found = unfold_item(spec, state, "a", calendar=calendar, on=today)
    reading = due_of(spec, state, "a", calendar=calendar, on=today)
    assert found.due == reading.due
    assert found.counted == term.amount
    assert not found.is_kept
    # While it stands still, today is read as the first day it runs again.
    assert reading.stopped - found.stopped in ({0, 1} if found.is_stopped else {0})
    assert found.late == max(0, -reading.left)
    passed = sum(r.counts + (r.kind == "late") * _width(r) for r in found.rows if r.passed)
    assert passed - reading.used in ({0, 1} if found.is_stopped else {0})
    # Every day from the start on is said once, in order.
    days = [row.first + timedelta(days=n) for row in found.rows for n in range(_width(row))]
    assert days == sorted(set(days))
    assert all(day > start for day in days)


@MANY
@given(spec=services(), sent=courses(), data=st.data())
def test_in_any_course_of_a_case_the_days_sum_to_the_term(spec, sent, data) -> None:
    begun = begin(data, spec)
    if begun is None:
        return
    calendar = calendar_of()
    for *_, state in run(spec, begun[0], sent):
        for key, now in state.items.items():
            if now.started is None:
                continue
            on = now.changed or now.started
            found = unfold_item(spec, state, key, calendar=calendar, on=on)
            assert found.due == due_of(spec, state, key, calendar=calendar, on=on).due
            term = clock_of(spec, state, key).term
            assert found.counted == term.amount or found.is_kept
            assert found.counted <= term.amount


@MANY
@given(spec=services(units="w"), calendar=calendars(), data=st.data())
def test_a_plan_unfolds_before_anything_is_submitted(spec, calendar, data) -> None:
    made = plan(spec, facts(data.draw, spec), on=FIRST, calendar=calendar)
    for planned in made.items:
        found = unfold_planned(spec, planned, calendar=calendar)
        assert (found.due, found.counted) == (planned.due, planned.term.amount)
    whole = unfold_plan(made, calendar=calendar)
    assert (whole.due, whole.counted) == (made.finish, made.workdays)


def test_a_promise_over_a_whole_case_counts_working_days_and_has_no_term() -> None:
    due = Due(date(2026, 4, 8), provisional=False)
    found = unfold_promise(due, start=date(2026, 4, 1), calendar=OFFICIAL, on=date(2026, 4, 2))
    assert (found.term, found.counted) == (None, 4)
    assert [row.kind for row in found.rows] == ["counted", "counted", "holiday", "counted"]


def test_unfolding_reads_and_decides_nothing() -> None:
    spec, state = running(date(2026, 3, 23), "3wd")
    before = fold(spec, state, [])
    unfold_item(spec, state, "a", calendar=OFFICIAL, on=date(2026, 3, 24))
    assert state == before


def _width(row) -> int:
    return (row.last - row.first).days + 1
