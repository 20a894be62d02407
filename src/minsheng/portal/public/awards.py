"""Awards of teachers who agreed to be named, for everybody."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from minsheng.apps.contests import reads


@require_safe
def awards(request: HttpRequest) -> HttpResponse:
    """Return the awards of those who agreed to be named, newest first."""
    return render(request, "portal/awards.html", {"lines": reads.public_awards()})
