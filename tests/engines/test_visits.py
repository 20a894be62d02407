"""Plans with visits: when the next is due, how one stands, who takes over, the day's way."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.product_packs import PACKS

from minsheng.engines.visits import (
    Facts,
    Rhythm,
    SchoolTerm,
    Stop,
    handed_over,
    length,
    ordered,
    standing,
)
from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Term

CALENDAR = PACKS.calendar
SPRING = SchoolTerm(key="s", title=Text("春"), first=date(2026, 3, 2), last=date(2026, 7, 3))
AUTUMN = SchoolTerm(key="a", title=Text("秋"), first=date(2026, 9, 1), last=date(2026, 12, 31))


@pytest.mark.parametrize(
    ("rhythm", "since", "visited", "due"),
    [
        ("14cd", "2026-11-02", True, "2026-11-16"),
        (
            "5wd",
            "2026-09-29",
            True,
            "2026-10-12",
        ),  # the National Day holiday; Saturday the 10th is worked
        ("2w", "2026-11-14", True, "2026-11-30"),  # the 28th is a Saturday: the next working day
        ("3m", "2026-08-31", True, "2026-11-30"),
        ("month", "2026-11-05", True, "2026-12-31"),  # November is settled
        ("month", "2026-11-05", False, "2026-11-30"),  # came in today: November is wanted
        ("month", "2026-10-05", False, "2026-10-30"),  # the 31st is a Saturday: never later
        ("quarter", "2026-05-20", True, "2026-09-30"),
        ("year", "2025-05-20", True, "2026-12-31"),
        ("term", "2026-03-10", True, "2026-12-31"),
        ("term", "2026-08-01", False, "2026-12-31"),
    ],
)
def test_the_next_visit_is_due_by_rhythm_and_calendar(
    rhythm: str, since: str, visited: bool, due: str
) -> None:
    found = Rhythm.parse(rhythm).next_due(
        date.fromisoformat(since), visited=visited, calendar=CALENDAR, terms=(SPRING, AUTUMN)
    )
    assert found is not None
    assert (found.day.isoformat(), found.provisional) == (due, False)


def test_without_a_later_term_no_day_is_made_up() -> None:
    none = Rhythm.parse("term").next_due(date(2026, 10, 1), visited=True, calendar=CALENDAR)
    assert none is None


@pytest.mark.parametrize("text", ["", "0cd", "3", "cd", "3y", "1000cd", "Month"])
def test_what_is_no_rhythm_is_refused(text: str) -> None:
    with pytest.raises(WrongInput):
        Rhythm.parse(text)


@given(
    st.sampled_from(["3cd", "10wd", "2w", "1m", "7m", "month", "quarter", "year"]),
    st.dates(date(2024, 1, 1), date(2025, 11, 30)),
)
def test_the_next_visit_is_after_the_last_and_on_a_working_day(text: str, since: date) -> None:
    due = Rhythm.parse(text).next_due(since, visited=True, calendar=CALENDAR)
    assert due is not None
    assert due.day > since
    assert CALENDAR.is_workday(due.day)


DUE, UNTIL = date(2026, 11, 16), date(2026, 11, 19)


@pytest.mark.parametrize(
    ("facts", "on", "state"),
    [
        ({}, "2026-11-02", "later"),
        ({}, "2026-11-10", "soon"),
        ({}, "2026-11-16", "due"),
        ({}, "2026-11-19", "due"),  # within the days of grace
        ({}, "2026-11-20", "missed"),
        ({"provisional": True}, "2026-11-20", "due"),  # never late by a provisional calendar
        ({"no_shows": 1}, "2026-11-16", "no_show"),
        ({"no_shows": 1}, "2026-11-20", "missed"),
        ({"paused_until": date(2026, 11, 30)}, "2026-11-20", "paused"),
        ({"outcome": "done"}, "2026-11-20", "done"),
        ({"outcome": "done", "missed_on": date(2026, 11, 20)}, "2026-11-25", "recovered"),
        ({"outcome": "refused", "missed_on": date(2026, 11, 20)}, "2026-11-25", "refused"),
    ],
)
def test_how_one_visit_stands(facts: dict[str, object], on: str, state: str) -> None:
    known = Facts(due=DUE, until=UNTIL, **facts)  # type: ignore[arg-type]
    day = date.fromisoformat(on)
    assert standing(known, on=day, soon=Term(5, "wd"), calendar=CALENDAR) == state


people = st.dictionaries(st.integers(0, 60), st.one_of(st.none(), st.integers(0, 6)))


@given(people, st.lists(st.integers(0, 6), unique=True))
def test_no_plan_loses_a_person_when_a_visitor_leaves(
    visitors: dict[int, int | None], staying: list[int]
) -> None:
    after = handed_over(visitors, staying)
    assert after.keys() == visitors.keys()
    assert all(who in staying for who in after.values()) or not staying
    kept = {one: who for one, who in visitors.items() if who in staying}
    assert all(after[one] == who for one, who in kept.items())
    loads = [sum(who == one for who in after.values()) for one in staying]
    given_more = [
        load
        for one, load in zip(staying, loads, strict=True)
        if load > sum(who == one for who in kept.values())
    ]
    assert not given_more or max(given_more) <= min(loads) + 1


def test_of_two_who_have_as_many_the_nearer_one_takes_over() -> None:
    far = {("a", "x"): 900.0, ("a", "y"): 100.0}
    after = handed_over({"a": "gone"}, ["x", "y"], far=lambda one, who: far[one, who])
    assert after == {"a": "y"}


points = st.tuples(st.floats(106.28, 106.47), st.floats(29.43, 29.65))
hours = st.one_of(st.none(), st.integers(9, 17).map(time))


@given(st.lists(st.tuples(points, hours), max_size=9), st.one_of(st.none(), points))
def test_a_way_visits_all_once_in_the_agreed_order_and_is_never_longer(
    drawn: list[tuple[tuple[float, float], time | None]], start: tuple[float, float] | None
) -> None:
    stops = [Stop(str(number), place, at) for number, (place, at) in enumerate(drawn)]
    way = ordered(stops, start=start)
    assert sorted(way, key=lambda s: s.key) == sorted(stops, key=lambda s: s.key)
    agreed = [stop.at for stop in way if stop.at]
    assert agreed == sorted(agreed)
    in_order = iter(sorted((s for s in stops if s.at), key=lambda s: (s.at or time(), s.key)))
    given_way = [next(in_order) if stop.at else stop for stop in stops]
    assert length(way, start=start) <= length(given_way, start=start) + 1e-3


def test_a_crossing_is_taken_out() -> None:
    square = [(106.30, 29.50), (106.31, 29.51), (106.31, 29.50), (106.30, 29.51)]
    stops = [Stop(str(number), place) for number, place in enumerate(square)]
    assert length(ordered(stops, start=square[0])) < length(stops) - 500
