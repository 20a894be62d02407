"""Many persons and households at once, as a register hands them over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.people import reads
from minsheng.apps.people.actions.offices import check_role
from minsheng.apps.people.actions.persons import unsaved_person
from minsheng.apps.people.models import Household, HouseholdMember, Person
from minsheng.lib.errors import Conflict
from minsheng.lib.identifiers import CitizenNumber

BATCH = 500


@dataclass(frozen=True, slots=True)
class NewMember:
    """One person of a household that is loaded; `is_guardian` of its children."""

    number: CitizenNumber | str
    name: str
    role: str
    is_guardian: bool = False


@dataclass(frozen=True, slots=True)
class NewHousehold:
    """A household that is loaded, and since which day it stands."""

    members: tuple[NewMember, ...]
    since: date
    region: str = ""
    register_key: str = ""


def persons_of_register(
    named: Mapping[str, str], *, demo: bool = False, by: str = ""
) -> dict[str, Person]:
    """Return the person behind each citizen number, held until the transaction ends.

    `named`: number → name, for those whom nobody here knows yet: they are made, with one event for
    all. Who is known keeps the name on record. Raises WrongInput for a number that can't be one.
    """
    with transaction.atomic():
        known = reads.persons_by_numbers(named)
        ids = sorted(one.pk for one in known.values())
        for start in range(0, len(ids), BATCH):
            rows = Person.objects.select_for_update(no_key=True).order_by("pk")
            list(rows.filter(pk__in=ids[start : start + BATCH]).values_list("pk"))
        made = {
            number: unsaved_person(number, name, demo=demo)[0]
            for number, name in named.items()
            if number not in known
        }
        if made:
            Person.objects.bulk_create(made.values(), batch_size=BATCH)
            facts = {"persons": len(made), "households": 0}
            audit.record("people", "load", audit.News("loaded", timezone.now(), by, facts))
    return {**known, **made}


def load_households(households: Iterable[NewHousehold], *, demo: bool = False, by: str = "") -> int:
    """Return how many persons were stored, all or none, with one event for the whole load.

    For setting up a district whose persons nobody here knows yet, with a few queries for all. Raises Conflict when a number is known already or comes twice.
    """
    made, persons, members = [], [], []
    for new in households:
        household = Household(region=new.region, register_key=new.register_key, demo=demo)
        made.append(household)
        for member in new.members:
            check_role(member.role)
            person, _ = unsaved_person(member.number, member.name, demo=demo)
            persons.append(person)
            members.append(
                HouseholdMember(
                    household=household,
                    person=person,
                    role=member.role,
                    is_guardian=member.is_guardian,
                    since=new.since,
                )
            )
    try:
        with transaction.atomic():
            Person.objects.bulk_create(persons, batch_size=BATCH)
            Household.objects.bulk_create(made, batch_size=BATCH)
            HouseholdMember.objects.bulk_create(members, batch_size=BATCH)
            facts = {"persons": len(persons), "households": len(made)}
            audit.record("people", "load", audit.News("loaded", timezone.now(), by, facts))
    except IntegrityError as error:
        raise Conflict(
            "people.number_taken",
            "有一个号码已经登记过，或在这批里出现了两次。这批一个也没有存，请找出来改好再装。",
            "One of the numbers is on record already or comes twice. Nothing of this load was stored; "
            "mend it and load again.",
        ) from error
    return len(persons)
