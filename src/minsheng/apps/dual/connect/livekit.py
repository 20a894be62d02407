"""LiveKit: signed access tokens, and rooms by its RoomService (Twirp over HTTP).

Source: docs.livekit.io, "Authentication" (a JWT, HS256, `video` grants) and "Server APIs"
(`POST /twirp/livekit.RoomService/<method>` with JSON).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from minsheng.apps.dual.connect.calling import call, refused
from minsheng.apps.dual.connect.endpoint import MOST_ENDPOINTS, TOKEN_SECONDS, Endpoint
from minsheng.lib.errors import NotFound

SERVICE_SECONDS = 60
EMPTY_SECONDS = 1_800


def create(room: str) -> None:
    """Make a room; one of that name that is there is kept (LiveKit's CreateRoom says so)."""
    _service(
        "CreateRoom",
        {"name": room, "empty_timeout": EMPTY_SECONDS, "max_participants": MOST_ENDPOINTS},
        {"roomCreate": True},
    )


def end(room: str) -> None:
    """End a room; one that is gone is ended."""
    try:
        _service("DeleteRoom", {"room": room}, {"roomCreate": True})
    except NotFound:
        return


def present(room: str) -> int | None:
    """Return how many endpoints are in a room; None where there is no such room."""
    try:
        found = _service("ListParticipants", {"room": room}, {"roomAdmin": True, "room": room})
    except NotFound:
        return None
    people = found.get("participants", [])
    return len(people) if isinstance(people, list) else 0


def link(room: str, endpoint: Endpoint) -> str:
    """Return where an endpoint opens the room, with a token that soon ends."""
    grant = {
        "room": room, "roomJoin": True, "canPublish": not endpoint.is_observer,
        "canSubscribe": True, "canPublishData": not endpoint.is_observer,
    }  # fmt: skip
    given = token(grant, identity=endpoint.key, name=endpoint.title, seconds=TOKEN_SECONDS)
    return f"{settings.MINSHENG_MEETINGS_PAGE}?{urlencode({'liveKitUrl': _base('ws'), 'token': given})}"


def token(
    video: Mapping[str, Any], *, identity: str = "", name: str = "", seconds: int = SERVICE_SECONDS
) -> str:
    """Return a signed token with these grants, good for so many seconds."""
    now = int(time.time())
    claims: dict[str, Any] = {
        "iss": settings.MINSHENG_MEETINGS_KEY, "nbf": now - 5, "exp": now + seconds,
        "video": dict(video),
    }  # fmt: skip
    if identity:
        claims |= {"sub": identity, "name": name}
    body = ".".join(_part(one) for one in ({"alg": "HS256", "typ": "JWT"}, claims))
    key = settings.MINSHENG_MEETINGS_SECRET.encode()
    return f"{body}.{_coded(hmac.new(key, body.encode(), hashlib.sha256).digest())}"


def _service(method: str, body: Mapping[str, Any], video: Mapping[str, Any]) -> dict[str, Any]:
    status, answer = call(
        "POST",
        f"{_base('http')}/twirp/livekit.RoomService/{method}",
        headers={
            "Authorization": f"Bearer {token(video)}", "Content-Type": "application/json",
        },
        body=json.dumps(body).encode(),
    )  # fmt: skip
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError):
        found = None
    if status == 404 and isinstance(found, dict) and found.get("code") == "not_found":
        raise NotFound("meetings_no_room", "没有这个房间。", "There is no such room.")
    if status != 200 or not isinstance(found, dict):
        raise refused(f"livekit {status}")
    return found


def _base(scheme: str) -> str:
    """Return the server's address with http(s) or ws(s), as it is asked for."""
    _, _, rest = settings.MINSHENG_MEETINGS_URL.rstrip("/").partition("://")
    is_safe = settings.MINSHENG_MEETINGS_URL.startswith(("https://", "wss://"))
    return f"{scheme}{'s' if is_safe else ''}://{rest}"


def _part(value: Mapping[str, Any]) -> str:
    return _coded(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _coded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
