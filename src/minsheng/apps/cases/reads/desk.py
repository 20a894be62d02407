"""What an officer sees: the inbox of the posts filled today, and one item to decide."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property, partial
from typing import NamedTuple

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from minsheng.apps.cases import access, catalogue, facts, store
from minsheng.apps.cases.actions.registering import receipt_field
from minsheng.apps.cases.actions.transition import NOTE
from minsheng.apps.cases.checks import Check, checks_of
from minsheng.apps.cases.facts import Fact
from minsheng.apps.cases.models import (
    CLOCK_RUNS,
    DECIDED,
    IN_INBOX,
    Case,
    CaseMaterial,
    CaseNote,
    Item,
    NoticeObjection,
    case_number,
)
from minsheng.apps.cases.reads.rarer import More, more
from minsheng.apps.cases.reads.running import office_title
from minsheng.apps.people import actions as people_actions
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.people.purposes import ASKED_PURPOSES
from minsheng.apps.people.typed import said
from minsheng.engines.casework.advance import consequences, due_of
from minsheng.engines.casework.spec import NO_TEXT, FieldSpec, ItemSpec, ReasonSpec, ServiceSpec
from minsheng.engines.casework.state import Approve, CaseState, Refuse, Reverse, person_of
from minsheng.engines.casework.unfold import Unfolded, unfold_item
from minsheng.lib.errors import Conflict, NotAllowed, WrongInput
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Reading, Stop

MOST_ROWS = 500
MOST_COUNTED = 1_000
Place = tuple[date | None, int]
"""Where a row stands in the work list: its due day, and its id."""
NOTHING_MORE = More(acts=())


class InboxCounts(NamedTuple):
    """How many items wait and how many are late; counting ends at `MOST_COUNTED`."""

    waiting: int
    late: int


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One item of the work list. `left` is working days, negative when late, None when stopped.

    `stuck` says what it waits for, where it waits for somebody else. `due` unfolds the due day, day
    by day. What the two need is read for all rows when the first is asked.
    """

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
    wait: Callable[[], Text] = field(repr=False, compare=False)
    unfold: Callable[[], Unfolded | None] = field(repr=False, compare=False)
    claimed_by: str = ""
    is_mine: bool = False

    @property
    def stuck(self) -> Text:
        """What it waits for; nothing where it waits for its officer."""
        return self.wait()

    @property
    def due(self) -> Unfolded | None:
        """The due day, day by day; None before the clock starts."""
        return self.unfold()


@dataclass(frozen=True, slots=True)
class ShownValue:
    """One value this office may read, and where it came from."""

    spec: FieldSpec
    text: Text
    origin: str
    unknown: str


@dataclass(frozen=True, slots=True)
class Decision:
    """One item to decide, cut to what this office may read.

    `earlier` are the numbers of closed cases for the same real-world event; `spoken` who said what
    against its public notice, and when.
    """

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
    pauses: tuple[ReasonSpec, ...] = ()
    earlier: tuple[str, ...] = ()
    due: Unfolded | None = None
    more: More = NOTHING_MORE
    spoken: tuple[tuple[str, str, datetime], ...] = ()

    @property
    def unknown(self) -> int:
        """How many checks are unknown."""
        return sum(check.value is None for check in self.checks)

    @property
    def failed(self) -> int:
        """How many checks are answered no."""
        return sum(check.value is False for check in self.checks)

    @property
    def needs_evidence(self) -> bool:
        """Whether approving needs words on how a check was settled."""
        return any(check.value is not True for check in self.checks)


