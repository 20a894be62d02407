"""Paid vouchers checked again at the desk: a draw, what waits for me, one with its steps."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from minsheng.apps.vouchers import actions, rechecked
from minsheng.lib.errors import Conflict, MinshengError, NotAllowed, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Mistake
from minsheng.portal.languages import language_of
from minsheng.portal.rechecks import tag_of, take_recheck_step
from minsheng.portal.steps import form_mistakes, step_forms


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def rechecks(request: SignedIn) -> HttpResponse:
    """Show what waits for me and the draws; draw."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            actions.draw_rechecks(request.POST.get("scheme", "")[:60], by=request.user)
        except Conflict as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-rechecks"))
    desks = rechecked.desk(request.user)
    return render(
        request,
        "portal/desk/rechecks.html",
        {
            "desks": [
                (
                    one,
                    [(line, tag_of(line.state)) for line in one.waiting],
                    [(line, tag_of(line.state)) for line in one.others],
                )
                for one in desks
            ],
            "same": Text("重抽一遍结果一样", "Draws the same again"),
            "other": Text("重抽结果不一样", "Draws something else"),
            "waiting": sum(len(one.waiting) for one in desks),
            "errors": [Mistake("", error.to(language_of(request)))] if error else [],
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def recheck(request: SignedIn, voucher_id: int) -> HttpResponse:
    """Show one voucher that is checked again, or take a step of it."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            take_recheck_step(request, voucher_id)
        except (WrongInput, Conflict, NotAllowed) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-recheck", args=[voucher_id]))
    view = rechecked.recheck_of(voucher_id, request.user)
    forms = step_forms(request, view.may, error)
    return render(
        request,
        "portal/desk/recheck.html",
        {
            "view": view,
            "tag": tag_of(view.state),
            "forms": forms,
            "errors": form_mistakes(request, forms, error),
        },
        status=error.status if error else 200,
    )
