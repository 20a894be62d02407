"""The meeting system that the settings name; none unless an administrator says which."""

from __future__ import annotations

from types import MappingProxyType, ModuleType

from django.conf import settings

from minsheng.apps.dual.connect import bigbluebutton, livekit
from minsheng.apps.dual.connect.endpoint import Endpoint
from minsheng.lib.errors import Conflict
from minsheng.lib.texts import Text

SYSTEMS = MappingProxyType({"livekit": livekit, "bigbluebutton": bigbluebutton})
TITLES = MappingProxyType(
    {"livekit": Text("LiveKit", "LiveKit"), "bigbluebutton": Text("BigBlueButton", "BigBlueButton")}
)


def is_connected() -> bool:
    """Whether a meeting system is named, with its address and secret."""
    return bool(
        settings.MINSHENG_MEETINGS in SYSTEMS
        and settings.MINSHENG_MEETINGS_URL
        and settings.MINSHENG_MEETINGS_SECRET
        and (
            settings.MINSHENG_MEETINGS != "livekit"
            or (settings.MINSHENG_MEETINGS_KEY and settings.MINSHENG_MEETINGS_PAGE)
        )
    )


def create(room: str) -> None:
    """Make a room; again is once. Raises Unavailable, WrongInput where it refuses, Conflict for none."""
    _system().create(room)


def end(room: str) -> None:
    """End a room; again is once."""
    _system().end(room)


def present(room: str) -> int | None:
    """Return how many endpoints are in a room; None where it isn't there."""
    found: int | None = _system().present(room)
    return found


def link(room: str, endpoint: Endpoint) -> str:
    """Return where an endpoint opens a room."""
    return str(_system().link(room, endpoint))


def not_connected() -> Conflict:
    """Return the answer where no meeting system is connected, with what an administrator sets."""
    return Conflict(
        "dual.no_meetings",
        "还没有接会议系统。管理员设好 MINSHENG_MEETINGS（livekit 或 bigbluebutton）、"
        "MINSHENG_MEETINGS_URL、MINSHENG_MEETINGS_SECRET 就能用；现在先填电话或别的链接。",
        "No meeting system is connected. An administrator sets MINSHENG_MEETINGS, "
        "MINSHENG_MEETINGS_URL and MINSHENG_MEETINGS_SECRET; until then type a phone number or a link.",
    )


def _system() -> ModuleType:
    if not is_connected():
        raise not_connected()
    return SYSTEMS[settings.MINSHENG_MEETINGS]
