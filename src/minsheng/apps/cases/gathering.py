"""What registers know about an application: each is asked once about each person, and logged.

Only what the service declares is kept of an answer. A failed look-up leaves the field unknown,
with the reason for which it becomes a question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.utils import timezone

from minsheng.apps.cases import lookups
from minsheng.apps.cases.connect.registers import Answer
from minsheng.apps.cases.events import event_id
from minsheng.apps.cases.facts import Fact, nothing
from minsheng.apps.cases.models import LookUp
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Person
from minsheng.apps.people.typed import typed
from minsheng.engines.casework.spec import FieldSpec, ServiceSpec
from minsheng.lib.errors import WrongInput
from minsheng.rules import Reason

LONGEST = 200
_REASONS = {
    "none": Reason.REGISTER_NONE,
    "silent": Reason.REGISTER_SILENT,
    "wrong": Reason.REGISTER_SILENT,
    "refused": Reason.REFUSED,
}


@dataclass
class Gathering:
    """One round of look-ups for one applicant. Run it outside any transaction: it may take seconds.

    A register that was silent once in a round isn't asked about anybody else: somebody waits.
    """

    spec: ServiceSpec
    person: Person
    event: str = ""
    _answers: dict[tuple[str, str], Answer] = field(default_factory=dict)
    _facts: dict[str, Fact] = field(default_factory=dict)

    def events(self) -> dict[str, Mapping[str, str]]:
        """Return the real-world events this person may apply for, by the register's number.

        Of each, only what the service declares; nothing when the register doesn't answer.
        """
        register = self.spec.event_key.name
        parts = {
            source.part
            for declared in self.spec.fields.values()
            for source in declared.sources
            if source.kind == "register" and source.name == register
            if declared.type != "citizen_number"
        }
        return {
            number: {part: str(record[part])[:LONGEST] for part in sorted(parts & record.keys())}
            for record in self._ask(register, self._own).records
            if (number := event_id(self.spec, record))
        }

    def run(self) -> dict[str, Fact]:
        """Return a fact, known or not, for each field, about `event` ("": none is chosen)."""
        return {key: self._fact(key) for key in self.spec.fields}

    @cached_property
    def _own(self) -> str:
        return people.number_of(self.person)

    def _fact(self, key: str) -> Fact:
        """Return the fact of one field, after those it depends on."""
        if key not in self._facts:
            self._facts[key] = nothing(key)  # a field that waits for itself is not known
            self._facts[key] = self._gather(self.spec.fields[key])
        return self._facts[key]

    def _gather(self, declared: FieldSpec) -> Fact:
        if self._is_nobodys_business(declared):
            return nothing(declared.key)
        written = {
            item.effect for item in self.spec.items.values()
        }  # they answer later, to a write
        best = nothing(declared.key)
        for source in declared.sources:
            if source.kind != "register" or source.name in written:
                continue
            origin = f"register:{source.name}"
            number = self._about(declared)
            if number is None:
                best = nothing(declared.key, Reason.NOT_ASKED, origin)
                continue
            answer = self._ask(source.name, number)
            if answer.outcome != "found":
                best = nothing(declared.key, _REASONS[answer.outcome], origin)
                continue
            best = self._read(declared, source.part, answer, origin)
            if best.is_known:
                return best
        return best

    def _read(self, declared: FieldSpec, part: str, answer: Answer, origin: str) -> Fact:
        record = self._record(answer)
        raw = record.get(part) if record else None
        if raw is None or raw == "":
            return nothing(declared.key, Reason.REGISTER_NONE, origin)
        try:
            value = typed(declared, str(raw), on=timezone.localdate())
        except WrongInput:
            return nothing(declared.key, Reason.REGISTER_SILENT, origin)
        is_own_number = (
            declared.type == "citizen_number" and declared.subject == self.spec.applicant.key
        )
        if is_own_number and value != self._own:
            return nothing(declared.key, Reason.REGISTER_SILENT, origin)
        return Fact(value, origin)

    def _record(self, answer: Answer) -> Mapping[str, object] | None:
        if answer.register != self.spec.event_key.name:
            return answer.records[0]
        wanted = (r for r in answer.records if event_id(self.spec, r) == self.event)
        return next(wanted, None) if self.event else None

    def _about(self, declared: FieldSpec) -> str | None:
        """Return whom a field's register is asked about: its subject, where that number is known.

        Another subject's own citizen number can only come from a register about the applicant. A
        number that somebody typed is never asked about: any stranger's could be typed.
        """
        if declared.subject in {"", self.spec.applicant.key} or declared.type == "citizen_number":
            return self._own
        if any(source.name == self.spec.event_key.name for source in declared.sources):
            return self._own
        for other in self.spec.fields.values():
            if other.type == "citizen_number" and other.subject == declared.subject:
                known = self._fact(other.key)
                return str(known.value) if known.is_known else None
        return self._own

    def _is_nobodys_business(self, declared: FieldSpec) -> bool:
        """Whether a field about somebody else isn't needed here, by what registers say.

        An answer that is still to be given, or that may change, leaves it open.
        """
        rule = declared.when
        if rule is None or declared.subject in {"", self.spec.applicant.key}:
            return False
        names = (name for name in rule.fields if name in self.spec.fields)
        said = {n: self._fact(n).value for n in names if self.spec.fields[n].ask != "always"}
        return rule.decide(said, on=timezone.localdate()).value is False

    def _ask(self, register: str, number: str) -> Answer:
        key = (register, number)
        if key not in self._answers:
            silent = any(
                r == register and answer.outcome == "silent"
                for (r, _), answer in self._answers.items()
            )
            if silent:
                return Answer(register, "silent", (), 0)
            self._answers[key] = lookups.find(register, number)
            self._log(self._answers[key], number)
        return self._answers[key]

    def _log(self, answer: Answer, number: str) -> None:
        """Write down that a register was asked about somebody, with the person it was about."""
        is_own = number == self._own
        # In a protected case the others learn nothing of it.
        hidden = is_own or self.spec.protected
        about = None if hidden else people.person_by_number(number)
        LookUp.objects.create(
            person=about or self.person,
            register=answer.register,
            slug=self.spec.slug,
            is_own=is_own,
            outcome=answer.outcome,
            milliseconds=answer.milliseconds,
            at=timezone.now(),
        )
