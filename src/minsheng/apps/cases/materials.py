"""Where each proof of an application comes from: the order of its sources is the policy."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from minsheng.apps.cases.facts import Fact, for_rules
from minsheng.apps.people.models import Person
from minsheng.apps.records import reads as records
from minsheng.engines.casework.spec import MaterialSpec, ServiceSpec

MaterialState = Literal["found", "coming", "provided", "promised", "missing"]


@dataclass(frozen=True, slots=True)
class Material:
    """One proof: `found` in a register or licence, `coming` from another item, or what is owed.

    `ways` are the ways left to the applicant: "promise", "applicant".
    """

    spec: MaterialSpec
    state: MaterialState
    origin: str
    ways: tuple[str, ...] = ()
    file_id: uuid.UUID | None = None


def materials_of(
    spec: ServiceSpec,
    facts: Mapping[str, Fact],
    *,
    holder: Person,
    planned: Collection[str],
    given: Mapping[str, uuid.UUID | None],
    on: date,
) -> list[Material]:
    """Return the state of each material that a planned item needs.

    `given` holds what the applicant has given already: material → file id, or None for a promise.
    """
    wanted = {key for item in planned for key in spec.items[item].materials}
    values = for_rules(facts, selected=frozenset(planned))
    return [
        _one(spec, declared, facts, holder=holder, planned=planned, given=given, on=on)
        for declared in spec.materials.values()
        if declared.key in wanted
        and (declared.when is None or declared.when.decide(values, on=on).value is not False)
    ]


def _one(
    spec: ServiceSpec,
    declared: MaterialSpec,
    facts: Mapping[str, Fact],
    *,
    holder: Person,
    planned: Collection[str],
    given: Mapping[str, uuid.UUID | None],
    on: date,
) -> Material:
    ways = tuple(s.kind for s in declared.sources if s.kind in {"promise", "applicant"})
    for source in declared.sources:
        origin = f"{source.kind}:{source.name}" if source.name else source.kind
        if source.kind == "item" and source.name in planned:
            return Material(declared, "coming", origin)
        if source.kind == "register" and _has_answered(spec, facts, source.name):
            return Material(declared, "found", origin)
        if source.kind == "licence" and records.find_licence(holder, source.name, on=on):
            return Material(declared, "found", origin)
    if declared.key in given:
        file_id = given[declared.key]
        if file_id is None:
            return Material(declared, "promised", "promise")
        return Material(declared, "provided", "applicant", file_id=file_id)
    return Material(declared, "missing", "", ways)


def _has_answered(spec: ServiceSpec, facts: Mapping[str, Fact], register: str) -> bool:
    return any(fact.is_known and fact.origin == f"register:{register}" for fact in facts.values())
