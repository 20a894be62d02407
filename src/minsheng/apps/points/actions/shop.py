"""The exchange shop: ordering sets points aside, the code hands the good over, time gives back."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from minsheng.apps.accounts import actions as accounts
from minsheng.apps.accounts import reads as account_reads
from minsheng.apps.accounts.actions import Why
from minsheng.apps.points import access
from minsheng.apps.points.actions.posting import WORKER
from minsheng.apps.points.actions.telling import record, tell, who
from minsheng.apps.points.models import (
    CANCELLED,
    HANDED,
    LAPSED,
    OPEN,
    Exchange,
    Participant,
    Stock,
)
from minsheng.apps.points.schemes import good_of, scheme_of
from minsheng.engines.points import period_of
from minsheng.lib.errors import Conflict, NotFound, WrongInput
from minsheng.lib.texts import Text

if TYPE_CHECKING:
    from minsheng.apps.accounts.models import Posting
    from minsheng.apps.people.models import Account

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8
MOST_STOCK = 10_000


def order(scheme: str, good: str, *, by: Account) -> Exchange:
    """Return an order of one good: its points are set aside, the code hands it over.

    Raises NotFound for who takes no part, NotEnough, and Conflict for an empty shelf or a full cap.
    """
    own = access.require_participant(by, scheme)
    declared = scheme_of(scheme)
    wanted = good_of(declared, good)
    today = timezone.localdate()
    assert by.person is not None
    with transaction.atomic():
        row = Participant.objects.select_for_update().get(pk=own.pk)
        _require_room(row, good, today)
        taken = Stock.objects.filter(
            scheme=scheme, circle=row.circle, good=good, left__gt=0
        ).update(left=F("left") - 1)
        if not taken:
            raise Conflict(
                "points.none_left",
                "这样东西换完了。换别的，或者过几天再来。",
                "There is none left. Choose something else, or come back in a few days.",
                facts={"good": good},
            )
        made = Exchange.objects.create(
            participant=row,
            person=by.person,
            good=good,
            price=wanted.price,
            code="".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)),
            ordered_on=today,
            ready_until=today + timedelta(days=wanted.keep_days),
        )
        why = Why(f"exchange:{made.pk}", f"exchange:{made.pk}", today, who(by))
        accounts.reserve(declared.unit(row.circle), row.holder, wanted.price, why)
        record(row, "ordered", who(by), exchange=made.pk, good=good)
    return made


def cancel(exchange_id: int, *, by: Account) -> Exchange:
    """Return one's own order, cancelled before it was handed over; the points are back."""
    with transaction.atomic():
        row = _locked(exchange_id)
        own = {one.pk for one in access.participants_of(by)}
        if row.participant_id not in own:
            raise _no_exchange()
        _give_back(row, CANCELLED, who(by), on=timezone.localdate())
    return row


def hand_over(scheme: str, circle: str, code: str, *, by: Account) -> Exchange:
    """Return the order whose code was shown, handed over: once, and the points are used.

    Raises NotFound for a code that isn't of this circle, Conflict when it was handed over before.
    """
    access.require_duty(by, scheme, circle, "shop")
    plain = "".join(code.upper().split()).replace("-", "")
    with transaction.atomic():
        found = Exchange.objects.filter(
            code=plain, participant__scheme=scheme, participant__circle=circle
        ).first()
        if found is None:
            raise NotFound(
                "points.no_code",
                "没有这个取货码。请再看一遍，码里没有 0、1、I、L、O。",
                "There is no such code. Look again; it has no 0, 1, I, L or O.",
                field="code",
            )
        row = _locked(found.pk)
        _require_open(row)
        accounts.settle(_reserved(row), _why(row, "settle", who(by), timezone.localdate()))
        row.state, row.handed_by, row.closed_at = HANDED, by, timezone.now()
        row.save(update_fields=["state", "handed_by", "closed_at"])
        record(row.participant, "handed_over", who(by), exchange=row.pk)
    return row


def take_back(exchange_id: int, *, by: Account) -> Exchange:
    """Return a handed-over order that was brought back: points and stock are as before."""
    with transaction.atomic():
        row = _locked(exchange_id)
        participant = row.participant
        access.require_duty(by, participant.scheme, participant.circle, "shop")
        settled = account_reads.posting_by_key(f"exchange:{row.pk}:settle")
        if row.state != HANDED or settled is None:
            raise _no_exchange()
        accounts.reverse(settled, _why(row, "returned", who(by), timezone.localdate()))
        _shelve(row)
        row.state, row.handed_by, row.closed_at = CANCELLED, None, timezone.now()
        row.save(update_fields=["state", "handed_by", "closed_at"])
        record(participant, "brought_back", who(by), exchange=row.pk)
    return row


