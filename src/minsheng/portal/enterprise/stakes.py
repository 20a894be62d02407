"""A firm applies with a project, and sees the money, the terms and what its cap table becomes."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from minsheng.apps.people import reads as people
from minsheng.apps.stakes import actions, reads
from minsheng.lib.errors import Conflict, MinshengError, NotAllowed, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, residents_only
from minsheng.portal.fields import Choice, Field, Mistake, mistakes
from minsheng.portal.languages import language_of
from minsheng.portal.stakes import stake_page, tag_of
from minsheng.portal.steps import typed_fen


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def stakes(request: SignedIn) -> HttpResponse:
    """Show the projects of my firms and the form to apply; take an application."""
    terms = next(iter(reads.schemes()), None)
    error: MinshengError | None = None
    if request.method == "POST" and terms is not None:
        form = request.POST
        try:
            wanted = actions.Wanted(
                scheme=terms.scheme,
                title=form.get("title", ""),
                purpose=form.get("purpose", ""),
                amount_fen=typed_fen(request, "amount"),
                organisation=form.get("organisation", "")[:18],
            )
            made = actions.apply_for_grant(wanted, by=request.user)
        except (WrongInput, Conflict, NotAllowed) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("firm-stake", args=[made.pk]))
    fields = _fields(request, error)
    own = [] if error is None or error.field else [Mistake("", error.to(language_of(request)))]
    return render(
        request,
        "portal/stakes/firm.html",
        {
            "terms": terms,
            "firms": people.organisations_of(request.user),
            "lines": [(one, tag_of(one.state)) for one in reads.own_stakes(request.user)],
            "fields": fields,
            "errors": [*own, *mistakes(fields)],
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def stake(request: SignedIn, stake_id: int) -> HttpResponse:
    """Show one project of my firm, or withdraw it."""
    return stake_page(request, stake_id, base="portal/base.html", address="firm-stake")


def _fields(request: SignedIn, error: MinshengError | None) -> list[Field]:
    lang = language_of(request)
    wrong = {error.field: error.to(lang)} if error is not None else {}
    fields = [
        Field(id="title", name="title", label=Text("项目叫什么", "The project's name").to(lang), maxlength=120),
        Field(id="purpose", name="purpose", label=Text("要做什么，钱用在哪里", "What is to be done, and what the money is for").to(lang), control="textarea", width="l", maxlength=400),
        Field(id="amount", name="amount", label=Text("要多少", "How much").to(lang), help=Text("单位是元", "In yuan").to(lang), inputmode="decimal", width="s"),
    ]  # fmt: skip
    firms = people.organisations_of(request.user)
    if len(firms) > 1:
        options = [Choice(one.credit_code, one.name) for one in firms]
        label = Text("为哪家企业", "For which firm").to(lang)
        fields.insert(0, Field(id="organisation", name="organisation", label=label, control="radio", options=options))  # fmt: skip
    return [
        replace(one, value=request.POST.get(one.name, ""), error=wrong.get(one.name, ""))
        for one in fields
    ]
