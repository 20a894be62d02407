"""双师课堂: pairings, the week, one lesson with both sides, the room, the joint ticket, the effect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from math import isfinite
from typing import TYPE_CHECKING, cast

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.dual import actions, reads
from minsheng.apps.mastery import reads as mastery
from minsheng.lib.errors import Conflict, MinshengError, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Mistake
from minsheng.portal.languages import language_of

if TYPE_CHECKING:
    from minsheng.apps.dual.reads import EffectView, LessonView
    from minsheng.engines.items.items import Item

TONES = {
    "proposed": "idle", "agreed": "open", "declined": "no", "ended": "done", "planned": "idle",
    "running": "open", "taught": "done", "cancelled": "no",
}  # fmt: skip
ROOM_TONES = {"": "idle", "asked": "open", "ready": "done", "failed": "no", "closed": "idle"}


@require_safe
@staff_only
def dual(request: SignedIn) -> HttpResponse:
    """Show my pairings, this week, and the lessons so far."""
    account = request.user
    mine, _ = reads.classes_to_pair(account)
    week = reads.week_of(account)
    return render(
        request,
        "portal/school/dual.html",
        {
            "pairings": [(one, TONES[one.row.state]) for one in reads.pairings_of(account)],
            "week": [
                (one, TONES[one.lesson.row.state] if one.lesson else "") for one in week.lines
            ],
            "lessons": [(one, TONES[one.row.state]) for one in reads.lessons_of_teacher(account)],
            "leads": bool(mine),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def new_pairing(request: SignedIn) -> HttpResponse:
    """Propose a pairing, as a head."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            made = actions.propose(_proposed(request.POST), by=request.user)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("school-dual-pairing", args=[made.pk]))
    mine, others = reads.classes_to_pair(request.user)
    return render(
        request,
        "portal/school/dual_new.html",
        {
            "subjects": reads.subjects(),
            "classes": [*mine, *others] if mine else [],
            "typed": request.POST,
            "today": timezone.localdate(),
            "wrong": error.field if error else "",
            "errors": _errors(request, error),
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def pairing(request: SignedIn, pairing_id: int) -> HttpResponse:
    """Show one pairing; agree, decline, end it, set its hours, set a lesson."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            to = _act_on_pairing(request, pairing_id)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(to)
    view = reads.pairing_view(pairing_id, account=request.user)
    plans = reads.plans_for(pairing_id, account=request.user) if "lesson" in view.may else []
    return render(
        request,
        "portal/school/dual_pairing.html",
        {
            "view": view,
            "tone": TONES[view.row.state],
            "plans": plans,
            "days": list(enumerate(DAYS)),
            "typed": request.POST,
            "act": request.POST.get("act", ""),
            "day": request.GET.get("day", "")[:10],
            "starts": request.GET.get("starts", "")[:5],
            "wrong": error.field if error else "",
            "errors": _errors(request, error),
        },
        status=error.status if error else 200,
    )


@require_safe
@staff_only
def effect(request: SignedIn, pairing_id: int) -> HttpResponse:
    """Show whether the classes grew more than similar ones, with how surely that can be said."""
    view = reads.effect_of(pairing_id, account=request.user)
    return render(request, "portal/school/dual_effect.html", {"view": view, "sides": _sides(view)})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def lesson(request: SignedIn, dual_id: int) -> HttpResponse:
    """Show one lesson with both sides, or do what is to be done in it."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            _act_on_lesson(request, dual_id)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("school-dual-lesson", args=[dual_id]))
    view = reads.lesson_view(dual_id, account=request.user)
    proposed = _items(view)
    return render(
        request,
        "portal/school/dual_lesson.html",
        {
            "view": view,
            "tone": TONES[view.row.state],
            "room_tone": ROOM_TONES[view.room.state],
            "ticket": reads.ticket_of(dual_id, account=request.user),
            "proposed": proposed,
            "proposed_seconds": mastery.seconds_of(proposed),
            "stand_ins": reads.stand_ins(dual_id, account=request.user) if "in" in view.may else {},
            "typed": request.POST,
            "act": request.POST.get("act", ""),
            "wrong": error.field if error else "",
            "errors": _errors(request, error),
        },
        status=error.status if error else 200,
    )


@require_safe
@staff_only
def room(request: SignedIn, dual_id: int, part_id: int) -> HttpResponse:
    """Lead into the room, as a classroom, the lead, or to look on."""
    try:
        link = actions.room_link(dual_id, part_id, by=request.user)
    except Conflict:  # The lesson's page says how the room stands.
        link = reverse("school-dual-lesson", args=[dual_id])
    return HttpResponseRedirect(link)


DAYS = (
    Text("星期一", "Monday"), Text("星期二", "Tuesday"), Text("星期三", "Wednesday"),
    Text("星期四", "Thursday"), Text("星期五", "Friday"),
)  # fmt: skip


def _act_on_pairing(request: SignedIn, pairing_id: int) -> str:
    form, by = request.POST, request.user
    here = reverse("school-dual-pairing", args=[pairing_id])
    match form.get("act", ""):
        case "agree":
            actions.agree(pairing_id, by=by)
        case "decline":
            actions.decline(pairing_id, form.get("why", ""), by=by)
        case "end":
            actions.end_pairing(pairing_id, form.get("why", ""), by=by)
        case "hours":
            hours = [
                (at, _time(form.get(f"at-{at}", ""), "hours"))
                for at in range(len(DAYS))
                if form.get(f"at-{at}", "").strip()
            ]
            actions.set_timetable(pairing_id, hours, by=by)
        case "lesson":
            made = actions.set_lesson(
                pairing_id, _number(form.get("plan", ""), "plan"), _day(form.get("day", ""), "day"),
                _time(form.get("starts", ""), "starts"), by=by, why=form.get("why", ""),
            )  # fmt: skip
            return reverse("school-dual-lesson", args=[made.pk])
        case _:
            raise _nothing_chosen()
    return here


def _act_on_lesson(request: SignedIn, dual_id: int) -> None:
    form, by = request.POST, request.user
    acts: dict[str, Callable[[], object]] = {
        "begin": lambda: actions.begin(dual_id, by=by),
        "end": lambda: actions.end(dual_id, by=by),
        "step": lambda: actions.go_to_step(dual_id, form.get("step", ""), by=by),
        "ticket": lambda: actions.give_ticket(dual_id, form.getlist("item"), by=by),
        "room": lambda: actions.open_room(dual_id, by=by),
        "other": lambda: actions.say_other_way(dual_id, form.get("other_way", ""), by=by),
        "off": lambda: actions.call_off(dual_id, form.get("why", ""), by=by),
        "move": lambda: actions.move(
            dual_id, _day(form.get("day", ""), "day"), _time(form.get("starts", ""), "starts"),
            form.get("why", ""), by=by,
        ),
        "in": lambda: _stand_in(dual_id, form, request),
        "tasks": lambda: actions.set_tasks(dual_id, _tasks(form), by=by),
        "presence": lambda: actions.keep_attendance(
            _number(form.get("part", ""), "part"), _marks(form), by=by
        ),
        "word": lambda: actions.say_word(
            _number(form.get("part", ""), "part"), form.get("words", ""), by=by
        ),
    }  # fmt: skip
    act = acts.get(form.get("act", ""))
    if act is None:
        raise _nothing_chosen()
    act()


def _stand_in(dual_id: int, form: QueryDict, request: SignedIn) -> None:
    actions.stand_in(
        dual_id, _number(form.get("part", ""), "teacher"), _number(form.get("teacher", ""), "teacher"),
        by=request.user,
    )  # fmt: skip


def _tasks(form: QueryDict) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name in form:
        kind, _, rest = name.partition("-")
        step, _, side = rest.rpartition("-")
        if kind == "task" and side in ("lead", "far"):
            found.setdefault(step, {})[side] = form.get(name, "")
    return found


def _marks(form: QueryDict) -> dict[int, str]:
    return {
        int(name[2:]): form.get(name, "")
        for name in form
        if name.startswith("p-") and name[2:].isascii() and name[2:].isdigit() and form.get(name)
    }


def _proposed(form: QueryDict) -> actions.Proposed:
    lead = _pair(form.get("lead", ""), "lead")
    far = [
        _pair(form.get(name, ""), name)
        for name in ("far", "far_more")
        if form.get(name) or name == "far"
    ]
    return actions.Proposed(
        subject=_subject(form.get("subject", "")), lead_teacher=lead[1], lead=(lead,),
        far=tuple(far), since=_day(form.get("since", ""), "since"),
        until=_day(form.get("until", ""), "until"),
    )  # fmt: skip


def _subject(key: str) -> str:
    if key not in dict(reads.subjects()):
        raise _wrong("subject", "请选哪门课。", "Choose the subject.")
    return key


def _pair(text: str, field: str) -> tuple[int, int]:
    first, _, second = text.partition(":")
    if not (_is_number(first) and _is_number(second)):
        raise _wrong(field, "请选班和老师。", "Choose class and teacher.")
    return int(first), int(second)


def _items(view: LessonView) -> list[Item]:
    if "ticket" not in view.may or any(part.row.lesson.ticket_id for part in view.parts):
        return []
    skills = cast("list[str]", list(view.row.plan.body.get("skills", ())))
    classes = [part.row.lesson.school_class_id for part in view.parts]
    return mastery.suggested_ticket(view.row.plan.subject, skills, classes=classes)


def _sides(view: EffectView) -> list[dict[str, object]]:
    found = []
    for one in view.sides:
        effect = one.effect
        known = isfinite(effect.estimate) and isfinite(effect.low) and effect.verdict != "too_few"
        found.append(
            {
                "title": one.title, "said": one.said, "dual": len(effect.dual),
                "similar": len(effect.comparison), "left": len(effect.left_out), "known": known,
                "ways": round(1 / effect.smallest_p),
                "p": f"{effect.p:.2f}" if isfinite(effect.p) else "",
                "estimate": f"{effect.estimate:+.2f}" if known else "",
                "interval": f"{effect.low:+.2f} … {effect.high:+.2f}" if known else "",
            }
        )  # fmt: skip
    return found


def _errors(request: SignedIn, error: MinshengError | None) -> list[Mistake]:
    if error is None:
        return []
    return [Mistake(_place(error.field, request.POST), error.to(language_of(request)))]


def _place(field: str, form: QueryDict) -> str:
    """Return the id of the field on the page: some forms stand there once for each class."""
    act, part = form.get("act", ""), form.get("part", "")
    if field in ("teacher", "words", "marks") and _is_number(part):
        return f"{field}-{part}"
    if field == "why" and act in ("decline", "end"):
        return f"{act}-why"
    return "" if field in ("part", "step", "weekday", "minutes", "teacher") else field


def _day(text: str, field: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError as cause:
        raise _wrong(
            field, "日期写成 2026-12-03 这样。", "Write the day like 2026-12-03."
        ) from cause


def _time(text: str, field: str) -> time:
    try:
        found = time.fromisoformat(text.strip())
    except ValueError:
        found = None
    if found is None or found.tzinfo is not None:
        raise _wrong(field, "时间写成 09:00 这样。", "Write the time like 09:00.")
    return found.replace(second=0, microsecond=0)


def _number(text: str, field: str) -> int:
    if not _is_number(text):
        raise _wrong(field, "请选一个。", "Choose one.")
    return int(text)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _nothing_chosen() -> WrongInput:
    return WrongInput("dual.act", "请先选一样再发。", "Choose what to do first.")


def _wrong(field: str, zh: str, en: str) -> WrongInput:
    return WrongInput("dual.form", f"{zh}别的都还在。", f"{en} The rest is kept.", field=field)
