"""The ledger at the desk: its views, and one entry with what may be done to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.people.installed import packs
from minsheng.apps.projects import actions, reads
from minsheng.apps.projects.actions import Shown
from minsheng.apps.projects.words import FIELDS, RISKS
from minsheng.lib.errors import MinshengError, WrongInput
from minsheng.lib.money import parse_yuan
from minsheng.lib.texts import Text
from minsheng.portal import ledger
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.files import check_size, sent
from minsheng.portal.languages import language_of

FIELD_IDS = ("words", "file", "owner", "due", "spent", "after", "reason", "answer", "risk", "rain")
HAPPENED: Mapping[str, Text] = {
    "opened": Text("立了这一条", "Opened"),
    "assigned": Text("定了责任岗位和日期", "Given an owner and a day"),
    "listed_as": Text("转到下一张清单", "Moved to the next list"),
    "news": Text("报进展", "News of the work"),
    "milestone": Text("办完一个节点", "A milestone done"),
    "money": Text("报花了多少钱", "Money spent reported"),
    "risk": Text("评风险", "Risk judged"),
    "rain": Text("雨后看过，没有漏", "Looked at after rain: dry"),
    "observed": Text("做完了，进观察期", "Done; under observation"),
    "asked": Text("报核对销号", "Asked for the closing check"),
    "passed": Text("核对通过，销号", "Checked and closed"),
    "failed": Text("核对没有通过", "The check failed"),
    "reopened": Text("又打开", "Opened again"),
    "dropped": Text("不办了", "Dropped"),
    "change_asked": Text("提出改动", "A change asked for"),
    "change_agreed": Text("改动批了", "The change agreed to"),
    "change_refused": Text("改动没批", "The change refused"),
}
SHOWN = {"before": Text("修之前", "Before"), "after": Text("修之后", "After")}
HELD = {"failed", "reopened", "change_refused", "dropped"}


@require_safe
@staff_only
def projects(request: SignedIn) -> HttpResponse:
    """Show the entries I may see as a table, with filters."""
    filters = ledger.asked_filters(request)
    rows = reads.entries(request.user, filters)
    everything = rows if filters == reads.Filters() else reads.entries(request.user)
    shown = ledger.lines(rows)
    return render(
        request,
        "portal/desk/projects.html",
        {
            "lines": shown,
            "late": sum(line.row.light == "red" for line in shown),
            "warned": sum(line.row.light == "yellow" for line in shown),
            "is_filtered": filters != reads.Filters(),
            "choices": ledger.choices(filters, everything),
            "words": filters.words,
            "waiting": [line for line in shown if line.row.state == "checking"],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def entry(request: SignedIn, number: str) -> HttpResponse:
    """Show one entry, or do what its form asks."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            _act(request, number)
        except WrongInput as wrong:
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
            "history": [
                {
                    "happened": one,
                    "title": SHOWN.get(one.shown) or HAPPENED.get(one.kind, Text(one.kind)),
                    "tone": "hold" if one.kind in HELD else "",
                }
                for one in view.history
            ],
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
            "errors": [
                {
                    "id": error.field if error.field in FIELD_IDS else "words",
                    "text": error.to(language_of(request)),
                }
            ]
            if error
            else [],
        },
        status=error.status if error else 200,
    )


@require_safe
@staff_only
def evidence(request: SignedIn, evidence_id: int) -> HttpResponse:
    """Send a file that was shown for an entry."""
    return sent(reads.evidence_file(evidence_id, account=request.user))


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


def _yuan(text: str) -> int:
    try:
        return parse_yuan(text)
    except MinshengError as error:
        raise WrongInput(error.code, error.zh, error.en, field="spent") from error


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
