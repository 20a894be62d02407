"""My awards over the API: apply, see what came; a stranger sees nothing."""

from __future__ import annotations

from typing import Any

from tests.api.api_caller import Caller, problem, told
from tests.apps.grants.story import CARD, FLEXIBLE, known, paid

from minsheng.apps.grants.models import Grant


def test_i_apply_once_and_the_same_key_gives_the_same_answer(district: Any) -> None:
    known(district)
    cashier = Caller(district.token("qinsu"))
    assert told(cashier.get("/me/grants")) == {"rows": [], "account": ""}
    wrong = cashier.send("POST", "/me/grants", {"policy": FLEXIBLE})
    problem(wrong, 422, "grants.account")
    made = told(cashier.send("POST", "/me/grants", {"policy": FLEXIBLE, "account": CARD}))
    assert made["state"] == "claimed"
    assert told(cashier.send("POST", "/me/grants", {"policy": FLEXIBLE})) == made
    assert Grant.objects.count() == 1
    assert told(cashier.get("/me/grants"))["account"] == "**** 0000"


def test_i_read_what_came_and_how(district: Any) -> None:
    paid(district)
    cashier = Caller(district.token("qinsu"))
    (row,) = told(cashier.get("/me/grants"))["rows"]
    assert (row["state"], row["months"], row["paid_fen"]) == ("running", 1, 60_000)
    page = told(cashier.get(f"/me/grants/{row['grant']}"))
    assert page["sheet"]["amount_fen"] == 60_000
    assert [one["state"] for one in page["paid_months"]] == ["paid"]
    assert {one["verdict"] for one in page["sheet"]["conditions"]} == {"yes"}
    stranger = Caller(district.token("liqiang"))
    problem(stranger.get(f"/me/grants/{row['grant']}"), 404, "grants.none")
    problem(
        stranger.send("POST", "/me/grants", {"policy": FLEXIBLE, "account": CARD}),
        409,
        "grants.not_entitled",
    )
    assert told(stranger.get("/me/grants"))["rows"] == []
