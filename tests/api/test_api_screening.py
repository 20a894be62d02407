"""Policies find people by API: begun once, approved by another, worked through; a number tried."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone
from tests.api.api_caller import Caller, problem, told

from minsheng.apps.audit import reads as audit
from minsheng.apps.policies import actions as policies
from minsheng.apps.screening import access
from minsheng.cli.demo import policies as demo

pytestmark = pytest.mark.django_db
FLEXIBLE = "flexible-insurance"
RUNS = "/screening/runs"
TRIAL = f"/policies/{FLEXIBLE}/trial"


@pytest.fixture
def known(district: Any) -> Any:
    """The district with what registers and 秦素 said."""
    demo.note(timezone.localdate())
    policies.answer(district.account("qinsu"), "work", "flexible", on=timezone.localdate())
    return district


def callers(known: Any) -> tuple[Caller, Caller]:
    return Caller(known.token("tangli")), Caller(known.token("zhoujing"))


def wanted(officer: Caller) -> dict[str, Any]:
    """Return what a run is begun with, from the choices that are offered."""
    offered = told(officer.get("/screening/choices"))
    assert {FLEXIBLE, "startup-loan"} <= set(offered["policies"])
    bases = {
        one["key"]: one["bases"][-1]["key"]
        for one in offered["datasets"]
        if FLEXIBLE in one["read_by"]
    }
    return {"policies": [FLEXIBLE], "purpose": offered["purposes"][0]["key"], "bases": bases}


def looks() -> int:
    return sum(one.kind == "looked" for one in audit.since(0, 10_000) if "screening" in one.text)


def test_a_run_is_begun_once_approved_by_another_and_its_list_is_a_look(known: Any) -> None:
    officer, leader = callers(known)
    body = wanted(officer)
    lacking = {**body, "bases": {**body["bases"], "register:hr.insurance": ""}}
    problem(officer.post(RUNS, lacking), 422, "screening.basis")
    made = told(officer.post(RUNS, body, Idempotency_Key="run-1"))
    assert told(officer.post(RUNS, body, Idempotency_Key="run-1")) == made
    problem(officer.post(RUNS, body), 409, "screening.running")
    at = f"{RUNS}/{made['id']}"
    problem(leader.post(f"{at}/decision", {"approve": True}), 409, "screening.not_now")
    known.work()
    page = told(officer.get(at))
    assert (page["run"]["state"], page["progress"]) == ("ready", 100)
    (one,) = page["policies"]
    assert one["yes"] is None  # one person is a small group
    assert one["amount_fen"] is None
    assert (one["wrong"], one["changes"], page["compared_with"]) == (None, [], None)
    assert len(page["bases"]) == len(body["bases"])
    problem(officer.get(f"{at}/list"), 404, "screening.no_list")
    problem(officer.post(f"{at}/decision", {"approve": True}), 403, "screening.not_yours")
    before = looks()
    decided = told(leader.post(f"{at}/decision", {"approve": True}, Idempotency_Key="yes-1"))
    assert decided == {"id": made["id"], "state": "approved"}
    assert looks() == before
    (line,) = told(officer.get(f"{at}/list"))["rows"]
    assert (line["name"], line["policy"], line["amount_fen"]) == ("秦素", FLEXIBLE, 60_000)
    assert "*" in line["number"]
    assert looks() == before + 1
    assert [row["id"] for row in told(leader.get(RUNS))["rows"]] == [made["id"]]


def test_a_run_under_way_is_stopped_and_then_past_deciding(known: Any) -> None:
    officer, leader = callers(known)
    made = told(officer.post(RUNS, wanted(officer)))
    at = f"{RUNS}/{made['id']}"
    assert told(officer.post(f"{at}/stop"))["state"] == "stopped"
    problem(officer.post(f"{at}/stop"), 409, "screening.not_now")
    problem(leader.post(f"{at}/decision", {"approve": False}), 409, "screening.not_now")
    problem(officer.get(f"{RUNS}/{made['id'] + 1}"), 404, "screening.no_run")


def test_a_number_is_tried_with_its_curve_and_small_groups_withheld(
    known: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    officer, _ = callers(known)
    found = told(officer.post(TRIAL, {"name": "share", "value": "1/2"}))
    assert (found["before"]["cost_fen"], found["after"]["yes"]) == (None, None)
    assert (found["more_fen"], found["losers"], found["curve"]) == (None, None, [])
    assert {band["losers"] for grouping in found["groups"] for band in grouping["bands"]} <= {
        None,
        0,
    }
    spec = replace(access.spec(), smallest_group=1)
    monkeypatch.setattr(access, "spec", lambda: spec)
    found = told(officer.post(TRIAL, {"name": "share", "value": "1/2"}))
    assert (found["before"]["cost_fen"], found["after"]["cost_fen"]) == (60_000, 45_000)
    assert (found["more_fen"], found["losers"], found["winners"]) == (-15_000, 1, 0)
    assert (found["curve"][0]["cost_fen"], found["curve"][-1]["cost_fen"]) == (60_000, 45_000)
    assert found["curve"][-1]["value"] == "1/2"
    for wrong in ("much", "1e999999999", "-1/0"):
        problem(officer.post(TRIAL, {"name": "share", "value": wrong}), 422, "trials.value")
    problem(officer.post(TRIAL, {"name": "shares", "value": "1"}), 422, "trials.no_number")
    nothing = officer.post("/policies/no-such/trial", {"name": "share", "value": "1"})
    problem(nothing, 404, "policies.no_such")


@pytest.mark.parametrize("who", ["sunwei", "qinsu"])
def test_other_posts_and_residents_see_and_do_nothing(known: Any, who: str) -> None:
    officer, _ = callers(known)
    made = told(officer.post(RUNS, body := wanted(officer)))
    at, stranger = f"{RUNS}/{made['id']}", Caller(known.token(who))
    for path in (RUNS, at, f"{at}/list", "/screening/choices"):
        assert stranger.get(path).status_code == 403, path
    for path, sent in (
        (RUNS, body), (f"{at}/stop", None), (f"{at}/decision", {"approve": True}),
        (TRIAL, {"name": "share", "value": "1/2"}),
    ):  # fmt: skip
        assert stranger.post(path, sent).status_code == 403, path


def approved(known: Any) -> str:
    """The path of a run that was approved: it found 秦素."""
    officer, leader = callers(known)
    at = f"{RUNS}/{told(officer.post(RUNS, wanted(officer)))['id']}"
    known.work()
    told(leader.post(f"{at}/decision", {"approve": True}))
    return at


def test_the_list_is_worked_through_masked_and_a_wrong_find_is_not_named_again(known: Any) -> None:
    officer, _ = callers(known)
    at, stranger = approved(known), Caller(known.token("sunwei"))
    before = looks()
    (line,) = told(officer.get(f"{at}/work"))["rows"]
    assert looks() == before
    assert "秦素" not in line["name"]
    said = {"person": line["person"], "policy": FLEXIBLE, "reason": "has_it"}
    problem(stranger.get(f"{at}/work"), 403, "screening.not_yours")
    problem(stranger.post(f"{at}/wrong", said), 403, "screening.not_yours")
    wrong = officer.post(f"{at}/wrong", {**said, "reason": "because"})
    assert problem(wrong, 422, "screening.reason")["field"] == "reason"
    wrong = officer.post(f"{at}/wrong", {**said, "condition": "no-such"})
    assert problem(wrong, 422, "screening.condition")["field"] == "condition"
    assert told(officer.get(f"{at}/work"))["rows"]
    told(officer.post(f"{at}/wrong", {**said, "condition": line["conditions"][0]["key"]}))
    assert told(officer.get(f"{at}/work"))["rows"] == []


def test_i_see_what_was_found_say_that_it_is_wrong_and_that_i_do_not_wish_it(known: Any) -> None:
    approved(known)
    cashier, stranger = Caller(known.token("qinsu")), Caller(known.token("liqiang"))
    found = told(cashier.get("/me/findings"))
    assert [one["policy"] for one in found["rows"]] == [FLEXIBLE]
    assert told(stranger.get("/me/findings"))["rows"] == []
    said = {"policy": FLEXIBLE, "reason": "has_it"}
    problem(stranger.post("/me/findings/wrong", said), 404, "screening.not_found")
    problem(cashier.post("/me/findings/wrong", {**said, "reason": "x"}), 422, "screening.reason")
    told(cashier.post("/me/findings/wrong", said))
    assert told(cashier.get("/me/findings"))["rows"] == []
    assert told(cashier.put("/me/findings/wish", {"refused": True})) == {"refused": True}
    assert told(cashier.get("/me/findings"))["refused"] is True
    assert told(cashier.put("/me/findings/wish", {"refused": False})) == {"refused": False}


def test_what_cannot_be_had_together_is_said_to_me_alone(known: Any) -> None:
    cashier, officer = Caller(known.token("qinsu")), Caller(known.token("tangli"))
    rows = told(cashier.get("/me/policy-choices"))["rows"]
    assert all(one["text"]["zh"] for one in rows)
    problem(officer.get("/me/policy-choices"), 403, "residents_only")
