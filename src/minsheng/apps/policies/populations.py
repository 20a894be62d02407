"""Everybody, household by household, as rules read them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from django.db.models import Q

from minsheng.apps.people.models import HouseholdMember, Person
from minsheng.apps.policies import dossiers
from minsheng.apps.policies.dossiers import Facts
from minsheng.apps.policies.reads import counts_had, own_facts, together
from minsheng.rules import Unknown

HOUSEHOLDS, ALONE = "h", "p"
END = "."

Keep = Callable[[Person, Facts], Facts | None]
"""What may be read of a person; None: nothing."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some people with their facts; `cursor` is where the next part begins, END after the last."""

    people: tuple[tuple[Person, dict[str, object]], ...]
    cursor: str


def everybody() -> int:
    """Return how many people there are who aren't erased."""
    return Person.objects.filter(erased_at=None).count()


def part(cursor: str, *, on: date, size: int, keep: Keep) -> Part:
    """Return the next people after `cursor` ("": from the beginning): households, then who has none.

    size: so many households, or people without one. The order is that of their ids, so that a part
    can be made again.
    """
    where, _, last = (cursor or f"{HOUSEHOLDS}:").partition(":")
    now = Q(since__lte=on) & (Q(until__isnull=True) | Q(until__gt=on))
    members = HouseholdMember.objects.filter(now, person__erased_at=None)
    if where == HOUSEHOLDS:
        rows = members.filter(household_id__gt=UUID(last)) if last else members
        ids = list(
            rows.order_by("household_id").values_list("household_id", flat=True).distinct()[:size]
        )
        if ids:
            of_these = members.filter(household_id__in=ids).order_by("household_id", "id")
            found = tuple(_homes(list(of_these.select_related("person")), on, keep))
            return Part(found, f"{HOUSEHOLDS}:{ids[-1]}")
        last = ""
    alone = Person.objects.filter(erased_at=None).exclude(pk__in=members.values("person"))
    alone = alone.filter(pk__gt=UUID(last)) if last else alone
    people = list(alone.order_by("pk")[:size])
    if not people:
        return Part((), END)
    known, had = _kept(people, keep), counts_had([one.pk for one in people], on=on)
    found = tuple(
        (one, own_facts(one, known[one.pk], had, on=on) if one.pk in known else {})
        for one in people
    )
    return Part(found, f"{ALONE}:{people[-1].pk}")


def _homes(
    members: list[HouseholdMember], on: date, keep: Keep
) -> Iterable[tuple[Person, dict[str, object]]]:
    known = _kept([one.person for one in members], keep)
    had = counts_had(list(known), on=on)
    wholes = dossiers.of_households([one.household_id for one in members])
    for household, grouped in groupby(members, key=lambda one: one.household_id):
        home = list(grouped)
        facts = together(home, known, wholes.get(household, {}), had, on=on)
        for one in home:
            yield one.person, facts[one.person_id]


def _kept(people: Sequence[Person], keep: Keep) -> dict[UUID, Facts]:
    found: dict[UUID, Facts] = {}
    opened = dossiers.of_people(people)
    for one in people:
        facts = keep(one, opened[one.pk])
        if facts is not None:
            found[one.pk] = facts
    return found


def digest(before: str, some: Part) -> str:
    """Return a hash of everything that was read so far: of `before`, and of the facts of a part."""
    rows = [[str(person.pk), *_plain(facts)] for person, facts in some.people]
    text = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{text}".encode()).hexdigest()


def _plain(facts: dict[str, object]) -> list[list[str]]:
    """Return the facts of a person and of the household, without those of whom they lead to."""
    home = facts.get("household")
    both = {**facts, **(home if isinstance(home, dict) else {})}
    return [
        [name, _said(value)]
        for name, value in sorted(both.items())
        if not isinstance(value, dict | list)
    ]


def _said(value: object) -> str:
    if isinstance(value, Unknown):
        return "?" + ",".join(sorted(str(one.reason) for one in value.missing))
    return repr(value)
