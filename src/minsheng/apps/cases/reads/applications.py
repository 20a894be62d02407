"""An application before it is submitted: what is known, what is asked and why, what will happen."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from minsheng.apps.cases import access, catalogue, facts, store
from minsheng.apps.cases.events import open_events
from minsheng.apps.cases.facts import Fact
from minsheng.apps.cases.forms import Form, open_form, selected_of
from minsheng.apps.cases.materials import Material, Search
from minsheng.apps.cases.models import Draft
from minsheng.apps.people.models import Account
from minsheng.apps.people.typed import shown
from minsheng.engines.casework import plan as planning
from minsheng.engines.casework.plan import Plan
from minsheng.engines.casework.spec import AdmissionSpec, FieldSpec, ItemSpec, ServiceSpec
from minsheng.engines.casework.unfold import Unfolded, unfold_plan, unfold_planned
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
        return shown(self.spec, self.value.value, language)


@dataclass(frozen=True, slots=True)
class StepView:
    """One page of the guided form."""

    key: str
    title: Text
    asked: tuple[AskedField, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """One item that may be chosen or left out. `asks`: what is asked only because of it."""

    spec: ItemSpec
    is_chosen: bool
    asks: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft as its owner sees it. `steps` leaves out pages with nothing to ask.

    `changed` are the labels of what a newer version of the service has changed, until the next
    page is saved. `silent` are the registers that didn't answer. `is_under_way`: the event has an
    open case already, so that this draft can't be submitted now. `offers` are the items that may be
    chosen or left out; `must_choose`: nobody has looked at them yet.
    `takes_up` is the number of the ended case that it takes up again.
    """

    id: uuid.UUID
    slug: str
    spec: ServiceSpec
    steps: tuple[StepView, ...]
    known: tuple[KnownField, ...]
    saved_at: datetime
    event: str
    silent: tuple[str, ...]
    changed: tuple[Text, ...] = ()
    offers: tuple[Offer, ...] = ()
    must_choose: bool = False
    is_under_way: bool = False
    takes_up: str = ""


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
    has_chosen: bool = True

    @property
    def promise(self) -> Unfolded:
        """The latest day, day by day."""
        return unfold_plan(self.plan, calendar=catalogue.calendar())

    @property
    def dues(self) -> tuple[tuple[Text, Unfolded], ...]:
        """The latest day of each item, day by day, beside its title."""
        spec, calendar = self.draft.spec, catalogue.calendar()
        return tuple(
            (spec.items[one.key].title, unfold_planned(spec, one, calendar=calendar))
            for one in self.plan.items
        )

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
        return not self.unanswered and not self.missing and not refused and self.has_chosen


@dataclass(frozen=True, slots=True)
class EventChoice:
    """One real-world event to choose from: twins are two.

    `values` are what the register says of it, by the names it uses; `shown` the same with labels.
    """

    id: str
    values: tuple[tuple[str, str], ...]
    shown: tuple[tuple[Text, Text], ...] = ()


def drafts_of(account: Account) -> list[Draft]:
    """Return the drafts of an account, newest first."""
    return list(Draft.objects.filter(account=account).order_by("-saved_at"))


def draft_view(draft_id: uuid.UUID, *, account: Account) -> DraftView:
    """Return a draft as its owner sees it."""
    draft = _own(draft_id, account)
    return _view(draft, open_form(draft, on=timezone.localdate()))


def events_of(draft_id: uuid.UUID, *, account: Account) -> Sequence[EventChoice]:
    """Return the events the register knows, when there is one to choose; else nothing."""
    form = open_form(_own(draft_id, account), on=timezone.localdate())
    if form.event:
        return []
    return [
        EventChoice(number, tuple(values.items()), _labelled(form.spec, values))
        for number, values in form.choices.items()
    ]


def offers_of(draft_id: uuid.UUID, *, account: Account) -> Sequence[Offer]:
    """Return the items that may be chosen or left out, with what each would ask."""
    return _offers(open_form(_own(draft_id, account), on=timezone.localdate()))


