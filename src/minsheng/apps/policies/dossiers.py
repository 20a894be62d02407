"""Facts as they are kept: each with its source, the day it was said and since when it holds, sealed as one document.

A fact of a register grows old: after `STALE_DAYS` it is unknown with the reason "stale". What held
before stays behind what holds now, so that a month of the past is judged by what held in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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
MOST_EARLIER = 24
ASSESSED = "assessment"
"""The source of what an assessment of this system found; it belongs to the register of its fact."""


@dataclass(frozen=True, slots=True)
class Known:
    """One fact: its value as JSON can hold it, who said it, as of which day.

    `reason` instead of a value: the register was asked and this came back. `since`: from which day it
    holds, where whoever says it knows; else it counts from the day it was said. `earlier`: what held
    before, the newest first.
    """

    value: Any
    source: str
    as_of: date
    reason: str = ""
    since: date | None = None
    earlier: tuple[Known, ...] = ()

    @property
    def begins(self) -> date:
        """The first day on which it is known to hold."""
        return self.since or self.as_of

    def on(self, day: date) -> Known:
        """Return what held on a day; where nobody said anything so early, the first that is known."""
        held = (one for one in (self, *self.earlier) if one.begins <= day)
        return next(held, (self, *self.earlier)[-1])

    def is_inferred(self, day: date) -> bool:
        """Whether nobody said what held on a day, and what is known of later stands in for it."""
        return self.on(day).begins > day

    def after(self, before: Known | None) -> Known:
        """Return this word with what held before it behind it; the same word again only renews its day."""
        if before is None:
            return self
        alike = (self.value, self.source, self.reason) == (
            before.value,
            before.source,
            before.reason,
        )
        if alike and self.begins >= before.begins:
            return replace(self, since=before.begins, earlier=before.earlier)
        behind = (replace(before, earlier=()), *before.earlier)
        kept = [one for one in behind if one.begins < self.begins and not one.reason]
        return replace(self, earlier=tuple(kept[:MOST_EARLIER]))

    def at(self, name: str, *, on: date, held: date | None = None) -> object:
        """Return the value of a day, or the unknown it has become.

        held: the day whose facts count, where it isn't the day that is judged.
        """
        one = self.on(held or on)
        if one.reason:
            return Unknown.of(name, Reason(one.reason))
        is_found = one.source == ASSESSED or one.source.startswith("register:")
        if is_found and (on - one.as_of).days > STALE_DAYS:
            return Unknown.of(name, Reason.STALE)
        return one.value


Facts = Mapping[str, Known]


def merged(known: Facts, said: Facts) -> dict[str, Known]:
    """Return what is known once something more was said; what held before stays behind it."""
    return {**known, **{name: one.after(known.get(name)) for name, one in said.items()}}


def written(facts: Facts) -> str:
    """Return facts as the text that is sealed."""
    return json.dumps(
        {
            name: [*_plain(one), [_plain(before) for before in one.earlier]]
            for name, one in facts.items()
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def read(text: str) -> dict[str, Known]:
    """Return what `written` was given; a document from before there were earlier values too."""
    return {
        name: replace(_known(one[:5]), earlier=tuple(_known(before) for before in one[5]))
        if len(one) > 4
        else _known(one)
        for name, one in json.loads(text).items()
    }


def _plain(one: Known) -> list[Any]:
    since = one.since.isoformat() if one.since else ""
    return [one.value, one.source, one.as_of.isoformat(), one.reason, since]


def _known(one: Sequence[Any]) -> Known:
    value, source, day, reason, since = [*one, ""][:5]
    return Known(
        value, source, date.fromisoformat(day), reason, date.fromisoformat(since) if since else None
    )


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
