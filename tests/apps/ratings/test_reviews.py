"""What follows a bad review; what the rated may know; appeals; visits."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from tests.apps.cases.cases_cast import Clock
from tests.factories import District, Newborn, newborn

from minsheng.apps.people import reads as people
from minsheng.apps.people.actions import erase_person
from minsheng.apps.ratings import actions, reads
from minsheng.apps.ratings.models import RatedMonth, Rating, Review, ReviewAct
from minsheng.apps.ratings.sealing import opened
from minsheng.apps.supervision import actions as supervision
from minsheng.apps.supervision.models import Order
from minsheng.lib.errors import Conflict, NotAllowed, NotFound, WrongInput

ANGRY = "跑了三趟，窗口没一次说清。我是王芳，电话 13800001234"


def bad(district: District, *, named: bool = True, office: str = "police") -> tuple[Newborn, str]:
    story = newborn(district, until="social_card")
    given = actions.Given(1, {"efficiency": 1}, ANGRY, is_named=named)
    rating = actions.rate_case(story.case_id, given, by=district.account("wangfang"), office=office)
    return story, rating.review.number


def test_a_named_bad_review_goes_round_until_it_is_solved(clock: Clock, district: District):
    of = district.account
    wang, xu, luo = of("wangfang"), of("xujing"), of("luochuan")
    _, number = bad(district)
    review = Review.objects.get()
    assert (review.stage, review.due_day) == ("visit", date(2026, 4, 15))  # 15 working days
    with pytest.raises(NotFound):  # the office learns nothing before it is verified
        reads.review(number, account=luo)
    assert reads.reviews(luo) == []

    actions.record_contact(number, by=xu, reached=False, words="没人接")
    actions.record_contact(number, by=xu, reached=True, words="说了经过", may_tell=False)
    looks = [look for look in people.looks_at(wang.person) if look.purpose.zh == "复查投诉或差错"]
    assert looks == []
    assert reads.review(number, account=xu).phone == "13800001234"
    assert len([x for x in people.looks_at(wang.person) if x.purpose.zh == "复查投诉或差错"]) == 1
    with pytest.raises(WrongInput, match="words_missing"):
        actions.verify_review(number, by=xu, founded=True, words="属实", for_office="")
    actions.verify_review(number, by=xu, founded=True, words="属实", for_office="一次说清要带什么")

    seen = reads.review(number, account=luo)
    assert seen.task == "一次说清要带什么"
    assert (seen.score, seen.words, seen.who, seen.case, seen.opened_on, seen.due) == (
        None, "", "", "", None, None,
    )  # fmt: skip
    assert "王" not in repr(seen) and "三趟" not in repr(seen)
    for other in ("linlan", "wutong", "liqiang"):
        with pytest.raises(NotFound):
            reads.review(number, account=of(other))
    with pytest.raises(NotAllowed):
        actions.correct_review(number, by=xu, words="不归我")
    actions.correct_review(number, by=luo, words="做了清单，贴在窗口")
    with pytest.raises(Conflict):  # two at once: the second is told
        actions.correct_review(number, by=of("sunwei"), words="我也改了")
    actions.answer_review(number, by=luo, words="对不起，已经改了")
    with pytest.raises(NotFound):
        actions.confirm_review(number, by=of("liqiang"), solved=True)
    actions.confirm_review(number, by=wang, solved=False, words="还是没贴")
    actions.recheck_review(number, by=xu, passed=False, words="去看过，没贴")
    actions.correct_review(number, by=luo, words="今天贴了")
    actions.answer_review(number, by=luo, words="今天贴了")
    actions.confirm_review(number, by=wang, solved=True)
    actions.recheck_review(number, by=xu, passed=True, words="看过，贴了")

    mine = reads.my_rating(Rating.objects.get().pk, account=wang)
    assert mine.review is not None and mine.review.stage == "closed"
    assert [act.kind for act in reversed(mine.review.acts)] == [
        "contact", "contact", "verify", "correct", "answer", "confirm", "recheck",
        "correct", "answer", "confirm", "recheck",
    ]  # fmt: skip
    with pytest.raises(NotFound):
        reads.my_rating(mine.id, account=of("liqiang"))


def test_a_rater_who_was_erased_leaves_nothing_and_holds_nothing_up(
    clock: Clock, district: District
):
    of = district.account
    _, number = bad(district)
    xu, luo, wang = of("xujing"), of("luochuan"), of("wangfang")
    actions.record_contact(number, by=xu, reached=True, words="问过")
    erase_person(wang.person, by="account:0", reason="request")
    actions.verify_review(number, by=xu, founded=True, words="属实", for_office="说清")
    assert reads.review(number, account=xu).words == ""
    actions.correct_review(number, by=luo, words="改了")
    actions.answer_review(number, by=luo, words="改了")
    clock.go_to(date(2026, 4, 7))
    assert actions.move_silent() == 1
    actions.recheck_review(number, by=xu, passed=True, words="看过")
    assert Review.objects.get().stage == "closed"
    after = reads.follow_up(first=district.today, last=district.today)
    assert (after.named, after.visited, after.closed, after.said) == (1, 1, 1, 0)
    assert stored_words() == set()


def stored_words() -> set[str]:
    """What of the rater's story can still be opened."""
    acts = ReviewAct.objects.exclude(sealed__in=["", "erased"])
    return {act.sealed for act in acts.select_related("review__rating__person")
            if opened(act.review.rating.person, act.sealed)}  # fmt: skip