def inbox(
    account: Account,
    *,
    text: str = "",
    slug: str = "",
    after: Place | None = None,
    limit: int = MOST_ROWS,
) -> list[InboxRow]:
    """Return the items of this account's posts today, the most urgent first, at most `limit`.

    `after` is the place of the last row of the page before. `text` is looked for among the
    `MOST_ROWS` most urgent: names stand sealed, and masked ones in no index.
    """
    on = timezone.localdate()
    most = MOST_ROWS if text else limit
    # One question for each post, so that the index gives the rows in their order and no others.
    found = [
        row
        for post in people.posts_of(account, on)
        for row in _shown_rows(_waiting(post.key, slug, None if text else after)[:most])
    ]
    found = sorted(found, key=lambda row: _place(row.due_day, row.pk))[:most]
    rows = _with_names(_rows(found, on), account)
    if text:
        rows = [row for row in rows if text in row.number or text in row.who]
        rows = [
            row for row in rows if after is None or _place(row.due_day, row.id) > _place(*after)
        ]
    return rows[:limit]


def inbox_counts(account: Account) -> InboxCounts:
    """Return how many items wait at this account's posts and how many are late, counted so far."""
    on = timezone.localdate()
    posts = [post.key for post in people.posts_of(account, on)]
    rows = Item.objects.filter(post__in=posts, status__in=IN_INBOX)
    late = rows.filter(status__in=CLOCK_RUNS, due_day__lt=on, is_stopped=False)
    return InboxCounts(*(found.order_by()[:MOST_COUNTED].count() for found in (rows, late)))


def _waiting(post: str, slug: str, after: Place | None) -> QuerySet[Item]:
    """Return the items in the work list of one post behind a place, the most urgent first."""
    rows = Item.objects.filter(post=post, status__in=IN_INBOX)
    rows = rows.order_by(F("due_day").asc(nulls_last=True), "pk")
    if slug:
        rows = rows.filter(case__slug=slug)
    if after is None:
        return rows
    day, pk = after
    if day is None:
        return rows.filter(due_day=None, pk__gt=pk)
    return rows.filter(Q(due_day__gt=day) | Q(due_day=day, pk__gt=pk) | Q(due_day=None))


def _place(day: date | None, pk: int) -> tuple[date, int]:
    return day or date.max, pk


def decided(account: Account, limit: int = 100) -> list[InboxRow]:
    """Return what this account's posts have finished lately, newest first."""
    on = timezone.localdate()
    found = [
        (row, finished)
        for post in people.posts_of(account, on)
        for row, finished in _finished(post.key, limit)
    ]
    found = sorted(found, key=lambda one: (one[1], one[0].pk), reverse=True)[:limit]
    return _rows([row for row, _ in found], on)


def _finished(post: str, limit: int) -> list[tuple[_Shown, date]]:
    """Return what one post has finished lately, with the days: one question, as for the work list."""
    rows = Item.objects.filter(post=post, status__in=DECIDED, started__isnull=False)
    rows = rows.filter(finished__isnull=False).order_by("-finished", "-pk")[:limit]
    return [(_Shown(*row[:-1]), row[-1]) for row in rows.values_list(*_COLUMNS, "finished")]


def needs_purpose(item_id: int, *, account: Account) -> bool:
    """Whether this officer must state a purpose before this item opens: it holds sensitive data.

    Raises as `decision` does, for a post that is asked for more time as `require_asked`; nothing
    of the item is told.
    """
    item = Item.objects.select_related("case").filter(pk=item_id).first()
    if item is None:
        raise access.no_such_item()
    if access.may_decide(item, account):
        access.require_another(item.case, account)
    elif item.asks_post:
        access.require_asked(item, account)
    else:
        access.require_post(item, account)
    return _is_sensitive(item)


def any_needs_purpose(item_ids: Iterable[int], *, account: Account) -> bool:
    """Whether one of these items, as far as they are this officer's, needs a stated purpose."""
    posts = [post.key for post in people.posts_of(account, timezone.localdate())]
    mine = Item.objects.filter(pk__in=list(item_ids), post__in=posts).select_related("case")
    return any(_is_sensitive(item) for item in mine)


def require_purpose(item_id: int, purpose: str, *, account: Account) -> str:
    """Return why this officer acts on an item, and write it down where it holds sensitive data.

    Raises NotAllowed while none is stated that needs to be, WrongInput for one that isn't declared.
    """
    if not needs_purpose(item_id, account=account):
        return "case"
    require_stated(purpose)
    item = Item.objects.select_related("case__applicant").get(pk=item_id)
    _record_looks(item, catalogue.pinned_spec(item.case.pack_id), account, purpose)
    return purpose


