"""The pages of points, as each of them sees it: resident, recorder, council and shop, stranger."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.factories import District

from minsheng.apps.accounts import reads as accounts
from minsheng.apps.points import actions

pytestmark = pytest.mark.django_db
DESK, SHOP = "/desk/points/village/dongpo", "/desk/points/village/dongpo/shop"


def shown(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def test_points_are_recorded_public_objected_to_counted_and_exchanged_on_pages(
    district: District, monkeypatch: Any
) -> None:
    wang, liu = district.client("wangfang"), district.client("liuyang")
    helper, council = district.client("yangqun"), district.client("tangping")
    for one in (wang, liu):
        one.post("/mine/points", {"join": "village/dongpo"})
    day = timezone.localdate().isoformat()
    entry = {"act": "propose", "number": "1", "item": "cleanup", "day": day, "times": "4"}
    assert helper.post(DESK, {**entry, "times": "9"}).status_code == 422
    assert helper.post(DESK, entry).status_code == 302
    assert "等公示" in shown(helper.get(DESK))
    helper.post(DESK, {"act": "publish"})
    anyone = shown(district.client().get("/points/village/dongpo"))
    assert "王＊" in anyone or "王*" in anyone
    assert "王芳" not in anyone
    assert "提异议" not in anyone

    page = shown(liu.get("/points/village/dongpo"))
    objection = re.search(r"/mine/points/objections/\d+", page)
    assert objection
    assert liu.post(objection[0], {"words": " "}).status_code == 422
    assert liu.post(objection[0], {"words": "只来了两个人"}).status_code == 302
    seen = shown(council.get(DESK))
    assert "只来了两个人" in seen
    number = re.search(r'name="objection" value="(\d+)"', seen)
    assert number
    decision = {"act": "decide", "objection": number[1], "answer": "correct", "times": "2"}
    assert council.post(DESK, decision).status_code == 302

    later = timezone.localdate() + timedelta(days=8)
    monkeypatch.setattr(timezone, "localdate", lambda *args, **named: later)
    actions.post_due()
    mine = shown(wang.get("/mine/points/village"))
    assert "能用 20 分" in mine
    assert "异议后更正" in mine
    council.post(SHOP, {"good": "soap", "count": "3"})
    order = wang.post("/mine/points/village/shop", {"good": "soap"})
    code = re.search(r'取货码 <span class="num">(\w+)', shown(wang.get(order["Location"])))
    assert code
    assert council.post(SHOP, {"code": "WRONG"}).status_code == 404
    assert "可以交给来人" in shown(council.post(SHOP, {"code": code[1]}))
    assert "取走了" in shown(wang.get(order["Location"]))
    back = re.search(r'name="back" value="(\d+)"', shown(council.get(SHOP)))
    assert back
    assert helper.post(SHOP, {"back": back[1]}).status_code in {403, 404}
    assert council.post(SHOP, {"back": back[1]}).status_code == 302
    assert council.post(SHOP, {"back": back[1]}).status_code == 404
    assert "能用 20 分" in shown(wang.get("/mine/points/village"))
    assert "取走了" not in shown(wang.get(order["Location"]))
    assert "参加清洁日" in shown(
        district.client().get("/points/village/dongpo/sheet?every=quarter")
    )
    assert accounts.verify().is_whole


def test_a_stranger_and_an_officer_of_elsewhere_are_refused(district: District) -> None:
    actions.join("village", "dongpo", by=district.account("wangfang"))
    actions.add_stock("village", "dongpo", "soap", 1, by=district.account("tangping"))
    order = actions.order("village", "soap", by=district.account("wangfang"))
    stranger, officer = district.client("liqiang"), district.client("sunwei")
    for path in ("/mine/points/village", f"/mine/points/orders/{order.pk}"):
        assert stranger.get(path).status_code == 404
    assert stranger.post(f"/mine/points/orders/{order.pk}/cancel").status_code == 404
    for path in (DESK, SHOP):
        assert stranger.get(path).status_code == 403
        assert officer.get(path).status_code == 404


def test_the_sheet_prints_as_a_file(district: District) -> None:
    answer = district.client().get("/points/village/dongpo/sheet?as=pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert district.client().get("/points/village/dongpo/sheet?month=2026-13").status_code == 422
