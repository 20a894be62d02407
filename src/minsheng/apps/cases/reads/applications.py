"""An application before it is submitted: what is known, what is asked and why, what will happen."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from minsheng.apps.cases import access, catalogue, facts
from minsheng.apps.cases.actions.drafts import answers_of, facts_of, selected_of
from minsheng.apps.cases.facts import Fact
from minsheng.apps.cases.gathering import Gathering, asked_fields, needed_facts, why_unknown
from minsheng.apps.cases.materials import Material, materials_of
from minsheng.apps.cases.models import Draft
from minsheng.apps.people.models import Account
from minsheng.engines.casework import plan as planning
from minsheng.engines.casework.plan import Plan
from minsheng.engines.casework.spec import AdmissionSpec, FieldSpec, ServiceSpec
from minsheng.lib.texts import Text
from minsheng.rules import Reason, Verdict

REASONS = {
    Reason.REGISTER_NONE: Text(
        "登记库里没有查到，所以问您。", "It wasn't found in the registers, so we ask you."
    ),
    Reason.REGISTER_SILENT: Text(
        "登记库现在没有回答，所以问您。您填的会再核对。",
        "The register isn't answering just now, so we ask you. We check your answer later.",
    ),
    Reason.REFUSED: Text(
        "登记库没有让我们查，所以问您。", "The register didn't let us look, so we ask you."
    ),
    Reason.STALE: Text(
        "查到的记录已经过期，所以再问您一遍。",
        "The record we found is out of date, so we ask you again.",
    ),
    Reason.NOT_ASKED: Text("", ""),
}


@dataclass(frozen=True, slots=True)
class AskedField:
    """One question: its declaration, what was typed before, and why a register didn't answer."""

    spec: FieldSpec
    value: str
    because: Text


@dataclass(frozen=True, slots=True)
class KnownField:
    """One value that isn't asked, with the register it came from."""

    spec: FieldSpec
    value: Fact
    register: str

    def shown(self, language: str) -> str:
        """Return the value as a person reads it."""
        return facts.shown(self.spec, self.value.value, language)


