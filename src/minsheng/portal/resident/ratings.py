"""How it went: rating a case or a visit, adding to it later, and what follows a bad review."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.cases import reads as cases
from minsheng.apps.people import access as people
from minsheng.apps.ratings import actions, reads
from minsheng.apps.ratings.scales import LEVELS, PARTS, STAGES
from minsheng.lib.errors import MinshengError, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, residents_only
from minsheng.portal.languages import language_of
from minsheng.portal.reviews import events
from minsheng.portal.visit_codes import take_code


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


@require_http_methods(["GET", "HEAD", "POST"])
def rate_visit(request: HttpRequest, code: str) -> HttpResponse:
    """Rate the visit that a code stands for; open to whoever holds the code."""
    actions.find_visit(code)
    error: MinshengError | None = None
    if request.method == "POST":
        by = request.user if people.is_signed_in(request.user) else None
        try:
            rating = actions.rate_visit(code, _given(request, "visit", "qr"), by=by)
        except WrongInput as wrong:
            error = wrong
        else:
            return render(
                request,
                "portal/resident/rated.html",
                {"is_named": rating.is_named, "is_bad": rating.is_bad, "id": rating.pk},
            )
    return render(
        request,
        "portal/resident/rate_visit.html",
        {"signed_in": people.is_signed_in(request.user), **_form(request, "visit", error)},
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request: HttpRequest) -> HttpResponse:
    """Take a code typed by hand and lead to its page."""
    return take_code(request, "portal/resident/rate_code.html", leads_to="rate-visit")


@require_safe
@residents_only
def ratings(request: SignedIn) -> HttpResponse:
    """Return what I rated, and where a bad review has come to."""
    rows = reads.my_ratings(request.user)
    return render(
        request,
        "portal/resident/ratings.html",
        {
            "rows": [
                {
                    "rating": row,
                    "level": LEVELS[row.score],
                    "stage": STAGES[row.review.stage] if row.review else None,
                    "asks": bool(row.review and row.review.act == "confirm"),
                }
                for row in rows
            ]
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def rating(request: SignedIn, rating_id: int) -> HttpResponse:
    """Show one of my ratings with each step that followed; add to it, or say whether it is solved."""
    view = reads.my_rating(rating_id, account=request.user)
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            _act(request, rating_id, view.review.number if view.review else "")
        except WrongInput as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("rating", args=[rating_id]))
    parts = [
        (title, LEVELS[view.parts[key]])
        for key, title in PARTS[view.kind].items()
        if key in view.parts
    ]
    return render(
        request,
        "portal/resident/rating.html",
        {
            "rating": view,
            "level": LEVELS[view.score],
            "parts": [{"label": title, "value": level} for title, level in parts],
            "review": view.review,
            "stage": STAGES[view.review.stage] if view.review else Text(""),
            "events": events(view.review.acts) if view.review else [],
            "posted": request.POST,
            "errors": [{"id": "comment", "text": error.to(language_of(request))}] if error else [],
        },
        status=error.status if error else 200,
    )


def _act(request: SignedIn, rating_id: int, number: str) -> None:
    posted = request.POST
    if posted.get("act") in {"solved", "not_solved"}:
        actions.confirm_review(
            number,
            by=request.user,
            solved=posted.get("act") == "solved",
            words=posted.get("words", ""),
        )
    else:
        actions.add_words(rating_id, posted.get("comment", ""), by=request.user)


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
