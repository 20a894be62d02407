"""A work on paper: sheets to print, scans to hand in, what was read settled by the teacher."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.mastery import actions, paper
from minsheng.apps.mastery import reads as mastery
from minsheng.apps.mastery.reads import ScannedField, ScannedSheet, Scans
from minsheng.engines.items.sheets import SHOWN
from minsheng.lib.errors import Conflict, MinshengError, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Mistake
from minsheng.portal.files import check_size
from minsheng.portal.languages import language_of

LONGEST = 40


@dataclass(frozen=True, slots=True)
class _Option:
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class _Line:
    """One field with its control: options to choose from, or a line to type (no options)."""

    one: ScannedField
    name: str
    value: str
    options: tuple[_Option, ...]


@dataclass(frozen=True, slots=True)
class _Sheet:
    one: ScannedSheet
    open: tuple[_Line, ...]
    read: tuple[_Line, ...]


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def on_paper(request: SignedIn, work_id: int) -> HttpResponse:
    """Show how to print the sheets of a work and hand scans in; or read scans, and lead on to them."""
    view = mastery.paper_view(work_id, account=request.user)
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            contents = []
            for upload in request.FILES.getlist("file")[: actions.MOST_SCANS + 1]:
                check_size(upload.size or 0)
                contents.append(upload.read())
            made = actions.read_scans(work_id, contents, by=request.user)
            return HttpResponseRedirect(reverse("class-work-scans", args=[work_id, made.pk]))
        except (WrongInput, Conflict) as wrong:
            error = wrong
    return render(
        request,
        "portal/school/paper.html",
        {"view": view, "work": view.work, "errors": _errors(request, error)},
        status=error.status if error else 200,
    )


@require_safe
@staff_only
def questions(request: SignedIn, work_id: int) -> HttpResponse:
    """Show the items of a work as they are printed and handed out: no answer, no name."""
    view = mastery.questions_of(work_id, account=request.user)
    return render(request, "portal/school/questions.html", {"work": view.work, "items": view.items})


@require_safe
@staff_only
def answer_sheets(request: SignedIn, work_id: int) -> HttpResponse:
    """Send the answer sheets of a class as one PDF, a page or more for each pupil."""
    content = paper.answer_sheets(work_id, account=request.user)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="minsheng-sheets-{work_id}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def scans(request: SignedIn, work_id: int, import_id: UUID) -> HttpResponse:
    """Show what was read beside the pages; hand in what is settled, or throw the scans away."""
    error: MinshengError | None = None
    form = request.POST
    lang = language_of(request)
    if request.method == "POST":
        try:
            if form.get("act") == "drop":
                actions.drop_scans(work_id, import_id, by=request.user)
                return HttpResponseRedirect(reverse("class-work-paper", args=[work_id]))
            before = mastery.scans_of(work_id, import_id, account=request.user)
            taken = actions.take_scans(
                work_id, import_id, _settled(form, before), by=request.user,
                blanks_left_out=form.get("blanks", ""),
            )  # fmt: skip
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            messages.success(request, _said(taken).to(lang))
            if not taken.left:
                return HttpResponseRedirect(reverse("class-work", args=[work_id]))
    found = mastery.scans_of(work_id, import_id, account=request.user)
    return render(
        request,
        "portal/school/scans.html",
        {
            "scans": found,
            "work": found.work,
            "is_waiting": found.row.state == "waiting",
            "sheets": [_sheet(one, form) for one in found.sheets if not one.is_in],
            "in_before": [one.name for one in found.sheets if one.is_in],
            "blanks": form.get("blanks", ""),
            "errors": _errors(request, error),
        },
        status=error.status if error else 200,
    )


@require_safe
@staff_only
def scanned_page(
    request: SignedIn, work_id: int, import_id: UUID, sheet: int, page: int
) -> HttpResponse:
    """Send the picture of a page that waits to be settled."""
    content = mastery.scanned_picture(work_id, import_id, sheet, page, account=request.user)
    headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="image/jpeg", headers=headers)


def _settled(form: QueryDict, found: Scans) -> dict[tuple[int, str], str]:
    """Return what the teacher saw, by sheet and item; what is left as it was read isn't in it."""
    return {
        (sheet.sheet, one.field.key): said
        for sheet in found.sheets
        for one in sheet.fields
        if (said := form.get(_name(sheet, one), "").strip()[:LONGEST])
    }


def _sheet(one: ScannedSheet, form: Mapping[str, str]) -> _Sheet:
    return _Sheet(
        one,
        tuple(_line(one, field, form) for field in one.open),
        tuple(_line(one, field, form) for field in one.read),
    )


def _line(sheet: ScannedSheet, one: ScannedField, form: Mapping[str, str]) -> _Line:
    name = _name(sheet, one)
    value = form.get(name, "")[:LONGEST]
    options: tuple[_Option, ...] = ()
    if one.field.kind in ("choice", "judge", "written"):
        ending = " 分" if one.field.kind == "written" else ""
        options = tuple(
            _Option(option, SHOWN.get(option, option) + ending, option == value)
            for option in one.field.options
        )
    return _Line(one, name, value, options)


def _name(sheet: ScannedSheet, one: ScannedField) -> str:
    return f"f-{sheet.sheet}-{one.field.label}"


def _said(taken: actions.Taken) -> Text:
    zh = [f"录好了 {taken.now} 人"]
    en = [f"{taken.now} handed in"]
    if taken.before:
        zh.append(f"{taken.before} 人早就交过，没有动")
        en.append(f"{taken.before} were in before and are left alone")
    if taken.left:
        zh.append(f"还有 {taken.left} 人有地方没定")
        en.append(f"{taken.left} still want something settled")
    return Text("，".join(zh) + "。", "; ".join(en) + ".")


def _errors(request: SignedIn, error: MinshengError | None) -> list[Mistake]:
    if error is None:
        return []
    at = "file" if error.field == "file" else ""
    return [Mistake(at, error.to(language_of(request)))]
