"""One loan as firm and officers see it: where it stands, the sheet of its loss, the steps that are open."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from minsheng.apps.loans import actions, reads
from minsheng.lib.errors import Conflict, MinshengError, NotAllowed, WrongInput
from minsheng.portal.doors import SignedIn
from minsheng.portal.finance_sheets import loss_rows
from minsheng.portal.steps import form_mistakes, step_forms, typed_fen

TAGS = {
    "declined": "refused", "refused": "refused", "unguaranteed": "refused", "repaid": "done",
    "closed": "done", "withdrawn": "withdrawn", "overdue": "late", "claimed": "late",
}  # fmt: skip


def tag_of(state: str) -> str:
    """Return which tag a state of a loan has."""
    return TAGS.get(state, "running")


def loan_page(request: SignedIn, loan_id: int, *, base: str, address: str) -> HttpResponse:
    """Show one loan, or take a step of it."""
    error: MinshengError | None = None
    if request.method == "POST":
        try:
            said = actions.Said(
                reason=request.POST.get("reason", ""), amount_fen=typed_fen(request, "amount")
            )
            actions.take_step(loan_id, request.POST.get("act", "")[:20], said, by=request.user)
        except (WrongInput, Conflict, NotAllowed) as wrong:
            error = wrong
        else:
            return HttpResponseRedirect(reverse(address, args=[loan_id]))
    view = reads.loan_view(loan_id, request.user)
    forms = step_forms(request, view.may, error)
    return render(
        request,
        "portal/loans/one.html",
        {
            "base": base,
            "view": view,
            "line": view.line,
            "tag": tag_of(view.line.state),
            "forms": forms,
            "sheet": view.sheet,
            "loss": loss_rows(view.sheet) if view.sheet else [],
            "is_desk": request.user.is_staff_member,
            "errors": form_mistakes(request, forms, error),
        },
        status=error.status if error else 200,
    )
