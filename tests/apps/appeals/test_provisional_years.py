"""A request whose time rests on a year without a notice is late for nobody, and isn't forgotten either."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from tests.apps.appeals.requests_of import CONTACT
from tests.factories import District

from minsheng.apps.appeals import actions, reads, store
from minsheng.apps.appeals.models import Request
from minsheng.apps.people import installed
from minsheng.engines.appeals.clocks import running
from minsheng.engines.appeals.state import CHINA
from minsheng.lib.workdays import WorkCalendar

DECEMBER = datetime(2026, 12, 30, 9, tzinfo=CHINA)


def calendar_with(*, provisional: bool) -> WorkCalendar:
    """The calendar of the packs, the notice of 2027 out or not."""
    known = installed.calendar()
    return WorkCalendar(
        replace(known.notice(year), provisional=provisional and year == 2027)
        for year in known.years
    )


def test_when_the_notice_is_out_the_moments_are_certain_and_clocks_run_out(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    unsure, official = (calendar_with(provisional=yes) for yes in (True, False))
    monkeypatch.setattr(installed, "calendar", lambda: unsure)
    told = actions.Told(
        category="utilities.light.out", words="路灯不亮。", area="jinhu.hubin", contact=CONTACT
    )
    by, later = district.account("wangfang"), DECEMBER + timedelta(days=70)
    number = actions.file_request("hotline", told, by=by, at=DECEMBER).number
    actions.dispatch(number, "urban.roads", by=district.account("fanxue"), at=DECEMBER)
    clocks = list(running(store.state_of(Request.objects.get(number=number))))
    assert any(one.due.provisional for one in clocks)
    actions.fire_timers(later)
    late = [one for one in clocks if not one.due.provisional]
    assert len(store.state_of(Request.objects.get(number=number)).noted) == len(late)

    monkeypatch.setattr(installed, "calendar", lambda: official)
    actions.fire_timers(later)
    row = Request.objects.get(number=number)
    assert not any(one.due.provisional for one in running(store.state_of(row)))
    assert not row.due_provisional and not row.items.get().is_provisional
    assert len(store.state_of(row).noted) == len(clocks), "each clock that ran out is written down"
    assert actions.fire_timers(later) == 0
    assert reads.check_request(row).is_good
    view = reads.own_view(number, account=by)
    assert not [one for one in view.happenings if "due" in one.kind]
