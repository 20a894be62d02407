"""What neighbours settle together: meeting, a secret vote, the small fund; and who is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from tests.apps.councils.matters_of import (
    AREA,
    COMMUNITY,
    OWN,
    SHARED,
    invitation,
    lamp,
    matter,
    noon,
    payment,
    settle_homes,
)

from minsheng.apps.accounts import reads as accounts
from minsheng.apps.appeals import actions as appeals
from minsheng.apps.appeals import reads as requests
from minsheng.apps.appeals.models import Request, Sorted, Subscription
from minsheng.apps.audit import reads as audit
from minsheng.apps.councils import actions, reads
from minsheng.apps.councils.models import Ballot, Home, Payment, Vote, Voter
from minsheng.apps.notices.models import Notice
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput

pytestmark = pytest.mark.django_db


def test_a_lamp_is_settled_together_paid_by_the_fund_and_closed_by_the_requesters_word(district):
    story = lamp(district, "done")
    mother, desk = district.account("wangfang"), district.account("shenya")
    district.work()
    view = reads.matter_of_request(story.number, account=mother)
    assert (view.state, view.paid_fen) == ("done", 78000)
    assert view.votes[0].said.zh == "通过了"
    assert [(c.votes, c.is_chosen) for c in view.votes[0].choices] == [
        (2, True),
        (1, False),
        (0, False),
    ]
    assert view.payments[0].payee == ""
    told = list(Notice.objects.filter(account=mother).values_list("title_zh", flat=True))
    for said in ("您提的事，大家办好了", "您提的事，小基金付了一笔", "有一次表决等您家投票"):
        assert said in told
    # Closing goes by the rules of every request.
    appeals.dispatch(story.number, "shiqiao.services", by=district.account("fanxue"))
    appeals.sign(story.number, "1", by=desk)
    appeals.contact(story.number, "1", "visit", by=desk, words="当面说了结果")
    appeals.answer_item(story.number, "1", "done", "灯都亮了", by=desk)
    appeals.answer_visit(story.number, by=mother, solved=True, score=5)
    row = Request.objects.get(number=story.number)
    assert (row.status, row.outcome) == ("closed", "solved")
    assert requests.check_request(row).is_good
    assert accounts.verify("").is_whole
    fund = reads.fund_of(COMMUNITY, timezone.localdate().year)
    assert (fund.given, fund.spent, fund.held, fund.left) == (100000, 78000, 0, 22000)


def test_neighbours_are_told_and_strangers_see_nothing(district):
    story = lamp(district, "voting")
    district.work()
    titles = Notice.objects.filter(account=district.account("zhouyan"))
    assert set(titles.values_list("title_zh", flat=True)) == {
        "请您参加一次议事会",
        "有一次表决等您家投票",
    }
    room = reads.own_room(district.account("zhouyan"))
    assert (room.home, len(room.votes)) == ("3 栋 2-2", 1)
    stranger = district.account("liqiang")
    assert reads.own_room(stranger).votes == ()
    for look in (
        lambda: reads.own_matter(story.matter, account=stranger),
        lambda: reads.matter_of_request(story.number, account=stranger),
        lambda: reads.desk_matter(story.matter, account=district.account("sunwei")),
        lambda: reads.desk_matter(story.matter, account=stranger),
        lambda: reads.public_matter(story.matter),
        lambda: actions.cast_vote(story.vote, "1", by=stranger),
    ):
        with pytest.raises(NotFound):
            look()
    with pytest.raises(NotAllowed):
        reads.desk_room(district.account("sunwei"))
    with pytest.raises(NotAllowed):
        actions.cast_on_paper(story.vote, "3 栋 2-1", "1", by=district.account("sunwei"))


def test_only_what_was_sorted_as_small_is_called_and_only_by_its_street(district):
    story = lamp(district, "asked")
    desk = district.account("shenya")

    def call(by=desk, **more):
        said = {"title": "灯", "words": "换不换", "invitation": invitation(), **more}
        return actions.call_council(story.number, by=by, **said)

    with pytest.raises(Conflict):
        call()
    appeals.sort_request(story.number, OWN, by=district.account("fanxue"))
    with pytest.raises(Conflict):
        call()
    other = lamp_of_another(district)
    with pytest.raises(NotAllowed):
        actions.call_council(
            other,
            title="灯",
            words="换不换",
            invitation=invitation(),
            by=district.account("sunwei"),
        )
    for wrong in ({"title": " "}, {"invitation": invitation(-1)}, {"part": "9 栋"}):
        with pytest.raises((WrongInput, Conflict)):
            actions.call_council(
                other,
                **{"title": "灯", "words": "换", "invitation": invitation(), "by": desk, **wrong},
            )
    first = actions.call_council(
        other, title="灯", words="换", invitation=invitation(), by=desk, part="3 栋"
    )
    again = actions.call_council(
        other, title="另一个", words="换", invitation=invitation(), by=desk
    )
    assert again.pk == first.pk


def lamp_of_another(district):
    told = appeals.Told(
        category="other.matter.unsure", words="灯不亮", area=AREA,
        contact={"contact_name": "周岩", "phone": "13800001234"},
    )  # fmt: skip
    number = appeals.file_request("hotline", told, by=district.account("zhouyan")).number
    appeals.sort_request(number, SHARED, by=district.account("fanxue"))
    return number


def test_a_household_votes_once_in_secret_and_only_while_it_is_open(district):
    story = lamp(district, "voting")
    vote = Vote.objects.get(pk=story.vote)
    mother, father = district.account("wangfang"), district.account("chenli")
    before = noon(vote.opens_on - timedelta(days=1))
    after = noon(vote.closes_on + timedelta(days=1))
    for at in (before, after):
        with pytest.raises(Conflict):
            actions.cast_vote(vote.pk, "1", by=mother, at=at)
    with pytest.raises(WrongInput):
        actions.cast_vote(vote.pk, "9", by=mother)
    actions.cast_vote(vote.pk, "1", by=mother, at=noon(vote.closes_on))
    for again in (
        lambda: actions.cast_vote(vote.pk, "2", by=father),
        lambda: actions.cast_vote(vote.pk, "2", by=mother),
        lambda: actions.cast_on_paper(vote.pk, "3 栋 2-1", "2", by=district.account("shenya")),
    ):
        with pytest.raises(Conflict):
            again()
    actions.cast_on_paper(vote.pk, "3 栋 2-4", "2", by=district.account("shenya"))
    district.work()
    paper = Notice.objects.filter(account=district.account("zhanglei"), title_zh__contains="纸票")
    assert paper.count() == 1  # so that nobody's vote is made up behind their back
    shown = reads.desk_matter(story.matter, account=district.account("shenya")).view.votes[0]
    assert shown.took_part == 2
    assert {choice.votes for choice in shown.choices} == {None}
    # Nothing says who voted what: not a row, not an event, not a moment.
    names = {field.name for field in Ballot._meta.get_fields()}
    assert names == {"id", "vote", "choice"}
    assert {field.name for field in Voter._meta.get_fields()} == {
        "id", "vote", "home", "has_voted", "on_paper",
    }  # fmt: skip
    entries = audit.history("request", str(matter(story).request_id))
    assert sum(entry.kind == "council.vote" for entry in entries) == 1
    assert not actions.close_due_votes(noon(vote.closes_on))
    assert actions.close_due_votes(after) == 1
    with pytest.raises(Conflict):
        actions.cast_vote(vote.pk, "1", by=district.account("suqin"))


def test_a_vote_with_too_few_fails_and_the_neighbours_are_called_again(district):
    story = lamp(district, "voting")
    story.votes("1")
    story.close()
    assert matter(story).state == "failed"
    view = reads.matter_of_request(story.number, account=district.account("wangfang"))
    assert view.votes[0].lacks_part == 1
    desk = district.account("shenya")
    with pytest.raises(Conflict):
        actions.propose_payment(story.matter, what="灯", payee="甲", amount_fen=1, by=desk)
    with pytest.raises(Conflict):
        actions.finish_matter(story.matter, "好了", by=desk)
    actions.call_again(story.matter, invitation(), by=desk)
    actions.hold_meeting(story.matter, came=4, minutes="再议一次，都同意了，不用投票。", by=desk)
    assert actions.finish_matter(story.matter, "大家自己动手换了。", by=desk).state == "done"
    assert reads.public_matter(story.matter).number == ""


def test_days_costs_and_proposals_are_bound_by_the_pack(district):
    story = lamp(district, "met")
    desk, today = district.account("shenya"), timezone.localdate()
    good = {
        "question": "换不换？", "proposals": [("换", 100)], "opens_on": today,
        "closes_on": today + timedelta(days=4),
    }  # fmt: skip
    for wrong in (
        {"proposals": []},
        {"proposals": [("换", 500001)]},
        {"proposals": [(" ", 1)]},
        {"closes_on": today + timedelta(days=1)},
        {"closes_on": today + timedelta(days=40)},
        {"opens_on": today - timedelta(days=1)},
        {"question": ""},
    ):
        with pytest.raises(WrongInput):
            actions.open_vote(story.matter, by=desk, **{**good, **wrong})
    assert not Vote.objects.exists()
    with pytest.raises(NotAllowed):
        actions.open_vote(story.matter, by=district.account("tangping"), **good)


def test_money_needs_a_vote_somebody_else_and_enough_in_the_fund(district):
    story = lamp(district, "proposed")
    desk, fund = district.account("shenya"), district.account("tangping")
    with pytest.raises(WrongInput):
        actions.propose_payment(story.matter, what="灯", payee="甲", amount_fen=2001, by=desk)
    with pytest.raises(NotAllowed):
        actions.decide_payment(story.payment, agrees=True, by=desk)
    with pytest.raises(WrongInput):
        actions.decide_payment(story.payment, agrees=False, by=fund)
    with pytest.raises(Conflict):
        actions.pay(story.payment, actions.Proof("收据"), by=desk)
    Payment.objects.filter(pk=story.payment).update(amount_fen=100001)
    with pytest.raises(Conflict, match="short"):
        actions.decide_payment(story.payment, agrees=True, by=fund)
    Payment.objects.filter(pk=story.payment).update(amount_fen=78000)
    actions.decide_payment(story.payment, agrees=True, by=fund)
    with pytest.raises(Conflict):
        actions.finish_matter(story.matter, "好了", by=desk)
    with pytest.raises(WrongInput):
        actions.pay(story.payment, actions.Proof(" "), by=desk)
    actions.pay(story.payment, actions.Proof("收据 01 号"), by=desk)
    for again in (
        lambda: actions.pay(story.payment, actions.Proof("收据"), by=desk),
        lambda: actions.decide_payment(story.payment, agrees=True, by=fund),
        lambda: actions.release_payment(story.payment, "不用", by=desk),
    ):
        with pytest.raises(Conflict):
            again()
    with pytest.raises(NotAllowed):
        actions.reverse_payment(story.payment, "付错了", by=desk)
    actions.reverse_payment(story.payment, "付错了", by=fund)
    year = timezone.localdate().year
    assert reads.fund_of(COMMUNITY, year).left == 100000
    assert payment(story).state == "reversed"
    assert accounts.verify("").is_whole


def test_the_fund_of_a_year_is_set_once_and_within_the_pack(district):
    leader, today = district.account("zhoujing"), timezone.localdate()

    def grant(fen, area=COMMUNITY, by=leader):
        return actions.grant_budget("hotline", area, fen, by=by, on=today)

    for wrong in (lambda: grant(0), lambda: grant(2000001), lambda: grant(100, area=AREA)):
        with pytest.raises(WrongInput):
            wrong()
    with pytest.raises(NotAllowed):
        grant(100, by=district.account("shenya"))
    assert grant(50000).pk == grant(50000).pk
    with pytest.raises(Conflict):
        grant(60000)
    assert reads.fund_of(COMMUNITY, today.year).given == 50000


def test_the_tables_refuse_a_second_vote_and_an_approval_of_ones_own(district):
    story = lamp(district, "proposed")
    voter = Voter.objects.filter(vote=story.vote).first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Voter.objects.create(vote_id=story.vote, home=voter.home)
    with pytest.raises(IntegrityError), transaction.atomic():
        row = Payment.objects.get(pk=story.payment)
        Payment.objects.filter(pk=row.pk).update(decided_by=row.proposed_by)


def test_a_resident_asks_for_their_home_and_the_street_confirms_it(district):
    actions.write_homes(AREA, ["1 栋 1-1", "1 栋 1-2"], by="test")
    first, second = Home.objects.order_by("label")
    stranger, desk = district.account("liqiang"), district.account("shenya")
    actions.ask_for_home(first.pk, by=stranger)
    with pytest.raises(Conflict):
        actions.ask_for_home(first.pk, by=district.account("zhouyan"))
    with pytest.raises(NotAllowed):
        actions.answer_home(first.pk, "hotline", agrees=True, by=district.account("sunwei"))
    assert [home.pk for home in reads.homes_waiting(desk)] == [first.pk]
    actions.answer_home(first.pk, "hotline", agrees=True, by=desk)
    assert reads.own_room(stranger).home == "1 栋 1-1"
    actions.ask_for_home(second.pk, by=stranger)
    with pytest.raises(Conflict):
        actions.answer_home(second.pk, "hotline", agrees=True, by=desk)
    actions.vacate_home(first.pk, "hotline", by=desk)
    assert reads.own_room(stranger).home == ""


def test_a_private_matter_has_advice_and_a_mediator(district):
    story = lamp(district, "sorted", answers=OWN)
    mother, mediator = district.account("wangfang"), district.account("yangqun")
    stranger = district.account("liqiang")
    assert reads.own_private(story.number, account=mother).advice
    with pytest.raises(NotFound):
        actions.ask_mediator(story.number, by=stranger)
    with pytest.raises(NotFound):
        reads.own_private(story.number, account=stranger)
    made = actions.ask_mediator(story.number, by=mother)
    assert actions.ask_mediator(story.number, by=mother).pk == made.pk
    district.work()
    assert Notice.objects.filter(account=mediator, title_zh="有人想约调解").exists()
    when = timezone.now() + timedelta(days=3)
    with pytest.raises(NotAllowed):
        actions.make_appointment(story.number, when, "社区", by=district.account("shenya"))
    with pytest.raises(WrongInput):
        actions.record_outcome(story.number, "agreed", "谈成了", by=mediator)
    actions.make_appointment(story.number, when, "桥头社区一楼", by=mediator)
    assert reads.own_private(story.number, account=mother).place == "桥头社区一楼"
    actions.record_outcome(story.number, "agreed", "灯坏了各出一半。", by=mediator)
    view = reads.own_private(story.number, account=mother)
    assert (view.outcome.zh, view.may) == ("谈成了一个约定", {"ask"})
    said = requests.own_view(story.number, account=mother).happenings
    assert any("各出一半" in one.words for one in said)
    row = Request.objects.get(number=story.number)
    assert "各出一半" not in "".join(e.text for e in audit.history("request", str(row.pk)))


def test_the_desk_reads_by_when_neighbours_are_to_be_called(district):
    story = lamp(district, "sorted")
    (line,) = reads.desk_room(district.account("shenya")).small
    assert line.number == story.number
    assert timezone.localdate(line.due.at) >= timezone.localdate() + timedelta(days=7)
    assert not line.is_late
    Sorted.objects.update(judged_at=timezone.now() - timedelta(days=30))
    (line,) = reads.desk_room(district.account("shenya")).small
    assert line.is_late


def test_whoever_is_erased_leaves_no_home_and_follows_nothing(district):
    settle_homes(district, ("zhouyan", "wangfang"))
    erased = district.account("zhouyan")
    for name in ("zhouyan", "wangfang"):
        person = district.account(name).person
        actions.forget(person)
    homes = dict(Home.objects.values_list("label", "household"))
    assert homes["3 栋 2-1"] is None
    assert homes["3 栋 2-2"] is not None  # 陈立 lives there still
    told = appeals.Told(
        category="utilities.light.out", words="灯不亮", area=AREA,
        contact={"contact_name": "王芳", "phone": "13800001234"},
    )  # fmt: skip
    number = appeals.file_request("hotline", told, by=district.account("wangfang")).number
    appeals.subscribe(number, by=erased)
    appeals.forget(erased.person)
    assert not Subscription.objects.exists()
