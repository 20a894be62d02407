"""The room of whoever works at a school: my classes, the schools I lead; one class."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from minsheng.apps.schools import access, reads
from minsheng.portal.doors import SignedIn, staff_only


@require_safe
@staff_only
def school(request: SignedIn) -> HttpResponse:
    """Show my classes, and the schools that I lead with theirs."""
    account = request.user
    led = [(one, reads.classes_at(one)) for one in reads.schools_led(account)]
    return render(
        request,
        "portal/school/room.html",
        {
            "classes": reads.classes_of(account),
            "led": led,
            "bureau": access.is_bureau(account),
        },
    )


@require_safe
@staff_only
def one_class(request: SignedIn, class_id: int) -> HttpResponse:
    """Show one class: who is in it, by seat."""
    found = access.require_class(request.user, class_id)
    return render(
        request,
        "portal/school/class.html",
        {
            "school_class": found,
            "pupils": reads.pupils_in(found),
            "teachers": reads.teachers_of(found),
            "teaches": access.teaches(request.user, found),
        },
    )
