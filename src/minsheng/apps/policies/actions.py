"""Every write of facts: what registers said, what a person answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.people import keys
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Household, Person
from minsheng.apps.policies import dossiers
from minsheng.apps.policies.dossiers import FIELD, Known
from minsheng.apps.policies.models import Dossier, HouseholdDossier
from minsheng.apps.policies.shelf import shelf
from minsheng.apps.policies.sources import HOUSEHOLD, fact_at
from minsheng.lib.errors import NotAllowed, WrongInput
from minsheng.lib.periods import age_in_years
from minsheng.rules import Reason, WrongFact
from minsheng.rules.schema import checked_fact

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account

GROWN_UP = 18


def note_facts(person: Person, facts: Mapping[str, Known], *, by: str) -> None:
    """Keep what was said of a person; a later word on the same fact stands before the earlier.

    Raises WrongInput for a fact the vocabulary doesn't know or a value of another kind.
    """
    _check(facts, "person")
    with transaction.atomic():
        locked = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        whole = dossiers.merged(dossiers.of_person(locked), facts)
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
        whole = dossiers.merged(dossiers.of_household(locked), facts)
        sealed = keys.seal_setting(FIELD, dossiers.written(whole))
        HouseholdDossier.objects.update_or_create(
            household=locked, defaults={"facts_sealed": sealed, "updated_at": timezone.now()}
        )
        _tell(f"household:{household.pk}", facts, by)


def answer(account: Account, name: str, value: Any, *, on: date) -> None:
    """Keep what a resident says about themselves, or for their household.

    Raises NotAllowed where it isn't theirs to say, WrongInput for a value of another kind.
    """
    if name.startswith(HOUSEHOLD):
        _answer_household(account, name, Known(value, "person", on), on=on)
        return
    note_facts(_own(account, name), {name: Known(value, "person", on)}, by=f"account:{account.pk}")


def decline(account: Account, name: str, *, on: date) -> None:
    """Keep that a resident won't say something; it is not asked again. Raises as `answer`."""
    refused = Known(None, "person", on, Reason.REFUSED)
    if name.startswith(HOUSEHOLD):
        _answer_household(account, name, refused, on=on)
        return
    note_facts(_own(account, name), {name: refused}, by=f"account:{account.pk}")


def take_back(account: Account, name: str) -> None:
    """Forget what a resident said of themselves or for their household, so that it is asked again.

    What a register had said before comes back. Raises as `answer`.
    """
    if name.startswith(HOUSEHOLD):
        _take_back_household(account, name)
        return
    person = _own(account, name)
    with transaction.atomic():
        locked = Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        known = dossiers.of_person(locked)
        said = known.get(name)
        if said is None or said.source != "person":
            return
        known = _without(known, name)
        sealed = keys.seal_for(locked, dossiers.written(known), field=FIELD)
        Dossier.objects.filter(person=locked).update(facts_sealed=sealed, updated_at=timezone.now())
        _tell(f"person:{person.pk}", {name: said}, f"account:{account.pk}", kind="taken_back")


def _without(known: Mapping[str, Known], name: str) -> dict[str, Known]:
    """Return what is known without a person's own words on one fact; what others said before comes back."""
    before = [one for one in known[name].earlier if one.source != "person"]
    rest = {key: one for key, one in known.items() if key != name}
    return {**rest, name: replace(before[0], earlier=tuple(before[1:]))} if before else rest


def _answer_household(account: Account, name: str, said: Known, *, on: date) -> None:
    """Keep what a grown-up of a household says for it, unless a register has said it already."""
    household, key = _own_household(account, name, on=on), name.removeprefix(HOUSEHOLD)
    there = dossiers.of_household(household).get(key)
    if there is not None and there.source != "person" and there.at(key, on=on) == there.value:
        raise _said_by_register()
    note_household(household, {key: said}, by=f"account:{account.pk}")


def _take_back_household(account: Account, name: str) -> None:
    household = _own_household(account, name, on=timezone.localdate())
    key = name.removeprefix(HOUSEHOLD)
    with transaction.atomic():
        locked = Household.objects.select_for_update(no_key=True).get(pk=household.pk)
        known = dossiers.of_household(locked)
        said = known.get(key)
        if said is None or said.source != "person":
            return
        sealed = keys.seal_setting(FIELD, dossiers.written(_without(known, key)))
        HouseholdDossier.objects.filter(household=locked).update(
            facts_sealed=sealed, updated_at=timezone.now()
        )
        _tell(f"household:{household.pk}", {key: said}, f"account:{account.pk}", kind="taken_back")


def _own_household(account: Account, name: str, *, on: date) -> Household:
    """Return the household a resident may speak for: they are grown up and live in it."""
    person = _own(account, name)
    members = people.household_members(person, on=on)
    born = people.birth_of(person)
    if not members or born is None or age_in_years(born, on) < GROWN_UP:
        raise NotAllowed(
            "policies.not_household",
            "这一项由家里的大人来说。您还没有登记在哪一户的，请打 12345。",
            "A grown-up of the household says this. If you are registered in none, call 12345.",
        )
    return members[0].household


def _own(account: Account, name: str) -> Person:
    if account.person is None or not account.is_proved:
        raise NotAllowed(
            "policies.not_proved",
            "先核实身份，再回答。在“我的”里点“核实身份”。",
            "Confirm who you are first, under “Mine”.",
        )
    fact = fact_at(name)
    if fact is None or not fact.ask.zh:
        raise _said_by_register()
    return account.person


def _said_by_register() -> NotAllowed:
    return NotAllowed(
        "policies.not_asked",
        "这一项由登记库说，不用您填。登记错了，找管它的部门改。",
        "A register says this. If it is wrong, the office that keeps it can put it right.",
    )


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
