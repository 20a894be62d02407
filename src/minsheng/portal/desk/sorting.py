"""Big, small or private: the desk sorts, the levels above judge a challenge; and hot spots."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.appeals import actions, reads
from minsheng.apps.people import access as people_access
from minsheng.engines.triage import Question
from minsheng.lib.errors import Conflict, MinshengError, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Mistake
from minsheng.portal.hotspots import draw_spots, spot_rows
from minsheng.portal.languages import language_of

YES_NO = (("yes", Text("是", "Yes")), ("no", Text("不是", "No")))


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def sorting(request: SignedIn, number: str) -> HttpResponse:
    """Show how a request stands between big, small and private, or take what was judged."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            _act(request, number)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-sorting", args=[number]))
    view = reads.desk_sorting(number, account=request.user)
    chosen = request.POST if error else view.chosen
    return render(
        request,
        "portal/desk/sorting.html",
        {
            "view": view,
            "questions": [(one.ask, one.key, _options(one, chosen)) for one in view.questions],
            "typed": request.POST,
            "errors": [Mistake(error.field, error.to(language_of(request)))] if error else [],
        },
        status=error.status if error else 200,
    )


@require_safe
@staff_only
def hotspots(request: SignedIn) -> HttpResponse:
    """Show where more comes than usual, as a list and on the map of the district."""
    found = reads.spots(request.user)
    is_leader = people_access.is_leader(request.user)
    return render(
        request,
        "portal/desk/hotspots.html",
        {
            "rows": spot_rows(found, opens=not is_leader),
            "drawing": draw_spots(found, language_of(request)),
        },
    )


def _act(request: SignedIn, number: str) -> None:
    form = request.POST
    match form.get("act", ""):
        case "judge":
            answers = {key: str(value)[:60] for key, value in form.items()}
            actions.sort_request(number, answers, by=request.user)
        case "send_back":
            actions.send_back_sorting(number, form.get("reason", ""), by=request.user)
        case _:
            raise WrongInput(
                "appeals.act",
                "请先选一样再发。您选的都还在。",
                "Choose what to do first. What you chose is still here.",
            )


def _options(question: Question, chosen: Mapping[str, str]) -> list[tuple[str, Text, bool]]:
    offered = [(one.key, one.label) for one in question.options] or list(YES_NO)
    return [(key, label, chosen.get(question.key) == key) for key, label in offered]
