"""Every write of facts: what registers said, what a person answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.people import keys
from minsheng.apps.people.models import Household, Person
from minsheng.apps.policies import dossiers
from minsheng.apps.policies.dossiers import FIELD, Known
from minsheng.apps.policies.models import Dossier, HouseholdDossier
from minsheng.apps.policies.shelf import shelf
from minsheng.lib.errors import NotAllowed, WrongInput
from minsheng.rules import Reason, WrongFact
from minsheng.rules.schema import checked_fact

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account


def note_facts(person: Person, facts: Mapping[str, Known], *, by: str) -> None:
    """Keep what was said of a person; a later word on the same fact takes the place of the earlier.

    Raises WrongInput for a fact the vocabulary doesn't know or a value of another kind.
    """
    _check(facts, "person")
    with transaction.atomic():
        locked = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        whole = {**dossiers.of_person(locked), **facts}
        sealed = keys.seal_for(locked, dossiers.written(whole), field=FIELD)
        Dossier.objects.update_or_create(
            person=locked, defaults={"facts_sealed": sealed, "updated_at": timezone.now()}
        )
        _tell(f"person:{person.pk}", facts, by)


def note_many(facts: Sequence[tuple[Person, Mapping[str, Known]]], *, by: str) -> int:
    """Keep what registers said of many people of whom nothing was known; return of how many.

    Raises as `note_facts`; whoever has a dossier is left as they are.
    """
    for _, one in facts:
        _check(one, "person")
    rows = [
        Dossier(person=person, facts_sealed=keys.seal_for(person, dossiers.written(one), field=FIELD))
        for person, one in facts
    ]  # fmt: skip
    with transaction.atomic():
        Dossier.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)
        names = {name for _, one in facts for name in one}
        _tell(f"people:{len(rows)}", dict.fromkeys(names), by)
    return len(rows)


def note_household(household: Household, facts: Mapping[str, Known], *, by: str) -> None:
    """Keep what was said of a household, as `note_facts`."""
    _check(facts, "household")
    with transaction.atomic():
        locked = Household.objects.select_for_update(no_key=True).get(pk=household.pk)
        whole = {**dossiers.of_household(locked), **facts}
        sealed = keys.seal_setting(FIELD, dossiers.written(whole))
        HouseholdDossier.objects.update_or_create(
            household=locked, defaults={"facts_sealed": sealed, "updated_at": timezone.now()}
        )
        _tell(f"household:{household.pk}", facts, by)


def answer(account: Account, name: str, value: Any, *, on: date) -> None:
    """Keep what a resident says about themselves.

    Raises NotAllowed where it isn't theirs to say, WrongInput for a value of another kind.
    """
    note_facts(_own(account, name), {name: Known(value, "person", on)}, by=f"account:{account.pk}")


def decline(account: Account, name: str, *, on: date) -> None:
    """Keep that a resident won't say something; it is not asked again. Raises as `answer`."""
    refused = Known(None, "person", on, Reason.REFUSED)
    note_facts(_own(account, name), {name: refused}, by=f"account:{account.pk}")


def take_back(account: Account, name: str) -> None:
    """Forget what a resident said of themselves, so that it is asked again. Raises as `answer`."""
    person = _own(account, name)
    with transaction.atomic():
        locked = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        known = dossiers.of_person(locked)
        said = known.pop(name, None)
        if said is None or said.source != "person":
            return
        sealed = keys.seal_for(locked, dossiers.written(known), field=FIELD)
        Dossier.objects.filter(person=locked).update(facts_sealed=sealed, updated_at=timezone.now())
        _tell(f"person:{person.pk}", {name: said}, f"account:{account.pk}", kind="taken_back")


def _own(account: Account, name: str) -> Person:
    if account.person is None or not account.is_proved:
        raise NotAllowed(
            "policies.not_proved",
            "先核实身份，再回答。在“我的”里点“核实身份”。",
            "Confirm who you are first, under “Mine”.",
        )
    fact = shelf().vocabulary.facts.get(("person", name))
    if fact is None or not fact.ask.zh:
        raise NotAllowed(
            "policies.not_asked",
            "这一项由登记库说，不用您填。登记错了，找管它的部门改。",
            "A register says this. If it is wrong, the office that keeps it can put it right.",
        )
    return account.person


def forget(person: Person) -> None:
    """Delete what is known of a person who is erased."""
    Dossier.objects.filter(person=person).delete()


def _check(facts: Mapping[str, Known], entity: str) -> None:
    vocabulary = shelf().vocabulary
    for name, one in facts.items():
        known = vocabulary.facts.get((entity, name))
        if known is None:
            raise WrongInput(
                "policies.no_such_fact",
                f"没有“{name}”这一项事实。",
                f"There is no fact {name!r}.",
                field=name,
            )
        try:
            checked_fact(name, known.kind, None if one.reason else one.value)
        except WrongFact as error:
            raise WrongInput("policies.wrong_value", error.zh, error.en, field=name) from error


def _tell(subject: str, facts: Mapping[str, object], by: str, *, kind: str = "noted") -> None:
    """Record which facts were noted or taken back, never their values."""
    news = audit.News(kind, timezone.now(), by, {"subject": subject, "facts": sorted(facts)})
    audit.record("policies", "facts", news)
