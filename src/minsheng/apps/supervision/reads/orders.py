"""Written orders with their history, and the lights of what is watched."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from minsheng.apps.cases import catalogue
from minsheng.apps.cases.reads import InboxRow
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.supervision import access
from minsheng.apps.supervision.kinds import KINDS
from minsheng.apps.supervision.models import CLOSED, REPLIED, WAITING, Escalation, Order, OrderEntry
from minsheng.apps.supervision.requests import items_of_request, title_of
from minsheng.apps.supervision.sealing import opened
from minsheng.apps.supervision.subjects import items_of_case
from minsheng.content.oversight import Supervision
from minsheng.engines.supervision import ClockFace, Light, light_of
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Reading

MOST_ROWS = 500
LADDER = "ladder"


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One order in a list. `left` are working days until the reply is due, negative when late."""

    number: str
    title: Text
    subject: str
    office: Text
    status: str
    reply_due: date
    left: int | None
    ordered_at: datetime
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an order's history; `by` names a post and, to those inside, who filled it."""

    kind: str
    round: int
    by: Text
    at: datetime
    words: str
    reply_due: date | None


@dataclass(frozen=True, slots=True)
class Taken:
    """One step of the ladder that was taken: when, to which post, and how many were told."""

    rule: str
    title: Text
    light: str
    to: Text
    told: int
    at: datetime


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as whoever it concerns sees it. `path` leads to its subject where this reader may."""

    number: str
    kind: Text
    title: Text
    subject: str
    path: str
    office: Text
    owner: Text
    head: Text
    status: str
    outcome: str
    round: int
    reply_due: date
    reply_due_provisional: bool
    left: int | None
    ordered_at: datetime
    ordered_by: Text
    reason: str
    finding: str
    closed_at: datetime | None
    entries: tuple[Entry, ...]
    ladder: tuple[Taken, ...]
    may_reply: bool
    may_judge: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """An item or a review that the leader may write an order about."""

    kind: str
    key: str
    title: Text
    office: Text
    status: str
    due_day: date | None


def orders(account: Account, *, closed: bool = False) -> list[OrderLine]:
    """Return the orders this account may see; the open ones by the day their reply is due."""
    rows = _visible(account)
    rows = rows.filter(status=CLOSED) if closed else rows.exclude(status=CLOSED)
    rows = rows.order_by("-closed_at", "-pk") if closed else rows.order_by("reply_due", "pk")
    leads, posts = access.is_leader(account), access.held(account)
    return [_line(row, leads=leads, posts=posts) for row in rows[:MOST_ROWS]]


def order(number: str, *, account: Account) -> OrderView:
    """Return an order with its history; NotFound for whom it doesn't concern."""
    row = Order.objects.select_related("person").filter(number=number).first()
    if row is None or not access.may_see(row, account):
        raise access.no_such_order()
    district = catalogue.packs().district
    entries = tuple(_entry(one, row) for one in row.entries.order_by("at", "pk"))
    first = next((one for one in entries if one.kind == "ordered"), None)
    may_reply = access.may_reply(row, account)
    leads = access.is_leader(account)
    return OrderView(
        number=row.number,
        kind=KINDS[row.kind].title if row.kind in KINDS else Text(row.kind),
        title=Text(row.title_zh, row.title_en),
        subject=row.subject_number,
        path=_path(row, account),
        office=district.office(row.office),
        owner=post_title(row.post) if row.post else district.office(row.office),
        head=post_title(row.head_post),
        status=row.status,
        outcome=row.outcome,
        round=row.round,
        reply_due=row.reply_due,
        reply_due_provisional=row.reply_due_provisional,
        left=_left(row),
        ordered_at=row.ordered_at,
        ordered_by=_by(row.ordered_by),
        reason=first.words if first else "",
        finding=opened(row.person, row.finding),
        closed_at=row.closed_at,
        entries=tuple(reversed(entries)),
        ladder=taken(row.kind, row.key),
        may_reply=may_reply and row.status == WAITING,
        may_judge=leads and row.status == REPLIED,
        may_withdraw=leads and row.status == WAITING,
    )


def choices(number: str, *, account: Account) -> list[Choice]:
    """Return the items of a case or a request that the leader may write an order about."""
    access.require_leader(account)
    if number.startswith("S"):
        return _of_request(number)
    found = items_of_case(number)
    if not found:
        return []
    spec = catalogue.pinned_spec(found[0].case.pack_id)
    return [
        Choice(
            kind="item",
            key=str(row.pk),
            title=spec.items[row.key].title,
            office=catalogue.packs().district.office(row.office),
            status=row.status,
            due_day=row.due_day,
        )
        for row in found
    ]


def _of_request(number: str) -> list[Choice]:
    office = catalogue.packs().district.office
    return [
        Choice(
            kind="request",
            key=str(row.pk),
            title=title_of(row),
            office=office(row.office),
            status=row.status,
            due_day=timezone.localtime(row.finish_due).date(),
        )
        for row in items_of_request(number)
    ]


