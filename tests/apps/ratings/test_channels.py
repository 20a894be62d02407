"""By whichever way a rating comes: once for a case or visit, never entered by whose work it is."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from tests.factories import District, Newborn, newborn

from minsheng.apps.audit.models import Entry
from minsheng.apps.cases.models import Case
from minsheng.apps.ratings import actions, reads
from minsheng.apps.ratings.actions import Given
from minsheng.apps.ratings.models import Rating, SmsStop
from minsheng.apps.ratings.sms import Reply, read_reply
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput

PHONE = "13800001234"


@pytest.fixture
def story(district: District) -> Newborn:
    return newborn(district, until="social_card")


def number_of(story: Newborn) -> str:
    return Case.objects.get(pk=story.case_id).number


def test_a_call_of_12345_is_entered_with_who_wrote_it_down(district: District, story: Newborn):
    desk = district.account("xujing")
    given = Given(2, {"guide": 1}, "问了三次", channel="hotline")
    rating = actions.enter_rating(number_of(story), given, by=desk)
    assert (rating.channel, rating.is_named) == ("hotline", True)
    assert rating.entered_by == f"post:office.feedback/account:{desk.pk}"
    assert rating.review.stage == "visit"  # a bad review with a name is called back
    assert Case.objects.get(pk=story.case_id).score == 2
    rated = Entry.objects.filter(stream="case", kind="rated").get()
    assert rated.by == rating.entered_by
    assert actions.follow_ledger() == 0


@pytest.mark.parametrize("again", ["hotline", "portal", "sms"])
def test_a_case_is_rated_once_by_whichever_way(district: District, story: Newborn, again: str):
    desk, mother = district.account("xujing"), district.account("wangfang")
    actions.enter_rating(number_of(story), Given(5, {}, channel="paper"), by=desk)
    if again == "sms":
        told = actions.take_text(phone=PHONE, text=f"{number_of(story)} 1")
        assert told.outcome == "already"
    else:
        with pytest.raises(Conflict), transaction.atomic():
            if again == "portal":
                actions.rate_case(story.case_id, Given(1, {}), by=mother)
            else:
                actions.enter_rating(number_of(story), Given(1, {}, channel=again), by=desk)
    assert Rating.objects.get().score == 5


def test_whose_work_is_rated_never_enters_it(district: District, story: Newborn):
    clerk, desk = district.account("zhaomin"), district.account("xujing")
    _, code = actions.give_code(by=clerk)
    paper = Given(1, {"manner": 1}, channel="paper")
    with pytest.raises(NotAllowed) as refused:
        actions.enter_rating(code, paper, by=clerk)
    assert refused.value.code == "ratings.own_work"
    for who in ("sunwei", "linlan"):  # they hold no post that enters
        with pytest.raises(NotAllowed):
            actions.enter_rating(
                number_of(story), Given(5, {}, channel="paper"), by=district.account(who)
            )
    Case.objects.get(pk=story.case_id).items.filter(key="household").update(
        decided_by=f"post:police.household/account:{desk.pk}"
    )
    with pytest.raises(NotAllowed):
        actions.enter_rating(number_of(story), Given(5, {}, channel="hotline"), by=desk)
    assert not Rating.objects.exists()
    rating = actions.enter_rating(code, paper, by=desk)
    assert (rating.is_named, rating.review.stage) == (False, "verify")
    assert not rating.person.number_blind
    with pytest.raises(NotFound):
        actions.enter_rating(code, paper, by=desk)


def test_of_a_protected_case_nobody_learns_by_entering(district: District, story: Newborn):
    number = number_of(story)
    Case.objects.filter(pk=story.case_id).update(protected=True)
    for said in (number, "2026-999999"):
        with pytest.raises(NotFound) as unknown:
            actions.enter_rating(said, Given(5, {}, channel="paper"), by=district.account("xujing"))
        assert unknown.value.code == "no_such_case"
    assert actions.take_text(phone=PHONE, text=f"{number} 5").outcome == "unknown"


def test_only_declared_ways_are_entered_and_the_table_holds_it_too(
    district: District, story: Newborn
):
    desk = district.account("xujing")
    with pytest.raises(WrongInput):
        actions.enter_rating(number_of(story), Given(5, {}, channel="portal"), by=desk)
    rating = actions.enter_rating(number_of(story), Given(5, {}, channel="paper"), by=desk)
    for wrong in ({"entered_by": ""}, {"channel": "portal"}, {"channel": "fax"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Rating.objects.filter(pk=rating.pk).update(**wrong)


def test_a_text_message_rates_only_from_the_applicant_s_telephone(
    district: District, story: Newborn
):
    number = number_of(story)
    assert actions.take_text(phone="13900000000", text=f"5 {number}").outcome == "unknown"
    assert actions.take_text(phone=PHONE, text="谢谢", about=number).outcome == "unclear"
    assert actions.take_text(phone=PHONE, text="6", about=number).outcome == "unclear"
    assert not Rating.objects.exists()
    assert (
        actions.take_text(phone=f"+86 {PHONE}", text="２分，太慢", about=number).outcome == "rated"
    )
    rating = Rating.objects.get()
    assert (rating.channel, rating.score, rating.is_named, rating.entered_by) == (
        "sms",
        2,
        True,
        "",
    )
    assert rating.review.stage == "visit"
    (mine,) = reads.my_ratings(district.account("wangfang"))
    assert mine.words == "太慢"


def test_a_visit_is_rated_by_text_with_its_code(district: District):
    _, code = actions.give_code(by=district.account("zhaomin"))
    said = f"4 {code[:4]}-{code[4:8]}-{code[8:]}".lower()
    assert actions.take_text(phone="13911112222", text=said).outcome == "rated"
    assert actions.take_text(phone="13911112222", text=said).outcome == "unknown"
    assert Rating.objects.get().channel == "sms" and not Rating.objects.get().is_named


def test_stop_is_kept_until_start(district: District, story: Newborn):
    number = number_of(story)
    for _ in range(2):
        assert actions.take_text(phone=PHONE, text="ｔｄ").outcome == "stopped"
    assert SmsStop.objects.count() == 1 and PHONE not in SmsStop.objects.get().blind
    assert not actions.may_text(PHONE) and actions.may_text("13900000000")
    assert actions.take_text(phone=PHONE, text=f"5 {number}").outcome == "ignored"
    assert actions.take_text(phone=PHONE, text="开始").outcome == "started"
    assert actions.take_text(phone=PHONE, text=f"5 {number}").outcome == "rated"


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("5", Reply(5)),
        (" ５ 分。", Reply(5)),
        ("非常不满意", Reply(1)),
        ("不满意,排队太久", Reply(2, words="排队太久")),
        ("2026-000123 4", Reply(4, about="2026-000123")),
        ("3 ABCD-EFGH-JKLM", Reply(3, about="ABCD-EFGH-JKLM")),
        ("5 4", Reply(0)),
        ("15", Reply(0)),
        ("", Reply(0)),
        ("退订", Reply(0, "stop")),
        ("Start", Reply(0, "start")),
    ],
)
def test_what_a_message_says(text: str, reply: Reply):
    assert read_reply(text) == reply


def test_offices_are_ranked_and_a_small_sample_is_not(district: District):
    desk, clerk = district.account("xujing"), district.account("zhaomin")
    for score in [5] * 8 + [1] * 2:
        _, code = actions.give_code(by=clerk)
        actions.rate_visit(code, Given(score, {}))
    for n in range(3):
        rating = Rating.objects.order_by("pk")[n]
        Rating.objects.filter(pk=rating.pk).update(office="hr")
    first = last = district.today
    assert [(r.office, r.place) for r in reads.ranking_for(desk, first=first, last=last)] == [
        ("hall", None), ("hr", None),
    ]  # fmt: skip
    for score, office in (
        [(5, "hr")] * 7 + [(5, "hall"), (5, "hall"), (4, "hall")] + [(5, "police")] * 9
    ):
        _, code = actions.give_code(by=clerk)
        rated = actions.rate_visit(code, Given(score, {}))
        Rating.objects.filter(pk=rated.pk).update(office=office)
    found = reads.ranking_for(desk, first=first, last=last)
    assert [(r.office, r.place, r.shown) for r in found] == [
        ("hr", 1, "100.0%"), ("hall", 2, "80.0%"), ("police", None, "9/9"),
    ]  # fmt: skip
    assert reads.by_channel(first=first, last=last) == {"portal": 29}
    with pytest.raises(NotAllowed):
        reads.ranking_for(district.account("sunwei"))


def test_equal_offices_share_a_place(district: District):
    clerk = district.account("zhaomin")
    for office in ("hr", "police"):
        for _ in range(10):
            _, code = actions.give_code(by=clerk)
            rated = actions.rate_visit(code, Given(5, {}))
            Rating.objects.filter(pk=rated.pk).update(office=office)
    found = reads.ranking(first=district.today, last=district.today)
    assert [one.place for one in found] == [1, 1]
