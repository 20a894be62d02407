"""A running case as the people in it see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from django.db.models import Count, Q
from django.utils import timezone

from minsheng.apps.audit import reads as audit
from minsheng.apps.audit.reads import Claim
from minsheng.apps.cases import access, agents, catalogue, facts, store
from minsheng.apps.cases.actions.registering import receipt_field
from minsheng.apps.cases.actions.transition import NOTE
from minsheng.apps.cases.corrections import correctable
from minsheng.apps.cases.facts import ASKED, Fact
from minsheng.apps.cases.models import RUNNING, Case, CaseMaterial, Item, LookUp
from minsheng.apps.cases.protection import PROTECTED, RELEASED
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.people.typed import said
from minsheng.apps.records import reads as records
from minsheng.apps.records.models import Licence
from minsheng.engines.casework.clocks import due_of
from minsheng.engines.casework.offers import Offer, offers
from minsheng.engines.casework.plan import Outlook, Plan, outlook, plan
from minsheng.engines.casework.spec import FieldSpec, ItemSpec, ServiceSpec
from minsheng.engines.casework.state import CaseState
from minsheng.engines.casework.step import is_past, stop_kind
from minsheng.engines.casework.unfold import Unfolded, unfold_item, unfold_promise
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Due, Reading

WAITING_FOR_ME = ("returned",)


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in a list."""

    number: str
    title: Text
    status: str
    submitted_day: date
    promised_day: date
    promised_provisional: bool
    done: int
    items: int
    waits_for_me: bool
    is_applicant: bool
    score: int | None
    promise: Unfolded


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item of a case, with its clock where it runs or ran, and its due day day by day.

    `correctable` are the answers that the applicant may put right, while the item waits for them,
    until `answer_by`. A refusal may be objected to until `object_by`. `notice` is the number of a
    public notice. extended_for: why its term was extended. accepted: from when it counts so.
    """

    row: Item
    spec: ItemSpec
    office: Text
    reading: Reading | None
    message: str
    licence: Licence | None
    correctable: tuple[tuple[FieldSpec, str], ...] = ()
    due: Unfolded | None = None
    answer_by: date | None = None
    object_by: date | None = None
    may_object: bool = False
    stop_until: date | None = None
    notice: str = ""
    extended_for: Text | None = None
    accepted: date | None = None
    is_deemed: bool = False


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the timeline: what, when, and which post (never which person)."""

    kind: str
    at: datetime
    item: Text
    office: Text
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case as its applicant, or a subject who is asked to agree, sees it.

    A subject sees the items that need their agreement, and nothing else. `outlook` is how a
    running case goes on from today; None for a subject. `offers` are for the applicant alone. `takes_up` is the number of the ended case
    that this one takes up again, `taken_up_by` of the one that takes this one up.
    """

    case: Case
    spec: ServiceSpec
    items: tuple[ItemView, ...]
    timeline: tuple[Happening, ...]
    materials: tuple[CaseMaterial, ...]
    values: tuple[tuple[Text, Text, str], ...]
    certificate: Licence | None
    is_applicant: bool
    subject: str | None
    wants_my_consent: bool
    on: date
    workday: int
    plan: Plan
    promise: Unfolded
    outlook: Outlook | None = None
    offers: tuple[Offer, ...] = ()
    is_agent: bool = False
    may_apply_again: bool = False
    takes_up: str = ""
    taken_up_by: str = ""

    @property
    def reader(self) -> Literal["resident", "desk"]:
        """To whom states are said: who applied is spoken to, everybody else is told."""
        return "resident" if self.is_applicant else "desk"

    @property
    def returned(self) -> tuple[ItemView, ...]:
        """The items that wait for the applicant."""
        return tuple(item for item in self.items if item.row.status == "returned")

    @property
    def active(self) -> tuple[ItemView, ...]:
        """The items that are part of this case at all."""
        return tuple(item for item in self.items if item.row.status != "skipped")

    @property
    def done(self) -> int:
        """How many items are done."""
        return sum(item.row.status == "done" for item in self.items)

    @property
    def owed(self) -> tuple[CaseMaterial, ...]:
        """The proofs that the applicant has promised and not brought."""
        return tuple(row for row in self.materials if row.state in {"promised", "overdue"})

    @property
    def may_withdraw(self) -> bool:
        """Whether the applicant, or who acts for them, may take the case back."""
        return (self.is_applicant or self.is_agent) and self.case.status == RUNNING

    @property
    def may_take_up(self) -> bool:
        """Whether the rest may be done once more: it has ended, and not with everything."""
        ended = self.case.status in {"refused", "withdrawn", "partly_done"}
        return self.may_apply_again and ended and not self.taken_up_by

    @property
    def came(self) -> tuple[ItemView, ...]:
        """The items that came about."""
        return tuple(item for item in self.items if item.row.status == "done")

    @property
    def did_not_come(self) -> tuple[ItemView, ...]:
        """The items that didn't come about, once that is settled."""
        return tuple(i for i in self.items if i.row.status in {"refused", "cancelled"})

    @property
    def may_rate(self) -> bool:
        """Whether the applicant may rate."""
        return (
            self.is_applicant
            and self.case.score is None
            and self.case.status not in {RUNNING, "withdrawn"}
        )


