"""Policies find people: begin a run with its bases, follow it, approve it, work through the list."""

from __future__ import annotations

import io
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from openpyxl import Workbook

from minsheng.apps.grants import access as grants
from minsheng.apps.policies.shelf import policy
from minsheng.apps.screening import access, actions, reads
from minsheng.apps.screening.actions import Begun
from minsheng.lib.errors import MinshengError, WrongInput
from minsheng.lib.texts import Text
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.languages import language_of

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD = ("姓名", "证件号码", "政策", "金额（元）", "还差")
TONES = {
    "running": "running",
    "ready": "yours",
    "approved": "done",
    "declined": "refused",
    "stopped": "cancelled",
}


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def screening(request: SignedIn) -> HttpResponse:
    """Show the runs; begin one."""
    error: WrongInput | None = None
    if request.method == "POST":
        try:
            made = actions.start(_begun(request), by=request.user)
        except WrongInput as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-screening-run", args=[made.pk]))
    may_start = access.may_start(request.user)
    runs = reads.runs(request.user)
    policies, datasets = reads.choices(request.user) if may_start else ([], [])
    return render(
        request,
        "portal/desk/screening.html",
        {
            "runs": [(row, said, TONES[row.state]) for row, said in runs],
            "waiting": sum(row.state == "ready" for row, _ in runs),
            "may_start": may_start,
            "policies": policies,
            "chosen": request.POST.getlist("policies"),
            "purposes": access.spec().purposes,
            "purpose": request.POST.get("purpose", ""),
            "datasets": [_asked(request, *one) for one in datasets],
            "errors": _errors(request, error),
            "wrong": error.field if error else "",
        },
        status=error.status if error else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def run(request: SignedIn, run_id: int) -> HttpResponse:
    """Show one run; stop it, approve or decline it, say that somebody was found wrongly."""
    error: WrongInput | None = None
    if request.method == "POST":
        try:
            _act(request, run_id)
        except WrongInput as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse("desk-screening-run", args=[run_id]))
    view = reads.run_view(run_id, request.user)
    row = view.row
    lines = reads.work_list(run_id, request.user) if row.state == "approved" else []
    return render(
        request,
        "portal/desk/screening_run.html",
        {
            "view": view,
            "row": row,
            "tone": TONES[row.state],
            "lines": lines,
            "most": reads.MOST_LINES,
            "may_decide": access.may_approve(request.user) and row.started_by_id != request.user.pk,
            "reasons": reads.reasons(),
            "may_receive": grants.may_receive(request.user),
            "errors": _errors(request, error),
        },
        status=error.status if error else 200,
    )


@require_safe
@staff_only
def export(request: SignedIn, run_id: int) -> HttpResponse:
    """Return the approved list as a workbook; each person sees that it was looked at."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "名单"
    sheet.append(HEAD)
    for name, number, line in reads.export_rows(run_id, request.user):
        fen = line.outcome.amount_fen
        sheet.append(
            [
                name,
                number,
                line.title.zh,
                None if fen is None else f"{fen // 100}.{fen % 100:02d}",
                "、".join(reads.label_of(path).zh for path in line.outcome.missing),
            ]
        )
    for cells in sheet.iter_rows():
        for cell in cells:
            cell.data_type = "s" if cell.value is not None else "n"
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    answer = HttpResponse(out.getvalue(), content_type=EXCEL)
    answer["Content-Disposition"] = f'attachment; filename="screening-{run_id}.xlsx"'
    answer["Cache-Control"] = "no-store"
    return answer


def _begun(request: SignedIn) -> Begun:
    bases = {
        name.removeprefix("basis-"): value
        for name, value in request.POST.items()
        if name.startswith("basis-") and isinstance(value, str)
    }
    return Begun(
        policies=request.POST.getlist("policies")[:50],
        purpose=request.POST.get("purpose", ""),
        bases=bases,
        on=timezone.localdate(),
    )


def _asked(
    request: SignedIn, declared: object, bases: object, slugs: list[str]
) -> dict[str, object]:
    """Return one data set as the form asks for its basis, with which policies read it."""
    source = declared.source  # type: ignore[attr-defined]
    return {
        "set": declared,
        "bases": bases,
        "read_by": [policy(slug).short for slug in slugs],
        "value": request.POST.get(f"basis-{source}", ""),
    }


def _act(request: SignedIn, run_id: int) -> None:
    posted, by = request.POST, request.user
    match posted.get("act", ""):
        case "approve" | "decline" as act:
            actions.decide(run_id, approve=act == "approve", by=by)
        case "stop":
            actions.stop(run_id, by=by)
        case "wrong":
            actions.mark_wrong(
                run_id,
                _person(posted.get("person", "")),
                posted.get("policy", "")[:60],
                reason=posted.get("reason", "")[:20],
                condition=posted.get("condition", "")[:60],
                by=by,
            )
        case _:
            raise WrongInput("screening.act", "请选要办的一步。", "Choose what to do.", field="act")


def _person(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise WrongInput(
            "screening.person", "没有这个人。", "There is no such person.", field="person"
        ) from error


def _errors(request: SignedIn, error: MinshengError | None) -> list[dict[str, str]]:
    if error is None:
        return []
    return [{"id": error.field or "", "text": Text(error.zh, error.en).to(language_of(request))}]
