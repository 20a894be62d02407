"""A firm sees the topic days, books a seat, gives it up, and says whether the answer solved it."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.people import reads as people
from minsheng.apps.sittings import actions, reads
from minsheng.lib.errors import Conflict, MinshengError, NotAllowed, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, residents_only
from minsheng.portal.fields import Choice, Field, Mistake, field_of, mistakes
from minsheng.portal.languages import language_of

TAGS = {
    "booked": "running",
    "cancelled": "done",
    "came": "running",
    "absent": "late",
    "answered": "yours",
    "solved": "done",
    "whistle": "running",
}


@require_safe
@residents_only
def sittings(request: SignedIn) -> HttpResponse:
    """Return the sittings to come and the seats of my firms."""
    seats = reads.own_seats(request.user)
    mine = {one.sitting.id for one in seats if one.state != "cancelled"}
    lines = reads.upcoming(on=timezone.localdate())
    return render(
        request,
        "portal/sittings/firm.html",
        {
            "lines": [(line, line.id in mine) for line in lines],
            "seats": [(seat, TAGS[seat.state]) for seat in seats],
            "asked": sum("say" in seat.may for seat in seats),
            "coming": sum("give_up" in seat.may for seat in seats),
            "firms": people.organisations_of(request.user),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@residents_only
def sitting(request: SignedIn, sitting_id: int) -> HttpResponse:
    """Show one sitting with my seat, or the form to book one; or carry out an act."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            _act(request, sitting_id)
        except (WrongInput, Conflict, NotAllowed) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("firm-sitting", args=[sitting_id]))
    line = reads.sitting_line(sitting_id)
    fields = _fields(request, sitting_id, error)
    own = [] if error is None or error.field else [Mistake("", error.to(language_of(request)))]
    firms = people.organisations_of(request.user)
    seats = reads.seats_of_sitting(sitting_id, request.user)
    is_open = not line.is_cancelled and not line.has_begun
    return render(
        request,
        "portal/sittings/firm_one.html",
        {
            "line": line,
            "seats": [(seat, TAGS[seat.state]) for seat in seats],
            "fields": fields,
            "firms": firms,
            "may_book": is_open and line.left > 0 and len(seats) < len(firms),
            "is_open": is_open,
            "errors": [*own, *mistakes(fields)],
        },
        status=error.status if error else 200,
    )


def _act(request: SignedIn, sitting_id: int) -> None:
    form, by = request.POST, request.user
    act, seat = form.get("act", ""), form.get("seat", "")
    if act == "book":
        spec = reads.asked_of(sitting_id, on=timezone.localdate())
        asked = actions.Asked(
            words=form.get("words", ""),
            contact={key: form.get(key, "")[:200] for key in spec.fields},
            organisation=form.get("organisation", "")[:18],
        )
        actions.book_seat(sitting_id, asked, by=by)
        return
    seat_id = int(seat) if seat.isascii() and seat.isdigit() and len(seat) < 19 else 0
    if act == "give_up":
        actions.give_up_seat(seat_id, by=by)
    elif act == "say" and form.get("solved") in ("yes", "no"):
        actions.say_solved(seat_id, form.get("solved") == "yes", by=by)
    else:
        raise WrongInput(
            "sittings.act",
            "请先选一样再发。",
            "Choose what to do first.",
            field=f"solved-{seat_id}",
        )


def _fields(request: SignedIn, sitting_id: int, error: MinshengError | None) -> list[Field]:
    lang, typed = language_of(request), request.POST
    spec = reads.asked_of(sitting_id, on=timezone.localdate())
    wrong = {error.field: error.to(lang)} if error is not None else {}
    firms = people.organisations_of(request.user)
    fields = []
    if len(firms) > 1:
        fields.append(
            Field(
                id="organisation",
                name="organisation",
                label=Text("为哪家企业", "For which firm").to(lang),
                control="radio",
                options=[Choice(firm.credit_code, firm.name) for firm in firms],
            )
        )
    fields.append(
        Field(
            id="words",
            name="words",
            label=Text("想问什么", "What will you ask?").to(lang),
            help=Text("写两句，部门好带着材料来。", "A sentence or two, so that the offices come prepared.").to(lang),
            control="textarea",
            width="l",
            rows=4,
            maxlength=900,
        )
    )  # fmt: skip
    fields += [field_of(one, lang=lang, own=True) for one in spec.fields.values()]
    return [
        replace(one, value=str(typed.get(one.name, "")), error=wrong.get(one.name, ""))
        for one in fields
    ]
