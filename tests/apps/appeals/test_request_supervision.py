"""Requests are watched over like everything with a due day: warned of, ordered, told."""

from __future__ import annotations

from datetime import timedelta

from tests.apps.appeals.requests_of import whistle

from minsheng.apps.appeals import access, store
from minsheng.apps.people import installed
from minsheng.apps.supervision import actions, reads
from minsheng.apps.supervision.models import Escalation, Order
from minsheng.lib.workdays import Term


def late_by(request, workdays: int):
    """The day so many working days after the lead's term."""
    due = store.state_of(request).items["1"].finish_due.at.date()
    return installed.calendar().add(due, Term(workdays, "wd")).day


def test_a_late_office_gets_a_written_order_once_and_the_leader_hears_in_the_end(district):
    made = whistle(district, "contacted")
    assert actions.watch(late_by(made, 1)) == 1
    assert actions.watch(late_by(made, 1)) == 0
    order = Order.objects.get()
    assert (order.kind, order.subject_number, order.post) == (
        "request",
        made.number,
        "economy.energy",
    )
    assert reads.order(order.number, account=district.account("pengbo")).path.endswith(made.number)
    actions.watch(late_by(made, 5))
    assert set(Escalation.objects.values_list("rule", flat=True)) >= {"order", "leader"}


def test_dispatch_that_waits_too_long_is_told_to_the_head_of_the_centre(district):
    made = whistle(district)
    day = store.state_of(made).dispatch_due.at.date()
    actions.watch(installed.calendar().add(day, Term(1, "wd")).day)
    found = Escalation.objects.get(kind="request_desk", rule="head")
    assert (found.to_post, found.key) == ("appeals.head", made.number)


def test_the_leader_orders_and_a_protected_request_is_never_named(district, monkeypatch):
    made = whistle(district, "signed")
    leader = district.account("zhoujing")
    choice = reads.choices(made.number, account=leader)[0]
    actions.order_subject(choice.kind, choice.key, by=leader, reason="企业等了两个月")
    spec = access.spec_of(made)
    object.__setattr__(spec, "protected", True)
    try:
        assert reads.choices(made.number, account=leader) == []
    finally:
        object.__setattr__(spec, "protected", False)


def test_a_clock_that_stands_warns_of_nothing(district):
    made = whistle(district, "contacted")
    from minsheng.apps.appeals import actions as appeals

    until = district.today + timedelta(days=40)
    appeals.ask_hold(made.number, "1", "waits_money", until, by=district.account("pengbo"))
    appeals.answer_hold(made.number, "1", by=district.account("zhoujing"), granted=True)
    assert actions.watch(late_by(made, 3)) == 0
