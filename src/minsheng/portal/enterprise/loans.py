"""A firm applies for a loan and sees where it stands, with the terms in plain words."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from minsheng.apps.loans import actions, reads
from minsheng.apps.people import reads as people
from minsheng.lib.errors import Conflict, MinshengError, NotAllowed, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, residents_only
from minsheng.portal.fields import Choice, Field, Mistake, mistakes
from minsheng.portal.languages import language_of
from minsheng.portal.loans import loan_page, tag_of
from minsheng.portal.steps import typed_fen, typed_number


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def loans(request: SignedIn) -> HttpResponse:
    """Show the loans of my firms and the form to apply; take an application."""
    terms = next(iter(reads.schemes()), None)
    error: MinshengError | None = None
    if request.method == "POST" and terms is not None:
        try:
            made = actions.apply_for_loan(_wanted(request, terms.scheme), by=request.user)
        except (WrongInput, Conflict, NotAllowed) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("firm-loan", args=[made.pk]))
    fields = _fields(request, terms, error) if terms else []
    own = [] if error is None or error.field else [Mistake("", error.to(language_of(request)))]
    return render(
        request,
        "portal/loans/firm.html",
        {
            "terms": terms,
            "firms": people.organisations_of(request.user),
            "lines": [(one, tag_of(one.state)) for one in reads.own_loans(request.user)],
            "fields": fields,
            "errors": [*own, *mistakes(fields)],
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def loan(request: SignedIn, loan_id: int) -> HttpResponse:
    """Show one loan of my firm, or withdraw it."""
    return loan_page(request, loan_id, base="portal/base.html", address="firm-loan")


def _wanted(request: SignedIn, scheme: str) -> actions.Wanted:
    form = request.POST
    return actions.Wanted(
        scheme=scheme,
        rung=form.get("rung", "")[:60],
        bank=form.get("bank", "")[:60],
        amount_fen=typed_fen(request, "amount"),
        months=typed_number(form.get("months", "")[:4]),
        purpose=form.get("purpose", ""),
        organisation=form.get("organisation", "")[:18],
    )


def _fields(request: SignedIn, terms: reads.LoanTerms, error: MinshengError | None) -> list[Field]:
    lang = language_of(request)
    wrong = {error.field: error.to(lang)} if error is not None else {}
    most = terms.term.most_months
    fields = [
        Field(id="rung", name="rung", label=Text("企业是哪一级", "Which rung is your firm").to(lang), control="radio", options=[Choice(key, one.title.to(lang), Text(f"最多 {one.most_yuan:,} 元", f"at most {one.most_yuan:,} yuan").to(lang)) for key, one in terms.rungs.items()]),
        Field(id="bank", name="bank", label=Text("向哪家银行申请", "Which bank").to(lang), control="radio", options=[Choice(key, reads.bank_title(key).to(lang)) for key in terms.posts.banks]),
        Field(id="amount", name="amount", label=Text("要多少", "How much").to(lang), help=Text("单位是元", "In yuan").to(lang), inputmode="decimal", width="s"),
        Field(id="months", name="months", label=Text("几个月", "Months").to(lang), help=Text(f"最多 {most} 个月", f"At most {most}").to(lang), inputmode="numeric", width="s"),
        Field(id="purpose", name="purpose", label=Text("钱用在哪里", "What is it for").to(lang), control="textarea", width="l", maxlength=400),
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
