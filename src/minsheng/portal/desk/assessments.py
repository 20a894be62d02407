"""Assessments at the desk: arranged, filled in item by item, compared, settled, signed; how far two agree."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.assessments import access, actions, reads
from minsheng.apps.assessments.reads import Compared, Difference
from minsheng.engines.grading.spec import Grading
from minsheng.lib.errors import Conflict, MinshengError, NotFound, WrongInput
from minsheng.portal.assessing import (
    TONES,
    Part,
    done,
    kind,
    level_said,
    parts,
    question,
    sent,
    shown,
    typed,
)
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Mistake, mistakes
from minsheng.portal.languages import Language, language_of

LONGEST = 500


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def assessments(request: SignedIn) -> HttpResponse:
    """Show what I arrange or assess; write an assessment down for an elder who came or called."""
    loaded = kind()
    error: MinshengError | None = None
    if request.method == "POST":
        number, words = request.POST.get("number", ""), request.POST.get("words", "")
        try:
            made = actions.ask_for(loaded.spec.key, number, by=request.user, words=words)
        except (WrongInput, NotFound) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-assessment", args=[made.pk]))
    lines = reads.works_of(request.user, loaded.spec.key)
    told = [Mistake(error.field or "number", error.to(language_of(request)))] if error else []
    return render(
        request,
        "portal/assessments/desk.html",
        {
            "spec": loaded.spec,
            "open": [(one, TONES[one.state]) for one in lines if one.state != "signed"],
            "done": [(one, TONES[one.state]) for one in lines if one.state == "signed"],
            "arranges": access.arranges(request.user, loaded.spec.key),
            "typed": request.POST,
            "errors": told,
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def assessment(request: SignedIn, assessment_id: int) -> HttpResponse:
    """Show one assessment to who arranges or assesses it, or do the next step."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            _act(request, assessment_id)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-assessment", args=[assessment_id]))
    account, lang, grading = request.user, language_of(request), kind().grading
    work = reads.desk_view(assessment_id, account=account)
    is_assessor = account.pk in {one for one, *_ in work.assessors}
    both = reads.compared(assessment_id, account=account) if is_assessor else None
    context = {
        "work": work,
        "line": work.line,
        "tone": TONES[work.line.state],
        "out": work.outcome,
        "spec": kind().spec,
        "parts": _parts(request, assessment_id) if "fill" in work.may else [],
        "both": both,
        "differences": _differences(grading, both, lang, request.POST) if both else [],
        "level": level_said(grading, both.out.level) if both and both.out else None,
        "by_points": _by_points(grading, both),
        "named": access.assessors(kind().spec.key) if "appoint" in work.may else [],
        "chosen": request.POST.getlist("assessors") or [str(pk) for pk, *_ in work.assessors],
        "typed": request.POST if error else {},
        "today": timezone.localdate(),
        "errors": [_mistake(error, grading, lang, compared=both is not None)] if error else [],
    }
    status = error.status if error else 200
    return render(request, "portal/assessments/desk_one.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def part(request: SignedIn, assessment_id: int, key: str) -> HttpResponse:
    """Show one part of my sheet, keep single answers as they are given, or keep all and go on."""
    grading = kind().grading
    all_ = parts(grading)
    found = next((one for one in all_ if one.key == key), None)
    if found is None:
        raise access.none_such()
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            answers = sent(grading, found, request.POST.dict())
            actions.save_answers(assessment_id, answers, by=request.user)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        if _is_kept(request):
            return _kept(request, error)
        if error is None:
            return HttpResponseRedirect(_next(assessment_id, all_, found))
    known, _ = reads.own_answers(assessment_id, account=request.user)
    work = reads.desk_view(assessment_id, account=request.user)
    if "fill" not in work.may:
        return HttpResponseRedirect(reverse("desk-assessment", args=[assessment_id]))
    lang = language_of(request)
    form = request.POST if error else {}
    fields = [
        (
            question(
                grading, one, value=form.get(one, shown(known.of(one))), lang=lang,
                error=error.to(lang) if error and error.field == one else "",
            ),
            form.get(f"note-{one}", known.notes.get(one, "")),
        )
        for one in found.asks
    ]  # fmt: skip
    own = [Mistake("", error.to(lang))] if error and not mistakes(f for f, _ in fields) else []
    return render(
        request,
        "portal/assessments/part.html",
        {
            "work": work,
            "line": work.line,
            "part": found,
            "number": all_.index(found) + 1,
            "of": len(all_),
            "before": all_[all_.index(found) - 1] if all_.index(found) else None,
            "fields": fields,
            "errors": [*own, *mistakes(f for f, _ in fields)],
        },
        status=error.status if error else 200,
    )


@require_safe
@staff_only
def sheet(request: SignedIn, assessment_id: int) -> HttpResponse:
    """Show the signed sheet in the order of the standard, to print."""
    work = reads.desk_view(assessment_id, account=request.user)
    if work.outcome is None:
        raise access.none_such()
    context = {"out": work.outcome, "line": work.line, "who": work.name, "spec": kind().spec}
    return render(request, "portal/assessments/desk_sheet.html", context)


@require_safe
@staff_only
def quality(request: SignedIn) -> HttpResponse:
    """Show how far two assessors agree, item by item, before they talk."""
    loaded = kind()
    rows = reads.agreement(request.user, loaded.spec.key)
    counted = [one for one in rows if one.found is not None and one.found.value is not None]
    counted.sort(
        key=lambda one: one.found.value if one.found and one.found.value is not None else 1
    )
    return render(
        request,
        "portal/assessments/quality.html",
        {
            "spec": loaded.spec,
            "rows": rows,
            "most": max((one.cases for one in rows), default=0),
            "lowest": counted[0] if counted else None,
        },
    )


def _act(request: SignedIn, assessment_id: int) -> None:
    form, by = request.POST, request.user
    match form.get("act", ""):
        case "appoint":
            actions.appoint(assessment_id, _appointment(request), by=by)
        case "cancel":
            actions.cancel(assessment_id, by=by)
        case "aside":
            actions.step_aside(assessment_id, by=by)
        case "hand_in":
            actions.hand_in(assessment_id, by=by)
        case "settle":
            actions.settle(assessment_id, _word(form), by=by)
        case "informant":
            said = form.get("informant", "")
            actions.settle(assessment_id, None, by=by, informant=said)
        case "sign":
            text = form.get("revision", "")
            revision = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1
            actions.sign(assessment_id, revision, by=by)
        case _:
            raise WrongInput("assessments.act", "请先选一样再发。", "Choose what to do first.")


def _word(form: Mapping[str, str]) -> actions.Word:
    key, grading = form.get("key", "")[:60], kind().grading
    known = {item.key for item in grading.items()} | set(grading.schema.fields)
    if key not in known:
        raise WrongInput("assessments.act", "请先选一样再发。", "Choose what to do first.")
    return actions.Word(key, typed(grading, key, form.get(key, "")[:20]), form.get("why", ""))


def _appointment(request: SignedIn) -> actions.Appointment:
    form = request.POST
    try:
        day = date.fromisoformat(form.get("day", "").strip())
    except ValueError as cause:
        raise WrongInput(
            "assessments.day",
            "日期写成 2026-12-03 这样。别的都还在。",
            "Write the day like 2026-12-03. The rest is kept.",
            field="day",
        ) from cause
    try:
        starts = time.fromisoformat(form.get("starts", "").strip()).replace(tzinfo=None)
    except ValueError as cause:
        raise WrongInput(
            "assessments.starts",
            "时间写成 09:30 这样。别的都还在。",
            "Write the time like 09:30. The rest is kept.",
            field="starts",
        ) from cause
    named = [int(one) for one in form.getlist("assessors") if one.isascii() and one.isdigit()]
    return actions.Appointment(
        day=day, starts=starts, place=form.get("place", ""), assessors=named[:9]
    )


def _parts(request: SignedIn, assessment_id: int) -> list[tuple[Part, int]]:
    known, _ = reads.own_answers(assessment_id, account=request.user)
    return [(one, done(one, known)) for one in parts(kind().grading)]


def _differences(
    grading: Grading, both: Compared, lang: Language, form: Mapping[str, str]
) -> list[dict[str, object]]:
    return [
        {
            "one": one,
            "first": _said(grading, one.key, one.first, lang),
            "second": _said(grading, one.key, one.second, lang),
            "settled": _said(grading, one.key, one.settled, lang)
            if one.settled is not None
            else "",
            "field": question(
                grading, one.key, value=_value(one, form), error="", lang=lang, prefix="d"
            ),
            "why": form.get("why", "") if form.get("key") == one.key else one.why,
        }
        for one in both.differences
    ]


def _value(one: Difference, form: Mapping[str, str]) -> object:
    return form.get(one.key) or shown(one.settled) if form.get("key") == one.key else one.settled


def _said(grading: Grading, key: str, value: object, lang: Language) -> str:
    """Return an answer in the words of its choice."""
    field = question(grading, key, value=value, error="", lang=lang)
    found = next((one for one in field.options if one.value == shown(value)), None)
    if found is None:
        return reads.said(value).to(lang)
    return f"{found.note} {found.label}".strip()


def _by_points(grading: Grading, both: Compared | None) -> object:
    if both is None or both.out is None or both.out.by_points is None:
        return None
    return level_said(grading, both.out.by_points)


def _mistake(error: MinshengError, grading: Grading, lang: Language, *, compared: bool) -> Mistake:
    """Return a mistake at its item where both sheets stand side by side, else at the groups."""
    known = {item.key for item in grading.items()} | set(grading.schema.fields)
    there = f"diff-{error.field}" if compared else "fill"
    at = there if error.field in known else error.field
    return Mistake(at, error.to(lang))


def _next(assessment_id: int, all_: tuple[Part, ...], found: Part) -> str:
    at = all_.index(found) + 1
    if at == len(all_):
        return reverse("desk-assessment", args=[assessment_id])
    return reverse("desk-assessment-part", args=[assessment_id, all_[at].key])


def _is_kept(request: HttpRequest) -> bool:
    return request.POST.get("act") == "keep"


def _kept(request: HttpRequest, error: MinshengError | None) -> JsonResponse:
    """Return whether a single answer was kept, for the page's script."""
    if error is None:
        return JsonResponse({"kept": True})
    return JsonResponse(
        {"kept": False, "said": error.to(language_of(request))}, status=error.status
    )
