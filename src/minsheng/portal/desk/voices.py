"""What was said in the courtyards: noted in a minute, and what became of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from minsheng.apps.appeals import reads as requests
from minsheng.apps.visits import actions, reads
from minsheng.apps.visits.reads import Voice
from minsheng.lib.errors import Conflict, WrongInput
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.languages import language_of
from minsheng.portal.requests import STATES, act_on_own, own_context
from minsheng.portal.visiting import LEADS

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def voices(request: SignedIn) -> HttpResponse:
    """Note what was said in a courtyard, in a minute; show what was noted lately."""
    error: WrongInput | None = None
    sent = request.POST
    plans = reads.voice_plans(request.user)
    if request.method == "POST":
        try:
            actions.note_voice(
                plans[0].key if plans else "courtyard",
                sent.get("area", "")[:60],
                sent.get("finding", "")[:60],
                sent.get("words", ""),
                by=request.user,
            )
        except WrongInput as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(f"{reverse('desk-voices')}?noted=1#noted")
    lang = language_of(request)
    return render(
        request,
        "portal/desk/voices.html",
        {
            "plan": plans[0] if plans else None,
            "findings": [
                {"key": key, "title": one.title, "leads": LEADS[one.leads]}
                for key, one in (plans[0].findings.items() if plans else ())
            ],
            "courtyards": reads.courtyards(),
            "voices": _lines(reads.voices(request.user), request.user),
            "typed": {key: str(value) for key, value in sent.items()},
            "errors": [{"id": f"f-{error.field}", "text": error.to(lang)}] if error else [],
            "is_noted": request.GET.get("noted") == "1",
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def voice(request: SignedIn, number: str) -> HttpResponse:
    """Show what became of what I noted; of a voice, say for the courtyard whether it is solved."""
    error: WrongInput | Conflict | None = None
    if request.method == "POST":
        try:
            act_on_own(request, number)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-voice", args=[number]))
    return render(
        request,
        "portal/desk/voice.html",
        own_context(request, number, error),
        status=error.status if error else 200,
    )


def _lines(found: Sequence[Voice], account: Account) -> list[dict[str, object]]:
    became = requests.became([one.found.id for one in found], by=account)
    return [
        {
            "one": one,
            "leads": LEADS[one.found.leads],
            "became": became.get(one.found.id),
            "state": STATES[became[one.found.id].status] if one.found.id in became else "",
        }
        for one in found
    ]
