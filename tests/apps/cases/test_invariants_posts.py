"""Invariant 10: items belong to a post. What lists and pages ask of the database stays the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.apps.cases.cases_cast import follow, item
from tests.factories import District, newborn, siblings

from minsheng.apps.cases import actions, reads
from minsheng.apps.cases.models import Case, CaseValue, Item
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads as people_reads
from minsheng.apps.people.models import Account
from minsheng.lib.errors import NotAllowed, NotFound

Counted = Callable[[int], Any]


def colleague(district: District) -> Account:
    people.open_account("gaomei", None, kind="staff", display="高梅（演示）", demo=True)
    return district.account("gaomei")


def test_who_takes_over_a_post_has_its_items_at_once_and_who_left_has_none(district: District):
    story = newborn(district)
    lin, gao = district.account("linlan"), colleague(district)
    row = item(story, "birth_certificate").pk
    (held,) = people_reads.assignments_of(lin)
    people.assign(gao, people_reads.post("hospital.birth"), since=district.today)
    people.end_assignment(held, on=district.today)
    assert [one.number for one in reads.inbox(gao)] == [story.number]
    assert (reads.inbox(lin), reads.decided(lin)) == ([], [])
    with pytest.raises(NotAllowed):
        reads.decision(row, account=lin)
    for act in (
        lambda: actions.approve_item(row, by=lin),
        lambda: actions.refuse_item(row, by=lin, reason="not_born_here"),
        lambda: actions.return_item(row, by=lin, reason="name_unclear", message="?"),
        lambda: actions.pause_item(row, by=lin, reason="appraisal"),
        lambda: actions.reverse_item(row, by=lin, reason="issued_by_mistake"),
        lambda: actions.skip_item(row, by=lin, evidence="x"),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert actions.approve_item(row, by=gao).status == "running"


def test_an_assignment_that_begins_tomorrow_gives_nothing_today(district: District):
    newborn(district)
    gao = colleague(district)
    tomorrow = district.today + timedelta(days=1)
    people.assign(gao, people_reads.post("hospital.birth"), since=tomorrow)
    assert reads.inbox(gao) == []


def test_before_its_turn_an_office_reads_nothing_of_a_person(district: District):
    story = newborn(district)
    early = reads.decision(item(story, "social_card").pk, account=district.account("wutong"))
    assert (early.values, early.materials, early.checks, early.notes) == ((), (), (), ())
    actions.approve_item(item(story, "birth_certificate").pk, by=district.account("linlan"))
    assert reads.decision(item(story, "household").pk, account=district.account("sunwei")).values


def test_an_office_that_never_had_its_turn_does_not_list_the_item_as_decided(district: District):
    story = newborn(district)
    actions.withdraw_case(story.case_id, by=district.account("wangfang"))
    assert reads.decided(district.account("wutong")) == []
    assert len(reads.decided(district.account("linlan"))) == 1


def test_officers_see_the_phone_whole_and_citizen_numbers_masked(district: District):
    story = newborn(district)
    decision = reads.decision(
        item(story, "birth_certificate").pk, account=district.account("linlan")
    )
    shown = {value.spec.key: value.text.zh for value in decision.values}
    assert shown["phone"] == "13800001234"
    assert shown["mother_number"].startswith("500")
    assert "*" in shown["mother_number"]


def test_a_look_names_the_post_the_item_belongs_to(district: District):
    story = newborn(district)
    lin = district.account("linlan")
    for post in ("hall.window", "hr.card"):
        people.assign(lin, people_reads.post(post), since=district.today)
    reads.decision(item(story, "birth_certificate").pk, account=lin)
    person = district.account("wangfang").person
    assert person is not None
    looks = [one for one in people_reads.looks_at(person) if one.case == story.number]
    assert [one.who.zh for one in looks] == ["区妇幼保健院 出生医学证明岗"]


def test_an_officer_hears_of_an_earlier_case_for_the_same_child(district: District):
    story = newborn(district)
    Case.objects.filter(pk=story.case_id).update(status="partly_done", closed_day=district.today)
    again = newborn(district)
    decision = reads.decision(
        item(again, "birth_certificate").pk, account=district.account("linlan")
    )
    assert decision.earlier == (story.number,)


def test_an_unknown_item_is_not_found_by_anybody(district: District):
    with pytest.raises(NotFound):
        reads.decision(999_999, account=district.account("linlan"))
    with pytest.raises(NotFound):
        actions.approve_item(999_999, by=district.account("linlan"))


# ── how often the database is asked ─────────────────────────────────────────────────────────────


@pytest.fixture
def fifty(district: District) -> District:
    """Fifty cases of 王芳, made from one by copying its rows."""
    story = newborn(district)
    first = Case.objects.get(pk=story.case_id)
    items, values = list(first.items.all()), list(CaseValue.objects.filter(case=first))
    import uuid

    for number in range(49):
        copy = Case.objects.get(pk=story.case_id)
        copy.pk, copy.draft, copy.event = None, uuid.uuid4(), f"copy-{number}"
        copy.save(force_insert=True)
        for row in (*items, *values):
            row.pk, row.case = None, copy
        Item.objects.bulk_create(items)
        CaseValue.objects.bulk_create(values)
    return district


def test_an_inbox_of_fifty_asks_twice(fifty: District, django_assert_max_num_queries: Counted):
    lin = fifty.account("linlan")
    with django_assert_max_num_queries(2):
        assert len(reads.inbox(lin)) == 50


def test_a_list_of_fifty_cases_asks_three_times(
    fifty: District, django_assert_max_num_queries: Counted
):
    wang = fifty.account("wangfang")
    with django_assert_max_num_queries(4):  # the sign-in's person is read once
        assert len(reads.cases_of(wang)) == 50


def test_requests_for_consent_ask_the_same_however_many_there_are(
    district: District, django_assert_max_num_queries: Counted
):
    for event in siblings(district, 4):
        newborn(district, event=event, household="father")
    chen = district.account("chenli")
    with django_assert_max_num_queries(4):
        assert len(reads.consent_requests(chen)) == 4


def test_the_page_of_a_case_asks_ten_times_at_most(
    district: District, django_assert_max_num_queries: Counted
):
    story = newborn(district, until="birth_certificate")
    actions.return_item(
        item(story, "household").pk,
        by=district.account("sunwei"),
        reason="marriage_unclear",
        message="请拍结婚证",
    )
    follow()
    wang = district.account("wangfang")
    with django_assert_max_num_queries(10):
        view = reads.case_view(story.number, account=wang)
    assert len(view.timeline) > 8


def test_timers_ask_the_same_however_many_cases_run(
    fifty: District, django_assert_max_num_queries: Counted
):
    with django_assert_max_num_queries(10):  # one for each kind of timer
        actions.fire_timers()
