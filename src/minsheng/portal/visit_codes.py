"""The code of a visit, typed by hand or by a scanner: found, and led to its page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from minsheng.apps.ratings import actions
from minsheng.lib.errors import MinshengError, NotFound
from minsheng.portal.languages import language_of


def take_code(request: HttpRequest, template: str, *, leads_to: str) -> HttpResponse:
    """Return the page that asks for a code or, with one that is known, the way to `leads_to`."""
    error: MinshengError | None = None
    typed = request.POST.get("code", "").strip()[:40]
    if request.method == "POST":
        try:
            actions.find_visit(typed)
        except NotFound as wrong:
            error = wrong
        else:
            plain = "".join(typed.upper().split()).replace("-", "")
            return HttpResponseRedirect(reverse(leads_to, args=[plain]))
    return render(
        request,
        template,
        {
            "typed": typed,
            "errors": [{"id": "code", "text": error.to(language_of(request))}] if error else [],
        },
        status=error.status if error else 200,
    )
