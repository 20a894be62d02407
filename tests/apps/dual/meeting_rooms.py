"""LiveKit and BigBlueButton as far as we call them, over real sockets.

Both check what comes in by the documents of each system and not by our own code: signature, time and
grants of a token; the checksum over the query string as it was sent.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY, SECRET = "demo-key", "a secret of the meeting system that is long enough"


@dataclass
class Meetings:
    """Rooms that are open, calls that came, links that would be let in. `down`: it answers 503."""

    address: str = ""
    rooms: dict[str, dict[str, Any]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    down: bool = False
    secret: str = SECRET

    def admit(self, link: str) -> dict[str, Any]:
        """Return what a link lets in, or fail: as the browser of a classroom would find out."""
        asked = urlsplit(link)
        query = {key: values[0] for key, values in parse_qs(asked.query).items()}
        if "token" in query:
            claims = self.claims(query["token"])
            assert claims["video"]["roomJoin"] is True
            assert claims["video"]["room"] in self.rooms
            assert claims["exp"] - time.time() <= 600
            return {"id": claims["sub"], "name": claims["name"], **claims["video"]}
        assert self.is_signed("join", asked.query)
        room = self.rooms[query["meetingID"]]
        assert query["password"] in (room["moderatorPW"], room["attendeePW"])
        assert (query["role"] == "MODERATOR") == (query["password"] == room["moderatorPW"])
        return {"id": query["userID"], "name": query["fullName"], "role": query["role"]}

    def claims(self, token: str) -> dict[str, Any]:
        """Return the claims of a token whose signature and time are right."""
        head, body, signature = token.split(".")
        padded = [part + "=" * (-len(part) % 4) for part in (head, body, signature)]
        expected = hmac.new(self.secret.encode(), f"{head}.{body}".encode(), "sha256").digest()
        assert hmac.compare_digest(base64.urlsafe_b64decode(padded[2]), expected)
        assert json.loads(base64.urlsafe_b64decode(padded[0])) == {"alg": "HS256", "typ": "JWT"}
        found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(padded[1]))
        assert found["iss"] == KEY
        assert found["nbf"] <= time.time() < found["exp"]
        return found

    def is_signed(self, name: str, query: str) -> bool:
        """Whether a query string bears the checksum of its call, as sent."""
        text, _, checksum = query.rpartition("&checksum=")
        return checksum == hashlib.sha256(f"{name}{text}{self.secret}".encode()).hexdigest()


@contextmanager
def serving() -> Iterator[Meetings]:
    """Serve both systems on a free port."""
    meetings = Meetings()
    handler = type("Handler", (_Handler,), {"meetings": meetings})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    meetings.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield meetings
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    meetings: Meetings

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        method = self.path.removeprefix("/twirp/livekit.RoomService/")
        self.meetings.calls.append(method)
        if self.meetings.down:
            self._answer(503, "down")
            return
        try:
            claims = self.meetings.claims(self.headers["Authorization"].removeprefix("Bearer "))
        except AssertionError:
            self._answer(401, json.dumps({"code": "unauthenticated"}))
            return
        asked, grants = json.loads(body), claims["video"]
        needed = "roomAdmin" if method == "ListParticipants" else "roomCreate"
        if not grants.get(needed) or (needed == "roomAdmin" and grants["room"] != asked["room"]):
            self._answer(403, json.dumps({"code": "permission_denied"}))
            return
        if method == "CreateRoom":
            self.meetings.rooms.setdefault(asked["name"], asked)
            self._answer(200, json.dumps({"sid": "RM_1", "name": asked["name"]}))
        elif asked["room"] not in self.meetings.rooms:
            self._answer(404, json.dumps({"code": "not_found", "msg": "no such room"}))
        elif method == "DeleteRoom":
            del self.meetings.rooms[asked["room"]]
            self._answer(200, "{}")
        else:
            self._answer(200, json.dumps({"participants": [{"identity": "lead"}]}))

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        name = asked.path.removeprefix("/bigbluebutton/api/")
        self.meetings.calls.append(name)
        if self.meetings.down:
            self._answer(503, "down")
            return
        if not self.meetings.is_signed(name, asked.query):
            self._xml("FAILED", "<messageKey>checksumError</messageKey>")
            return
        query = {key: values[0] for key, values in parse_qs(asked.query).items()}
        room = query["meetingID"]
        if name == "create":
            self.meetings.rooms.setdefault(room, query)
            self._xml("SUCCESS", f"<meetingID>{room}</meetingID>")
        elif name == "isMeetingRunning":
            self._xml("SUCCESS", f"<running>{str(room in self.meetings.rooms).lower()}</running>")
        elif room not in self.meetings.rooms:
            self._xml("FAILED", "<messageKey>notFound</messageKey>")
        elif name == "end":
            assert query["password"] == self.meetings.rooms.pop(room)["moderatorPW"]
            self._xml("SUCCESS", "<messageKey>sentEndMeetingRequest</messageKey>")
        else:
            self._xml("SUCCESS", "<participantCount>3</participantCount>")

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""

    def _xml(self, code: str, inner: str) -> None:
        self._answer(200, f"<response><returncode>{code}</returncode>{inner}</response>")

    def _answer(self, status: int, text: str) -> None:
        data = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
