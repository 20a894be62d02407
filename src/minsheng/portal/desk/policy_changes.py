"""Changed texts and shared numbers: checked, tried, proposed; a proposal seen whole, decided, taken back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.policies import shelf
from minsheng.apps.screening import access, changes, publishing, tables, trials
from minsheng.apps.screening.changes import Change
from minsheng.apps.screening.publishing import NewText, NewValue, Why
from minsheng.apps.screening.trials import Told
from minsheng.content.problems import PackError
from minsheng.engines.policies.spec import Policy
from minsheng.lib.errors import MinshengError, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.desk.screening import EXCEL
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.languages import language_of
from minsheng.rules import FieldKind, Param
from minsheng.rules.show import shown

STATES = {
    "proposed": ("yours", Text("等另一个人批", "waits for another to approve")),
    "approved": ("done", Text("批了", "approved")),
    "declined": ("refused", Text("退了", "declined")),
    "withdrawn": ("cancelled", Text("撤回了", "withdrawn")),
}
LONGEST = 100_000


@dataclass
class _Shown:
    """What a page found out about a change: what is wrong, or what differs, and a trial of it."""

    change: Change | None = None
    problems: list[tuple[int, Text]] = field(default_factory=list)
    told: tuple[tuple[Policy, Told], ...] = ()
    error: MinshengError | None = None


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def text(request: SignedIn, slug: str) -> HttpResponse:
    """Show a policy's text; check a changed one, try it on the district, read a table, propose it."""
    access.require(access.may_start(request.user))
    found, posted = shelf.policy(slug), request.POST
    since = _day_or(posted.get("since", ""), _tomorrow())
    typed = posted.get("text", "")[:LONGEST] or shelf.text_in_force(slug, since)
    seen = _Shown()
    if request.method == "POST":
        try:
            if posted.get("act") == "table":
                typed = _with_table(request, typed)
            elif posted.get("act") == "propose":
                row = publishing.propose_text(_new_text(request, slug, typed), by=request.user)
                return HttpResponseRedirect(reverse("desk-policy-proposal", args=[row.pk]))
            seen.change = changes.of_text(slug, typed, on=since)
            if posted.get("act") == "try":
                seen.told = changes.tried_on_district(seen.change, on=since)
        except PackError as wrong:
            seen.problems, seen.error = changes.problems_of(wrong), wrong
        except WrongInput as wrong:
            seen.error = wrong
            seen.change = _change_or_none(slug, typed, since)
    return render(
        request,
        "portal/desk/policy_text.html",
        {
            "policy": found,
            "typed": typed,
            "posted": posted,
            "since": posted.get("since", "") or since.isoformat(),
            "tables": tables.names_in(typed),
            "seen": seen,
            "smallest": access.spec().smallest_group,
            **_errors(request, seen.error, named=bool(seen.problems)),
        },
        status=seen.error.status if seen.error else 200,
    )


@require_safe
@staff_only
def table(request: SignedIn, slug: str) -> HttpResponse:
    """Return a decision table of a policy's text in force as a workbook."""
    access.require(access.may_start(request.user))
    written = shelf.text_in_force(slug, timezone.localdate())
    answer = HttpResponse(
        tables.as_workbook(written, request.GET.get("at", "")[:200], file=slug), content_type=EXCEL
    )
    answer["Content-Disposition"] = f'attachment; filename="table-{slug}.xlsx"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def shared(request: SignedIn) -> HttpResponse:
    """Show the numbers that several policies read; try another value, propose it."""
    access.require(access.may_see(request.user))
    asked = request.POST if request.method == "POST" else request.GET
    name, value = asked.get("name", "")[:60], asked.get("value", "")[:60]
    known, seen = changes.all_shared(), _Shown()
    try:
        if request.method == "POST":
            new = NewValue(policy="", name=name, value=value, **_why(request))
            row = publishing.propose(new, by=request.user)
            return HttpResponseRedirect(reverse("desk-policy-proposal", args=[row.pk]))
        if name and value and name in known:
            touched = known[name][1]
            kept = str(trials.value_of_text(touched[0], name, value))
            seen.change = changes.of_number(touched, name, kept)
            seen.told = changes.tried_on_district(seen.change, on=timezone.localdate())
    except WrongInput as wrong:
        seen.error = wrong
    return render(
        request,
        "portal/desk/policy_numbers.html",
        {
            "numbers": [
                (key, param.label, _now(param), touched) for key, (param, touched) in known.items()
            ],
            "asked": asked,
            "seen": seen,
            "smallest": access.spec().smallest_group,
            "may_propose": access.may_start(request.user),
            **_errors(request, seen.error),
        },
        status=seen.error.status if seen.error else 200,
    )