@dataclass(frozen=True, slots=True)
class Outline:
    """What of a case is no secret between systems: its number and its service."""

    number: str
    slug: str
    protected: bool


def outline(case_id: int) -> Outline | None:
    """Return the outline of a case, or None where there is none; asks nobody who they are."""
    case = Case.objects.filter(pk=case_id).first()
    return None if case is None else Outline(case.number, case.slug, case.protected)


def cases_of(account: Account) -> list[CaseLine]:
    """Return the cases this person applied for or is asked to agree in, newest first."""
    if not account.is_proved:
        return []
    asked = {row.case_id: row.key for row in access.subjects_of(account)}
    mine = Q(pk__in=access.cases_shown_to(account.person)) | Q(pk__in=asked)
    cases = Case.objects.filter(mine).order_by("-pk").prefetch_related("items")
    return [_line(case, account, asked.get(case.pk)) for case in cases]


def find_case(number: str) -> Case:
    """Return the case with a number a person quotes; raises NotFound."""
    return access.case_by_number(number)


def case_view(number: str, *, account: Account) -> CaseView:
    """Return a case as `account` may see it; NotFound for a stranger."""
    case = find_case(number)
    is_applicant = access.is_applicant(case, account)
    subject = None if is_applicant else access.subject_of(case.pk, account)
    is_agent = not is_applicant and subject is None and bool(agents.mandate_in(case, account))
    if not is_applicant and subject is None and not is_agent:
        raise access.no_such_case()
    spec, state = catalogue.pinned_spec(case.pack_id), store.state_of(case)
    calendar, on = catalogue.calendar(), timezone.localdate()
    known = facts.values_of(case)
    rules = facts.for_rules(
        known,
        selected=facts.chosen(spec, state),
        done_before=store.done_before(case.successor_of),
    )
    licences = records.licences_of_case(case.number) if is_applicant else []
    mine = _known_to(known, is_applicant=is_applicant, is_agent=is_agent)
    view = CaseView(
        case=case,
        spec=spec,
        items=_items(case, spec, state, mine, licences),
        timeline=_timeline(case, spec),
        materials=tuple(case.materials.order_by("pk")) if is_applicant or is_agent else (),
        values=_values(spec, mine),
        certificate=next((one for one in reversed(licences) if not one.origin_item), None),
        is_applicant=is_applicant,
        subject=subject,
        wants_my_consent=bool(subject and case.status == RUNNING and _wants(state, subject)),
        on=on,
        workday=max(0, calendar.workdays_between(case.submitted_day, on)),
        plan=plan(spec, rules, on=case.submitted_day, calendar=calendar),
        promise=_promise(case, on),
        outlook=outlook(spec, state, on=on, calendar=calendar)
        if (is_applicant or is_agent) and case.status == RUNNING
        else None,
        offers=offers(spec, rules, on=on) if is_applicant else (),
        is_agent=is_agent,
        may_apply_again=is_applicant
        or (is_agent and agents.mandate_to_take_up(case, account) is not None),
        takes_up=_number_for(case.successor_of, account),
        taken_up_by=_number_for(case.successors.order_by("-pk").first(), account),
    )
    return view if subject is None else _cut_to(view, subject)


