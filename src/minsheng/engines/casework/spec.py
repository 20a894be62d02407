"""What a joint service is: the frozen form of a pack, validated once when it is read.

A service is an acyclic graph of items. Each item belongs to an office and has a term, needed
items, materials and a result. The order of a material's `sources` is the zero-material policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from minsheng.lib.cites import Cite as Cite
from minsheng.lib.cites import Mark as Mark
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Term
from minsheng.rules import Rule

FieldType = Literal[
    "text", "name", "date", "choice", "boolean", "integer", "money",
    "citizen_number", "phone", "bank_card", "address", "file",
]  # fmt: skip
Protection = Literal["plain", "personal", "sensitive"]
SourceKind = Literal["item", "licence", "register", "promise", "applicant"]
OnReversed = Literal["hold", "redo", "keep"]
ReasonAct = Literal["stop", "return", "refuse", "reverse", "extend", "correct", "reject"]
StopKind = Literal[
    "", "hearing", "tender", "auction", "inspection", "test", "quarantine", "appraisal",
    "expert_review", "public_notice",
]  # fmt: skip
LAWFUL_STOPS: frozenset[StopKind] = frozenset(
    {
        "hearing",
        "tender",
        "auction",
        "inspection",
        "test",
        "quarantine",
        "appraisal",
        "expert_review",
    }
)
"""What the time limit of a licence leaves out.  Source: 行政许可法, art. 45 (mark H)."""
RETURN_WITHIN = Term(5, "wd")
"""How long an office may ask for what is missing, once; then it counts as accepted from the day
it was received.  Source: 行政许可法, art. 32 and 82 (mark H)."""
NO_TEXT = Text("")


@dataclass(frozen=True, slots=True)
class Source:
    """One place a material or field value can come from.

    kind "register": name "hospital.birth_record", part "born_on" (fields only).
    kind "licence" or "item": name of the licence kind or item key. "promise", "applicant": no name.
    """

    kind: SourceKind
    name: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a choice."""

    key: str
    label: Text
    note: Text = NO_TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectSpec:
    """Whom the case is about. `consent` true: this person must agree before items that need it."""

    key: str
    title: Text
    applicant: bool = False
    consent: Rule | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """One value the case needs. Asked only when no source answers, unless `ask` is "always".

    `past`: a date that can't lie in the future, such as a birth.
    """

    key: str
    type: FieldType
    label: Text
    why: Text = NO_TEXT
    help: Text = NO_TEXT
    subject: str = ""
    ask: Literal["always", "if_unknown"] = "if_unknown"
    when: Rule | None = None
    sources: tuple[Source, ...] = ()
    options: tuple[Option, ...] = ()
    protect: Protection = "personal"
    required: bool = True
    max_length: int = 50
    past: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class StepSpec:
    """One page of the guided form."""

    key: str
    title: Text
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialSpec:
    """A proof an item needs, and where it may come from, best first."""

    key: str
    title: Text
    sources: tuple[Source, ...]
    why: Text = NO_TEXT
    when: Rule | None = None
    promise_due: Term | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckSpec:
    """One rule the officer sees answered before deciding: yes, no or unknown, with evidence."""

    rule: Rule
    text: Text
    cite: Cite | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtendSpec:
    """By how much the term of an item may be extended, once, and which post agrees to it."""

    by: Term
    approver: str
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionSpec:
    """Until when a refusal may be objected to, and which post looks at it.

    `due`: how long that post has; without it, as long as the item itself.
    """

    within: Term
    to: str
    due: Term | None = None
    cite: Cite | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSpec:
    """One matter of one office.

    `effect` names the register write that follows approval ("population.household"); the item is
    then done only when the register has answered. `uses` are the fields this office may read.
    `transfer_to` are posts of other offices it may be passed to; those of its own always are.
    `answer_within`: an applicant who is asked and doesn't answer until then gives it up.
    `preselect`: an optional item is chosen until the applicant leaves it out.
    """

    key: str
    title: Text
    office: str
    post: str
    due: Term
    result: Text
    needs: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    checks: tuple[CheckSpec, ...] = ()
    consent_of: tuple[str, ...] = ()
    when: Rule | None = None
    optional: bool = False
    preselect: bool = True
    gives: str = ""
    effect: str = ""
    on_needed_reversed: OnReversed = "hold"
    baseline: str = ""
    cite: Cite | None = None
    extend: ExtendSpec | None = None
    objection: ObjectionSpec | None = None
    transfer_to: tuple[str, ...] = ()
    answer_within: Term | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmissionSpec:
    """A condition of the whole case. False refuses with a way on; unknown lets an officer look."""

    rule: Rule
    otherwise: Text
    instead: Text
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateSpec:
    """A licence an item gives: its title, the fields printed on it, how long it is valid."""

    key: str
    title: Text
    holder: str
    fields: tuple[str, ...]
    valid: Term | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something people ask."""

    ask: Text
    answer: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonSpec:
    """A declared legal reason: to stop a clock, to return, or to refuse with a remedy.

    `items` are those it may be used for; empty: all. Of a stop: `kind` says what is waited for,
    `lasts` how long that takes. A public notice needs `lasts`, shows the fields in `shows`, masked,
    and says in `objections` how anybody may speak up.
    """

    key: str
    text: Text
    act: ReasonAct
    remedy: Text = NO_TEXT
    items: tuple[str, ...] = ()
    cite: Cite | None = None
    kind: StopKind = ""
    lasts: Term | None = None
    shows: tuple[str, ...] = ()
    objections: Text = NO_TEXT

    def fits(self, item: str) -> bool:
        """Return whether this reason may be given for the item."""
        return not self.items or item in self.items


@dataclass(frozen=True, slots=True, kw_only=True)
class RateSpec:
    """How the applicant rates; a score at or below `call_back_at` starts a visit-back."""

    scale: int = 5
    call_back_at: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class NextDay:
    """A day to know of: so many calendar months after the day that its next step counts from."""

    months: int
    title: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class NextStep:
    """Something the applicant may want to know of afterwards: offered, never asked or done.

    `days` are worked out from the date in the field `counts_from`, such as a day of birth. Where
    `when` is false or unknown, nothing is offered.
    """

    title: Text
    text: Text
    cite: Cite
    when: Rule | None = None
    counts_from: str = ""
    days: tuple[NextDay, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSpec:
    """A whole joint service, as a pack declares it. Keys of mappings repeat the `key` inside."""

    slug: str
    title: Text
    headline: Text
    lede: Text
    heading: str
    life_event: str
    icon: str
    effective_from: date
    effective_to: date | None = None
    lead: str
    event_key: Source
    cites: tuple[Cite, ...]
    subjects: Mapping[str, SubjectSpec]
    fields: Mapping[str, FieldSpec]
    steps: tuple[StepSpec, ...]
    materials: Mapping[str, MaterialSpec]
    items: Mapping[str, ItemSpec]
    certificates: Mapping[str, CertificateSpec] = field(default_factory=dict)
    admission: tuple[AdmissionSpec, ...] = ()
    who: tuple[Text, ...] = ()
    how: tuple[Question, ...] = ()
    questions: tuple[Question, ...] = ()
    next_steps: tuple[NextStep, ...] = ()
    reasons: Mapping[str, ReasonSpec] = field(default_factory=dict)
    rate: RateSpec = field(default_factory=RateSpec)
    protected: bool = False

    @property
    def applicant(self) -> SubjectSpec:
        """The subject who files the case."""
        return next(subject for subject in self.subjects.values() if subject.applicant)
