"""Requests as everybody may read them: how many, and how many solved; nobody can be picked out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from minsheng.apps.appeals import reads
from minsheng.apps.appeals.catalogue import appeals_on


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Return what was closed in the last ninety days, by category."""
    today = timezone.localdate()
    found = [
        (one.spec, reads.public_lines(one.spec, on=today))
        for one in appeals_on(today)
        if not one.spec.protected
    ]
    return render(
        request,
        "portal/public/request_figures.html",
        {
            "kinds": [{"spec": spec, "lines": lines} for spec, lines in found],
            "closed": sum(line.closed for _, lines in found for line in lines),
        },
    )
