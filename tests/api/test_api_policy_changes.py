"""Policies changed by API: proposed, seen whole, tried, approved by another, withdrawn, taken back; cliffs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from tests.api.api_caller import Caller, problem, told

from minsheng.apps.policies import actions as policies
from minsheng.apps.policies.shelf import policy, text_in_force
from minsheng.cli.demo import policies as demo

pytestmark = pytest.mark.django_db
FLEXIBLE = "flexible-insurance"
AT = f"/policies/{FLEXIBLE}"
OLDER = "/policy-numbers/older_age_female"


@pytest.fixture
def known(district: Any) -> Any:
    demo.note(timezone.localdate())
    policies.answer(district.account("qinsu"), "work", "flexible", on=timezone.localdate())
    return district


def callers(known: Any) -> tuple[Caller, Caller]:
    return Caller(known.token("tangli")), Caller(known.token("zhoujing"))


def why(**more: Any) -> dict[str, Any]:
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    return {"since": tomorrow, "reason": "试", "source": "演示文件 1 号", **more}


def test_a_number_is_proposed_once_and_approved_by_another(known: Any) -> None:
    officer, leader = callers(known)
    new = why(name="share", value="1/2")
    problem(officer.post(f"{AT}/proposals", {**new, "value": "x"}), 422, "trials.value")
    row = told(officer.post(f"{AT}/proposals", new, Idempotency_Key="p-1"))
    assert told(officer.post(f"{AT}/proposals", new, Idempotency_Key="p-1")) == row
    one = f"/policy-proposals/{row['id']}"
    assert told(officer.get(one))["change"]["policies"][0]["policy"] == FLEXIBLE
    assert officer.post(f"{one}/decision", {"approve": True}).status_code == 403
    done = told(leader.post(f"{one}/decision", {"approve": True}))
    assert (done["state"], done["decided_by"]) == ("approved", "zhoujing")
    problem(leader.post(f"{one}/decision", {"approve": True}), 409, "publishing.not_now")
    back = told(officer.post(f"{one}/take-back", why()))
    assert (back["value"], back["takes_back"]) == ("2/3", row["id"])
    assert told(officer.post(f"/policy-proposals/{back['id']}/withdraw"))["state"] == "withdrawn"
    rows = told(leader.get("/policy-proposals"))["rows"]
    assert [one["state"] for one in rows] == ["withdrawn", "approved"]
    problem(officer.get("/policy-proposals/999999"), 404, "publishing.none")


def test_a_shared_number_is_tried_and_proposed_for_every_policy_that_reads_it(known: Any) -> None:
    officer, leader = callers(known)
    numbers = {one["name"]: one for one in told(officer.get("/policy-numbers"))["rows"]}
    assert numbers["older_age_female"]["value"] == "40"
    touched = numbers["older_age_female"]["policies"]
    tried = told(officer.post(f"{OLDER}/trial", {"name": "older_age_female", "value": "45"}))
    assert [one["policy"] for one in tried["rows"]] == touched
    row = told(officer.post(f"{OLDER}/proposals", why(value="45")))
    one = f"/policy-proposals/{row['id']}"
    page = told(leader.get(one))
    assert [each["policy"] for each in page["change"]["policies"]] == touched
    assert page["change"]["otherwise"]
    assert [each["policy"] for each in told(leader.post(f"{one}/trial"))["rows"]] == touched
    problem(
        officer.post("/policy-numbers/share/trial", {"name": "share", "value": "1"}),
        404,
        "changes.no_number",
    )


def test_a_text_is_checked_proposed_and_approved(known: Any) -> None:
    officer, leader = callers(known)
    today = timezone.localdate()
    text = text_in_force(FLEXIBLE, today)
    broken = text.replace("flexible_paid_fen_month > 0", "flexible_payed > 0")
    found = told(officer.post(f"{AT}/text-check", {"text": broken, "since": why()["since"]}))
    (mistake,) = found["mistakes"]
    assert "flexible_payed" in broken.splitlines()[mistake["line"] - 1]
    better = text.replace("flexible_paid_fen_month > 0", "flexible_paid_fen_month >= 100000")
    found = told(officer.post(f"{AT}/text-check", {"text": better, "since": why()["since"]}))
    assert [one["sign"] for one in found["lines"]] == ["-", "+"]
    problem(officer.post(f"{AT}/texts", why(text=broken)), 422, "pack.wrong")
    problem(officer.post(f"{AT}/texts", why(text=better)), 422, "publishing.cases")
    row = told(officer.post(f"{AT}/texts", why(text=better, meant=True)))
    one = f"/policy-proposals/{row['id']}"
    assert told(leader.get(one))["text"] == better
    before = policy(FLEXIBLE).version
    told(leader.post(f"{one}/decision", {"approve": True}))
    assert policy(FLEXIBLE, today).version == before
    assert policy(FLEXIBLE, today + timedelta(days=1)).version != before


def test_cliffs_are_told_of_a_described_case(known: Any) -> None:
    officer, _ = callers(known)
    facts = {"disability_level": 1, "hukou": "here_urban", "care_level": 3, "low_income": True}
    body = {"fact": "age", "high": 100, "facts": facts}
    found = told(officer.post("/policies/elder-disabled/cliffs", body))
    assert found["pieces"][0]["eligible"] == "no"
    everything = told(officer.post(f"{AT}/cliffs", {**body, "together": True}))
    assert everything["pieces"][-1]["high"] == 100
    problem(officer.post(f"{AT}/cliffs", {**body, "facts": {"x": 1}}), 422, "cliffs.fact")
    problem(officer.post(f"{AT}/cliffs", {**body, "fact": "sex"}), 422, "cliffs.no_fact")
    upside_down = {**body, "low": 7, "high": 6}
    problem(officer.post("/policies/elder-disabled/cliffs", upside_down), 422, "cliffs.range")


@pytest.mark.parametrize("who", ["sunwei", "qinsu"])
def test_other_posts_and_residents_see_and_do_nothing(known: Any, who: str) -> None:
    officer, _ = callers(known)
    row = told(officer.post(f"{AT}/proposals", why(name="share", value="1/2")))
    one, stranger = f"/policy-proposals/{row['id']}", Caller(known.token(who))
    for path in ("/policy-numbers", "/policy-proposals", one):
        assert stranger.get(path).status_code == 403, path
    for path, sent in (
        (f"{AT}/proposals", why(name="share", value="1/2")),
        (f"{AT}/texts", why(text="x")),
        (f"{AT}/text-check", {"text": "x", "since": "2030-01-01"}),
        (f"{AT}/cliffs", {"fact": "age", "high": 1}),
        (f"{OLDER}/proposals", why(value="45")),
        (f"{OLDER}/trial", {"name": "x", "value": "45"}),
        (f"{one}/trial", None),
        (f"{one}/decision", {"approve": True}),
        (f"{one}/withdraw", None),
        (f"{one}/take-back", why()),
    ):
        assert stranger.post(path, sent).status_code == 403, path
