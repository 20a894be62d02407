"""The forms of the services: what is in force, what comes, and a form before it is published."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.cases import actions
from minsheng.apps.cases import reads as cases
from minsheng.apps.cases.reads import FormLine, TrialReport
from minsheng.lib.errors import MinshengError, NotFound, WrongInput
from minsheng.lib.texts import Text, day_said
from minsheng.portal.doors import SignedIn, staff_only

TRIED = 100
STATES = {
    "in_force": ("done", Text("生效中", "In force")),
    "coming": ("open", Text("已发布，到日子生效", "Published, not yet in force")),
    "proposed": ("yours", Text("等另一个人发布", "Waiting to be published")),
    "draft": ("draft", Text("草稿", "Draft")),
    "past": ("skipped", Text("过去的", "Past")),
}


@require_safe
@staff_only
def versions(request: SignedIn) -> HttpResponse:
    """Return every form of every service, by service."""
    by_service: dict[str, list[dict[str, object]]] = {}
    titles: dict[str, Text] = {}
    for line in cases.versions():
        by_service.setdefault(line.slug, []).append(_shown(line))
        titles.setdefault(line.slug, line.title)
    groups = [
        {"slug": slug, "title": titles[slug], "rows": rows, "behind": cases.left_behind(slug)}
        for slug, rows in by_service.items()
    ]
    waiting = sum(line.state == "proposed" for line in cases.versions())
    return render(request, "portal/desk/versions.html", {"groups": groups, "waiting": waiting})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def version(request: SignedIn, slug: str, begins: str) -> HttpResponse:
    """Return one form beside the one before it, or propose, publish or withdraw it."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            _act(request, slug, begins)
        except NotFound:
            raise
        except MinshengError as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-version", args=[slug, begins]))
    view = cases.form_view(slug, begins, account=request.user)
    line = view.line
    trial: TrialReport | None = None
    if line.state in ("draft", "proposed") and line.hash:
        trial = cases.try_form(slug, begins, last=TRIED)
    return render(
        request,
        "portal/desk/version.html",
        {
            "view": view,
            "line": line,
            "shown": _shown(line),
            "trial": trial,
            "problems": [
                {"text": Text(p.zh, p.en), "file": p.file, "line": p.line, "field": p.field}
                for p in view.problems
            ],
            "errors": [{"text": Text(error.zh, error.en), "id": "act"}] if error else [],
            "compared": view.before is not None,
        },
        status=error.status if error else 200,
    )


def _act(request: SignedIn, slug: str, begins: str) -> None:
    act, line = request.POST.get("act", ""), request.POST.get("publication", "")
    if act == "propose":
        actions.propose_form(slug, begins, by=request.user)
        return
    number = int(line) if line.isascii() and line.isdigit() and len(line) < 19 else 0
    if act == "publish":
        actions.publish_form(number, by=request.user, seen=request.POST.get("seen", ""))
    elif act == "withdraw":
        actions.withdraw_form(number, by=request.user)
    else:
        raise WrongInput("no_act", "请点页面上的按钮。", "Use a button of the page.", field="act")


def _shown(line: FormLine) -> dict[str, object]:
    state, words = STATES[line.state]
    begins = day_said(line.begins)
    year = line.begins.year
    return {
        "path": reverse("desk-version", args=[line.slug, line.begins.isoformat()]),
        "title": Text(f"{year}年{begins.zh}起", f"from {begins.en} {year}"),
        "state": state,
        "state_words": words,
        "proposed_by": line.proposed_by,
        "published_by": line.published_by,
        "hash": line.hash[:15],
    }
