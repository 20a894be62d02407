"""Posts are filled by dated assignments, resolved when one reads."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from tests.apps.people.people_cast import CHEN, PASSWORD, person

from minsheng.apps.people import actions, reads
from minsheng.apps.people.models import Account, Assignment, HouseholdMember
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput
from minsheng.lib.identifiers import CreditCode
from minsheng.lib.texts import Text

MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)


@pytest.fixture
def sun() -> Account:
    return actions.open_account("sunwei", PASSWORD, kind=Account.STAFF, demo=True)


@pytest.fixture
def post():
    police = actions.set_department("police", Text("公安分局", "Police"))
    return actions.set_post("police.household", police, title=Text("户籍岗", "Household desk"))


def test_a_post_is_filled_from_its_first_day_until_the_day_before_the_last(sun, post):
    actions.assign(sun, post, since=MAY, until=JUNE)
    filled = [
        reads.posts_of(sun, on=day) for day in (date(2026, 4, 30), MAY, date(2026, 5, 31), JUNE)
    ]
    assert filled == [[], [post], [post], []]
    assert reads.accounts_of(post, on=MAY) == [sun]
    assert reads.accounts_of("police.household", on=JUNE) == []


def test_work_of_a_post_passes_to_the_next_officer(sun, post):
    next_one = actions.open_account("linlan", PASSWORD, kind=Account.STAFF, demo=True)
    held = actions.assign(sun, post, since=MAY)
    actions.end_assignment(held, on=JUNE)
    actions.assign(next_one, post, since=JUNE)
    assert reads.accounts_of(post, on=date(2026, 5, 31)) == [sun]
    assert reads.accounts_of(post, on=JUNE) == [next_one]


def test_an_ended_assignment_is_not_prolonged_by_ending_it_again(sun, post):
    held = actions.assign(sun, post, since=MAY, until=JUNE)
    assert actions.end_assignment(held, on=JULY).until == JUNE
    with pytest.raises(WrongInput):
        actions.end_assignment(held, on=date(2026, 4, 1))


def test_the_same_post_is_not_filled_twice_at_once(sun, post):
    actions.assign(sun, post, since=JUNE, until=JULY)
    for since, until in ((MAY, None), (MAY, date(2026, 6, 2)), (date(2026, 6, 30), None)):
        with pytest.raises(Conflict):
            actions.assign(sun, post, since=since, until=until)
    actions.assign(sun, post, since=MAY, until=JUNE)
    actions.assign(sun, post, since=JULY)


def test_a_resident_fills_no_post(li: Account, post):
    with pytest.raises(NotAllowed):
        actions.assign(li, post, since=MAY)


def test_an_empty_span_is_refused_by_the_form_and_by_the_table(sun, post):
    with pytest.raises(WrongInput):
        actions.assign(sun, post, since=MAY, until=MAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(account=sun, post=post, since=JUNE, until=MAY)


def test_a_closed_account_fills_no_post(sun, post):
    actions.assign(sun, post, since=MAY)
    actions.close_account(sun, by="account:9")
    sun.refresh_from_db()
    assert reads.posts_of(sun, on=JUNE) == []
    assert reads.accounts_of(post, on=JUNE) == []


def test_setting_an_office_or_post_again_renames_it(post):
    police = actions.set_department("police", Text("公安局", "Police bureau"))
    again = actions.set_post("police.household", police, title=Text("户政岗"), may_look=False)
    assert again.pk == post.pk
    assert reads.post("police.household").title.zh == "户政岗"
    assert [office.title.en for office in reads.departments()] == ["Police bureau"]
    with pytest.raises(NotFound):
        reads.post("police.none")


def test_joining_another_household_leaves_the_first():
    chen = person("陈立", CHEN)
    first = actions.create_household([(chen, "head", False)], since=MAY)
    second = actions.create_household([(chen, "spouse", True)], since=JUNE)
    assert [m.household for m in reads.household_members(chen, on=MAY)] == [first]
    assert [m.household for m in reads.household_members(chen, on=JUNE)] == [second]


def test_the_table_refuses_a_person_in_two_households_now():
    chen = person("陈立", CHEN)
    household = actions.create_household([(chen, "head", False)], since=MAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        HouseholdMember.objects.create(household=household, person=chen, role="head", since=MAY)
    with pytest.raises(WrongInput):
        actions.join_household(household, chen, role="uncle", since=MAY)


def test_an_organisation_is_known_by_its_credit_code():
    code = CreditCode.parse("1150010700927688XM")
    made = actions.create_organisation(code, "演示单位", demo=True)
    assert actions.create_organisation(code, "演示单位二", demo=True).pk == made.pk
    assert reads.has_demo_people()
