"""Clubs for who works at a school: lists and who came, rounds step by step, figures of the district."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from minsheng.apps.clubs import actions, reads
from minsheng.apps.people import installed
from minsheng.apps.people import reads as people
from minsheng.lib.errors import Conflict, MinshengError, NotAllowed, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Choice, Field, Mistake, mistakes
from minsheng.portal.languages import Language, language_of
from minsheng.portal.school.choices import number_in
from minsheng.portal.school.typed import row_id

TAGS = {
    "open": "running", "closed": "waiting", "drawn": "waiting", "published": "done",
    "ended": "withdrawn",
}  # fmt: skip
MARKS = (
    ("came", Text("来了", "Came")),
    ("absent", Text("没来", "Absent")),
    ("excused", Text("请假", "Excused")),
)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def clubs(request: SignedIn) -> HttpResponse:
    """Show the clubs I lead and the rounds I run; open a round."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            made = actions.open_round(_wanted(request), by=request.user)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("school-round", args=[made.pk]))
    room = reads.room(request.user)
    lang = language_of(request)
    fields = _fields(request, room, error, lang) if room.schools else []
    rows, goals = reads.district(request.user) if room.is_bureau else ([], ())
    own = [] if error is None or error.field else [Mistake("", error.to(lang))]
    return render(
        request,
        "portal/clubs/school.html",
        {
            "room": room,
            "rounds": [(one, TAGS[one.status]) for one in room.rounds],
            "fields": fields,
            "rows": rows,
            "goals": goals,
            "errors": [*own, *mistakes(fields)],
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def one_round(request: SignedIn, round_id: int) -> HttpResponse:
    """Show how a round is filled, or take its next step."""
    error: MinshengError | None = None
    trial = verdict = None
    if request.method == "POST":
        act, by = request.POST.get("act", ""), request.user
        try:
            match act:
                case "trial":
                    trial = reads.trial(round_id, account=by)
                case "verify":
                    verdict = reads.verify(round_id, account=by)
                case "close":
                    actions.close_round(round_id, by=by)
                case "draw":
                    actions.draw_round(round_id, request.POST.get("words", ""), by=by)
                case "publish":
                    actions.publish_round(round_id, by=by)
                case "end":
                    actions.end_round(round_id, by=by)
                case _:
                    raise WrongInput("clubs.act", "请先选一样再发。", "Choose what to do first.")
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            if trial is None and verdict is None:
                return HttpResponseRedirect(reverse("school-round", args=[round_id]))
    view = reads.round_view(round_id, account=request.user)
    lang = language_of(request)
    return render(
        request,
        "portal/clubs/round.html",
        {
            "view": view,
            "line": view.line,
            "tag": TAGS[view.line.status],
            "trial": trial,
            "verdict": verdict,
            "typed": request.POST.get("words", ""),
            "wrong": error.to(lang) if error and error.field == "words" else "",
            "errors": [Mistake(error.field, error.to(lang))] if error else [],
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def one_club(request: SignedIn, offer_id: int) -> HttpResponse:
    """Show who is in a club, keep who came, or name who leads it."""
    error: MinshengError | None = None
    asked = _day(request.POST.get("day", "") or request.GET.get("day", ""))
    if request.method == "POST":
        try:
            _act(request, offer_id, asked)
        except (WrongInput, Conflict, NotAllowed) as wrong:
            error = wrong
        else:
            back = reverse("school-club", args=[offer_id])
            return HttpResponseRedirect(f"{back}?day={asked.isoformat()}" if asked else back)
    found = reads.club_list(offer_id, account=request.user, day=asked)
    lang = language_of(request)
    return render(
        request,
        "portal/clubs/club.html",
        {
            "list": found,
            "offer": found.offer,
            "marks": MARKS,
            "came": sum(one.mark == "came" for one in found.members),
            "kept": sum(bool(one.mark) for one in found.members),
            "leaders": reads.possible_leaders(offer_id, account=request.user),
            "terms": reads.terms(offer_id, account=request.user),
            "errors": [Mistake("", error.to(lang))] if error else [],
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def enrol(request: SignedIn, offer_id: int) -> HttpResponse:
    """Put one pupil into a club, take one out, or take the last step back."""
    error: MinshengError | None = None
    by = request.user
    if request.method == "POST":
        try:
            done = _change_list(request, offer_id)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            back = reverse("school-club-enrol", args=[offer_id])
            return HttpResponseRedirect(f"{back}?done={done}")
    found = reads.enrol_room(offer_id, account=by)
    done = row_id(request.GET.get("done"))
    lang = language_of(request)
    fields = _enrol_fields(request, found, error, lang)
    own = [] if error is None or error.field else [Mistake("", error.to(lang))]
    return render(
        request,
        "portal/clubs/enrol.html",
        {
            "room": found,
            "offer": found.offer,
            "fields": fields,
            "put_in": next((one for one in found.members if one.choice == done), None),
            "taken_out": next((one for one in found.out if one.choice == done), None),
            "errors": [*own, *mistakes(fields)],
        },
        status=error.status if error else 200,
    )


def _change_list(request: SignedIn, offer_id: int) -> int:
    """Carry out one act of the page and return the choice that it changed."""
    form, by = request.POST, request.user
    match form.get("act", ""):
        case "enrol":
            class_id = number_in(request, "class")
            return actions.enrol(offer_id, class_id, form.get("name", "")[:60], by=by).pk
        case "out":
            return actions.take_out(number_in(request, "choice"), by=by).pk
        case "back":
            return actions.put_back(number_in(request, "choice"), by=by).pk
    raise WrongInput("clubs.act", "请先选一样再发。", "Choose what to do first.")


def _enrol_fields(
    request: SignedIn, room: reads.EnrolRoom, error: MinshengError | None, lang: Language
) -> list[Field]:
    typed = request.POST if error else {}
    wrong = {error.field: error.to(lang)} if error is not None else {}
    classes = [Choice(str(one.pk), one.title) for one in room.classes]
    return [
        Field(
            id=name, name=name, label=label.to(lang), value=str(typed.get(name, "")),
            error=wrong.get(name, ""), **more,
        )
        for name, label, more in (
            ("class", Text("哪个班", "Which class"), {"control": "select", "options": classes}),
            ("name", Text("孩子的姓名，写全", "The child's full name"), {"maxlength": 60}),
        )
    ]  # fmt: skip


def _act(request: SignedIn, offer_id: int, asked: date | None) -> None:
    if request.POST.get("act") == "leader":
        found = reads.club_list(offer_id, account=request.user)
        account = people.account(number_in(request, "account"))
        actions.name_leader(found.offer.club, account, by=request.user, since=timezone.localdate())
        return
    if request.POST.get("act") == "end":
        new = number_in(request, "successor")
        actions.end_leader(
            number_in(request, "term"),
            by=request.user,
            on=timezone.localdate(),
            successor=people.account(new) if new else None,
        )
        return
    marks = {
        int(key[5:]): request.POST.get(key, "")
        for key in request.POST
        if key.startswith("mark-") and key[5:].isascii() and key[5:].isdigit() and len(key) < 24
    }
    actions.note_presences(offer_id, asked or date.min, marks, by=request.user)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _wanted(request: SignedIn) -> actions.RoundWanted:
    form = request.POST
    closes, last = _day(form.get("closes", "")), _day(form.get("changes_until", ""))
    if closes is None or last is None:
        raise WrongInput(
            "clubs.days",
            "日期写成 2026-12-03 这样。别的都还在。",
            "Write days like 2026-12-03. The rest is kept.",
            field="changes_until" if closes else "closes",
        )
    catalogue = next(
        (
            key
            for key, one in installed.packs().clubs.items()
            if any(club.school == form.get("school") for club in one.clubs.values())
        ),
        "",
    )
    return actions.RoundWanted(
        school=form.get("school", "")[:60],
        catalogue=catalogue,
        title=form.get("title", ""),
        closes=timezone.make_aware(datetime.combine(closes, time(20))),
        changes_until=last,
        most=number_in(request, "most"),
    )


def _fields(
    request: SignedIn, room: reads.Room, error: MinshengError | None, lang: Language
) -> list[Field]:
    first = {"school": room.schools[0].sourced_id, "most": "2"}
    typed = request.POST if error else first
    wrong = {error.field: error.to(lang)} if error is not None else {}
    example = Text("像 2026-12-03", "Like 2026-12-03").to(lang)
    return [
        replace(one, value=str(typed.get(one.name, "")), error=wrong.get(one.name, ""))
        for one in (
            Field(id="school", name="school", label=Text("哪所学校", "Which school").to(lang), control="radio", options=[Choice(one.sourced_id, one.title.to(lang)) for one in room.schools]),
            Field(id="title", name="title", label=Text("这一轮叫什么", "What it is called").to(lang), help=Text("比如“秋季社团”", "Like Autumn clubs").to(lang), maxlength=60),
            Field(id="closes", name="closes", label=Text("志愿填到哪天（晚上 8 点截止）", "Until which day families choose (8 pm)").to(lang), help=example, width="s"),
            Field(id="changes_until", name="changes_until", label=Text("候补到哪天", "Until which day the waiting list moves").to(lang), help=example, width="s"),
            Field(id="most", name="most", label=Text("一个孩子最多几个社团", "How many clubs for one pupil").to(lang), inputmode="numeric", width="s"),
        )
    ]  # fmt: skip