def require_stated(purpose: str) -> None:
    """Raise NotAllowed where no purpose is stated, WrongInput for one that isn't declared."""
    if not purpose:
        raise no_purpose()
    if purpose not in ASKED_PURPOSES:
        raise _undeclared_purpose()


def no_purpose() -> NotAllowed:
    """Return the answer to an officer who opens or decides a sensitive record and doesn't say why."""
    return NotAllowed(
        "purpose_needed",
        "这里有敏感信息，还没有说为什么。再发一次，用途（purpose）写 case（办理）、review（复查）"
        "或 audit（抽查）。什么都没有动，选的会记下，本人看得到。",
        "This holds sensitive data and no purpose is stated. Send it again with a purpose: case, "
        "review or audit. Nothing was changed; what you state is recorded and the person can see it.",
        field="purpose",
    )


def _undeclared_purpose() -> WrongInput:
    return WrongInput(
        "purpose_needed",
        "这份案卷有敏感信息。先选为什么要看，再打开；选的会记下，本人看得到。",
        "This case holds sensitive data. Say first why you open it; it is recorded and the "
        "person can see it.",
        field="purpose",
    )


def _is_sensitive(item: Item) -> bool:
    spec = catalogue.pinned_spec(item.case.pack_id)
    uses = spec.items[item.key].uses
    return item.case.protected or any(spec.fields[key].protect == "sensitive" for key in uses)


def decision(item_id: int, *, account: Account, purpose: str = "case") -> Decision:
    """Return one item to decide, and write down that this officer opened it, and why.

    `purpose` is one of `people.purposes.ASKED_PURPOSES`; NotAllowed for none, WrongInput for any
    other.

    Values, proofs and words are shown from the day on which the item's clock has started: before,
    this office needs none of them.
    """
    item = Item.objects.select_related("case__applicant").filter(pk=item_id).first()
    if item is None:
        raise access.no_such_item()
    access.require_post(item, account)
    require_stated(purpose)
    case = item.case
    spec, state = catalogue.pinned_spec(case.pack_id), store.state_of(case)
    _record_looks(item, spec, account, purpose)
    declared, by = spec.items[item.key], f"account:{account.pk}"
    known = facts.values_of(case)
    values = facts.for_rules(known, selected=facts.chosen(spec, state))
    is_open, has_begun = item.status == "open", item.started is not None
    receipt = known.get(receipt_field(item.key))
    # The row keeps a hash of what the register answered; this page shows the answer.
    item.result = str(receipt.value) if receipt is not None and item.result else ""
    refusals = _reasons(spec, item.key, "refuse")
    reversals = _reasons(spec, item.key, "reverse")
    calendar, on = catalogue.calendar(), timezone.localdate()
    rest = more(item, spec, state, known, account)
    return Decision(
        item=item,
        spec=declared,
        service=spec,
        number=case.number,
        who=case.applicant.name_masked,
        office=office_title(item.office),
        reading=due_of(spec, state, item.key, calendar=calendar, on=on) if has_begun else None,
        checks=checks_of(declared, values, on=case.submitted_day) if has_begun else (),
        values=_shown_values(spec, declared, known) if has_begun else (),
        materials=_materials(case, spec, declared) if has_begun else (),
        notes=_notes(case, item.key) if has_begun else (),
        refusals=refusals,
        returns=_reasons(spec, item.key, "return"),
        follows_approval=_follows(spec, state, Approve(item.key, by)) if is_open else (),
        follows_refusal=_follows(spec, state, Refuse(item.key, by, refusals[0].key))
        if is_open and refusals
        else (),
        reversals=reversals,
        follows_reversal=_follows(spec, state, Reverse(item.key, by, reversals[0].key))
        if item.status == "done" and reversals
        else (),
        may_return=rest.may_ask,
        pauses=_reasons(spec, item.key, "stop"),
        earlier=_earlier(case),
        due=unfold_item(spec, state, item.key, calendar=calendar, on=on) if has_begun else None,
        more=rest,
        spoken=_spoken(item),
    )


