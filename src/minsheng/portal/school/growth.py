"""A teacher's record on the five platforms; a head's totals and checks; the register of awards."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.contests import actions, reads
from minsheng.apps.contests.reads.growth import HOURS, NORM
from minsheng.apps.contests.words import AWARD_LEVELS, PURPOSES
from minsheng.content.contests import PLATFORMS
from minsheng.lib.errors import Conflict, MinshengError, NotAllowed, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Choice, Field, mistakes
from minsheng.portal.files import check_size, sent
from minsheng.portal.languages import language_of
from minsheng.portal.school import typed
from minsheng.portal.school.contests import shown

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def growth(request: SignedIn) -> HttpResponse:
    """Show my record and hours, and what I check; add a line, speak up, check."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            _act(request)
        except (WrongInput, Conflict, NotAllowed) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("school-growth"))
    today = timezone.localdate()
    lines = reads.own_growth(request.user)
    is_new = error is not None and request.POST.get("act") == "add"
    return render(
        request,
        "portal/school/growth.html",
        {
            "lines": lines,
            "hours": reads.own_hours(request.user, on=today),
            "norm_hours": HOURS,
            "norm": NORM,
            "awards": reads.awards_of(request.user),
            "totals": reads.school_totals(request.user, on=today),
            "checks": [*reads.to_check(request.user), *reads.contested_awards(request.user)],
            "doubted": reads.contested_lines(request.user),
            "fields": _fields(request, error if is_new else None),
            "is_new": is_new,
            "errors": shown(request, error),
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def evidence(request: SignedIn, growth_id: int) -> HttpResponse:
    """Return the evidence of a line: to its teacher at once, to others after they said why."""
    error: MinshengError | None = None
    by = request.user
    line = reads.evidence_line(growth_id, account=by)
    if request.method == "POST" or line.is_own:
        try:
            return sent(actions.open_evidence(growth_id, request.POST.get("purpose", ""), by=by))
        except WrongInput as wrong:
            error = wrong
    lang = language_of(request)
    field = Field(
        id="purpose", name="purpose", label=Text("为什么要看", "Why you open it").to(lang),
        control="radio", options=[Choice(key, said.to(lang)) for key, said in PURPOSES.items()],
        error=error.to(lang) if error else "",
    )  # fmt: skip
    return render(
        request,
        "portal/school/evidence.html",
        {"line": line, "field": field, "errors": mistakes([field])},
        status=error.status if error else 200,
    )


@require_safe
@staff_only
def awards(request: SignedIn) -> HttpResponse:
    """Show the register of awards: all to the bureau, one's own school to its head."""
    year, level = _asked(request)
    lines = reads.register(request.user, year=year, level=level)
    return render(
        request,
        "portal/school/awards.html",
        {
            "lines": lines,
            "levels": AWARD_LEVELS,
            "level": level,
            "year": year,
            "counts": [(said, sum(one.level == key for one in lines)) for key, said in AWARD_LEVELS.items()],
        },
    )  # fmt: skip


@require_safe
@staff_only
def awards_sheet(request: SignedIn) -> HttpResponse:
    """Return the same register as a workbook."""
    year, level = _asked(request)
    content = reads.award_workbook(reads.register(request.user, year=year, level=level))
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = 'attachment; filename="minsheng-awards.xlsx"'
    return response


def _asked(request: SignedIn) -> tuple[int, str]:
    year, level = request.GET.get("year", ""), request.GET.get("level", "")
    fits = year.isascii() and year.isdigit() and len(year) == 4 and int(year) > 0
    return int(year) if fits else 0, level if level in AWARD_LEVELS else ""


def _act(request: SignedIn) -> None:
    form, by = request.POST, request.user
    about = typed.whole(form.get("about", ""), field="", other=0)
    match form.get("act", ""):
        case "add":
            given = request.FILES.get("evidence")
            if given is not None:
                check_size(given.size or 0)
            done = actions.Done(
                platform=form.get("platform", "")[:10],
                title=form.get("title", ""),
                day=typed.day(form.get("day", ""), field="day"),
                hours=typed.hours(form.get("hours", ""), field="hours"),
                evidence=(given.name or "", given.read()) if given else None,
            )
            actions.add_growth(done, by=by)
        case "right" | "wrong" as word:
            actions.check_growth(about, word == "right", form.get("reply", ""), by=by)
        case "contest":
            actions.contest_growth(about, form.get("words", ""), by=by)
        case "answer":
            actions.answer_growth(about, form.get("reply", ""), by=by)
        case "public" | "private" as word:
            actions.publish_award(about, word == "public", by=by)
        case _:
            raise WrongInput("growth.act", "请先选一样再发。", "Choose what to do first.")


def _fields(request: SignedIn, error: MinshengError | None) -> list[Field]:
    lang = language_of(request)
    options = [Choice(key, said.to(lang)) for key, said in PLATFORMS.items()]
    values = request.POST if error else {"day": timezone.localdate().isoformat()}
    wrong = {error.field: error.to(lang)} if error is not None else {}
    fields = (
        Field(id="platform", name="platform", label=Text("哪个平台", "Which platform").to(lang), control="radio", options=options),
        Field(id="title", name="title", label=Text("做了什么", "What you did").to(lang), maxlength=80),
        Field(id="day", name="day", label=Text("哪一天", "Which day").to(lang), help=Text("像 2026-12-03", "Like 2026-12-03").to(lang), width="s"),
        Field(id="hours", name="hours", label=Text("学时", "Hours").to(lang), help=Text("没有就空着", "Leave empty for none").to(lang), inputmode="decimal", width="s", required=False),
        Field(id="evidence", name="evidence", label=Text("证明", "Evidence").to(lang), control="file", help=Text("PDF 或照片", "PDF or a photo").to(lang), accept=".pdf,.jpg,.jpeg,.png", required=False),
    )  # fmt: skip
    return [
        replace(one, value="" if one.control == "file" else str(values.get(one.name, "")), error=wrong.get(one.name, ""))
        for one in fields
    ]  # fmt: skip
