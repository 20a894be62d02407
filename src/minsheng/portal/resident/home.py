"""The front door: life events first, the six headings as second way in, search."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from minsheng.apps.cases import catalogue
from minsheng.apps.cases import reads as cases
from minsheng.apps.notices import reads as notices
from minsheng.apps.search.reads import LONGEST_QUERY, find_texts
from minsheng.content import LifeEvent, LoadedService
from minsheng.portal.finding import groups
from minsheng.portal.languages import language_of


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Return the front door; who is signed in sees what waits for them first."""
    packs, services = catalogue.packs(), catalogue.services_on(timezone.localdate())
    values: dict[str, object] = {
        "events": [_event_row(event, services) for event in packs.district.life_events],
        "headings": packs.district.headings,
        "services": services,
    }
    if request.user.is_authenticated and not getattr(request.user, "is_staff_member", False):
        lines = cases.cases_of(request.user)
        values |= {
            "cases": lines[:3],
            "case_count": len(lines),
            "drafts": cases.drafts_of(request.user)[:1],
            "waits": next((line for line in lines if line.waits_for_me), None),
            "consent": next(iter(cases.consent_requests(request.user)), None),
            "unread": notices.unread_count(request.user),
        }
    return render(request, "portal/resident/home.html", values)


@require_safe
def heading(request: HttpRequest, key: str) -> HttpResponse:
    """Return one of the six headings with its life events and services."""
    packs, services = catalogue.packs(), catalogue.services_on(timezone.localdate())
    found = next((one for one in packs.district.headings if one.key == key), None)
    if found is None:
        raise Http404
    return render(
        request,
        "portal/resident/heading.html",
        {
            "heading": found,
            "events": [_event_row(event, services) for event in packs.district.events_of(key)],
            "services": [loaded for loaded in services if loaded.spec.heading == key],
        },
    )


@require_safe
def life_event(request: HttpRequest, key: str) -> HttpResponse:
    """Return what can be done for one life event, or say honestly that nothing is connected."""
    packs = catalogue.packs()
    found = packs.district.life_event(key)
    if found is None:
        raise Http404
    heading = next(one for one in packs.district.headings if one.key == found.heading)
    return render(
        request,
        "portal/resident/life_event.html",
        {
            "event": found,
            "heading": heading,
            "services": [
                loaded
                for loaded in catalogue.services_on(timezone.localdate())
                if loaded.spec.life_event == key
            ],
        },
    )


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Return what answers what was typed; who is signed in finds their own cases too."""
    typed = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    hits = find_texts(typed, language=language_of(request))
    user = request.user
    mine = []
    if user.is_authenticated and not user.is_staff_member:
        mine = cases.find_cases(typed, account=user)
    values = {
        "typed": typed,
        "cases": mine,
        "groups": groups(hits),
        "count": len(hits) + len(mine),
    }
    return render(request, "portal/resident/search.html", values)


def _event_row(event: LifeEvent, services: Iterable[LoadedService]) -> dict[str, object]:
    connected = any(loaded.spec.life_event == event.key for loaded in services)
    return {"event": event, "connected": connected}