def test_three_attempts_are_made_and_no_fourth(district: District):
    _, number = bad(district)
    xu = district.account("xujing")
    for attempt in range(3):
        assert Review.objects.get().stage == "visit"
        actions.record_contact(number, by=xu, reached=False, words=f"第{attempt + 1}次没人接")
    assert (Review.objects.get().stage, Review.objects.get().is_reached) == ("verify", False)
    with pytest.raises(Conflict):
        actions.record_contact(number, by=xu, reached=True, words="又打了一次")
    with pytest.raises(IntegrityError), transaction.atomic():
        first = ReviewAct.objects.first()
        assert first is not None
        first.pk, first.number = None, 4
        first.save(force_insert=True)


def test_a_review_not_settled_in_time_becomes_an_order(clock: Clock, district: District):
    _, number = bad(district, named=False)
    assert Review.objects.get().stage == "verify"  # nobody to call back
    clock.go_to(date(2026, 4, 15))
    supervision.watch()
    assert Order.objects.filter(kind="review").count() == 0
    clock.go_to(date(2026, 4, 16))
    supervision.watch()
    order = Order.objects.get(kind="review")
    # Not verified yet: it lies with the desk, and the rated office learns nothing.
    assert (order.key, order.office, order.post) == (number, "office", "office.feedback")
    assert supervision.watch() == 0


def test_a_mistaken_rating_is_taken_out_by_another_post_and_stays_to_be_seen(
    clock: Clock, district: District
):
    of = district.account
    _, number = bad(district)
    xu, luo, zhou = of("xujing"), of("luochuan"), of("zhoujing")
    with pytest.raises(NotFound):
        actions.appeal_review(number, by=luo, words="不是我们办的")
    actions.record_contact(number, by=xu, reached=True, words="问过")
    actions.verify_review(number, by=xu, founded=True, words="属实", for_office="说清")
    actions.appeal_review(number, by=luo, words="说的是别的窗口")
    with pytest.raises(Conflict):
        actions.appeal_review(number, by=luo, words="再说一次")
    for who in (luo, xu):
        with pytest.raises(NotAllowed):
            actions.decide_appeal(number, by=who, upheld=True, words="成立")
    actions.decide_appeal(number, by=zhou, upheld=True, words="录像看过，不是这个窗口")
    with pytest.raises(Conflict):
        actions.decide_appeal(number, by=zhou, upheld=False, words="改主意")
    (row,) = reads.satisfaction(first=district.today, last=district.today)
    assert (row.count, row.excluded, row.rate) == (0, 1, None)
    mine = reads.my_ratings(of("wangfang"))[0]
    assert mine.is_excluded and mine.review is not None and mine.review.stage == "closed"
    assert mine.review.appeal is not None and "录像" in mine.review.appeal.reason
    lines = reads.ratings_behind(zhou, first=district.today, last=district.today)
    assert [line.is_excluded for line in lines] == [True]


