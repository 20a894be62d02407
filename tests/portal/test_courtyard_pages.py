"""From the helper's page to the request and the repair, and back, by links alone."""

from __future__ import annotations

from django.test import Client
from tests.api.api_caller import Caller, told
from tests.apps.appeals.courtyards import (
    SAID,
    family,
    house,
    in_hand,
    let_follow,
    tell,
    the_request,
)
from tests.apps.repairs.conftest import clock
from tests.factories import District

from minsheng.apps.repairs.models import Repair
from minsheng.apps.visits import actions as visits

__all__ = ["clock"]


def test_the_helper_goes_from_the_visit_to_what_became_of_it(
    clock: object, district: District
) -> None:
    visit = tell(family(district), district)
    let_follow()
    helper, number = district.client("shizhu"), the_request().number
    page = helper.get(f"/desk/rounds/{visit.number}").content.decode()
    assert f'href="/desk/voices/{number}"' in page
    page = helper.get(f"/desk/voices/{number}").content.decode()
    assert SAID in page
    assert f'href="/desk/rounds/{visit.number}"' in page
    assert "解决了没有，由本人说" in page
    head = district.client("zhoujing").get(f"/desk/rounds/{visit.number}").content.decode()
    assert f"/desk/voices/{number}" not in head
    assert number in head  # the number, and no door that is closed to her


def test_the_helper_says_for_the_courtyard_whether_it_is_solved(
    clock: object, district: District
) -> None:
    helper = district.client("shizhu")
    visits.note_voice("courtyard", "courtyard.07", "wish", "凳子", by=district.account("shizhu"))
    let_follow()
    number = the_request().number
    assert f'href="/desk/voices/{number}"' in helper.get("/desk/voices").content.decode()
    at, office, desk = (
        f"/desk/voices/{number}",
        district.client("shenya"),
        f"/desk/requests/{number}",
    )
    district.client("fanxue").post(desk, {"act": "dispatch", "post": "shiqiao.services"})
    office.post(desk, {"act": "sign", "item": "1"})
    office.post(desk, {"act": "contact", "item": "1", "way": "call", "reached": "yes"})
    office.post(desk, {"act": "answer", "item": "1", "result": "done", "words": "放好了。"})
    empty = helper.post(at, {"act": "answer", "words": "坐着了"})
    assert (empty.status_code, "坐着了" in empty.content.decode()) == (422, True)
    helper.post(at, {"act": "answer", "solved": "yes", "score": "4"})
    assert the_request().outcome == "solved"
    assert "下次在院坝里告诉大家" in helper.get(at).content.decode()


def test_the_officer_goes_from_the_request_to_the_repair_and_back(
    clock: object, district: District
) -> None:
    number, officer, building = in_hand(district).number, district.client("fangwei"), house()
    desk = f"/desk/requests/{number}"
    new = f"/desk/repairs/new?request={number}"
    assert f'href="{new}"' in officer.get(desk).content.decode()
    assert new not in district.client("fanxue").get(desk).content.decode()
    form = officer.get(f"{new}&estate=estate.xinglinyuan").content.decode()
    assert SAID in form
    assert "地基基础" not in form  # only the parts that leak
    sent = {"request": number, "estate": building.area, "building": building.pk, "words": SAID}
    wrong = officer.post("/desk/repairs/new", {**sent, "part": "structure"})
    assert (wrong.status_code, SAID in wrong.content.decode()) == (422, True)
    officer.post("/desk/repairs/new", {**sent, "part": "roof", "flat": "3-1"})
    repair = f"/desk/repairs/{Repair.objects.get().entry.number}"
    assert f'href="{repair}"' in officer.get(desk).content.decode()
    assert f'href="{desk}"' in officer.get(repair).content.decode()
    shown = district.client("fanxue").get(desk).content.decode()
    assert "维修到哪一步" in shown
    assert f'href="{repair}"' not in shown
    own = district.client("zhouyan").get(f"/appeals/{number}").content.decode()
    assert "维修到哪一步" in own
    assert "杏林苑" in own
    assert district.client("liqiang").get(f"/appeals/{number}").status_code == 404


def test_a_number_typed_by_hand_opens_no_repair_of_a_strangers_request(
    clock: object, district: District
) -> None:
    number, building = in_hand(district).number, house()
    sent = {"request": number, "building": building.pk, "words": "漏", "part": "roof"}
    assert district.client("caili").post("/desk/repairs/new", sent).status_code == 404
    sent["request"] = "S26-999999"
    assert district.client("fangwei").post("/desk/repairs/new", sent).status_code == 404
    assert not Repair.objects.exists()


def test_a_caller_may_ask_for_a_repair_as_well(clock: object, district: District) -> None:
    clerk = district.client("fanxue")
    page = clerk.get("/desk/requests/new").content.decode()
    assert 'href="?kind=repairs"' in page
    assert "kind=courtyard" not in page
    page = clerk.get("/desk/requests/new?kind=repairs").content.decode()
    assert "屋顶漏雨" in page
    sent = {
        "words": "屋顶漏雨", "category": "roof", "area": "estate.heyuan", "channel": "phone",
        "home": "1 栋 2-1", "contact_name": "陈立", "phone": "13800001234",
    }  # fmt: skip
    clerk.post("/desk/requests/new?kind=repairs", sent)
    assert (the_request().slug, the_request().category) == ("repairs", "roof")


def test_everybody_reads_how_far_it_is_and_neither_words_nor_quarrels(
    clock: object, district: District, client: Client
) -> None:
    helper = district.account("shizhu")
    for key, words in (
        ("wish", "想放两条凳子"),
        ("quarrel", "田埂吵起来了"),
        ("lamp", "一闪一闪的"),
    ):
        visits.note_voice("courtyard", "courtyard.07", key, words, by=helper)
    tell(family(district), district)
    let_follow()
    page = client.get("/courtyards").content.decode()
    assert "院坝里说了 2 件事" in page
    assert "想法和建议" in page
    assert "等派单" in page
    assert "列进台账" in page
    for secret in ("凳子", "田埂", "调解", "一闪一闪", SAID, "漏水", "石柱", "S26-", "周"):
        assert secret not in page.replace("周静", ""), secret


def test_the_api_tells_the_helper_and_the_family_the_same(
    clock: object, district: District
) -> None:
    helper, family_ = (Caller(district.token(name)) for name in ("shizhu", "zhouyan"))
    note = {"area": "courtyard.07", "finding": "wish", "words": "凳子"}
    told(helper.post("/visits/voices", note))
    number = in_hand(district, category="leak").number
    told(
        Caller(district.token("fangwei")).post(
            "/repairs",
            {
                "building": house().pk,
                "part": "roof",
                "words": "漏",
                "flat": "3-1",
                "request": number,
            },
        )
    )
    (voice,) = told(helper.get("/visits/voices"))["rows"]
    assert (voice["words"], voice["said"]["zh"]) == ("凳子", "等派单")
    assert told(helper.get(f"/requests/{voice['became']}"))["may"] == ["urge", "withdraw"]
    assert told(family_.get(f"/requests/{number}"))["repair"]["state"] == "running"
    assert told(helper.get(f"/requests/{number}"))["may"] == []
    told(helper.post(f"/requests/{number}/urge"), 404)
    for who in ("liqiang", "yuelan"):
        told(Caller(district.token(who)).get(f"/requests/{number}"), 404)
    told(Caller(district.token("liqiang")).get("/visits/voices"), 403)
