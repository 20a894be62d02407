"""Consent is given for one purpose, and taken back as easily."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from tests.apps.people.people_cast import CHILD, person

from minsheng.apps.audit import reads as audit_reads
from minsheng.apps.people import actions, reads
from minsheng.apps.people.models import Account, Consent
from minsheng.lib.errors import NotAllowed, WrongInput


def test_a_person_gives_and_withdraws_with_the_same_words(wang: Account):
    actions.give_consent(wang.person, "bank_account", by=wang, scope="insurer")
    assert reads.has_consent(wang.person, "bank_account", scope="insurer")
    assert not reads.has_consent(wang.person, "bank_account")
    assert actions.withdraw_consent(wang.person, "bank_account", by=wang, scope="insurer") == 1
    assert not reads.has_consent(wang.person, "bank_account", scope="insurer")
    (kept,) = reads.consents_of(wang.person)
    assert kept.withdrawn_at is not None
    kinds = [entry.kind for entry in audit_reads.history("consent", str(wang.person_id))]
    assert kinds == ["consent_given", "consent_withdrawn"]


def test_giving_twice_is_one_consent_and_withdrawing_twice_harms_nobody(wang: Account):
    first = actions.give_consent(wang.person, "photo", by=wang)
    assert actions.give_consent(wang.person, "photo", by=wang) == first
    assert actions.withdraw_consent(wang.person, "photo", by=wang) == 1
    assert actions.withdraw_consent(wang.person, "photo", by=wang) == 0


def test_after_withdrawal_one_may_agree_anew(wang: Account):
    actions.give_consent(wang.person, "photo", by=wang)
    actions.withdraw_consent(wang.person, "photo", by=wang)
    actions.give_consent(wang.person, "photo", by=wang)
    assert reads.has_consent(wang.person, "photo")
    assert len(reads.consents_of(wang.person)) == 2


def test_nobody_else_consents_for_an_adult(wang: Account, li: Account, zhao: Account):
    for other in (li, zhao):
        with pytest.raises(NotAllowed):
            actions.give_consent(wang.person, "photo", by=other)
        with pytest.raises(NotAllowed):
            actions.withdraw_consent(wang.person, "photo", by=other)


def test_a_local_account_consents_to_nothing(wang: Account):
    wang.assurance = Account.LOCAL
    with pytest.raises(NotAllowed):
        actions.give_consent(wang.person, "photo", by=wang)


def test_under_fourteen_the_guardian_consents_and_not_a_stranger(wang: Account, li: Account):
    child = person("陈小满", CHILD)
    actions.create_household(
        [(wang.person, "head", True), (child, "child", False)], since=date(2024, 5, 6)
    )
    actions.give_consent(child, "photo", by=wang)
    assert reads.has_consent(child, "photo")
    with pytest.raises(NotAllowed):
        actions.withdraw_consent(child, "photo", by=li)


def test_a_purpose_is_a_code_and_not_a_sentence(wang: Account):
    for wrong in ("", "王芳同意了", "a b", "x" * 61):
        with pytest.raises(WrongInput):
            actions.give_consent(wang.person, wrong, by=wang)


def test_the_table_refuses_a_second_open_consent(wang: Account):
    actions.give_consent(wang.person, "photo", by=wang)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.create(person=wang.person, purpose="photo")
