"""The room of whoever works at a school or watches over all of them; one school."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from minsheng.apps.schools import access, figures, reads
from minsheng.portal.doors import SignedIn, staff_only


@require_safe
@staff_only
def school(request: SignedIn) -> HttpResponse:
    """Show my classes, the schools that I lead with their figures, or those of the district."""
    account = request.user
    kept = access.schools_kept(account)
    return render(
        request,
        "portal/school/room.html",
        {
            "classes": reads.classes_of(account),
            "led": figures.of_led(account, reads.schools_led(account)),
            "bureau": access.is_bureau(account),
            "stages": figures.of_district(account),
            "may_keep": kept is None or bool(kept),
            "waiting": reads.imports_waiting(account),
        },
    )


@require_safe
@staff_only
def one_school(request: SignedIn, school_id: int) -> HttpResponse:
    """Show one school in figures: grades, classes against the norm; its teachers, to who leads it."""
    account = request.user
    found = access.require_school(account, school_id)
    leads = access.heads(account, found)
    return render(
        request,
        "portal/school/school.html",
        {
            "school": figures.of_school(account, school_id),
            "leads": leads,
            "teachers": reads.teachers_at(found) if leads else [],
            "may_keep": access.may_keep(account, [found.sourced_id]),
            "schooling": figures.schooling(),
        },
    )
