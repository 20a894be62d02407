"""A pupil's portrait for who teaches them: settle, pin, answer who disagrees, write a note."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.mastery import access as mastery_access
from minsheng.apps.mastery import actions
from minsheng.lib.errors import Conflict, MinshengError, WrongInput
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Mistake
from minsheng.portal.languages import language_of
from minsheng.portal.school.portraits import portrait_page, subject_of_pupil
from minsheng.portal.school.typed import row_id


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def pupil(request: SignedIn, pupil_id: int) -> HttpResponse:
    """Show a pupil's portrait to a teacher, which is written down; or do what the teacher settles."""
    mastery_access.require_teacher_of(request.user, pupil_id)
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            anchor = _act(request, pupil_id)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(f"{reverse('school-pupil', args=[pupil_id])}#{anchor}")
    actions.note_look(pupil_id, by=request.user)
    lang = language_of(request)
    return render(
        request,
        "portal/school/pupil.html",
        {
            **portrait_page(
                request.user, pupil_id, lang=lang, wanted=request.GET.get("subject", "")
            ),
            "typed": request.POST,
            "errors": [Mistake(_place(request), error.to(lang))] if error else [],
        },
        status=error.status if error else 200,
    )


@require_safe
@staff_only
def sheet(request: SignedIn, pupil_id: int) -> HttpResponse:
    """Show one page for the parents' evening: this pupil and no other."""
    mastery_access.require_teacher_of(request.user, pupil_id)
    actions.note_look(pupil_id, by=request.user)
    page = portrait_page(request.user, pupil_id, lang=language_of(request))
    return render(
        request,
        "portal/school/sheet.html",
        {**page, "base": "portal/base_desk.html", "back": reverse("school-pupil", args=[pupil_id])},
    )


def _act(request: SignedIn, pupil_id: int) -> str:
    form, by = request.POST, request.user
    _, of = subject_of_pupil(by, pupil_id)
    match form.get("act", ""):
        case "rule":
            kind, _, target = form.get("rule", "").partition(":")
            actions.rule_on(
                pupil_id, of.key, kind, target or form.get("target", "")[:60],
                why=form.get("why", "")[:600], by=by,
            )  # fmt: skip
            return "rulings"
        case "undo":
            actions.end_ruling(row_id(form.get("ruling")), by=by)
            return "rulings"
        case "answer":
            said = form.get("outcome", "")
            if said not in {"kept", "mastered", "not_mastered"}:
                raise WrongInput(
                    "mastery.outcome", "请先选改还是不改。", "Choose whether it changes.",
                    field="outcome",
                )  # fmt: skip
            actions.answer_objection(
                row_id(form.get("objection")), form.get("answer", ""), changes=said != "kept",
                is_mastered=said == "mastered", by=by,
            )  # fmt: skip
            return "objections"
        case "note":
            actions.add_note(
                pupil_id, form.get("kind", ""), form.get("domain", ""), form.get("words", ""), by=by
            )
            return "notes"
        case "end-note":
            actions.end_note(row_id(form.get("note")), by=by)
            return "notes"
    raise WrongInput("mastery.act", "请先选一样再发。", "Choose what to do first.")


def _place(request: SignedIn) -> str:
    """Return the id of the field that a mistake of this form leads to."""
    form = request.POST
    match form.get("act", ""):
        case "answer":
            return f"answer-{row_id(form.get('objection'))}"
        case "note":
            return "note-words"
    return ""
