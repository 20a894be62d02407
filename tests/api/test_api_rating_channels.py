"""Ratings over the API: entered by a clerk, sent in by the SMS gateway, ranked."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from tests.api.api_caller import Caller, problem, told
from tests.factories import District, newborn

from minsheng.apps.ratings.models import Rating
from minsheng.apps.webhooks import signature

PHONE = "13800001234"


@pytest.fixture
def secret(settings: Any) -> str:
    settings.MINSHENG_SMS_SECRET = signature.new_secret()
    return str(settings.MINSHENG_SMS_SECRET)


def signed(secret: str, body: bytes, *, ago: int = 0) -> dict[str, str]:
    at = int(time.time()) - ago
    return signature.headers(secret, message="msg_1", timestamp=at, body=body)


def test_the_gateway_s_signed_message_rates_once(district: District, secret: str) -> None:
    story = newborn(district, until="social_card")
    body = json.dumps({"sender": PHONE, "text": "5", "about": story.number}).encode()
    gateway = Caller()
    for headers in (
        {},
        signed(signature.new_secret(), body),
        signed(secret, body, ago=400),
        signed(secret, body, ago=-400),
        signed(secret, body + b" "),
        {**signed(secret, body), "webhook-id": "msg_2"},
        {**signed(secret, body), "webhook-timestamp": "²"},
    ):
        problem(gateway.send("POST", "/ratings/sms", body, **headers), 401, "not_signed_in")
    assert not Rating.objects.exists()
    outcomes = [
        told(gateway.send("POST", "/ratings/sms", body, **signed(secret, body)))["outcome"]
        for _ in range(2)
    ]
    assert outcomes == ["rated", "already"]
    assert Rating.objects.get().channel == "sms"


def test_without_a_secret_no_message_is_taken(district: District) -> None:
    body = json.dumps({"sender": PHONE, "text": "5"}).encode()
    headers = signed(signature.new_secret(), body)
    problem(Caller().send("POST", "/ratings/sms", body, **headers), 401, "not_signed_in")


def test_a_clerk_enters_and_the_leader_reads_the_ranking(district: District) -> None:
    story = newborn(district, until="social_card")
    desk, officer, mother, leader = (
        Caller(district.token(who)) for who in ("xujing", "sunwei", "wangfang", "zhoujing")
    )
    said = {"about": story.number, "channel": "paper", "score": 4}
    problem(officer.post("/ratings/entered", said), 403, "ratings.may_not_enter")
    problem(mother.post("/ratings/entered", said), 403, "staff_only")
    assert told(desk.post("/ratings/entered", said)) == {"score": 4, "channel": "paper"}
    problem(desk.post("/ratings/entered", said), 409, "casework.rated")
    (row,) = told(leader.get("/satisfaction/ranking"))
    assert (row["office"], row["place"], row["shown"]) == ("health", None, "1/1")
    problem(officer.get("/satisfaction/ranking"), 403, "ratings.not_for_the_rated")
