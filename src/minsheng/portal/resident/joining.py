"""Joining a case that somebody else opened for the same event: asking, answering, looking, leaving."""

from __future__ import annotations

import uuid

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from minsheng.apps.cases import actions, reads
from minsheng.apps.cases.reads import JOINED, JoinLine
from minsheng.portal.doors import SignedIn, residents_only
from minsheng.portal.sources import origin_name


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def ask(request: SignedIn, draft_id: uuid.UUID) -> HttpResponse:
    """Say that somebody else has a case for this event, and take the wish to join it."""
    if request.method == "POST":
        actions.ask_to_join(draft_id, by=request.user)
        return HttpResponseRedirect(reverse("mine"))
    offer = reads.join_offer(draft_id, account=request.user)
    if offer is None:
        return HttpResponseRedirect(reverse("apply", args=[draft_id]))
    return render(
        request, "portal/resident/apply_join.html", {"offer": offer, "draft_id": draft_id}
    )


@require_safe
@residents_only
def joined(request: SignedIn, join_id: int) -> HttpResponse:
    """Show how a case stands that I joined: states and days, and what it says about me."""
    view = reads.joined(join_id, account=request.user)
    values = [
        {"label": label, "value": value, "source": origin_name(origin)}
        for label, value, origin in view.values
    ]
    return render(request, "portal/resident/joined.html", {"view": view, "values": values})


@require_POST
@residents_only
def end(request: SignedIn, join_id: int) -> HttpResponse:
    """Take a wish back, leave a case, or let somebody out of mine."""
    actions.end_join(join_id, by=request.user)
    return HttpResponseRedirect(reverse("mine"))


@require_POST
@residents_only
def answer(request: SignedIn, join_id: int) -> HttpResponse:
    """Agree, or not, that somebody joins my case."""
    agreed = request.POST.get("agreed") == "yes"
    row = actions.answer_join(join_id, by=request.user, agreed=agreed)
    back = reverse("case", args=[row.case.number]) if row.case else reverse("mine")
    return HttpResponseRedirect(back)


def rows_of(lines: list[JoinLine]) -> list[dict[str, object]]:
    """Return my wishes to join with their states in words."""
    return [{"line": line, "state": JOINED[line.status]} for line in lines]
