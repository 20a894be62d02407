"""The ledger at the desk: its views, and one entry with what may be done to it."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import date

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from minsheng.apps.people.installed import packs
from minsheng.apps.projects import actions, reads, sheets
from minsheng.apps.projects.actions import NewEntry, NewMilestone, Shown
from minsheng.apps.projects.words import FIELDS, LISTS, RISKS
from minsheng.lib.errors import Conflict, MinshengError, WrongInput
from minsheng.lib.money import parse_yuan
from minsheng.lib.texts import Text
from minsheng.portal import ledger
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.files import check_size, sent
from minsheng.portal.languages import language_of

FIELD_IDS = (
    "title",
    "kind",
    "checker",
    "area",
    "planned",
    "milestones",
    "helpers",
    "step",
    "step_due",
    "step_weight",
    "words",
    "file",
    "owner",
    "due",
    "spent",
    "after",
    "reason",
    "answer",
    "risk",
    "rain",
)
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
@staff_only
def projects(request: SignedIn) -> HttpResponse:
    """Show the entries I may see as a table, with filters."""
    found = ledger.shown(request, request.user)
    return render(request, "portal/desk/projects.html", {**found, "may_post": True})


@require_POST
@staff_only
def open_plan(request: SignedIn) -> HttpResponse:
    """Open what a plan has and the ledger hasn't."""
    actions.open_plan(request.POST.get("plan", "")[:60], by=request.user)
    return HttpResponseRedirect(f"{reverse('desk-projects')}?view=tree")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def new_entry(request: SignedIn) -> HttpResponse:
    """Ask for a new entry, or put it into the ledger."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            made = actions.open_entry(_new(request), by=request.user)
        except WrongInput as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-project", args=[made.number]))
    return render(
        request,
        "portal/desk/project_new.html",
        {
            "posts": _posts(),
            "lists": list(LISTS.items()),
            "areas": [(area.key, area.title) for area in packs().district.areas.values()],
            "posted": request.POST,
            "errors": _errors(request, error, "title"),
        },
        status=error.status if error else 200,
    )


@require_safe
@staff_only
def export(request: SignedIn) -> HttpResponse:
    """Send the entries asked for as a workbook."""
    rows = reads.entries(request.user, ledger.asked_filters(request))
    return _workbook(sheets.workbook(rows), "ledger")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def take_in(request: SignedIn) -> HttpResponse:
    """Look at a workbook first; then put its rows in, or send it back with the reasons."""
    error: MinshengError | None = None
    rows: list[sheets.SheetRow] = []
    content = b""
    if request.method == "POST":
        try:
            content = _content(request)
            if request.POST.get("act") == "reasons":
                return _workbook(sheets.with_reasons(content, by=request.user), "ledger-reasons")
            if request.POST.get("act") == "take":
                sheets.take_in(content, by=request.user)
                return HttpResponseRedirect(reverse("desk-projects"))
            rows = sheets.look(content, by=request.user)
        except WrongInput as wrong:
            error = wrong
    return render(
        request,
        "portal/desk/project_import.html",
        {
            "rows": rows,
            "new": sum(row.fate == "new" for row in rows),
            "there": sum(row.fate == "there" for row in rows),
            "wrong": sum(row.fate == "wrong" for row in rows),
            "content": base64.b64encode(content).decode() if rows else "",
            "columns": sheets.COLUMNS,
            "errors": _errors(request, error, "file"),
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def entry(request: SignedIn, number: str) -> HttpResponse:
    """Show one entry, or do what its form asks."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            _act(request, number)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-project", args=[number]))
    view = reads.entry(number, account=request.user)
    return render(
        request,
        "portal/desk/project.html",
        {
            "view": view,
            "line": ledger.line(view.row),
            "history": ledger.history(view),
            "changes": [
                {
                    "is": one,
                    "what": FIELDS[one.what],
                    "before": _said(one.what, one.before),
                    "after": _said(one.what, one.after),
                }
                for one in view.changes
            ],
            "decide_words": Text("等批", "Waiting for a decision"),
            "posts": _posts(),
            "risks": list(RISKS.items())[1:],
            "fields": list(FIELDS.items()),
            "posted": request.POST,
            "errors": _errors(request, error, "words"),
        },
        status=error.status if error else 200,
    )


@require_safe
@staff_only
def evidence(request: SignedIn, evidence_id: int) -> HttpResponse:
    """Send a file that was shown for an entry."""
    return sent(reads.evidence_file(evidence_id, account=request.user))


def _new(request: SignedIn) -> NewEntry:
    posted = request.POST
    steps = [
        NewMilestone(
            title=Text(title.strip()), due=_day(day, field="milestones"), weight=int(weight)
        )
        for title, day, weight in zip(
            posted.getlist("step"), posted.getlist("step_due"), _weights(request), strict=False
        )
        if title.strip()
    ]
    return NewEntry(
        title=Text(posted.get("title", "")),
        kind=posted.get("kind", "task"),
        scope=posted.get("scope", "")[:1000],
        owner=posted.get("owner", ""),
        helpers=tuple(one for one in posted.getlist("helpers") if one),
        checker=posted.get("checker", ""),
        due=_day(posted["due"]) if posted.get("due") else None,
        area=posted.get("area", ""),
        planned_fen=_yuan(posted["planned"], field="planned") if posted.get("planned") else None,
        is_public=posted.get("is_public") == "yes",
        milestones=steps,
    )


