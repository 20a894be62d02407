"""The wall screen: the same figures, large, for a room; renews itself, holds nothing personal."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from minsheng.apps.cases import reads as cases
from minsheng.portal.cockpit import drawings, room, saying
from minsheng.portal.cockpit.scopes import asked_for
from minsheng.portal.doors import SignedIn, leaders_only
from minsheng.portal.languages import language_of

SECONDS = 60
MOST_SPOTS = 4
MOST_OFFICES = 5
"""Those with most late items: more rows would not fit a screen."""


@require_safe
@leaders_only
def wall(request: SignedIn) -> HttpResponse:
    """Return the wall screen; the browser asks again every minute unless `still` is set."""
    view, lang = asked_for(request), language_of(request)
    found = cases.figures(view.scope, on=view.on)
    spots = cases.hot_spots(view.scope, on=view.on)
    is_still = request.GET.get("still") == "1"
    response = render(
        request,
        "portal/cockpit/wall.html",
        {
            **view.context("/cockpit"),
            "headline": saying.headline(found),
            "stats": room.stats(found, view),
            "today": room.today(found, view),
            "heat": drawings.heat(replace(found, heat=found.heat[:MOST_OFFICES]), view, lang),
            "trend": drawings.trend(found, lang, on_wall=True),
            "spots": room.spot_rows(spots, view)[:MOST_SPOTS],
            "spots_title": saying.spots_said(spots),
            "now": timezone.now(),
            "seconds": SECONDS,
            "is_still": is_still,
            "still_path": view.path("cockpit-wall", still="" if is_still else "1"),
            "back_path": view.path("cockpit"),
        },
    )
    if not is_still:
        response.headers["Refresh"] = str(SECONDS)
    return response
