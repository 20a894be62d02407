"""Officers find a case of their post. What they type is never part of an address."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from minsheng.apps.cases import reads as cases
from minsheng.portal.doors import SignedIn, staff_only

LONGEST = 60


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def search(request: SignedIn) -> HttpResponse:
    """Return the items of my posts that answer what was typed."""
    typed = request.POST.get("q", "").strip()[:LONGEST]
    rows = cases.find_cases(typed, account=request.user)
    return render(request, "portal/desk/search.html", {"typed": typed, "rows": rows})
