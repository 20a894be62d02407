"""A resident's requests: the list, a new one, and one with all that happened."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.appeals import reads
from minsheng.portal.doors import SignedIn, residents_only
from minsheng.portal.requests import Room, list_page, new_page, one_page

ROOM = Room("person", "requests", "request-new", "request")


@require_safe
@residents_only
def requests(request: SignedIn) -> HttpResponse:
    """Return my requests, and the kinds I can make."""
    return list_page(request, ROOM, reads.own_requests(request.user))


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def new(request: SignedIn, slug: str) -> HttpResponse:
    """Ask what a request needs, and take it."""
    return new_page(request, ROOM, slug)


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def one(request: SignedIn, number: str) -> HttpResponse:
    """Show one of my requests, or act on it."""
    return one_page(request, ROOM, number)
