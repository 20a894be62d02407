"""A small matter on its pages: called at the desk, voted on a phone, paid by two, read by everybody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.apps.councils.matters_of import OWN, lamp, matter

from minsheng.apps.councils.models import Home, Payment, Vote

pytestmark = pytest.mark.django_db
DAY = (timezone.localdate() + timedelta(days=3)).isoformat()
CALL = {
    "title": "3 栋的灯", "words": "换不换", "part": "3 栋", "at": DAY, "at_time": "19:30",
    "place": "3 栋楼下", "parties": ["community", "volunteer"],
}  # fmt: skip


def page(client, path: str) -> str:
    found = client.get(path)
    assert found.status_code == 200, (path, found.status_code)
    return found.content.decode()


def test_the_desk_leads_a_matter_from_the_call_to_the_end(district):
    story = lamp(district, "sorted")
    desk, fund = district.client("shenya"), district.client("tangping")
    leader, mother = district.client("zhoujing"), district.client("wangfang")
    assert story.number in page(desk, "/desk/councils")
    call = f"/desk/councils/new/{story.number}"
    kept = desk.post(call, {**CALL, "at_time": "七点"})
    assert kept.status_code == 422
    assert 'value="3 栋的灯"' in kept.content.decode()
    at = desk.post(call, CALL).url
    assert desk.get(call).url == at
    assert desk.post(at, {"act": "hold", "came": "9", "minutes": "都说好"}).status_code == 422
    assert desk.post(at, {"act": "hold", "came": "3", "minutes": "都说好"}).status_code == 302
    vote = {
        "act": "open_vote", "question": "换不换？", "proposal-1": "换 6 盏", "cost-1": "800",
        "opens_on": timezone.localdate().isoformat(), "closes_on": DAY,
    }  # fmt: skip
    kept = desk.post(at, {**vote, "cost-1": "九千"})
    assert kept.status_code == 422
    assert 'value="换 6 盏"' in kept.content.decode()
    assert desk.post(at, vote).status_code == 302
    row = Vote.objects.get()
    mine = f"/council/{row.matter_id}"
    assert "1 次表决等您家投票" in page(mother, "/council")
    assert mother.post(mine, {"vote": row.pk}).status_code == 422
    assert mother.post(mine, {"vote": row.pk, "choice": "1"}).status_code == 302
    assert "您家已经投了" in page(mother, mine)
    assert mother.post(mine, {"vote": row.pk, "choice": "1"}).status_code == 409
    paper = {"act": "paper", "vote": row.pk, "label": "3 栋 2-3", "choice": "1"}
    assert desk.post(at, paper).status_code == 302
    story.vote, story.matter = row.pk, row.matter_id
    story.close()
    assert "通过了" in page(mother, mine)
    grant = {"area": "shiqiao.qiaotou", "amount": "1000"}
    assert desk.post("/desk/councils", grant).status_code == 403
    assert leader.post("/desk/councils", grant).status_code == 302
    money = {"act": "propose", "what": "6 盏灯", "payee": "演示电工", "amount": "780.50"}
    assert desk.post(at, {**money, "amount": "900"}).status_code == 422
    assert desk.post(at, money).status_code == 302
    paid = Payment.objects.get()
    assert desk.post(at, {"act": "approve", "payment": paid.pk}).status_code == 403
    assert fund.post(at, {"act": "approve", "payment": paid.pk}).status_code == 302
    pay = {"act": "pay", "payment": paid.pk, "evidence": "收据 01"}
    assert desk.post(at, pay).status_code == 302
    assert desk.post(at, pay).status_code == 409
    share = {"act": "share", "share-volunteer": "周末擦灯罩"}
    assert desk.post(at, share).status_code == 302
    assert desk.get(f"/figures/councils/{row.matter_id}").status_code == 404
    assert desk.post(at, {"act": "finish", "words": "都亮了"}).status_code == 302
    assert matter(story).state == "done"
    shown = page(district.client(), f"/figures/councils/{row.matter_id}")
    assert "780.50" in shown
    assert "周末擦灯罩" in shown
    for hidden in ("演示电工", story.number, "收据 01"):
        assert hidden not in shown
    sheet = district.client().get(f"/figures/councils/{row.matter_id}/sheet")
    assert sheet.content.startswith(b"%PDF")
    assert "小基金付了 780.50 元" in page(mother, f"/appeals/{story.number}")


def test_residents_ask_for_their_home_and_the_street_keeps_the_roll(district):
    desk, stranger = district.client("shenya"), district.client("liqiang")
    area = "estate.fengyuan"
    roll = {"act": "register", "area": area, "labels": "1 栋 1-1\n1 栋 1-2\n\n"}
    assert desk.post("/desk/councils/homes", roll).status_code == 302
    assert Home.objects.count() == 2
    assert "1 栋 1-2" in page(stranger, f"/council?area={area}")
    home = Home.objects.get(label="1 栋 1-1")
    assert stranger.post("/council", {"home": home.pk}).status_code == 302
    assert "等街道核对" in page(stranger, "/council")
    answer = {"act": "confirm", "area": area, "home": home.pk}
    assert district.client("sunwei").post("/desk/councils/homes", answer).status_code == 404
    assert desk.post("/desk/councils/homes", answer).status_code == 302
    assert "没有等您家投的票" in page(stranger, "/council")


def test_a_mediator_is_asked_on_the_request_and_tells_what_came_of_it(district):
    story = lamp(district, "sorted", answers=OWN)
    mother, mediator = district.client("wangfang"), district.client("yangqun")
    mine, at = f"/appeals/{story.number}", f"/desk/mediation/{story.number}"
    assert "约人民调解员" in page(mother, mine)
    assert mother.post(mine, {"act": "mediator"}).status_code == 302
    assert story.number in page(mediator, "/desk/mediation")
    assert "楼梯间的灯不亮" in page(mediator, at)
    day = {"act": "appoint", "at": DAY, "at_time": "10:00", "place": "桥头社区一楼"}
    assert mediator.post(at, {**day, "at": "明天"}).status_code == 422
    assert mediator.post(at, day).status_code == 302
    assert "桥头社区一楼" in page(mother, mine)
    done = {"act": "outcome", "outcome": "agreed", "words": "各出一半。"}
    assert mediator.post(at, {**done, "words": ""}).status_code == 422
    assert mediator.post(at, done).status_code == 302
    shown = page(mother, mine)
    assert "谈成了一个约定" in shown
    assert "各出一半" in shown


def test_strangers_find_nothing(district):
    story = lamp(district, "voting")
    for name, path, status in (
        ("liqiang", f"/council/{story.matter}", 404),
        ("sunwei", f"/desk/councils/{story.matter}", 404),
        ("sunwei", "/desk/councils", 403),
        ("sunwei", f"/desk/councils/new/{story.number}", 404),
        ("sunwei", "/desk/mediation", 403),
        ("sunwei", f"/desk/mediation/{story.number}", 404),
        ("liqiang", "/desk/councils", 403),
        ("", f"/figures/councils/{story.matter}", 404),
    ):
        assert district.client(name).get(path).status_code == status, (name, path)
