"""What every answer carries, so that a browser keeps nothing personal and runs nothing of others."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from tests.factories import District, Newborn, newborn
from tests.journeys.url_map import ADDRESSES

from minsheng.apps.records.models import Licence

PUBLIC = [name for name, one in ADDRESSES.items() if one.door == "public" and not one.slots]
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.fixture
def story(district: District) -> Newborn:
    return newborn(district, until="birth_certificate")


def _hers(story: Newborn) -> list[str]:
    number = Licence.objects.get(kind="birth-certificate").number
    return [
        "/",
        "/mine",
        "/mine/looks",
        "/mine/notices",
        "/mine/identity",
        f"/mine/cases/{story.number}",
        f"/mine/cases/{story.number}/withdraw",
        f"/mine/certificates/{number}",
        f"/mine/certificates/{number}/pdf",
        "/mine/cases/2026-999999",
        "/services/newborn/start",
        "/sign-in",
    ]


@pytest.mark.parametrize("path", ["/", "/sign-in", "/verify", "/mine", "/nowhere", "/api/v1/me"])
def test_every_answer_is_protected(district: District, path: str):
    answer = Client().get(path)
    assert {name: answer.headers.get(name) for name in EVERYWHERE} == EVERYWHERE
    assert "camera=()" in answer.headers["Permissions-Policy"]


def test_a_static_file_is_not_taken_for_something_else(db: None):
    answer = Client().get("/static/minsheng/minsheng.js")
    assert b"".join(answer)
    answer.close()
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", "/mine", "/nowhere", "/verify"])
def test_pages_run_only_our_own_scripts_and_go_into_no_frame(district: District, path: str):
    policy = district.client("wangfang").get(path).headers["Content-Security-Policy"]
    said = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    assert said["default-src"] == said["script-src"] == said["style-src"] == "'self'"
    assert said["object-src"] == said["frame-ancestors"] == "'none'"
    assert said["base-uri"] == said["form-action"] == "'self'"
    assert "unsafe" not in policy


def test_no_page_has_script_style_or_handler_in_its_text(district: District, story: Newborn):
    """The policy would stop them; that there are none keeps the policy tight."""
    inline = re.compile(r"<script(?![^>]*\bsrc=)|<style\b|\sstyle=|\son[a-z]+=|javascript:", re.I)
    for path in _hers(story):
        answer = district.client("wangfang").get(path, follow=True)
        if "html" in answer.headers["Content-Type"]:
            assert inline.findall(answer.content.decode()) == [], path


def test_no_page_of_a_signed_in_person_is_kept_anywhere(district: District, story: Newborn):
    client = district.client("wangfang")
    kept = {path: client.get(path).headers.get("Cache-Control", "") for path in _hers(story)}
    assert {path: how for path, how in kept.items() if how != "private, no-store"} == {}


def test_no_page_of_an_officer_is_kept_anywhere(district: District, story: Newborn):
    client = district.client("linlan")
    item = story.item_id("birth_certificate")
    for path in ("/desk", "/desk/done", f"/desk/items/{item}", "/desk/counter"):
        assert client.get(path).headers["Cache-Control"] == "private, no-store", path


def test_what_a_token_reads_is_not_kept(district: District):
    head = {"Authorization": f"Bearer {district.token('wangfang')}"}
    for path in ("/api/v1/me", "/api/v1/cases", "/api/v1/nowhere"):
        assert Client().get(path, headers=head).headers["Cache-Control"] == "private, no-store"


def test_a_page_that_gives_a_cookie_is_not_shared(district: District):
    """Its form holds a token that belongs to this visitor alone."""
    answer = Client().get("/sign-in")
    assert "csrftoken" in answer.cookies
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_a_public_page_is_asked_for_anew(district: District):
    assert Client().get("/help").headers["Cache-Control"] == "no-cache"


def test_the_session_cookie_is_not_for_scripts_or_other_sites(district: District):
    client = Client()
    client.post("/sign-in", {"username": "wangfang", "password": "minsheng-demo"})
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


@pytest.mark.parametrize("path", ["/", "/help", "/verify", "/sign-in"])
@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_what_is_larger_than_any_form_is_refused_before_it_is_read(
    district: District, path: str, kind: str
):
    class Unread:
        def read(self, size: int = -1) -> bytes:
            raise AssertionError("the body was read")

        readline = __iter__ = read

    answer = Client().generic(
        "POST", path, b"", kind, CONTENT_LENGTH="900000000000", **{"wsgi.input": Unread()}
    )
    assert answer.status_code == 413
    assert "太大" in answer.content.decode()


def test_the_api_refuses_the_same_as_a_problem(district: District):
    answer = district.client("wangfang").generic(
        "POST",
        "/api/v1/cases/2026-000001/rating",
        b"",
        "multipart/form-data; boundary=x",
        CONTENT_LENGTH="900000000000",
    )
    assert answer.status_code == 413
    assert answer.json()["code"] == "too_large"


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "javascript:x",
     "/%09/evil.example", "///evil.example", "http:evil.example", "/\t/evil.example", "x"],
)  # fmt: skip
def test_nobody_is_led_to_another_site(district: District, target: str):
    client = Client()
    to = [
        client.get("/language", {"to": "en", "next": target}),
        client.get("/mode", {"theme": "dark", "next": target}),
        client.post(
            "/sign-in", {"username": "wangfang", "password": "minsheng-demo", "next": target}
        ),
    ]
    for answer in to:
        place = answer.headers["Location"]
        assert re.fullmatch(r"/(?![/\\])[^\\\t\r\n]*", place), place


def test_a_false_host_reaches_no_address_that_we_print(district: District, settings: object):
    page = Client().get("/sign-in", headers={"Host": "evil.example", "X-Forwarded-Host": "evil2"})
    assert "evil" not in page.content.decode()


def test_a_false_referer_is_not_offered_as_the_way_back(district: District):
    page = Client().get("/nowhere", headers={"Referer": "https://evil.example/x"})
    assert "evil.example" not in page.content.decode()
