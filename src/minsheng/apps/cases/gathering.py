"""What registers know about an application, and what is left to ask.

Each look-up is logged; a failed one degrades to a question that says why it is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from minsheng.apps.cases import lookups
from minsheng.apps.cases.connect.registers import Answer
from minsheng.apps.cases.facts import Fact, for_rules, typed, unknown
from minsheng.apps.cases.models import LookUp
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Person
from minsheng.engines.casework.spec import FieldSpec, ServiceSpec
from minsheng.lib.errors import WrongInput
from minsheng.rules import Reason, Unknown

_REASONS = {
    "none": Reason.REGISTER_NONE,
    "silent": Reason.REGISTER_SILENT,
    "wrong": Reason.REGISTER_SILENT,
    "refused": Reason.REFUSED,
}


@dataclass
class Gathering:
    """One round of look-ups for one applicant; each register is asked once about each person."""

    spec: ServiceSpec
    person: Person
    event: str
    at: datetime
    on: date
    answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    facts: dict[str, Fact] = field(default_factory=dict)

    @property
    def _written(self) -> set[str]:
        """The registers that items write to: their values come later, in answer to a write."""
        return {item.effect for item in self.spec.items.values()}

    def run(self) -> dict[str, Fact]:
        """Return a fact, known or not, for each field that a register may answer."""
        own = people.number_of(self.person)
        numbers_first = sorted(
            self.spec.fields.values(), key=lambda declared: declared.type != "citizen_number"
        )
        for declared in numbers_first:
            self.facts[declared.key] = self._gather(declared, own)
        return {key: self.facts[key] for key in self.spec.fields}

    def events(self) -> Answer:
        """Return the real-world events this person may apply for."""
        return self._ask(self.spec.event_key.name, people.number_of(self.person))

    def _gather(self, declared: FieldSpec, own: str) -> Fact:
        best = Fact(unknown(declared.key, Reason.NOT_ASKED), "")
        for source in declared.sources:
            if source.kind != "register" or source.name in self._written:
                continue
            origin = f"register:{source.name}"
            number = self._number(declared, own)
            if number is None:
                best = Fact(unknown(declared.key, Reason.NOT_ASKED), origin)
                continue
            answer = self._ask(source.name, number)
            if answer.outcome != "found":
                best = Fact(unknown(declared.key, _REASONS[answer.outcome]), origin)
                continue
            fact = self._read(declared, source.part, answer, origin)
            if fact.is_known:
                return fact
            best = fact
        return best

    def _read(self, declared: FieldSpec, part: str, answer: Answer, origin: str) -> Fact:
        record = self._record(answer)
        raw = record.get(part) if record else None
        if raw is None or raw == "":
            return Fact(unknown(declared.key, Reason.REGISTER_NONE), origin)
        try:
            return Fact(typed(declared, str(raw), on=self.on), origin)
        except WrongInput:
            return Fact(unknown(declared.key, Reason.REGISTER_SILENT), origin)

    def _record(self, answer: Answer) -> Mapping[str, object] | None:
        if answer.register != self.spec.event_key.name:
            return answer.records[0]
        part = self.spec.event_key.part or "record_id"
        return next((r for r in answer.records if str(r.get(part)) == self.event), None)

    def _number(self, declared: FieldSpec, own: str) -> str | None:
        """Return whom a field's register is asked about: its subject, where that number is known.

        Another subject's own citizen number can only come from a register about the applicant.
        """
        if declared.subject in {"", self.spec.applicant.key} or declared.type == "citizen_number":
            return own
        if any(source.name == self.spec.event_key.name for source in declared.sources):
            return own
        for other in self.spec.fields.values():
            if other.type == "citizen_number" and other.subject == declared.subject:
                known = self.facts.get(other.key)
                return str(known.value) if known and known.is_known else None
        return own

    def _ask(self, register: str, number: str) -> Answer:
        key = (register, number)
        if key not in self.answers:
            answer = lookups.find(register, number)
            self.answers[key] = answer
            LookUp.objects.create(
                person=self._about(number),
                register=register,
                outcome=answer.outcome,
                milliseconds=answer.milliseconds,
                at=self.at,
            )
        return self.answers[key]

    def _about(self, number: str) -> Person:
        """Return under whose name a look-up is kept: whom it was about, where they are known.

        In a protected case the others learn nothing of it.
        """
        return (None if self.spec.protected else people.person_by_number(number)) or self.person


def asked_fields(
    spec: ServiceSpec, facts: Mapping[str, Fact], *, selected: frozenset[str], on: date
) -> list[FieldSpec]:
    """Return the fields a person has to answer: always asked, or known to no register.

    A field whose condition is false is not asked; with an unknown condition it is.
    """
    values = for_rules(facts, selected=selected)
    asked = []
    for declared in spec.fields.values():
        fact = facts.get(declared.key)
        from_person = fact is None or fact.origin in {"", "asked"} or not fact.is_known
        if declared.ask != "always" and not from_person:
            continue
        if declared.when is not None and declared.when.decide(values, on=on).value is False:
            continue
        if any(declared.key in step.fields for step in spec.steps):
            asked.append(declared)
    return asked


def needed_facts(
    spec: ServiceSpec, facts: Mapping[str, Fact], *, selected: frozenset[str], on: date
) -> dict[str, Fact]:
    """Return the facts this application needs: those whose condition is false are left out."""
    values = for_rules(facts, selected=selected)
    return {
        key: fact
        for key, fact in facts.items()
        if (when := spec.fields[key].when) is None or when.decide(values, on=on).value is not False
    }


def why_unknown(fact: Fact | None) -> Reason | None:
    """Return why no register answered, or None when none was to be asked."""
    if fact is None or not isinstance(fact.value, Unknown) or not fact.origin:
        return None
    return next(iter(fact.value.missing)).reason