def _weights(request: SignedIn) -> list[str]:
    given = request.POST.getlist("step_weight")
    return [one if one.isascii() and one.isdigit() and len(one) < 4 else "1" for one in given]


def _content(request: SignedIn) -> bytes:
    """Return the workbook that was sent now, or that stands in the form since the first look."""
    upload = request.FILES.get("file")
    if upload is not None:
        check_size(upload.size or 0)
        return bytes(upload.read())
    try:
        kept = base64.b64decode(request.POST.get("content", ""), validate=True)
    except ValueError:
        kept = b""
    if not kept:
        raise WrongInput(
            "projects.no_sheet", "请选一个 .xlsx 表格。", "Choose an .xlsx workbook.", field="file"
        )
    return kept


def _workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=EXCEL)
    response.headers["Content-Disposition"] = f'attachment; filename="minsheng-{name}.xlsx"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _errors(request: SignedIn, error: MinshengError | None, otherwise: str) -> list[dict[str, str]]:
    if error is None:
        return []
    at = error.field if error.field in FIELD_IDS else otherwise
    return [{"id": at, "text": error.to(language_of(request))}]


def _act(request: SignedIn, number: str) -> None:
    by, posted = request.user, request.POST
    shown, milestone = _shown(request), posted.get("milestone", "")
    acts: Mapping[str, Callable[[], object]] = {
        "news": lambda: (
            actions.finish_milestone(number, milestone, shown, by=by)
            if milestone
            else actions.add_news(number, shown, by=by)
        ),
        "money": lambda: actions.report_money(number, _yuan(posted.get("spent", "")), by=by),
        "risk": lambda: actions.judge_risk(
            number, posted.get("risk", ""), posted.get("words", ""), by=by
        ),
        "before": lambda: actions.add_news(number, shown, by=by, kind="before"),
        "after": lambda: actions.add_news(number, shown, by=by, kind="after"),
        "finish": lambda: actions.begin_observation(number, shown, by=by),
        "rain": lambda: actions.record_rain(
            number, shown, on=_day(posted.get("rain", ""), field="rain"), by=by
        ),
        "ask": lambda: actions.ask_check(number, shown, by=by),
        "pass": lambda: actions.check_entry(number, shown, passed=True, by=by),
        "fail": lambda: actions.check_entry(number, shown, passed=False, by=by),
        "reopen": lambda: actions.reopen_entry(number, shown, by=by),
        "drop": lambda: actions.drop_entry(number, shown, by=by),
        "assign": lambda: actions.assign_entry(
            number, by=by, owner=posted.get("owner", ""), due=_day(posted.get("due", ""))
        ),
        "next": lambda: actions.list_as(number, posted.get("kind", ""), by=by),
        "change": lambda: actions.ask_change(
            number,
            posted.get("what", ""),
            posted.get("after", ""),
            reason=posted.get("reason", ""),
            by=by,
        ),
        "helpers": lambda: actions.set_helpers(
            number, [one[:60] for one in posted.getlist("helpers")], by=by
        ),
        "milestone": lambda: actions.add_milestone(
            number,
            actions.NewMilestone(
                title=Text(posted.get("step", "")),
                due=_day(posted.get("step_due", ""), field="step_due"),
                weight=int(_weights(request)[0]) if _weights(request) else 1,
            ),
            by=by,
        ),
        "show": lambda: actions.set_public(number, True, by=by),
        "hide": lambda: actions.set_public(number, False, by=by),
        "agree": lambda: _decide(request, agreed=True),
        "refuse": lambda: _decide(request, agreed=False),
    }
    act = acts.get(posted.get("act", ""))
    if act is None:
        raise WrongInput(
            "projects.act",
            "请先选一样再发。您写的都还在。",
            "Choose what to do first. What you wrote is still here.",
            field="words",
        )
    act()


def _decide(request: SignedIn, *, agreed: bool) -> object:
    typed = request.POST.get("change", "")
    change = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0
    return actions.decide_change(
        change, agreed=agreed, answer=request.POST.get("answer", ""), by=request.user
    )


def _shown(request: SignedIn) -> Shown:
    words, upload = request.POST.get("words", ""), request.FILES.get("file")
    if upload is None:
        return Shown(words)
    check_size(upload.size or 0)
    return Shown(words, upload.name or "", upload.read())


def _yuan(text: str, *, field: str = "spent") -> int:
    try:
        return parse_yuan(text)
    except MinshengError as error:
        raise WrongInput(error.code, error.zh, error.en, field=field) from error


def _day(text: str, *, field: str = "due") -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise WrongInput(
            "projects.day",
            "日期写成 2026-05-31。别的都还在。",
            "Write the day as 2026-05-31. The rest is still there.",
            field=field,
        ) from error


def _posts() -> list[tuple[str, Text]]:
    district = packs().district
    return [
        (
            key,
            Text(
                f"{district.office(post.department).zh}：{post.title.zh}",
                f"{district.office(post.department).to('en')}: {post.title.to('en')}",
            ),
        )
        for key, post in sorted(district.posts.items(), key=lambda one: one[1].department)
    ]


def _said(what: str, value: str) -> Text:
    """Return a value of a change in words."""
    if what == "approved_fen" and value:
        yuan = f"{int(value) / 100:,.2f}"
        return Text(f"{yuan} 元", f"{yuan} yuan")
    if what == "owner":
        return dict(_posts()).get(value, Text(value))
    return Text(value) if value else Text("没有", "none")
