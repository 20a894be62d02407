"""A district's people are loaded at once; two writers of one number never both win."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from tests.apps.people.people_cast import CHEN, CHILD, PASSWORD, WANG, parsed, person

from minsheng.apps.audit import reads as audit_reads
from minsheng.apps.people import actions, keys, reads
from minsheng.apps.people.models import Account, Household, Person
from minsheng.lib.errors import Conflict, NotFound, WrongInput

BORN = date(2024, 5, 6)
FAMILY = actions.NewHousehold(
    members=(
        actions.NewMember(WANG, "王芳", "head", is_guardian=True),
        actions.NewMember(CHEN, "陈立", "spouse", is_guardian=True),
        actions.NewMember(CHILD, "陈小满", "child"),
    ),
    since=BORN,
    region="500107",
)


def test_a_load_makes_the_same_people_as_one_by_one():
    assert actions.load_households([FAMILY], demo=True, by="demo") == 3
    wang = reads.person_by_number(WANG)
    assert reads.name_of(wang) == "王芳"
    assert reads.birth_of(wang) == date(1993, 3, 5)
    assert [child.name_masked for child in reads.children_of(wang)] == ["陈＊＊"]
    assert len(reads.household_members(wang)) == 3
    assert wang.demo
    (entry,) = audit_reads.history("people", "load")
    assert entry.data == {"households": 1, "persons": 3}


def test_a_load_with_a_known_number_stores_nothing_of_it():
    person("陈立", CHEN)
    with pytest.raises(Conflict):
        actions.load_households([FAMILY], demo=True)
    assert Person.objects.count() == 1
    assert not Household.objects.exists()


def test_a_load_checks_numbers_names_and_roles():
    for member in (
        actions.NewMember(WANG[:-1] + "0", "王芳", "head"),
        actions.NewMember(WANG, "=王芳", "head"),
        actions.NewMember(WANG, "王芳", "uncle"),
    ):
        with pytest.raises(WrongInput):
            actions.load_households([actions.NewHousehold((member,), since=BORN)], demo=True)
    assert not Person.objects.exists()


def test_a_demonstration_number_makes_a_demonstration_person_whoever_asks():
    assert actions.create_person(parsed(WANG), "王芳").demo
    assert reads.has_demo_people()


def at_once(*acts: Callable[[], object]) -> list[Exception]:
    """Run acts in threads that start together, and return what they raised."""
    gate, raised = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        try:
            gate.wait(timeout=20)
            act()
        except Exception as error:  # noqa: BLE001 - returned to the test
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


@pytest.mark.django_db(transaction=True)
def test_four_writers_of_one_number_make_one_person():
    raised = at_once(*[lambda: person("王芳", WANG)] * 4)
    assert [type(error) for error in raised] == [Conflict] * 3
    assert Person.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_accounts_proving_one_number_at_once_one_wins():
    person("王芳", WANG)
    accounts = [actions.open_account(f"wang{i}", PASSWORD, demo=True) for i in (1, 2)]

    def prove(account: Account) -> Callable[[], object]:
        answer = actions.RegisterAnswer("王芳", date(1993, 3, 5))
        return lambda: actions.prove_by_register(account, WANG, "王芳", lambda asked: answer)

    raised = at_once(*map(prove, accounts))
    assert [type(error) for error in raised] == [Conflict]
    assert Account.objects.filter(assurance=Account.PROVED).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_rotation_beside_an_erasure_never_brings_a_person_back(settings):
    made = person("王芳", WANG)
    settings.MINSHENG_KEYS = {"new": b"n" * 32, **settings.MINSHENG_KEYS}
    raised = at_once(
        actions.rewrap_keys, lambda: actions.erase_person(made, by="account:9", reason="request")
    )
    assert raised == []
    made.refresh_from_db()
    assert made.is_erased
    assert made.key_wrapped == made.number_sealed == ""
    assert reads.person_by_number(WANG) is None
    with pytest.raises(NotFound):
        keys.seal_for(made, "x", field="y")
