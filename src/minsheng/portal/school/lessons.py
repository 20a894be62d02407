"""One lesson: before it, while it runs, afterwards."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from minsheng.apps.lessons import access, actions, reads
from minsheng.apps.mastery import reads as mastery
from minsheng.engines.items.formula import as_plain
from minsheng.lib.errors import Conflict, MinshengError, NotAllowed, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Mistake
from minsheng.portal.languages import language_of
from minsheng.portal.school import typed

FLAGS = {
    "no_peer_evidence": Text(
        "这个班还没有一起做题的记录，“一起做”的作用说不准。",
        "There are no answers yet that pupils gave together, so the effect of working together is not known.",
    ),
    "shortened": Text("时间不够，有的题做不完。", "Some exercises don't fit into the minutes."),
    "new_skill": Text(
        "有的知识点这个班还没有人答过题，说得最不准。",
        "Some skill was never answered in this class; there it is least sure.",
    ),
}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def lesson(request: SignedIn, lesson_id: int) -> HttpResponse:
    """Show one lesson: what the class lacks, the rehearsal, who looks on, what it has shown."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            return HttpResponseRedirect(_act(request, lesson_id))
        except (WrongInput, Conflict, NotAllowed) as wrong:
            error = wrong
    view = reads.lesson_view(lesson_id, account=request.user)
    row, by = view.lesson, request.user
    more: dict[str, object] = {}
    if view.is_mine:
        lacking = mastery.lacking(
            row.school_class_id, row.plan.subject, view.plan.plan.skills, account=by, on=row.day
        )
        more = {
            "lacking": lacking,
            "rehearsals": reads.rehearsals_of(lesson_id, account=by),
            "outcome": reads.outcome_of(lesson_id, account=by),
            "sheets": reads.sheets_of(lesson_id, account=by),
            "agreed": reads.agreement_of(lesson_id, account=by),
            "colleagues": [
                one
                for one in access.colleagues(by, row)
                if one.pk not in {seen.observer_id for seen in view.observations if seen.state != "declined"}
            ],
            "others": [one for one in view.plan.versions if one.pk != row.plan_id],
            "flags": FLAGS,
        }  # fmt: skip
    listed = [Mistake(error.field, error.to(language_of(request)))] if error else []
    return render(
        request,
        "portal/lessons/lesson.html",
        {"view": view, "lesson": row, "errors": listed, "typed": request.POST, **more},
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def teach(request: SignedIn, lesson_id: int) -> HttpResponse:
    """Show the lesson as it is taught, from one screen; go from step to step, give the ticket, end."""
    row = access.require_teaching(request.user, lesson_id)
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            return HttpResponseRedirect(_teach(request, lesson_id))
        except (WrongInput, Conflict) as wrong:
            error = wrong
    view = reads.lesson_view(lesson_id, account=request.user)
    items = (
        mastery.suggested_ticket(
            row.plan.subject, view.plan.plan.skills, classes=[row.school_class_id]
        )
        if row.ticket_id is None
        else []
    )
    return render(
        request,
        "portal/lessons/teach.html",
        {
            "view": view,
            "lesson": view.lesson,
            "items": [(item, as_plain(item.ask)) for item in items],
            "seconds": mastery.seconds_of(items),
            "is_board": request.GET.get("board") == "yes",
            "errors": [Mistake("", error.to(language_of(request)))] if error else [],
        },
        status=error.status if error else 200,
    )


def _act(request: SignedIn, lesson_id: int) -> str:
    form, by = request.POST, request.user
    here = reverse("lesson", args=[lesson_id])
    match form.get("act", ""):
        case "begin":
            actions.begin_lesson(lesson_id, by=by)
            return reverse("lesson-teach", args=[lesson_id])
        case "off":
            actions.call_off(lesson_id, by=by)
            return reverse("lessons")
        case "invite":
            actions.invite(
                lesson_id, typed.whole(form.get("observer", ""), field="observer"), by=by
            )
        case "rehearse":
            against = form.get("against", "")
            actions.rehearse_lesson(
                lesson_id, by=by, against_id=typed.whole(against, field="against") if against else 0
            )
            return f"{here}#rehearsal"
        case "reflect":
            actions.reflect(lesson_id, form.get("words", ""), by=by)
        case _:
            raise WrongInput("lessons.act", "请先选一样再发。", "Choose what to do first.")
    return here


def _teach(request: SignedIn, lesson_id: int) -> str:
    form, by = request.POST, request.user
    here = reverse("lesson-teach", args=[lesson_id]) + (
        "?board=yes" if request.GET.get("board") == "yes" else ""
    )
    match form.get("act", ""):
        case "begin":
            actions.begin_lesson(lesson_id, by=by)
        case "step":
            actions.go_to_step(lesson_id, form.get("step", ""), by=by)
        case "ticket":
            actions.give_lesson_ticket(lesson_id, form.getlist("items"), by=by)
        case "end":
            actions.end_lesson(lesson_id, by=by)
            return reverse("lesson", args=[lesson_id])
        case _:
            raise WrongInput("lessons.act", "请先选一样再发。", "Choose what to do first.")
    return here
