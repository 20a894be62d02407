"""Written orders (督办单): given, answered in writing, accepted or sent back, closed with a finding."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.cases import catalogue
from minsheng.apps.notices import actions as notices
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.supervision import access
from minsheng.apps.supervision.kinds import KINDS
from minsheng.apps.supervision.models import (
    CLOSED,
    REPLIED,
    WAITING,
    Order,
    OrderEntry,
    Serial,
)
from minsheng.apps.supervision.sealing import sealed
from minsheng.apps.supervision.subjects import Subject
from minsheng.lib.errors import Conflict, NotFound, WrongInput
from minsheng.lib.texts import Text, day_said
from minsheng.lib.workdays import Term

STREAM = "supervision"
MOST_REPLY_DAYS = 30


def order_subject(
    kind: str, key: str, *, by: Account, reason: str, reply_workdays: int = 2
) -> Order:
    """Write an order about a subject, as the leader, and return it.

    One may be open for each subject; Conflict names it. The office answers in writing within
    `reply_workdays`.
    """
    access.require_leader(by)
    if kind not in KINDS or not KINDS[kind].is_ordered:
        raise _no_subject()
    reply = _reply_term(reply_workdays)
    leader = catalogue.packs().district.supervision.leader
    with transaction.atomic():
        subject = KINDS[kind].locked(key, timezone.localdate())
        # A protected case is opened only by named posts: nobody learns of it here.
        if subject is None or not subject.number:
            raise _no_subject()
        if not subject.is_open:
            raise Conflict(
                "supervision.subject_closed",
                "这一件已经办结，不用督办了。",
                "This one is finished; there is nothing to order.",
            )
        token = sealed(
            subject.person,
            reason,
            field="reason",
            needed=Text("为什么督办", "why you write this order"),
        )
        return write_order(subject, by=f"post:{leader}/account:{by.pk}", words=token, reply=reply)


def write_order(subject: Subject, *, by: str, words: str, reply: Term, rule: str = "") -> Order:
    """Return a new order about a subject whose row is locked; raises Conflict while one is open."""
    on, at = timezone.localdate(), timezone.now()
    due = catalogue.calendar().add(on, reply)
    head = catalogue.packs().district.head_of(subject.office)
    try:
        with transaction.atomic():
            order = Order.objects.create(
                number=_next_number(on.year),
                kind=subject.kind,
                key=subject.key,
                subject_number=subject.number,
                title_zh=subject.title.zh,
                title_en=subject.title.en,
                office=subject.office,
                post=subject.post,
                head_post=head,
                rule=rule,
                person=subject.person,
                reply_due=due.day,
                reply_due_provisional=due.provisional,
                ordered_by=by,
                ordered_at=at,
            )
    except IntegrityError as error:
        raise _already_open(subject) from error
    _enter(order, "ordered", by=by, words=words, reply_due=order.reply_due)
    _tell(
        order,
        order.post,
        head,
        title=Text("收到一张督办单", "A written order has come"),
        body=Text(
            f"督办 {order.number}，{day_said(due.day).zh}前书面回复。",
            f"Order {order.number}: reply in writing by {day_said(due.day).to('en')}.",
        ),
    )
    return order


def reply_order(number: str, *, by: Account, words: str) -> Order:
    """Answer an order in writing, for the office, and return it. Of two at once the second is told."""
    token = _sealed_for(
        number,
        words,
        "words",
        Text("办到哪一步，什么时候办好", "where it stands and when it is done"),
    )
    with transaction.atomic():
        order = _locked(number, by)
        if not access.may_reply(order, by):
            raise access.no_such_order()
        if order.status != WAITING:
            raise _not_now(order)
        post = _post(order, by)
        order.status = REPLIED
        order.save(update_fields=["status"])
        _enter(order, "replied", by=f"post:{post}/account:{by.pk}", words=token)
        _tell(
            order,
            catalogue.packs().district.supervision.leader,
            title=Text("督办单有回复了", "An order was answered"),
            body=Text(
                f"督办 {order.number}：看过再定。", f"Order {order.number}: read and decide."
            ),
        )
    return order


def send_back_reply(number: str, *, by: Account, words: str, reply_workdays: int = 2) -> Order:
    """Send a reply back with a reason, as the leader, and return the order: it waits for another."""
    access.require_leader(by)
    token = _sealed_for(
        number, words, "words", Text("哪里不行，要补什么", "what is missing in the reply")
    )
    reply = _reply_term(reply_workdays)
    with transaction.atomic():
        order = _locked(number, by)
        if order.status != REPLIED:
            raise _not_now(order)
        due = catalogue.calendar().add(timezone.localdate(), reply)
        _enter(order, "sent_back", by=_leader(by), words=token, reply_due=due.day)
        order.status = WAITING
        order.round += 1
        order.reply_due, order.reply_due_provisional = due.day, due.provisional
        order.save(update_fields=["status", "round", "reply_due", "reply_due_provisional"])
        _tell(
            order,
            order.post,
            order.head_post,
            title=Text("督办单的回复退回来了", "A reply to an order was sent back"),
            body=Text(
                f"督办 {order.number}，{day_said(due.day).zh}前再回复一次。",
                f"Order {order.number}: reply again by {day_said(due.day).to('en')}.",
            ),
        )
    return order


def close_order(number: str, *, by: Account, finding: str, withdrawn: bool = False) -> Order:
    """Close an order with a finding, as the leader, and return it.

    A reply must be there, unless the order itself is taken back (`withdrawn`).
    """
    access.require_leader(by)
    token = _sealed_for(number, finding, "finding", Text("查清了什么", "what was found"))
    with transaction.atomic():
        order = _locked(number, by)
        if order.status == CLOSED or (order.status == WAITING and not withdrawn):
            raise _not_now(order)
        order.status, order.outcome = CLOSED, "withdrawn" if withdrawn else "accepted"
        order.finding, order.closed_at = token, timezone.now()
        order.save(update_fields=["status", "outcome", "finding", "closed_at"])
        _enter(order, "closed", by=_leader(by), words="")
        _tell(
            order,
            order.post,
            order.head_post,
            title=Text("督办单办结了", "An order was closed"),
            body=Text(
                f"督办 {order.number}：结论写在里面。", f"Order {order.number}: see the finding."
            ),
        )
    return order


def mark_late_replies() -> int:
    """Write down which replies are late, tell the leader once, and return how many."""
    on = timezone.localdate()
    late = Order.objects.filter(status=WAITING, reply_due__lt=on, reply_due_provisional=False)
    marked = 0
    for pk in list(late.values_list("pk", flat=True)):
        with transaction.atomic():
            order = Order.objects.select_for_update().get(pk=pk)
            known = order.entries.filter(round=order.round, kind="reply_late").exists()
            if order.status != WAITING or order.reply_due >= on or known:
                continue
            _enter(order, "reply_late", by="", words="", reply_due=order.reply_due)
            _tell(
                order,
                catalogue.packs().district.supervision.leader,
                order.head_post,
                title=Text("督办单到期没有回复", "No reply to an order in time"),
                body=Text(
                    f"督办 {order.number}，{day_said(order.reply_due).zh}到期。",
                    f"Order {order.number} was due on {day_said(order.reply_due).to('en')}.",
                ),
            )
            marked += 1
    return marked


def has_open_order(kind: str, key: str) -> bool:
    """Whether an order about a subject is open."""
    return Order.objects.filter(kind=kind, key=key).exclude(status=CLOSED).exists()


def tell_heads(post: str, office: str) -> list[Account]:
    """Return who answers for an office today: its head, or the leader while nobody is."""
    leader = catalogue.packs().district.supervision.leader
    return people.accounts_of(post) or (people.accounts_of(leader) if leader else [])


def _enter(
    order: Order, kind: str, *, by: str, words: str, reply_due: date | None = None
) -> OrderEntry:
    at = timezone.now()
    made = OrderEntry.objects.create(
        order=order,
        round=order.round,
        kind=kind,
        by=by,
        at=at,
        sealed=words,
        reply_due=reply_due,
    )
    data = {"order": order.number, "round": order.round, "subject": f"{order.kind}:{order.key}"}
    audit.record(STREAM, order.number, audit.News(kind=f"order.{kind}", at=at, by=by, data=data))
    return made


def _tell(order: Order, *posts: str, title: Text, body: Text) -> None:
    told = {account.pk: account for post in posts if post for account in people.accounts_of(post)}
    if order.head_post in posts and not people.accounts_of(order.head_post):
        told |= {account.pk: account for account in tell_heads(order.head_post, order.office)}
    for account in told.values():
        notices.notify(
            account,
            kind="supervision.order",
            title=title,
            body=body,
            link=f"/desk/supervision/{order.number}",
            key=f"order:{order.pk}:{order.status}:{order.round}:{title.en[:24]}:{account.pk}",
        )


def _locked(number: str, by: Account) -> Order:
    order = Order.objects.select_for_update().filter(number=number).first()
    if order is None or not access.may_see(order, by):
        raise access.no_such_order()
    return order


def _post(order: Order, by: Account) -> str:
    held = access.held(by)
    own = (order.post, order.head_post, catalogue.packs().district.head_of(order.office))
    return next(post for post in own if post in held)


def _leader(by: Account) -> str:
    return f"post:{catalogue.packs().district.supervision.leader}/account:{by.pk}"


def _next_number(year: int) -> str:
    Serial.objects.get_or_create(year=year)
    serial = Serial.objects.select_for_update().get(year=year)
    serial.last += 1
    serial.save(update_fields=["last"])
    return f"{year}-{serial.last:04d}"


def _sealed_for(number: str, text: str, field: str, needed: Text) -> str:
    order = Order.objects.select_related("person").filter(number=number).first()
    if order is None:
        raise access.no_such_order()
    return sealed(order.person, text, field=field, needed=needed)


def _reply_term(workdays: int) -> Term:
    if isinstance(workdays, bool) or not 1 <= workdays <= MOST_REPLY_DAYS:
        raise WrongInput(
            "supervision.reply_days",
            f"回复期限写 1 到 {MOST_REPLY_DAYS} 个工作日。",
            f"A reply is due in 1 to {MOST_REPLY_DAYS} working days.",
            field="reply_workdays",
        )
    return Term(workdays, "wd")


def _no_subject() -> NotFound:
    return NotFound(
        "supervision.no_subject",
        "没有找到要督办的这一件。请核对案卷号，再选一次。",
        "What you want to write about wasn't found. Check the case number and choose again.",
    )


def _already_open(subject: Subject) -> Conflict:
    order = Order.objects.filter(kind=subject.kind, key=subject.key).exclude(status=CLOSED).first()
    number = order.number if order else ""
    return Conflict(
        "supervision.order_open",
        f"这一件已经有一张督办单没办结：{number}。请在那一张里接着办。",
        f"An order about this is open already: {number}. Go on there.",
        facts={"order": number},
    )


def _not_now(order: Order) -> Conflict:
    return Conflict(
        "supervision.not_now",
        "这张督办单刚才有人办了一步。刷新看看现在到哪里，您写的没有发出。",
        "Somebody has just acted on this order. Reload and see where it stands; "
        "what you wrote was not sent.",
        facts={"order": order.number, "status": order.status, "round": order.round},
    )
