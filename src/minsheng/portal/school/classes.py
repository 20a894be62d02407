"""One class for whoever teaches it: how it stands skill by skill, what was given, what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from minsheng.apps.mastery import reads as mastery
from minsheng.apps.mastery.reads import ClassSkill
from minsheng.apps.schools import access, actions, reads
from minsheng.lib.errors import NotFound
from minsheng.lib.texts import Text
from minsheng.portal.charts.shares import Share, draw_shares
from minsheng.portal.doors import SignedIn, staff_only

FEW = 5
"""Counts of fewer pupils than this are marked: they say little of a class."""


@dataclass(frozen=True, slots=True)
class SkillRow:
    """A skill of a class with its bar."""

    line: ClassSkill
    bar: str
    is_few: bool


@require_safe
@staff_only
def one_class(request: SignedIn, class_id: int) -> HttpResponse:
    """Show one class: the finding, skills by unit, works, objections, who is in it by seat.

    That the names were seen is written down.
    """
    found = access.require_class(request.user, class_id)
    actions.note_look(found, by=request.user)
    pupils = reads.pupils_in(found)
    teaches = access.teaches(request.user, found)
    try:
        of = mastery.subject_of(found, request.GET.get("subject", ""))
    except NotFound:
        of = None
    skills = mastery.class_skills(class_id, of.key, account=request.user) if of else []
    objections = mastery.open_objections(class_id, account=request.user)
    return render(
        request,
        "portal/school/class.html",
        {
            "school_class": found,
            "pupils": pupils,
            "teachers": reads.teachers_of(found),
            "teaches": teaches,
            "finding": _finding(len(pupils), skills),
            "units": _units(skills),
            "works": mastery.works_of(class_id, account=request.user, limit=8),
            "objections": objections if teaches else [],
            "objected": sum(count for _, _, count in objections),
            "next": mastery.class_next(class_id, of.key, account=request.user) if of else [],
        },
    )


def _finding(pupils: int, skills: Sequence[ClassSkill]) -> Text:
    """Return what to know first: the skill that most of the class lacks."""
    if not skills:
        return Text(f"{pupils} 人，还没有作答", f"{pupils} pupils, no answers yet")
    worst = max(skills, key=lambda one: (one.at_risk, one.growing))
    zh, en = worst.skill.title.zh, worst.skill.title.to("en")
    if worst.at_risk:
        return Text(
            f"{pupils} 人：{zh} {worst.at_risk} 人还没会",
            f"{pupils} pupils: {worst.at_risk} are at risk in {en}",
        )
    if worst.growing:
        return Text(
            f"{pupils} 人：{zh} {worst.growing} 人正在学会",
            f"{pupils} pupils: {worst.growing} are growing in {en}",
        )
    return Text(f"{pupils} 人：测过的都会了", f"{pupils} pupils: all that was asked is mastered")


def _units(skills: Sequence[ClassSkill]) -> list[tuple[Text, int, list[SkillRow]]]:
    """Return skills by unit, the unit that was learnt last first, with how many are at risk in it."""
    found: dict[str, tuple[Text, list[SkillRow]]] = {}
    for one in skills:
        _, rows = found.setdefault(one.skill.unit, (one.unit, []))
        shares = [
            Share("fr", one.mastered),
            Share("fs", one.growing),
            Share("dot-o", one.at_risk),
            Share("unk", one.unknown),
        ]
        rows.append(SkillRow(one, draw_shares(shares), one.known < FEW))
    return [
        (title, max(row.line.at_risk for row in rows), rows)
        for title, rows in reversed(found.values())
    ]
