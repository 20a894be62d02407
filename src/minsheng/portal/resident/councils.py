"""Neighbours' matters for a resident: what is settled where I live, and my household's vote."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from minsheng.apps.appeals.reads import area_title
from minsheng.apps.cases import catalogue
from minsheng.apps.councils import actions, reads
from minsheng.lib.areas import AreaKind
from minsheng.lib.errors import Conflict, MinshengError, NotAllowed, WrongInput
from minsheng.portal.councils import TAGS, errors, number_typed, rows
from minsheng.portal.doors import SignedIn, residents_only
from minsheng.portal.languages import language_of

LIVED_IN: tuple[AreaKind, ...] = ("community", "village", "estate", "courtyard")


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def council(request: SignedIn) -> HttpResponse:
    """Show my home, the votes that wait for it and what is settled here; or ask for my home."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            actions.ask_for_home(
                max(0, number_typed(request.POST.get("home", ""))), by=request.user
            )
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("council"))
    room = reads.own_room(request.user)
    area = request.GET.get("area", "")[:60]
    places = catalogue.packs().district.areas.of_kind(*LIVED_IN, on=timezone.localdate())
    return render(
        request,
        "portal/resident/council.html",
        {
            "room": room,
            "rows": rows(room.matters),
            "waiting": sum(not one.has_voted and one.vote.is_open for one in room.votes),
            "proved": request.user.is_proved,
            "places": [(one.key, area_title(one.key)) for one in places],
            "area": area,
            "homes": reads.free_homes(area) if area and not room.home else [],
            "errors": errors(error, language_of(request)),
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def matter(request: SignedIn, matter_id: int) -> HttpResponse:
    """Show one matter of my place, or take my household's vote."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            vote = max(0, number_typed(request.POST.get("vote", "")))
            actions.cast_vote(vote, request.POST.get("choice", "")[:8], by=request.user)
        except (WrongInput, Conflict, NotAllowed) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("council-matter", args=[matter_id]))
    found = reads.own_matter(matter_id, account=request.user)
    return render(
        request,
        "portal/resident/council_matter.html",
        {
            "view": found.view,
            "state": TAGS[found.view.state],
            "ballot": found.ballot,
            "chosen": request.POST.get("choice", ""),
            "errors": errors(error, language_of(request)),
        },
        status=error.status if error else 200,
    )