def _with_names(rows: list[InboxRow], account: Account) -> list[InboxRow]:
    """Return the rows with the names of who is on them, asked for in one question."""
    ids = {int(row.claimed_by) for row in rows if row.claimed_by.isdigit()}
    names = people.displays(ids) if ids else {}
    return [
        replace(
            row,
            claimed_by=names.get(int(row.claimed_by), ""),
            is_mine=row.claimed_by == str(account.pk),
        )
        if row.claimed_by.isdigit()
        else row
        for row in rows
    ]


def _record_looks(item: Item, spec: ServiceSpec, account: Account, purpose: str) -> None:
    """Write down for each person whose values are shown that this post opened them."""
    case = item.case
    of = {spec.fields[key].subject for key in spec.items[item.key].uses}
    others = case.subjects.filter(key__in=of, person__erased_at=None).exclude(person=None)
    for person_id in [
        case.applicant_id,
        *others.order_by("pk").values_list("person_id", flat=True),
    ]:
        people_actions.record_look(
            person_id,
            by=account,
            purpose=purpose,
            what="case",
            case=case.number,
            post_key=item.post,
            is_protected=case.protected,
        )


def _reasons(spec: ServiceSpec, item: str, act: str) -> tuple[ReasonSpec, ...]:
    return tuple(r for r in spec.reasons.values() if r.act == act and r.fits(item))


class _Days:
    """The due days of the rows of one list, whose states are read when the first is asked for."""

    def __init__(self, rows: Iterable[_Shown], on: date) -> None:
        self._cases, self._on = {row.case_id for row in rows}, on

    @cached_property
    def _states(self) -> dict[int, CaseState]:
        rows = Case.objects.filter(pk__in=self._cases).only("state")
        return {case.pk: store.state_of(case) for case in rows}

    def of(self, row: _Shown) -> Unfolded | None:
        """Return the due day of an item, day by day; None before its clock starts."""
        if row.started is None:
            return None
        spec, state = catalogue.pinned_spec(row.pack), self._states[row.case_id]
        return unfold_item(spec, state, row.key, calendar=catalogue.calendar(), on=self._on)

    def wait_of(self, row: _Shown) -> Text:
        """Return whom or what an item waits for; nothing where it waits for its officer."""
        if row.status == "external":
            return Text("已同意，等登记库回话", "Approved; waiting for the register")
        if row.status == "held":
            return Text("前面一件收回了，等您看", "An earlier item was taken back; look at it")
        if row.status != "returned" and not row.is_stopped:
            return NO_TEXT
        stops = self._states[row.case_id].items[row.key].stops
        return _stuck(row, catalogue.pinned_spec(row.pack), stops)


class _Shown(NamedTuple):
    """The columns of a work list; the states of the cases are long and read apart."""

    pk: int
    case_id: int
    key: str
    status: str
    started: date | None
    due_day: date | None
    due_provisional: bool
    is_stopped: bool
    attempt: int
    claimed_by: str
    claimed_on: date | None
    pack: str
    submitted_day: date
    who: str


_COLUMNS = (
    *_Shown._fields[:11],
    "case__pack",
    "case__submitted_day",
    "case__applicant__name_masked",
)


def _shown_rows(found: QuerySet[Item]) -> list[_Shown]:
    return [_Shown(*row) for row in found.values_list(*_COLUMNS)]


def _rows(rows: Sequence[_Shown], on: date) -> list[InboxRow]:
    days = _Days(rows, on)
    left = {day: _left(day, on=on) for day in {row.due_day for row in rows} if day is not None}
    return [_row(row, days, left.get(row.due_day) if row.due_day else None, on) for row in rows]


