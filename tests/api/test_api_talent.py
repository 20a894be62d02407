"""Points of talents by API: my own, a code that is read once, no basic right; numbers found right or wrong."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.api_caller import Caller, problem, told
from tests.apps.scores.talents_of import confirmed, number, talent

from minsheng.apps.scores.models import TalentCode, TalentNumber

pytestmark = pytest.mark.django_db
ME, NUMBERS, CODES = "/me/talent", "/me/talent/numbers", "/desk/talent-codes"


def of(district: Any, *names: str) -> list[Caller]:
    return [Caller(district.token(name)) for name in names]


def test_i_declare_my_numbers_and_see_what_they_open(district: Any) -> None:
    me, officer = of(district, "huangyi", "yuelan")
    body = {
        "numbers": {"degree": 2, "tax_fen": 3_200_000},
        "paper": "硕士学位证、纳税记录",
        "as_of": district.today.isoformat(),
    }
    problem(officer.post(NUMBERS, body), 403, "residents_only")
    assert problem(me.post(NUMBERS, {**body, "paper": ""}), 422, "scores.words")["field"] == "paper"
    below = me.post(NUMBERS, {**body, "numbers": {"degree": -1}})
    assert problem(below, 422, "scores.number")["field"] == "degree"
    assert not TalentNumber.objects.exists()
    made = told(me.post(NUMBERS, body, Idempotency_Key="t-1"))
    assert sorted(made["changed"]) == ["degree", "tax_fen"]
    assert told(me.post(NUMBERS, body, Idempotency_Key="t-1")) == made
    page = told(me.get(ME))
    rows = {one["fact"]: one for one in page["numbers"]}
    assert (rows["tax_fen"]["value"], rows["tax_fen"]["state"]) == (3_200_000, "declared")
    assert [one["is_open"] for one in page["openings"]] == [False, False, False]
    assert page["checked"]["low"] == "0"


def test_a_code_is_read_once_and_never_for_a_basic_right(district: Any) -> None:
    confirmed(district, "degree", "grade", "tax_fen")
    me, officer, outsider = of(district, "huangyi", "yuelan", "wutong")
    code = told(me.post(f"{ME}/code"))["code"]
    before = len(told(me.get("/me/looks"))["looks"])
    problem(outsider.post(CODES, {"code": code, "use": "venue"}), 403, "scores.not_yours")
    refused = officer.post(CODES, {"code": code, "use": "school_place"})
    assert problem(refused, 422, "scores.no_opening")["field"] == "use"
    assert TalentCode.objects.exists()
    found = told(officer.post(CODES, {"code": code, "use": "venue"}))
    assert (found["opening"]["key"], found["opening"]["is_open"]) == ("venue", True)
    assert found["name"] != "黄毅"
    problem(officer.post(CODES, {"code": code, "use": "venue"}), 404, "scores.no_code")
    assert len(told(me.get("/me/looks"))["looks"]) == before + 1


def test_a_newer_code_makes_the_one_before_void(district: Any) -> None:
    talent(district)
    me, officer = of(district, "huangyi", "yuelan")
    first, second = (told(me.post(f"{ME}/code"))["code"] for _ in range(2))
    problem(officer.post(CODES, {"code": first, "use": "venue"}), 404, "scores.no_code")
    assert told(officer.post(CODES, {"code": second, "use": "venue"}))["opening"]["missing"] == 20


def test_an_office_checks_a_number_and_an_objection_is_for_another(district: Any) -> None:
    person = talent(district)
    me, keeper, second, outsider = of(district, "huangyi", "yuelan", "fanhua", "liqiang")
    desk = told(keeper.get("/desk/talent"))
    assert [one["key"] for one in desk["uses"]] == ["flat", "steward", "venue"]
    (waits,) = desk["waiting"]
    assert (waits["id"], waits["declared"]) == (str(person.pk), 6)
    assert "黄毅" not in str(desk)
    page = told(keeper.get(f"/desk/talent/{person.pk}"))
    assert len(page["numbers"]) == 6
    at = f"/desk/talent-numbers/{number('degree')}/acts"
    problem(second.post(at, {"act": "confirm"}), 403, "scores.not_yours")
    assert problem(keeper.post(at, {"act": "refuse"}), 422, "scores.words")["field"] == "why"
    told(keeper.post(at, {"act": "refuse", "why": "证书上的姓名对不上。"}))
    own = f"{NUMBERS}/{number('degree')}/objections"
    problem(outsider.post(own, {"words": "不对"}), 404, "scores.no_talent_number")
    assert problem(me.post(own, {"words": ""}), 422, "scores.words")["field"] == "words"
    assert told(me.post(own, {"words": "改过名，带了公证。"}))["state"] == "objected"
    problem(keeper.post(at, {"act": "confirm"}), 403, "scores.not_yours")
    assert told(second.post(at, {"act": "confirm"}))["state"] == "confirmed"
    problem(second.post(at, {"act": "confirm"}), 409, "scores.number_decided")


def test_nobody_else_sees_who_waits(district: Any) -> None:
    person = talent(district)
    outsider, stranger = of(district, "wutong", "liqiang")
    problem(outsider.get("/desk/talent"), 403, "scores.not_yours")
    problem(outsider.get(f"/desk/talent/{person.pk}"), 403, "scores.not_yours")
    problem(stranger.get("/desk/talent"), 403, "staff_only")
    assert {one["value"] for one in told(stranger.get(ME))["numbers"]} == {None}
