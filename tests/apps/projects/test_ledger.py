"""The ledger: an owner, a day, milestones with evidence, changes that another agrees to, a check by another."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from fractions import Fraction
from importlib import import_module

import pytest
from django.db import IntegrityError, transaction
from tests.apps.cases.cases_cast import Clock
from tests.apps.records.test_file_sniffing import PDF
from tests.factories import District

from minsheng.apps.audit.models import Entry as LedgerEntry
from minsheng.apps.notices.models import Notice
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads as people_reads
from minsheng.apps.projects import access, actions, reads
from minsheng.apps.projects.actions import NewEntry, NewMilestone, Shown
from minsheng.apps.projects.models import Entry, Evidence
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput
from minsheng.lib.texts import Text

WORDS = Shown("看过现场，三处都补好了")
NEW = NewEntry(
    title=Text("东坡村路灯（演示）", "Street lamps of Dongpo (demonstration)"),
    owner="construction.works",
    helpers=("construction.repairs",),
    checker="office.ledger",
    due=date(2026, 4, 30),
    area="qinghuai.dongpo",
    approved_fen=100_000_00,
    milestones=(
        NewMilestone(title=Text("设计"), due=date(2026, 3, 20), weight=3),
        NewMilestone(title=Text("装好"), due=date(2026, 4, 20), weight=7),
    ),
)


@pytest.fixture
def lamps(clock: Clock, district: District) -> Entry:
    return actions.open_entry(NEW, by=district.account("fangwei"))


def checked(district: District, entry: Entry) -> Entry:
    fang = district.account("fangwei")
    for key in ("m1", "m2"):
        actions.finish_milestone(entry.number, key, WORDS, by=fang)
    return actions.ask_check(entry.number, WORDS, by=fang)


def test_an_entry_is_closed_only_by_somebody_who_had_no_part_in_it(
    district: District, lamps: Entry
):
    fang, ding = district.account("fangwei"), district.account("dingrui")
    with pytest.raises(Conflict) as early:
        actions.ask_check(lamps.number, WORDS, by=fang)
    assert early.value.facts == {"missing": 2}
    checked(district, lamps)
    for username in ("fangwei", "lijia", "zhoujing"):
        with pytest.raises(NotAllowed):
            actions.check_entry(lamps.number, WORDS, passed=True, by=district.account(username))
    # Whoever is given the checking post besides, having worked on it, still may not.
    people.assign(fang, people_reads.post("office.ledger"), since=date(2026, 1, 1))
    with pytest.raises(NotAllowed):
        actions.check_entry(lamps.number, WORDS, passed=True, by=district.account("fangwei"))
    assert actions.check_entry(lamps.number, WORDS, passed=False, by=ding).state == "running"
    actions.ask_check(lamps.number, WORDS, by=fang)
    closed = actions.check_entry(lamps.number, WORDS, passed=True, by=ding)
    assert (closed.state, closed.closed_on, closed.round) == ("closed", date(2026, 3, 24), 2)
    told = LedgerEntry.objects.filter(stream="project", key=lamps.number)
    assert [one.kind.removeprefix("entry.") for one in told.order_by("seq")] == [
        "opened", "milestone", "milestone", "asked", "failed", "asked", "passed",
    ]  # fmt: skip
    assert not any(WORDS.words in one.text for one in told)
    assert Notice.objects.filter(account=ding, kind="projects").count() == 2
    with pytest.raises(Conflict):
        actions.add_news(lamps.number, WORDS, by=fang)


def test_the_database_itself_refuses_an_owner_who_checks_and_an_end_without_a_checker(
    lamps: Entry,
):
    for change in (
        {"checker": "construction.works"},
        {"state": "closed"},
        {"owner": ""},
        {"due": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Entry.objects.filter(pk=lamps.pk).update(**change)


def test_day_and_money_change_only_when_another_agrees(district: District, lamps: Entry):
    fang, head = district.account("fangwei"), district.account("lijia")
    asked = actions.ask_change(lamps.number, "due", "2026-05-31", reason="等电力停电计划", by=fang)
    assert Entry.objects.get().due == date(2026, 4, 30)
    with pytest.raises(Conflict):
        actions.ask_change(lamps.number, "due", "2026-06-30", reason="再晚一点", by=fang)
    with pytest.raises(NotAllowed):
        actions.decide_change(asked.pk, agreed=True, answer="同意", by=fang)
    actions.decide_change(asked.pk, agreed=True, answer="停电计划已核对", by=head)
    assert Entry.objects.get().due == date(2026, 5, 31)
    more = actions.ask_change(lamps.number, "approved_fen", "120,000", reason="加两盏灯", by=fang)
    actions.decide_change(more.pk, agreed=False, answer="用结余", by=head)
    assert Entry.objects.get().approved_fen == 100_000_00
    with pytest.raises(Conflict):
        actions.decide_change(more.pk, agreed=True, answer="同意", by=head)
    with pytest.raises(WrongInput):
        actions.ask_change(lamps.number, "owner", "office.ledger", reason="换人", by=fang)


def test_a_stranger_and_another_office_learn_nothing_of_an_internal_entry(
    district: District, lamps: Entry
):
    for username in ("liqiang", "sunwei"):
        account = district.account(username)
        assert reads.entries(account) == []
        with pytest.raises(NotFound):
            reads.entry(lamps.number, account=account)
        with pytest.raises(NotFound):
            actions.add_news(lamps.number, WORDS, by=account)
        with pytest.raises(NotAllowed):
            actions.open_entry(NEW, by=account)
    assert [row.number for row in reads.entries(district.account("dingrui"))] == [lamps.number]
    assert len(reads.entries(district.account("zhoujing"))) == 1


def test_everybody_reads_a_public_entry_but_no_words_of_it_and_no_files(district: District):
    fang = district.account("fangwei")
    entry = actions.open_entry(replace(NEW, is_public=True), by=fang)
    actions.add_news(entry.number, WORDS, by=fang)
    seen = reads.entry(entry.number, account=None)
    assert [one.kind for one in seen.history] == ["news", "opened"]
    assert not any(one.words or one.file for one in seen.history)
    assert seen.changes == ()
    assert reads.entry(entry.number, account=fang).history[0].words == WORDS.words


def test_a_file_shown_for_an_office_opens_for_who_may_see_the_entry_and_nobody_else(
    district: District, lamps: Entry
):
    fang = district.account("fangwei")
    actions.add_news(lamps.number, Shown("验收单", "验收单.pdf", PDF), by=fang)
    shown = Evidence.objects.get()
    assert shown.file is not None
    assert shown.file.owner is None
    opened = reads.evidence_file(shown.pk, account=district.account("dingrui"))
    assert (opened.name, opened.content) == ("验收单.pdf", PDF)
    for username in ("liqiang", "sunwei"):
        with pytest.raises(NotFound):
            reads.evidence_file(shown.pk, account=district.account(username))


def test_what_goes_wrong_early_is_shown_with_its_amount(
    clock: Clock, district: District, lamps: Entry
):
    fang = district.account("fangwei")
    actions.report_money(lamps.number, 60_000_00, by=fang)
    clock.go_to(date(2026, 4, 10))
    (row,) = reads.entries(fang)
    assert [(one.kind, one.amount) for one in row.signals] == [
        ("milestone_late", 21), ("behind", 30), ("money_ahead", 60), ("silent", 17),
    ]  # fmt: skip
    assert row.light == "yellow"
    clock.go_to(date(2026, 5, 1))
    assert reads.entries(fang)[0].light == "red"


def test_a_plan_is_opened_once_and_what_the_source_does_not_say_stays_empty(
    clock: Clock, district: District
):
    song = district.account("songyu")
    assert actions.open_plan("school-building", by=song) == 14
    assert actions.open_plan("school-building", by=song) == 0
    assert actions.open_plan("five-actions", by=song) == 5
    with pytest.raises(NotAllowed):
        actions.open_plan("five-actions", by=district.account("fangwei"))
    row = next(row for row in reads.entries(None) if row.node == "preschool")
    assert (row.state, row.due, row.planned_fen, row.progress) == ("listed", None, None, None)
    assert row.signals == ()
    entry = actions.assign_entry(
        row.number, by=song, owner="education.projects", due=date(2026, 12, 31)
    )
    assert (entry.state, entry.office) == ("running", "education")


def test_an_entry_moves_from_problem_to_ledger_to_project_and_never_back(district: District):
    fang = district.account("fangwei")
    entry = actions.open_entry(replace(NEW, kind="problem"), by=fang)
    assert actions.list_as(entry.number, "task", by=fang).kind == "task"
    assert actions.list_as(entry.number, "project", by=fang).kind == "project"
    with pytest.raises(WrongInput):
        actions.list_as(entry.number, "problem", by=fang)


def test_helpers_are_named_after_opening_and_told(district: District, lamps: Entry):
    fang = district.account("fangwei")
    for helpers, field in ((["nobody.here"], "helpers"), (["office.ledger"], "helpers")):
        with pytest.raises(WrongInput) as wrong:
            actions.set_helpers(lamps.number, helpers, by=fang)
        assert wrong.value.field == field
    actions.set_helpers(lamps.number, ["urban.roads", "urban.roads"], by=fang)
    lamps.refresh_from_db()
    assert lamps.helpers == ["urban.roads"]
    with pytest.raises((NotAllowed, NotFound)):
        actions.set_helpers(lamps.number, [], by=district.account("linlan"))


def test_a_milestone_added_later_counts_in_the_progress(district: District, lamps: Entry):
    fang = district.account("fangwei")
    actions.finish_milestone(lamps.number, "m1", WORDS, by=fang)
    late = NewMilestone(title=Text("太晚"), due=date(2026, 5, 1))
    with pytest.raises(WrongInput):
        actions.add_milestone(lamps.number, late, by=fang)
    new = NewMilestone(title=Text("通电"), due=date(2026, 4, 25), weight=10)
    actions.add_milestone(lamps.number, new, by=fang)
    row = reads.entry(lamps.number, account=fang).row
    assert (row.progress, [one.key for one in row.milestones]) == (
        Fraction(3, 20),
        ["m1", "m2", "m3"],
    )


def test_an_entry_becomes_public_and_internal_again_by_a_leader_alone(
    district: District, lamps: Entry
):
    leader = district.account("zhoujing")
    with pytest.raises(NotFound):
        reads.entry(lamps.number, account=None)
    with pytest.raises(NotAllowed):
        actions.set_public(lamps.number, True, by=district.account("fangwei"))
    actions.set_public(lamps.number, True, by=leader)
    assert reads.entry(lamps.number, account=None).row.number == lamps.number
    actions.set_public(lamps.number, False, by=leader)
    with pytest.raises(NotFound):
        reads.entry(lamps.number, account=None)
    Entry.objects.filter(pk=lamps.pk).update(person=district.account("wangfang").person)
    with pytest.raises(Conflict):
        actions.set_public(lamps.number, True, by=leader)


def test_the_numbers_of_all_are_those_of_the_list_and_a_long_list_keeps_what_is_open(
    district: District, lamps: Entry, monkeypatch: pytest.MonkeyPatch
):
    fang, leader = district.account("fangwei"), district.account("zhoujing")
    checked(district, lamps)
    actions.check_entry(lamps.number, WORDS, passed=True, by=district.account("dingrui"))
    for number in range(4):
        made = replace(NEW, due=date(2026, 4, 20 + number), milestones=())
        actions.report_money(actions.open_entry(made, by=fang).number, number, by=fang)
    later = date(2026, 4, 22)
    rows = reads.entries(leader, on=later)
    found = reads.standing(leader, on=later)
    assert found.count == len(rows) == 5
    assert found.states == Counter(row.state for row in rows)
    lights = Counter(row.light for row in rows if row.state != "closed")
    assert found.lights == lights and lights["red"] == 2
    assert found.approved_fen == sum(row.approved_fen or 0 for row in rows)
    assert found.spent_fen == sum(row.spent_fen or 0 for row in rows)
    monkeypatch.setattr(import_module("minsheng.apps.projects.reads.entries"), "MOST_ROWS", 4)
    assert lamps.number not in [row.number for row in reads.entries(leader, on=later)]


def test_who_may_see_an_entry_finds_it_in_the_list_and_nobody_else(
    district: District, lamps: Entry
):
    """The list and the page ask differently and must agree."""
    actions.set_helpers(lamps.number, ["urban.roads"], by=district.account("fangwei"))
    lamps.refresh_from_db()
    seen = {
        name: lamps.number in [row.number for row in reads.entries(district.account(name))]
        for name in ("fangwei", "dingrui", "tianye", "zhoujing", "linlan", "liqiang", "wangfang")
    }
    assert seen == {name: access.may_see(lamps, district.account(name)) for name in seen}
    assert seen["tianye"] and not seen["linlan"] and not seen["liqiang"]
