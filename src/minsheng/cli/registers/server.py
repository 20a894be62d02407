"""Serves the registers over HTTP, with switches for slow, failing and wrong answers.

`POST /v1/<register>/find` {"about": number} · `POST /v1/<register>/write` with Idempotency-Key ·
`POST /switch` {"register": …, "mode": "ok|slow|failing|wrong"} · `GET /health`.
All but the last want `Authorization: Bearer <token>`.
"""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from minsheng.cli.registers import answers
from minsheng.cli.registers.answers import MODES
from minsheng.cli.registers.store import Store

SLOW_SECONDS = 6
LARGEST_BODY = 100_000


def serve(store: Store, *, token: str, host: str, port: int) -> ThreadingHTTPServer:
    """Return a server that is bound but not yet running; port 0 takes a free one."""
    handler = type("Handler", (_Handler,), {"store": store, "token": token})
    return ThreadingHTTPServer((host, port), handler)


class _Handler(BaseHTTPRequestHandler):
    store: Store
    token: str
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(200 if self.path == "/health" else 404, {"ok": self.path == "/health"})

    def do_POST(self) -> None:
        body = self._body()
        if not hmac.compare_digest(self.headers.get("Authorization", ""), f"Bearer {self.token}"):
            self._answer(401, {"error": "token"})
        elif body is None:
            self._answer(400, {"error": "body"})
        elif self.path == "/switch":
            self._switch(body)
        else:
            self._register(self.path.strip("/").split("/"), body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: requests are about persons."""

    def _switch(self, body: Mapping[str, Any]) -> None:
        register, mode = body.get("register"), body.get("mode")
        if register not in {*answers.read(), *answers.written()} or mode not in MODES:
            self._answer(422, {"error": "register or mode"})
            return
        self.store.set_mode(str(register), str(mode))
        self._answer(200, {"register": register, "mode": mode})

    def _register(self, parts: list[str], body: Mapping[str, Any]) -> None:
        if len(parts) != 3 or parts[0] != "v1":
            self._answer(404, {"error": "path"})
            return
        _, register, act = parts
        known = register in {"find": answers.read, "write": answers.written}.get(act, tuple)()
        if not known:
            self._answer(404, {"error": "register"})
            return
        mode = self.store.mode(register)
        if mode == "failing":
            self._answer(503, {"error": "failing"})
            return
        if mode == "slow":
            time.sleep(SLOW_SECONDS)
        if mode == "wrong":
            self._answer(200, {"register": "another", "records": "nonsense"})
            return
        (self._find if act == "find" else self._write)(register, body)

    def _find(self, register: str, body: Mapping[str, Any]) -> None:
        records = self.store.find(register, str(body.get("about", "")))
        self._answer(200, {"register": register, "records": records})

    def _write(self, register: str, body: Mapping[str, Any]) -> None:
        key = self.headers.get("Idempotency-Key", "")
        if not key:
            self._answer(400, {"error": "Idempotency-Key"})
            return
        try:
            answer = answers.write(self.store, register, body, key=key)
        except ValueError:
            self._answer(422, {"error": "body"})
            return
        self._answer(201, {"register": register, **answer})

    def _body(self) -> dict[str, Any] | None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > LARGEST_BODY:
            self.close_connection = True
            return None
        try:
            read = json.loads(self.rfile.read(int(length)) or b"{}")
        except ValueError:
            return None
        return read if isinstance(read, dict) else None

    def _answer(self, status: int, body: Mapping[str, Any]) -> None:
        data = json.dumps(body, ensure_ascii=False).encode()
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
        except BrokenPipeError:
            self.close_connection = True
