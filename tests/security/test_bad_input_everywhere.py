"""Whatever is typed or sent, the answer is a sentence: never a broken page, never a crash."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from tests.factories import District, newborn

from minsheng.apps.people import reads as people

NASTY = {
    "nul": "\x00",
    "nul inside": "a\x00b",
    "surrogate": "\ud800",
    "direction": "\u202eabc",
    "superscript": "2026-²",
    "arabic": "٢٠٢٦-٠٠٠٠٠١",
    "huge number": "9" * 5000,
    "past bigint": "9" * 19,
    "minuses": "--5",
    "formula": "=cmd|' /C calc'!A0",
    "template": "{{7*7}}{%debug%}{0.__class__}%s%n",
    "script": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>",
    "sql": "' OR '1'='1'; DROP TABLE people_account; --",
    "path": "../../../../etc/passwd",
    "header": "x\r\nSet-Cookie: a=b",
    "long": "王" * 20_000,
    "emoji": "👩‍👩‍👧",
    "first day": "0001-01-01",
    "last day": "9999-12-31",
}
PORTAL = {name: text for name, text in NASTY.items() if name != "surrogate"}
ADDRESSES = ("nul inside", "superscript", "arabic", "huge number", "past bigint", "template",
             "script", "header")  # fmt: skip


def _quiet(district: District, username: str) -> Client:
    return district.client(username, raise_request_exception=False)


def test_no_address_with_it_breaks(district: District):
    pages = {"/verify": "", "/search": "", "/desk": "sunwei", "/sign-in": "", "/language": "",
             "/mode": "", "/mine": "wangfang", "/desk/supervision": "sunwei",
             "/desk/ratings": "zhoujing", "/desk/supervision/new": "zhoujing"}  # fmt: skip
    places = {"/mine/cases/{}": "wangfang", "/mine/certificates/{}": "wangfang",
              "/mine/certificates/{}/pdf": "wangfang", "/apply/{}": "wangfang", "/verify/{}": "",
              "/services/{}": "", "/events/{}": "", "/headings/{}": "",
              "/desk/items/{}": "sunwei",
              "/desk/supervision/{}": "sunwei", "/desk/reviews/{}": "sunwei", "/rate/{}": "",
              "/mine/ratings/{}": "wangfang"}  # fmt: skip
    names = (
        "q",
        "service",
        "number",
        "as",
        "next",
        "to",
        "theme",
        "new",
        "office",
        "week",
        "month",
        "case",
    )
    clients = {
        username: _quiet(district, username) for username in ("", "wangfang", "sunwei", "zhoujing")
    }
    broken = []
    for name in ADDRESSES:
        text = PORTAL[name]
        asked = [(who, path, dict.fromkeys(names, text)) for path, who in pages.items()]
        asked += [(who, place.format(quote(text, safe="")), {}) for place, who in places.items()]
        for who, path, query in asked:
            answer = clients[who].get(path, query)
            if answer.status_code >= 500 or b"<script>alert(1)" in answer.content:
                broken.append(f"{path[:60]} {name}: {answer.status_code}")
    assert broken == []


def test_no_form_with_it_breaks(district: District):
    district.bear()
    draft = newborn(district, until="draft").draft
    forms = [
        ("wangfang", f"/apply/{draft}/event", ["event"]),
        ("wangfang", f"/apply/{draft}/materials", ["promise-marriage", "file-marriage"]),
        ("wangfang", "/mine/identity", ["number", "name"]),
        ("", "/sign-in", ["username", "password", "next"]),
        ("zhaomin", "/desk/counter", ["username", "number", "name"]),
        ("sunwei", "/desk/stuck", ["effect"]),
        ("", "/verify", ["file"]),
    ]
    steps = {
        "child": ["child_name", "phone", "child_birth", "child_sex", "child_weight_g",
                  "hospital_name", "mother_number", "father_number", "father_name"],
        "household": ["household", "marriage_status", "marriage_date", "mother_address"],
        "card": ["card_delivery", "card_address"],
    }  # fmt: skip
    forms += [("wangfang", f"/apply/{draft}/steps/{step}", f) for step, f in steps.items()]
    broken = []
    for username, path, fields in forms:
        client = _quiet(district, username)
        for name, text in PORTAL.items():
            answer = client.post(path, dict.fromkeys(fields, text))
            if answer.status_code >= 500 or b"<script>alert(1)" in answer.content:
                broken.append(f"{path} {name}: {answer.status_code}")
    assert broken == []
    assert _quiet(district, "wangfang").get(f"/apply/{draft}/plan").status_code == 200


def test_no_word_of_officer_or_applicant_breaks_a_case(district: District):
    story = newborn(district)
    item = f"/desk/items/{story.item_id('birth_certificate')}"
    case = f"/mine/cases/{story.number}"
    broken = []

    clients = {
        username: _quiet(district, username) for username in ("wangfang", "linlan", "zhoujing")
    }

    def ask(username: str, path: str, **sent: str) -> None:
        client = clients[username]
        answer = client.post(path, sent) if sent else client.get(path)
        if answer.status_code >= 500 or b"<script>alert(1)" in answer.content:
            broken.append(f"{path} {sent}"[:120])

    for name in ADDRESSES:
        text = PORTAL[name]
        ask("linlan", item, decision=f"refuse:{text}", message=text)
        ask("linlan", f"{item}/reverse", reason=text, message=text)
        ask("wangfang", f"{case}/supply/birth_certificate", answer=text)
        ask("wangfang", f"{case}/consent", given=text)
        ask("wangfang", f"{case}/rate", score=text, comment=text, office=text)
        ask("zhoujing", "/desk/supervision/new", case=text, key=text, reply_workdays=text)
        ask("wangfang", "/rate", code=text)
    ask("linlan", item, decision="return:wrong_value", message=PORTAL["script"])
    ask("wangfang", f"{case}/supply/birth_certificate", answer=PORTAL["script"])
    ask("linlan", item, decision="approve", evidence="\x00", message=PORTAL["script"])
    ask("linlan", item)
    ask("wangfang", case)
    assert broken == []


def _calls(story: Any, text: str) -> list[tuple[str, str, Any]]:
    at = f"/api/v1/applications/{story.draft}"
    return [
        ("POST", "/api/v1/sessions", {"username": text, "password": text}),
        ("POST", "/api/v1/applications", {"service": text}),
        ("PUT", f"{at}/steps/child", {"answers": {"child_name": text, "phone": text}}),
        ("PUT", f"{at}/steps/card", {"answers": {"card_delivery": "post", "card_address": text}}),
        ("PUT", f"{at}/steps/child", {"answers": {text: text}}),
        ("PUT", f"{at}/materials/marriage", {text: True}),
        ("POST", f"{at}/event", {"event": text}),
        ("POST", "/api/v1/cases/2026-000001/rating", {"score": 5, "comment": text}),
        ("POST", "/api/v1/cases/2026-000001/consent", {"given": text}),
        ("POST", "/api/v1/items/1/decision", {"decision": "approve", "message": text}),
    ]


def test_no_call_of_the_api_with_it_breaks(district: District):
    story = newborn(district, until="answered")
    broken = []
    for username in ("wangfang", "linlan"):
        client = _quiet(district, "")
        head = {"Authorization": f"Bearer {district.token(username)}"}
        for name, text in NASTY.items():
            for method, path, sent in _calls(story, text):
                body = json.dumps(sent)
                answer = client.generic(method, path, body, "application/json", headers=head)
                if answer.status_code >= 500 or "json" not in answer.headers["Content-Type"]:
                    broken.append(f"{method} {path} {name}: {answer.status_code}")
    assert broken == []


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 200_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b"1" * 200_000,
        b'{"service": ' + b"9" * 100_000 + b"}",
        b"\xff\xfe\x00",
        b'{"service": NaN, "service": Infinity}',
        b"null",
        b"",
    ],
    ids=["lists", "objects", "number", "digits", "bytes", "nan", "null", "nothing"],
)
def test_no_json_bomb_breaks_the_api(district: District, body: bytes):
    head = {"Authorization": f"Bearer {district.token('wangfang')}"}
    for path in ("/api/v1/applications", "/api/v1/sessions"):
        answer = _quiet(district, "").generic("POST", path, body, "application/json", headers=head)
        assert 400 <= answer.status_code < 500


@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=60))
def test_no_name_whatsoever_breaks_a_look_up(db: None, name: str):
    people.account_by_username(name)
