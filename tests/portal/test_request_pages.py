"""A whistle in the pages of the firm and of the desk; 李强 sees nothing of it."""

from __future__ import annotations

from tests.apps.appeals.requests_of import CONTACT, WORDS, whistle

from minsheng.apps.appeals import actions, reads
from minsheng.apps.appeals.models import Request
from minsheng.apps.people import reads as people

FORM = {"words": WORDS, "category": "land", "grade": "soon", "area": "park.kechuang", **CONTACT}


def latest() -> Request:
    return Request.objects.latest("pk")


def act(client, number: str, name: str, **answers: object):
    return client.post(f"/desk/requests/{number}", {"act": name, **answers})


def test_a_firm_whistles_offices_answer_and_the_firm_rates(district):
    firm, desk = district.client("huangyi"), district.client("fanxue")
    assert "科迈精工" in firm.get("/firm").content.decode()
    sent = firm.post("/firm/new/whistle", {**FORM, "once": "a"})
    again = firm.post("/firm/new/whistle", {**FORM, "once": "a"})
    number = latest().number
    assert sent.url == again.url == f"/firm/{number}"
    assert number in desk.get("/desk/requests").content.decode()
    page = desk.get(f"/desk/requests/{number}").content.decode()
    assert WORDS in page
    assert 'value="planning.land" selected' in page
    act(desk, number, "dispatch", post="planning.land", helpers=["construction.buildings"])
    lead, helper = district.client("weiguo"), district.client("caili")
    for client, key in ((lead, "1"), (helper, "2")):
        act(client, number, "sign", item=key)
    refused = act(lead, number, "answer", item="1", result="done", words="好了")
    assert refused.status_code == 409
    assert "先联系" in refused.content.decode()
    act(lead, number, "contact", item="1", way="visit", reached="yes", words="到厂看过。")
    act(helper, number, "answer", item="2", result="done", words="房屋没有问题。")
    act(lead, number, "answer", item="1", result="done", words="规划许可补好了。")
    page = firm.get(f"/firm/{number}").content.decode()
    assert "解决了吗" in page
    assert "规划许可补好了。" in page
    assert "房屋没有问题。" not in page
    firm.post(f"/firm/{number}", {"act": "answer", "solved": "yes", "score": "5"})
    assert (latest().outcome, latest().score) == ("solved", 5)


def test_a_stranger_and_other_offices_are_refused(district):
    number = whistle(district, "signed").number
    for path in (f"/firm/{number}", f"/appeals/{number}"):
        assert district.client("liqiang").get(path).status_code == 404
        assert district.client("wangfang").get(path).status_code == 404
    assert district.client("sunwei").get(f"/desk/requests/{number}").status_code == 404
    assert district.client("liqiang").get(f"/desk/requests/{number}").status_code == 403
    assert act(district.client("tianye"), number, "sign", item="1").status_code == 403
    page = district.client("liqiang").get("/firm").content.decode()
    assert "还没有登记您代表哪家企业" in page
    assert "吹哨：" not in page


def test_a_mistake_keeps_what_was_typed(district):
    answer = district.client("huangyi").post("/firm/new/whistle", {**FORM, "phone": "138"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert WORDS in page
    assert 'href="#f-phone"' in page
    assert not Request.objects.exists()


def test_a_clerk_takes_a_call_and_calls_back(district):
    desk = district.client("fanxue")
    call = {
        "words": "井盖响",
        "category": "utilities.drain.cover",
        "area": "jinhu.hubin",
        "channel": "phone",
    }
    sent = desk.post("/desk/requests/new", {**call, **CONTACT})
    number = latest().number
    assert sent.url == f"/desk/requests/{number}"
    assert district.client("sunwei").get("/desk/requests/new").status_code == 403
    act(desk, number, "dispatch", post="urban.roads")
    road = district.client("tianye")
    act(road, number, "sign", item="1")
    act(road, number, "contact", item="1", way="call", reached="yes")
    act(road, number, "answer", item="1", result="done", words="换了井盖。")
    caller = district.client("jiangtao")
    assert number in caller.get("/desk/requests").content.decode()
    act(caller, number, "visit", solved="nobody")
    too_soon = act(caller, number, "visit", solved="nobody")
    assert too_soon.status_code == 409
    act(caller, number, "visit", solved="no", score="1", words="还在响")
    assert (latest().status, latest().round, latest().desk_post) == (
        "received",
        2,
        "office.leader",
    )
    assert number in district.client("zhoujing").get("/desk/requests").content.decode()


def test_the_rates_of_a_month_open_their_lists_and_go_out_as_workbook_and_sheet(district):
    whistle(district, "closed")
    leader, other = district.client("zhoujing"), district.client("sunwei")
    page = leader.get("/desk/requests/rates?kind=whistle").content.decode()
    assert "1 次回话，解决率 1/1" in page
    assert "小样本" in page
    opened = leader.get("/desk/requests/rates?kind=whistle&rate=solution&key=economy")
    assert latest().number in opened.content.decode()
    assert (
        latest().number
        not in other.get("/desk/requests/rates?kind=whistle&rate=solution").content.decode()
    )
    assert leader.get("/desk/requests/rates.xlsx?kind=whistle").content[:2] == b"PK"
    assert leader.get("/desk/requests/rates.pdf?kind=whistle").content[:5] == b"%PDF-"


def test_what_everybody_reads_has_no_number_under_five_and_no_place(district):
    for _ in range(4):
        whistle(district, "closed")
    page = district.client().get("/figures/requests").content.decode()
    assert "不公布" in page
    assert "用电、用水、用气" not in page
    whistle(district, "closed")
    page = district.client().get("/figures/requests").content.decode()
    assert "用电、用水、用气" in page
    assert "科创" not in page.partition("<main")[2].partition("</main")[0]


def test_my_page_begins_with_the_request_that_waits_for_my_word(district):
    wang, fan = district.client("wangfang"), district.account("fanxue")
    assert "还没有办过事" in wang.get("/mine").content.decode()
    told = actions.Told(
        category="utilities.light.out", words=WORDS, area="jinhu.hubin", contact=CONTACT
    )
    number = actions.file_request("hotline", told, by=district.account("wangfang")).number
    assert "1 件诉求正在办" in wang.get("/mine").content.decode()
    post = reads.desk_view(number, account=fan).proposed
    actions.dispatch(number, post, by=fan)
    officer = people.accounts_of(post)[0]
    actions.sign(number, "1", by=officer)
    actions.contact(number, "1", "call", by=officer, words="问清了。")
    actions.answer_item(number, "1", "done", "换了灯。", by=officer)
    page = wang.get("/mine").content.decode()
    assert "1 件诉求办完了，等您说一句" in page
    assert f'href="/appeals/{number}"' in page
