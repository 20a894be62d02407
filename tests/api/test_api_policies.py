"""Policies over the API: what they rest on, how they come out for me, one question after the other."""

from __future__ import annotations

from django.utils import timezone
from tests.api.test_api_sittings import ask
from tests.factories import District

from minsheng.cli.demo import policies as demo

FLEXIBLE = "/me/policies/flexible-insurance"


def test_anybody_reads_what_a_policy_rests_on(district: District) -> None:
    rows = {one["policy"]: one for one in ask(district, "", "get", "/policies")[1]["rows"]}
    assert rows["flexible-insurance"]["configured"]
    assert rows["public-post"]["lacks"][0]["en"].startswith("the minimum wage")
    status, page = ask(district, "", "get", "/policies/flexible-insurance")
    assert status == 200
    (share,) = [one for one in page["numbers"] if one["name"] == "share"]
    assert (share["value"], share["mark"], share["since"]) == ("2/3", "M", "2020-01-01")
    page = ask(district, "", "get", "/policies/disabled-living")[1]
    (rate,) = [one for one in page["numbers"] if one["name"] == "living_fen_month"]
    assert (rate["value"], rate["mark"]) == (None, "L")
    assert ask(district, "", "get", "/policies/free-money")[0] == 404


def test_one_question_settles_what_i_get(district: District) -> None:
    demo.note(timezone.localdate())
    question = ask(district, "qinsu", "get", "/me/policies/question")[1]
    assert question["fact"] == "work"
    assert "flexible" in question["options"]
    at = "/me/policies/answers/work"
    assert ask(district, "qinsu", "post", at, {"value": "astronaut"})[0] == 422
    status, following = ask(district, "qinsu", "post", at, {"value": "flexible"})
    assert status == 200
    assert following["fact"] != "work"
    told = ask(district, "qinsu", "get", FLEXIBLE)[1]
    assert (told["eligible"], told["amount_fen"], told["missing"]) == ("yes", 60000, [])
    assert all(one["holds"] == "yes" for one in told["conditions"])
    ask(district, "qinsu", "post", at, {"act": "back"})
    assert ask(district, "qinsu", "get", FLEXIBLE)[1]["eligible"] == "unknown"


def test_what_a_register_keeps_is_not_mine_to_say(district: District) -> None:
    demo.note(timezone.localdate())
    at = "/me/policies/answers/hard_to_employ_recognised"
    assert ask(district, "qinsu", "post", at, {"value": True})[0] == 403
    assert ask(district, "qinsu", "get", "/me/policies/graduate-search")[0] == 409
    assert ask(district, "qinsu", "get", "/me/policies/public-post")[0] == 404


def test_nobody_else_sees_mine(district: District) -> None:
    demo.note(timezone.localdate())
    told = ask(district, "liqiang", "get", FLEXIBLE)[1]
    assert told["eligible"] == "no"
    assert "900.00" not in str(told)
    assert ask(district, "zhaomin", "get", "/me/policies")[0] == 403
