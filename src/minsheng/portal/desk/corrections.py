"""Requests for correction that wait for my office."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from minsheng.apps.cases import actions, reads
from minsheng.lib.errors import MinshengError, WrongInput
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.languages import language_of
from minsheng.portal.sources import kept_name


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def corrections(request: SignedIn) -> HttpResponse:
    """Show what waits for an answer of my office, and answer one."""
    error: MinshengError | None = None
    if request.method == "POST":
        number = request.POST.get("request", "")
        try:
            actions.answer_correction(
                int(number) if number.isdecimal() and len(number) < 19 else 0,
                by=request.user,
                is_done=request.POST.get("done") == "yes",
                answer=request.POST.get("answer", ""),
            )
        except WrongInput as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-corrections"))
    return render(
        request,
        "portal/desk/corrections.html",
        {
            "lines": [
                {"line": line, "what": kept_name(line.what)}
                for line in reads.corrections_for(request.user)
            ],
            "errors": [{"id": "", "text": error.to(language_of(request))}] if error else [],
        },
        status=error.status if error else 200,
    )
