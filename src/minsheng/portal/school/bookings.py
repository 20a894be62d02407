"""Lessons with universities and labs: booked for a class, confirmed, called off, kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from minsheng.apps.clubs import actions, reads
from minsheng.apps.people import installed
from minsheng.lib.errors import Conflict, MinshengError, NotAllowed, NotFound, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Choice, Field, Mistake, mistakes
from minsheng.portal.languages import Language, language_of
from minsheng.portal.school.choices import number_in

TAGS = {
    "asked": "waiting", "confirmed": "running", "cancelled": "cancelled", "came": "done",
    "absent": "skipped",
}  # fmt: skip
KINDS = (
    ("professor", Text("教授进课堂", "A professor comes to class")),
    ("campus", Text("学生进高校", "Pupils go to a university")),
    ("lab", Text("科创实验中心", "A science lab")),
)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def bookings(request: SignedIn) -> HttpResponse:
    """Show what can be booked for my classes and what is booked; or act on it."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            _act(request)
        except (WrongInput, Conflict, NotAllowed) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("school-bookings"))
    lang = language_of(request)
    room = reads.lesson_room(request.user)
    offering = error if request.POST.get("act") == "offer" else None
    fields = _fields(request, offering, lang) if room.is_desk else []
    found = mistakes(fields)
    own = [Mistake(_where(request, error), error.to(lang))] if error and not found else []
    return render(
        request,
        "portal/clubs/bookings.html",
        {
            "room": room,
            "tags": TAGS,
            "fields": fields,
            "booked": sum(
                row.status in ("asked", "confirmed") for one in room.coming for row in one.bookings
            ),
            "free": sum(bool(one.classes) for one in room.coming),
            "typed": request.POST,
            "errors": [*own, *found],
        },
        status=error.status if error else 200,
    )


def _where(request: SignedIn, error: MinshengError) -> str:
    if error.field not in ("why", "words"):
        return ""
    kind = "slot" if request.POST.get("act") == "call_off" else "booking"
    return f"{error.field}-{kind}-{number_in(request, kind)}"


def _act(request: SignedIn) -> None:
    form, by = request.POST, request.user
    slot, booking = number_in(request, "slot"), number_in(request, "booking")
    match form.get("act", ""):
        case "book":
            actions.book_slot(slot, number_in(request, "class"), by=by)
        case "confirm":
            actions.confirm_booking(booking, by=by)
        case "cancel":
            actions.cancel_booking(booking, form.get("why", ""), by=by)
        case "came" | "absent":
            came = form.get("act") == "came"
            actions.note_lesson(booking, came=came, words=form.get("words", ""), by=by)
        case "call_off":
            actions.cancel_slot(slot, form.get("why", ""), by=by)
        case "offer":
            actions.offer_slot(_wanted(request), by=by)
        case _:
            raise WrongInput("clubs.act", "请先选一样再发。", "Choose what to do first.")


def _wanted(request: SignedIn) -> actions.Wanted:
    form = request.POST
    catalogue = next(iter(installed.packs().clubs), "")
    if not catalogue:
        raise NotFound(
            "clubs.no_catalogue",
            "还没有课后服务的目录。请先装上目录。",
            "There is no catalogue yet. Install one first.",
        )
    return actions.Wanted(
        kind=form.get("kind", "")[:10],
        catalogue=catalogue,
        host=form.get("host", "")[:60],
        title=form.get("title", ""),
        about=form.get("about", ""),
        place=form.get("place", ""),
        day=_day(form.get("day", "")),
        starts=_time(form.get("starts", ""), "starts"),
        ends=_time(form.get("ends", ""), "ends"),
        grades=tuple(
            int(one) for one in form.get("grades", "").replace("，", ",").split(",")
            if one.strip().isascii() and one.strip().isdigit() and len(one.strip()) < 3
        ),
        seats=number_in(request, "seats"),
        classes=number_in(request, "classes"),
    )  # fmt: skip


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as cause:
        raise WrongInput(
            "clubs.day",
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
            "clubs.hour",
            "时间写成 14:30 这样。别的都还在。",
            "Write the time like 14:30. The rest is kept.",
            field=name,
        )
    return found.replace(second=0, microsecond=0)


def _fields(request: SignedIn, error: MinshengError | None, lang: Language) -> list[Field]:
    packs = list(installed.packs().clubs.values())
    hosts = [
        Choice(key, one.title.to(lang), group=heading.to(lang))
        for pack in packs
        for heading, its in (
            (Text("大学", "Universities"), pack.universities),
            (Text("实验中心", "Labs"), pack.labs),
        )
        for key, one in its.items()
    ]
    first = {
        "kind": "professor", "starts": "14:30", "ends": "15:30", "grades": "4", "seats": "60",
        "classes": "1",
    }  # fmt: skip
    typed = request.POST if error else first
    wrong = {error.field: error.to(lang)} if error is not None else {}
    return [
        replace(one, value=str(typed.get(one.name, "")), error=wrong.get(one.name, ""))
        for one in (
            Field(id="kind", name="kind", label=Text("哪一种", "Which kind").to(lang), control="radio", options=[Choice(key, said.to(lang)) for key, said in KINDS]),
            Field(id="host", name="host", label=Text("哪所大学、哪个实验中心", "Which university or lab").to(lang), control="select", options=hosts),
            Field(id="title", name="title", label=Text("讲什么、做什么", "What about").to(lang), maxlength=100),
            Field(id="about", name="about", label=Text("说明", "More about it").to(lang), control="textarea", maxlength=300, required=False),
            Field(id="place", name="place", label=Text("在哪里", "Where").to(lang), maxlength=100, required=False),
            Field(id="day", name="day", label=Text("哪一天", "Which day").to(lang), help=Text("像 2026-12-03", "Like 2026-12-03").to(lang), width="s"),
            Field(id="starts", name="starts", label=Text("几点开始", "From").to(lang), width="s"),
            Field(id="ends", name="ends", label=Text("几点结束", "To").to(lang), width="s"),
            Field(id="grades", name="grades", label=Text("哪几个年级", "Which grades").to(lang), help=Text("像 3,4", "Like 3,4").to(lang), width="s"),
            Field(id="classes", name="classes", label=Text("几个班", "How many classes").to(lang), inputmode="numeric", width="s"),
            Field(id="seats", name="seats", label=Text("一共几个座位", "Seats in all").to(lang), inputmode="numeric", width="s"),
        )
    ]  # fmt: skip
