"""Writing down what somebody said on paper or to 12345: first what it is about, then the rating."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from minsheng.apps.ratings import actions
from minsheng.apps.ratings.scales import CHANNEL_TITLES, ENTERED, KINDS, LEVELS, PARTS
from minsheng.lib.errors import Conflict, MinshengError, NotFound, WrongInput
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.languages import language_of


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def entry(request: SignedIn) -> HttpResponse:
    """Show the form for what a case number or code stands for, then keep the rating."""
    asked = request.POST if request.method == "POST" else request.GET
    about, channel = asked.get("about", "").strip()[:40], asked.get("channel", "")
    channel = channel if channel in ENTERED else ""
    kind, kept = "", False
    error: MinshengError | None = None
    try:
        if about:
            kind = actions.what_is_rated(about, by=request.user)
        if kind and request.method == "POST":
            actions.enter_rating(about, _given(request, kind, channel), by=request.user)
            kept = True
    except (WrongInput, NotFound, Conflict) as wrong:
        error = wrong
    return render(
        request,
        "portal/desk/rating_entry.html",
        {
            "about": "" if kept else about,
            "channel": channel,
            "channels": [(key, CHANNEL_TITLES[key]) for key in ENTERED],
            "kind": "" if kept else kind,
            "kind_words": KINDS.get(kind, ""),
            "kept": kept,
            "scores": LEVELS.items(),
            "score": request.POST.get("score", ""),
            "parts": [
                (key, title, request.POST.get(key, ""))
                for key, title in PARTS.get(kind, {}).items()
            ],
            "comment": request.POST.get("comment", ""),
            "anonymous": request.POST.get("anonymous", ""),
            "errors": [{"id": _at(error, kind), "text": error.to(language_of(request))}]
            if error
            else [],
        },
        status=error.status if error else 200,
    )


def _given(request: SignedIn, kind: str, channel: str) -> actions.Given:
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


def _at(error: MinshengError, kind: str) -> str:
    if not kind:
        return "about"
    if error.field == "channel":
        return "channel-1"
    return error.field if error.field in (*PARTS[kind], "comment") else "score-1"
