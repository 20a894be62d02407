"""The days on which offices sit at the enterprise house, for everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from minsheng.apps.people import installed
from minsheng.apps.sittings import reads


@require_safe
def sittings(request: HttpRequest) -> HttpResponse:
    """Return the sittings to come: when, where, about what, which offices, how many seats are free."""
    lines = reads.upcoming(on=timezone.localdate())
    return render(
        request,
        "portal/sittings/public.html",
        {
            "lines": lines,
            "next": next((one for one in lines if not one.is_cancelled), None),
            "houses": list(installed.packs().sittings.values()),
        },
    )
