"""Late work by office and week."""

from __future__ import annotations

from datetime import date, timedelta

from tests.apps.cases.cases_cast import Clock
from tests.factories import District, newborn

from minsheng.apps.supervision import reads


def test_late_work_is_counted_in_the_week_it_was_due(clock: Clock, district: District):
    newborn(district, until="submitted")
    clock.go_to(date(2026, 4, 1))
    weeks = reads.late_by_office_week(on=date(2026, 4, 1))
    assert [(w.office, w.due, w.late) for w in weeks] == [("hospital", 1, 1)]
    assert weeks[0].monday <= date(2026, 3, 25) < weeks[0].monday + timedelta(days=7)
    (late,) = reads.late_items(district.account("zhoujing"), monday=weeks[0].monday)
    assert late.title.zh == "出生医学证明"
    assert reads.late_items(district.account("sunwei")) == []
