"""A real Chromium for tests: open a page in a language and look, listen to it, run axe on it.

    def test_page(chromium, live_server):
        with browser.opened(chromium, live_server.url, width=320, look="elder") as page:
            page.goto("/")
            browser.check(page)

`check` fails on axe violations, on sideways scrolling, on console errors and on any request to
another host. Sign a person in with `opened(..., session=client.cookies["sessionid"].value)`.
Playwright keeps an event loop running in this thread; work that starts one of its own (signing a
PDF) stands inside `with browser.aside():`.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from axe_playwright_python.sync_playwright import Axe
from django.core.wsgi import get_wsgi_application
from playwright.sync_api import Browser, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
LOOKS: dict[str, dict[str, str]] = {
    "light": {"theme": "light"},
    "dark": {"theme": "dark"},
    "elder": {"theme": "light", "elder": "1"},
    "elder-dark": {"theme": "dark", "elder": "1"},
    "contrast": {"theme": "light", "contrast": "more"},
}
_heard: dict[int, list[str]] = {}


def chromium_path() -> str:
    """Return where Chromium is, or nothing. MINSHENG_CHROMIUM names another one."""
    named = os.environ.get("MINSHENG_CHROMIUM", "")
    return named or next((path for name in NAMES if (path := shutil.which(name))), "")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium and stop it at the end."""
    # Playwright keeps an event loop in this thread; Django's ORM then takes it for async code.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def aside() -> Iterator[None]:
    """Hide Playwright's event loop from code that runs one of its own."""
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(loop)


@contextmanager
def serving() -> Iterator[str]:
    """Serve the application in this process at a free port; yield its address."""

    class Server(ThreadingMixIn, WSGIServer):
        daemon_threads = True

    class Quiet(WSGIRequestHandler):
        def log_message(self, *args: Any) -> None:
            pass

    server = make_server(
        "127.0.0.1", 0, get_wsgi_application(), server_class=Server, handler_class=Quiet
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def opened(
    browser: Browser,
    address: str,
    *,
    width: int = 1440,
    look: str = "light",
    lang: str = "zh",
    session: str = "",
    scripts: bool = True,
) -> Iterator[Page]:
    """Yield a fresh page on `address` that keeps what it says and whom it asks."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": width, "height": 900},
        java_script_enabled=scripts,
        bypass_csp=False,
    )
    cookies = {"lang": lang, **LOOKS[look]} | ({"sessionid": session} if session else {})
    context.add_cookies(
        [{"name": name, "value": value, "url": address} for name, value in cookies.items()]
    )
    page = context.new_page()
    heard = _heard.setdefault(id(page), [])
    page.on(
        "console",
        lambda said: (
            heard.append(f"console: {said.text}") if said.type in {"error", "warning"} else None
        ),
    )
    page.on("pageerror", lambda error: heard.append(f"script: {error}"))
    page.on(
        "request",
        lambda asked: (
            None
            if asked.url.startswith((address, "data:", "blob:"))
            else heard.append(f"another host: {asked.url}")
        ),
    )
    try:
        yield page
    finally:
        _heard.pop(id(page), None)
        context.close()


def check(page: Page) -> None:
    """Fail unless the page is accessible, fits its width and keeps to itself."""
    assert axe_violations(page) == []
    assert sideways(page) == []
    assert heard(page) == []


def heard(page: Page) -> list[str]:
    """Return the console errors, script errors and requests to other hosts so far."""
    return _heard.get(id(page), [])


def axe_violations(page: Page, *, options: dict[str, Any] | None = None) -> list[str]:
    """Return what axe finds wrong, a line per element. `options` are axe's own, to run few rules."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    found = page.evaluate(
        "(options) => axe.run(document, options).then((result) => result.violations)",
        # Nothing we ask for needs the style sheets and films that axe would fetch first.
        {"resultTypes": ["violations"], "preload": False, **(options or {})},
    )
    return [
        f"{rule['id']}: {rule['help']}: {' '.join(map(str, node['target']))}: {node['html'][:160]}"
        for rule in found
        for node in rule["nodes"]
    ]


def sideways(page: Page) -> list[str]:
    """Return the elements that make the page scroll sideways; none when it fits."""
    return page.evaluate(
        """() => {
          const width = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= width) return [];
          const clipped = (e) => {
            for (let p = e.parentElement; p; p = p.parentElement)
              if (getComputedStyle(p).overflowX !== "visible") return true;
            return false;
          };
          return [...document.querySelectorAll("body *")]
            .filter((e) => e.getBoundingClientRect().right > width + 1 && !clipped(e))
            .slice(0, 8)
            .map((e) => `${e.tagName} ${e.getAttribute("class")} ${e.textContent.trim().slice(0, 40)}`);
        }"""
    )
