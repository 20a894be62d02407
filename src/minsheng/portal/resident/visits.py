"""Who comes to see me, why and when; another day, not this time, or no more."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from minsheng.apps.visits import actions, reads
from minsheng.lib.errors import NotFound, WrongInput
from minsheng.portal.doors import SignedIn, residents_only
from minsheng.portal.languages import language_of


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def visits(request: SignedIn) -> HttpResponse:
    """Show the plans in which I, my children or my household are visited, or answer one."""
    error: WrongInput | None = None
    number = request.POST.get("number", "")[:20]
    if request.method == "POST":
        try:
            _act(request, number)
        except WrongInput as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("my-visits"))
    typed = request.POST.get("day", "")[:20]
    plans = [
        {
            "one": one,
            "visits": [
                {"line": line, "day": typed if error and line.number == number else ""}
                for line in one.waiting
            ],
        }
        for one in reads.own_visits(request.user)
    ]
    told = [{"id": f"day-{number}", "text": error.to(language_of(request))}] if error else []
    return render(
        request,
        "portal/resident/visits.html",
        {"plans": plans, "errors": told},
        status=error.status if error else 200,
    )


def _act(request: SignedIn, number: str) -> None:
    act, by = request.POST.get("act", ""), request.user
    if act == "wish":
        actions.ask_other_day(number, day=_day(request.POST.get("day", "")), by=by)
    elif act == "refuse":
        actions.note_refusal(number, by=by)
    elif act == "end":
        visited = request.POST.get("visited", "")
        if not (visited.isascii() and visited.isdigit() and len(visited) < 19):
            raise _nothing()
        actions.end_visited(int(visited), "refused", by=by)
    else:
        raise _nothing()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise WrongInput(
            "visits.day",
            "日期要写成 2026-03-24 这样。",
            "Write the day like 2026-03-24.",
            field="day",
        ) from None


def _nothing() -> NotFound:
    return NotFound(
        "no_such_visit",
        "没有这次走访，或者它和您无关。",
        "There is no such visit, or it isn't about you.",
    )
