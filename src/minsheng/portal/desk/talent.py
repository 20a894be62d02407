"""Talents at the desk: a code says whether one thing is open; numbers are found right or wrong."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from minsheng.apps.scores import actions, reads
from minsheng.lib.errors import Conflict, MinshengError, NotFound, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Choice, Field, Mistake, mistakes
from minsheng.portal.languages import language_of


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def talent(request: SignedIn) -> HttpResponse:
    """Ask for a code and what it is for, answer that and no more; list of whom numbers wait."""
    waiting, openings = reads.talents_waiting(request.user), reads.talent_openings(request.user)
    error: MinshengError | None = None
    found: actions.Checked | None = None
    lang, typed = language_of(request), request.POST
    if request.method == "POST":
        try:
            found = actions.check_talent_code(
                typed.get("code", "")[:40], typed.get("use", ""), by=request.user
            )
        except (WrongInput, NotFound) as wrong:
            error = wrong
    wrong_field = (error.field or "code") if error else ""
    fields = [
        Field(
            id="code", name="code", label=Text("人才码", "Code").to(lang), width="s", maxlength=40,
            value=typed.get("code", "") if error else request.GET.get("code", "")[:40],
            error=error.to(lang) if error and wrong_field == "code" else "",
        ),
        Field(
            id="use", name="use", label=Text("来办什么", "For what").to(lang), control="select",
            options=[Choice(key, title.to(lang)) for key, title in openings.items()],
            value=typed.get("use", "") if error else "",
            error=error.to(lang) if error and wrong_field == "use" else "",
        ),
    ]  # fmt: skip
    return render(
        request,
        "portal/desk/talent.html",
        {
            "found": found,
            "waiting": waiting,
            "fields": fields,
            "errors": mistakes(fields),
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def one(request: SignedIn, person_id: UUID) -> HttpResponse:
    """Show the numbers of a person that wait; find one right, or wrong with why."""
    error: MinshengError | None = None
    number = request.POST.get("number", "")
    pk = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    if request.method == "POST":
        try:
            if request.POST.get("act") == "confirm":
                actions.confirm_number(pk, by=request.user)
            else:
                actions.refuse_number(pk, request.POST.get("why", ""), by=request.user)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-talent"))
    name, numbers = reads.talent_of(person_id, account=request.user)
    return render(
        request,
        "portal/desk/talent_one.html",
        {
            "name": name,
            "numbers": numbers,
            "typed": request.POST.get("why", "") if error else "",
            "typed_for": pk if error else 0,
            "errors": [Mistake(error.field, error.to(language_of(request)))] if error else [],
        },
        status=error.status if error else 200,
    )
