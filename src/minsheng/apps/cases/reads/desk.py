"""What an officer sees: the inbox of the posts filled today, and one item to decide."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from minsheng.apps.cases import access, catalogue, facts, store
from minsheng.apps.cases.checks import Check, checks_of
from minsheng.apps.cases.models import CaseMaterial, CaseNote, CaseValue, Item
from minsheng.apps.cases.reads.running import office_title
from minsheng.apps.people import actions as people_actions
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.engines.casework.advance import consequences, due_of
from minsheng.engines.casework.spec import FieldSpec, ItemSpec, ReasonSpec, ServiceSpec
from minsheng.engines.casework.state import Approve, CaseState, ItemState, Refuse, Reverse
from minsheng.lib.errors import NotFound
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Reading

IN_INBOX = ("open", "returned", "external", "held")


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One item of the work list. `left` is working days, negative when late, None when stopped."""

    id: int
    number: str
    title: Text
    service: Text
    who: str
    status: str
    left: int | None
    due_day: date | None
    due_provisional: bool
    attempt: int


@dataclass(frozen=True, slots=True)
class ShownValue:
    """One value this office may read, and where it came from."""

    spec: FieldSpec
    text: Text
    origin: str
    unknown: str


@dataclass(frozen=True, slots=True)
class Decision:
    """One item to decide, cut to what this office may read."""

    item: Item
    spec: ItemSpec
    service: ServiceSpec
    number: str
    who: str
    office: Text
    reading: Reading | None
    checks: tuple[Check, ...]
    values: tuple[ShownValue, ...]
    materials: tuple[tuple[Text, CaseMaterial], ...]
    notes: tuple[tuple[CaseNote, str], ...]
    refusals: tuple[ReasonSpec, ...]
    returns: tuple[ReasonSpec, ...]
    follows_approval: tuple[Text, ...]
    follows_refusal: tuple[Text, ...]
    may_return: bool
    reversals: tuple[ReasonSpec, ...]
    follows_reversal: tuple[Text, ...]

    @property
    def unknown(self) -> int:
        """How many checks are unknown."""
        return sum(check.value is None for check in self.checks)

    @property
    def failed(self) -> int:
        """How many checks are answered no."""
        return sum(check.value is False for check in self.checks)


def inbox(account: Account, *, text: str = "", slug: str = "") -> list[InboxRow]:
    """Return the items of this account's posts today, the most urgent first."""
    on = timezone.localdate()
    posts = [post.key for post in people.posts_of(account, on)]
    rows = (
        Item.objects.filter(post__in=posts, status__in=IN_INBOX)
        .select_related("case__applicant")
        .order_by("due_day", "pk")
    )
    if slug:
        rows = rows.filter(case__slug=slug)
    found = [_row(item, on) for item in rows[:500]]
    if text:
        found = [row for row in found if text in row.number or text in row.who]
    return found


def decided(account: Account, limit: int = 100) -> list[InboxRow]:
    """Return what this account's posts have finished lately, newest first."""
    on = timezone.localdate()
    posts = [post.key for post in people.posts_of(account, on)]
    rows = (
        Item.objects.filter(post__in=posts, status__in=["done", "refused", "cancelled"])
        .select_related("case__applicant")
        .order_by("-finished", "-pk")[:limit]
    )
    return [_row(item, on) for item in rows]