def lapse_due(*, on: date | None = None) -> int:
    """Return how many orders were given up because nobody came for them; the points are back."""
    day = on or timezone.localdate()
    due = Exchange.objects.filter(state=OPEN, ready_until__lt=day).order_by("pk")
    made = 0
    for pk in list(due.values_list("pk", flat=True)[:1000]):
        with transaction.atomic():
            row = _locked(pk)
            if row.state == OPEN:
                _give_back(row, LAPSED, WORKER, on=day)
                made += 1
    return made


def add_stock(scheme: str, circle: str, good: str, count: int, *, by: Account) -> Stock:
    """Return the stock after `count` came in (or, below zero, were taken out)."""
    access.require_duty(by, scheme, circle, "shop")
    good_of(scheme_of(scheme), good)
    with transaction.atomic():
        Stock.objects.bulk_create(
            [Stock(scheme=scheme, circle=circle, good=good)], ignore_conflicts=True
        )
        row = Stock.objects.select_for_update().get(scheme=scheme, circle=circle, good=good)
        if not 0 <= row.left + count <= MOST_STOCK or not count:
            raise WrongInput(
                "points.stock",
                f"数量要让库存在 0 到 {MOST_STOCK} 之间，现在有 {row.left}。",
                f"The stock lies between 0 and {MOST_STOCK}; there are {row.left} now.",
                field="count",
            )
        row.left += count
        row.save(update_fields=["left"])
    return row


def _give_back(row: Exchange, state: str, by: str, *, on: date) -> None:
    _require_open(row)
    accounts.release(_reserved(row), _why(row, "release", by, on))
    _shelve(row)
    row.state, row.closed_at = state, timezone.now()
    row.save(update_fields=["state", "closed_at"])
    record(row.participant, state, by, exchange=row.pk)
    if state == LAPSED:
        tell(
            row.person,
            row.participant,
            Text("没有来取，积分退回了", "You didn't come, and the points are back"),
            Text(
                "留的日子过了，东西放回货架，积分退给您。",
                "The days are over; it is back on the shelf.",
            ),
            key=f"lapsed:{row.pk}",
        )


def _shelve(row: Exchange) -> None:
    one = row.participant
    Stock.objects.filter(scheme=one.scheme, circle=one.circle, good=row.good).update(
        left=F("left") + 1
    )


def _why(row: Exchange, act: str, by: str, on: date) -> Why:
    return Why(f"exchange:{row.pk}:{act}", f"exchange:{row.pk}", on, by)


def _reserved(row: Exchange) -> Posting:
    found = account_reads.posting_by_key(f"exchange:{row.pk}")
    if found is None:
        raise _no_exchange()
    return found


def _require_room(row: Participant, good: str, today: date) -> None:
    cap = good_of(scheme_of(row.scheme), good).cap
    if cap is None:
        return
    period = period_of(today, cap.every)
    had = Exchange.objects.filter(participant=row, good=good, state__in=[OPEN, HANDED])
    had = had.filter(ordered_on__range=(period.first, period.last))
    if had.count() >= cap.times:
        raise Conflict(
            "points.good_capped",
            f"这样东西这段时间最多换 {cap.times} 份，您已经换满了。换别的，或下一段时间再来。",
            f"At most {cap.times} of these in this period, and you have had them. Choose something else.",
        )


def _require_open(row: Exchange) -> None:
    if row.state != OPEN:
        raise Conflict(
            "points.exchange_closed",
            "这一单已经办过了：取走、取消或过期。请刷新页面。",
            "This order is closed: handed over, cancelled or given up. Reload the page.",
            facts={"state": row.state},
        )


def _locked(exchange_id: int) -> Exchange:
    row = (
        Exchange.objects.select_for_update(of=("self",))
        .select_related("participant", "person")
        .filter(pk=exchange_id)
        .first()
    )
    if row is None:
        raise _no_exchange()
    return row


def _no_exchange() -> NotFound:
    return NotFound(
        "points.no_exchange",
        "没有这一单，或者它和您无关。",
        "There is no such order, or it isn't yours.",
    )
