"""BigBlueButton: create, join, isMeetingRunning, end; each call with a SHA-256 checksum.

Source: docs.bigbluebutton.org, "API": checksum = SHA-256 of call name, query string and secret.
Only the few elements that are needed are read from an answer, by pattern: no XML of another
system is parsed here.
"""

from __future__ import annotations

import hashlib
import re
from urllib.parse import urlencode

from django.conf import settings

from minsheng.apps.dual.connect.calling import call, refused
from minsheng.apps.dual.connect.endpoint import MOST_ENDPOINTS, Endpoint
from minsheng.lib.errors import NotFound

LONGEST_MINUTES = 180


def create(room: str) -> None:
    """Make a meeting; the same one again is kept (BigBlueButton's create says so)."""
    _ask(
        "create", meetingID=room, name=room, maxParticipants=str(MOST_ENDPOINTS), record="false",
        duration=str(LONGEST_MINUTES), meetingExpireIfNoUserJoinedInMinutes="30",
        **_passwords(room),
    )  # fmt: skip


def end(room: str) -> None:
    """End a meeting; one that is gone is ended."""
    try:
        _ask("end", meetingID=room, password=_passwords(room)["moderatorPW"])
    except NotFound:
        return


def present(room: str) -> int | None:
    """Return how many endpoints are in a meeting; None where it doesn't run."""
    if _element(_ask("isMeetingRunning", meetingID=room), "running") != "true":
        return None
    try:
        count = _element(_ask("getMeetingInfo", meetingID=room), "participantCount")
    except NotFound:
        return None
    return int(count) if count.isascii() and count.isdigit() else 0


def link(room: str, endpoint: Endpoint) -> str:
    """Return where an endpoint joins: the lead as moderator, the others as viewers."""
    passwords = _passwords(room)
    return _url(
        "join",
        meetingID=room,
        fullName=endpoint.title,
        userID=endpoint.key,
        role="MODERATOR" if endpoint.is_lead else "VIEWER",
        password=passwords["moderatorPW" if endpoint.is_lead else "attendeePW"],
    )


def _ask(call_name: str, /, **parameters: str) -> str:
    status, answer = call("GET", _url(call_name, **parameters))
    if status != 200 or _element(answer, "returncode") != "SUCCESS":
        why = _element(answer, "messageKey")
        if why in ("notFound", "invalidMeetingIdentifier"):
            raise NotFound("meetings_no_room", "没有这个房间。", "There is no such room.")
        raise refused(f"bigbluebutton {status} {why}")
    return answer


def _url(call_name: str, /, **parameters: str) -> str:
    query = urlencode(parameters)
    whole = f"{call_name}{query}{settings.MINSHENG_MEETINGS_SECRET}"
    checksum = hashlib.sha256(whole.encode()).hexdigest()
    base = settings.MINSHENG_MEETINGS_URL.rstrip("/")
    return f"{base}/api/{call_name}?{query}&checksum={checksum}"


def _passwords(room: str) -> dict[str, str]:
    """Return the two passwords of a meeting: made of its name and the secret, kept nowhere."""
    return {
        f"{role}PW": hashlib.sha256(
            f"{role}:{room}:{settings.MINSHENG_MEETINGS_SECRET}".encode()
        ).hexdigest()[:24]
        for role in ("moderator", "attendee")
    }


def _element(answer: str, name: str) -> str:
    found = re.search(rf"<{name}>\s*([^<]{{0,200}}?)\s*</{name}>", answer)
    return found.group(1) if found else ""