def preview(draft_id: uuid.UUID, *, account: Account) -> Preview:
    """Return the plan, the materials and the conditions of a draft, as of today."""
    draft = _own(draft_id, account)
    on = timezone.localdate()
    form = open_form(draft, on=on)
    spec, known = form.spec, form.needed()
    before = store.done_before(draft.successor_of)
    values = facts.for_rules(known, selected=form.selected, done_before=before)
    plan = planning.plan(spec, values, on=on, calendar=catalogue.calendar())
    search = Search(
        spec=spec,
        facts=known,
        holder=draft.person,
        planned=[item.key for item in plan.items],
        given={row.material: row.file_id for row in draft.files.all()},
        on=on,
    )
    return Preview(
        draft=_view(draft, form),
        plan=plan,
        on=on,
        materials=tuple(search.all()),
        admission=tuple(Admission(answer.admission, answer.verdict) for answer in plan.admission),
        unanswered=tuple(form.unanswered()),
        has_chosen=bool(form.event) or not form.choices,
    )


def longest_workdays(spec: ServiceSpec) -> int:
    """Return how many working days the whole service takes at most, from today."""
    facts_chosen = {"selected": selected_of(spec)}
    on = timezone.localdate()
    return planning.plan(spec, facts_chosen, on=on, calendar=catalogue.calendar()).workdays


def _own(draft_id: uuid.UUID, account: Account) -> Draft:
    draft = Draft.objects.select_related("person", "mandate__principal").filter(pk=draft_id).first()
    if draft is None or not access.is_owner(draft, account):
        raise access.no_such_draft()
    return draft


def _view(draft: Draft, form: Form) -> DraftView:
    asked = {declared.key: declared for declared in form.asked()}
    steps = tuple(
        StepView(
            step.key,
            step.title,
            tuple(
                _asked(asked[key], form, is_agent=draft.mandate_id is not None)
                for key in step.fields
                if key in asked
            ),
        )
        for step in form.spec.steps
    )
    silent = {
        fact.origin.removeprefix("register:")
        for fact in form.found.values()
        if fact.reason is Reason.REGISTER_SILENT
    }
    return DraftView(
        id=draft.pk,
        slug=draft.slug,
        spec=form.spec,
        steps=tuple(step for step in steps if step.asked),
        known=tuple(
            KnownField(form.spec.fields[key], fact, fact.origin.removeprefix("register:"))
            for key, fact in form.needed().items()
            if fact.is_known and fact.origin.startswith("register:") and key not in asked
            if draft.mandate_id is None  # who acts for somebody doesn't see what registers know
        ),
        saved_at=draft.saved_at,
        event=form.event,
        silent=tuple(sorted(silent)),
        changed=tuple(Text(label["zh"], label["en"]) for label in draft.changed),
        takes_up=draft.successor_of.number if draft.successor_of else "",
        is_under_way=bool(form.event and open_events(draft.slug, [form.event])),
        offers=_offers(form),
        must_choose=form.chosen is None and any(i.optional for i in form.spec.items.values()),
    )


def _offers(form: Form) -> tuple[Offer, ...]:
    return tuple(
        Offer(item, item.key in form.selected, _asked_because_of(item.key, form))
        for item in form.offered()
    )


def _asked_because_of(item: str, form: Form) -> tuple[Text, ...]:
    """Return the labels of the questions that would fall away without an item."""
    known = facts.for_rules(form.facts, selected=form.selected - {item})
    return tuple(
        declared.label
        for key, declared in form.spec.fields.items()
        if declared.when is not None
        and declared.when.decide(known, on=form.on).value is False
        and declared.when.decide({**known, "selected": form.selected | {item}}, on=form.on).value
        is not False
        and not (declared.ask != "always" and key in form.found and form.found[key].is_known)
    )


def _asked(declared: FieldSpec, form: Form, *, is_agent: bool = False) -> AskedField:
    """Return a question with what was typed, or what a register says to begin with."""
    value = form.answers.get(declared.key)
    fact = form.facts[declared.key]
    if value is None and is_agent:
        value = ""
    elif value is None:
        value = str(facts.as_plain(fact.value)) if fact.is_known else ""
    return AskedField(declared, value, REASONS[form.why_asked(declared.key) or Reason.NOT_ASKED])


def _labelled(spec: ServiceSpec, raw: Mapping[str, str]) -> tuple[tuple[Text, Text], ...]:
    """Return what a register says of an event under the labels of the service."""
    found = []
    for declared in spec.fields.values():
        for source in declared.sources:
            if source.name == spec.event_key.name and source.part in raw:
                text = raw[source.part]
                label = next((o.label for o in declared.options if o.key == text), Text(text))
                found.append((declared.label, label))
    return tuple(found)
