"""Running cases go over to the form in force: what that does to each, then two people."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from minsheng.apps.cases import actions
from minsheng.apps.cases import reads as cases
from minsheng.apps.cases.actions import MoveReport
from minsheng.lib.errors import MinshengError, NotAllowed, NotFound, WrongInput
from minsheng.lib.texts import Text, day_said
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.languages import language_of

NOTHING_ELSE = Text("别的不变", "nothing else changes")


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def moving(request: SignedIn, slug: str) -> HttpResponse:
    """Show what moving would do to each running case; ask for it, agree to it, or take it back."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            _act(request, slug)
        except (NotFound, NotAllowed):
            raise
        except MinshengError as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-moving", args=[slug]))
    view = cases.move_view(slug, account=request.user)
    begins = day_said(view.begins)
    return render(
        request,
        "portal/desk/moving.html",
        {
            "view": view,
            "form": Text(
                f"{view.begins.year}年{begins.zh}起的版本",
                f"the form from {begins.en} {view.begins.year}",
            ),
            "counts": view.report.counts,
            "groups": _groups(view.report),
            "errors": [{"text": error.to(language_of(request)), "id": "act"}] if error else [],
        },
        status=error.status if error else 200,
    )


def _act(request: SignedIn, slug: str) -> None:
    act, given, seen = (request.POST.get(name, "") for name in ("act", "move", "seen"))
    if act == "ask":
        actions.ask_to_move(slug, by=request.user, seen=seen)
        return
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 19 else 0
    if act == "agree":
        actions.agree_to_move(number, by=request.user, seen=seen)
    elif act == "withdraw":
        actions.withdraw_move(number, by=request.user)
    else:
        raise WrongInput("no_act", "请点页面上的按钮。", "Use a button of the page.", field="act")


def _groups(report: MoveReport) -> list[dict[str, object]]:
    """Return the cases that can move and those that stay, each with its sentences."""
    titles = {
        "can_move": Text("能换的", "Can move"),
        "stays": Text("换不了的，留在原来的版本", "Can't move and stay in their form"),
    }
    return [
        {
            "title": title,
            "rows": [
                {"number": line.number, "texts": line.texts or (NOTHING_ELSE,)}
                for line in report.lines
                if line.outcome == outcome
            ],
        }
        for outcome, title in titles.items()
        if any(line.outcome == outcome for line in report.lines)
    ]
