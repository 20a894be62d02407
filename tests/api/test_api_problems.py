"""What goes wrong is said as a problem: what happened, what to do, in the language asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError
from tests.api.api_caller import Caller, problem, told
from tests.factories import District, newborn

from minsheng.api.v1 import services as services_module

Call = Callable[..., Caller]
START = "/applications"


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({}, "service", "field_missing"),
        ({"service": "newborn", "urgent": True}, "urgent", "field_unknown"),
        ({"service": 7}, "service", "wrong_kind"),
        ({"service": "x" * 81}, "service", "too_long"),
        ([], "", "wrong_kind"),
    ],
)
def test_a_body_that_does_not_fit_is_refused_by_field(
    body: Any, field: str, code: str, call: Call
) -> None:
    found = problem(call("wangfang").post(START, body), 422, "mistakes")
    assert [(error["field"], error["code"]) for error in found["errors"]] == [(field, code)]


def test_several_mistakes_are_told_at_once(call: Call) -> None:
    found = problem(call().post("/sessions", {"user": "x"}), 422, "mistakes")
    assert {error["field"] for error in found["errors"]} == {"username", "password", "user"}
    assert found["detail_zh"].startswith("有 3 处要改")


@pytest.mark.parametrize(
    "body", [b"{", b"\xff\xfe", b"[" * 100_000, b"NaN{", b'{"service": "\\ud800"}']
)
def test_what_is_not_json_is_unreadable(body: bytes, call: Call) -> None:
    problem(call("wangfang").post(START, body), 400, "unreadable")


def test_a_body_larger_than_allowed_is_refused(call: Call) -> None:
    problem(call("wangfang").post(START, b'"' + b"x" * 2_600_000 + b'"'), 413, "too_large")


def test_a_form_cut_off_in_the_middle_is_unreadable(district: District, call: Call) -> None:
    draft = newborn(district, until="draft").draft
    wang = call("wangfang")
    response = wang.client.put(
        f"/api/v1/applications/{draft}/materials/marriage",
        b"--x\r\nnonsense",
        "multipart/form-data",
        headers=wang.headers,
    )
    problem(response, 400, "unreadable")


def test_an_unknown_address_is_a_problem_and_not_a_page(call: Call) -> None:
    problem(call().get("/nothing/here"), 404, "no_such_path")
    problem(call().get("/"), 404, "no_such_path")


def test_an_address_says_which_methods_it_has(call: Call) -> None:
    response = call().delete("/services")
    problem(response, 405, "wrong_method")
    assert response.headers["Allow"] == "GET"


@pytest.mark.parametrize(
    ("headers", "language"),
    [
        ({}, "zh"),
        ({"Accept-Language": "en-GB,en;q=0.8"}, "en"),
        ({"Accept-Language": "fr, zh-TW;q=0.5, en;q=0.1"}, "zh"),
        ({"Accept-Language": "fr"}, "zh"),
        ({"Accept-Language": "en", "Cookie": "lang=zh"}, "zh"),
        ({"Cookie": "lang=en"}, "en"),
        ({"Cookie": "lang=xx", "Accept-Language": "en"}, "en"),
    ],
)
@pytest.mark.django_db
def test_the_sentence_is_in_the_language_of_the_cookie_or_the_header(
    headers: dict[str, str], language: str
) -> None:
    response = Caller(**headers).get("/me")
    found = problem(response, 401, "not_signed_in")
    assert found["detail"] == found[f"detail_{language}"]
    assert response.headers["Content-Language"].startswith(language)


def test_a_fault_of_ours_says_nothing_of_its_cause(
    call: Call, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(day: object) -> None:
        raise RuntimeError("the secret cause")

    monkeypatch.setattr(services_module.catalogue, "services_on", broken)
    response = call().get("/services")
    problem(response, 500, "broken")
    assert "secret" not in response.content.decode()
    assert "the secret cause" in caplog.text


def test_a_database_that_does_not_answer_is_told_as_such(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(day: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(services_module.catalogue, "services_on", away)
    problem(call().get("/services"), 503, "database_away")


def test_nothing_is_kept_in_a_cache(call: Call) -> None:
    assert call("wangfang").get("/me").headers["Cache-Control"] == "private, no-store"


def test_who_is_not_proved_is_told_how_to_prove_it(district: District, call: Call) -> None:
    from minsheng.apps.people import actions as people

    people.open_account("newcomer", "a-long-password", demo=True)
    found = problem(call("newcomer").post(START, {"service": "newborn"}), 403, "not_proved")
    assert "核实" in found["detail"]


def test_a_service_that_is_not_here_is_told_with_a_way_on(call: Call) -> None:
    assert "12345" in problem(call().get("/services/none"), 404, "no_such_service")["detail"]
    problem(call("wangfang").post(START, {"service": "none"}), 404, "no_such_service")


def test_a_certificate_nobody_issued_is_not_found(call: Call) -> None:
    problem(call().get("/verify/2026-0000-0000-0000"), 404, "certificate_unknown")
    problem(call().get("/verify/x"), 404, "certificate_unknown")


@pytest.mark.parametrize(
    ("decision", "code"),
    [
        ({"decision": "refuse"}, "reason_missing"),
        ({"decision": "approve", "reason": "no_consent"}, "reason_not_taken"),
        ({"decision": "return", "reason": "name_unclear"}, "message_missing"),
        ({"decision": "refuse", "reason": "made_up"}, "casework.reason"),
        ({"decision": "approve", "message": "长" * 501}, "message_too_long"),
    ],
)
def test_a_decision_that_is_not_whole_is_refused_and_nothing_is_decided(
    decision: dict[str, str], code: str, district: District, call: Call
) -> None:
    story = newborn(district, until="submitted")
    item, lin = story.item_id("birth_certificate"), call("linlan")
    problem(lin.post(f"/items/{item}/decision", {"purpose": "case", **decision}), 422, code)
    assert told(lin.get(f"/items/{item}?purpose=case"))["status"] == "open"


def test_an_answer_to_another_step_is_refused(district: District, call: Call) -> None:
    at = f"/applications/{newborn(district, until='draft').draft}/steps"
    wang = call("wangfang")
    wrong = {"answers": {"household": "mother", "child_name": "陈予珺"}}
    found = problem(wang.put(f"{at}/child", wrong), 422, "mistakes")
    assert [(e["field"], e["code"]) for e in found["errors"]] == [("household", "field_unknown")]
    problem(wang.put(f"{at}/none", {"answers": {}}), 404, "no_such_step")
    long = {"answers": {"child_name": "长" * 5000}}
    problem(wang.put(f"{at}/child", long), 422, "mistakes")


def test_residents_have_no_inbox_and_officers_no_applications(call: Call) -> None:
    problem(call("wangfang").get("/inbox"), 403, "staff_only")
    problem(call("linlan").get("/cases"), 403, "residents_only")
    problem(call("linlan").post(START, {"service": "newborn"}), 403, "residents_only")
