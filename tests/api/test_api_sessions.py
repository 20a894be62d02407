"""Signing in for a token and out again; the session cookie of the portal works too."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from tests.api.api_caller import Caller, problem, told
from tests.factories import District

from minsheng.apps.people import actions as people
from minsheng.cli.demo.cast import PASSWORD

Call = Callable[..., Caller]


def sign_in(caller: Caller, username: str = "wangfang", password: str = PASSWORD):
    return caller.post("/sessions", {"username": username, "password": password})


def test_a_name_and_password_give_a_token_that_works_until_signing_out(call: Call) -> None:
    session = told(sign_in(call()), 201)
    assert session["me"]["name"] == "王＊"
    mine = call(Authorization=f"Bearer {session['token']}")
    assert told(mine.get("/me"))["username"] == "wangfang"
    assert mine.delete("/sessions/current").status_code == 204
    problem(mine.get("/me"), 401, "not_signed_in")


def test_signing_out_ends_this_token_and_no_other(call: Call) -> None:
    tokens = [told(sign_in(call()), 201)["token"] for _ in range(2)]
    callers = [call(Authorization=f"Bearer {token}") for token in tokens]
    callers[0].delete("/sessions/current")
    problem(callers[0].get("/me"), 401, "not_signed_in")
    told(callers[1].get("/me"))


def test_signing_in_leaves_no_browser_session(call: Call) -> None:
    caller = call()
    response = sign_in(caller)
    assert "sessionid" not in response.cookies
    problem(caller.get("/me"), 401, "not_signed_in")


def test_signing_in_leaves_the_browser_session_of_somebody_else_alone(district: District) -> None:
    browser = district.client("liqiang")
    body = json.dumps({"username": "wangfang", "password": PASSWORD})
    told(browser.post("/api/v1/sessions", body, content_type="application/json"), 201)
    assert told(browser.get("/api/v1/me"))["username"] == "liqiang"


def test_the_lock_against_guessing_is_the_one_of_the_portal(district: District, call: Call) -> None:
    portal = Client()
    for _ in range(3):
        portal.post("/sign-in", {"username": "wangfang", "password": "wrong-password"})
    left = problem(sign_in(call(), password="wrong-password"), 422, "people.wrong_password")
    assert "1" in left["detail_en"]
    problem(sign_in(call(), password="wrong-password"), 403, "people.locked")
    problem(sign_in(call()), 403, "people.locked")  # the right password too
    told(sign_in(call(), username="liqiang"), 201)


def test_a_wrong_name_is_told_like_a_wrong_password(call: Call) -> None:
    one = problem(sign_in(call(), username="nobody-here"), 422, "people.wrong_password")
    other = problem(sign_in(call(), password="wrong-password"), 422, "people.wrong_password")
    assert one["detail"] == other["detail"]


def test_an_expired_token_is_refused(
    district: District, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon = timezone.now() + timedelta(minutes=1)
    secret, _ = people.issue_token(district.account("wangfang"), expires=soon)
    caller = call(Authorization=f"Bearer {secret}")
    told(caller.get("/me"))
    later = timezone.now() + timedelta(minutes=2)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    problem(caller.get("/me"), 401, "not_signed_in")


def test_a_bad_token_never_falls_back_to_the_cookie(district: District) -> None:
    browser = district.client("wangfang")
    response = browser.get("/api/v1/me", headers={"Authorization": "Bearer ms_nonsense"})
    assert problem(response, 401, "not_signed_in")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_browser_reads_with_its_session_and_acts_with_its_csrf_token(district: District) -> None:
    browser = district.client("wangfang", enforce_csrf_checks=True)
    start = ("/api/v1/applications", json.dumps({"service": "newborn"}))
    assert told(browser.get("/api/v1/me"))["assurance"] == "proved"
    refused = browser.post(*start, content_type="application/json")
    problem(refused, 403, "csrf")
    browser.get("/services/newborn")
    browser.cookies["csrftoken"] = secret = "a" * 32
    headers = {"X-CSRFToken": secret}
    told(browser.post(*start, content_type="application/json", headers=headers), 201)


def test_a_browser_signs_out_by_its_session(district: District) -> None:
    browser = district.client("wangfang")
    assert browser.delete("/api/v1/sessions/current").status_code == 204
    problem(browser.get("/api/v1/me"), 401, "not_signed_in")


def test_an_officer_sees_the_posts_of_today(call: Call) -> None:
    me = told(call("linlan").get("/me"))
    assert (me["kind"], [post["key"] for post in me["posts"]]) == ("staff", ["hospital.birth"])
