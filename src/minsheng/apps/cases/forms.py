"""What a draft holds: what registers said, what was typed word for word, which event it is about.

The facts of an application follow from these two. Everything is sealed as one text under the
applicant's key.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from minsheng.apps.cases import catalogue, facts
from minsheng.apps.cases.facts import ASKED, Fact, nothing
from minsheng.apps.cases.models import Draft
from minsheng.apps.people import actions as people
from minsheng.apps.people import reads as people_reads
from minsheng.apps.people.typed import typed
from minsheng.engines.casework.spec import NO_TEXT, FieldSpec, ItemSpec, ServiceSpec
from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text
from minsheng.rules import Reason

DRAFT = "draft"
NOT_NOW = frozenset({Reason.REGISTER_SILENT, Reason.REFUSED})
Choices = Mapping[str, Mapping[str, str]]


@dataclass
class Form:
    """The content of a draft on the day `on`.

    `found` is what registers said, known or not; `answers` is what was typed, also what is wrong.
    `choices` are the events that a register knows, by its number. `chosen` are the optional items
    that the applicant chose; None: nobody has chosen yet, and what the service proposes stands.
    """

    spec: ServiceSpec
    own_number: str
    on: date
    found: dict[str, Fact] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    event: str = ""
    choices: Choices = field(default_factory=dict)
    chosen: frozenset[str] | None = None
    facts: dict[str, Fact] = field(init=False, default_factory=dict)
    mistakes: dict[str, WrongInput] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._settle()

    @property
    def selected(self) -> frozenset[str]:
        """The optional items that are chosen, or proposed while nobody has chosen."""
        return selected_of(self.spec) if self.chosen is None else self.chosen

    @property
    def for_rules(self) -> dict[str, object]:
        """The facts as the rule language reads them."""
        return facts.for_rules(self.facts, selected=self.selected)

    def is_asked(self, key: str) -> bool:
        """Whether a person has to answer this field: always, or because no register does.

        A field whose condition is false is not asked; with an unknown condition it is.
        """
        declared = self.spec.fields[key]
        if declared.ask != "always" and self._is_found(key):
            return False
        on_a_page = any(key in step.fields for step in self.spec.steps)
        return on_a_page and not self._is_out(declared)

    def asked(self) -> list[FieldSpec]:
        """Return the fields a person has to answer, in the order of the service."""
        return [declared for key, declared in self.spec.fields.items() if self.is_asked(key)]

    def needed(self) -> dict[str, Fact]:
        """Return the facts this application needs: not those whose condition is false."""
        return {k: fact for k, fact in self.facts.items() if not self._is_out(self.spec.fields[k])}

    def unanswered(self) -> list[FieldSpec]:
        """Return the fields that must be answered and aren't."""
        return [f for f in self.asked() if f.required and not self.facts[f.key].is_known]

    def why_asked(self, key: str) -> Reason | None:
        """Return why no register answered a field, or None when none was to be asked."""
        fact = self.found.get(key)
        return fact.reason if fact is not None and fact.origin else None

    def take(self, key: str, text: str) -> None:
        """Keep what was typed for a field; `mistakes` tells what is wrong with it."""
        self.answers[key] = text
        self._settle()

    def offered(self) -> list[ItemSpec]:
        """Return the items a person may choose or leave out: not those that can't apply."""
        return [
            item
            for item in self.spec.items.values()
            if item.optional
            and not (item.when and item.when.decide(self.for_rules, on=self.on).value is False)
        ]

    def choose(self, items: Collection[str]) -> None:
        """Choose exactly these optional items; raises WrongInput for one that can't stand alone."""
        offered = {item.key: item for item in self.offered()}
        if not offered.keys() >= set(items):
            raise WrongInput(
                "no_such_choice", "请在列出的几件里选。", "Choose among the items listed.",
                field="items",
            )  # fmt: skip
        for key in items:
            for need in offered[key].needs:
                if need in offered and need not in items:
                    raise _needs_other(offered[key], offered[need])
        self.chosen = frozenset(items)
        self._settle()

    def read_registers(self, found: Mapping[str, Fact], *, is_same_event: bool) -> None:
        """Take in what registers say now.

        One that is silent today doesn't take back what it said before about the same event.
        """
        for key, fresh in found.items():
            old = self.found.get(key)
            if not (is_same_event and old and old.is_known and fresh.reason in NOT_NOW):
                self.found[key] = fresh
        self._settle()

    def move_to(self, spec: ServiceSpec) -> list[Text]:
        """Take the form to a newer version of its service and return what has changed.

        Answers and findings stay where they still fit.
        """
        old, self.spec = self.spec, spec
        same = {
            k for k, f in spec.fields.items() if k in old.fields and old.fields[k].type == f.type
        }
        self.found = {key: fact for key, fact in self.found.items() if key in same}
        self.answers = {key: text for key, text in self.answers.items() if key in spec.fields}
        if self.chosen is not None:
            # What the new version offers in addition is proposed again.
            added = selected_of(spec) - {key for key, item in old.items.items() if item.optional}
            kept = {k for k in self.chosen if k in spec.items and spec.items[k].optional}
            self.chosen = added | kept
        self._settle()
        return _changes(old, spec)

    def _settle(self) -> None:
        """Work out facts and mistakes anew."""
        self.mistakes = {}
        self.facts = {key: self._fact(declared) for key, declared in self.spec.fields.items()}

    def _fact(self, declared: FieldSpec) -> Fact:
        key = declared.key
        found = self.found.get(key) or nothing(key)
        text = self.answers.get(key)
        if text is None or (declared.ask != "always" and found.is_known):
            return found
        if not text.strip():
            return nothing(key, found.reason or Reason.NOT_ASKED, found.origin)
        try:
            value = typed(declared, text, on=self.on)
            self._check_whose_number(declared, value)
        except WrongInput as wrong:
            self.mistakes[key] = wrong
            return nothing(key)
        return Fact(value, ASKED)

    def _is_found(self, key: str) -> bool:
        return key in self.found and self.found[key].is_known

    def _is_out(self, declared: FieldSpec) -> bool:
        when = declared.when
        return when is not None and when.decide(self.for_rules, on=self.on).value is False

    def _check_whose_number(self, declared: FieldSpec, value: object) -> None:
        """The applicant's own number is proved; another one here means another applicant."""
        applicant, is_own = self.spec.applicant, value == self.own_number
        if declared.type != "citizen_number":
            return
        if is_own and declared.subject != applicant.key:
            raise WrongInput(
                "your_own_number",
                "这是您自己的号码。这里要填另一个人的，请对照证件再看一遍。",
                "This is your own number; that of another person belongs here. Check it against the card.",
                field=declared.key,
            )
        if not is_own and declared.subject == applicant.key:
            raise WrongInput(
                "not_your_number",
                f"“{declared.label.zh}”要填您本人的号码。不是您的，请让本人登录来办，或到窗口办。",
                f"“{declared.label.to('en')}” must be your own number. If it isn't yours, let the "
                "person sign in, or come to a counter.",
                field=declared.key,
            )


