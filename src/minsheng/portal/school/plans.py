"""Plans of lessons: mine, the library, one with its versions, written and written anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.lessons import access, actions, reads
from minsheng.apps.lessons.actions.planning import WrongPlan
from minsheng.apps.mastery.bank import shelf
from minsheng.apps.people.installed import packs
from minsheng.apps.schools import reads as schools
from minsheng.engines.items.skills import Skill
from minsheng.engines.lessons import Material, Plan, Step
from minsheng.lib.errors import Conflict, MinshengError, NotAllowed, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import Choice, Field, Mistake, mistakes
from minsheng.portal.languages import Language, language_of
from minsheng.portal.school import typed as read

SHARES = (
    ("", Text("只有我自己", "Only me")),
    ("school", Text("本校老师", "Teachers of my school")),
    ("district", Text("全区老师", "Teachers of the district")),
)
PARTS = {
    "title": Text("课题", "Title"),
    "aim": Text("学会什么", "Aim"),
    "skills": Text("知识点", "Skills"),
    "minutes": Text("分钟", "Minutes"),
    "teacher": Text("老师做什么", "What the teacher does"),
    "pupils": Text("学生做什么", "What pupils do"),
    "questions": Text("关键问题", "Key questions"),
    "materials": Text("材料", "Materials"),
    "practice": Text("每人做几道", "Exercises for each pupil"),
}


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """The skills of a unit as boxes: (skill, is it chosen); open when one is."""

    title: Text
    skills: tuple[tuple[Skill, bool], ...]

    @property
    def chosen(self) -> int:
        """Return how many are chosen."""
        return sum(is_chosen for _, is_chosen in self.skills)


@require_safe
@staff_only
def lessons(request: SignedIn) -> HttpResponse:
    """Show my lessons to come and taught, my plans, and what others share."""
    words = request.GET.get("words", "")
    coming, taught = reads.lessons_ahead(request.user)
    return render(
        request,
        "portal/lessons/room.html",
        {
            "coming": coming,
            "taught": taught,
            "plans": reads.own_plans(request.user),
            "library": reads.library(request.user, words=words),
            "words": words,
            "may_plan": schools.teaches_anything(request.user),
            "today": timezone.localdate(),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def new(request: SignedIn) -> HttpResponse:
    """Write a new plan."""
    access.school_of(request.user)
    subject = _subject(request)
    pattern = access.pattern()
    plan = reads.blank_plan(pattern)
    error: MinshengError | None = None
    if request.method == "POST":
        plan = _plan(request.POST, plan)
        try:
            made = actions.save_plan(
                actions.Drafted(subject=subject, plan=plan, why=request.POST.get("why", "")),
                by=request.user,
            )
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("plan", args=[made.pk]))
    return _form(request, subject, plan, error, {"is_new": True})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def edit(request: SignedIn, plan_id: int) -> HttpResponse:
    """Write a plan anew, as its next version; afterwards it shows what changed."""
    row = access.require_author(request.user, plan_id)
    view = reads.plan_view(plan_id, account=request.user)
    plan, error = view.plan, None
    if request.method == "POST":
        plan = _plan(request.POST, plan)
        drafted = actions.Drafted(subject=row.subject, plan=plan, why=request.POST.get("why", ""))
        try:
            made = actions.revise_plan(plan_id, drafted, by=request.user)
        except (WrongInput, Conflict) as wrong:
            error = wrong
        else:
            if made.pk == row.pk:
                return HttpResponseRedirect(reverse("plan", args=[made.pk]))
            return HttpResponseRedirect(reverse("plan-changes", args=[made.pk, row.pk]))
    return _form(request, row.subject, plan, error, {"row": row})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def plan(request: SignedIn, plan_id: int) -> HttpResponse:
    """Show one plan; share it, take a copy, set a lesson of it."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            return HttpResponseRedirect(_act(request, plan_id))
        except (WrongInput, Conflict, NotAllowed) as wrong:
            error = wrong
    view = reads.plan_view(plan_id, account=request.user)
    fields = _set_fields(request, error)
    own = [] if error is None or error.field else [Mistake("", error.to(language_of(request)))]
    return render(
        request,
        "portal/lessons/plan.html",
        {
            "view": view,
            "row": view.row,
            "shares": SHARES,
            "fields": fields,
            "classes": schools.classes_of(request.user),
            "errors": [*own, *mistakes(fields)],
        },
        status=error.status if error else 200,
    )


