"""Ratings of invented visits and one open order, so that neither page is empty at the first start."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import cycle
from typing import TYPE_CHECKING

from django.utils import timezone

from minsheng.apps.cases import reads as cases
from minsheng.apps.people import reads as people
from minsheng.apps.ratings import actions as ratings
from minsheng.apps.supervision import actions as supervision
from minsheng.lib.errors import MinshengError

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account

LAST_MONTH = (
    (5, "一次就办好了，不用再跑。"),
    (5, ""),
    (4, "人多，叫号要快一点。"),
    (5, "讲得很清楚。"),
    (3, ""),
    (2, "排到了才说少一样，又回家拿。"),
    (5, ""),
)
THIS_MONTH = ((5, ""), (4, "不错。"))


def settle(on: date) -> None:
    """Rate visits of last month and this one, open a bad review, and write an order."""
    clerk = people.accounts_of("hall.window")[0]
    last = on.replace(day=1) - timedelta(days=12)
    for day, said in ((last, LAST_MONTH), (on, THIS_MONTH)):
        at = timezone.now() - timedelta(days=(on - day).days)
        for (score, words), channel in zip(said, cycle(("qr", "kiosk", "sms"))):
            _, code = ratings.give_code(by=clerk, at=at)
            ratings.rate_visit(code, ratings.Given(score, {}, words, channel=channel), at=at)
    _complain(clerk)
    ratings.follow_ledger()
    ratings.publish_months(on)
    _order()


def _complain(clerk: Account) -> None:
    """Let an invented mother rate a visit badly, and the desk find it founded."""
    mother = people.account_by_username("mother01")
    desk = people.accounts_of("office.feedback")
    if mother is None or not desk:
        return
    _, code = ratings.give_code(by=clerk)
    said = ratings.Given(2, {"manner": 2}, "窗口没有一次说清要带什么，跑了两趟。")
    review = ratings.rate_visit(code, said, by=mother).review.number
    ratings.record_contact(review, by=desk[0], reached=True, words="说了经过，同意核实。")
    ratings.verify_review(
        review,
        by=desk[0],
        founded=True,
        words="问过当天的人，确实没有说全。",
        for_office="来人取号时就给一张要带什么的清单。",
    )


def _order() -> None:
    """Let the leader write an order about an item that waits at the police office."""
    leader, officer = people.accounts_of("office.leader"), people.accounts_of("police.household")
    if not leader or not officer:
        return
    for row in cases.inbox(officer[0]):
        try:
            supervision.order_subject(
                "item", str(row.id), by=leader[0], reason="申请人来问过两次，请写明哪一天办好。"
            )
        except MinshengError:
            continue
        return
