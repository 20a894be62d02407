"""A family's clubs: what it would like, what it has and why, leaving, taking what is left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from minsheng.apps.clubs import actions, reads
from minsheng.apps.clubs.reads import ChildClubs, OfferRow
from minsheng.lib.errors import Conflict, MinshengError, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, residents_only
from minsheng.portal.fields import Choice, Field, Mistake
from minsheng.portal.languages import Language, language_of

WISHES = 5
TAGS = {
    "asked": "running", "placed": "done", "waiting": "waiting", "out": "skipped", "left": "withdrawn",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Card:
    """One child with the fields of its choices; `at` is where its part of the page begins."""

    child: ChildClubs
    at: str
    fields: list[Field]


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def clubs(request: SignedIn) -> HttpResponse:
    """Show the clubs of my children, or save, leave, take one."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            _act(request)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("learn-clubs"))
    lang = language_of(request)
    children = reads.children_with_clubs(request.user)
    cards = [_card(one, request, error, lang) for one in children]
    places = [row for one in children for row in one.choices if row.state == "placed"]
    return render(
        request,
        "portal/clubs/family.html",
        {
            "cards": cards,
            "tags": TAGS,
            "places": places,
            "choosing": any(one.is_choosing for one in children),
            "errors": [Mistake(_where(request, error), error.to(lang))] if error else [],
        },
        status=error.status if error else 200,
    )


def number_in(request: HttpRequest, name: str) -> int:
    """Return a number that a form sent, or 0."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _act(request: SignedIn) -> None:
    form, by = request.POST, request.user
    match form.get("act", ""):
        case "save":
            wishes = [form.get(f"club-{n}", "")[:80] for n in range(1, WISHES + 1)]
            actions.save_choices(
                number_in(request, "round"), number_in(request, "pupil"),
                [one for one in wishes if one], by=by,
            )  # fmt: skip
        case "leave":
            actions.leave(number_in(request, "choice"), by=by)
        case "take":
            actions.take_left_over(number_in(request, "offer"), number_in(request, "pupil"), by=by)
        case _:
            raise WrongInput("clubs.act", "请先选一样再发。", "Choose what to do first.")


def _where(request: SignedIn, error: MinshengError) -> str:
    if error.field != "club-1":
        return ""
    return f"{_at(number_in(request, 'pupil'), number_in(request, 'round'))}-1"


def _at(pupil: int, round_id: int) -> str:
    return f"wish-{pupil}-{round_id}"


def _card(
    child: ChildClubs, request: SignedIn, error: MinshengError | None, lang: Language
) -> Card:
    if child.round is None:
        return Card(child, f"child-{child.pupil}", [])
    at = _at(child.pupil, child.round.id)
    sent = (
        error is not None
        and number_in(request, "pupil") == child.pupil
        and number_in(request, "round") == child.round.id
    )
    if sent:
        wishes = [request.POST.get(f"club-{n}", "") for n in range(1, WISHES + 1)]
    else:
        wishes = [one.offer.club for one in child.choices]
    return Card(child, at, wish_fields(at, child.offers, wishes, error if sent else None, lang))


def wish_fields(
    at: str,
    offers: Sequence[OfferRow],
    wishes: Sequence[str],
    error: MinshengError | None,
    lang: Language,
) -> list[Field]:
    """Return the fields of a form of choices, the dearest first; `at` begins the id of each."""
    options = [
        Choice(
            one.club,
            Text(
                f"{one.title.zh}（{one.day_said.zh}）",
                f"{one.title.to('en')} ({one.day_said.to('en')})",
            ).to(lang),
        )
        for one in offers
    ]
    wrong = error.to(lang) if error and error.field == "club-1" else ""
    return [
        Field(
            id=f"{at}-{n}",
            name=f"club-{n}",
            label=Text(f"第 {n} 想去", f"Choice {n}").to(lang),
            control="select",
            options=options,
            value=wishes[n - 1] if n <= len(wishes) else "",
            error=wrong if n == 1 else "",
            required=n == 1,
        )
        for n in range(1, WISHES + 1)
    ]
