"""Each step of a bad review has its own term, its warnings and its ladder; orders about a review."""

from __future__ import annotations

from datetime import date

import pytest
from tests.apps.cases.cases_cast import Clock
from tests.factories import District, newborn

from minsheng.apps.notices.models import Notice
from minsheng.apps.ratings import actions as ratings
from minsheng.apps.supervision import actions, reads
from minsheng.apps.supervision.models import Escalation, Order
from minsheng.lib.errors import NotFound


@pytest.fixture
def number(clock: Clock, district: District) -> str:
    """A bad review of the police office with a name, opened on Tuesday 24 March 2026."""
    story = newborn(district, until="social_card")
    given = ratings.Given(1, {}, "跑了三趟")
    rating = ratings.rate_case(
        story.case_id, given, by=district.account("wangfang"), office="police"
    )
    return str(rating.review.number)


def acted(number: str) -> list[tuple[str, str, str]]:
    rows = Escalation.objects.filter(kind="review_step", key=number).order_by("pk")
    return [(row.version.partition(":")[0], row.rule, row.to_post) for row in rows]


def told(district: District, username: str, rule: str) -> list[str]:
    account = district.account(username)
    rows = Notice.objects.filter(
        account=account, kind=f"supervision.{rule}", link__contains="reviews"
    )
    return [row.title.zh for row in rows]


def on(clock: Clock, *days: int, month: int = 3) -> None:
    for day in days:
        clock.go_to(date(2026, month, day))
        actions.watch()
        assert actions.watch() == 0


def test_each_step_is_warned_of_and_escalates_by_its_own_term(
    clock: Clock, district: District, number: str
):
    opened = clock.at.date()
    desk = "office.feedback"
    calendar_days = list(range(opened.day, 32))
    on(clock, *calendar_days)
    steps = acted(number)
    assert steps[:3] == [
        ("visit", "half", desk),
        ("visit", "most", desk),
        ("visit", "head", "office.leader"),
    ]
    assert ("visit", "leader", "office.leader") in steps
    assert len(told(district, "xujing", "half")) == 1
    assert told(district, "luochuan", "half") == []  # the rated office learns nothing yet
    # The next step has a clock of its own: nothing of the late one before is carried over.
    xu = district.account("xujing")
    ratings.record_contact(number, by=xu, reached=True, words="说了经过")
    actions.watch()
    assert {stage for stage, _, _ in acted(number)} == {"visit"}
    ratings.verify_review(number, by=xu, founded=True, words="属实", for_office="一次说清")
    on(clock, 1, 2, 3, 7, 8, 9, 10, 13, month=4)
    correct = [(rule, to) for stage, rule, to in acted(number) if stage == "correct"]
    assert correct[:2] == [("half", "police.head"), ("most", "police.head")]
    assert ("head", "police.head") in correct and ("leader", "office.leader") in correct
    assert told(district, "luochuan", "head") and told(district, "zhoujing", "leader")
    page = district.client("xujing").get(f"/desk/reviews/{number}").content.decode()
    assert "提醒和上报" in page
    assert (
        "提醒和上报"
        not in district.client("luochuan").get(f"/desk/reviews/{number}").content.decode()
    )


def test_a_rater_is_never_urged(clock: Clock, district: District, number: str):
    xu, luo = district.account("xujing"), district.account("luochuan")
    ratings.record_contact(number, by=xu, reached=True, words="说了经过")
    ratings.verify_review(number, by=xu, founded=True, words="属实", for_office="一次说清")
    ratings.correct_review(number, by=luo, words="改了")
    ratings.answer_review(number, by=luo, words="改好了")
    Escalation.objects.all().delete()
    on(clock, 7, 8, 9, month=4)
    assert "confirm" not in {stage for stage, _, _ in acted(number)}


def test_the_leader_orders_about_a_review_from_its_page(
    clock: Clock, district: District, number: str
):
    leader, office = district.client("zhoujing"), district.client("luochuan")
    form = f"/desk/supervision/new?review={number}"
    assert form in leader.get(f"/desk/reviews/{number}").content.decode()
    page = leader.get(form).content.decode()
    assert "发出" in page and number in page and "跑了三趟" not in page
    said = {"review": number, "reason": "两天没有人联系", "reply_workdays": "2"}
    assert leader.post(form, {**said, "reason": ""}).status_code == 422
    for who, answer in (("xujing", 403), ("luochuan", 403), ("liqiang", 403)):
        assert district.client(who).post(form, said).status_code == answer, who
    made = leader.post(form, said)
    order = Order.objects.get()
    assert made["Location"] == f"/desk/supervision/{order.number}"
    assert (order.kind, order.key, order.post) == ("review", number, "office.feedback")
    again = leader.post(form, said)
    assert again.status_code == 409 and order.number in again.content.decode()
    assert order.number in leader.get(f"/desk/reviews/{number}").content.decode()
    assert office.get(f"/desk/supervision/{order.number}").status_code == 404
    actions.reply_order(order.number, by=district.account("xujing"), words="今天联系")
    assert "没有这一件" in leader.get("/desk/supervision/new?review=2026-9999").content.decode()


def test_no_order_is_about_a_single_step(clock: Clock, district: District, number: str):
    with pytest.raises(NotFound):
        actions.order_subject("review_step", number, by=district.account("zhoujing"), reason="快")
    assert reads.review_choice("x", account=district.account("zhoujing")) is None
