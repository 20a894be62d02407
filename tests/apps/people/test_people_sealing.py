"""Numbers and values are sealed, found by index, rotated and erased."""

from __future__ import annotations

import secrets

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import override_settings
from django.utils import timezone
from tests.apps.people.people_cast import CHEN, PASSWORD, WANG, parsed, person

from minsheng.apps.audit import reads as audit_reads
from minsheng.apps.people import actions, keys, reads
from minsheng.apps.people.models import Account, Person
from minsheng.lib.errors import Conflict, NotAllowed, NotFound
from minsheng.lib.suites import CannotOpen

K1, K2 = secrets.token_bytes(32), secrets.token_bytes(32)


def stored_text() -> str:
    """Everything that the tables of people and events hold, as one text."""
    with connection.cursor() as cursor:
        tables = [
            name
            for name in connection.introspection.table_names(cursor)
            if name.startswith(("people_", "audit_"))
        ]
        rows = []
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            rows.extend(cursor.fetchall())
    return repr(rows)


def test_neither_number_nor_name_nor_birth_is_stored_in_the_clear():
    made = person("王芳", WANG)
    text = stored_text()
    assert WANG not in text
    assert "王芳" not in text
    assert "1993-03-05" not in text
    assert "datetime.date(1993, 3, 5)" not in text
    assert (reads.name_of(made), reads.number_of(made)) == ("王芳", WANG)
    assert reads.birth_of(made) is not None


def test_a_list_shows_masked_name_and_number():
    made = person("王芳", WANG)
    assert made.name_masked == "王＊"
    assert made.number_masked[-4:] == WANG[-4:]
    assert WANG[6:14] not in made.number_masked


def test_a_person_is_found_by_number_and_no_other_number_finds_them():
    made = person("王芳", WANG)
    assert reads.person_by_number(WANG) == made
    assert reads.person_by_number(CHEN) is None


def test_one_number_belongs_to_one_person():
    person("王芳", WANG)
    with pytest.raises(Conflict) as told:
        person("王方", WANG)
    assert told.value.code == "people.number_taken"
    assert Person.objects.count() == 1


def test_the_database_itself_refuses_a_second_row_with_the_same_index(monkeypatch):
    person("王芳", WANG)
    monkeypatch.setattr(reads, "person_by_number", lambda number: None)
    with pytest.raises(Conflict):
        person("王方", WANG)


def test_a_newborn_has_no_number_until_the_register_gives_one():
    child = actions.create_person(None, "陈小满", demo=True)
    assert reads.number_of(child) == ""
    assert reads.age_of(child, on=parsed(WANG).birth) is None
    child = actions.give_number(child, parsed(CHEN))
    assert reads.number_of(child) == CHEN
    assert child.sex == "m"
    actions.give_number(child, parsed(CHEN))
    with pytest.raises(Conflict):
        actions.give_number(child, parsed(WANG))


def test_a_value_opens_only_for_its_person_and_its_field():
    wang, chen = person("王芳", WANG), person("陈立", CHEN)
    token = actions.seal_value(wang, "6222 0000", purpose_field="bank_account")
    assert "6222" not in token
    assert reads.open_value(wang, token, purpose_field="bank_account") == "6222 0000"
    with pytest.raises(CannotOpen):
        reads.open_value(wang, token, purpose_field="phone")
    with pytest.raises(CannotOpen):
        reads.open_value(chen, token, purpose_field="bank_account")


def test_a_sealed_number_copied_to_another_person_does_not_open():
    wang, chen = person("王芳", WANG), person("陈立", CHEN)
    chen.number_sealed = wang.number_sealed
    with pytest.raises(CannotOpen):
        reads.number_of(chen)


def test_rare_names_are_kept_letter_by_letter():
    for name in ("喆堃昇", "珺祎旻玥", "阿依古丽·买买提", "𬱖𰻝"):
        assert reads.name_of(actions.create_person(None, name)) == name


@pytest.mark.parametrize("suite", ["a1", "s1"])
def test_both_suites_seal_and_open(suite):
    with override_settings(MINSHENG_SUITE=suite):
        made = person("王芳", WANG)
        assert made.key_wrapped.startswith(suite)
        assert made.number_blind.startswith(suite)
        assert reads.person_by_number(WANG) == made
        assert reads.number_of(made) == WANG


def test_a_person_sealed_under_one_suite_is_found_and_opened_under_the_other():
    with override_settings(MINSHENG_SUITE="a1"):
        made = person("王芳", WANG)
    with override_settings(MINSHENG_SUITE="s1"):
        assert reads.person_by_number(WANG) == made
        assert reads.name_of(made) == "王芳"
        with pytest.raises(Conflict):
            person("王芳", WANG)


