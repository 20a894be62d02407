"""A firm whistles, sees which office comes and by when, and says how it went."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.appeals import reads
from minsheng.portal.doors import SignedIn, residents_only
from minsheng.portal.requests import Room, list_page, new_page, one_page

ROOM = Room("organisation", "firm", "firm-request-new", "firm-request")


@require_safe
@residents_only
def requests(request: SignedIn) -> HttpResponse:
    """Return the whistles of the firms I speak for, or how to become who speaks for one."""
    return list_page(request, ROOM, reads.firm_requests(request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def new(request: SignedIn, slug: str) -> HttpResponse:
    """Ask what a whistle needs, and take it."""
    return new_page(request, ROOM, slug)


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def one(request: SignedIn, number: str) -> HttpResponse:
    """Show one whistle with all that happened, or act on it."""
    return one_page(request, ROOM, number)
