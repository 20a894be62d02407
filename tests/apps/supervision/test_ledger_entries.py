"""Entries of the ledger climb the same ladder as items of cases; an order about one is about nobody."""

from __future__ import annotations

from datetime import date

from tests.apps.cases.cases_cast import Clock
from tests.factories import District

from minsheng.apps.projects import actions as projects
from minsheng.apps.projects.actions import NewEntry
from minsheng.apps.supervision import actions, reads
from minsheng.apps.supervision.models import Escalation, Order
from minsheng.lib.texts import Text


def test_a_late_entry_is_told_to_the_head_ordered_and_told_to_the_leader_each_once(
    clock: Clock, district: District
):
    new = NewEntry(
        title=Text("东坡村路灯（演示）"),
        owner="construction.works",
        checker="office.ledger",
        due=date(2026, 3, 27),
    )
    entry = projects.open_entry(new, by=district.account("fangwei"))
    for day, rules in (
        (date(2026, 3, 25), []),
        (date(2026, 3, 30), ["head"]),
        (date(2026, 3, 31), ["head", "order"]),
        (date(2026, 4, 3), ["head", "order", "leader"]),
    ):
        clock.go_to(day)
        actions.watch()
        assert actions.watch() == 0
        acted = Escalation.objects.filter(kind="project", key=entry.number).order_by("pk")
        assert list(acted.values_list("rule", flat=True)) == rules, day
    order = Order.objects.get()
    assert order.person is None
    actions.reply_order(order.number, by=district.account("fangwei"), words="周五装好")
    actions.close_order(order.number, by=district.account("zhoujing"), finding="装好了")
    seen = reads.order(order.number, account=district.account("lijia"))
    assert [one.words for one in seen.entries][1] == "周五装好"
    assert seen.finding == "装好了"
