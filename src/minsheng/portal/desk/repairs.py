"""Repairs at the desk: estates with their repairs, a new report, one repair with warranty and plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.appeals import reads as requests
from minsheng.apps.appeals.actions import Defect, open_repair
from minsheng.apps.projects.words import STATES
from minsheng.apps.repairs import actions, reads
from minsheng.apps.repairs.reads import RepairLine
from minsheng.apps.repairs.words import PAYERS, warranty_said
from minsheng.engines.repairs import Tally
from minsheng.lib.errors import MinshengError, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal import ledger
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.languages import language_of

if TYPE_CHECKING:
    from minsheng.apps.repairs.models import Repair

MOST_DIGITS = 12


@require_safe
@staff_only
def repairs(request: SignedIn) -> HttpResponse:
    """Show the estates and their repairs, all or of one estate."""
    estate = request.GET.get("estate", "")[:60]
    lines = reads.repairs(request.user, estate=estate)
    estates = reads.estates(request.user)
    return render(
        request,
        "portal/desk/repairs.html",
        {
            "estates": estates,
            "flats": sum(one.flats for one in estates),
            "lines": [_shown(one) for one in lines],
            "open": sum(one.state not in {"closed", "dropped"} for one in lines),
            "observing": sum(one.state == "observing" for one in lines),
            "estate": estate,
            "may_report": actions.may_report(request.user),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def new_repair(request: SignedIn) -> HttpResponse:
    """Ask which building, then which flat and part; put the defect into the ledger."""
    error: MinshengError | None = None
    posted = request.POST if request.method == "POST" else request.GET
    asked = posted.get("request", "")[:20]
    told = requests.desk_view(asked, account=request.user) if asked else None
    if request.method == "POST":
        defect = Defect(
            building=_count(posted.get("building", "")),
            part=posted.get("part", ""),
            words=posted.get("words", ""),
            flat=posted.get("flat", "")[:20],
        )
        try:
            made = _reported(asked, defect, request)
        except WrongInput as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-repair", args=[made.entry.number]))
    estates = reads.estates(request.user)
    known = {one.key for one in estates}
    first = told.area_key if told is not None and told.area_key in known else ""
    estate = posted.get("estate", first)[:60]
    parts = reads.parts()
    if told is not None:
        parts = {key: parts[key] for key in told.spec.parts_of(told.category) if key in parts}
    return render(
        request,
        "portal/desk/repair_new.html",
        {
            "estates": estates,
            "told": told,
            "words": posted.get("words", told.words if told else ""),
            "estate": estate,
            "buildings": reads.buildings_of(estate, account=request.user) if estate else [],
            "parts": parts,
            "posted": posted,
            "errors": _errors(request, error),
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def repair(request: SignedIn, number: str) -> HttpResponse:
    """Show one repair; plan it, put it into the archive, or count a vote."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            _act(request, number)
        except WrongInput as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-repair", args=[number]))
    view = reads.repair(number, account=request.user)
    return render(
        request,
        "portal/desk/repair.html",
        {
            "view": view,
            "may_open_request": requests.may_open(view.request, request.user),
            "line": ledger.line(view.entry.row),
            "warranty": warranty_said(view.answer),
            "payer": PAYERS[view.bearer],
            "payers": list(PAYERS.items())[1:],
            "vote": _vote(request, number),
            "asked": request.GET,
            "posted": request.POST,
            "errors": _errors(request, error),
        },
        status=error.status if error else 200,
    )


def _reported(asked: str, defect: Defect, request: SignedIn) -> Repair:
    """Return a defect put into the ledger: of the request that was `asked`, or by itself."""
    if asked:
        return open_repair(asked, defect, by=request.user)
    return actions.report_repair(
        defect.building,
        part=defect.part,
        words=defect.words,
        flat=defect.flat,
        by=request.user,
    )


def _act(request: SignedIn, number: str) -> None:
    posted, by = request.POST, request.user
    match posted.get("act", ""):
        case "plan":
            actions.plan_repair(
                number,
                plan=posted.get("plan", ""),
                contractor=posted.get("contractor", ""),
                bearer=posted.get("bearer", ""),
                by=by,
            )
        case "archive":
            actions.archive_repair(number, by=by)
        case _:
            raise WrongInput(
                "repairs.act",
                "请先选一样再发。您写的都还在。",
                "Choose what to do first. What you wrote is still here.",
                field="plan",
            )


def _vote(request: SignedIn, number: str) -> dict[str, object] | None:
    """Return the owners' vote as counted from the address: square metres and persons."""
    given = {
        name: _count(request.GET.get(name, ""))
        for name in ("part_area", "part_persons", "yes_area", "yes_persons")
    }
    if not any(given.values()):
        return None
    part = Tally(given["part_area"] * 100, given["part_persons"])
    yes = Tally(given["yes_area"] * 100, given["yes_persons"])
    try:
        verdict = reads.vote_on_fund(number, took_part=part, agreed=yes, account=request.user)
    except ValueError:
        return {"wrong": True}
    return {"verdict": verdict, "wrong": False}


def _shown(line: RepairLine) -> dict[str, object]:
    return {
        "is": line,
        "state": ledger.TAGS[line.state],
        "state_words": Text("已归档", "Archived") if line.archived_on else STATES[line.state],  # type: ignore[index]
        "warranty": warranty_said(line.answer),
    }


def _count(text: str) -> int:
    plain = text.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < MOST_DIGITS else 0


def _errors(request: SignedIn, error: MinshengError | None) -> list[dict[str, str]]:
    if error is None:
        return []
    return [{"id": error.field or "words", "text": error.to(language_of(request))}]
