"""题库: items found by unit, skill, kind and level; one item with its solution and how it went."""

from __future__ import annotations

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from minsheng.apps.mastery import reads as mastery
from minsheng.apps.mastery.bank import shelf
from minsheng.apps.people.installed import packs
from minsheng.apps.schools import reads as schools
from minsheng.lib.errors import NotAllowed
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.school.asking import asking
from minsheng.portal.school.typed import row_id

ON_A_PAGE = 20


@require_safe
@staff_only
def items(request: SignedIn) -> HttpResponse:
    """Show the items that fit what is looked for."""
    _require_school(request)
    typed = request.GET
    subjects = packs().subjects
    key = typed.get("subject", "")
    of = shelf(key if key in subjects else min(subjects, default=key))
    skills = of.subject.skills.skills
    unit = typed.get("unit", "") if typed.get("unit", "") in of.subject.spec.units else ""
    skill = typed.get("skill", "") if typed.get("skill", "") in skills else ""
    wanted = mastery.Wanted(
        unit=unit, skill=skill, kind=typed.get("kind", "")[:20],
        level=row_id(typed.get("level")), words=typed.get("q", "")[:60],
    )  # fmt: skip
    found = mastery.bank_lines(of, wanted)
    page = Paginator(found, ON_A_PAGE).get_page(typed.get("page"))
    kept = {name: typed.get(name, "") for name in ("unit", "skill", "kind", "level", "q")}
    return render(
        request,
        "portal/school/items.html",
        {
            "subject": of.subject.spec,
            "wanted": wanted,
            "count": len(found),
            "page": page,
            "query": urlencode({name: said for name, said in kept.items() if said}),
            "units": [(at, one.title) for at, one in of.subject.spec.units.items()],
            "skills": [
                (one.key, one.title) for one in skills.values() if not unit or one.unit == unit
            ],
            "kinds": mastery.kinds(),
            "levels": mastery.levels(),
        },
    )


@require_safe
@staff_only
def item(request: SignedIn, subject: str, key: str) -> HttpResponse:
    """Show one item as pupils see it, with the solution, the mistakes it betrays and how it went."""
    _require_school(request)
    of = shelf(subject)
    found = mastery.bank_item(of, key)
    return render(
        request,
        "portal/school/item.html",
        {"found": found, "line": found.line, "asking": asking([found.shown], None)[0]},
    )


def _require_school(request: SignedIn) -> None:
    """Raise NotAllowed for members of staff who aren't at a school: items would be known too early."""
    if not schools.works_at_school(request.user):
        raise NotAllowed(
            "schools.for_teachers",
            "题库给老师看，学生做之前不公开。您不在学校的名册里。",
            "Items are for teachers and aren't public before pupils answer them. You are in no school's register.",
        )
