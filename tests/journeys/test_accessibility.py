"""Every page of the URL map, in every look, in a real browser.

axe finds nothing; nothing scrolls sideways at 320 px; one h1, the right language, a title, a label
for every control; nothing that only scripts can do; no other host; nothing on the console.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from tests import browser as browsers
from tests.journeys.prepared import Prepared
from tests.journeys.sights import SIGHTS, Sight, sights
from tests.journeys.url_map import ADDRESSES

pytestmark = pytest.mark.browser
PHONE, DESK = 320, 1440
WAIT_S = 30
# Everything is asked in the light. Colours are all that differs in the dark, sizes for the elderly,
# words in English: there axe runs the rules about those, because contrast alone takes it a second.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
SIZES = {"runOnly": {"type": "rule", "values": ["target-size", "scrollable-region-focusable"]}}
NAMED = ["cat.name-role-value", "cat.text-alternatives", "cat.forms", "cat.language"]
WORDS = {"runOnly": {"type": "tag", "values": NAMED}}


@pytest.fixture(scope="module")
def seat(chromium: Browser, prepared: Prepared) -> Iterator[Callable[[str], BrowserContext]]:
    """Give each person a browser context of their own, signed in, when they first come."""
    opened: dict[str, BrowserContext] = {}

    def of(who: str) -> BrowserContext:
        if who not in opened:
            context = chromium.new_context(
                base_url=prepared.base_url,
                viewport={"width": PHONE, "height": 900},
                reduced_motion="reduce",
            )
            context.set_default_timeout(WAIT_S * 1000)
            if who:
                _set_cookies(context, prepared, sessionid=prepared.sessions[who])
            opened[who] = context
        return opened[who]

    yield of
    for context in opened.values():
        context.close()


def test_every_page_of_the_url_map_is_looked_at():
    pages = {name for name, address in ADDRESSES.items() if address.is_page}
    assert pages - {sight.address for sight in SIGHTS} == set(), "add these to sights.py"


# What one person sees is looked at by one process, so that no two take turns in writing a session.
@pytest.mark.parametrize(
    "title",
    [
        pytest.param(title, marks=pytest.mark.xdist_group(f"sights of {sight.who}"))
        for title, sight in sights().items()
    ],
)
def test_each_page_is_right_in_every_look(
    prepared: Prepared, seat: Callable[[str], BrowserContext], title: str
):
    sight = sights()[title]
    context = seat(sight.who)
    with _listening(context, prepared, sight) as page:
        wrong: list[str] = []

        _set_cookies(context, prepared, lang="zh", theme="light", elder="0")
        sent = sight.show(page, prepared)
        wrong += [f"without scripts: {line}" for line in _dead_buttons(sent)]
        wrong += [f"light: {line}" for line in _faults(page, "zh-Hans")]
        wrong += [f"light: {line}" for line in browsers.axe_violations(page)]

        page.set_viewport_size({"width": DESK, "height": 900})
        page.evaluate("document.documentElement.dataset.theme = 'dark'")
        wrong += [f"dark, wide: {line}" for line in browsers.sideways(page)]
        wrong += [f"dark: {line}" for line in browsers.axe_violations(page, options=COLOURS)]

        page.set_viewport_size({"width": PHONE, "height": 900})
        _set_cookies(context, prepared, elder="1")
        sight.show(page, prepared)
        wrong += [f"elder: {line}" for line in _faults(page, "zh-Hans")]
        wrong += [f"elder: {line}" for line in browsers.axe_violations(page, options=SIZES)]

        _set_cookies(context, prepared, elder="0", lang="en")
        sight.show(page, prepared)
        wrong += [f"English: {line}" for line in _faults(page, "en")]
        wrong += [f"English: {line}" for line in browsers.axe_violations(page, options=WORDS)]
        assert wrong == []


def test_titles_tell_the_pages_apart(prepared: Prepared):
    """The first sight of each page; what one address shows may share a title."""
    titles: dict[str, str] = {}
    for sight in SIGHTS:
        if sight.act or sight.status != 200 or sight.address in titles:
            continue
        cookies = {"sessionid": prepared.sessions[sight.who]} if sight.who else {}
        sent = httpx.get(prepared.base_url + sight.where(prepared), cookies=cookies, timeout=WAIT_S)
        found = re.search(r"<title>(.*?)</title>", sent.text, re.S)
        titles[sight.address] = found[1].strip() if found else ""
    alike = {title: [a for a, t in titles.items() if t == title] for title in titles.values()}
    assert {title: pages for title, pages in alike.items() if len(pages) > 1} == {}


@contextmanager
def _listening(context: BrowserContext, prepared: Prepared, sight: Sight) -> Iterator[Page]:
    """Yield the person's page; at the end it must have kept to this host and to silence."""
    page = context.pages[0] if context.pages else context.new_page()
    page.set_viewport_size({"width": PHONE, "height": 900})
    said: list[str] = []
    listeners: dict[str, Callable[[Any], object]] = {
        "console": lambda one: said.append(one.text) if _is_bad(one.type) else None,
        "pageerror": lambda error: said.append(str(error)),
        "request": lambda asked: None if _is_ours(asked.url, prepared) else said.append(asked.url),
    }
    for event, listener in listeners.items():
        page.on(event, listener)  # type: ignore[call-overload]
    try:
        yield page
    finally:
        for event, listener in listeners.items():
            page.remove_listener(event, listener)
    refusal = f"the server responded with a status of {sight.status} "
    assert [line for line in said if refusal not in line] == []


