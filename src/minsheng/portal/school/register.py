"""Registers: handed in, looked at, written by one or by two; handed out."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.schools import access, actions, previews, reads, sheets
from minsheng.lib.errors import Conflict, MinshengError, WrongInput
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.files import check_size
from minsheng.portal.languages import language_of

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_PROBLEMS = 100
"""On the page; the list to download holds all."""


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def register(request: SignedIn) -> HttpResponse:
    """Show what waits and how to hand a register in; or take one, and lead on to what it would do."""
    error: MinshengError | None = None
    kept = access.schools_kept(request.user)
    if kept is not None and not kept:
        raise actions.not_a_keeper()
    if request.method == "POST":
        try:
            upload = request.FILES.get("file")
            check_size(upload.size or 0 if upload else 0)
            made = actions.hand_in(upload.read() if upload else b"", by=request.user)
            return HttpResponseRedirect(reverse("school-import", args=[made.pk]))
        except WrongInput as wrong:
            error = wrong
    return render(
        request,
        "portal/school/register.html",
        {
            "waiting": reads.imports_waiting(request.user),
            "schools": reads.schools_kept_by(request.user),
            "errors": _errors(request, error),
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def one_import(request: SignedIn, import_id: UUID) -> HttpResponse:
    """Show what a register would do; then write it or throw it away."""
    error: MinshengError | None = None
    posted = request.POST
    if request.method == "POST":
        try:
            if posted.get("act") == "drop":
                actions.drop_import(import_id, by=request.user)
                return HttpResponseRedirect(reverse("school-register"))
            actions.write_import(
                import_id,
                seen=posted.get("seen", ""),
                by=request.user,
                reason=posted.get("reason", ""),
            )
            return HttpResponseRedirect(reverse("school-import", args=[import_id]))
        except (WrongInput, Conflict) as wrong:
            error = wrong
    shown = actions.preview(import_id, account=request.user)
    return render(
        request,
        "portal/school/import.html",
        {
            "shown": shown,
            "row": shown.row,
            "is_mine": shown.row.by_id == request.user.pk,
            "may_write": access.may_keep(request.user, shown.row.schools),
            "problems": shown.problems[:MOST_PROBLEMS],
            "more_problems": max(0, len(shown.problems) - MOST_PROBLEMS),
            "counts": [] if shown.problems else previews.counts(shown.found),
            "lines": [] if shown.problems else previews.lines(shown.found),
            "many": 0 if shown.problems else previews.how_many(shown.found),
            "stops": [previews.TITLES[table] for table in shown.stops],
            "written": previews.written(shown.row.counts),
            "reasons": list(actions.REASONS.items()),
            "reason": posted.get("reason", ""),
            "errors": _errors(request, error),
        },
        status=error.status if error else 200,
    )


@require_safe
@staff_only
def import_problems(request: SignedIn, import_id: UUID) -> HttpResponse:
    """Send the list of what is wrong with a register as a workbook."""
    shown = actions.preview(import_id, account=request.user)
    return _download(sheets.problem_list(shown.problems), EXCEL, "register-problems.xlsx")


@require_safe
@staff_only
def export(request: SignedIn, school_id: int) -> HttpResponse:
    """Send the register of one school, as a workbook or as OneRoster's zip."""
    school = access.require_school(request.user, school_id)
    is_zip = request.GET.get("form") == "oneroster"
    form = "oneroster" if is_zip else "excel"
    content = actions.hand_out(school.sourced_id, form=form, by=request.user)
    kind, ending = ("application/zip", "zip") if is_zip else (EXCEL, "xlsx")
    return _download(content, kind, f"register-{school.pk}.{ending}")


def _download(content: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="minsheng-{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _errors(request: SignedIn, error: MinshengError | None) -> list[dict[str, str]]:
    if error is None:
        return []
    at = error.field if error.field in ("file", "reason") else ""
    return [{"id": at, "text": error.to(language_of(request))}]
