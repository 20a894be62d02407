"""Pages that hold words only: help, accessibility, the site map, and what robots are told."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from minsheng.apps.cases import catalogue
from minsheng.portal import navigation

PRIVATE = ("/mine", "/desk", "/apply", "/sign-in", "/language", "/mode", "/api")


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """Return how things work here and whom to call."""
    questions = catalogue.packs().district.help
    return render(request, "portal/public/help.html", {"questions": questions})


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Return what works for everybody, what doesn't yet, and how to tell us."""
    return render(request, "portal/public/accessibility.html")


@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    """Return every page that exists, by audience."""
    rooms = {
        "resident": navigation.shown(navigation.RESIDENT),
        "about": navigation.shown(navigation.ABOUT),
        "staff": navigation.shown(navigation.DESK),
    }
    return render(request, "portal/public/site_map.html", rooms)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Return what search engines may read: guides, not anybody's own pages."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE)]
    if settings.DEMO:
        lines = ["User-agent: *", "Disallow: /"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead browsers that ask for the old name to the mark."""
    return HttpResponseRedirect(static("minsheng/mark.svg"))
