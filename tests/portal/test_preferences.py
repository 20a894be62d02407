"""Language and look: cookies, links, and going back only to pages of ours."""

from __future__ import annotations

import pytest
from django.test import Client


def test_pages_are_chinese_unless_the_cookie_says_english(client: Client):
    assert '<html lang="zh-Hans"' in client.get("/help").content.decode()
    client.cookies["lang"] = "en"
    page = client.get("/help").content.decode()
    assert '<html lang="en"' in page
    assert "You may want to ask" in page


def test_an_unknown_language_or_look_counts_as_not_set(client: Client):
    client.cookies["lang"] = "fr"
    client.cookies["theme"] = "pink"
    page = client.get("/help").content.decode()
    assert '<html lang="zh-Hans">' in page


def test_the_browsers_own_language_does_not_change_the_page(client: Client):
    page = client.get("/help", headers={"accept-language": "en"}).content.decode()
    assert '<html lang="zh-Hans"' in page


def test_switching_the_language_keeps_it_and_comes_back(client: Client):
    response = client.get("/language?to=en&next=/help?x=1")
    assert response.headers["Location"] == "/help?x=1"
    assert response.cookies["lang"].value == "en"
    assert client.get("/help").headers["Content-Language"] == "en"


def test_a_language_we_do_not_have_changes_nothing(client: Client):
    response = client.get("/language?to=de&next=/help")
    assert response.status_code == 302
    assert "lang" not in response.cookies


@pytest.mark.parametrize(
    "target",
    [
        "https://example.org/",
        "//example.org/x",
        "/\\example.org",
        "http:///example.org",
        "javascript:alert(1)",
        "help",
        "",
    ],
)
@pytest.mark.parametrize("address", ["/language?to=en", "/mode?theme=dark"])
def test_the_way_back_never_leaves_the_site(client: Client, address: str, target: str):
    response = client.get(address, {**_query(address), "next": target})
    assert response.headers["Location"] == "/"


def test_the_look_is_kept_and_shown_on_the_page(client: Client):
    client.get("/mode?theme=dark&elder=1&contrast=more&next=/help")
    page = client.get("/help").content.decode()
    assert 'data-theme="dark" data-elder data-contrast="more"' in page
    client.get("/mode?theme=auto&elder=0&contrast=normal")
    assert '<html lang="zh-Hans">' in client.get("/help").content.decode()


def test_without_a_change_the_mode_page_shows_the_choices(client: Client):
    client.cookies["theme"] = "dark"
    page = client.get("/mode?theme=pink&next=/help").content.decode()
    assert 'value="/help"' in page
    assert 'id="theme-dark" value="dark" checked' in page


def test_pages_differ_by_cookie_and_say_so(client: Client):
    assert "Cookie" in client.get("/help").headers["Vary"]


def test_the_header_switch_leads_back_to_the_same_page(client: Client):
    page = client.get("/help?a=1").content.decode()
    assert "/language?to=en&amp;next=%2Fhelp%3Fa%3D1" in page
    assert "/mode?elder=1&amp;next=%2Fhelp%3Fa%3D1" in page


def _query(address: str) -> dict[str, str]:
    return dict(part.split("=") for part in address.partition("?")[2].split("&"))
