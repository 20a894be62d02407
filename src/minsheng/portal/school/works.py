"""One work: of the teacher who enters it, of the head who recommends it, of the judge who doesn't know whose."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.contests import actions, reads
from minsheng.apps.contests.words import CONFLICTS
from minsheng.lib.errors import Conflict, MinshengError, NotAllowed, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Choice, Field
from minsheng.portal.files import check_size, sent
from minsheng.portal.languages import language_of
from minsheng.portal.school import typed
from minsheng.portal.school.contests import entered, shown, work_fields


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def work(request: SignedIn, work_id: int) -> HttpResponse:
    """Show a work of mine, or one at a school that I lead; hand in, recommend."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            _act(request, work_id)
        except (WrongInput, Conflict, NotAllowed) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("school-work", args=[work_id]))
    view = reads.own_work(work_id, account=request.user)
    is_change = request.POST.get("act") == "change"
    values = {
        "kind": view.kind, "subject": view.subject, "grade": view.grade, "knot": view.knot,
        "title": view.title, "video": view.video,
    }  # fmt: skip
    fields = (
        work_fields(request, view.round.contest, request.POST if error and is_change else values, error if is_change else None)
        if "change" in view.may
        else []
    )  # fmt: skip
    return render(
        request,
        "portal/school/contest_work.html",
        {
            "view": view,
            "fields": fields,
            "is_change": is_change,
            "asks_despite": error is not None and error.field == "despite",
            "lacking": [one for one in view.materials if one.is_needed and not one.file and not (one.kind == "link" and view.video)],
            "errors": shown(request, error),
        },
        status=error.status if error else 200,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def sheet(request: SignedIn, sheet_id: int) -> HttpResponse:
    """Show a work to its judge, by number; keep grades, or that the judge steps back."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            if request.POST.get("act") == "conflict":
                actions.declare_conflict(sheet_id, request.POST.get("why", ""), by=request.user)
            else:
                grades = {
                    name.removeprefix("grade-"): typed.whole(str(value), field=name)
                    for name, value in request.POST.items()
                    if name.startswith("grade-")
                }
                actions.score_work(
                    sheet_id, grades, request.POST.get("comment", ""), by=request.user
                )
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("school-contests"))
    view = reads.judged_sheet(sheet_id, account=request.user)
    lang = language_of(request)
    wrong_at = {error.field: error.to(lang)} if error is not None else {}
    fields = [
        Field(
            id=f"grade-{key}", name=f"grade-{key}",
            label=f"{title.to(lang)}（{weight}%）" if lang != "en" else f"{title.to(lang)} ({weight}%)",
            help=Text(f"{view.lowest} 到 {view.highest}，整数", f"{view.lowest} to {view.highest}, whole").to(lang),
            inputmode="numeric", width="s", value="" if grade is None else str(grade),
        )
        for key, title, weight, grade in view.criteria
    ]  # fmt: skip
    fields.append(
        Field(
            id="comment", name="comment", control="textarea", width="l", maxlength=600, value=view.comment,
            label=Text("评语", "Comment").to(lang),
            why=Text("老师会看到评语，看不到是谁写的。别署名", "The teacher reads it and never learns who wrote it. Don't sign").to(lang),
        )
    )  # fmt: skip
    if error is not None:
        fields = [replace(one, value=str(request.POST.get(one.name, one.value)), error=wrong_at.get(one.name, "")) for one in fields]  # fmt: skip
    return render(
        request,
        "portal/school/contest_sheet.html",
        {
            "view": view,
            "fields": fields,
            "whys": [Choice(key, said.to(lang)) for key, said in CONFLICTS.items()],
            "is_conflict": request.POST.get("act") == "conflict",
            "errors": shown(request, error),
        },
        status=error.status if error else 200,
    )


@require_safe
@staff_only
def material(request: SignedIn, material_id: int) -> HttpResponse:
    """Return a paper of a work, under a name that tells nobody whose it is."""
    return sent(reads.material_of(material_id, account=request.user))


def _act(request: SignedIn, work_id: int) -> None:
    form, by = request.POST, request.user
    match form.get("act", ""):
        case "change":
            actions.change_work(work_id, entered(request), by=by)
        case "material":
            given = request.FILES.get("file")
            if given is None:
                raise WrongInput("contests.file", "请先选一个文件。", "Choose a file first.", field=f"file-{form.get('key', '')}")  # fmt: skip
            try:
                check_size(given.size or 0)
                actions.add_material(
                    work_id, form.get("key", ""), given.read(), given.name or "",
                    by=by, declared=given.content_type or "",
                )  # fmt: skip
            except WrongInput as wrong:
                wrong.field = (
                    f"file-{form.get('key', '')}" if wrong.field == "file" else wrong.field
                )
                raise
        case "send":
            actions.send_work(work_id, despite=form.get("despite") == "yes", by=by)
        case "take_back":
            actions.take_back(work_id, by=by)
        case "recommend" | "unrecommend" as word:
            actions.recommend(work_id, word == "recommend", by=by)
        case _:
            raise WrongInput("contests.act", "请先选一样再发。", "Choose what to do first.")
