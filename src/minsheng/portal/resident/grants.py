"""What I get: apply with one click, see what comes when and how it was worked out."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.grants import actions, printed, reads
from minsheng.apps.payouts import actions as payouts
from minsheng.apps.policies import reads as policies
from minsheng.apps.policies import shelf
from minsheng.engines.policies.decide import Account as Told
from minsheng.lib.errors import Conflict, MinshengError, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, residents_only
from minsheng.portal.fields import Field, Mistake, mistakes
from minsheng.portal.languages import language_of
from minsheng.portal.money import STATES, pdf_file

ACCOUNT = Text("收钱的银行卡号", "Bank account for the money")
HELP = Text("16 到 19 位，本人的卡", "16 to 19 digits, in your own name")


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def grants(request: SignedIn) -> HttpResponse:
    """Show what I get and what comes; take another bank account."""
    error: WrongInput | None = None
    if request.method == "POST":
        try:
            payouts.name_account(request.user, request.POST.get("account", "")[:60])
        except WrongInput as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("grants"))
    lines = reads.own_grants(request.user)
    field = _account(request, error)
    return render(
        request,
        "portal/resident/grants.html",
        {
            "lines": [(one, STATES[one.grant.state]) for one in lines],
            "paid_fen": sum(one.paid_fen for one in lines),
            "purse": reads.own_purse(request.user),
            "proved": request.user.is_proved,
            "field": field,
            "errors": mistakes([field]),
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def grant(request: SignedIn, grant_id: int) -> HttpResponse:
    """Show one award: how it was decided, each month, what is asked back; keep what I say to that, or end it."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            _act(request, grant_id)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("grant", args=[grant_id]))
    view = reads.own_view(grant_id, account=request.user)
    return render(
        request,
        "portal/resident/grant.html",
        {
            "view": view,
            "sheet": view.sheet,
            "months": [(row, said, STATES[row.state]) for row, said in view.instalments],
            "typed": request.POST,
            "errors": [Mistake(error.field, error.to(language_of(request)))] if error else [],
        },
        status=error.status if error else 200,
    )


@require_safe
@residents_only
def sheet(request: SignedIn, grant_id: int) -> HttpResponse:
    """Return the decision on one's own claim as a signed PDF, in the language of the page."""
    lang = language_of(request)
    content = printed.own_sheet(grant_id, account=request.user, language=lang)
    return pdf_file(content, f"grant-{grant_id}-{lang}.pdf")


@require_safe
@residents_only
def month(request: SignedIn, instalment_id: int) -> HttpResponse:
    """Show how one month was worked out."""
    row, sheet = reads.own_instalment(instalment_id, account=request.user)
    return render(request, "portal/resident/grant_month.html", {"row": row, "sheet": sheet})


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def claim(request: SignedIn, slug: str) -> HttpResponse:
    """Show what applying means, or apply."""
    error: MinshengError | None = None
    found = shelf.policy(slug)
    if request.method == "POST":
        try:
            made = actions.claim(
                slug, by=request.user, account_number=request.POST.get("account", "")[:60]
            )
        except WrongInput as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("grant", args=[made.pk]))
    told = policies.told(request.user, slug, on=timezone.localdate())
    field = _account(request, error)
    return render(
        request,
        "portal/resident/grant_claim.html",
        {
            "policy": found,
            "told": told.told if told else None,
            "purse": reads.own_purse(request.user),
            "field": field,
            "errors": mistakes([field]),
        },
        status=error.status if error else 200,
    )


def _act(request: SignedIn, grant_id: int) -> None:
    if request.POST.get("act") == "give_up":
        actions.give_up(grant_id, by=request.user)
        return
    if request.POST.get("act") == "object":
        actions.object_to(grant_id, request.POST.get("objection", "")[:2000], by=request.user)
        return
    text = request.POST.get("recovery", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    actions.speak(number, request.POST.get("words", "")[:2000], by=request.user)


def claiming(request: SignedIn, told: Told | None) -> dict[str, object]:
    """Return what the page of a policy needs to apply from it, or the award that is there."""
    person = request.user.person
    if told is None or person is None or told.decision.value is not True:
        return {}
    return {
        "grant": reads.open_grant(person, told.decision.slug),
        "may_claim": bool(told.decision.amount_fen)
        or shelf.policy(told.decision.slug).gives in ("recognition", "service"),
        "pays": shelf.policy(told.decision.slug).pays,
        "purse": reads.own_purse(request.user),
        "account_field": _account(request, None),
    }


def _account(request: SignedIn, error: MinshengError | None) -> Field:
    lang = language_of(request)
    return Field(
        id="account",
        name="account",
        label=ACCOUNT.to(lang),
        help=HELP.to(lang),
        inputmode="numeric",
        value=request.POST.get("account", "")[:60] if error else "",
        error=error.to(lang) if error else "",
    )
