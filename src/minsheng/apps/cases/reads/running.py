"""A running case as the people in it see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count
from django.utils import timezone

from minsheng.apps.audit import reads as audit
from minsheng.apps.cases import access, catalogue, facts, store
from minsheng.apps.cases.corrections import correctable
from minsheng.apps.cases.facts import values_of
from minsheng.apps.cases.models import Case, CaseMaterial, CaseSubject, CaseValue, Item, LookUp
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.records import reads as records
from minsheng.apps.records.models import Licence
from minsheng.engines.casework.clocks import due_of
from minsheng.engines.casework.plan import Plan, plan
from minsheng.engines.casework.spec import FieldSpec, ItemSpec, ServiceSpec
from minsheng.engines.casework.state import CaseState
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Reading

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


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item of a case, with its clock where it runs or ran."""

    row: Item
    spec: ItemSpec
    office: Text
    reading: Reading | None
    message: str
    licence: Licence | None
    correctable: tuple[tuple[FieldSpec, str], ...] = ()


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
    """A case as its applicant, or a subject who is asked to agree, sees it."""

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
    def may_withdraw(self) -> bool:
        """Whether the applicant may take the case back."""
        return self.is_applicant and self.case.status == "running"

    @property
    def may_rate(self) -> bool:
        """Whether the applicant may rate."""
        return (
            self.is_applicant
            and self.case.score is None
            and self.case.status not in {"running", "withdrawn"}
        )


def cases_of(account: Account) -> list[CaseLine]:
    """Return the cases this person applied for or is asked to agree in, newest first."""
    if not account.is_proved:
        return []
    mine = CaseSubject.objects.filter(person_id=account.person_id).values("case_id")
    cases = Case.objects.filter(pk__in=mine).order_by("-pk").prefetch_related("items")
    return [_line(case, account) for case in cases if access.may_see(case, account)]


def find_case(number: str) -> Case:
    """Return the case with a number a person quotes; raises NotFound."""
    year, _, serial = number.partition("-")
    if number.isascii() and year.isdigit() and serial.isdigit() and len(serial) <= 12:
        case = Case.objects.select_related("applicant").filter(pk=int(serial)).first()
        if case is not None and case.number == number:
            return case
    raise access.no_such_case()


def case_view(number: str, *, account: Account) -> CaseView:
    """Return a case as `account` may see it; NotFound for a stranger."""
    case = find_case(number)
    if not access.may_see(case, account):
        raise access.no_such_case()
    spec = catalogue.pinned_spec(case.pack_id)
    rows = list(case.items.order_by("position"))
    state = store.state_of(case)
    on = timezone.localdate()
    known = facts.for_rules(values_of(case), selected=facts.chosen(spec, state))
    is_applicant = access.is_applicant(case, account)
    subject = access.subject_of(case.pk, account)
    licences = {lic.origin_item: lic for lic in records.licences_of_case(case.number)}
    notes = {n.item: n for n in case.notes.filter(kind="message").order_by("at")}
    return CaseView(
        case=case,
        spec=spec,
        items=tuple(
            ItemView(
                row=row,
                spec=spec.items[row.key],
                office=office_title(row.office),
                reading=due_of(spec, state, row.key, calendar=catalogue.calendar(), on=on)
                if row.started
                else None,
                message=people.open_value(
                    case.applicant, notes[row.key].sealed, purpose_field="note"
                )
                if is_applicant and row.key in notes
                else "",
                licence=licences.get(row.key) if is_applicant else None,
                correctable=tuple(correctable(case, row.key))
                if is_applicant and row.status == "returned"
                else (),
            )
            for row in rows
        ),
        timeline=_timeline(case, spec),
        materials=tuple(case.materials.order_by("pk")) if is_applicant else (),
        values=_values(case, spec) if is_applicant else (),
        certificate=licences.get("") if is_applicant else None,
        is_applicant=is_applicant,
        subject=subject,
        wants_my_consent=bool(subject and not is_applicant and _wants(state, subject)),
        on=on,
        workday=max(0, catalogue.calendar().workdays_between(case.submitted_day, on)),
        plan=plan(spec, known, on=case.submitted_day, calendar=catalogue.calendar()),
    )


def lookups_about(account: Account) -> list[LookUp]:
    """Return what was asked of outside registers about this person, newest first."""
    if not account.is_proved:
        return []
    return list(LookUp.objects.filter(person_id=account.person_id).order_by("-at")[:100])


def consent_requests(account: Account) -> list[CaseLine]:
    """Return the running cases that wait for this person's consent."""
    if not account.is_proved:
        return []
    found = []
    for subject in CaseSubject.objects.filter(
        person_id=account.person_id, case__status="running"
    ).select_related("case"):
        case = subject.case
        if _wants(store.state_of(case), subject.key):
            found.append(_line(case, account))
    return found


def case_counts() -> Mapping[str, int]:
    """Return how many cases there are by status; nothing personal."""
    return dict(Case.objects.values_list("status").annotate(Count("pk")))


def office_title(office: str) -> Text:
    """Return the name of an office of the district."""
    return catalogue.packs().district.departments[office].title


def _wants(state: CaseState, subject: str) -> bool:
    return subject in state.wanted - state.consents - state.declined


def _line(case: Case, account: Account) -> CaseLine:
    items = [item for item in case.items.all() if item.status != "skipped"]
    is_applicant = access.is_applicant(case, account)
    return CaseLine(
        number=case.number,
        title=catalogue.pinned_spec(case.pack_id).title,
        status=case.status,
        submitted_day=case.submitted_day,
        promised_day=case.promised_day,
        promised_provisional=case.promised_provisional,
        done=sum(item.status == "done" for item in items),
        items=len(items),
        waits_for_me=is_applicant and any(item.status in WAITING_FOR_ME for item in items),
        is_applicant=is_applicant,
        score=case.score,
    )


def _timeline(case: Case, spec: ServiceSpec) -> tuple[Happening, ...]:
    lines = []
    for entry in audit.history(store.CHAIN, str(case.pk)):
        key = str(entry.data.get("item", ""))
        declared = spec.items.get(key)
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


def _values(case: Case, spec: ServiceSpec) -> tuple[tuple[Text, Text, str], ...]:
    rows = []
    for value in CaseValue.objects.filter(case=case).exclude(sealed="").order_by("pk"):
        declared = spec.fields.get(value.field)
        if declared is None:
            continue
        text = people.open_value(case.applicant, value.sealed, purpose_field=value.field)
        shown = facts.said(declared, facts.value_from(declared, text))
        rows.append((declared.label, shown, value.origin))
    return tuple(rows)
