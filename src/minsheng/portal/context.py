"""What every page knows: language, look, the district, what the header and footer show.

Nothing here reads the database, so that the error pages stand when it doesn't.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest

from minsheng.portal import navigation
from minsheng.portal.district import district
from minsheng.portal.languages import HTML_LANGUAGE, language_of, look_of


def page(request: HttpRequest) -> dict[str, Any]:
    """Return the variables of every template."""
    lang = language_of(request)
    # After a form was sent, the way back is the page it stood on: its own address may take forms only.
    came_from = "" if request.method == "GET" else navigation.came_from(request) or request.path
    here = came_from or request.get_full_path()
    places = navigation.SCHOOL if _at_school(request.path) else navigation.DESK
    return {
        "lang": lang,
        "html_lang": HTML_LANGUAGE[lang],
        "look": look_of(request),
        "demo": settings.DEMO,
        "district": district(),
        "here": here,
        "next_query": urlencode({"next": here}),
        "nav": navigation.shown(navigation.RESIDENT),
        "nav_current": navigation.current(navigation.RESIDENT, request.path),
        "desk_nav": navigation.shown(places),
        "desk_nav_current": navigation.current(places, request.path),
        "foot": _foot("resident"),
        "desk_foot": _foot("desk"),
        "home_path": "/",
        "mine_path": "/mine",
        "desk_path": _if_exists("/desk"),
        "sign_in_path": _if_exists(settings.LOGIN_URL),
        "sign_out_path": _if_exists("/sign-out"),
    }


def _at_school(path: str) -> bool:
    return path == "/school" or path.startswith("/school/")


def _foot(audience: str) -> list[navigation.Page]:
    return [page for page in navigation.shown(navigation.ABOUT) if audience in page.feet]


def _if_exists(path: str) -> str:
    return path if navigation.exists(path) else ""
