"""What follows bad reviews: the list, and one with its steps."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.ratings import actions, reads
from minsheng.apps.ratings.scales import LEVELS, STAGES
from minsheng.apps.supervision import reads as supervision
from minsheng.apps.supervision.access import is_leader
from minsheng.lib.errors import MinshengError, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.languages import language_of
from minsheng.portal.reviews import events

FIELDS = ("words", "for_office", "appeal", "reason", "act")


@require_safe
@staff_only
def reviews(request: SignedIn) -> HttpResponse:
    """Return the reviews I may see, whose turn is soonest first."""
    closed = request.GET.get("closed") == "1"
    rows = reads.reviews(request.user, closed=closed)
    return render(
        request,
        "portal/desk/reviews.html",
        {
            "rows": [
                {
                    "row": row,
                    "stage": STAGES[row.stage],
                    "state": "done"
                    if row.stage == "closed"
                    else "late"
                    if row.left < 0
                    else "yours"
                    if row.stage == "confirm"
                    else "open",
                }
                for row in rows
            ],
            "mine": sum(row.is_mine for row in rows),
            "closed": closed,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def review(request: SignedIn, number: str) -> HttpResponse:
    """Show one review as I may see it, or take the step that is mine."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            _act(request, number)
        except WrongInput as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-reviews"))
    view = reads.review(number, account=request.user)
    return render(
        request,
        "portal/desk/review.html",
        {
            "review": view,
            "stage": STAGES[view.stage],
            "level": LEVELS.get(view.score or 0, Text("")),
            "events": events(view.acts),
            "told": [
                *supervision.taken("review", view.number),
                *supervision.taken("review_step", view.number),
            ]
            if view.reader != "office"
            else [],
            "leads": is_leader(request.user),
            "order": supervision.open_order_of("review", view.number),
            "posted": request.POST,
            "errors": [
                {
                    "id": error.field if error.field in FIELDS else "words",
                    "text": error.to(language_of(request)),
                }
            ]
            if error
            else [],
        },
        status=error.status if error else 200,
    )


def _act(request: SignedIn, number: str) -> None:
    posted, by = request.POST, request.user
    words = posted.get("words", "")
    match posted.get("act", ""):
        case "reached" | "not_reached" as how:
            actions.record_contact(
                number,
                by=by,
                reached=how == "reached",
                words=words,
                may_tell=posted.get("may_tell") == "yes",
            )
        case "founded" | "unfounded" as found:
            actions.verify_review(
                number,
                by=by,
                founded=found == "founded",
                words=words,
                for_office=posted.get("for_office", ""),
            )
        case "correct":
            actions.correct_review(number, by=by, words=words)
        case "answer":
            actions.answer_review(number, by=by, words=words)
        case "passed" | "again" as end:
            actions.recheck_review(number, by=by, passed=end == "passed", words=words)
        case "appeal":
            actions.appeal_review(number, by=by, words=posted.get("appeal", ""))
        case "upheld" | "refused" as decided:
            actions.decide_appeal(
                number, by=by, upheld=decided == "upheld", words=posted.get("reason", "")
            )
        case _:
            raise WrongInput(
                "ratings.act",
                "请先选一样再发。您写的都还在。",
                "Choose what to do first. What you wrote is still here.",
                field="words",
            )