def test_a_visit_is_rated_once_by_its_code_and_nobody_at_the_counter_learns_who(
    clock: Clock, district: District
):
    of = district.account
    clerk = of("zhaomin")
    with pytest.raises(NotAllowed):
        actions.give_code(by=of("sunwei"))
    _, code = actions.give_code(by=clerk)
    with pytest.raises(NotAllowed):  # no rating of oneself
        actions.rate_visit(code, actions.Given(5, {}), by=clerk)
    with pytest.raises(WrongInput):
        actions.rate_visit(code, actions.Given(0, {}))
    with pytest.raises(WrongInput):
        actions.rate_visit(code, actions.Given(5, {"guide": 5}))
    rating = actions.rate_visit(code.lower(), actions.Given(2, {"manner": 1}, "等了一小时"))
    assert (rating.office, rating.is_named, rating.review.stage) == ("hall", False, "verify")
    for used in (code, "AAAABBBBCCCC"):
        with pytest.raises(NotFound):
            actions.rate_visit(used, actions.Given(5, {}))
    _, second = actions.give_code(by=clerk)
    named = actions.rate_visit(second, actions.Given(1, {}), by=of("wangfang"))
    assert named.is_named and named.review.stage == "visit"
    added = actions.add_words(named.pk, "后来经理打了电话", by=of("wangfang"))
    assert added.rating_id == named.pk
    with pytest.raises(Conflict):
        actions.add_words(named.pk, "再补", by=of("wangfang"))
    _, late = actions.give_code(by=clerk)
    clock.go_to(date(2026, 5, 6))
    with pytest.raises(NotFound):
        actions.rate_visit(late, actions.Given(5, {}))
    with pytest.raises(NotAllowed):
        reads.ratings_behind(clerk, first=date(2026, 3, 1), last=date(2026, 5, 6))


def test_the_rated_see_a_finished_month_of_five_without_who_or_when(
    clock: Clock, district: District
):
    clerk = district.account("zhaomin")
    for number in range(4):
        _, code = actions.give_code(by=clerk)
        actions.rate_visit(code, actions.Given(5, {}, f"很好{number}，3月24日 14点来的"))
    _, code = actions.give_code(by=clerk)
    words = "我是王芳，电话 13800001234，办得慢"
    actions.rate_visit(code, actions.Given(2, {}, words), by=district.account("wangfang"))
    assert actions.publish_months() == 0 and reads.own_months(clerk) == []  # not over yet
    clock.go_to(date(2026, 4, 1))
    assert actions.publish_months() == 1
    (month,) = reads.own_months(clerk)
    assert (month.count, month.satisfied, month.shown) == (5, 4, "4/5")
    said = reads.own_words(clerk, office="hall", month=date(2026, 3, 1))
    assert len(said) == 5
    assert not any(part in text for text in said for part in ("王芳", "1380", "24日", "14点"))
    stranger = district.account("sunwei")
    assert reads.own_months(stranger) == []
    assert reads.own_words(stranger, office="hall", month=date(2026, 3, 1)) == []
    with pytest.raises(IntegrityError), transaction.atomic():
        RatedMonth.objects.create(
            office="hr", month=date(2026, 3, 1), count=4, satisfied=4, scores={}
        )


def test_months_with_fewer_than_five_are_never_published(clock: Clock, district: District):
    for _ in range(4):
        _, code = actions.give_code(by=district.account("zhaomin"))
        actions.rate_visit(code, actions.Given(5, {}))
    clock.go_to(district.today + timedelta(days=31))
    assert actions.publish_months() == 0
    assert RatedMonth.objects.count() == 0
