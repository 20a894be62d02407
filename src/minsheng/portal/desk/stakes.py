"""Grants and shares at the desk: what is next, the pool, one project, its cap table as a file."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from minsheng.apps.stakes import access, actions, reads
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.finance_sheets import table_file
from minsheng.portal.languages import language_of
from minsheng.portal.stakes import stake_page, tag_of


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def stakes(request: SignedIn) -> HttpResponse:
    """Show the projects on which something is mine to do, and the pools; fill one."""
    if not access.has_part(request.user):
        raise access.not_yours()
    if request.method == "POST":
        actions.fill_pool(request.POST.get("scheme", "")[:60], by=request.user)
        return HttpResponseRedirect(reverse("desk-stakes"))
    return render(
        request,
        "portal/stakes/desk.html",
        {
            "lines": [(one, tag_of(one.state)) for one in reads.inbox(request.user)],
            "pools": reads.pools(request.user),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def stake(request: SignedIn, stake_id: int) -> HttpResponse:
    """Show one project, or take a step of it."""
    return stake_page(request, stake_id, base="portal/base_desk.html", address="desk-stake")


@require_safe
@staff_only
def table(request: SignedIn, stake_id: int) -> HttpResponse:
    """Return the cap table before and after as an Excel file."""
    view = reads.stake_view(stake_id, request.user)
    if view.preview is None:
        raise access.no_such_stake()
    return table_file(view, language_of(request))
