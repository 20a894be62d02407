"""Public notices (公示): what is posted for everybody before it is decided."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from minsheng.apps.cases import reads


@require_safe
def posted_now(request: HttpRequest) -> HttpResponse:
    """Return the notices that stand today."""
    return render(request, "portal/public/posted_now.html", {"notices": reads.posted_now()})


@require_safe
def posted(request: HttpRequest, number: str) -> HttpResponse:
    """Return one notice: what is masked of it, for how long, and how to speak up."""
    return render(request, "portal/public/posted.html", {"notice": reads.posted(number)})
