"""A lead sends a request back while helpers have answered: nothing they said is lost, nobody waits for nothing."""

from __future__ import annotations

import pytest
from tests.apps.appeals.requests_of import whistle
from tests.apps.appeals.test_dispatching import LAMP, told

from minsheng.apps.appeals import actions, reads
from minsheng.apps.appeals.models import Request
from minsheng.apps.notices.models import Notice
from minsheng.lib.errors import NotAllowed

HELPERS = ("planning.land", "urban.roads")
SAID = "图纸看过了，增容不占规划道路。"


def sent_back(district) -> str:
    """A whistle whose lead sends it back after one helper has answered and another has signed."""
    number = whistle(district, "signed", helpers=HELPERS).number
    land, road = district.account("weiguo"), district.account("tianye")
    actions.sign(number, "2", by=land)
    actions.answer_item(number, "2", "done", SAID, by=land)
    actions.sign(number, "3", by=road)
    district.work()  # the lead is told while it still leads
    actions.send_back_together(number, "1", "not_ours", by=district.account("pengbo"))
    return number


def told_titles(district, username: str) -> set[str]:
    return set(
        Notice.objects.filter(account=district.account(username)).values_list("title_zh", flat=True)
    )


def test_the_next_lead_reads_what_helpers_said_and_who_was_at_it_is_told(district):
    number = sent_back(district)
    district.work()
    assert "这一单不用您办了" in told_titles(district, "tianye")
    assert "协办反馈了" in told_titles(district, "pengbo")
    assert "有一件退单，要重新派" in told_titles(district, "fanxue")
    row = Request.objects.get(number=number)
    assert list(row.items.order_by("pk").values_list("status", flat=True)) == [
        "returned", "answered", "relieved",
    ]  # fmt: skip
    actions.dispatch(number, "urban.roads", by=district.account("fanxue"))
    view = reads.desk_view(number, account=district.account("tianye"))
    assert any(one.words == SAID for one in view.happenings)
    road = district.account("tianye")
    actions.sign(number, "4", by=road)
    actions.contact(number, "4", "call", by=road)
    actions.answer_item(number, "4", "done", "接好了。", by=road)
    own = reads.own_view(number, account=district.account("huangyi"))
    assert (own.status, own.answer) == ("visiting", "接好了。")
    assert SAID not in [one.words for one in own.happenings]
    assert reads.check_request(Request.objects.get(number=number)).is_good


def test_a_helper_who_has_answered_is_not_proposed_again_and_it_may_still_be_refused(district):
    number = whistle(
        district, "signed", category="land", helpers=("construction.buildings",)
    ).number
    view = reads.desk_view(number, account=district.account("fanxue"))
    assert view.proposed_helpers == ("construction.buildings",)
    helper = Request.objects.get(number=number).items.get(key="2")
    account = district.account("caili")
    actions.sign(number, helper.key, by=account)
    actions.answer_item(number, helper.key, "done", SAID, by=account)
    actions.send_back_together(number, "1", "not_ours", by=district.account("pengbo"))
    view = reads.desk_view(number, account=district.account("fanxue"))
    assert view.proposed_helpers == ()
    assert "refuse" in view.may


def test_what_is_joined_goes_back_and_out_again_with_it(district):
    desk, road = district.account("fanxue"), district.account("tianye")
    first, second = (
        told(district, "路灯不亮", category=LAMP),
        told(district, "路灯坏了", category=LAMP),
    )
    actions.join_request(second, first, by=desk)
    actions.dispatch_together(first, "urban.roads", by=desk)
    actions.sign(second, "1", by=road)
    with pytest.raises(NotAllowed):
        actions.send_back_together(first, "1", "not_ours", by=district.account("liqiang"))
    for _ in range(2):
        actions.send_back_together(first, "1", "not_ours", by=road)
    assert {row.status for row in Request.objects.all()} == {"received"}
    actions.dispatch_together(first, "urban.order", by=desk)
    leads = [row.items.get(status="waiting").post for row in Request.objects.all()]
    assert leads == ["urban.order", "urban.order"]
    assert all(reads.check_request(row).is_good for row in Request.objects.all())
