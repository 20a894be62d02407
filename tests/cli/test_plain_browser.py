"""The browser without JavaScript that walks the journeys: what it reads and what it sends."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pytest

from minsheng.cli.journeys.plain_browser import PlainBrowser
from minsheng.lib.errors import Unavailable

PAGE = """<!doctype html><title>填表 &amp; 交</title>
<svg><title>not this</title></svg>
<a href="/one">一</a><a>none</a>
<form action="/find"><input name="q" value="旧"></form>
<form method="post" action="/send">
<input type="hidden" name="token" value="t&quot;1"><input name="name" value="">
<input type="radio" name="who" value="mother"><input type="radio" name="who" value="father" checked>
<select name="kind"><option value="">-<option value="a" selected>A<option value="b">B</select>
<textarea name="words">一
二</textarea><input type="checkbox" name="promise" value="yes"><input type="file" name="photo">
<button name="later" value="1">later</button></form>"""


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._answer(PAGE if self.path == "/" else self.path)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode("utf-8", "replace")
        self._answer(f"<title>{self.headers['Content-Type']}</title>{body}")

    def _answer(self, text: str) -> None:
        data = text.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def browser() -> Iterator[PlainBrowser]:
    """A browser at a site with one page."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    made = PlainBrowser(f"http://127.0.0.1:{server.server_port}")
    yield made
    made.close()
    server.shutdown()
    server.server_close()


def test_it_reads_title_links_and_forms(browser: PlainBrowser) -> None:
    page = browser.open("/")
    assert (page.status, page.path, page.title) == (200, "/", "填表 & 交")
    assert page.links == ("/one",)
    form = page.form(ends="/send")
    assert form.controls == ["name", "who", "kind", "words", "promise"]
    assert form.choices == {"who": ["mother", "father"], "kind": ["", "a", "b"], "promise": ["yes"]}
    assert form.files == ["photo"]


def test_it_sends_what_a_browser_would_send(browser: PlainBrowser) -> None:
    page = browser.open("/")
    sent = browser.send(page, page.form(ends="/send"), {"name": "王芳"})
    assert parse_qs(sent.text.partition("</title>")[2], keep_blank_values=True) == {
        "token": ['t"1'],
        "name": ["王芳"],
        "who": ["father"],
        "kind": ["a"],
        "words": ["一\n二"],
    }


def test_a_form_to_search_goes_into_the_address(browser: PlainBrowser) -> None:
    page = browser.open("/")
    assert browser.send(page, page.form(ends="/find"), {"q": "户口"}).path.startswith("/find?q=%")


def test_a_file_is_sent_with_its_name(browser: PlainBrowser) -> None:
    page = browser.open("/")
    file = {"photo": ("a.png", b"\x89PNG", "image/png")}
    sent = browser.send(page, page.form(ends="/send"), files=file)
    assert sent.title.startswith("multipart/form-data")
    assert 'filename="a.png"' in sent.text


def test_a_form_that_is_missing_is_an_error_that_names_the_page(browser: PlainBrowser) -> None:
    with pytest.raises(Unavailable, match=r"填表 & 交.*submit"):
        browser.open("/").form(ends="/submit")