def decision(item_id: int, *, account: Account) -> Decision:
    """Return one item to decide, and write down that this officer opened it, and why."""
    item = Item.objects.select_related("case__applicant").filter(pk=item_id).first()
    if item is None:
        raise NotFound(
            "no_such_item",
            "没有这一件。它可能已经转走，回待办看看。",
            "There is no such item. It may have been passed on; see your work list.",
        )
    access.require_post(item, account)
    case = item.case
    spec = catalogue.pinned_spec(case.pack_id)
    _record_looks(item, spec, account)
    declared = spec.items[item.key]
    state = store.state_of(case)
    on = timezone.localdate()
    calendar = catalogue.calendar()
    by = f"account:{account.pk}"
    is_open = item.status == "open"
    refusals = tuple(r for r in spec.reasons.values() if r.act == "refuse" and r.fits(item.key))
    reversals = tuple(r for r in spec.reasons.values() if r.act == "reverse" and r.fits(item.key))
    return Decision(
        item=item,
        spec=declared,
        service=spec,
        number=case.number,
        who=case.applicant.name_masked,
        office=office_title(item.office),
        reading=due_of(spec, state, item.key, calendar=calendar, on=on) if item.started else None,
        checks=checks_of(item, on=on),
        values=_shown_values(item, spec, declared),
        materials=tuple(
            (spec.materials[row.key].title, row)
            for row in case.materials.order_by("pk")
            if row.key in declared.materials
        ),
        notes=tuple(
            (note, people.open_value(case.applicant, note.sealed, purpose_field="note"))
            for note in case.notes.filter(item=item.key).exclude(kind="rating").order_by("at")
        ),
        refusals=refusals,
        returns=tuple(r for r in spec.reasons.values() if r.act == "return" and r.fits(item.key)),
        follows_approval=_follows(spec, state, Approve(item.key, by)) if is_open else (),
        follows_refusal=_follows(spec, state, Refuse(item.key, by, refusals[0].key))
        if is_open and refusals
        else (),
        reversals=reversals,
        follows_reversal=_follows(spec, state, Reverse(item.key, by, reversals[0].key))
        if item.status == "done" and reversals
        else (),
        may_return=not _was_asked(spec, state.items[item.key]),
    )


def _record_looks(item: Item, spec: ServiceSpec, account: Account) -> None:
    """Write down for each person whose values are shown that this post opened them."""
    case = item.case
    shown = {spec.fields[key].subject for key in spec.items[item.key].uses}
    for row in case.subjects.select_related("person").order_by("pk"):
        is_applicant = row.person_id == case.applicant_id
        if is_applicant or (row.key in shown and not row.person.is_erased):
            people_actions.record_look(
                row.person_id,
                by=account,
                purpose="case",
                what="case",
                case=case.number,
                post_key=item.post,
                is_protected=case.protected,
            )


def _was_asked(spec: ServiceSpec, item: ItemState) -> bool:
    """Whether the applicant was asked in this attempt already: once is all."""
    reasons = (spec.reasons.get(stop.reason) for stop in item.stops)
    return any(reason is not None and reason.act == "return" for reason in reasons)


def _row(item: Item, on: date) -> InboxRow:
    case = item.case
    spec = catalogue.pinned_spec(case.pack_id)
    left: int | None = None
    if item.status in {"open", "external"} and item.due_day is not None:
        calendar = catalogue.calendar()
        if item.due_day >= on:
            left = calendar.workdays_between(on, item.due_day)
        else:
            left = -calendar.workdays_between(item.due_day, on)
    return InboxRow(
        id=item.pk,
        number=case.number,
        title=spec.items[item.key].title,
        service=spec.title,
        who=case.applicant.name_masked,
        status=item.status,
        left=left,
        due_day=item.due_day,
        due_provisional=item.due_provisional,
        attempt=item.attempt,
    )


def _shown_values(item: Item, spec: ServiceSpec, declared: ItemSpec) -> tuple[ShownValue, ...]:
    rows = {value.field: value for value in CaseValue.objects.filter(case=item.case)}
    shown = []
    for key in declared.uses:
        value, field = rows.get(key), spec.fields[key]
        if value is None or not value.sealed:
            reason = value.reason if value else "not_asked"
            shown.append(ShownValue(field, Text(""), value.origin if value else "", reason))
            continue
        text = people.open_value(item.case.applicant, value.sealed, purpose_field=key)
        read = facts.value_from(field, text)
        shown.append(ShownValue(field, facts.said(field, read), value.origin, ""))
    return tuple(shown)


def _follows(
    spec: ServiceSpec, state: CaseState, command: Approve | Refuse | Reverse
) -> tuple[Text, ...]:
    return tuple(line.text for line in consequences(spec, state, command))