def _left(due_day: date, *, on: date) -> int:
    """Return how many working days are left, negative when it is late."""
    calendar = catalogue.calendar()
    if due_day >= on:
        return calendar.workdays_between(on, due_day)
    return -calendar.workdays_between(due_day, on)


def _row(row: _Shown, days: _Days, left: int | None, on: date) -> InboxRow:
    spec = catalogue.pinned_spec(row.pack)
    runs = row.status in CLOCK_RUNS and not row.is_stopped
    return InboxRow(
        id=row.pk,
        number=case_number(row.case_id, row.submitted_day),
        title=spec.items[row.key].title,
        service=spec.title,
        who=row.who,
        status=row.status,
        left=left if runs else None,
        due_day=row.due_day,
        due_provisional=row.due_provisional,
        attempt=row.attempt,
        wait=partial(days.wait_of, row),
        unfold=partial(days.of, row),
        claimed_by=person_of(row.claimed_by).removeprefix("account:")
        if row.claimed_on == on
        else "",
    )


def _stuck(row: _Shown, spec: ServiceSpec, stops: Sequence[Stop]) -> Text:
    """Return whom or what an item waits for that is returned or stopped."""
    declared = spec.reasons.get(stops[-1].reason) if stops else None
    why = declared.text if declared else NO_TEXT
    if row.status == "returned":
        since = f"，{stops[-1].start.month}月{stops[-1].start.day}日问的" if stops else ""
        return Text(f"等申请人：{why.zh}{since}", f"Waiting for the applicant: {why.to('en')}")
    return Text(f"停表：{why.zh}", f"Clock stopped: {why.to('en')}")


def _shown_values(
    spec: ServiceSpec, declared: ItemSpec, known: dict[str, Fact]
) -> tuple[ShownValue, ...]:
    values = []
    for key in declared.uses:
        fact, field = known.get(key), spec.fields[key]
        if fact is None or fact.reason is not None:
            reason = fact.reason.value if fact and fact.reason else "not_asked"
            values.append(ShownValue(field, Text(""), fact.origin if fact else "", reason))
        else:
            values.append(ShownValue(field, said(field, fact.value), fact.origin, ""))
    return tuple(values)


def _materials(
    case: Case, spec: ServiceSpec, declared: ItemSpec
) -> tuple[tuple[Text, CaseMaterial], ...]:
    rows = case.materials.filter(key__in=declared.materials).order_by("pk")
    return tuple((spec.materials[row.key].title, row) for row in rows)


def _notes(case: Case, item: str) -> tuple[tuple[CaseNote, str], ...]:
    notes = case.notes.filter(item=item).exclude(kind="rating").order_by("at", "pk")
    return tuple(
        (note, people.open_value(case.applicant, note.sealed, purpose_field=NOTE)) for note in notes
    )


def _spoken(item: Item) -> tuple[tuple[str, str, datetime], ...]:
    """Return who said what against the item's notices; from now on it counts as read."""
    rows = NoticeObjection.objects.filter(notice__item=item).select_related("person", "account")
    found = list(rows.order_by("pk"))
    unread = [row.pk for row in found if row.seen_at is None]
    if unread:
        NoticeObjection.objects.filter(pk__in=unread).update(seen_at=timezone.now())
    return tuple(
        (
            row.account.display,
            people.open_value(row.person, row.words_sealed, purpose_field=NOTE),
            row.at,
        )
        for row in found
    )


def _earlier(case: Case) -> tuple[str, ...]:
    same = Case.objects.filter(slug=case.slug, event=case.event, is_event_known=True)
    same = same if case.protected else same.filter(protected=False)
    rows = same.filter(status__in=["done", "partly_done"]).exclude(pk=case.pk).order_by("pk")
    return tuple(row.number for row in rows.only("pk", "submitted_day"))


def _follows(
    spec: ServiceSpec, state: CaseState, command: Approve | Refuse | Reverse
) -> tuple[Text, ...]:
    """Return what else a command changes; nothing for one that isn't possible now."""
    try:
        return tuple(line.text for line in consequences(spec, state, command))
    except Conflict:
        return ()
