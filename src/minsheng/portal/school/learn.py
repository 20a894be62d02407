"""The room of a pupil, and of who looks after one."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from minsheng.apps.schools import reads
from minsheng.portal.doors import SignedIn, residents_only


@require_safe
@residents_only
def learn(request: SignedIn) -> HttpResponse:
    """Show what waits for me as a pupil, and my children at school."""
    return render(
        request,
        "portal/school/learn.html",
        {
            "me": reads.own_pupil(request.user),
            "children": reads.children_of(request.user),
        },
    )
