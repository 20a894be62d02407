"""My points: what there is and how it was earned, speaking up, the exchange shop, honours."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from minsheng.apps.points import actions, reads
from minsheng.lib.errors import MinshengError, WrongInput
from minsheng.portal.doors import SignedIn, residents_only
from minsheng.portal.fields import Field, mistakes
from minsheng.portal.languages import language_of
from minsheng.portal.words import MARKS


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def points(request: SignedIn) -> HttpResponse:
    """Show every scheme I take part in and those I could join; join one."""
    if request.method == "POST":
        scheme, _, circle = request.POST.get("join", "").partition("/")
        actions.join(scheme, circle, by=request.user)
        return HttpResponseRedirect(reverse("points-scheme", args=[scheme]))
    return render(
        request,
        "portal/resident/points.html",
        {
            "rows": reads.memberships(request.user),
            "open": reads.open_schemes(request.user) if request.user.is_proved else [],
            "proved": request.user.is_proved,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def scheme(request: SignedIn, scheme: str) -> HttpResponse:
    """Show my statement in one scheme; answer an honour, or leave."""
    if request.method == "POST":
        if request.POST.get("act") == "leave":
            actions.leave(scheme, by=request.user)
            return HttpResponseRedirect(reverse("points"))
        actions.answer_honour(
            _number(request.POST.get("honour", "")),
            agrees=request.POST.get("agrees") == "yes",
            by=request.user,
        )
        return HttpResponseRedirect(reverse("points-scheme", args=[scheme]))
    mine = reads.mine(scheme, account=request.user)
    return render(request, "portal/resident/points_scheme.html", {"mine": mine, "marks": MARKS})


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def shop(request: SignedIn, scheme: str) -> HttpResponse:
    """Show what there is to exchange for; order one."""
    if request.method == "POST":
        made = actions.order(scheme, request.POST.get("good", ""), by=request.user)
        return HttpResponseRedirect(reverse("points-order", args=[made.pk]))
    membership, shelves = reads.shop(scheme, account=request.user)
    return render(
        request,
        "portal/resident/points_shop.html",
        {"membership": membership, "shelves": shelves},
    )


@require_safe
@residents_only
def order(request: SignedIn, exchange_id: int) -> HttpResponse:
    """Show one of my orders with its code."""
    ordered = reads.exchange(exchange_id, account=request.user)
    return render(request, "portal/resident/points_order.html", {"ordered": ordered})


@require_POST
@residents_only
def cancel(request: SignedIn, exchange_id: int) -> HttpResponse:
    """Cancel an order of mine: the points are back."""
    row = actions.cancel(exchange_id, by=request.user)
    return HttpResponseRedirect(reverse("points-scheme", args=[row.participant.scheme]))


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def objection(request: SignedIn, proposal_id: int) -> HttpResponse:
    """Speak up against a line that is public."""
    lang = language_of(request)
    error: MinshengError | None = None
    line = reads.proposal_line(proposal_id, account=request.user)
    if request.method == "POST":
        try:
            made = actions.object_to(
                proposal_id, request.POST.get("words", "")[:2000], by=request.user
            )
        except WrongInput as wrong:
            error = wrong
        else:
            scheme = made.proposal.participant.scheme
            return HttpResponseRedirect(reverse("points-scheme", args=[scheme]))
    field = Field(
        id="words",
        name="words",
        label="哪里不对" if lang == "zh" else "What is wrong",
        control="textarea",
        value=request.POST.get("words", ""),
        error=error.to(lang) if error else "",
        maxlength=300,
    )
    return render(
        request,
        "portal/resident/points_objection.html",
        {"line": line, "field": field, "errors": mistakes([field])},
        status=error.status if error else 200,
    )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0
