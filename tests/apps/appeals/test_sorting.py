"""三事分流: the requester reads why, challenges it, and the levels judge again until it ends."""

from __future__ import annotations

import pytest
from tests.apps.appeals.requests_of import CONTACT

from minsheng.apps.appeals import actions, reads
from minsheng.apps.appeals.models import RequestNote, Sorted
from minsheng.apps.audit import reads as audit
from minsheng.engines.triage import NotNow
from minsheng.lib.errors import NotAllowed, NotFound, WrongInput

SHARED = {"danger": "no", "duty": "no", "touched": "stair", "property": "shared", "effort": "some"}
PUBLIC = {**SHARED, "property": "public"}


@pytest.fixture
def number(district) -> str:
    made = actions.Told(
        category="other.matter.unsure",
        words="楼梯间的灯不亮",
        area="estate.fengyuan",
        contact=CONTACT,
    )
    return actions.file_request("hotline", made, by=district.account("wangfang")).number


def own(district, number: str):
    return reads.own_sorting(number, account=district.account("wangfang"))


def test_the_requester_reads_why_and_what_happens_now(district, number):
    assert own(district, number) is None
    actions.sort_request(number, SHARED, by=district.account("fanxue"))
    view = own(district, number)
    assert view.size.zh.startswith("小事")
    assert "大家共有" in view.way.reason.zh
    assert view.way.route
    assert view.may == {"challenge"}
    with pytest.raises(NotFound):
        reads.own_sorting(number, account=district.account("liqiang"))


def test_an_open_question_is_asked_and_a_wrong_answer_refused(district, number):
    desk = district.account("fanxue")
    for answers in ({"danger": "no"}, {**SHARED, "property": "mine"}):
        with pytest.raises(WrongInput):
            actions.sort_request(number, answers, by=desk)
    assert not Sorted.objects.exists()
    with pytest.raises(NotAllowed):
        actions.sort_request(number, SHARED, by=district.account("tianye"))


def test_a_challenge_goes_to_the_leader_who_sends_back_once_and_then_judges(district, number):
    desk, mother = district.account("fanxue"), district.account("wangfang")
    leader = district.account("zhoujing")
    actions.sort_request(number, SHARED, by=desk)
    for name in ("liqiang", "huangyi"):
        with pytest.raises(NotFound):
            actions.challenge_sorting(number, "不对", by=district.account(name))
    actions.challenge_sorting(number, "灯是开发商的，应该修", by=mother)
    row = Sorted.objects.get()
    assert (row.level, row.waits_for) == (1, "shiqiao.services")
    with pytest.raises(NotAllowed):
        actions.sort_request(number, PUBLIC, by=desk)
    assert "开发商" not in "".join(e.text for e in audit.history("request", str(row.request_id)))
    Sorted.objects.update(level=2, outcome="open", waits_for="office.leader")
    assert reads.challenges_to_judge(leader)[0][0] == number
    assert reads.desk_sorting(number, account=leader).reasons == ("灯是开发商的，应该修",)
    actions.send_back_sorting(number, "先看现场", by=leader)
    Sorted.objects.update(level=2)
    with pytest.raises(NotNow):
        actions.send_back_sorting(number, "再看", by=leader)
    actions.sort_request(number, PUBLIC, by=leader)
    assert own(district, number).outcome == "final"
    with pytest.raises(NotNow):
        actions.challenge_sorting(number, "还是不对", by=mother)
    assert RequestNote.objects.filter(kind__startswith="triage.").count() == 2


def test_the_pages_sort_challenge_and_keep_what_was_chosen(district, number):
    desk, mother = district.client("fanxue"), district.client("wangfang")
    path = f"/desk/requests/{number}/sorting"
    half = desk.post(path, {"act": "judge", "danger": "no"})
    assert half.status_code == 422
    assert 'value="no" checked' in half.content.decode()
    assert desk.post(path, {"act": "judge", **SHARED}).status_code == 302
    page = mother.get(f"/appeals/{number}").content.decode()
    assert "小基金够用" in page
    kept = mother.post(f"/appeals/{number}", {"act": "challenge", "reason": " "})
    assert kept.status_code == 422
    sent = mother.post(f"/appeals/{number}", {"act": "challenge", "reason": "不对"})
    assert sent.status_code == 302
    assert "正在重新看" in mother.get(f"/appeals/{number}").content.decode()
    assert district.client("sunwei").get(path).status_code == 404
    assert district.client("liqiang").get(path).status_code == 403
    shown = desk.get(f"/desk/requests/{number}").content.decode()
    assert "像这几类" in shown
    assert desk.get("/desk/requests/hotspots").status_code == 200
    assert district.client("sunwei").get("/desk/requests/hotspots").status_code == 403
