"""The kiosk at a counter or in a hall: type the code, touch a level, and it is ready for the next.

Nobody signs in at it and nothing stays on it: it never calls anybody by name.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from minsheng.apps.people import access as people
from minsheng.apps.ratings import actions
from minsheng.apps.ratings.scales import KIOSK, LEVELS, PARTS
from minsheng.lib.errors import MinshengError, WrongInput
from minsheng.portal.languages import language_of
from minsheng.portal.visit_codes import take_code

SECONDS = 10
"""So long thanks stand on the screen."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def kiosk(request: HttpRequest) -> HttpResponse:
    """Take the code that the clerk gave, typed or read by a scanner that types."""
    return take_code(request, "portal/public/kiosk.html", leads_to="kiosk-visit")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def kiosk_visit(request: HttpRequest, code: str) -> HttpResponse:
    """Rate the visit that a code stands for, without a name, by touching one of five levels."""
    actions.find_visit(code)
    error: MinshengError | None = None
    if request.method == "POST":
        given = actions.Given(
            score=_score(request.POST.get("score", "")),
            parts={
                key: _score(request.POST[key]) for key in PARTS["visit"] if request.POST.get(key)
            },
            comment=request.POST.get("comment", ""),
            is_named=False,
            channel=KIOSK,
        )
        # A signed-in clerk is refused, as everywhere; a resident who forgot to sign out stays unnamed.
        by = request.user if people.is_signed_in(request.user) else None
        try:
            actions.rate_visit(code, given, by=by)
        except WrongInput as wrong:
            error = wrong
        else:
            response = render(request, "portal/public/kiosk_done.html", {"seconds": SECONDS})
            response.headers["Refresh"] = f"{SECONDS}; url={reverse('kiosk')}"
            return response
    return render(
        request,
        "portal/public/kiosk_visit.html",
        {
            "scores": LEVELS.items(),
            "parts": [
                (key, title, request.POST.get(key, "")) for key, title in PARTS["visit"].items()
            ],
            "comment": request.POST.get("comment", ""),
            "errors": [{"id": _at(error), "text": error.to(language_of(request))}] if error else [],
        },
        status=error.status if error else 200,
    )


def _score(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 3 else 0


def _at(error: MinshengError) -> str:
    return error.field if error.field in (*PARTS["visit"], "comment") else "score-5"