@require_safe
@staff_only
def history(request: SignedIn) -> HttpResponse:
    """Show everything that was ever proposed: by whom, who decided, what became of it."""
    rows = publishing.history(request.user)
    return render(
        request,
        "portal/desk/policy_proposals.html",
        {
            "rows": [(row, changes.said_of(row), *STATES[row.state]) for row in rows],
            "waiting": sum(row.state == "proposed" for row in rows),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def proposal(request: SignedIn, number: int) -> HttpResponse:
    """Show a proposal whole; approve, decline, withdraw it, or take back what was published."""
    seen = _Shown()
    if request.method == "POST":
        try:
            done = _decided(request, number)
        except WrongInput as wrong:
            seen.error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-policy-proposal", args=[done]))
    row = publishing.proposal(number, request.user)
    try:
        if row.state == "proposed":
            seen.change = changes.of_row(row)
            if request.GET.get("try"):
                seen.told = changes.tried_on_district(seen.change, on=row.since)
    except PackError as wrong:
        seen.problems = changes.problems_of(wrong)
    is_own = row.proposed_by_id == request.user.pk
    is_open = row.state == "proposed"
    return render(
        request,
        "portal/desk/policy_proposal.html",
        {
            "row": row,
            "said": changes.said_of(row),
            "state": STATES[row.state],
            "seen": seen,
            "is_changed": is_open and publishing.standing(row) != row.seen,
            "may_approve": is_open and not is_own and access.may_approve(request.user),
            "may_withdraw": is_open and is_own,
            "may_take_back": row.state == "approved" and access.may_start(request.user),
            "posted": request.POST,
            "tomorrow": _tomorrow().isoformat(),
            "smallest": access.spec().smallest_group,
            **_errors(request, seen.error),
        },
        status=seen.error.status if seen.error else 200,
    )


def _decided(request: SignedIn, number: int) -> int:
    """Carry out one act on a proposal; return which proposal is shown next."""
    match request.POST.get("act", ""):
        case "approve" | "decline" as act:
            return publishing.decide(number, approve=act == "approve", by=request.user).pk
        case "withdraw":
            return publishing.withdraw(number, by=request.user).pk
        case "take_back":
            return publishing.take_back(number, Why(**_why(request)), by=request.user).pk
    raise WrongInput("policies.act", "请选要办的一步。", "Choose what to do.", field="act")


def _new_text(request: SignedIn, slug: str, typed: str) -> NewText:
    is_meant = request.POST.get("meant", "") == "yes"
    return NewText(policy=slug, text=typed, is_meant=is_meant, **_why(request))


def _why(request: SignedIn) -> dict[str, Any]:
    posted = request.POST
    return {
        "since": day_of(posted.get("since", "")),
        "reason": posted.get("reason", "")[:300],
        "source": posted.get("source", "")[:300],
        "is_retroactive": posted.get("back", "") == "yes",
    }


def day_of(typed: str) -> date:
    """Return a day as it is typed; WrongInput for anything else."""
    try:
        return date.fromisoformat(typed.strip())
    except ValueError as error:
        raise WrongInput(
            "policies.day", "日期写成 2026-04-22 的样子。", "Write the day like 2026-04-22.", field="since"
        ) from error  # fmt: skip


def _day_or(typed: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        return otherwise


def _tomorrow() -> date:
    return timezone.localdate() + timedelta(days=1)


def _with_table(request: SignedIn, typed: str) -> str:
    given = request.FILES.get("file")
    if given is None or (given.size or 0) > tables.LARGEST:
        raise WrongInput(
            "policies.no_file",
            "请选从这里导出、改好的 Excel，最大 2 MB。",
            "Choose the workbook exported here and edited, 2 MB at most.",
            field="file",
        )
    name = given.name or "table.xlsx"
    return tables.with_workbook(typed, request.POST.get("at", "")[:200], given.read(), name=name)


def _change_or_none(slug: str, typed: str, since: date) -> Change | None:
    try:
        return changes.of_text(slug, typed, on=since)
    except PackError:
        return None


def _now(param: Param) -> Text:
    """Return a number as it stands today."""
    entry = param.at(timezone.localdate())
    if entry is None or entry.value is None:
        return Text("没有填", "not entered")
    return shown(entry.value, FieldKind(param.type, unit=param.unit))


def _errors(
    request: SignedIn, error: MinshengError | None, *, named: bool = False
) -> dict[str, object]:
    """Return the errors as the head of a page shows them; those of a text stand at their lines."""
    lang = language_of(request)
    where = ("text" if named else getattr(error, "field", "")) or ""
    return {
        "errors": [{"id": where, "text": error.to(lang)}] if error else [],
        "wrong": where if error else "",
    }
