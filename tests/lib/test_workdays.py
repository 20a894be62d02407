"""Working-day arithmetic, judged against the notices, another package, and its own inverse."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import chinese_calendar
import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from minsheng.lib.errors import WrongInput
from minsheng.lib.workdays import (
    Clock,
    Due,
    NoCalendar,
    Stop,
    Term,
    WorkCalendar,
    YearNotice,
    add_hours,
    keep_promise,
    notice_from,
)

FOLDER = Path(__file__).parents[2] / "packs" / "calendars"
CALENDAR = WorkCalendar(
    notice_from(yaml.safe_load(path.read_text(encoding="utf-8")))
    for path in sorted(FOLDER.glob("*.yaml"))
)
FIRST, LAST = date(2023, 1, 1), date(2026, 12, 31)
DAY = timedelta(days=1)

days = st.dates(FIRST, date(2026, 6, 30))
amounts = st.integers(0, 120)
terms = st.builds(Term, st.integers(0, 60), st.sampled_from(["wd", "cd"]))


@st.composite
def stop_lists(draw: st.DrawFn, start: date) -> tuple[Stop, ...]:
    stops = []
    for _ in range(draw(st.integers(0, 3))):
        first = start + timedelta(days=draw(st.integers(-5, 40)))
        stops.append(Stop(first, first + timedelta(days=draw(st.integers(0, 20))), "inspection"))
    return tuple(stops)


def wd(amount: int) -> Term:
    return Term(amount, "wd")


def cd(amount: int) -> Term:
    return Term(amount, "cd")


# --- which days are working days ------------------------------------------------------------


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026])
def test_every_day_of_the_year_agrees_with_the_chinese_calendar_package(year: int) -> None:
    day, differing = date(year, 1, 1), []
    while day.year == year:
        if CALENDAR.is_workday(day) != chinese_calendar.is_workday(day):
            differing.append(day)
        day += DAY
    assert differing == []


@pytest.mark.parametrize("year", [2023, 2024, 2025, 2026])
def test_holiday_names_agree_with_the_chinese_calendar_package(year: int) -> None:
    package = {"Tomb-sweeping Day": "Qingming", "Mid-autumn Festival": "Mid-Autumn Festival"}
    for day in sorted(CALENDAR.notice(year).off):
        _, name = chinese_calendar.get_holiday_detail(day)
        if name is not None and day.weekday() < 5 and "National" not in CALENDAR.name_of(day, "en"):
            assert CALENDAR.name_of(day, "en") == package.get(name, name)


def test_make_up_days_are_worked_although_they_are_weekend_days() -> None:
    for day in [date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9)]:
        assert day.weekday() >= 5
        assert CALENDAR.is_workday(day)
        assert day in CALENDAR.notice(2026).work


def test_a_day_off_has_its_holiday_name_in_both_languages() -> None:
    assert CALENDAR.name_of(date(2026, 2, 17)) == "春节"
    assert CALENDAR.name_of(date(2026, 2, 17), "en") == "Spring Festival"
    assert CALENDAR.name_of(date(2026, 3, 7)) == ""
    assert CALENDAR.name_of(date(2026, 3, 9), "en") == ""


def test_a_year_without_a_notice_fails_loudly() -> None:
    for day in [date(2022, 12, 30), date(2028, 1, 3)]:
        with pytest.raises(NoCalendar) as refused:
            CALENDAR.is_workday(day)
        assert str(day.year) in refused.value.zh
        assert refused.value.facts == {"year": day.year}


def test_a_term_that_runs_into_an_unknown_year_names_that_year() -> None:
    with pytest.raises(NoCalendar) as refused:
        CALENDAR.add(date(2027, 12, 30), wd(10))
    assert refused.value.facts == {"year": 2028}
    with pytest.raises(NoCalendar):
        CALENDAR.workdays_between(date(2027, 12, 1), date(2028, 2, 1))


def test_a_gap_between_known_years_is_not_jumped_over() -> None:
    gap = WorkCalendar([_weekends_only(2024), _weekends_only(2026)])
    with pytest.raises(NoCalendar) as refused:
        gap.add(date(2024, 12, 30), wd(10))
    assert refused.value.facts == {"year": 2025}
    with pytest.raises(NoCalendar):
        gap.workdays_between(date(2024, 6, 1), date(2026, 6, 1))


def test_an_empty_calendar_knows_no_day() -> None:
    with pytest.raises(NoCalendar):
        WorkCalendar([]).add(date(2026, 3, 2), wd(1))


def test_2027_is_provisional_and_the_years_before_are_not() -> None:
    assert CALENDAR.is_provisional(date(2027, 1, 4))
    assert not any(CALENDAR.notice(year).provisional for year in range(2023, 2027))
    assert CALENDAR.notice(2027).mark == "L"
    assert len(CALENDAR.notice(2027).off) == 13


def test_the_version_follows_the_days_and_nothing_else() -> None:
    one = YearNotice(2030, frozenset(), frozenset(), "a", "L")
    same = YearNotice(2030, frozenset(), frozenset(), "another source", "M")
    other = YearNotice(2030, frozenset({date(2030, 1, 1)}), frozenset(), "a", "L")
    assert WorkCalendar([one]).version == WorkCalendar([same]).version
    assert WorkCalendar([one]).version != WorkCalendar([other]).version
    firm = YearNotice(2030, frozenset(), frozenset(), "a", "L", provisional=True)
    assert WorkCalendar([one]).version != WorkCalendar([firm]).version
    assert WorkCalendar([one, other_year := _weekends_only(2031)]).version == (
        WorkCalendar([other_year, one]).version
    )


# --- terms ----------------------------------------------------------------------------------


@given(amount=st.integers(0, 9999), unit=st.sampled_from(["wd", "cd", "wh"]))
def test_a_term_reads_back_as_it_is_written(amount: int, unit: str) -> None:
    assert str(Term.parse(f"{amount}{unit}")) == f"{amount}{unit}"


@pytest.mark.parametrize(
    "text", ["", "3", "wd", "-3wd", "3 wd", "3.5wd", "3wd ", "10000wd", "３wd"]
)
def test_what_is_no_term_is_refused(text: str) -> None:
    with pytest.raises(WrongInput):
        Term.parse(text)


def test_a_term_is_spelled_out_in_both_languages() -> None:
    assert (wd(3).text.zh, wd(3).text.en) == ("3 个工作日", "3 working days")
    assert wd(1).text.en == "1 working day"
    assert (cd(30).text.zh, cd(30).text.en) == ("30 天", "30 days")
    assert (Term(4, "wh").text.zh, Term(4, "wh").text.en) == ("4 个工作小时", "4 working hours")
    assert (wd(0).text.zh, wd(0).text.en) == ("当天", "the same day")


# --- adding and counting --------------------------------------------------------------------


def test_the_day_of_start_is_not_counted() -> None:
    assert CALENDAR.add(date(2026, 3, 2), wd(1)) == Due(date(2026, 3, 3), provisional=False)


def test_a_term_over_the_spring_festival_counts_the_make_up_days() -> None:
    # After Friday 13 Feb 2026: 14 Feb (worked), 15–23 off, 24, 25, 26, 27, 28 Feb (worked).
    assert CALENDAR.add(date(2026, 2, 13), wd(1)).day == date(2026, 2, 14)
    assert CALENDAR.add(date(2026, 2, 13), wd(2)).day == date(2026, 2, 24)
    assert CALENDAR.add(date(2026, 2, 13), wd(6)).day == date(2026, 2, 28)


def test_a_term_over_the_new_year_crosses_two_notices() -> None:
    # 30, 31 Dec 2025 count; 1–3 Jan 2026 are off; Sunday 4 Jan is worked.
    assert CALENDAR.add(date(2025, 12, 29), wd(3)).day == date(2026, 1, 4)


def test_calendar_days_that_end_on_a_day_off_end_on_the_next_working_day() -> None:
    assert CALENDAR.add(date(2026, 9, 20), cd(5)).day == date(2026, 9, 28)
    assert CALENDAR.add(date(2026, 9, 20), cd(9)).day == date(2026, 9, 29)


def test_a_term_of_nothing_is_due_the_same_day_or_the_next_working_day() -> None:
    assert CALENDAR.add(date(2026, 3, 2), wd(0)).day == date(2026, 3, 2)
    assert CALENDAR.add(date(2026, 3, 7), wd(0)).day == date(2026, 3, 9)


def test_a_due_day_that_rests_on_2027_is_provisional() -> None:
    assert not CALENDAR.add(date(2026, 12, 28), wd(3)).provisional
    assert CALENDAR.add(date(2026, 12, 28), wd(4)).provisional
    assert not CALENDAR.add(date(2026, 12, 1), cd(30)).provisional
    assert CALENDAR.add(date(2026, 12, 2), cd(30)).provisional


def test_only_the_days_a_due_day_rests_on_make_it_provisional() -> None:
    settled = YearNotice(2031, frozenset(), frozenset(), "a test", "L")
    calendar = WorkCalendar([_weekends_only(2030), settled])
    start = date(2030, 12, 20)
    assert calendar.add(start, wd(20)).provisional
    assert not calendar.add(start, cd(30)).provisional
    for term in [wd(20), cd(30)]:
        assert Clock(start, term).reading(calendar, start).due == calendar.add(start, term)
    assert not calendar.add(date(2030, 12, 31), wd(3)).provisional


def test_hours_are_not_days() -> None:
    with pytest.raises(WrongInput):
        CALENDAR.add(date(2026, 3, 2), Term(4, "wh"))
    with pytest.raises(WrongInput):
        Clock(date(2026, 3, 2), Term(4, "wh")).reading(CALENDAR, date(2026, 3, 2))


@given(day=days, amount=st.integers(1, 120))
def test_counting_undoes_adding(day: date, amount: int) -> None:
    assert CALENDAR.workdays_between(day, CALENDAR.add(day, wd(amount)).day) == amount


@given(day=days, amount=amounts)
def test_a_due_day_is_a_working_day(day: date, amount: int) -> None:
    assert CALENDAR.is_workday(CALENDAR.add(day, wd(amount)).day)
    assert CALENDAR.is_workday(CALENDAR.add(day, cd(amount)).day)


@given(day=days, term=terms)
def test_a_longer_term_is_never_due_earlier(day: date, term: Term) -> None:
    longer = Term(term.amount + 1, term.unit)
    assert CALENDAR.add(day, term).day <= CALENDAR.add(day, longer).day


@given(day=days, term=terms)
def test_a_later_start_is_never_due_earlier(day: date, term: Term) -> None:
    assert CALENDAR.add(day, term).day <= CALENDAR.add(day + DAY, term).day


@given(one=days, two=days, three=days)
def test_counts_of_adjoining_spans_add_up(one: date, two: date, three: date) -> None:
    between = CALENDAR.workdays_between
    assert between(one, two) + between(two, three) == between(one, three)
    assert between(one, two) == -between(two, one)


@given(one=days, two=days)
def test_counting_agrees_with_looking_at_each_day(one: date, two: date) -> None:
    assume(one <= two)
    spelled = sum(
        CALENDAR.is_workday(one + timedelta(days=n)) for n in range(1, (two - one).days + 1)
    )
    assert CALENDAR.workdays_between(one, two) == spelled


@given(day=days)
def test_the_next_working_day_has_none_before_it(day: date) -> None:
    found = CALENDAR.next_workday(day)
    assert CALENDAR.is_workday(found)
    assert not any(CALENDAR.is_workday(day + timedelta(days=n)) for n in range((found - day).days))
    assert CALENDAR.next_workday(day, False) == CALENDAR.next_workday(day + DAY)


# --- clocks ---------------------------------------------------------------------------------


@given(start=days, term=terms, wait=st.integers(-5, 90))
def test_a_clock_without_stops_is_due_when_the_calendar_says(
    start: date, term: Term, wait: int
) -> None:
    reading = Clock(start, term).reading(CALENDAR, start + timedelta(days=wait))
    assert reading.due == CALENDAR.add(start, term)


@given(start=days, amount=st.integers(1, 60), wait=st.integers(0, 90))
def test_used_and_left_make_up_the_term(start: date, amount: int, wait: int) -> None:
    on = start + timedelta(days=wait)
    reading = Clock(start, wd(amount)).reading(CALENDAR, on)
    assert reading.used == CALENDAR.workdays_between(start, on)
    assert reading.used + reading.left == amount
    assert reading.left == CALENDAR.workdays_between(on, reading.due.day)


@given(data=st.data(), start=days, term=terms, later=st.integers(0, 90))
def test_the_due_day_alone_is_that_of_the_whole_reading(
    data: st.DataObject, start: date, term: Term, later: int
) -> None:
    clock, on = Clock(start, term, data.draw(stop_lists(start))), start + timedelta(days=later)
    assert clock.due(CALENDAR, on) == clock.reading(CALENDAR, on).due


@given(start=days, term=terms, wait=st.integers(0, 90), data=st.data())
def test_a_clock_is_overdue_only_after_its_due_day(
    start: date, term: Term, wait: int, data: st.DataObject
) -> None:
    stops = data.draw(stop_lists(start))
    reading = Clock(start, term, stops).reading(CALENDAR, on := start + timedelta(days=wait))
    if on <= reading.due.day:
        assert not reading.is_overdue
    if reading.is_overdue:
        assert on > reading.due.day


@given(start=days, term=terms, wait=st.integers(0, 60), data=st.data())
def test_a_stop_never_shortens(start: date, term: Term, wait: int, data: st.DataObject) -> None:
    stops = data.draw(stop_lists(start))
    on = start + timedelta(days=wait)
    for count in range(len(stops)):
        fewer = Clock(start, term, stops[:count]).reading(CALENDAR, on).due.day
        more = Clock(start, term, stops[: count + 1]).reading(CALENDAR, on).due.day
        assert fewer <= more


@given(start=days, amount=st.integers(1, 30), data=st.data())
def test_working_days_are_lost_one_for_one_while_stopped(
    start: date, amount: int, data: st.DataObject
) -> None:
    stops = data.draw(stop_lists(start))
    due = Clock(start, wd(amount), stops).reading(CALENDAR, start).due.day
    free = [
        day
        for n in range(1, (due - start).days + 1)
        if CALENDAR.is_workday(day := start + timedelta(days=n))
        and not any(stop.holds(day) for stop in stops)
    ]
    assert len(free) == amount
    assert free[-1] == due


@given(start=days, term=terms, wait=st.integers(0, 60), data=st.data())
def test_the_days_of_a_reading_are_all_days_once(
    start: date, term: Term, wait: int, data: st.DataObject
) -> None:
    stops = data.draw(stop_lists(start))
    on = start + timedelta(days=wait)
    reading = Clock(start, term, stops).reading(CALENDAR, on)
    listed = [d.day for d in reading.days]
    last = max(on, reading.due.day)
    assert listed == [start + timedelta(days=n) for n in range(1, (last - start).days + 1)]
    assert reading.used == sum(d.kind == "counted" for d in reading.days if d.day <= on)
    if term.amount:
        until_due = [d for d in reading.days if d.day <= reading.due.day]
        assert sum(d.kind == "counted" for d in until_due) == term.amount


@given(start=days, term=terms, wait=st.integers(0, 60), opened=st.integers(0, 60))
def test_an_open_stop_projects_as_if_it_ended_on_the_day_of_reading(
    start: date, term: Term, wait: int, opened: int
) -> None:
    on, first = start + timedelta(days=wait), start + timedelta(days=opened)
    assume(first <= on)
    still = Clock(start, term, (Stop(first, None, "x"),)).reading(CALENDAR, on)
    ended = Clock(start, term, (Stop(first, on, "x"),)).reading(CALENDAR, on)
    assert still.due == ended.due
    assert not still.running
    assert ended.running


@given(start=days, term=terms, wait=st.integers(0, 40), opened=st.integers(0, 20))
def test_while_stopped_the_due_day_only_moves_on(
    start: date, term: Term, wait: int, opened: int
) -> None:
    clock = Clock(start, term, (Stop(start + timedelta(days=opened), None, "x"),))
    on = start + timedelta(days=wait)
    assert clock.reading(CALENDAR, on).due.day <= clock.reading(CALENDAR, on + DAY).due.day


def test_a_clock_of_three_days_day_by_day() -> None:
    clock = Clock(date(2026, 3, 2), wd(3))
    seen = [
        (r.used, r.left, r.is_overdue)
        for n in range(6)
        for r in [clock.reading(CALENDAR, date(2026, 3, 2 + n))]
    ]
    assert seen == [
        (0, 3, False),
        (1, 2, False),
        (2, 1, False),
        (3, 0, False),
        (4, -1, True),
        (4, -1, True),
    ]


def test_a_stop_moves_the_due_day_by_the_working_days_it_held() -> None:
    # Due Thursday 5 March; stopped on Wednesday 4, running again on Monday 9: 4, 5, 6 are lost.
    clock = Clock(date(2026, 3, 2), wd(3), (Stop(date(2026, 3, 4), date(2026, 3, 9), "return"),))
    reading = clock.reading(CALENDAR, date(2026, 3, 9))
    assert (reading.due.day, reading.used, reading.left) == (date(2026, 3, 10), 2, 1)
    assert (reading.stopped, reading.running) == (3, True)
    assert [d.kind for d in reading.days] == [
        "counted", "stopped", "stopped", "stopped", "stopped", "stopped", "counted", "counted",
    ]  # fmt: skip


def test_while_a_stop_is_open_today_is_not_used_up() -> None:
    clock = Clock(date(2026, 3, 2), wd(3), (Stop(date(2026, 3, 4), None, "return"),))
    reading = clock.reading(CALENDAR, date(2026, 3, 20))
    assert (reading.used, reading.left, reading.running) == (1, 2, False)
    assert reading.due.day == date(2026, 3, 23)
    assert reading.stopped == 13


def test_a_stop_opened_and_read_on_the_same_day_moves_nothing() -> None:
    clock = Clock(date(2026, 3, 2), wd(3), (Stop(date(2026, 3, 4), None, "return"),))
    assert clock.reading(CALENDAR, date(2026, 3, 4)).due.day == date(2026, 3, 5)


def test_a_stop_after_the_due_day_does_not_heal_lateness() -> None:
    clock = Clock(date(2026, 3, 2), wd(1), (Stop(date(2026, 3, 5), None, "return"),))
    reading = clock.reading(CALENDAR, date(2026, 3, 20))
    assert reading.due.day == date(2026, 3, 3)
    assert reading.left == -1


def test_a_last_calendar_day_on_a_holiday_hands_on_to_the_next_working_day() -> None:
    reading = Clock(date(2026, 9, 20), cd(5)).reading(CALENDAR, date(2026, 9, 28))
    assert reading.due.day == date(2026, 9, 28)
    assert (reading.used, reading.left) == (5, 0)
    assert [d.kind for d in reading.days] == ["counted"] * 4 + ["holiday"] * 3 + ["counted"]


def test_a_stop_can_not_end_before_it_starts() -> None:
    with pytest.raises(WrongInput):
        Stop(date(2026, 3, 4), date(2026, 3, 3), "x")


def test_a_clock_that_has_not_begun_does_not_run() -> None:
    reading = Clock(date(2026, 3, 4), wd(3)).reading(CALENDAR, date(2026, 3, 2))
    assert (reading.running, reading.used, reading.left) == (False, 0, 3)


# --- promises -------------------------------------------------------------------------------

dues = st.builds(Due, days, st.booleans())


@given(old=dues, new=dues, reason=st.sampled_from(["", "year notice"]))
def test_a_citizens_deadline_is_never_shortened(old: Due, new: Due, reason: str) -> None:
    kept = keep_promise(old, new, side="citizen", declared_reason=reason)
    assert kept.day == max(old.day, new.day)


@given(old=dues, new=dues)
def test_an_office_never_promises_later_without_a_reason(old: Due, new: Due) -> None:
    assert keep_promise(old, new, side="office", declared_reason="").day == min(old.day, new.day)
    assert keep_promise(old, new, side="office", declared_reason="inspection") == new


def test_the_same_day_loses_its_provisional_flag_when_the_notice_is_loaded() -> None:
    old, new = Due(date(2027, 3, 1), provisional=True), Due(date(2027, 3, 1), provisional=False)
    assert keep_promise(old, new, side="citizen", declared_reason="") == new
    assert keep_promise(old, new, side="office", declared_reason="") == new


# --- hours ----------------------------------------------------------------------------------


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute)  # noqa: DTZ001 — office time, no zone


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (at(2, 10), 4, at(2, 14)),
        (at(2, 8), 1, at(2, 10)),
        (at(2, 16, 30), 1, at(2, 17, 30)),
        (at(2, 17), 1, at(3, 9, 30)),
        (at(2, 20), 1, at(3, 10)),
        (at(6, 17), 2, at(9, 10, 30)),
        (at(7, 12), 1, at(9, 10)),
        (at(2, 9), 17, at(3, 17, 30)),
        (at(2, 12), 0, at(2, 12)),
        (at(7, 12), 0, at(9, 9)),
    ],
)
def test_working_hours_run_only_while_the_office_is_open(
    start: datetime, hours: int, end: datetime
) -> None:
    assert add_hours(CALENDAR, start, hours) == end


def test_hours_are_read_in_chinese_time() -> None:
    start = datetime.fromisoformat("2026-03-02T02:00:00+00:00")
    assert add_hours(CALENDAR, start, 1).isoformat() == "2026-03-02T11:00:00+08:00"


def test_stopped_hours_do_not_count() -> None:
    stops = [(at(2, 11), at(2, 13)), (at(2, 12), at(2, 14)), (at(2, 17), at(3, 10))]
    assert add_hours(CALENDAR, at(2, 10), 2, stops=stops) == at(2, 15)
    assert add_hours(CALENDAR, at(2, 16), 2, stops=stops) == at(3, 11)


@given(
    day=st.integers(1, 28), hour=st.integers(0, 23), one=st.integers(1, 30), two=st.integers(1, 30)
)
def test_hours_added_in_two_steps_end_at_the_same_moment(
    day: int, hour: int, one: int, two: int
) -> None:
    step = add_hours(CALENDAR, add_hours(CALENDAR, at(day, hour), one), two)
    assert step == add_hours(CALENDAR, at(day, hour), one + two)


# --- the files of the notices ---------------------------------------------------------------


def _weekends_only(year: int) -> YearNotice:
    return YearNotice(year, frozenset(), frozenset(), "a test", "L", provisional=True)


def _file(**changes: object) -> dict[str, object]:
    holiday = {
        "name": {"zh": "元旦", "en": "New Year's Day"},
        "from": "2026-01-01",
        "to": "2026-01-03",
        "make_up": ["2026-01-04"],
    }
    return {"year": 2026, "source": "notice", "mark": "H", "holidays": [holiday]} | changes


def test_a_notice_is_read_from_its_file() -> None:
    notice = notice_from(_file())
    assert notice.off == {date(2026, 1, 1), date(2026, 1, 2), date(2026, 1, 3)}
    assert notice.work == {date(2026, 1, 4)}
    assert notice.names[date(2026, 1, 2)] == "元旦"
    assert (notice.mark, notice.provisional) == ("H", False)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"year": "2026"}, "year"),
        ({"year": True}, "year"),
        ({"source": ""}, "source"),
        ({"mark": "X"}, "mark"),
        ({"provisional": "no"}, "provisional"),
        ({"holidays": "none"}, "holidays"),
        ({"holidays": [["x"]]}, "holidays"),
        ({"holiday": []}, "holidays"),
        ({"year": 2027}, "leaves the year"),
    ],
)
def test_a_wrong_notice_says_what_is_wrong(wrong: dict[str, object], told: str) -> None:
    with pytest.raises(WrongInput) as refused:
        notice_from(_file(**wrong))
    assert told in refused.value.en


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("from", "2026-13-01", "not a day"),
        ("from", None, "not a day"),
        ("to", "2025-12-31", "is after"),
        ("make_up", ["2026-01-05"], "weekday"),
        ("make_up", ["2026-01-03"], "both off and at work"),
        ("make_up", "2026-01-04", "list"),
        ("makeup", [], "did you mean `make_up`"),
        ("name", "元旦", "name"),
    ],
)
def test_a_wrong_holiday_says_what_is_wrong(key: str, value: object, told: str) -> None:
    file = _file()
    holidays = file["holidays"]
    assert isinstance(holidays, list)
    holidays[0][key] = value
    with pytest.raises(WrongInput) as refused:
        notice_from(file)
    assert told in refused.value.en


def test_a_year_can_not_be_given_twice() -> None:
    with pytest.raises(WrongInput):
        WorkCalendar([_weekends_only(2030), _weekends_only(2030)])


def test_each_calendar_file_carries_its_year_a_source_and_a_mark() -> None:
    for path in FOLDER.glob("*.yaml"):
        notice = notice_from(yaml.safe_load(path.read_text(encoding="utf-8")))
        assert str(notice.year) == path.stem
        assert notice.source
        assert set(notice.names) == set(notice.names_en) == set(notice.off)
    assert [CALENDAR.notice(year).mark for year in range(2023, 2028)] == ["M", "M", "M", "H", "L"]