def _is_bad(kind: str) -> bool:
    return kind in {"error", "warning"}


def _is_ours(url: str, prepared: Prepared) -> bool:
    return url.startswith((prepared.base_url, "data:", "blob:"))


def _set_cookies(context: BrowserContext, prepared: Prepared, **cookies: str) -> None:
    context.add_cookies(
        [
            {"name": name, "value": value, "url": prepared.base_url}
            for name, value in cookies.items()
        ]
    )


def _dead_buttons(sent: str) -> list[str]:
    """Return the buttons that show although only a script could make them do something."""
    buttons = re.findall(r"<button[^>]*type=.button.[^>]*>", sent)
    return [button for button in buttons if not re.search(r"\b(hidden|disabled)\b", button)]


def _faults(page: Page, lang: str) -> list[str]:
    """Return what is wrong with the page besides what axe looks for."""
    found: list[str] = page.evaluate(_FAULTS, lang)
    return found + [f"sideways: {line}" for line in browsers.sideways(page)]


_FAULTS = """(lang) => {
  const found = [];
  const shown = (e) => e.getClientRects().length > 0;
  const headings = [...document.querySelectorAll("h1")].filter(shown);
  if (headings.length !== 1) found.push(`${headings.length} h1`);
  if (document.documentElement.lang !== lang) found.push(`lang ${document.documentElement.lang}`);
  if (document.title.replace(/—.*/, "").trim().length < 2) found.push(`title ${document.title}`);
  for (const e of document.querySelectorAll("input, select, textarea")) {
    if (e.type === "hidden" || !shown(e)) continue;
    const words = e.labels.length ? [...e.labels].map((l) => l.textContent).join(" ")
      : e.getAttribute("aria-label") || "";
    if (!words.trim()) found.push(`no label: ${e.outerHTML.slice(0, 120)}`);
  }
  for (const e of document.querySelectorAll("a:not([href]), [onclick], [style], [role=button]"))
    found.push(`not plain: ${e.outerHTML.slice(0, 120)}`);
  for (const e of document.querySelectorAll("a[href^='#']"))
    if (e.hash && !document.getElementById(e.hash.slice(1))) found.push(`leads nowhere: ${e.hash}`);
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  for (const id of new Set(ids.filter((id, i) => ids.indexOf(id) !== i))) found.push(`two ids ${id}`);
  if (/\\{\\{|\\{%|None|undefined|NaN/.test(document.body.innerText))
    found.push(`raw: ${document.body.innerText.match(/.{0,20}(\\{\\{|\\{%|None|undefined|NaN).{0,20}/)}`);
  return found;
}"""
