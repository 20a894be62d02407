"""Awards at the desk: decide with the calculation sheet before you, look again, work out the month."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.grants import access, actions, printed, reads
from minsheng.lib.errors import Conflict, MinshengError, WrongInput
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Mistake
from minsheng.portal.languages import language_of
from minsheng.portal.money import STATES, pdf_file


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def grants(request: SignedIn) -> HttpResponse:
    """Show what waits for me and what runs; work out this month of a policy."""
    done: actions.Computed | None = None
    if request.method == "POST":
        done = actions.compute_months(request.POST.get("policy", "")[:60], by=request.user)
    lines = reads.desk(request.user)
    return render(
        request,
        "portal/desk/grants.html",
        {
            "waiting": [one for one in lines if one.waits],
            "running": [(one, STATES[one.grant.state]) for one in lines if not one.waits],
            "policies": [
                one
                for one in reads.paying_policies(request.user)
                if one.office in access.offices_of(request.user)
            ],
            "done": done,
            "may_receive": access.may_receive(request.user),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def grant(request: SignedIn, grant_id: int) -> HttpResponse:
    """Show one award with its sheet; decide, approve or refuse."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            _act(request, grant_id)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-grant", args=[grant_id]))
    view = reads.desk_view(grant_id, account=request.user)
    return render(
        request,
        "portal/desk/grant.html",
        {
            "view": view,
            "sheet": view.sheet,
            "tone": STATES[view.grant.state],
            "months": [(row, said, STATES[row.state]) for row, said in view.instalments],
            "paid": [row for row, _ in view.instalments if row.state == "paid"],
            "typed": request.POST,
            "chosen": [_whole(one) for one in request.POST.getlist("months")[:400]],
            "errors": [Mistake(error.field, error.to(language_of(request)))] if error else [],
        },
        status=error.status if error else 200,
    )


@require_safe
@staff_only
def sheet(request: SignedIn, grant_id: int) -> HttpResponse:
    """Return the decision as a signed PDF for its office; the look is written down."""
    lang = language_of(request)
    content = printed.desk_sheet(grant_id, account=request.user, language=lang)
    return pdf_file(content, f"grant-{grant_id}-{lang}.pdf")


def _act(request: SignedIn, grant_id: int) -> None:
    form, by = request.POST, request.user
    match form.get("act", ""):
        case "decide":
            actions.decide(grant_id, by=by)
        case "approve":
            actions.approve(grant_id, by=by)
        case "refuse":
            actions.refuse(grant_id, form.get("words", "")[:2000], by=by)
        case "answer" | "reopen" as act:
            words = form.get("answer", "")[:2000]
            actions.answer_objection(grant_id, words, reopen=act == "reopen", by=by)
        case "end":
            actions.end(grant_id, form.get("ending", "")[:2000], by=by)
        case "recover":
            months = [_whole(one) for one in form.getlist("months")[:400]]
            actions.open_recovery(
                grant_id, form.get("ground", "")[:40], months, form.get("why", "")[:2000], by=by
            )
        case "confirm":
            actions.confirm(_whole(form.get("recovery", "")), _whole(form.get("parts", "")), by=by)
        case "drop":
            actions.drop(_whole(form.get("recovery", "")), form.get("closing", "")[:2000], by=by)
        case _:
            raise WrongInput("grants.act", "请先选一样再发。", "Choose what to do first.")


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
