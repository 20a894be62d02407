"""A firm's room: points line by line, what would raise them, its numbers, an objection."""

from __future__ import annotations

from tests.apps.scores.firms_of import NUMBERS, PAPER, declared, noted

from minsheng.apps.scores.models import Declared, Objection


def test_from_the_empty_room_to_points_and_what_raises_them(district):
    owner = district.client("huangyi")
    page = owner.get("/firm/room").content.decode()
    assert "0 到 100 分，还不能定" in page and "先补这些数" in page
    typed = {**NUMBERS, "paper": PAPER, "as_of": district.today.isoformat()}
    wrong = owner.post("/firm/room/numbers", typed | {"staff": "八十"})
    assert wrong.status_code == 422 and 'href="#staff"' in wrong.content.decode()
    assert 'value="42,600,000"' in wrong.content.decode()
    assert owner.post("/firm/room/numbers", typed).url == "/firm/room"
    page = owner.get("/firm/room").content.decode()
    assert "科技型中小企业评价：40 分，还没有达标" in page
    assert "19.76%" in page and "满 15%" in page  # 17 of 86
    assert "科技人员增加 1 人，到 18 人" in page
    assert "最少改几项就达标" in page
    assert "86 人" in page and PAPER in page


def test_an_objection_from_the_page(district):
    noted(district, staff="120")
    owner, row = district.client("huangyi"), Declared.objects.get()
    empty = owner.post("/firm/room", {"number": str(row.pk), "words": " "})
    assert empty.status_code == 422
    sent = owner.post("/firm/room", {"number": str(row.pk), "words": "年报里是 86 人。"})
    assert sent.status_code == 302 and Objection.objects.count() == 1
    assert "提了异议，等答复" in owner.get("/firm/room").content.decode()


def test_strangers_see_an_empty_room_and_can_do_nothing(district):
    declared(district)
    stranger = district.client("liqiang")
    page = stranger.get("/firm/room").content.decode()
    assert "还没有登记您代表哪家企业" in page and "86 人" not in page
    assert stranger.post("/firm/room/numbers", NUMBERS).status_code == 200
    assert Declared.objects.filter(by__contains=str(district.account("liqiang").pk)).count() == 0
