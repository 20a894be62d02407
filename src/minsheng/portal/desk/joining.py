"""Wishes to join a case that my office leads: agree in the applicant's place, or not."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from minsheng.apps.cases import actions, joining, reads
from minsheng.lib.errors import MinshengError, WrongInput
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.languages import language_of


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def joins(request: SignedIn) -> HttpResponse:
    """Show who asks to join a case that my office leads, and answer one."""
    error: MinshengError | None = None
    if request.method == "POST":
        chosen = request.POST.get("join", "")
        try:
            actions.answer_join(
                int(chosen) if chosen.isdecimal() and len(chosen) < 19 else 0,
                by=request.user,
                agreed=request.POST.get("agreed") == "yes",
                basis=request.POST.get("basis", ""),
            )
        except WrongInput as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-joins"))
    return render(
        request,
        "portal/desk/joins.html",
        {
            "wishes": reads.wishes_to_answer(request.user),
            "bases": list(joining.BASES.items()),
            "errors": [{"id": "", "text": error.to(language_of(request))}] if error else [],
        },
        status=error.status if error else 200,
    )