def review_choice(number: str, *, account: Account) -> Choice | None:
    """Return a bad review as something the leader may write an order about; None once it is closed.

    The leader learns its number, whose turn it is and by when; nothing of the rater.
    """
    access.require_leader(account)
    with transaction.atomic():
        found = KINDS["review"].locked(number, timezone.localdate())
    if found is None or found.clock is None:
        return None
    return Choice(
        kind="review",
        key=found.key,
        title=found.title,
        office=catalogue.packs().district.office(found.office),
        status="open",
        due_day=found.clock.due,
    )


def waiting_count(account: Account) -> int:
    """Return how many orders wait for this account: for a reply, or for the leader's word."""
    return sum(line.is_mine for line in orders(account))


def item_lights(rows: Iterable[InboxRow]) -> dict[int, str]:
    """Return the light of each row of a work list that has one, by id; one statement.

    The worker puts lights on within a minute of the day's beginning; one of an earlier due day, or
    of a clock that stands still, is off.
    """
    versions = {
        str(row.id): f"{row.attempt}:{row.due_day.isoformat()}"
        for row in rows
        if row.left is not None and row.left >= 0 and row.due_day is not None
    }
    fired = Escalation.objects.filter(kind="item", key__in=list(versions)).exclude(light="")
    return {
        int(key): light
        for key, version, light in fired.order_by("at", "pk").values_list("key", "version", "light")
        if versions[key] == version
    }


def open_order_of(kind: str, key: str) -> str:
    """Return the number of the open order about a subject, or ""."""
    row = Order.objects.filter(kind=kind, key=key).exclude(status=CLOSED).only("number").first()
    return row.number if row else ""


def light_of_reading(reading: Reading | None, *, running: bool) -> Light:
    """Return the light of an item's clock as it is read now."""
    if reading is None:
        return ""
    clock = ClockFace(
        due=reading.due.day,
        used=reading.used,
        left=reading.left,
        running=running and reading.running,
        provisional=reading.due.provisional,
    )
    return light_of(rules().ladder("item"), clock)


def taken(kind: str, key: str) -> tuple[Taken, ...]:
    """Return which warnings and steps were taken about a subject, the first one first."""
    ladder = rules().ladder(kind)
    titles = {step.key: step.title for step in ladder.steps} | {
        warning.key: Text(
            f"时限用了 {warning.percent}%", f"{warning.percent}% of the time was used"
        )
        for warning in ladder.warn
    }
    rows = Escalation.objects.filter(kind=kind, key=key).order_by("at", "pk")
    return tuple(
        Taken(
            rule=row.rule,
            title=titles.get(row.rule, Text(row.rule)),
            light=row.light,
            to=post_title(row.to_post),
            told=len(row.told),
            at=row.at,
        )
        for row in rows
    )


def rules() -> Supervision:
    """Return the district's settings of supervision."""
    return catalogue.packs().district.supervision


def post_title(key: str) -> Text:
    """Return a post with its office in words."""
    district = catalogue.packs().district
    post = district.posts.get(key)
    if post is None:
        return Text(key)
    office = district.office(post.department)
    return Text(f"{office.zh} {post.title.zh}", f"{office.to('en')}, {post.title.to('en')}")


def _visible(account: Account) -> QuerySet[Order]:
    if access.is_leader(account):
        return Order.objects.all()
    posts, district = access.held(account), catalogue.packs().district
    answered = [key for key in district.departments if district.head_of(key) in posts]
    return Order.objects.filter(Q(post__in=posts) | Q(head_post__in=posts) | Q(office__in=answered))


def _line(row: Order, *, leads: bool, posts: set[str]) -> OrderLine:
    head = catalogue.packs().district.head_of(row.office)
    replies = bool(posts & {row.post, row.head_post, head})
    return OrderLine(
        number=row.number,
        title=Text(row.title_zh, row.title_en),
        subject=row.subject_number,
        office=catalogue.packs().district.office(row.office),
        status=row.status,
        reply_due=row.reply_due,
        left=_left(row),
        ordered_at=row.ordered_at,
        is_mine=(row.status == WAITING and replies) or (row.status == REPLIED and leads),
    )


def _left(row: Order) -> int | None:
    if row.status != WAITING:
        return None
    return catalogue.calendar().workdays_between(timezone.localdate(), row.reply_due)


def _entry(one: OrderEntry, row: Order) -> Entry:
    return Entry(
        kind=one.kind,
        round=one.round,
        by=_by(one.by),
        at=one.at,
        words=opened(row.person, one.sealed),
        reply_due=one.reply_due,
    )


def _by(by: str) -> Text:
    """Return who acted: the post and who filled it, the ladder, or the clock."""
    if by == LADDER:
        return Text("超期阶梯（自动）", "the ladder (automatic)")
    if not by.startswith("post:"):
        return Text("到期（自动）", "the clock (automatic)")
    post, _, account = by.removeprefix("post:").partition("/account:")
    title = post_title(post)
    who = people.account(account).display if account else ""
    return Text(f"{title.zh}，{who}", f"{title.to('en')}, {who}") if who else title


def _path(row: Order, account: Account) -> str:
    """Return where the subject is, for who fills its own post; a leader reads no case."""
    if row.kind == "item" and row.post in access.held(account):
        return f"/desk/items/{row.key}"
    if row.kind == "review":
        return f"/desk/reviews/{row.key}"
    if row.kind == "request" and row.post in access.held(account):
        return f"/desk/requests/{row.subject_number}"
    return ""
