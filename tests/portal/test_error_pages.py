"""Error pages: the right status, what happened, what to do next, a way back, no database."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path

from minsheng.lib.errors import (
    Conflict,
    MinshengError,
    NotAllowed,
    NotFound,
    Unavailable,
    WrongInput,
)
from minsheng.portal import errors

RAISED: dict[str, Exception] = {
    "wrong": WrongInput("card", "卡号少了 1 位。现在是 18 位。", "One digit short. You typed 18."),
    "refused": NotAllowed("other_office", "这件事归公安分局办。", "This belongs to the police."),
    "missing": NotFound("no_case", "没有这个案卷。", "There is no such case."),
    "taken": Conflict("decided", "孙伟 10:32 已经同意了。", "Sun Wei approved it at 10:32."),
    "asleep": Unavailable("register", "人口库没有回应。", "The register does not answer."),
    "denied": PermissionDenied("secret words of the code"),
    "fault": RuntimeError("secret words of the code"),
}


def _raise(request: HttpRequest, name: str) -> HttpResponse:
    raise RAISED[name]


urlpatterns = [path("raise/<str:name>", _raise), path("", include("minsheng.portal.public.urls"))]
handler404 = errors.not_found
handler403 = errors.not_allowed
handler500 = errors.broken


@pytest.fixture
def visitor() -> Client:
    with override_settings(ROOT_URLCONF=__name__):
        yield Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("name", "status", "headline"),
    [
        ("wrong", 422, "卡号少了 1 位"),
        ("refused", 403, "这件事归公安分局办"),
        ("missing", 404, "没有这个案卷"),
        ("taken", 409, "孙伟 10:32 已经同意了"),
        ("asleep", 503, "人口库没有回应"),
        ("denied", 403, "这一页不对您开放"),
        ("fault", 500, "这一页打不开"),
    ],
)
def test_each_error_has_its_status_its_headline_and_a_way_on(
    visitor: Client, name: str, status: int, headline: str
):
    response = visitor.get(f"/raise/{name}")
    page = response.content.decode()
    assert response.status_code == status
    assert f"<h1>{headline}</h1>" in page
    assert 'href="tel:12345"' in page
    assert 'class="btn" href="' in page
    assert "secret words" not in page


def test_the_rest_of_the_sentence_stands_below_the_headline(visitor: Client):
    page = visitor.get("/raise/wrong").content.decode()
    assert '<p class="lede">现在是 18 位。</p>' in page
    visitor.cookies["lang"] = "en"
    page = visitor.get("/raise/wrong").content.decode()
    assert "<h1>One digit short</h1>" in page
    assert '<p class="lede">You typed 18.</p>' in page


def test_an_address_that_leads_nowhere(visitor: Client):
    response = visitor.get("/no/such/page")
    assert response.status_code == 404
    assert "没有这一页" in response.content.decode()


@pytest.mark.parametrize("name", ["wrong", "fault", "denied"])
def test_htmx_gets_a_fragment_and_not_a_page(visitor: Client, name: str):
    response = visitor.get(f"/raise/{name}", headers={"HX-Request": "true"})
    page = response.content.decode()
    assert "<html" not in page
    assert 'role="alert"' in page
    assert response.status_code >= 400


def test_the_way_back_is_the_page_one_came_from_when_it_is_ours(visitor: Client):
    ours = visitor.get("/raise/taken", headers={"Referer": "http://testserver/desk/items/3?x=1"})
    assert 'href="/desk/items/3?x=1"' in ours.content.decode()
    theirs = visitor.get("/raise/taken", headers={"Referer": "https://example.org/desk"})
    assert "example.org" not in theirs.content.decode()


def test_a_form_from_elsewhere_is_told_what_to_do():
    with override_settings(ROOT_URLCONF=__name__):
        strict = Client(enforce_csrf_checks=True)
        response = strict.post("/raise/wrong", {"a": "b"})
    assert response.status_code == 403
    assert "这次没有发出去" in response.content.decode()


def test_the_broken_page_stands_without_session_user_or_database():
    """pytest-django refuses every query in this test, so a query would fail it."""
    response = errors.broken(RequestFactory().get("/help"))
    assert response.status_code == 500
    assert "您之前保存的都在" in response.content.decode()


def test_our_errors_below_api_are_left_to_the_api(visitor: Client):
    from minsheng.portal.middleware import ErrorMiddleware

    middleware = ErrorMiddleware(lambda request: HttpResponse())
    error = MinshengError("x", "坏了。", "Broken.")
    assert middleware.process_exception(RequestFactory().get("/api/v1/x"), error) is None
    assert middleware.process_exception(RequestFactory().get("/x"), ValueError()) is None


@pytest.mark.parametrize(
    ("sentence", "parts"),
    [
        ("收到了。4月22日前办好。", ("收到了", "4月22日前办好。")),
        ("One short. You typed 18.", ("One short", "You typed 18.")),
        ("差 12.60 元。", ("差 12.60 元", "")),
        ("See version 2.5 of it", ("See version 2.5 of it", "")),
    ],
)
def test_the_first_sentence_becomes_the_headline(sentence: str, parts: tuple[str, str]):
    assert errors._first(sentence) == parts