def agent_cases(account: Account) -> list[CaseLine]:
    """Return the cases in which this account acts for somebody today, newest first."""
    return [_line(case, account, None) for case in agents.cases_in_hand(account)]


def lookups_about(account: Account) -> list[LookUp]:
    """Return what was asked of outside registers about this person, newest first."""
    if not account.is_proved or account.person is None:
        return []
    return list(LookUp.objects.filter(person=account.person, withheld=False).order_by("-at")[:100])


def consent_requests(account: Account) -> list[CaseLine]:
    """Return the running cases that wait for this person's consent."""
    rows = (
        access.subjects_of(account)
        .filter(case__status=RUNNING)
        .select_related("case")
        .prefetch_related("case__items")
    )
    return [
        _line(row.case, account, row.key)
        for row in rows
        if _wants(store.state_of(row.case), row.key)
    ]


def case_counts() -> Mapping[str, int]:
    """Return how many cases there are by status; nothing personal."""
    return dict(Case.objects.values_list("status").annotate(Count("pk")))


def claims() -> Iterator[Claim]:
    """Yield the head of each case's chain as the case keeps it, for `audit.reads.verify`."""
    rows = Case.objects.order_by("pk").values_list("pk", "seq", "head")
    for pk, seq, head in rows.iterator(chunk_size=2000):
        yield Claim(store.CHAIN, str(pk), seq, head)


def office_title(office: str) -> Text:
    """Return the name of an office of the district."""
    return catalogue.packs().district.departments[office].title


def _items(
    case: Case,
    spec: ServiceSpec,
    state: CaseState,
    known: Mapping[str, Fact],
    licences: list[Licence],
) -> tuple[ItemView, ...]:
    """Return the items; messages and receipts where `known` is not empty."""
    calendar, on = catalogue.calendar(), timezone.localdate()
    given = {licence.origin_item: licence for licence in licences}
    messages = {note.item: note for note in case.notes.filter(kind="message").order_by("at", "pk")}
    views = []
    for row in case.items.order_by("position"):
        message, receipt = messages.get(row.key), known.get(receipt_field(row.key))
        # The row keeps a hash of what the register answered; this page shows the answer.
        row.result = str(receipt.value) if receipt is not None and row.result else ""
        views.append(
            ItemView(
                row=row,
                spec=spec.items[row.key],
                office=office_title(row.office),
                reading=due_of(spec, state, row.key, calendar=calendar, on=on)
                if row.started
                else None,
                message=people.open_value(case.applicant, message.sealed, purpose_field=NOTE)
                if message and known
                else "",
                licence=given.get(row.key),
                correctable=correctable(spec, known, row.key) if row.status == "returned" else (),
                **_last_days(spec, state, row, on),
                due=unfold_item(spec, state, row.key, calendar=calendar, on=on)
                if row.started
                else None,
            )
        )
    return tuple(views)


def _known_to(
    known: Mapping[str, Fact], *, is_applicant: bool, is_agent: bool
) -> Mapping[str, Fact]:
    """Return the values that a reader may see: an agent only those that were typed."""
    if is_applicant:
        return known
    return {key: fact for key, fact in known.items() if fact.origin == ASKED} if is_agent else {}


def _number_for(case: Case | None, account: Account) -> str:
    """Return the number of a linked case that this account may open as well, or ""."""
    if case is None:
        return ""
    may_open = access.is_applicant(case, account) or agents.mandate_in(case, account) is not None
    return case.number if may_open else ""


