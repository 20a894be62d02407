"""My visits: what waits today, and one visit with its form and its rarer acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time
from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.appeals import reads as requests
from minsheng.apps.people import reads as people
from minsheng.apps.visits import actions, reads
from minsheng.apps.visits.actions import Note, WrongNote
from minsheng.apps.visits.reads import VisitView
from minsheng.content.visits import VisitSpec
from minsheng.lib.errors import Conflict, MinshengError, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.fields import mistakes
from minsheng.portal.languages import language_of
from minsheng.portal.visiting import HAPPENED, LEADS, form_fields, row_of

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account

GROUPS = (
    ("missed", Text("过期没去", "Missed")),
    ("today", Text("今天", "Today")),
    ("soon", Text("快到了", "Soon")),
    ("paused", Text("暂停的", "Paused")),
    ("later", Text("不急的", "Later")),
)
LONGEST = 1000


@require_safe
@staff_only
def rounds(request: SignedIn) -> HttpResponse:
    """Return my visits in groups, the most urgent first."""
    found = reads.my_round(request.user)
    return render(
        request,
        "portal/desk/rounds.html",
        {
            "round": found,
            # One that is overdue and arranged for today stands under today, and is counted all the same.
            "missed": sum(
                one.state == "missed" for key, _ in GROUPS for one in getattr(found, key)
            ),
            "groups": [
                {"key": key, "title": title, "rows": [_row(one) for one in getattr(found, key)]}
                for key, title in GROUPS
                if getattr(found, key)
            ],
            "is_head": reads.missed_count(request.user),
            "voiced": bool(reads.voice_plans(request.user)),
            "settled": [_row(one) for one in reads.settled_lately(request.user)[:10]],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def visit(request: SignedIn, number: str) -> HttpResponse:
    """Show one visit with its form, or act on it."""
    errors: dict[str, WrongInput] = {}
    told: MinshengError | None = None
    if request.method == "POST":
        try:
            after = _ACTS.get(request.POST.get("act", ""), _unknown)(request, number)
        except WrongNote as wrong:
            errors = {one.field: one for one in wrong.errors}
        except WrongInput as wrong:
            errors = {wrong.field: wrong}
        except Conflict as wrong:
            told = wrong
        else:
            return HttpResponseRedirect(after)
    lang = language_of(request)
    view = reads.visit_view(number, account=request.user)
    typed = {key: str(value)[:LONGEST] for key, value in request.POST.items()}
    today = timezone.localdate().isoformat()
    fixed, asked = form_fields(view.spec, typed, errors, today=today, lang=lang)
    shown = {field.name for field in (*fixed, *asked)}
    others = [
        {"id": f"f-{name}", "text": one.to(lang)}
        for name, one in errors.items()
        if name not in shown
    ]
    return render(
        request,
        "portal/desk/visit.html",
        {
            "visit": view,
            "row": _row(view.line),
            "fixed": fixed,
            "asked": asked,
            "findings": _findings(view.spec, typed),
            "errors": [*mistakes([*fixed, *asked]), *others],
            "told": told.to(lang) if told else "",
            "kept": _kept(typed, view.spec) if told else "",
            "happened": [
                {
                    "at": one.at,
                    "title": HAPPENED[one.kind],
                    "words": one.words,
                    "kind": "hold" if one.kind in {"missed", "no_show"} else "",
                }
                for one in view.history
            ],
            "found": _found(view, request.user),
            "typed": typed,
            "reasons": CANCEL,
        },
        status=(told or next(iter(errors.values()), None) or WrongInput("", "", "")).status
        if told or errors
        else 200,
    )


def _found(view: VisitView, account: Account) -> list[dict[str, object]]:
    """Return what was found; what became of it stands beside for the one who noted it."""
    became = requests.became([one.id for one in view.findings], by=account)
    return [
        {"one": one, "leads": LEADS[one.leads], "became": became.get(one.id)}
        for one in view.findings
    ]


CANCEL = {
    "mistake": Text("排错了", "Planned by mistake"),
    "away": Text("人不在本地", "Away from here"),
    "storm": Text("天气或灾情", "Weather or disaster"),
    "other": Text("别的原因", "Another reason"),
}


def _done(request: SignedIn, number: str) -> str:
    sent = request.POST
    findings = {
        name.removeprefix("finding-"): sent.get(f"words-{name.removeprefix('finding-')}", "")
        for name in sent
        if name.startswith("finding-")
    }
    revision = sent.get("revision", "")
    note = Note(
        way=sent.get("way", "")[:60],
        on=_day(sent.get("on", ""), "on"),
        agreed=sent.get("agreed") == "yes",
        answers={key: str(value)[:LONGEST] for key, value in sent.items()},
        findings=findings,
        revision=int(revision) if revision.isascii() and revision.isdigit() else None,
    )
    made = actions.note_visit(number, note, by=request.user)
    return reverse("desk-rounds") if made.outcome else reverse("desk-round", args=[number])


def _no_show(request: SignedIn, number: str) -> str:
    actions.note_no_show(number, by=request.user, words=request.POST.get("words", ""))
    return reverse("desk-rounds")


def _refused(request: SignedIn, number: str) -> str:
    actions.note_refusal(number, by=request.user, words=request.POST.get("words", ""))
    return reverse("desk-rounds")


def _planned(request: SignedIn, number: str) -> str:
    day = _day(request.POST.get("day", ""), "day")
    if day is None:
        raise WrongInput("visits.day", "请写哪天去。", "Write the day.", field="day")
    at = _hour(request.POST.get("at", ""))
    actions.plan_visit(number, day=day, at=at, by=request.user)
    return reverse("desk-rounds")


def _substitute(request: SignedIn, number: str) -> str:
    visitor = people.account(request.POST.get("visitor", "")[:20])
    actions.substitute(number, visitor=visitor, by=request.user)
    return reverse("desk-rounds")


def _cancelled(request: SignedIn, number: str) -> str:
    actions.cancel_visit(number, why=request.POST.get("why", "")[:20], by=request.user)
    return reverse("desk-rounds")


def _added(request: SignedIn, number: str) -> str:
    actions.add_words(number, request.POST.get("words", ""), by=request.user)
    return reverse("desk-round", args=[number])


def _level(request: SignedIn, number: str) -> str:
    reads.visit_view(number, account=request.user)
    found = reads.find(number)
    actions.set_level(found.visited_id, request.POST.get("level", "")[:60], by=request.user)
    return reverse("desk-rounds")


def _called(request: SignedIn, number: str) -> str:
    found = reads.find(number)
    made = actions.call_for_visit(
        found.visited_id, request.POST.get("trigger", "")[:60], by=request.user
    )
    return reverse("desk-round", args=[made.number])


def _unknown(request: SignedIn, number: str) -> str:
    raise WrongInput(
        "visits.act",
        "请先选一样再发。您写的都还在。",
        "Choose what to do first. What you wrote is still here.",
        field="way",
    )


_ACTS: Mapping[str, Callable[[SignedIn, str], str]] = {
    "done": _done,
    "no_show": _no_show,
    "refused": _refused,
    "plan": _planned,
    "substitute": _substitute,
    "cancel": _cancelled,
    "add": _added,
    "level": _level,
    "call": _called,
}


def _findings(spec: VisitSpec, typed: Mapping[str, str]) -> list[dict[str, object]]:
    return [
        {
            "key": key,
            "title": one.title,
            "leads": LEADS[one.leads],
            "urgent": one.urgent,
            "checked": f"finding-{key}" in typed,
            "words": typed.get(f"words-{key}", ""),
        }
        for key, one in spec.findings.items()
    ]


def _kept(typed: Mapping[str, str], spec: VisitSpec) -> str:
    """Return what was typed as one text, so that it can be added when somebody was faster."""
    parts = [
        f"{asked.label.zh}：{typed[key]}" for key, asked in spec.fields.items() if typed.get(key)
    ]
    parts += [
        f"{one.title.zh}：{typed.get(f'words-{key}', '')}"
        for key, one in spec.findings.items()
        if f"finding-{key}" in typed
    ]
    return "；".join(parts)[:LONGEST]


def _row(one: reads.VisitLine) -> object:
    return row_of(one, reverse("desk-round", args=[one.number]))


def _day(text: str, field: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise WrongInput(
            "visits.day",
            "日期要写成 2026-03-24 这样。您填的都还在。",
            "Write the day like 2026-03-24. What you typed is still here.",
            field=field,
        ) from None


def _hour(text: str) -> time | None:
    if not text.strip():
        return None
    try:
        return time.fromisoformat(text.strip()).replace(tzinfo=None)
    except ValueError:
        raise WrongInput(
            "visits.hour",
            "时间要写成 09:30 这样。",
            "Write the hour like 09:30.",
            field="at",
        ) from None
