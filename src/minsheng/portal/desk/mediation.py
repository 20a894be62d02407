"""The mediator's desk: who asks for a talk, when it is, and what came of it."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.councils import actions, reads
from minsheng.lib.errors import Conflict, MinshengError, WrongInput
from minsheng.portal.councils import errors, moment_typed
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.languages import language_of


@require_safe
@staff_only
def talks(request: SignedIn) -> HttpResponse:
    """Show who waits for a talk."""
    found = reads.talks_of(request.user)
    context = {"rows": found, "new": sum(one.at is None for one in found)}
    return render(request, "portal/desk/mediation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def talk(request: SignedIn, number: str) -> HttpResponse:
    """Show what a talk is about; make the appointment, or say what came of it."""
    error: MinshengError | None = None
    form, by = request.POST, request.user
    if request.method == "POST":
        try:
            if form.get("act") == "appoint":
                at = moment_typed(form.get("at", ""), form.get("at_time", ""), "at")
                actions.make_appointment(number, at, form.get("place", ""), by=by)
            else:
                outcome, words = form.get("outcome", ""), form.get("words", "")
                actions.record_outcome(number, outcome, words, by=by)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-talk", args=[number]))
    return render(
        request,
        "portal/desk/talk.html",
        {
            "view": reads.talk(number, account=by),
            "outcomes": list(reads.TALK_OUTCOMES.items()),
            "posted": form,
            "errors": errors(error, language_of(request)),
        },
        status=error.status if error else 200,
    )