@dataclass(frozen=True, slots=True)
class StepView:
    """One page of the guided form."""

    key: str
    title: Text
    asked: tuple[AskedField, ...]


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft as its owner sees it. `steps` leaves out pages with nothing to ask."""

    id: uuid.UUID
    slug: str
    spec: ServiceSpec
    steps: tuple[StepView, ...]
    known: tuple[KnownField, ...]
    saved_at: datetime
    event: str
    silent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Admission:
    """One condition of the whole case, judged."""

    spec: AdmissionSpec
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Preview:
    """What will happen, shown before anything is submitted."""

    draft: DraftView
    plan: Plan
    on: date
    materials: tuple[Material, ...]
    admission: tuple[Admission, ...]
    unanswered: tuple[FieldSpec, ...]

    @property
    def missing(self) -> tuple[Material, ...]:
        """The materials that only the applicant can bring."""
        return tuple(m for m in self.materials if m.state == "missing")

    @property
    def avoided(self) -> int:
        """How many materials were not asked for."""
        return sum(m.state in {"found", "coming"} for m in self.materials)

    @property
    def may_submit(self) -> bool:
        """Whether nothing is missing and no condition is false."""
        refused = any(a.verdict.value is False for a in self.admission)
        return not self.unanswered and not self.missing and not refused


@dataclass(frozen=True, slots=True)
class EventChoice:
    """One real-world event to choose from: twins are two."""

    id: str
    values: tuple[tuple[str, str], ...]


def drafts_of(account: Account) -> list[Draft]:
    """Return the drafts of an account, newest first."""
    return list(Draft.objects.filter(account=account).order_by("-saved_at"))


def draft_view(draft_id: uuid.UUID, *, account: Account) -> DraftView:
    """Return a draft as its owner sees it."""
    return _view(_own(draft_id, account))


def events_of(draft_id: uuid.UUID, *, account: Account) -> Sequence[EventChoice]:
    """Return the events the register knows, when there is one to choose; else nothing."""
    draft = _own(draft_id, account)
    if draft.event:
        return []
    spec = catalogue.pinned_spec(draft.pack_id)
    records = Gathering(
        spec=spec,
        person=draft.person,
        event="",
        at=timezone.now(),
        on=timezone.localdate(),
    ).events()
    part = spec.event_key.part or "record_id"
    return [
        EventChoice(str(record.get(part, "")), tuple((k, str(v)) for k, v in record.items()))
        for record in records.records
    ]


def preview(draft_id: uuid.UUID, *, account: Account) -> Preview:
    """Return the plan, the materials and the conditions of a draft, as of today."""
    draft = _own(draft_id, account)
    spec = catalogue.pinned_spec(draft.pack_id)
    on = timezone.localdate()
    known = facts_of(draft)
    selected = selected_of(spec)
    values = facts.for_rules(known, selected=selected)
    plan = planning.plan(spec, values, on=on, calendar=catalogue.calendar())
    materials = materials_of(
        spec,
        known,
        holder=draft.person,
        planned=[item.key for item in plan.items],
        given={row.material: row.file_id for row in draft.files.all()},
        on=on,
    )
    asked = asked_fields(spec, known, selected=selected, on=on)
    return Preview(
        draft=_view(draft),
        plan=plan,
        on=on,
        materials=tuple(materials),
        admission=tuple(
            Admission(condition, condition.rule.decide(values, on=on))
            for condition in spec.admission
        ),
        unanswered=tuple(
            f for f in asked if f.required and (f.key not in known or not known[f.key].is_known)
        ),
    )


def longest_workdays(spec: ServiceSpec) -> int:
    """Return how many working days the whole service takes at most, from today."""
    facts_chosen = {"selected": selected_of(spec)}
    on = timezone.localdate()
    return planning.plan(spec, facts_chosen, on=on, calendar=catalogue.calendar()).workdays


def _own(draft_id: uuid.UUID, account: Account) -> Draft:
    draft = Draft.objects.select_related("person").filter(pk=draft_id, account=account).first()
    if draft is None:
        raise access.no_such_draft()
    return draft


def _view(draft: Draft) -> DraftView:
    spec = catalogue.pinned_spec(draft.pack_id)
    known = facts_of(draft)
    typed = answers_of(draft)
    selected, on = selected_of(spec), timezone.localdate()
    asked = {f.key: f for f in asked_fields(spec, known, selected=selected, on=on)}
    needed = needed_facts(spec, known, selected=selected, on=on)
    steps = tuple(
        StepView(
            step.key,
            step.title,
            tuple(_asked(asked[key], known, typed) for key in step.fields if key in asked),
        )
        for step in spec.steps
    )
    return DraftView(
        id=draft.pk,
        slug=draft.slug,
        spec=spec,
        steps=tuple(step for step in steps if step.asked),
        known=tuple(
            KnownField(spec.fields[key], fact, fact.origin.removeprefix("register:"))
            for key, fact in needed.items()
            if fact.is_known and fact.origin.startswith("register:") and key not in asked
        ),
        saved_at=draft.saved_at,
        event=draft.event,
        silent=tuple(
            sorted(
                {
                    fact.origin.removeprefix("register:")
                    for fact in known.values()
                    if why_unknown(fact) is Reason.REGISTER_SILENT
                }
            )
        ),
    )


def _asked(declared: FieldSpec, known: dict[str, Fact], typed: dict[str, str]) -> AskedField:
    fact = known.get(declared.key)
    value = typed.get(declared.key, "")
    if not value and fact is not None and fact.is_known:
        value = str(fact.value)
    return AskedField(declared, value, REASONS[why_unknown(fact) or Reason.NOT_ASKED])
