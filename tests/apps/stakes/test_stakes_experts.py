"""Experts are asked with a day, find it in their inbox, are warned, and are done once they spoke."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.apps.stakes.stakes_of import EXPERTS, judge, led_to, take

from minsheng.apps.notices.models import Notice
from minsheng.apps.people.models import Account
from minsheng.apps.stakes import actions, reads
from minsheng.apps.stakes.actions import Said, Word
from minsheng.apps.stakes.models import Stake
from minsheng.lib.errors import Conflict, NotAllowed, NotFound

WORD = Word(agrees=True, has_interest=False, words="没有责任问题。")


def told(name: str) -> int:
    return Notice.objects.filter(account__username=name, kind="stake").count()


def test_an_expert_asked_about_a_write_off_has_it_in_the_inbox_until_it_is_said(district):
    stake = led_to(district, "pass_review")
    expert, bureau = district.account("heming"), district.account("gaowen")
    assert reads.opinions_asked(expert) == []
    with pytest.raises(NotAllowed):
        actions.give_opinion(stake.pk, WORD, by=expert)  # nobody asked
    before = told("heming")
    actions.ask_experts(stake.pk, by=bureau)
    (asked,) = reads.opinions_asked(expert)
    assert (asked.line.id, asked.left, asked.about.zh) == (stake.pk, 5, "说能不能核销")
    assert told("heming") == before + 1
    assert asked.line in reads.inbox(expert)
    page = district.client("heming").get("/desk").content.decode()
    assert "1 个项目等您的意见" in page and f"/desk/stakes/{stake.pk}" in page
    with pytest.raises(Conflict):
        actions.ask_experts(stake.pk, by=bureau)
    district.client("heming").post(
        f"/desk/stakes/{stake.pk}",
        {"act": "opinion", "agrees": "yes", "has_interest": "no", "words": "没有责任问题"},
    )
    assert reads.opinions_asked(expert) == [] and reads.inbox(expert) == []
    assert "等您的意见" not in district.client("heming").get("/desk").content.decode()
    assert [one.line.id for one in reads.opinions_asked(district.account("fuxiao"))] == [stake.pk]
    for name in EXPERTS[1:]:
        actions.give_opinion(stake.pk, WORD, by=district.account(name))
    stake = take(district, stake, "write_off", "bureau", Said(reason="做不成"))
    assert stake.opinions_due is None
    assert reads.opinions_asked(district.account("tongwei")) == []


def test_experts_are_warned_once_before_and_once_after_the_last_day(district):
    stake = led_to(district, "check")
    due = stake.opinions_due
    assert due is not None and told("heming") == 1
    actions.give_opinion(stake.pk, WORD, by=district.account("fuxiao"))
    assert actions.remind(district.today) == 0
    assert actions.remind(due) == 3  # of four, one spoke
    assert actions.remind(due) == 0
    assert actions.remind(due + timedelta(days=1)) == 3
    assert actions.remind(due + timedelta(days=2)) == 0
    assert (told("heming"), told("fuxiao")) == (3, 1)
    Stake.objects.filter(pk=stake.pk).update(opinions_due=district.today - timedelta(days=3))
    (late,) = reads.opinions_asked(district.account("heming"))
    assert late.left < 0
    judge(district, stake, names=("heming", "yanshi", "tongwei"))
    assert actions.remind(due + timedelta(days=9)) == 0


def test_only_the_bureau_asks_and_only_while_it_runs(district):
    stake = led_to(district, "check")
    with pytest.raises(Conflict):
        actions.ask_experts(stake.pk, by=district.account("gaowen"))
    for name, refused in (("xuhang", NotAllowed), ("huangyi", NotAllowed), ("liqiang", NotFound)):
        with pytest.raises(refused):
            actions.ask_experts(stake.pk, by=district.account(name))


def test_whoever_applied_takes_no_step_of_an_office(district):
    stake = led_to(district, "conclude")
    own = district.account("huangyi").person
    Account.objects.filter(username="gaowen").update(person=own)
    bureau = district.account("gaowen")
    assert reads.stake_view(stake.pk, bureau).may == ()
    with pytest.raises(NotAllowed) as error:
        actions.take_step(stake.pk, "approve", Said(), by=bureau)
    assert error.value.code == "stakes.own_application"
    Account.objects.filter(username="gaowen").update(person=None)
    assert take(district, stake, "approve", "bureau").state == "approved"


def test_who_fills_the_pool_neither_judges_nor_approves(district):
    stake = led_to(district, "conclude")
    pool = district.account("shimin")
    with pytest.raises(NotFound):
        actions.take_step(stake.pk, "approve", Said(), by=pool)
    with pytest.raises(NotAllowed):
        actions.fill_pool("seed", by=district.account("gaowen"))
    assert [one.is_filled for one in reads.pools(pool)] == [True]
