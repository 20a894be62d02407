"""Sittings at the desk: the convener sets days and keeps who came; the table answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from minsheng.apps.sittings import access, actions, reads
from minsheng.lib.errors import Conflict, MinshengError, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Choice, Field, Mistake, mistakes
from minsheng.portal.languages import Language, language_of

if TYPE_CHECKING:
    from minsheng.content.sittings import SittingSpec

STATES = {
    "booked": "idle",
    "came": "open",
    "absent": "no",
    "answered": "open",
    "solved": "done",
    "whistle": "open",
}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def sittings(request: SignedIn) -> HttpResponse:
    """Show my sittings, with the days to set for whoever convenes; set one."""
    houses = access.houses_of(request.user)
    spec = houses[0] if houses else None
    error: MinshengError | None = None
    if request.method == "POST":
        if spec is None:
            raise access.not_yours()
        try:
            made = actions.set_sitting(_wanted(request, spec), by=request.user)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-sitting", args=[made.pk]))
    today = timezone.localdate()
    days = reads.proposed_days(spec, on=today) if spec else []
    fields = _fields(request, spec, days, error) if spec else []
    own = [] if error is None or error.field else [Mistake("", error.to(language_of(request)))]
    lines = reads.sittings_of(request.user)
    return render(
        request,
        "portal/sittings/desk.html",
        {
            "spec": spec,
            "coming": [one for one in lines if one.day >= today],
            "past": [one for one in lines if one.day < today][::-1],
            "days": [(day, spec.topics[topic], spec) for day, topic in days] if spec else [],
            "fields": fields,
            "errors": [*own, *mistakes(fields)],
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def sitting(request: SignedIn, sitting_id: int) -> HttpResponse:
    """Show who comes to one sitting and why, or keep what happened."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            _act(request, sitting_id)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-sitting", args=[sitting_id]))
    view = reads.table_view(sitting_id, account=request.user)
    at = f"words-{request.POST.get('seat', '')}" if error and error.field == "words" else ""
    return render(
        request,
        "portal/sittings/desk_one.html",
        {
            "view": view,
            "line": view.sitting,
            "seats": [(one, STATES[one.state]) for one in view.seats],
            "typed": request.POST,
            "errors": [Mistake(at or error.field, error.to(language_of(request)))] if error else [],
        },
        status=error.status if error else 200,
    )


def _act(request: SignedIn, sitting_id: int) -> None:
    form, by = request.POST, request.user
    act, text = form.get("act", ""), form.get("seat", "")
    seat = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    match act:
        case "cancel":
            actions.cancel_sitting(sitting_id, form.get("why", ""), by=by)
        case "came" | "absent":
            actions.note_presence(seat, act == "came", by=by)
        case "answer":
            actions.answer_seat(seat, form.get("words", ""), by=by)
        case "whistle":
            actions.make_whistle(seat, by=by)
        case _:
            raise WrongInput("sittings.act", "请先选一样再发。", "Choose what to do first.")


def _wanted(request: SignedIn, spec: SittingSpec) -> actions.Wanted:
    form = request.POST
    seats = form.get("seats", "")
    return actions.Wanted(
        house=spec.key,
        day=_day(form.get("day", "")),
        starts=_time(form.get("starts", ""), "starts"),
        ends=_time(form.get("ends", ""), "ends"),
        place=form.get("place", "")[:60],
        topic=form.get("topic", "")[:60],
        seats=int(seats) if seats.isascii() and seats.isdigit() and len(seats) < 5 else 0,
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as cause:
        raise WrongInput(
            "sittings.day",
            "日期写成 2026-12-03 这样。别的都还在。",
            "Write the day like 2026-12-03. The rest is kept.",
            field="day",
        ) from cause


def _time(text: str, name: str) -> time:
    try:
        found = time.fromisoformat(text.strip())
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None:
        raise WrongInput(
            "sittings.hour",
            "时间写成 14:30 这样。别的都还在。",
            "Write the time like 14:30. The rest is kept.",
            field=name,
        )
    return found.replace(second=0, microsecond=0)


def _fields(
    request: SignedIn,
    spec: SittingSpec,
    days: list[tuple[date, str]],
    error: MinshengError | None,
) -> list[Field]:
    lang = language_of(request)
    day, topic = days[0] if days else (None, "")
    first = {
        "day": day.isoformat() if day else "",
        "topic": topic,
        "place": next(iter(spec.places), ""),
        "starts": spec.weekly.starts,
        "ends": spec.weekly.ends,
        "seats": str(spec.seats),
    }
    typed = request.POST if error else first
    wrong = {error.field: error.to(lang)} if error is not None else {}
    return [
        replace(one, value=str(typed.get(one.name, "")), error=wrong.get(one.name, ""))
        for one in (
            Field(id="day", name="day", label=Text("哪一天", "Which day").to(lang), help=Text("像 2026-12-03", "Like 2026-12-03").to(lang), width="s"),
            Field(id="starts", name="starts", label=Text("几点开始", "From").to(lang), width="s"),
            Field(id="ends", name="ends", label=Text("几点结束", "To").to(lang), width="s"),
            _choice("topic", Text("什么主题", "Topic"), [(key, one.title) for key, one in spec.topics.items()], lang),
            _choice("place", Text("在哪里", "Where"), [(key, one.title) for key, one in spec.places.items()], lang),
            Field(id="seats", name="seats", label=Text("几个座", "Seats").to(lang), inputmode="numeric", width="s"),
        )
    ]  # fmt: skip


def _choice(name: str, label: Text, options: list[tuple[str, Text]], lang: Language) -> Field:
    return Field(
        id=name,
        name=name,
        label=label.to(lang),
        control="radio",
        options=[Choice(key, title.to(lang)) for key, title in options],
    )
