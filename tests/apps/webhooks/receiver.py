"""A receiver over a real socket that checks signatures by itself, and fails in the ways they do."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Receiver:
    """What came in. `moods` is how the next calls are met, in turn: ok, 500, 410, hang, drip, cut."""

    secret: str = ""
    moods: list[str] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)
    address: str = ""

    @property
    def ids(self) -> list[str]:
        """The ids of the messages, in the order in which they came."""
        return [call["id"] for call in self.calls]

    def take(self, headers: Any, body: bytes) -> None:
        """Keep a call whose signature fits; anything else is a failed test."""
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        signed = b".".join(
            [headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body]
        )
        expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
        assert headers["webhook-signature"] == f"v1,{expected}"
        self.calls.append(
            {
                "id": headers["webhook-id"],
                "at": int(headers["webhook-timestamp"]),
                "host": headers["host"],
                "body": json.loads(body),
                "text": body.decode(),
            }
        )


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Serve a receiver on a free port."""
    receiver, released = Receiver(), threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.take(self.headers, body)
            mood = receiver.moods.pop(0) if receiver.moods else "ok"
            if mood == "hang":
                released.wait(10)
                return
            if mood == "cut":  # it was taken, and the answer is lost on the way
                self.connection.close()
                return
            if mood == "drip":
                self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
                while not released.wait(0.05):
                    self.wfile.write(b"x")
                    self.wfile.flush()
                return
            status = {"ok": 204, "away": 302}.get(mood) or int(mood)
            self.send_response(status)
            if mood == "away":
                self.send_header("Location", f"{receiver.address}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    receiver.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        released.set()
        server.shutdown()
        thread.join()
        server.server_close()
