"""Warnings, the ladder, written orders and the digest, on a stopped clock."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from tests.apps.cases.cases_cast import Clock
from tests.factories import District, Newborn, newborn

from minsheng.apps.audit.models import Entry
from minsheng.apps.cases import actions as cases
from minsheng.apps.notices.models import Notice
from minsheng.apps.supervision import actions, reads
from minsheng.apps.supervision.kinds import KINDS
from minsheng.apps.supervision.models import Digest, Escalation, Order
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput

WORDS = "系统升级，明天上午办好"


def rules_of(story: Newborn, key: str) -> list[str]:
    return list(
        Escalation.objects.filter(kind="item", key=str(story.item_id(key)))
        .order_by("pk")
        .values_list("rule", flat=True)
    )


def told(district: District, username: str, kind: str) -> int:
    account = district.account(username)
    return Notice.objects.filter(account=account, kind=f"supervision.{kind}").count()


def test_the_ladder_warns_tells_the_head_orders_and_tells_the_leader_each_once(
    clock: Clock, district: District
):
    story = newborn(district, until="birth_certificate")  # 孙伟 has three working days
    for day, rules in (
        (date(2026, 3, 25), []),
        (date(2026, 3, 26), ["half"]),
        (date(2026, 3, 27), ["half", "most"]),
        (date(2026, 3, 28), ["half", "most"]),  # a Saturday
        (date(2026, 3, 30), ["half", "most", "head"]),
        (date(2026, 3, 31), ["half", "most", "head", "order"]),
        (date(2026, 4, 3), ["half", "most", "head", "order", "leader"]),
    ):
        clock.go_to(day)
        actions.watch()
        assert actions.watch() == 0
        # What has acted is not even locked again.
        ladder = reads.rules().ladder("item")
        assert list(KINDS["item"].candidates(ladder, day)) == []
        assert rules_of(story, "household") == rules, day
        if rules == ["half"]:
            for page in ("/desk", f"/desk/items/{story.item_id('household')}"):
                assert "黄灯" in district.client("sunwei").get(page).content.decode(), page
    assert told(district, "sunwei", "half") == 1
    assert told(district, "sunwei", "most") == 0  # on the due day the case's own timer speaks
    assert told(district, "luochuan", "head") == 1
    assert told(district, "zhoujing", "leader") == 1
    order = Order.objects.get()
    assert (order.office, order.post, order.head_post) == (
        "police", "police.household", "police.head",
    )  # fmt: skip
    view = reads.order(order.number, account=district.account("zhoujing"))
    assert [step.rule for step in view.ladder] == ["half", "most", "head", "order", "leader"]
    assert all(step.told for step in view.ladder if step.rule != "order")
    # The reply is late since 2 April: told once, and in the history.
    assert [entry.kind for entry in view.entries] == ["reply_late", "ordered"]
    assert not any("王" in entry.text for entry in Entry.objects.filter(stream="supervision"))


def test_a_stopped_clock_and_a_decided_item_trigger_nothing(clock: Clock, district: District):
    story = newborn(district, until="birth_certificate")
    sunwei = district.account("sunwei")
    cases.pause_item(story.item_id("household"), by=sunwei, reason="appraisal")
    clock.go_to(date(2026, 4, 10))
    assert actions.watch() == 0
    cases.resume_item(story.item_id("household"), by=sunwei)
    assert actions.watch() <= 1  # the time used before counts, the stop doesn't
    story.approve("household")
    story.approve("social_card")
    clock.go_to(date(2026, 5, 29))
    assert actions.watch() == 0
    assert Order.objects.count() == 0


def test_an_order_is_answered_sent_back_answered_and_closed_with_a_finding(
    clock: Clock, district: District
):
    story = newborn(district, until="birth_certificate")
    of, key = district.account, str(story.item_id("household"))
    for who in ("sunwei", "luochuan"):
        with pytest.raises(NotAllowed):
            actions.order_subject("item", key, by=of(who), reason="太慢")
    with pytest.raises(WrongInput):
        actions.order_subject("item", key, by=of("zhoujing"), reason=" ")
    order = actions.order_subject("item", key, by=of("zhoujing"), reason="申请人两次来问")
    assert (order.number, order.reply_due) == ("2026-0001", date(2026, 3, 26))
    with pytest.raises(Conflict, match="2026-0001"):
        actions.order_subject("item", key, by=of("zhoujing"), reason="再催")
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(status="closed")

    number = order.number
    with pytest.raises(Conflict):  # nothing to accept yet
        actions.close_order(number, by=of("zhoujing"), finding="好")
    assert [line.is_mine for line in reads.orders(of("luochuan"))] == [True]
    actions.reply_order(number, by=of("luochuan"), words=WORDS)
    with pytest.raises(Conflict):
        actions.reply_order(number, by=of("sunwei"), words="晚一步")
    actions.send_back_reply(number, by=of("zhoujing"), words="写明哪一天")
    actions.reply_order(number, by=of("sunwei"), words="3月26日办好")
    with pytest.raises(WrongInput):
        actions.close_order(number, by=of("zhoujing"), finding="")
    actions.close_order(number, by=of("zhoujing"), finding="设备故障，已修好")
    view = reads.order(number, account=of("luochuan"))
    assert [(entry.kind, entry.words) for entry in reversed(view.entries)] == [
        ("ordered", "申请人两次来问"),
        ("replied", WORDS),
        ("sent_back", "写明哪一天"),
        ("replied", "3月26日办好"),
        ("closed", ""),
    ]
    assert (view.status, view.finding, view.round) == ("closed", "设备故障，已修好", 2)
    assert "罗川" in view.entries[-2].by.zh

    for who in ("linlan", "liqiang", "hejun", "xujing"):
        assert reads.orders(of(who), closed=True) == []
        with pytest.raises(NotFound):
            reads.order(number, account=of(who))
        with pytest.raises(NotFound):
            actions.reply_order(number, by=of(who), words="好")


def test_the_digest_comes_once_each_working_morning(clock: Clock, district: District):
    newborn(district, until="birth_certificate")
    assert actions.send_digests() == 1  # 孙伟 alone has work
    assert actions.send_digests() == 0
    clock.go_to(date(2026, 3, 28))
    assert actions.send_digests() == 0  # a Saturday
    clock.go_to(date(2026, 3, 30))
    clock.at = clock.at.replace(hour=7)
    assert actions.send_digests() == 0  # too early
    clock.go_to(date(2026, 3, 31))
    actions.watch()
    assert actions.send_digests() == 2  # he is late; 罗川 has an order to answer
    assert Digest.objects.count() == 2
    notice = Notice.objects.filter(account=district.account("sunwei")).get(key="digest:2026-03-31")
    assert notice.body.zh == "超期 1 件，督办单等回复 1 张。"
