"""Late work by office and week: supervision and the cockpit count by one definition."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.apps.cases.cases_cast import Clock
from tests.factories import District, newborn
from tests.past_cases import past_case

from minsheng.apps.cases import reads as cases
from minsheng.apps.cases.models import Case, Item
from minsheng.apps.cases.reads import Behind, Scope
from minsheng.apps.supervision import reads
from minsheng.lib.errors import NotAllowed

ON = date(2026, 4, 1)
FIRST = "birth_certificate"


def test_late_work_is_counted_in_the_week_it_was_due(clock: Clock, district: District):
    newborn(district, until="submitted")
    clock.go_to(ON)
    leader = district.account("zhoujing")
    weeks = reads.late_work_for(leader, on=ON)
    assert [(w.office, w.due, w.late) for w in weeks] == [("hospital", 1, 1)]
    assert weeks[0].monday <= date(2026, 3, 25) < weeks[0].monday + timedelta(days=7)
    (late,) = reads.late_items(leader, monday=weeks[0].monday)
    assert late.title.zh == "出生医学证明"
    assert reads.late_items(district.account("sunwei")) == []
    with pytest.raises(NotAllowed):
        reads.late_work_for(district.account("sunwei"))


def test_supervision_and_cockpit_tell_the_same_numbers_and_open_the_same_items(
    clock: Clock, district: District
):
    """In time, late, late now, stopped, provisional, protected, not yet due: one answer for each."""
    clock.go_to(ON)
    begin = date(2026, 3, 2)
    past_case(district, "A", begin=begin)
    past_case(district, "B", begin=begin, took={FIRST: 16})
    late = past_case(district, "C", begin=date(2026, 2, 3), until=FIRST)
    stopped, provisional, protected = (
        past_case(district, event, begin=begin, until=FIRST) for event in "DEF"
    )
    past_case(district, "G", begin=ON, until=FIRST)
    Item.objects.filter(case=stopped, key=FIRST).update(is_stopped=True)
    Item.objects.filter(case=provisional, key=FIRST).update(due_provisional=True)
    Case.objects.filter(pk=protected.pk).update(protected=True)

    leader, scope = district.account("zhoujing"), Scope(ON - timedelta(days=29), ON)
    heat = {
        (row.office, monday): (cell.part, cell.whole)
        for row in cases.figures(scope, on=ON).heat
        for monday, cell in zip(cases.mondays_until(ON, weeks=12), row.cells, strict=True)
        if cell.whole
    }
    weeks = reads.late_work_for(leader, weeks=12, on=ON)
    assert {(w.office, w.monday): (w.late, w.due) for w in weeks} == heat
    assert sum(w.late for w in weeks if w.office == "hospital") == 2
    for week in weeks:
        listed = reads.late_items(leader, office=week.office, monday=week.monday, on=ON)
        which = Behind("due_late", scope, ON, office=week.office, week=week.monday)
        assert len(listed) == cases.behind_count(which) == week.late
        due = Behind("due", scope, ON, office=week.office, week=week.monday)
        assert cases.behind_count(due) == week.due
    numbers = {item.number for item in reads.late_items(leader, on=ON)}
    assert numbers == {late.number}


def test_a_friday_is_late_for_supervision_too_only_on_monday(clock: Clock, district: District):
    case = past_case(district, "A", begin=date(2026, 3, 2), until=FIRST)
    leader, friday = district.account("zhoujing"), date(2026, 3, 20)
    Item.objects.filter(case=case, key=FIRST).update(due_day=friday)
    for day, late in ((20, 0), (22, 0), (23, 1)):
        on = date(2026, 3, day)
        assert len(reads.late_items(leader, on=on)) == late, on
        assert len(reads.late_items(leader, monday=date(2026, 3, 16), on=on)) == late, on
        assert [w.late for w in reads.late_work_for(leader, on=on)] == [late], on