@require_safe
@staff_only
def changes(request: SignedIn, plan_id: int, other_id: int) -> HttpResponse:
    """Show what changed between two versions, word by word."""
    old, new_one, found = reads.changes_between(plan_id, other_id, account=request.user)
    view = reads.plan_view(new_one.pk, account=request.user)
    known = {
        key: skill.title for key, skill in shelf(new_one.subject).subject.skills.skills.items()
    }
    return render(
        request,
        "portal/lessons/changes.html",
        {
            "old": old,
            "new": new_one,
            "view": view,
            "changes": [
                (
                    view.pattern.steps[one.step].title if one.step in view.pattern.steps else "",
                    PARTS[one.part],
                    one,
                    one.part == "skills",
                )
                for one in found
            ],
            "known": known,
        },
    )


def _act(request: SignedIn, plan_id: int) -> str:
    form, by = request.POST, request.user
    match form.get("act", ""):
        case "share":
            actions.share_plan(plan_id, form.get("shared", "?"), by=by)
            return reverse("plan", args=[plan_id])
        case "copy":
            return reverse("plan-edit", args=[actions.copy_plan(plan_id, by=by).pk])
        case "set":
            day, starts = (
                read.day(form.get("day", ""), field="day"),
                read.hour(form.get("starts", ""), field="starts"),
            )
            class_id = read.whole(form.get("school_class", ""), field="school_class")
            made = actions.set_lesson(plan_id, class_id, day, starts, by=by)
            return reverse("lesson", args=[made.pk])
    raise WrongInput("lessons.act", "请先选一样再发。", "Choose what to do first.", field="day")


def _set_fields(request: SignedIn, error: MinshengError | None) -> list[Field]:
    lang, typed = language_of(request), request.POST
    wrong = {error.field: error.to(lang)} if error is not None else {}
    classes = schools.classes_of(request.user)
    asked = (
        ("school_class", Text("给哪个班", "Which class"), "radio", ""),
        ("day", Text("哪天", "Which day"), "text", f"{timezone.localdate():%Y-%m-%d}"),
        ("starts", Text("几点开始", "When it begins"), "text", "09:00"),
    )
    return [
        Field(
            id=name,
            name=name,
            label=label.to(lang),
            control="radio" if control == "radio" else "text",
            help=_HELP[name].to(lang) if name in _HELP else "",
            options=[Choice(str(one.pk), f"{one.title}") for one in classes]
            if control == "radio"
            else (),
            value=str(typed.get(name, first))
            or (str(classes[0].pk) if len(classes) == 1 and control == "radio" else ""),
            error=wrong.get(name, ""),
            width="s",
        )
        for name, label, control, first in asked
    ]


_HELP = {
    "day": Text("写成 2026-12-01。", "Written 2026-12-01."),
    "starts": Text("写成 09:00。", "Written 09:00."),
}


def _subject(request: SignedIn) -> str:
    subjects = packs().subjects
    asked = request.GET.get("subject") or request.POST.get("subject") or next(iter(subjects), "")
    return shelf(asked).key


def _plan(form: QueryDict, before: Plan) -> Plan:
    """Return the plan that was typed; what can't be read as a number stays as -1 and is refused."""
    return Plan(
        title=form.get("title", "").strip(),
        aim=form.get("aim", "").strip(),
        skills=tuple(form.getlist("skills")),
        steps={
            key: Step(
                minutes=_whole(form.get(f"{key}.minutes", "")),
                teacher=form.get(f"{key}.teacher", "").strip(),
                pupils=form.get(f"{key}.pupils", "").strip(),
                questions=tuple(_lines(form.get(f"{key}.questions", ""))),
                materials=tuple(_materials(form.get(f"{key}.materials", ""))),
                skills=step.skills,
                practice=_whole(form.get(f"{key}.practice", "") or "0"),
            )
            for key, step in before.steps.items()
        },
    )


