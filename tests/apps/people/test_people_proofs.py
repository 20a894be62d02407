"""A local account sees no personal record until its citizen number is proved."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.apps.people.people_cast import LI, PASSWORD, WANG, person, proved

from minsheng.apps.people import access, actions, numbers, reads
from minsheng.apps.people.models import Account, ProofTry
from minsheng.lib.errors import Conflict, NotAllowed, Unavailable, WrongInput
from minsheng.lib.identifiers import citizen_number
from minsheng.rules.values import Reason


def says(name: str, born_on: date | None = None):
    return lambda asked: actions.RegisterAnswer(name=name, born_on=born_on or asked.birth)


@pytest.fixture
def local() -> Account:
    return actions.open_account("wangfang", PASSWORD, demo=True)


def test_a_local_account_sees_nobody_not_even_its_own_record(local: Account):
    wang = person("王芳", WANG)
    assert not access.may_see_person(local, wang)
    local.person = wang
    assert not access.may_see_person(local, wang)
    assert not access.may_consent_for(local, wang)


def test_the_register_challenge_proves_number_and_name(local: Account):
    found = actions.prove_by_register(local, WANG, "王芳", says("王芳"))
    assert local.is_proved
    assert local.proved_by == "register"
    assert reads.number_of(found) == WANG
    assert access.may_see_person(local, found)
    assert reads.account_of_person(found) == local


def test_proving_ties_to_the_person_who_is_known_already(local: Account):
    wang = person("王芳", WANG)
    assert actions.prove_by_register(local, WANG, "王芳", says("王芳")) == wang


@pytest.mark.parametrize(
    "lookup",
    [says("王方"), says("王芳", date(1993, 3, 6)), lambda asked: Reason.REGISTER_NONE],
    ids=["another name", "another birth", "no such number"],
)
def test_whatever_does_not_agree_is_told_alike(local: Account, lookup):
    with pytest.raises(WrongInput) as told:
        actions.prove_by_register(local, WANG, "王芳", lookup)
    assert told.value.code == "people.proof_mismatch"
    local.refresh_from_db()
    assert not local.is_proved
    assert local.person is None


def test_after_five_failures_in_a_day_even_the_right_answer_waits(local: Account):
    for _ in range(5):
        with pytest.raises(WrongInput):
            actions.prove_by_register(local, WANG, "王方", says("王芳"))
    with pytest.raises(NotAllowed) as told:
        actions.prove_by_register(local, WANG, "王芳", says("王芳"))
    assert told.value.code == "people.proof_tries"
    ProofTry.objects.update(at=ProofTry.objects.first().at - timedelta(days=1, hours=1))
    actions.prove_by_register(local, WANG, "王芳", says("王芳"))
    assert local.is_proved


@pytest.mark.parametrize("reason", [Reason.REGISTER_SILENT, Reason.STALE, Reason.REFUSED])
def test_a_silent_register_costs_no_try(local: Account, reason):
    for _ in range(7):
        with pytest.raises(Unavailable):
            actions.prove_by_register(local, WANG, "王芳", lambda asked: reason)
    assert not ProofTry.objects.exists()


def test_a_malformed_number_is_refused_before_the_register_is_asked(local: Account):
    def must_not_be_asked(asked):
        raise AssertionError("the register was asked")

    with pytest.raises(WrongInput):
        actions.prove_by_register(local, WANG[:-1] + "0", "王芳", must_not_be_asked)


def test_the_same_number_is_not_proved_for_a_second_account(wang: Account):
    second = actions.open_account("wangfang2", PASSWORD, demo=True)
    with pytest.raises(Conflict) as told:
        actions.prove_by_register(second, WANG, "王芳", says("王芳"))
    assert told.value.code == "people.proved_elsewhere"
    second.refresh_from_db()
    assert not second.is_proved


def test_a_proved_account_does_not_become_somebody_else(wang: Account):
    with pytest.raises(Conflict) as told:
        actions.prove_by_register(wang, LI, "李强", says("李强"))
    assert told.value.code == "people.proved_as_other"
    assert reads.person_by_number(LI) is None


def test_a_clerk_on_duty_proves_who_stands_at_the_window(local: Account, zhao: Account):
    found = actions.prove_by_clerk(local, WANG, clerk=zhao, name="王芳")
    assert local.proved_by == "clerk"
    assert access.may_see_person(local, found)


def test_a_clerk_needs_the_name_of_a_number_that_is_new(local: Account, zhao: Account):
    with pytest.raises(WrongInput) as told:
        actions.prove_by_clerk(local, WANG, clerk=zhao)
    assert told.value.field == "name"
    person("王芳", WANG)
    actions.prove_by_clerk(local, WANG, clerk=zhao)
    assert local.is_proved


def test_a_clerk_is_told_when_the_card_says_another_name(local: Account, zhao: Account):
    person("王芳", WANG)
    with pytest.raises(WrongInput):
        actions.prove_by_clerk(local, WANG, clerk=zhao, name="王方")


def test_neither_stranger_nor_auditor_nor_former_clerk_may_prove(
    local: Account, li: Account, he: Account, zhao: Account
):
    actions.end_assignment(reads.assignments_of(zhao)[0], on=date(2021, 1, 1))
    for clerk in (li, he, zhao, local):
        with pytest.raises(NotAllowed):
            actions.prove_by_clerk(local, WANG, clerk=clerk, name="王芳")


def test_a_clerk_proves_neither_their_own_desk_nor_their_own_private_account(zhao: Account):
    with pytest.raises(NotAllowed):
        actions.prove_by_clerk(zhao, LI, clerk=zhao, name="赵敏")
    private = proved("zhaomin-home", "赵敏", LI)
    zhao.person = private.person
    zhao.save()
    other = actions.open_account("zhaomin-2", PASSWORD, demo=True)
    with pytest.raises(NotAllowed):
        actions.prove_by_clerk(other, LI, clerk=zhao)


def test_a_closed_account_is_not_proved(local: Account):
    actions.close_account(local, by="account:9")
    local.refresh_from_db()
    with pytest.raises(NotAllowed):
        actions.prove_by_register(local, WANG, "王芳", says("王芳"))


def test_numbers_are_read_against_the_regions_of_the_installed_packs(monkeypatch):
    monkeypatch.undo()
    on = date(2026, 1, 1)
    assert numbers.regions().at("500107", on).name == "九龙坡区"
    number = citizen_number("500107", date(1990, 1, 1), 1)
    assert numbers.parse_number(number, on=on).number == number
    with pytest.raises(WrongInput):
        numbers.parse_number(citizen_number("509999", date(1990, 1, 1), 1), on=on)
