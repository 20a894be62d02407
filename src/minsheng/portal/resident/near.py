"""Requests near me: what neighbours have reported, how it stands, and following it."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.appeals import actions, reads
from minsheng.apps.cases import catalogue
from minsheng.apps.councils.reads import home_area
from minsheng.lib.errors import Conflict, MinshengError
from minsheng.portal.doors import SignedIn, residents_only
from minsheng.portal.fields import Mistake
from minsheng.portal.languages import language_of
from minsheng.portal.requests import PLACES, STATES


@require_safe
@residents_only
def near(request: SignedIn) -> HttpResponse:
    """Show what was reported near a place: where I live, unless I choose another; and what I follow."""
    account = request.user
    area = (request.GET.get("area") or home_area(account))[:60]
    areas = catalogue.packs().district.areas
    area = area if area in areas else ""
    proved = account.is_proved
    found = reads.near_requests(area, account=account) if area and proved else []
    return render(
        request,
        "portal/resident/near.html",
        {
            "area": area,
            "where": reads.area_title(area),
            "places": [
                (one.key, reads.area_title(one.key))
                for one in areas.of_kind(*PLACES, on=timezone.localdate())
            ],
            "rows": [_row(one) for one in found],
            "open": sum(one.status != "closed" for one in found),
            "followed": [_row(one) for one in reads.followed(account)],
            "proved": proved,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def one(request: SignedIn, number: str) -> HttpResponse:
    """Show how something near stands; follow it, or no longer."""
    error: MinshengError | None = None
    if request.method == "POST":
        act = actions.unsubscribe if request.POST.get("act") == "unfollow" else actions.subscribe
        try:
            act(number, by=request.user)
        except Conflict as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("near-request", args=[number]))
    view = reads.near_view(number, account=request.user)
    return render(
        request,
        "portal/resident/near_one.html",
        {
            "view": view,
            "line": view.line,
            "state": STATES[view.line.status],
            "errors": [Mistake("follow", error.to(language_of(request)))] if error else [],
        },
        status=error.status if error else 200,
    )


def _row(line: reads.NearLine) -> dict[str, object]:
    return {"is": line, "state": "done" if line.status == "closed" else "running"}
