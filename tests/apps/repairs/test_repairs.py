"""A defect: within the warranty or not, planned, repaired, observed, looked at by another, archived."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from tests.apps.cases.cases_cast import Clock
from tests.apps.records.test_file_sniffing import PDF
from tests.factories import District

from minsheng.apps.people import reads as people
from minsheng.apps.projects import actions as projects
from minsheng.apps.projects.actions import Shown
from minsheng.apps.projects.models import Entry
from minsheng.apps.repairs import actions, reads
from minsheng.apps.repairs.actions import NewBuilding
from minsheng.apps.repairs.models import Building, Flat, Repair
from minsheng.engines.repairs import Answer, Tally
from minsheng.lib.errors import Conflict, MinshengError, NotAllowed, NotFound

SEEN = Shown("屋面卷材起鼓，顶层卧室滴水")


@pytest.fixture
def house(clock: Clock, district: District) -> Building:
    actions.register_buildings(
        [
            NewBuilding(
                area="estate.xinglinyuan",
                name="2 栋",
                accepted_on=date(2021, 6, 1),
                flats=tuple((f"{n}-1", 9000) for n in range(1, 4)),
            )
        ],
        by="system",
    )
    return Building.objects.get()


def leak(district: District, house: Building, **named: str) -> Repair:
    person = people.person_by_number(_number(district))
    return actions.report_repair(
        house.pk, part="roof", words=SEEN.words, by=district.account("fangwei"),
        flat="3-1", person=person, **named,
    )  # fmt: skip


def _number(district: District) -> str:
    person = district.account("wangfang").person
    assert person is not None
    return people.number_of(person)


def test_a_leak_is_planned_repaired_observed_through_rain_looked_at_by_another_and_archived(
    clock: Clock, district: District, house: Building
):
    fang, ding = district.account("fangwei"), district.account("dingrui")
    number = leak(district, house).entry.number
    view = reads.repair(number, account=fang)
    assert view.answer == Answer("within", date(2026, 6, 1))
    assert view.part.cite.clause == "40"
    with pytest.raises(Conflict):
        actions.archive_repair(number, by=fang)
    actions.plan_repair(
        number, plan="铲除起鼓处，重做卷材", contractor="演示防水公司", bearer="builder", by=fang
    )
    projects.add_news(number, Shown("修之前", "前.pdf", PDF), by=fang, kind="before")
    projects.add_news(number, Shown("修之后", "后.pdf", PDF), by=fang, kind="after")
    with pytest.raises(Conflict, match="not_observed"):
        projects.ask_check(number, SEEN, by=fang)
    assert projects.begin_observation(number, SEEN, by=fang).observe_until == date(2026, 6, 22)
    for day, why in ((date(2026, 6, 21), "still_observed"), (date(2026, 6, 22), "no_rain_yet")):
        clock.go_to(day)
        with pytest.raises(Conflict, match=why):
            projects.ask_check(number, SEEN, by=fang)
    with pytest.raises(MinshengError):
        projects.record_rain(number, SEEN, on=date(2026, 3, 1), by=fang)
    projects.record_rain(number, Shown("大雨后看过，干的"), on=date(2026, 5, 9), by=fang)
    projects.ask_check(number, SEEN, by=fang)
    with pytest.raises(NotAllowed):
        projects.check_entry(number, SEEN, passed=True, by=fang)
    projects.check_entry(number, SEEN, passed=True, by=ding)
    archived = actions.archive_repair(number, by=fang)
    assert archived.archived_on == date(2026, 6, 22)
    line = next(one for one in reads.estates(ding) if one.key == "estate.xinglinyuan")
    assert (line.flats, line.closed, line.archived, line.warranty) == (3, 1, 1, {"within": 1})


def test_a_leak_that_comes_back_is_counted_and_observed_from_the_beginning(
    clock: Clock, district: District, house: Building
):
    fang = district.account("fangwei")
    number = leak(district, house).entry.number
    projects.begin_observation(number, SEEN, by=fang)
    projects.record_rain(number, SEEN, on=date(2026, 3, 24), by=fang)
    again = projects.reopen_entry(number, Shown("又滴水了"), by=fang)
    assert (again.state, again.reopened, again.rain_on) == ("running", 1, None)
    clock.go_to(date(2026, 4, 1))
    assert projects.begin_observation(number, SEEN, by=fang).observe_until == date(2026, 6, 30)


def test_words_about_a_home_are_sealed_and_a_look_at_them_is_written_down(
    district: District, house: Building
):
    number = leak(district, house).entry.number
    entry = Entry.objects.get(number=number)
    assert not entry.is_public
    assert all(SEEN.words not in one.words for one in entry.evidence.all())
    seen = reads.repair(number, account=district.account("dingrui"))
    assert SEEN.words in [one.words for one in seen.entry.history]
    person = district.account("wangfang").person
    assert person is not None
    assert people.looks_at(person)[0].case == number


def test_a_stranger_and_another_office_see_no_repairs(district: District, house: Building):
    number = leak(district, house).entry.number
    for username in ("liqiang", "sunwei"):
        account = district.account(username)
        with pytest.raises(NotFound):
            reads.repair(number, account=account)
        with pytest.raises(NotAllowed):
            reads.estates(account)
        with pytest.raises(NotAllowed):
            actions.report_repair(house.pk, part="roof", words="x", by=account)
        assert reads.repairs(account) == []


def test_one_request_opens_one_repair(district: District, house: Building):
    first = leak(district, house, request="2026-000001")
    assert leak(district, house, request="2026-000001") == first
    assert reads.repair_of_request("2026-000001") == first.entry.number
    assert reads.repair_of_request("") == ""
    with pytest.raises(IntegrityError), transaction.atomic():
        Repair.objects.update(archived_on=date(2026, 3, 24))


def test_the_owners_vote_is_counted_by_area_and_persons_and_unknown_where_an_area_is(
    district: District, house: Building
):
    ding, number = district.account("dingrui"), leak(district, house).entry.number
    short = reads.vote_on_fund(
        number, took_part=Tally(9000, 1), agreed=Tally(9000, 1), account=ding
    )
    assert short is not None
    assert short.lacks_part == Tally(9000, 1)
    passed = reads.vote_on_fund(
        number, took_part=Tally(18000, 2), agreed=Tally(18000, 2), account=ding
    )
    assert passed is not None
    assert passed.passes
    Flat.objects.filter(number="1-1").update(area_dm2=None)
    assert reads.repair(number, account=ding).owners is None
