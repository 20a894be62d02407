"""Header, footer, style sheets, sprite: what every page stands on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client, override_settings

from minsheng.lib.texts import Text
from minsheng.portal import navigation
from minsheng.portal.district import BARE, district
from minsheng.portal.public.specimen import icon_names

PORTAL = Path(navigation.__file__).parent
TEMPLATES = sorted((PORTAL / "templates").rglob("*.html"))
STYLES = sorted((PORTAL / "static/minsheng").glob("*.css"))
PAGES = ["/help", "/accessibility", "/mode", "/site-map", "/design"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_public_pages_answer_without_a_database(client: Client, path: str, lang: str):
    client.cookies["lang"] = lang
    response = client.get(path)
    page = response.content.decode()
    assert response.status_code == 200
    assert page.count("<h1") == 1
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", PAGES)
def test_pages_only_read(client: Client, path: str):
    assert client.post(path).status_code == 405


def test_the_demonstration_says_so_and_production_does_not(client: Client):
    assert "人物、单位、数据均为虚构" in client.get("/help").content.decode()
    with override_settings(DEMO=False):
        assert "均为虚构" not in client.get("/help").content.decode()


def test_robots_stay_out_of_a_demonstration_and_of_peoples_own_pages(client: Client):
    assert client.get("/robots.txt").content.decode() == "User-agent: *\nDisallow: /\n"
    with override_settings(DEMO=False):
        said = client.get("/robots.txt").content.decode()
    assert "Disallow: /mine\n" in said
    assert "Disallow: /\n" not in said


def test_the_old_icon_address_leads_to_the_mark(client: Client):
    assert client.get("/favicon.ico").headers["Location"].endswith("minsheng/mark.svg")


def test_only_addresses_that_exist_are_in_the_menu():
    pages = (
        navigation.Page("/help", Text("帮助")),
        navigation.Page("/no/such", Text("没有")),
    )
    assert [page.path for page in navigation.shown(pages)] == ["/help"]


@pytest.mark.parametrize(
    ("path", "place"),
    [("/", "/"), ("/mine", "/mine"), ("/mine/looks", "/mine"), ("/minesweeper", ""), ("/x", "")],
)
def test_the_current_item_is_the_longest_that_fits(path: str, place: str):
    assert navigation.current(navigation.RESIDENT, path) == place


def test_the_district_of_the_packs_stands_in_the_frame():
    assert district().name.zh
    assert district().counters


def test_the_frame_stands_when_the_packs_cannot_be_read(monkeypatch: pytest.MonkeyPatch):
    from minsheng.content.problems import PackError, Place, error_at
    from minsheng.portal import district as module

    def fail() -> None:
        raise PackError([error_at(Place("district.yaml"), "读不出", "unreadable")])

    monkeypatch.setattr(module, "_read", fail)
    assert district() == BARE


# ── what pages may not do ───────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_inline_style_or_script(path: Path):
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=\"", source)
    assert not re.search(r"<script(?![^>]*\bsrc=)", source)
    assert not re.search(r"(?:src|href)=[\"']https?://", source)


def test_every_icon_that_is_used_is_in_the_sprite():
    names = set(icon_names())
    assert len(names) >= 50
    used = {
        (path.name, name)
        for path in TEMPLATES
        for name in re.findall(r"\{% icon [\"']([a-z]+)[\"']", path.read_text(encoding="utf-8"))
    }
    assert {name for _, name in used} <= names


def test_the_two_dark_palettes_are_the_same():
    """One follows the system, one the cookie; CSS can't share them."""
    source = (PORTAL / "static/minsheng/tokens.css").read_text(encoding="utf-8")
    automatic = _block(source, ':root:not([data-theme="light"]) {')
    chosen = _block(source, ':root[data-theme="dark"] {')
    assert automatic == chosen
    assert len(automatic) > 40


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_colours_are_tokens(path: Path):
    """A colour is written once, as a token. White in every mode: certificate, print, desk header."""
    source = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
    if path.name in {"tokens.css", "sheet.css", "print.css"}:
        return
    allowed = {"#fff", "#8ad8cd", "#f0a26c", "#e4efec", "#b7d4cd", "#2d6964", "#14201e"}
    assert set(re.findall(r"#[0-9a-f]{3,6}\b", source)) <= allowed


def _block(source: str, head: str) -> dict[str, str]:
    start = source.index(head) + len(head)
    inside = source[start : source.index("}", start)]
    return dict(re.findall(r"(--[\w-]+):\s*([^;]+);", inside))
