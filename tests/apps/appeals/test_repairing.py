"""A request about a building opens a repair; it is done once the repair is in the archive, not before."""

from __future__ import annotations

from datetime import date

import pytest
from tests.apps.appeals.courtyards import house, in_hand, let_follow, the_request
from tests.apps.cases.cases_cast import Clock
from tests.apps.records.test_file_sniffing import PDF
from tests.factories import District

from minsheng.apps.appeals import actions, reads, store
from minsheng.apps.appeals.actions import Defect
from minsheng.apps.projects import actions as projects
from minsheng.apps.projects.actions import Shown
from minsheng.apps.projects.models import Entry
from minsheng.apps.repairs import actions as repairs
from minsheng.apps.repairs import reads as repair_reads
from minsheng.apps.repairs.models import Repair
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput

SEEN = Shown("看过了")


def defect(building: int, part: str = "roof") -> Defect:
    return Defect(building=building, part=part, words="屋面渗水到卧室", flat="3-1")


def repaired(district: District, number: str) -> str:
    """Lead the repair of a request to the day before its archive, and return its entry."""
    fang, ding = district.account("fangwei"), district.account("dingrui")
    entry = repair_reads.repair_of_request(number)
    repairs.plan_repair(
        entry, plan="重做卷材", contractor="演示防水公司", bearer="builder", by=fang
    )
    for kind in ("before", "after"):
        projects.add_news(entry, Shown(kind, f"{kind}.pdf", PDF), by=fang, kind=kind)
    projects.begin_observation(entry, SEEN, by=fang)
    Entry.objects.filter(number=entry).update(observe_until=date(2026, 3, 1))
    projects.record_rain(entry, SEEN, on=date(2026, 3, 24), by=fang)
    projects.ask_check(entry, SEEN, by=fang)
    projects.check_entry(entry, SEEN, passed=True, by=ding)
    return entry


def test_a_leak_of_the_courtyard_is_repaired_archived_told_and_rated(
    clock: Clock, district: District
) -> None:
    number, fang = in_hand(district).number, district.account("fangwei")
    made = actions.open_repair(number, defect(house().pk), by=fang)
    view = reads.own_view(number, account=district.account("zhouyan"))
    assert view.repair is not None
    assert (view.repair.number, view.repair.state) == (made.entry.number, "running")
    assert view.repair.place.zh == "杏林苑（安置小区）2 栋3-1"
    assert reads.desk_view(number, account=fang).repair == view.repair
    assert repair_reads.repair(made.entry.number, account=fang).request == number
    assert reads.may_open(number, fang)

    entry = repaired(district, number)
    with pytest.raises(Conflict, match="repair_open"):
        actions.answer_item(number, "1", "done", "修好了。", by=fang)
    repairs.archive_repair(entry, by=fang)
    let_follow()
    actions.answer_item(number, "1", "done", "修好了，看了三个月没有再漏。", by=fang)
    actions.answer_visit(number, by=district.account("zhouyan"), solved=True, score=5)
    closed = the_request()
    assert (closed.outcome, closed.score) == ("solved", 5)
    told = [one.kind for one in reads.own_view(number, account=closed.account).happenings]
    steps = ["planned", "observed", "asked", "passed", "archived"]
    assert [k for k in told[::-1] if k.startswith("repair.")] == [f"repair.{s}" for s in steps]
    assert store.replayed(closed) == store.state_of(closed)


def test_what_came_back_after_the_archive_is_not_done(clock: Clock, district: District) -> None:
    number, fang = in_hand(district).number, district.account("fangwei")
    actions.open_repair(number, defect(house().pk), by=fang)
    entry = repaired(district, number)
    repairs.archive_repair(entry, by=fang)
    projects.reopen_entry(entry, Shown("又滴水了"), by=fang)
    view = reads.own_view(number, account=district.account("zhouyan"))
    assert view.repair is not None
    assert (view.repair.state, view.repair.archived_on) == ("running", None)
    with pytest.raises(Conflict, match="repair_open"):
        actions.answer_item(number, "1", "done", "修好了。", by=fang)


def test_one_request_opens_one_repair(clock: Clock, district: District) -> None:
    number, fang, where = in_hand(district).number, district.account("fangwei"), house().pk
    first = actions.open_repair(number, defect(where), by=fang)
    again = actions.open_repair(number, defect(where, "pipes"), by=fang)
    assert (first.pk, Repair.objects.count()) == (again.pk, 1)
    kinds = [
        entry.kind
        for entry in reads.own_view(number, account=district.account("zhouyan")).happenings
    ]
    assert kinds.count("request.to_repair") == 1


def test_only_who_has_it_in_hand_opens_one_and_of_a_declared_part(
    clock: Clock, district: District
) -> None:
    number, where = in_hand(district).number, house().pk
    for who in ("liqiang", "wangfang", "zhouyan", "fanxue", "dingrui", "caili", "zhoujing"):
        with pytest.raises((NotAllowed, NotFound)):
            actions.open_repair(number, defect(where), by=district.account(who))
    with pytest.raises(WrongInput, match=r"repairs\.part"):
        actions.open_repair(number, defect(where, "structure"), by=district.account("fangwei"))
    assert not Repair.objects.exists()


def test_what_cannot_be_repaired_is_explained_and_closed_by_the_requester(
    clock: Clock, district: District
) -> None:
    number, fang = in_hand(district).number, district.account("fangwei")
    entry = actions.open_repair(number, defect(house().pk), by=fang).entry.number
    projects.drop_entry(entry, Shown("整栋要拆迁"), by=district.account("zhoujing"))
    let_follow()
    actions.answer_item(number, "1", "explained", "整栋年底搬迁，先做临时防水。", by=fang)
    actions.answer_visit(number, by=district.account("zhouyan"), solved=False, accepts=True)
    assert the_request().outcome == "explained"


def test_a_resident_asks_for_a_repair_of_each_part(clock: Clock, district: District) -> None:
    told = actions.Told(
        category="roof", words="顶楼漏雨", area="estate.xinglinyuan",
        contact={"home": "2 栋 3-1", "contact_name": "王芳", "phone": "13800001234"},
    )  # fmt: skip
    made = actions.file_request("repairs", told, by=district.account("wangfang"))
    fan, fang = district.account("fanxue"), district.account("fangwei")
    actions.sort_request(made.number, {"danger": "no", "warranty": "yes"}, by=fan)
    actions.dispatch(made.number, "construction.repairs", by=fan)
    assert "repair" not in reads.desk_view(made.number, account=fang).may
    actions.sign(made.number, "1", by=fang)
    assert "repair" in reads.desk_view(made.number, account=fang).may
    repair = actions.open_repair(made.number, defect(house().pk), by=fang)
    assert repair.entry.person == district.account("wangfang").person
    sorting = reads.own_sorting(made.number, account=district.account("wangfang"))
    assert sorting is not None
    assert sorting.size.zh == "大事，政府办"
