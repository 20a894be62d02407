"""Which subject a class learns here."""

from __future__ import annotations

from minsheng.apps.mastery.bank import Shelf, shelf
from minsheng.apps.people.installed import packs
from minsheng.apps.schools.models import SchoolClass
from minsheng.lib.errors import NotFound


def subjects_of(school_class: SchoolClass) -> list[str]:
    """Return the subjects of a class: of its course, else those that are written for its grade."""
    installed = packs().subjects
    course = school_class.course
    if course is not None and course.subject in installed:
        return [course.subject]
    return [key for key in sorted(installed) if installed[key].spec.grade == school_class.grade]


def subject_of(school_class: SchoolClass, wanted: str = "") -> Shelf:
    """Return the subject that is asked for, else the first of the class; raises NotFound for none."""
    its = subjects_of(school_class)
    if not its:
        raise NotFound(
            "mastery.no_subject_of_class",
            "这个年级还没有知识图谱和题库。装好学科包以后再来。",
            "There is no map and no bank for this grade yet. Come back when one is installed.",
        )
    return shelf(wanted if wanted in its else its[0])
