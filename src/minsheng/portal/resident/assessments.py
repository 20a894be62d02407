"""My assessments and those of whom I act for: asked for, arranged, the result and why, an objection."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.assessments import access, actions, reads
from minsheng.lib.errors import Conflict, MinshengError, WrongInput
from minsheng.portal.assessing import TONES, kind
from minsheng.portal.doors import SignedIn, residents_only
from minsheng.portal.fields import Mistake
from minsheng.portal.languages import language_of

if TYPE_CHECKING:
    from minsheng.apps.assessments.models import Assessment


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def assessments(request: SignedIn) -> HttpResponse:
    """Show my assessments and theirs for whom I act, or ask for one."""
    error: WrongInput | None = None
    key = kind().spec.key
    if request.method == "POST":
        try:
            made = _asked(request, key)
        except WrongInput as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("assessment", args=[made.pk]))
    return render(
        request,
        "portal/assessments/mine.html",
        {
            "spec": kind().spec,
            "lines": [(one, TONES[one.state]) for one in reads.own_lines(request.user, key)],
            "whom": [one for one in reads.whom(request.user, key) if not one.is_open],
            "proved": request.user.is_proved,
            "typed": request.POST,
            "errors": [Mistake("words", error.to(language_of(request)))] if error else [],
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def assessment(request: SignedIn, assessment_id: int) -> HttpResponse:
    """Show one assessment: when and who comes, the result and why; call it off or object."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            after = _act(request, assessment_id)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("assessment", args=[after]))
    view = reads.family_view(assessment_id, account=request.user)
    return render(
        request,
        "portal/assessments/mine_one.html",
        {
            "view": view,
            "line": view.line,
            "tone": TONES[view.line.state],
            "out": view.outcome,
            "spec": kind().spec,
            "typed": request.POST,
            "errors": [Mistake(error.field, error.to(language_of(request)))] if error else [],
        },
        status=error.status if error else 200,
    )


@require_safe
@residents_only
def sheet(request: SignedIn, assessment_id: int) -> HttpResponse:
    """Show the signed sheet in the order of the standard, to print."""
    view = reads.family_view(assessment_id, account=request.user)
    if view.outcome is None:
        raise access.none_such()
    context = {"out": view.outcome, "line": view.line, "who": view.line.who, "spec": kind().spec}
    return render(request, "portal/assessments/mine_sheet.html", context)


def _asked(request: SignedIn, key: str) -> Assessment:
    whom, person_id = request.POST.get("whom", ""), None
    if whom:
        try:
            person_id = UUID(whom)
        except ValueError as cause:
            raise access.none_such() from cause
    words = request.POST.get("words", "")
    return actions.ask(key, by=request.user, person_id=person_id, words=words)


def _act(request: SignedIn, assessment_id: int) -> int:
    match request.POST.get("act", ""):
        case "cancel":
            reads.family_view(assessment_id, account=request.user)
            return actions.cancel(assessment_id, by=request.user).pk
        case "object":
            words = request.POST.get("words", "")
            return actions.object_to(assessment_id, words, by=request.user).pk
        case _:
            raise WrongInput("assessments.act", "请先选一样再发。", "Choose what to do first.")
