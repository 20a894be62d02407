"""How it went: rating a case or a visit, adding to it later, and what follows a bad review."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from minsheng.apps.cases import reads as cases
from minsheng.apps.ratings import actions
from minsheng.apps.ratings.scales import LEVELS, PARTS
from minsheng.lib.errors import MinshengError, WrongInput
from minsheng.portal.doors import SignedIn, residents_only
from minsheng.portal.languages import language_of


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def rate_case(request: SignedIn, number: str) -> HttpResponse:
    """Show the rating of a case, then keep it."""
    view = cases.case_view(number, account=request.user)
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            actions.rate_case(
                view.case.pk,
                _given(request, "case", "portal"),
                by=request.user,
                office=request.POST.get("office", ""),
            )
        except WrongInput as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("case", args=[number]))
    offices = {item.row.office: item.office for item in view.active}
    return render(
        request,
        "portal/resident/rate.html",
        {
            "view": view,
            "offices": list(offices.items()) if len(offices) > 1 else [],
            **_form(request, "case", error),
        },
        status=error.status if error else 200,
    )


def _given(request: HttpRequest, kind: str, channel: str) -> actions.Given:
    """Return what was ticked and written; what isn't a score is 0 and is refused by the action."""
    posted = request.POST
    return actions.Given(
        score=_score(posted.get("score", "")),
        parts={key: _score(posted[key]) for key in PARTS[kind] if posted.get(key)},
        comment=posted.get("comment", ""),
        is_named=posted.get("anonymous") != "yes",
        channel=channel,
    )


def _score(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 3 else 0


def _form(request: HttpRequest, kind: str, error: MinshengError | None) -> Mapping[str, object]:
    posted = request.POST
    at = "score-1"
    if error is not None and error.field in (*PARTS[kind], "comment", "office"):
        at = error.field
    return {
        "scores": LEVELS.items(),
        "score": posted.get("score", ""),
        "parts": [(key, title, posted.get(key, "")) for key, title in PARTS[kind].items()],
        "comment": posted.get("comment", ""),
        "office": posted.get("office", ""),
        "anonymous": posted.get("anonymous", ""),
        "errors": [{"id": at, "text": error.to(language_of(request))}] if error else [],
    }