def _last_days(spec: ServiceSpec, state: CaseState, row: Item, on: date) -> dict[str, Any]:
    """Return the last days that run for an item, and what was said about its term."""
    now, declared = state.items[row.key], spec.items[row.key]
    may_object = (
        now.status == "refused"
        and declared.objection is not None
        and now.objected_on is None
        and not state.withdrawn
        and not is_past(now.object_by, on)
    )
    reason = spec.reasons.get(now.extension_reason)
    is_posted = now.is_stopped and stop_kind(spec, now) == "public_notice"
    posted = row.notices.filter(attempt=row.attempt).order_by("-pk").first() if is_posted else None
    return {
        "answer_by": now.answer_by if now.status == "returned" else None,
        "object_by": now.object_by if may_object else None,
        "may_object": may_object,
        "stop_until": now.stop_until,
        "notice": posted.number if posted else "",
        "extended_for": reason.text if reason and now.extension == "granted" else None,
        "accepted": now.accepted,
        "is_deemed": now.accepted is not None and now.accepted == now.started,
    }


def _cut_to(view: CaseView, subject: str) -> CaseView:
    """Return what another person in the case may see: the items that need their agreement."""
    keys = {key for key, item in view.spec.items.items() if subject in item.consent_of}
    return replace(
        view,
        items=tuple(item for item in view.items if item.row.key in keys),
        timeline=tuple(
            one
            for one in view.timeline
            if one.data.get("item") in keys or one.data.get("subject") == subject
        ),
        plan=replace(view.plan, items=tuple(i for i in view.plan.items if i.key in keys)),
    )


def _wants(state: CaseState, subject: str) -> bool:
    return subject in state.wanted - state.consents - state.declined


def _line(case: Case, account: Account, subject: str | None) -> CaseLine:
    spec = catalogue.pinned_spec(case.pack_id)
    is_applicant = access.is_applicant(case, account)
    items = [
        item
        for item in case.items.all()
        if item.status != "skipped"
        and (is_applicant or subject is None or subject in spec.items[item.key].consent_of)
    ]
    return CaseLine(
        number=case.number,
        title=spec.title,
        status=case.status,
        submitted_day=case.submitted_day,
        promised_day=case.promised_day,
        promised_provisional=case.promised_provisional,
        done=sum(item.status == "done" for item in items),
        items=len(items),
        waits_for_me=is_applicant and any(item.status in WAITING_FOR_ME for item in items),
        is_applicant=is_applicant,
        score=case.score if is_applicant else None,
        promise=_promise(case, timezone.localdate()),
    )


def _promise(case: Case, on: date) -> Unfolded:
    """Return the promised day of a case, day by day, read on a day or on the day it closed."""
    return unfold_promise(
        Due(case.promised_day, case.promised_provisional),
        start=case.submitted_day,
        calendar=catalogue.calendar(),
        on=case.closed_day or on,
    )


def _timeline(case: Case, spec: ServiceSpec) -> tuple[Happening, ...]:
    lines = []
    for entry in audit.history(store.CHAIN, str(case.pk)):
        if entry.kind in {PROTECTED, RELEASED}:
            continue  # the page may be looked at over her shoulder
        declared = spec.items.get(str(entry.data.get("item", "")))
        lines.append(
            Happening(
                kind=entry.kind,
                at=entry.at,
                item=declared.title if declared else Text(""),
                office=office_title(declared.office) if declared else Text(""),
                data=entry.data,
            )
        )
    return tuple(reversed(lines))


def _values(spec: ServiceSpec, known: Mapping[str, Fact]) -> tuple[tuple[Text, Text, str], ...]:
    """Return label, text and origin of each known value."""
    return tuple(
        (declared.label, said(declared, known[key].value), known[key].origin)
        for key, declared in spec.fields.items()
        if key in known and known[key].is_known
    )
