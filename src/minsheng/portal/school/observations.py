"""Observing: the lessons I am asked to, and the sheet of one."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.lessons import actions, reads
from minsheng.lib.errors import Conflict, MinshengError, WrongInput
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Mistake
from minsheng.portal.languages import language_of


@require_safe
@staff_only
def observations(request: SignedIn) -> HttpResponse:
    """Show the lessons that I am asked to observe, and those whose sheet I have handed in."""
    waiting, done = reads.own_sheets(request.user)
    return render(request, "portal/lessons/observations.html", {"waiting": waiting, "done": done})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def observation(request: SignedIn, lesson_id: int) -> HttpResponse:
    """Show the sheet of a lesson to be filled in, or as it was handed in; decline."""
    sheet = reads.sheet_of(lesson_id, account=request.user)
    error: MinshengError | None = None
    scores = {name: str(score) for name, score in sheet.scores.items()}
    evidence, advice = dict(sheet.evidence), sheet.advice
    if request.method == "POST":
        names = [one.name for one in sheet.pattern.questions()]
        scores = {name: request.POST.get(name, "") for name in names}
        evidence = {name: request.POST.get(f"{name}.seen", "") for name in names}
        advice = request.POST.get("advice", "")
        try:
            if request.POST.get("act") == "decline":
                actions.decline(lesson_id, by=request.user)
                return HttpResponseRedirect(reverse("observations"))
            given = {name: int(score) for name, score in scores.items() if score in _digits(sheet)}
            actions.submit_sheet(lesson_id, given, evidence, advice, by=request.user)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("observation", args=[lesson_id]))
    view = reads.lesson_view(lesson_id, account=request.user)
    lang = language_of(request)
    steps = [
        (
            step,
            [
                (one, scores.get(one.name, ""), evidence.get(one.name, ""))
                for one in sheet.pattern.questions()
                if one.step == step.key
            ],
            sheet.steps.get(step.key),
        )
        for step in sheet.pattern.steps.values()
    ]
    return render(
        request,
        "portal/lessons/observation.html",
        {
            "view": view,
            "lesson": view.lesson,
            "sheet": sheet,
            "steps": steps,
            "scale": list(enumerate(sheet.pattern.scale)),
            "advice": advice,
            "agreed": reads.agreement_of(lesson_id, account=request.user),
            "errors": [Mistake(error.field, error.to(lang))] if error else [],
            "wrong": error.field if error else "",
            "begun": view.lesson.state in ("running", "taught"),
        },
        status=error.status if error else 200,
    )


def _digits(sheet: reads.SheetView) -> set[str]:
    return {str(score) for score in sheet.pattern.scores()}
