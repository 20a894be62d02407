"""The pages of visits: what they show to whom, and what their forms do."""

from __future__ import annotations

from datetime import date

import pytest
from tests.apps.cases.cases_cast import Clock
from tests.apps.cases.conftest import clock
from tests.apps.visits.visiting import ELDER, child, elder, firm, first_visit, person
from tests.factories import District

from minsheng.apps.visits import actions
from minsheng.apps.visits.actions import Whom
from minsheng.apps.visits.models import Finding, Visit

__all__ = ["clock"]
MONDAY = date(2026, 4, 13)


@pytest.fixture
def on(clock: Clock, district: District) -> District:
    clock.go_to(MONDAY)
    return district


def test_a_visit_is_noted_in_the_form_and_mistakes_lose_nothing(on: District) -> None:
    visit = first_visit(elder(on))
    at, desk = f"/desk/rounds/{visit.number}", on.client("aiming")
    wrong = desk.post(at, {"act": "done", "way": "home", "agreed": "yes", "words": "想吃面"})
    assert wrong.status_code == 422
    page = wrong.content.decode()
    assert "还有 3 处要改" in page
    assert "想吃面" in page
    sent = {"act": "done", "way": "home", "on": MONDAY.isoformat(), "agreed": "yes", **ELDER}
    done = desk.post(at, {**sent, "finding-meal": "yes", "words-meal": "要软的", "revision": "1"})
    assert (done.status_code, done["Location"]) == (302, "/desk/rounds")
    assert Finding.objects.get().key == "meal"
    listed = " ".join(desk.get("/desk/rounds").content.decode().split())
    assert "<b>4/13</b><span>那天</span>" in listed  # made: no days are left any more
    again = desk.post(at, {**sent, "revision": "1"})
    assert again.status_code == 409
    assert "作为补充记上" in again.content.decode()


def test_the_way_of_the_day_is_short_numbered_and_a_look(on: District, clock: Clock) -> None:
    elder(on)
    clock.go_to(date(2026, 4, 20))
    page = on.client("aiming").get("/desk/rounds/route").content.decode()
    assert "槐安路 7 号" in page
    assert "<svg" in page
    assert "没有路要排" in on.client("wutong").get("/desk/rounds/route").content.decode()


def test_heads_see_who_is_late_and_never_a_protected_name(on: District, clock: Clock) -> None:
    actions.add_visited("firm-steward", Whom(organisation=firm()), by=None)
    child(on)
    clock.go_to(date(2026, 5, 15))
    head = on.client("fanhua").get("/desk/rounds/coverage").content.decode()
    assert "1 处过期没去" in head
    assert "演示企业1号" in head
    leader = on.client("zhoujing").get("/desk/rounds/coverage?kind=open").content.decode()
    assert "受保护的孩子" in leader
    assert "高" not in leader.split('id="list"')[1]
    none = on.client("wutong").get("/desk/rounds/coverage").content.decode()
    assert "没有归您管的走访" in none


def test_the_visited_person_reads_who_comes_asks_for_another_day_and_says_no(on: District) -> None:
    visited = elder(on, "liuyang")
    visit = first_visit(visited)
    home = on.client("liuyang")
    page = home.get("/mine/visits").content.decode()
    assert "艾明" in page
    assert "每周一次" in page
    wrong = home.post("/mine/visits", {"act": "wish", "number": visit.number, "day": "明天"})
    assert wrong.status_code == 422
    home.post("/mine/visits", {"act": "wish", "number": visit.number, "day": "2026-04-27"})
    visit.refresh_from_db()
    assert (visit.day, visit.until) == (date(2026, 4, 27), date(2026, 4, 28))
    home.post("/mine/visits", {"act": "refuse", "number": visit.number})
    assert Visit.objects.get(number=visit.number).outcome == "refused"
    home.post("/mine/visits", {"act": "end", "visited": str(visited.pk)})
    visited.refresh_from_db()
    assert visited.ended_why == "refused"
    assert not Visit.objects.filter(outcome="").exists()


def test_a_stranger_can_answer_no_visit_of_somebody_else(on: District) -> None:
    visit = first_visit(elder(on, "liuyang"))
    for who in ("liqiang", "wangfang"):
        client = on.client(who)
        assert "没有人定期来走访您" in client.get("/mine/visits").content.decode()
        for sent in (
            {"act": "refuse", "number": visit.number},
            {"act": "wish", "number": visit.number, "day": "2026-04-27"},
            {"act": "end", "visited": str(visit.visited_id)},
        ):
            assert client.post("/mine/visits", sent).status_code == 404, sent
    visit.refresh_from_db()
    assert (visit.outcome, visit.day) == ("", None)


def test_what_is_said_in_a_courtyard_is_noted_by_its_helper_alone(on: District) -> None:
    said = {"area": "courtyard.01", "finding": "lamp", "words": "灯不亮"}
    assert on.client("shizhu").post("/desk/voices", said).status_code == 302
    assert on.client("shizhu").post("/desk/voices", {**said, "words": ""}).status_code == 422
    assert on.client("aiming").post("/desk/voices", said).status_code == 403
    (voice,) = Finding.objects.all()
    assert "灯" not in voice.sealed
    assert "灯不亮" in on.client("shizhu").get("/desk/voices").content.decode()
    assert "灯不亮" not in on.client("aiming").get("/desk/voices").content.decode()


def test_the_phone_carries_as_little_as_the_way_needs(on: District, clock: Clock) -> None:
    elder(on)
    hidden = first_visit(child(on))
    clock.go_to(date(2026, 4, 30))
    round_ = on.client("aiming").get("/desk/rounds/phone/today").json()
    assert [one["who"]["zh"] for one in round_["visits"]] == ["刘长河"]
    assert round_["voices"] is None
    protected = on.client("jiangyue").get("/desk/rounds/phone/today").json()
    (one,) = protected["visits"]
    assert one["number"] == hidden.number
    assert "高峰" not in str(protected) and "石桥街" not in str(protected)
    shell = on.client("aiming").get("/desk/rounds/phone").content.decode()
    assert "刘长河" not in shell and "艾明" not in shell  # the browser may keep this page
    script = on.client("aiming").get("/desk/rounds/sw.js")
    assert script["Content-Type"].startswith("text/javascript")
    assert person("liuchanghe").name_masked not in script.content.decode()


def test_a_resident_who_is_visited_is_led_to_who_comes(on: District) -> None:
    elder(on, "chenlian")
    assert 'href="/mine/visits"' in on.client("chenlian").get("/mine").content.decode()
    assert 'href="/mine/visits"' not in on.client("liqiang").get("/mine").content.decode()
