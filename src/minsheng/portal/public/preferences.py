"""Language and look, kept in cookies, changed by an ordinary link, and back where one was."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from minsheng.portal.languages import COOKIE_SECONDS, LANGUAGE_COOKIE

CHOICES = {
    "theme": {"auto", "light", "dark"},
    "elder": {"0", "1"},
    "contrast": {"normal", "more"},
}


@require_safe
def language(request: HttpRequest) -> HttpResponse:
    """Keep the language `to` (zh or en) and go back to `next`."""
    response = HttpResponseRedirect(safe_next(request))
    if request.GET.get("to") in {"zh", "en"}:
        _keep(response, LANGUAGE_COOKIE, request.GET["to"])
    return response


@require_safe
def mode(request: HttpRequest) -> HttpResponse:
    """Keep the look that the address names and go back; without a change, show the choices."""
    changes = {key: request.GET[key] for key in CHOICES if request.GET.get(key) in CHOICES[key]}
    if not changes:
        return render(request, "portal/public/mode.html", {"next": safe_next(request)})
    response = HttpResponseRedirect(safe_next(request))
    for key, value in changes.items():
        _keep(response, key, value)
    return response


def safe_next(request: HttpRequest) -> str:
    """Return the address `next` when it is a page of ours, else the home page."""
    target = request.GET.get("next", "")
    is_ours = target.startswith("/") and url_has_allowed_host_and_scheme(
        target, allowed_hosts=None, require_https=request.is_secure()
    )
    return target if is_ours else "/"


def _keep(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
