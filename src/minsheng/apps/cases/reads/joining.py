"""Joining a case: what the asker, the applicant and the leading office each see of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from minsheng.apps.cases import access, catalogue, facts, joining
from minsheng.apps.cases.actions.drafts import own_draft
from minsheng.apps.cases.forms import open_form
from minsheng.apps.cases.models import Case, Joiner
from minsheng.apps.cases.reads.running import office_title
from minsheng.apps.people.models import Account
from minsheng.apps.people.typed import said
from minsheng.engines.casework.spec import ServiceSpec
from minsheng.lib.texts import Text

MOST = 200
JOINED: Mapping[str, Text] = {
    "asked": Text("等答复", "waiting for an answer"),
    "agreed": Text("能看", "you may look"),
    "declined": Text("没有同意", "not agreed"),
    "left": Text("您退出了", "you left"),
    "ended": Text("不再能看", "no longer open to you"),
    "lapsed": Text("没有人答复，过期了", "nobody answered; it lapsed"),
}


@dataclass(frozen=True, slots=True)
class JoinOffer:
    """That somebody else has a case for the event of a draft. `is_asked`: one has asked already.

    `is_sure`: a register names the very event; otherwise the draft may be about another one.
    """

    title: Text
    is_asked: bool
    is_sure: bool


@dataclass(frozen=True, slots=True)
class JoinLine:
    """One wish of mine. `may_open`: I was let in."""

    id: int
    title: Text
    status: str
    asked_at: datetime
    may_open: bool
    may_end: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody who asks to join, or has joined, as those see it who answer."""

    id: int
    number: str
    service: Text
    applicant: str
    who: str
    role: Text
    status: str
    asked_at: datetime
    by_office: bool = False


@dataclass(frozen=True, slots=True)
class JoinedItem:
    """How one item stands: no reason, no words, no certificate."""

    title: Text
    office: Text
    status: str
    started: date | None
    due_day: date | None
    due_provisional: bool
    finished: date | None


@dataclass(frozen=True, slots=True)
class Joined:
    """A case as who joined it sees it: states and days, and what it says about themselves."""

    id: int
    number: str
    title: Text
    status: str
    submitted_day: date
    promised_day: date
    promised_provisional: bool
    items: tuple[JoinedItem, ...]
    values: tuple[tuple[Text, Text, str], ...]


def join_offer(draft_id: uuid.UUID, *, account: Account) -> JoinOffer | None:
    """Return what the owner of a draft may ask for, or None."""
    draft = own_draft(draft_id, account)
    form = open_form(draft, on=timezone.localdate())
    tie = joining.tie_of(draft, form)
    if tie is None:
        return None
    mine = Joiner.objects.filter(person=draft.person, slug=draft.slug, event=tie.event)
    is_asked = mine.filter(status__in=(Joiner.ASKED, Joiner.AGREED)).exists()
    return JoinOffer(form.spec.title, is_asked, is_sure=bool(form.event))


def joins_of(account: Account) -> list[JoinLine]:
    """Return this person's wishes to join, newest first; a protected case is as if let out."""
    if not account.is_proved or account.person is None:
        return []
    rows = Joiner.objects.filter(person=account.person).select_related("case").order_by("-pk")
    return [_line(row) for row in rows[:MOST]]


def wishes_in(case: Case, *, account: Account) -> list[Wish]:
    """Return who asks to join, or has joined, the case of this applicant."""
    if case.protected or not access.is_applicant(case, account):
        return []
    rows = case.joiners.filter(status__in=(Joiner.ASKED, Joiner.AGREED))
    return [_wish(row) for row in rows.select_related("case__applicant", "person").order_by("pk")]


def wishes_to_answer(account: Account) -> list[Wish]:
    """Return the wishes that wait in cases which an office of this officer leads, oldest first."""
    offices = joining.offices_led(account)
    if not offices:
        return []
    rows = Joiner.objects.filter(status=Joiner.ASKED, case__protected=False)
    rows = rows.exclude(person_id=account.person_id) if account.person_id else rows
    found = rows.select_related("case__applicant", "person").order_by("pk")
    mine = (row for row in found if row.case and joining.leads(row.case, offices, account))
    return [_wish(row) for _, row in zip(range(MOST), mine, strict=False)]


def joined(join_id: int, *, account: Account) -> Joined:
    """Return the case that this account's person joined; NotFound for everybody else."""
    row = Joiner.objects.select_related("case__applicant").filter(pk=join_id).first()
    member = joining.member_of(row.case, account) if row and row.case else None
    if row is None or row.case is None or member is None or member.pk != row.pk:
        raise access.no_such_case()
    case, spec = row.case, catalogue.pinned_spec(row.case.pack_id)
    return Joined(
        id=row.pk,
        number=case.number,
        title=spec.title,
        status=case.status,
        submitted_day=case.submitted_day,
        promised_day=case.promised_day,
        promised_provisional=case.promised_provisional,
        items=_items(case, spec),
        values=_own_values(case, spec, row.subject),
    )


def joined_case(number: str, *, account: Account) -> int | None:
    """Return the id by which this account's person is in a case as a joiner, or None."""
    row = joining.member_of(access.case_by_number(number), account)
    return row.pk if row is not None else None


def is_asked_in(number: str, *, account: Account) -> bool:
    """Whether this account is asked to agree in a case."""
    return access.subject_of(access.case_by_number(number).pk, account) is not None


def _items(case: Case, spec: ServiceSpec) -> tuple[JoinedItem, ...]:
    rows = case.items.exclude(status="skipped").order_by("position")
    return tuple(
        JoinedItem(
            title=spec.items[row.key].title,
            office=office_title(row.office),
            status=row.status,
            started=row.started,
            due_day=row.due_day,
            due_provisional=row.due_provisional,
            finished=row.finished,
        )
        for row in rows
    )


def _own_values(case: Case, spec: ServiceSpec, subject: str) -> tuple[tuple[Text, Text, str], ...]:
    """Return what the case holds about the joiner: never what is the applicant's, or anybody's."""
    if not subject or subject == spec.applicant.key:
        return ()
    wanted = [key for key, declared in spec.fields.items() if declared.subject == subject]
    known = facts.facts_in(case, case.values.filter(field__in=wanted))
    return tuple(
        (spec.fields[key].label, said(spec.fields[key], known[key].value), known[key].origin)
        for key in wanted
        if key in known and known[key].is_known
    )


def _line(row: Joiner) -> JoinLine:
    is_in = row.status == Joiner.AGREED and row.case is not None and not row.case.protected
    status = Joiner.ENDED if row.status == Joiner.AGREED and not is_in else row.status
    return JoinLine(
        id=row.pk,
        title=_title(row.slug),
        status=status,
        asked_at=row.asked_at,
        may_open=is_in,
        may_end=is_in or status == Joiner.ASKED,
    )


def _title(slug: str) -> Text:
    loaded = catalogue.packs().services.get(slug)
    return loaded.spec.title if loaded is not None else Text(slug)


def _wish(row: Joiner) -> Wish:
    case = row.case
    assert case is not None
    spec = catalogue.pinned_spec(case.pack_id)
    return Wish(
        id=row.pk,
        number=case.number,
        service=spec.title,
        applicant=case.applicant.name_masked,
        who=row.person.name_masked,
        role=spec.subjects[row.subject].title if row.subject in spec.subjects else Text(""),
        status=row.status,
        asked_at=row.asked_at,
        by_office=row.answered_by.startswith("post:"),
    )
