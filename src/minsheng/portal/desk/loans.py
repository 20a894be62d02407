"""Loans at the desk: what is next, the risk fund, one loan with its steps, the sheet of a loss as a file."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.loans import access, actions, reads
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.finance_sheets import loss_file
from minsheng.portal.languages import language_of
from minsheng.portal.loans import loan_page, tag_of


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def loans(request: SignedIn) -> HttpResponse:
    """Show the loans on which the next step is mine, and the funds I have to do with; fill one."""
    if not access.lends(request.user):
        raise access.not_yours()
    if request.method == "POST":
        actions.fill_fund(request.POST.get("scheme", "")[:60], by=request.user)
        return HttpResponseRedirect(reverse("desk-loans"))
    return render(
        request,
        "portal/loans/desk.html",
        {
            "lines": [(one, tag_of(one.state)) for one in reads.inbox(request.user)],
            "funds": reads.funds(request.user),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def loan(request: SignedIn, loan_id: int) -> HttpResponse:
    """Show one loan, or take a step of it."""
    return loan_page(request, loan_id, base="portal/base_desk.html", address="desk-loan")


@require_safe
@staff_only
def loss(request: SignedIn, loan_id: int) -> HttpResponse:
    """Return the sheet of a loss as an Excel file."""
    view = reads.loan_view(loan_id, request.user)
    if view.sheet is None:
        raise access.no_such_loan()
    return loss_file(view, view.sheet, language_of(request))
