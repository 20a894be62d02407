"""Points for programs: the same acts as the pages, once for each key."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from tests.api.api_caller import Caller, problem, told
from tests.factories import District

from minsheng.apps.accounts import reads as accounts
from minsheng.apps.points import actions

HERE = "/points/village/dongpo"


def test_points_from_a_proposal_to_a_pickup(district: District, monkeypatch: Any) -> None:
    wang, liu = (Caller(district.token(who)) for who in ("wangfang", "liuyang"))
    helper, council = (Caller(district.token(who)) for who in ("yangqun", "tangping"))
    for one in (wang, liu):
        told(one.post(f"{HERE}/participation"))
    entry = {"number": 1, "item": "cleanup", "day": timezone.localdate().isoformat(), "times": 4}
    problem(helper.post(f"{HERE}/proposals", {**entry, "times": 9}), 422, "points.times")
    first = told(helper.post(f"{HERE}/proposals", entry, Idempotency_Key="p1"))
    assert told(helper.post(f"{HERE}/proposals", entry, Idempotency_Key="p1")) == first
    assert first["points"] == 20
    assert told(helper.post(f"{HERE}/lists"))["lines"] == 1
    (listed,) = told(Caller("").get("/points/public"))["rows"]
    assert "王芳" not in str(listed)

    objected = told(liu.post(f"/points/proposals/{first['id']}/objections", {"words": "两个人"}))
    (circle,) = [
        one for one in told(council.get("/points/desk"))["rows"] if one["circle"] == "dongpo"
    ]
    assert circle["objections"] == 1
    decided = council.post(f"/points/objections/{objected['id']}/decision", {"times": 2})
    assert told(decided)["outcome"] == "upheld"

    later = timezone.localdate() + timedelta(days=8)
    monkeypatch.setattr(timezone, "localdate", lambda *args, **named: later)
    actions.post_due()
    mine = told(wang.get("/points/village/statement"))
    assert [row["amount"] for row in mine["rows"]] == [10, 10]
    assert mine["rows"][0]["mark"] == "H"

    told(council.post(f"{HERE}/stock", {"good": "soap", "count": 3}))
    order = told(wang.post("/points/village/orders", {"good": "soap"}, Idempotency_Key="o1"))
    code = told(wang.get(f"/points/orders/{order['id']}"))["code"]
    assert told(council.post(f"{HERE}/pickups", {"code": code}))["state"] == "handed"
    problem(council.post(f"{HERE}/pickups", {"code": code}), 409, "points.exchange_closed")
    told(council.post(f"/points/proposals/{first['id']}/reversal"))
    assert told(wang.get("/points"))["rows"][0]["usable"] == 5
    assert accounts.verify().is_whole
