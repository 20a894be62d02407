"""Giving a class an exit ticket or homework: skills, suggested items, swapped or left out, given."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from minsheng.apps.mastery import actions
from minsheng.apps.mastery import reads as mastery
from minsheng.apps.schools import access
from minsheng.engines.learning import homework
from minsheng.lib.errors import Conflict, MinshengError, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Mistake
from minsheng.portal.languages import language_of
from minsheng.portal.school.asking import Asking, asking

if TYPE_CHECKING:
    from minsheng.apps.mastery.bank import Shelf
    from minsheng.apps.schools.models import SchoolClass

TICKET, HOMEWORK = "ticket", "homework"
HOMEWORK_SECONDS, HOMEWORK_ITEMS = 15 * 60, 8
DUE = time(8, 0)


@dataclass(frozen=True, slots=True)
class _Form:
    """What is chosen so far; everything survives a mistake."""

    kind: str
    title: str
    day: str
    due: str
    skills: tuple[str, ...]
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _SkillChoice:
    key: str
    title: Text
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class _UnitChoice:
    title: Text
    skills: tuple[_SkillChoice, ...]

    @property
    def chosen(self) -> int:
        return sum(one.is_chosen for one in self.skills)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def give(request: SignedIn, class_id: int) -> HttpResponse:
    """Show the form with what is suggested, change the choice, or give it to the class."""
    school_class = access.require_teacher(request.user, class_id)
    of = mastery.subject_of(school_class, request.GET.get("subject", ""))
    typed = request.POST if request.method == "POST" else request.GET
    form = _form(of, typed)
    error: MinshengError | None = None
    act = request.POST.get("act", "") if request.method == "POST" else ""
    if act == "give":
        try:
            work = _give(class_id, of, form, request)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("class-work", args=[work]))
    else:
        form, error = _changed(of, form, act, class_id, is_first=request.method != "POST")
    return render(
        request,
        "portal/school/give.html",
        _page(school_class, of, form, error, language_of(request)),
        status=error.status if error else 200,
    )


def _page(
    school_class: SchoolClass, of: Shelf, form: _Form, error: MinshengError | None, lang: str
) -> dict[str, object]:
    day = _day(form.day) or timezone.localdate()
    seconds = mastery.seconds_of([of.item(key) for key in form.items])
    places = {"items": "picked", "title": "title", "day": "day", "due": "due", "skills": "skills"}
    return {
        "school_class": school_class,
        "subject": of.subject.spec.title,
        "form": form,
        "is_ticket": form.kind == TICKET,
        "units": _units(of, form.skills),
        "picked": _picked(of, form.items),
        "minutes": mastery.minutes_of(of, form.items) if form.items else 0,
        "seconds": seconds,
        "is_long": form.kind == TICKET and seconds > mastery.TICKET_SECONDS,
        "left": mastery.minutes_left(school_class, day),
        "cite": homework.CITE,
        "errors": [Mistake(places.get(error.field, ""), error.to(lang))] if error else [],
        "wrong": error.field if error else "",
    }


def _form(of: Shelf, typed: QueryDict) -> _Form:
    known = of.subject.skills.skills
    today = timezone.localdate()
    return _Form(
        kind=HOMEWORK if typed.get("kind") == HOMEWORK else TICKET,
        title=typed.get("title", "")[:80],
        day=typed.get("day", today.isoformat())[:10],
        due=typed.get("due", "")[:16],
        skills=tuple(key for key in typed.getlist("skill") if key in known),
        items=tuple(key for key in dict.fromkeys(typed.getlist("item")) if key in of.subject.items),
    )


def _changed(
    of: Shelf, form: _Form, act: str, school_class: int, *, is_first: bool
) -> tuple[_Form, MinshengError | None]:
    """Return the form after a press that gives nothing yet: suggest, swap, leave out."""
    verb, _, key = act.partition(":")
    if verb == "drop":
        return replace(form, items=tuple(one for one in form.items if one != key)), None
    if verb == "swap" and key in form.items:
        skill = of.item(key).skills[0]
        other = mastery.suggested_items(
            of.key, [skill], count=1, seconds=10_000, without=(*form.items, *_last(of, key))
        )
        if not other:
            return form, WrongInput(
                "mastery.no_other",
                "这个知识点没有别的题可换了。可以去掉它，或者多选一个知识点。",
                "There is no other item of this skill. Leave it out, or choose another skill.",
                field="items",
            )
        items = tuple(other[0].key if one == key else one for one in form.items)
        return replace(form, items=items), None
    if not form.skills:
        if is_first:
            return form, None
        return form, WrongInput(
            "mastery.no_skill", "请先选这节课的知识点。", "Choose the skills of this lesson first.",
            field="skills",
        )  # fmt: skip
    if form.items and is_first:
        return form, None
    found = (
        mastery.suggested_ticket(of.key, form.skills, classes=[school_class], instead_of=form.items)
        if form.kind == TICKET
        else mastery.suggested_items(
            of.key, form.skills, count=HOMEWORK_ITEMS, seconds=HOMEWORK_SECONDS
        )
    )
    title = form.title or of.subject.skills.skills[form.skills[0]].title.zh
    return replace(form, items=tuple(one.key for one in found), title=title), None


def _last(of: Shelf, key: str) -> tuple[str, ...]:
    """Return the items before one in its skill, so that pressing again goes on and not back."""
    its = [item.key for item in of.subject.by_skill[of.item(key).skills[0]]]
    before = its[: its.index(key) + 1] if key in its else []
    return tuple(before) if len(before) < len(its) else (key,)


def _give(class_id: int, of: Shelf, form: _Form, request: SignedIn) -> int:
    day = _day(form.day)
    if day is None:
        raise WrongInput(
            "mastery.day", "日期写成 2026-12-03 这样。", "Write the day like 2026-12-03.", field="day"
        )  # fmt: skip
    given = actions.Given(
        subject=of.key, title=form.title, items=form.items, day=day, due=_due(form)
    )
    act = actions.give_ticket if form.kind == TICKET else actions.give_homework
    return act(class_id, given, by=request.user).pk


def _due(form: _Form) -> datetime | None:
    """Return until when homework is handed in: a day, at eight in the morning; None for a ticket."""
    if form.kind == TICKET or not form.due.strip():
        return None
    day = _day(form.due)
    if day is None:
        raise WrongInput(
            "mastery.due", "截止日期写成 2026-12-03 这样，不限就空着。",
            "Write the day like 2026-12-03, or leave it empty.", field="due",
        )  # fmt: skip
    return datetime.combine(day, DUE, timezone.get_current_timezone())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def _units(of: Shelf, chosen: tuple[str, ...]) -> list[_UnitChoice]:
    skills = of.subject.skills.skills
    return [
        _UnitChoice(
            unit.title,
            tuple(
                _SkillChoice(key, skill.title, key in chosen)
                for key, skill in skills.items()
                if skill.unit == at
            ),
        )
        for at, unit in of.subject.spec.units.items()
    ]


def _picked(of: Shelf, items: tuple[str, ...]) -> list[tuple[Asking, Text]]:
    skills = of.subject.skills.skills
    return [
        (one, skills[one.shown.item.skills[0]].title)
        for one in asking(mastery.asked_new(of, items), None)
    ]
