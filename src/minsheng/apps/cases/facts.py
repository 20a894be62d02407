"""The facts of an application: a value with its origin, or an unknown with its reason.

Kept as JSON text, sealed under the applicant's key. Dates travel as ISO text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from minsheng.apps.cases import catalogue
from minsheng.apps.cases.models import Case, CaseValue
from minsheng.apps.people import reads as people
from minsheng.engines.casework.plan import DONE_BEFORE
from minsheng.engines.casework.spec import FieldSpec, ServiceSpec
from minsheng.engines.casework.state import CaseState
from minsheng.rules import Missing, Reason, Unknown

ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Fact:
    """One value with where it came from; `value` may be an Unknown with its reason.

    `origin` is "asked", "register:<name>", or empty where nobody was asked yet.
    """

    value: object
    origin: str

    @property
    def is_known(self) -> bool:
        """Whether there is a value."""
        return not isinstance(self.value, Unknown)

    @property
    def reason(self) -> Reason | None:
        """Why there is no value, or None where there is one."""
        if not isinstance(self.value, Unknown):
            return None
        return next(iter(self.value.missing)).reason


def nothing(field: str, reason: Reason = Reason.NOT_ASKED, origin: str = "") -> Fact:
    """Return the fact that `field` is unknown, and why."""
    return Fact(Unknown(frozenset({Missing(field, reason)})), origin)


def to_plain(facts: Mapping[str, Fact]) -> dict[str, Any]:
    """Return facts as JSON can hold them."""
    return {key: _out(fact) for key, fact in facts.items()}


def from_plain(read: Mapping[str, Any], fields: Mapping[str, FieldSpec]) -> dict[str, Fact]:
    """Return what `to_plain` wrote, typed by `fields`; keys that the pack dropped are left out."""
    return {key: _in(fields[key], raw) for key, raw in read.items() if key in fields}


def values_of(case: Case) -> dict[str, Fact]:
    """Return the facts of a case, also those that a register gave in answer to a write."""
    return facts_in(case, CaseValue.objects.filter(case=case))


def facts_in(case: Case, values: Any) -> dict[str, Fact]:
    """Return stored values opened as facts, by field."""
    spec = catalogue.pinned_spec(case.pack_id)
    known: dict[str, Fact] = {}
    for value in values:
        if value.sealed:
            text = people.open_value(case.applicant, value.sealed, purpose_field=value.field)
            declared = spec.fields.get(value.field)
            known[value.field] = Fact(value_from(declared, text), value.origin)
        else:
            known[value.field] = nothing(value.field, Reason(value.reason), value.origin)
    return known


def chosen(spec: ServiceSpec, state: CaseState) -> frozenset[str]:
    """Return the optional items that the applicant of a case had chosen."""
    return frozenset(
        key
        for key, item in state.items.items()
        if spec.items[key].optional and item.status != "skipped"
    )


def for_rules(
    facts: Mapping[str, Fact],
    *,
    selected: frozenset[str],
    done_before: frozenset[str] = frozenset(),
) -> dict[str, object]:
    """Return facts as the rule language reads them; `done_before` is for the plan alone."""
    found = {**{key: fact.value for key, fact in facts.items()}, "selected": selected}
    return {**found, DONE_BEFORE: done_before} if done_before else found


def as_text(value: object) -> str:
    """Return a known value as the text it is sealed as."""
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)


def as_plain(value: object) -> object:
    """Return a known value as JSON can hold it."""
    return value.isoformat() if isinstance(value, date) else value


def value_from(field: FieldSpec | None, text: str) -> object:
    """Return the value that `as_text` wrote; without a field, as JSON says."""
    return date.fromisoformat(text) if field and field.type == "date" else json.loads(text)


def _out(fact: Fact) -> dict[str, Any]:
    if fact.reason is not None:
        return {"unknown": fact.reason.value, "origin": fact.origin}
    return {"value": as_text(fact.value), "origin": fact.origin}


def _in(field: FieldSpec, raw: Mapping[str, str]) -> Fact:
    if "unknown" in raw:
        return nothing(field.key, Reason(raw["unknown"]), raw["origin"])
    return Fact(value_from(field, raw["value"]), raw["origin"])
