"""A veteran's petition and a question of law, walked through the pages from the first word to the last."""

from __future__ import annotations

from datetime import timedelta

from minsheng.apps.appeals.models import Request, RequestItem
from minsheng.apps.people import installed

CONTACT = {"contact_name": "张磊", "phone": "13800001234"}


def act(client, number: str, name: str, **answers: object):
    return client.post(f"/desk/requests/{number}", {"act": name, **answers})


def test_a_petition_is_passed_on_answered_and_closed_by_the_veterans_word(district):
    veteran, room = district.client("zhanglei"), district.client("hanbing")
    page = veteran.get("/appeals/new/veterans").content.decode()
    assert "安置、档案、报到" in page
    sent = veteran.post(
        "/appeals/new/veterans",
        {"words": "转业档案在路上丢了。", "category": "veteran.placement", **CONTACT, "once": "a"},
    )
    made = Request.objects.get()
    assert sent.url == f"/appeals/{made.number}"
    assert made.due_at - made.received_at >= timedelta(days=14)
    act(room, made.number, "dispatch", post="veterans.reception", helpers=["army.reserve"])
    lead, helper = district.client("luogang"), district.client("mayong")
    assert RequestItem.objects.get(is_lead=True).finish_due - made.received_at > timedelta(days=59)
    for client, key in ((lead, "1"), (helper, "2")):
        act(client, made.number, "sign", item=key)
    act(lead, made.number, "contact", item="1", way="call", reached="yes", words="约好周五来。")
    act(helper, made.number, "answer", item="2", result="done", words="底册里有，复印了一份。")
    act(lead, made.number, "answer", item="1", result="done", words="档案补齐了，交给您。")
    page = veteran.get(f"/appeals/{made.number}").content.decode()
    assert "档案补齐了，交给您。" in page
    assert "复印了一份" not in page
    veteran.post(f"/appeals/{made.number}", {"act": "answer", "solved": "yes", "score": "5"})
    made.refresh_from_db()
    assert (made.status, made.outcome, made.score) == ("closed", "solved", 5)


def test_a_question_of_law_says_who_asks_in_words_and_where_to_go_instead(district):
    station = district.client("hanbing")
    form = {
        "words": "干了三个月，老板不发工资。", "category": "aid.wages", "grade": "soon",
        "standing": "family", **CONTACT, "channel": "phone",
    }  # fmt: skip
    missing = station.post("/desk/requests/new?kind=legal-aid", {**form, "standing": ""})
    assert missing.status_code == 422
    assert form["words"] in missing.content.decode()
    station.post("/desk/requests/new?kind=legal-aid", form)
    made = Request.objects.get()
    assert (made.slug, made.grade, made.account) == ("legal-aid", "soon", None)
    page = station.get(f"/desk/requests/{made.number}").content.decode()
    assert "军人或退役军人的家属" in page
    assert ">family<" not in page
    assert "说要法律援助，会转给管的单位" in page
    act(station, made.number, "dispatch", post="veterans.legal_aid", helpers=["hr.inspection"])
    lawyer = district.client("luogang")
    act(lawyer, made.number, "sign", item="1")
    act(lawyer, made.number, "contact", item="1", way="call", reached="yes", words="问了经过。")
    act(district.client("yuanli"), made.number, "sign", item="2")
    act(district.client("yuanli"), made.number, "answer", item="2", result="done", words="催过了。")
    act(lawyer, made.number, "answer", item="1", result="done", words="仲裁申请写好了。")
    act(district.client("jiangtao"), made.number, "visit", solved="yes", score="4")
    made.refresh_from_db()
    assert (made.status, made.outcome, made.score) == ("closed", "solved", 4)


def test_who_takes_calls_for_several_kinds_chooses_and_others_take_none(district):
    page = district.client("hanbing").get("/desk/requests/new").content.decode()
    assert 'href="?kind=veterans"' in page
    assert 'href="?kind=legal-aid"' in page
    assert district.client("fanxue").get("/desk/requests/new?kind=veterans").status_code == 200
    form = {"words": "问一问", "category": "veteran.rules", **CONTACT, "channel": "phone"}
    district.client("fanxue").post("/desk/requests/new?kind=veterans", form)
    assert not Request.objects.exists()
    for name in ("liqiang", "sunwei"):
        assert district.client(name).get("/desk/requests/new").status_code == 403
    assert installed.packs().appeals["veterans"].spec.reopen.cite.mark == "H"
