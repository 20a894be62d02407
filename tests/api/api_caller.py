"""A program that calls the API, with a token or without."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.test import Client

BASE = "/api/v1"
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\nstartxref\n9\n%%EOF\n"


class Caller:
    """Calls with a bearer token; with "" as nobody."""

    def __init__(self, token: str = "", **headers: str) -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = dict(headers)
        if token:
            self.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.send("GET", path, None, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.send("POST", path, body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> HttpResponse:
        return self.send("PUT", path, body, **headers)

    def delete(self, path: str, **headers: str) -> HttpResponse:
        return self.send("DELETE", path, None, **headers)

    def put_file(self, path: str, name: str, content: bytes, field: str = "file") -> HttpResponse:
        boundary = "seven-words-nobody-writes"
        disposition = f'Content-Disposition: form-data; name="{field}"; filename="{name}"'
        head = f"--{boundary}\r\n{disposition}\r\nContent-Type: application/pdf\r\n\r\n"
        body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        return self.client.put(
            BASE + path, body, f"multipart/form-data; boundary={boundary}", headers=self.headers
        )

    def send(self, method: str, path: str, body: Any, **headers: str) -> HttpResponse:
        """Send JSON, or the bytes that are given, and return the answer."""
        sent = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body)
        return self.client.generic(
            method,
            BASE + path,
            sent,
            content_type="application/json",
            headers={**self.headers, **{k.replace("_", "-"): v for k, v in headers.items()}},
        )


def told(response: HttpResponse, status: int = 200) -> Any:
    """Return the JSON of an answer, which must have this status."""
    assert response.status_code == status, response.content.decode()[:600]
    return json.loads(response.content)


def problem(response: HttpResponse, status: int, code: str) -> Any:
    """Return the problem of an answer, which must have this status and code."""
    body = told(response, status)
    assert response.headers["Content-Type"] == "application/problem+json"
    assert (body["status"], body["code"]) == (status, code), body
    assert body["detail_zh"] and body["detail_en"] and body["title"]
    return body
