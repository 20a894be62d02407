"""A dispatcher is shown likely classes and duplicates, joins what is one thing, and nothing happens by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.apps.appeals.requests_of import CONTACT, whistle

from minsheng.apps.appeals import actions, reads, store
from minsheng.apps.appeals.models import Joined, Request
from minsheng.apps.audit import reads as audit
from minsheng.apps.matching.models import Trace
from minsheng.lib.errors import Conflict, NotAllowed, NotFound

LAMP, UNSURE = "utilities.light.out", "other.matter.unsure"


def told(district, words: str, *, who="wangfang", category=UNSURE, area="estate.fengyuan", hours=1):
    more = {"channel": "phone"} if who == "fanxue" else {}
    made = actions.Told(category=category, words=words, area=area, contact=CONTACT, **more)
    at = timezone.now() - timedelta(hours=hours)
    return actions.file_request("hotline", made, by=district.account(who), at=at).number


def hints(district, number: str, who: str = "fanxue"):
    return reads.hints(number, account=district.account(who))


def test_the_class_is_suggested_with_its_words_and_office_and_not_applied(district):
    number = told(district, "3栋门口的路灯不亮了，晚上看不见")
    best = hints(district, number).likely[0]
    assert best.category == LAMP
    assert any("灯" in word.text for word in best.words)
    assert "道路和照明" in best.post.zh
    assert Request.objects.get(number=number).category == UNSURE
    actions.classify(number, best.category, by=district.account("fanxue"))
    assert Trace.objects.get(subject=number).is_decided
    assert hints(district, number).likely[0].is_chosen


def test_only_the_dispatcher_is_shown_hints_and_a_stranger_finds_nothing(district):
    number = whistle(district, "signed").number
    assert hints(district, number, "pengbo").likely == ()
    for name in ("liqiang", "sunwei"):
        with pytest.raises(NotFound):
            hints(district, number, name)
    with pytest.raises(NotAllowed):
        reads.spots(district.account("sunwei"))


def test_the_same_thing_told_again_is_found_joined_and_answered_once(district):
    dispatcher, road = district.account("fanxue"), district.account("tianye")
    first = told(district, "3栋门口的路灯不亮了，晚上看不见", category=LAMP, hours=3)
    second = told(district, "3栋外面路灯坏了，不亮，黑得很")
    [alike] = hints(district, second).alike
    assert alike.number == first
    assert any("同一栋" in sign.said.zh for sign in alike.signs)
    called = told(district, "3栋路灯不亮", who="fanxue")
    for number in (second, called):
        actions.join_request(number, first, by=dispatcher)
        actions.join_request(number, first, by=dispatcher)
    assert Joined.objects.count() == 2
    assert not Trace.objects.get(subject=second).leads
    actions.dispatch_together(first, "urban.roads", by=dispatcher)
    assert {row.status for row in Request.objects.all()} == {"handling"}
    actions.sign(first, "1", by=road)
    actions.contact(first, "1", "call", by=road)
    answered = actions.answer_all(first, "1", "done", "灯换好了。", by=road)
    assert answered.answered == (second,)
    assert answered.to_call == (called,)
    view = reads.own_view(second, account=district.account("wangfang"))
    assert (view.status, view.answer) == ("visiting", "灯换好了。")
    for row in Request.objects.all():
        assert store.replayed(row) == store.state_of(row)
    assert audit.verify().ok


def test_what_cannot_be_joined_is_refused_and_nothing_changes(district):
    dispatcher = district.account("fanxue")
    first, second = told(district, "路灯不亮"), told(district, "路灯坏了")
    firm = whistle(district).number
    for number, to in ((first, first), (first, firm)):
        with pytest.raises(Conflict, match="Nothing was changed"):
            actions.join_request(number, to, by=dispatcher)
    actions.join_request(second, first, by=dispatcher)
    with pytest.raises(Conflict):
        actions.join_request(first, second, by=dispatcher)
    for name in ("tianye", "liqiang"):
        with pytest.raises(NotAllowed):
            actions.join_request(first, second, by=district.account(name))
    actions.part_request(second, by=dispatcher)
    assert not Joined.objects.exists()


def test_a_burst_in_one_community_is_a_hot_spot_and_joined_ones_count_once(district):
    made = [told(district, "路灯不亮", category=LAMP, hours=20 + n) for n in range(5)]
    [spot] = reads.spots(district.account("fanxue"))
    assert (spot.area, spot.count, set(spot.numbers)) == ("shiqiao.qiaotou", 5, set(made))
    for number in made[1:]:
        actions.join_request(number, made[0], by=district.account("fanxue"))
    assert reads.spots(district.account("fanxue")) == ()
