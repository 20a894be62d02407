"""The figures of leaders: counted in the database, equal to their lists, and silent about persons."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, get_args

import pytest
from tests.apps.cases.cases_cast import Clock
from tests.factories import District
from tests.past_cases import past_case

from minsheng.apps.audit import reads as audit
from minsheng.apps.cases import catalogue, store
from minsheng.apps.cases import reads as cases
from minsheng.apps.cases.models import Case
from minsheng.apps.cases.reads import Behind, Scope
from minsheng.apps.cases.reads.behind import Kind
from minsheng.apps.cases.reads.figures import overdue
from minsheng.engines.casework.savings import Figure, Figures
from minsheng.lib.errors import NotFound

ON = date(2026, 3, 24)
BEGAN = date(2026, 3, 2)
MONTH = Scope(ON - timedelta(days=29), ON)
FIRST = "birth_certificate"


def term(key: str) -> int:
    return catalogue.packs().services["newborn"].spec.items[key].due.amount


@pytest.fixture
def month(clock: Clock, district: District) -> list[Case]:
    """Five cases of March: in time, late by the first office, asked once, filed at a counter, late now."""
    proofs = {"birth_record": "register:hospital.birth_record", "marriage": "applicant"}
    return [
        past_case(district, "A", begin=BEGAN, score=5, origins=proofs),
        past_case(district, "B", begin=BEGAN, took={FIRST: term(FIRST) + 13}, score=2),
        past_case(district, "C", begin=BEGAN, asks=FIRST, score=4),
        past_case(district, "D", begin=BEGAN, by="zhaomin", score=5),
        past_case(district, "E", begin=date(2026, 2, 3), until=FIRST),
    ]


def test_the_month_is_counted_as_by_hand(month: list[Case]) -> None:
    found = cases.figures(MONTH, on=ON)
    assert (found.submitted, found.ended, found.running) == (4, 4, 1)
    assert (found.on_time.part, found.on_time.whole) == (3, 4)
    assert found.late_items == {"hospital": 1}
    assert found.asked_back == 1
    assert found.zero_material == cases.Share(1, 2)
    assert not found.rated.is_shown and found.rated.mean is None
    ends = {(s.asked_back, s.end): s.count for s in found.streams}
    assert ends == {(False, "on_time"): 2, (False, "late"): 1, (True, "on_time"): 1}
    (hospital,) = [row for row in found.heat if row.office == "hospital"]
    assert hospital.late == 2 and sum(cell.whole for cell in hospital.cells) == 5


def test_opinions_are_shown_from_the_fifth_on(district: District, month: list[Case]) -> None:
    past_case(district, "F", begin=BEGAN, score=4)
    found = cases.figures(MONTH, on=ON)
    assert found.rated.people == 5 and found.rated.mean == Fraction(20, 5)
    assert found.services[0].rated.low == 1


def test_each_number_has_a_list_of_its_length(month: list[Case]) -> None:
    found = cases.figures(MONTH, on=ON)
    wanted = {
        "submitted": found.submitted,
        "ended": found.ended,
        "on_time": found.on_time.part,
        "ended_late": found.on_time.whole - found.on_time.part,
        "running": found.running,
        "running_late": found.services[0].late_now,
        "late_items": found.late_now,
        "asked_back": found.asked_back,
        "late_cases": cases.hot_spots(MONTH, on=ON).late_cases,
        "rated": found.rated.people,
    }
    for kind in get_args(Kind):
        which = Behind(kind, MONTH, ON)
        rows = cases.behind(which, start=0, count=99)
        assert len(rows) == cases.behind_count(which) == wanted.get(kind, len(rows)), kind
    for row in found.heat:
        for week, cell in zip(found.weeks, row.cells, strict=True):
            for kind, count in (("due", cell.whole), ("due_late", cell.part)):
                which = Behind(kind, MONTH, ON, office=row.office, week=week)  # type: ignore[arg-type]
                assert cases.behind_count(which) == count
    assert len({(stream.asked_back, stream.end) for stream in found.streams}) > 2
    for stream in found.streams:
        way = Behind("flowed", MONTH, ON, asked=stream.asked_back, end=stream.end)
        assert cases.behind_count(way) == stream.count, stream
    late = cases.behind(Behind("ended_late", MONTH, ON), start=0, count=9)
    assert [row.late for row in late] == [len(cases.delay(late[0].number, on=ON).found.late)]


def test_late_days_have_an_office_and_a_step_and_add_up(month: list[Case]) -> None:
    spots = cases.hot_spots(MONTH, on=ON)
    told = [cases.delay(case.number, on=ON).found for case in month]
    assert spots.late_cases == sum(bool(one.late) for one in told) == 2
    assert spots.days == sum(len(one.late) for one in told) == sum(row.days for row in spots.rows)
    assert {(row.office, row.item, row.step) for row in spots.rows} == {("hospital", FIRST, "over")}


def test_as_many_queries_for_ten_cases_as_for_five(
    district: District, month: list[Case], django_assert_num_queries: Any
) -> None:
    def ask() -> None:
        cases.figures(MONTH, on=ON)
        cases.hot_spots(MONTH, on=ON)

    with django_assert_num_queries(12):
        ask()
    for event in "VWXYZ":
        past_case(district, event, begin=BEGAN, took={FIRST: 15})
    with django_assert_num_queries(12):
        ask()


def test_a_protected_case_is_in_no_figure_and_no_list(month: list[Case]) -> None:
    Case.objects.filter(pk__in=[month[1].pk, month[4].pk]).update(protected=True)
    found = cases.figures(MONTH, on=ON)
    assert (found.ended, found.running, found.late_now) == (3, 0, 0)
    assert cases.hot_spots(MONTH, on=ON).days == 0
    hidden = {month[1].number, month[4].number}
    for kind in get_args(Kind):
        rows = cases.behind(Behind(kind, MONTH, ON), start=0, count=99)
        assert not hidden & {row.number for row in rows}, kind
    with pytest.raises(NotFound):
        cases.delay(month[1].number, on=ON)


def test_a_friday_is_not_missed_before_monday(month: list[Case]) -> None:
    sunday = date(2026, 3, 1)
    Case.objects.filter(pk=month[4].pk).update(promised_day=date(2026, 2, 27))
    # The last working day before that Sunday is Saturday 28 February, which is worked (调休).
    assert Case.objects.filter(overdue(sunday), pk=month[4].pk).exists()
    Case.objects.filter(pk=month[4].pk).update(promised_day=date(2026, 2, 28))
    assert not Case.objects.filter(overdue(sunday), pk=month[4].pk).exists()
    assert Case.objects.filter(overdue(date(2026, 3, 2)), pk=month[4].pk).exists()


def test_savings_need_a_cited_line_of_the_same_extent(month: list[Case], monkeypatch: Any) -> None:
    packs = catalogue.packs()
    items = sum(item.status not in {"skipped", "cancelled"} for item in month[0].items.all())
    for extent, counted in ((items, 4), (items + 1, 0)):
        line = replace(
            packs.baselines["newborn"],
            items=extent,
            before=Figures(workdays=Figure(32), visits=Figure(4), papers=Figure(9)),
        )
        found = replace(packs, baselines={"newborn": line})
        monkeypatch.setattr(catalogue, "packs", lambda found=found: found)
        saved = cases.figures(MONTH, on=ON).saved
        assert sum(one.cases for one in saved) == counted
        if saved:
            took = [
                catalogue.calendar().workdays_between(case.submitted_day, case.closed_day)
                for case in month[:4]
                if case.closed_day
            ]
            # One of the four was filed at the counter: one visit. One document was asked for.
            assert saved[0].workdays == 4 * 32 - sum(took)
            assert saved[0].visits == 4 * 4 - 1
            assert saved[0].papers == 4 * 9 - 1


def test_a_case_taken_over_is_whole_and_goes_on_like_any_other(
    district: District, month: list[Case]
) -> None:
    for case in month:
        case.refresh_from_db()
        assert store.replayed(case) == store.state_of(case)
    assert audit.verify(heads=cases.claims()).ok
    waiting = cases.inbox(district.account("linlan"))
    assert [row.number for row in waiting] == [month[4].number]
