"""Asking registers about a household: over the socket, by the number of one of its members.

The answer of a register holds facts as the vocabulary names them, and `since`, from which day they hold.
A register that is silent is an unknown with its reason and never takes the place of what is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from minsheng.apps.cases import lookups
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Person
from minsheng.apps.policies import actions, dossiers
from minsheng.apps.policies.dossiers import STALE_DAYS, Known
from minsheng.apps.policies.shelf import installed_shelf
from minsheng.engines.policies.spec import Fact
from minsheng.rules import Reason, WrongFact
from minsheng.rules.schema import checked_fact

PREFIX = "register:"
_REASONS = {"none": Reason.REGISTER_NONE}


def household_registers() -> dict[str, list[Fact]]:
    """Return the registers that speak of households, each with the facts it says."""
    found: dict[str, list[Fact]] = {}
    for (entity, _), fact in installed_shelf().vocabulary.facts.items():
        if entity == "household" and fact.source.startswith(PREFIX):
            found.setdefault(fact.source.removeprefix(PREFIX), []).append(fact)
    return found


def ask_registers(person: Person, *, on: date, by: str) -> int:
    """Ask each register that speaks of households about this person's, and return how many facts it gave.

    What a register said within `STALE_DAYS` isn't asked again. Nothing is asked of somebody who stands
    in no household or has no number.
    """
    members, number = people.household_members(person, on=on), people.number_of(person)
    if not members or not number:
        return 0
    household = members[0].household
    known, said = dossiers.of_household(household), dict[str, Known]()
    for register, facts in household_registers().items():
        wanted = [one for one in facts if not _is_fresh(known.get(one.name), on)]
        if wanted:
            answer = lookups.find(register, number)
            record = answer.records[0] if answer.records else {}
            for fact in wanted:
                read = _read(fact, record, on)
                if read is None and known.get(fact.name) is None:
                    reason = _REASONS.get(answer.outcome, Reason.REGISTER_SILENT)
                    read = Known(None, fact.source, on, reason)
                if read is not None:
                    said[fact.name] = read
    if said:
        actions.note_household(household, said, by=by)
    return sum(not one.reason for one in said.values())


def _is_fresh(one: Known | None, on: date) -> bool:
    return (
        one is not None
        and not one.reason
        and one.source.startswith(PREFIX)
        and (on - one.as_of).days <= STALE_DAYS
    )


def _read(fact: Fact, record: Mapping[str, Any], on: date) -> Known | None:
    """Return what a record says of a fact, or None for nothing and for what can't be used."""
    value, since = record.get(fact.name), record.get("since")
    if value is None:
        return None
    try:
        checked_fact(fact.name, fact.kind, value)
        begins = date.fromisoformat(since) if isinstance(since, str) else None
    except (WrongFact, ValueError):
        return None
    if begins is not None and begins > on:
        return None
    return Known(value, fact.source, on, since=begins)
