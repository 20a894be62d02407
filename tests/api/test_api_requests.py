"""A whistle by the API: the same acts as the pages, each once under its key."""

from __future__ import annotations

from tests.api.api_caller import Caller, told
from tests.apps.appeals.requests_of import CONTACT, WORDS
from tests.factories import District

WHISTLE = {
    "kind": "whistle",
    "category": "energy",
    "grade": "soon",
    "area": "park.kechuang",
    "words": WORDS,
    "contact": CONTACT,
}


def test_a_whistle_goes_round_by_the_api(district: District) -> None:
    firm, desk, officer = (Caller(district.token(name)) for name in ("huangyi", "fanxue", "pengbo"))
    made = told(firm.send("POST", "/requests", WHISTLE, Idempotency_Key="one"))
    again = told(firm.send("POST", "/requests", WHISTLE, Idempotency_Key="one"))
    number = made["number"]
    assert again["number"] == number
    assert [row["number"] for row in told(desk.get("/desk/requests"))["dispatch"]] == [number]
    at = f"/desk/requests/{number}"
    for caller, deed in (
        (desk, {"act": "dispatch", "post": "economy.energy"}),
        (officer, {"act": "sign", "item": "1"}),
        (officer, {"act": "contact", "item": "1", "way": "visit"}),
        (officer, {"act": "answer", "item": "1", "result": "done", "words": "换了开关。"}),
    ):
        assert caller.send("POST", f"{at}/acts", deed).status_code == 200
    whole = told(firm.get(f"/requests/{number}"))
    assert (whole["answer"], whole["may"]) == ("换了开关。", ["answer", "urge", "withdraw"])
    answer = {"solved": True, "score": 5}
    closed = told(firm.send("POST", f"/requests/{number}/answer", answer))
    assert (closed["status"], closed["outcome"]) == ("closed", "solved")
    assert told(officer.get(at))["may"] == []