def _whole(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else -1


def _lines(text: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines() if line.strip())


def _materials(text: str) -> Iterator[Material]:
    for line in _lines(text):
        title, _, link = line.partition("|")
        yield Material(title.strip(), link.strip())


def _form(
    request: SignedIn,
    subject: str,
    typed: Plan,
    error: MinshengError | None,
    more: Mapping[str, object],
) -> HttpResponse:
    lang, pattern, of = language_of(request), access.pattern(), shelf(subject)
    wrong: dict[str, str] = {}
    if isinstance(error, WrongPlan):
        for one in error.wrong:
            wrong.setdefault(one.field, one.said.to(lang))
    elif error is not None:
        wrong[error.field] = error.to(lang)
    head = [
        Field(id="title", name="title", label=PARTS["title"].to(lang), value=typed.title, maxlength=60, error=wrong.get("title", "")),
        Field(id="aim", name="aim", label=PARTS["aim"].to(lang), control="textarea", rows=2, width="l", value=typed.aim, required=False, maxlength=600, error=wrong.get("aim", "")),
    ]  # fmt: skip
    steps = [
        (step, _step_fields(key, typed.steps.get(key, Step(minutes=0)), wrong, lang))
        for key, step in pattern.steps.items()
    ]
    units = _units(subject, set(typed.skills))
    listed = [*mistakes(head)]
    if "skills" in wrong:
        listed.append(Mistake("skills", wrong["skills"]))
    for _, fields in steps:
        listed += mistakes(fields)
    if "minutes" in wrong:
        first = next(iter(pattern.steps))
        listed.append(Mistake(f"{first}.minutes", wrong["minutes"]))
    if error is not None and not error.field:
        listed.append(Mistake("", error.to(lang)))
    return render(
        request,
        "portal/lessons/edit.html",
        {
            "head": head,
            "steps": steps,
            "units": units,
            "skills_wrong": wrong.get("skills", ""),
            "minutes_wrong": wrong.get("minutes", ""),
            "pattern": pattern,
            "subject": of.subject.spec,
            "why": request.POST.get("why", ""),
            "errors": listed,
            **more,
        },
        status=error.status if error else 200,
    )


def _step_fields(key: str, step: Step, wrong: Mapping[str, str], lang: Language) -> list[Field]:
    values = {
        "minutes": str(step.minutes) if step.minutes >= 0 else "",
        "teacher": step.teacher,
        "pupils": step.pupils,
        "questions": "\n".join(step.questions),
        "materials": "\n".join(
            f"{one.title} | {one.link}" if one.link else one.title for one in step.materials
        ),
        "practice": str(step.practice) if step.practice > 0 else "",
    }
    return [
        Field(
            id=f"{key}.{part}",
            name=f"{key}.{part}",
            label=PARTS[part].to(lang),
            control="text" if part in ("minutes", "practice") else "textarea",
            help=_STEP_HELP[part].to(lang) if part in _STEP_HELP else "",
            value=value,
            error=wrong.get(f"{key}.{part}", ""),
            required=part == "minutes",
            inputmode="numeric" if part in ("minutes", "practice") else "",
            width="s" if part in ("minutes", "practice") else "l",
            rows=2,
        )
        for part, value in values.items()
    ]


_STEP_HELP = {
    "questions": Text("一行一个。", "One to a line."),
    "materials": Text(
        "一行一样；有网址的写成“名称 | https://…”。",
        "One to a line; with an address: “name | https://…”.",
    ),
    "practice": Text(
        "写了，上课前就能在孪生课堂上排一排。", "With it the lesson can be rehearsed on the twin."
    ),
}


def _units(subject: str, chosen: set[str]) -> list[UnitChoice]:
    spec, skills = shelf(subject).subject.spec, shelf(subject).subject.skills.skills
    return [
        UnitChoice(
            unit.title,
            tuple((one, one.key in chosen) for one in skills.values() if one.unit == key),
        )
        for key, unit in spec.units.items()
    ]
