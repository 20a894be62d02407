"""Facts as they are kept: each with its source and day, sealed as one document.

A fact of a register grows old: after `STALE_DAYS` it is unknown with the reason "stale".
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from minsheng.apps.people import keys
from minsheng.apps.people.models import Household, Person
from minsheng.apps.policies.models import Dossier, HouseholdDossier
from minsheng.lib.errors import NotFound
from minsheng.rules import Reason, Unknown

FIELD = "policy"
STALE_DAYS = 366


@dataclass(frozen=True, slots=True)
class Known:
    """One fact: its value as JSON can hold it, who said it, as of which day.

    `reason` instead of a value: the register was asked and this came back.
    """

    value: Any
    source: str
    as_of: date
    reason: str = ""

    def at(self, name: str, *, on: date) -> object:
        """Return the value, or the unknown it has become."""
        if self.reason:
            return Unknown.of(name, Reason(self.reason))
        if self.source.startswith("register:") and (on - self.as_of).days > STALE_DAYS:
            return Unknown.of(name, Reason.STALE)
        return self.value


Facts = Mapping[str, Known]


def written(facts: Facts) -> str:
    """Return facts as the text that is sealed."""
    return json.dumps(
        {
            name: [one.value, one.source, one.as_of.isoformat(), one.reason]
            for name, one in facts.items()
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def read(text: str) -> dict[str, Known]:
    """Return what `written` was given."""
    return {
        name: Known(value, source, date.fromisoformat(day), reason)
        for name, (value, source, day, reason) in json.loads(text).items()
    }


def of_person(person: Person) -> dict[str, Known]:
    """Return what is known of a person; nothing of one who was erased."""
    return _opened(person, Dossier.objects.filter(person=person).first())


def of_people(people: Sequence[Person]) -> dict[UUID, dict[str, Known]]:
    """Return what is known of each of several people, by their id."""
    rows = Dossier.objects.in_bulk([one.pk for one in people])
    return {one.pk: _opened(one, rows.get(one.pk)) for one in people}


def _opened(person: Person, row: Dossier | None) -> dict[str, Known]:
    if row is None or person.is_erased:
        return {}
    try:
        return read(keys.open_for(person, row.facts_sealed, field=FIELD))
    except NotFound:
        return {}


def of_households(households: Sequence[UUID]) -> dict[UUID, dict[str, Known]]:
    """Return what is known of each of several households, by its id."""
    rows = HouseholdDossier.objects.in_bulk(households)
    return {key: read(keys.open_setting(FIELD, row.facts_sealed)) for key, row in rows.items()}


def of_household(household: Household) -> dict[str, Known]:
    """Return what is known of a household."""
    row = HouseholdDossier.objects.filter(household=household).first()
    return read(keys.open_setting(FIELD, row.facts_sealed)) if row else {}
