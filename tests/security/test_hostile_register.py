"""A register that is broken, or taken over, can neither stop the service nor lead it elsewhere."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from minsheng.apps.cases.connect import registers
from minsheng.lib.errors import Unavailable

REGISTER = "population.person"
Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def register(answer: Answer) -> Iterator[str]:
    """Serve one register that answers as told, and give its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            try:
                answer(self)
            except OSError:
                self.close_connection = True

        def do_GET(self) -> None:
            answer(self)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def body(content: bytes, **headers: str) -> Answer:
    """Return an answer with this content."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(content)

    return answer


def endless(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    for _ in range(2000):
        request.wfile.write(b" " * 65_536)


def dripping(request: BaseHTTPRequestHandler) -> None:
    """Never long enough without a byte for a time-out between two of them."""
    request.send_response(200)
    request.end_headers()
    for _ in range(100):
        request.wfile.write(b" ")
        request.wfile.flush()
        time.sleep(0.1)


HUGE = json.dumps({"register": REGISTER, "records": [{"name": "王" * 800_000}]}).encode()
NESTED = b"[" * 500_000
BOMB = gzip.compress(b" " * 200_000_000)


@pytest.fixture(autouse=True)
def _patience(settings: Any) -> None:
    settings.MINSHENG_REGISTERS_TIMEOUT_MS = 400


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        pytest.param(endless, "silent", id="endless"),
        pytest.param(dripping, "silent", id="dripping"),
        pytest.param(body(HUGE), "silent", id="huge"),
        pytest.param(body(NESTED), "wrong", id="nested"),
        pytest.param(body(BOMB, Content_Encoding="gzip"), "wrong", id="compressed"),
        pytest.param(
            body(b'{"register": "population.person", "records": [1]}'), "wrong", id="type"
        ),
        pytest.param(body(b"1" * 10_000), "wrong", id="number"),
    ],
)
def test_a_hostile_answer_becomes_a_question(answer: Answer, outcome: str, settings: Any):
    with register(answer) as url:
        settings.MINSHENG_REGISTERS_URL = url
        found = registers.find(REGISTER, "x")
    assert (found.outcome, found.records) == (outcome, ())


@pytest.mark.parametrize("answer", [endless, dripping, body(NESTED), body(BOMB)])
def test_a_hostile_answer_confirms_no_write(answer: Answer, settings: Any):
    with register(answer) as url:
        settings.MINSHENG_REGISTERS_URL = url
        with pytest.raises(Unavailable):
            registers.write("population.household", {}, key="k")


def test_a_dripping_register_is_given_up_as_a_whole(settings: Any):
    """Ten seconds of single bytes; the client waits for its 400 ms, twice."""
    seen: list[int] = []

    def counting(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        for count in range(100):
            seen.append(count)
            request.wfile.write(b" ")
            request.wfile.flush()
            time.sleep(0.1)

    with register(counting) as url:
        settings.MINSHENG_REGISTERS_URL = url
        assert registers.find(REGISTER, "x").outcome == "silent"
    assert len(seen) < 50


def test_a_redirect_is_not_followed(settings: Any):
    asked: list[str] = []

    def inside(request: BaseHTTPRequestHandler) -> None:
        asked.append(request.path)
        body(json.dumps({"register": REGISTER, "records": [{"name": "王芳"}]}).encode())(request)

    with register(inside) as other:

        def elsewhere(request: BaseHTTPRequestHandler) -> None:
            request.send_response(307)
            request.send_header("Location", f"{other}/v1/{REGISTER}/find")
            request.send_header("Content-Length", "0")
            request.end_headers()

        with register(elsewhere) as url:
            settings.MINSHENG_REGISTERS_URL = url
            found = registers.find(REGISTER, "x")
    assert (found.outcome, asked) == ("wrong", [])


def test_no_proxy_of_the_environment_gets_to_see_a_citizen_number(
    settings: Any, monkeypatch: pytest.MonkeyPatch
):
    asked: list[str] = []

    def proxy(request: BaseHTTPRequestHandler) -> None:
        asked.append(request.path)
        body(b"{}")(request)

    good = json.dumps({"register": REGISTER, "records": [{"name": "王芳"}]}).encode()
    with register(proxy) as other, register(body(good)) as url:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, other)
        settings.MINSHENG_REGISTERS_URL = url
        assert registers.find(REGISTER, "x").outcome == "found"
    assert asked == []
