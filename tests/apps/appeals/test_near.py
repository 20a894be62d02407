"""What is near: neighbours see that it was reported and follow it; never who or in which words."""

from __future__ import annotations

import pytest
from tests.api.api_caller import Caller, problem, told
from tests.apps.appeals.requests_of import CONTACT

from minsheng.apps.appeals import actions, reads
from minsheng.apps.appeals.models import Joined, Request, Subscription
from minsheng.apps.notices.models import Notice
from minsheng.lib.errors import Conflict, NotAllowed, NotFound

pytestmark = pytest.mark.django_db
WORDS = "我家门口 3 号灯杆不亮"


def made(district, category="utilities.light.out", *, by="wangfang", area="estate.fengyuan") -> str:
    told = actions.Told(category=category, words=WORDS, area=area, contact=CONTACT)
    return actions.file_request("hotline", told, by=district.account(by)).number


def test_neighbours_see_the_kind_and_the_community_and_no_more(district):
    number = made(district)
    neighbour = district.account("liqiang")
    (line,) = reads.near_requests("shiqiao.qiaotou", account=neighbour)
    assert line.number == number
    assert line.area.zh == "石桥镇桥头社区"  # not the estate
    assert line.title.zh != "路灯不亮"  # the middle class, not the smallest
    assert (line.is_mine, line.told) == (False, 1)
    view = reads.near_view(number, account=neighbour)
    shown = repr(view)
    for hidden in (WORDS, "王芳", "13800001234"):
        assert hidden not in shown
    page = district.client("liqiang").get(f"/appeals/near/{number}").content.decode()
    assert WORDS not in page
    assert reads.near_requests("jinhu.hubin", account=neighbour) == []


def test_what_is_somebodys_own_is_not_near(district):
    number = made(district, "work.pension.amount")
    neighbour, desk = district.account("liqiang"), district.account("fanxue")
    private = made(district, "environment.noise.site-night")
    answers = {"danger": "no", "duty": "no", "touched": "home", "property": "own", "effort": "some"}
    actions.sort_request(private, answers, by=desk)
    assert reads.near_requests("estate.fengyuan", account=neighbour) == []
    for one in (number, private, "S26-999999"):
        with pytest.raises(NotFound):
            reads.near_view(one, account=neighbour)
        with pytest.raises(NotFound):
            actions.subscribe(one, by=neighbour)
    with pytest.raises(NotAllowed):
        reads.near_requests("estate.fengyuan", account=desk)


def test_a_follower_hears_what_happens_and_no_longer(district):
    number = made(district)
    neighbour, other = district.account("liqiang"), district.account("zhouyan")
    for _ in range(2):
        actions.subscribe(number, by=neighbour)
    actions.subscribe(number, by=other)
    actions.unsubscribe(number, by=other)
    actions.unsubscribe(number, by=other)
    assert Subscription.objects.count() == 1
    actions.dispatch(number, "urban.roads", by=district.account("fanxue"))
    officer = district.account("tianye")
    actions.sign(number, "1", by=officer)
    actions.contact(number, "1", "call", by=officer, words="问清了")
    actions.answer_item(number, "1", "done", "换了灯泡", by=officer)
    actions.answer_visit(number, by=district.account("wangfang"), solved=True, score=5)
    district.work()
    said = list(Notice.objects.filter(account=neighbour).values_list("title_zh", flat=True))
    assert set(said) == {"您关注的一件，有部门接了", "您关注的一件办结了"}
    assert len(said) == 2
    assert not Notice.objects.filter(account=other).exists()
    with pytest.raises(Conflict):
        actions.subscribe(number, by=other)
    assert reads.followed(neighbour)[0].number == number


def test_pages_and_api_follow_and_end_it(district):
    number = made(district)
    client = district.client("liqiang")
    page = client.get("/appeals/near?area=estate.fengyuan").content.decode()
    assert number in page
    at = f"/appeals/near/{number}"
    assert client.post(at, {"act": "follow"}).status_code == 302
    assert "不再关注" in client.get(at).content.decode()
    assert client.post(at, {"act": "unfollow"}).status_code == 302
    call = Caller(district.token("liqiang"))
    assert told(call.post(f"/near/{number}/subscription"))["is_followed"]
    assert told(call.get("/near/followed"))["rows"][0]["number"] == number
    assert told(call.get("/near?area=estate.fengyuan"))["rows"][0]["is_followed"]
    assert told(call.get(f"/near/{number}"))["steps"]
    assert not told(call.post(f"/near/{number}/subscription/end"))["is_followed"]
    problem(call.get("/near/S26-999999"), 404, "appeals.not_near")
    assert district.client("sunwei").get(at).status_code == 403


def test_the_dispatcher_parts_what_isnt_the_same(district):
    first, second = made(district), made(district, by="zhouyan")
    desk, officer = district.client("fanxue"), district.client("tianye")
    actions.join_request(second, first, by=district.account("fanxue"))
    path = f"/desk/requests/{second}"
    assert "分开办" in desk.get(path).content.decode()
    assert officer.post(path, {"act": "part"}).status_code in {403, 404}
    assert desk.post(path, {"act": "part"}).status_code == 302
    assert not Joined.objects.exists()
    actions.join_request(second, first, by=district.account("fanxue"))
    call = Caller(district.token("fanxue"))
    told(call.post(f"/desk/requests/{second}/acts", {"act": "part"}))
    assert not Joined.objects.exists()
    assert Request.objects.count() == 2