def test_keys_rotate_without_losing_anybody_and_then_the_old_key_may_go():
    with override_settings(MINSHENG_KEYS={"k1": K1}):
        made = person("王芳", WANG)
        person("陈立", CHEN)
        token = actions.seal_value(made, "13800000000", purpose_field="phone")
    with override_settings(MINSHENG_KEYS={"k2": K2, "k1": K1}):
        assert reads.person_by_number(WANG) == made
        first = actions.rewrap_keys(limit=1)
        assert (first.done, first.remaining) == (1, 1)
        assert reads.person_by_number(WANG) == made
        assert reads.person_by_number(CHEN) is not None
        last = actions.rewrap_keys()
        assert (last.done, last.remaining) == (1, 0)
        assert actions.rewrap_keys().done == 0
    with override_settings(MINSHENG_KEYS={"k2": K2}):
        again = reads.person_by_number(WANG)
        assert again == made
        assert reads.number_of(again) == WANG
        assert reads.open_value(again, token, purpose_field="phone") == "13800000000"


def test_a_change_of_suite_rewraps_too():
    made = person("王芳", WANG)
    with override_settings(MINSHENG_SUITE="s1"):
        report = actions.rewrap_keys()
        assert (report.done, report.remaining) == (1, 0)
    made.refresh_from_db()
    assert made.key_wrapped.startswith("s1.")
    assert made.number_sealed.startswith("s1.")
    assert reads.name_of(made) == "王芳"


def test_without_the_master_key_nothing_opens():
    with override_settings(MINSHENG_KEYS={"k1": K1}):
        made = person("王芳", WANG)
    made = Person.objects.get(pk=made.pk)  # as the next request reads it
    with override_settings(MINSHENG_KEYS={"k1": K2}):
        with pytest.raises(CannotOpen):
            reads.name_of(made)
        with pytest.raises(CannotOpen):
            reads.number_of(made)


def test_an_erased_person_leaves_an_id_and_no_readable_value(wang: Account):
    was = wang.person
    token = actions.seal_value(was, "6222", purpose_field="bank_account")
    before = Person.objects.get(pk=was.pk)
    actions.set_address(wang, email="wang@example.cn")
    actions.issue_token(wang)
    gone = actions.erase_person(was, by="account:9", reason="request")
    assert gone.pk == was.pk
    with pytest.raises(NotFound) as told:
        reads.open_value(gone, token, purpose_field="bank_account")
    assert told.value.code == "people.erased"
    assert reads.person_by_number(WANG) is None
    text = stored_text()
    for rest in (before.number_sealed, before.key_wrapped, before.name_sealed, before.number_blind):
        assert rest not in text
    for rest in ("王＊", "wangfang", "wang@example.cn"):
        assert rest not in text


def test_after_erasure_the_chain_still_verifies(wang: Account):
    actions.erase_person(wang.person, by="account:9", reason="request")
    kinds = [entry.kind for entry in audit_reads.history("person", str(wang.person_id))]
    assert kinds == ["created", "erased"]
    assert audit_reads.verify(None).ok


def test_an_erased_person_can_come_back_as_a_new_one(wang: Account):
    old = wang.person_id
    actions.erase_person(wang.person, by="account:9", reason="request")
    assert actions.erase_person(wang.person, by="account:9", reason="request").is_erased
    assert person("王芳", WANG).pk != old


def test_an_erased_account_can_no_longer_sign_in(wang: Account):
    actions.erase_person(wang.person, by="account:9", reason="request")
    wang.refresh_from_db()
    assert not wang.is_active
    assert not wang.check_password(PASSWORD)


def test_the_table_refuses_an_erased_person_with_a_rest():
    made = person("王芳", WANG)
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=made.pk).update(erased_at=timezone.now())


def test_production_refuses_to_make_demonstration_people():
    with override_settings(DEMO=False):
        with pytest.raises(NotAllowed):
            actions.create_person(None, "王芳", demo=True)
        with pytest.raises(NotAllowed):
            actions.open_account("wangfang", PASSWORD, demo=True)


def test_a_value_must_name_its_field():
    with pytest.raises(ValueError, match="field"):
        keys.seal_for(person("王芳", WANG), "x", field="")


def test_an_unknown_or_malformed_person_is_not_found():
    for wrong in ("", "12", "../etc", "00000000-0000-4000-8000-000000000000"):
        with pytest.raises(NotFound):
            reads.person(wrong)
