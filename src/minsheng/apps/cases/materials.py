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


@dataclass(frozen=True, slots=True)
class Search:
    """Where to look for proofs: what is known, whose licences, what was given, which items come.

    `given` holds what the applicant has given already: material → file id, or None for a promise.
    """

    spec: ServiceSpec
    facts: Mapping[str, Fact]
    holder: Person
    planned: Collection[str]
    given: Mapping[str, uuid.UUID | None]
    on: date

    def all(self) -> list[Material]:
        """Return the state of each material that a planned item needs."""
        wanted = {key for item in self.planned for key in self.spec.items[item].materials}
        values = for_rules(self.facts, selected=frozenset(self.planned))
        return [
            self._one(declared)
            for declared in self.spec.materials.values()
            if declared.key in wanted
            and (
                declared.when is None or declared.when.decide(values, on=self.on).value is not False
            )
        ]

    def _one(self, declared: MaterialSpec) -> Material:
        for source in declared.sources:
            origin = f"{source.kind}:{source.name}" if source.name else source.kind
            if source.kind == "item" and source.name in self.planned:
                return Material(declared, "coming", origin)
            if source.kind == "register" and self._has_answered(source.name):
                return Material(declared, "found", origin)
            if source.kind == "licence" and self._has_licence(source.name):
                return Material(declared, "found", origin)
        ways = tuple(s.kind for s in declared.sources if s.kind in {"promise", "applicant"})
        if declared.key not in self.given:
            return Material(declared, "missing", "", ways)
        file_id = self.given[declared.key]
        if file_id is None:
            return Material(declared, "promised", "promise")
        return Material(declared, "provided", "applicant", file_id=file_id)

    def _has_answered(self, register: str) -> bool:
        origin = f"register:{register}"
        return any(fact.is_known and fact.origin == origin for fact in self.facts.values())

    def _has_licence(self, kind: str) -> bool:
        return records.find_licence(self.holder, kind, on=self.on) is not None