def selected_of(spec: ServiceSpec) -> frozenset[str]:
    """Return the optional items that the service proposes."""
    return frozenset(k for k, item in spec.items.items() if item.optional and item.preselect)


def open_form(draft: Draft, *, on: date) -> Form:
    """Return the content of a draft, in the version of the service it was saved for."""
    spec = catalogue.pinned_spec(draft.pack_id)
    read = json.loads(people_reads.open_value(draft.person, draft.sealed, purpose_field=DRAFT))
    return Form(
        spec=spec,
        own_number=people_reads.number_of(draft.person),
        on=on,
        found=facts.from_plain(read["found"], spec.fields),
        answers=read["answers"],
        event=read["event"],
        choices=read["choices"],
        chosen=None if read.get("chosen") is None else frozenset(read["chosen"]),
    )


def seal_form(draft: Draft, form: Form) -> None:
    """Put the content into the draft, which the caller saves."""
    content = {
        "found": facts.to_plain(form.found),
        "answers": form.answers,
        "event": form.event,
        "choices": form.choices,
        "chosen": None if form.chosen is None else sorted(form.chosen),
    }
    draft.sealed = people.seal_value(
        draft.person, json.dumps(content, ensure_ascii=False), purpose_field=DRAFT
    )


def missing_answer(declared: FieldSpec) -> WrongInput:
    """Return the error of a required answer that isn't there."""
    return WrongInput(
        "answer_missing",
        f"“{declared.label.zh}”还没有填。",
        f"“{declared.label.to('en')}” is still empty.",
        field=declared.key,
    )


def _needs_other(item: ItemSpec, need: ItemSpec) -> WrongInput:
    return WrongInput(
        "choice_needs_other",
        f"“{item.title.zh}”要先办好“{need.title.zh}”。两件一起勾上，或者都不勾。",
        f"“{item.title.to('en')}” needs “{need.title.to('en')}” first. Tick both, or neither.",
        field="items",
        facts={"item": item.key, "needs": need.key},
    )


def _changes(old: ServiceSpec, new: ServiceSpec) -> list[Text]:
    """Return the labels of what an applicant should look at again, in the order of the form."""
    on_pages = {key for step in new.steps for key in step.fields}
    fields = [
        declared.label
        for key, declared in new.fields.items()
        if key in on_pages
        and (key not in old.fields or _question(declared) != _question(old.fields[key]))
    ]
    items = [item.title for key, item in new.items.items() if old.items.get(key) != item]
    gone = [item.title for key, item in old.items.items() if key not in new.items]
    return [*fields, *items, *gone]


def _question(declared: FieldSpec) -> FieldSpec:
    """Return a field without the words around its question."""
    return replace(declared, why=NO_TEXT, help=NO_TEXT)
