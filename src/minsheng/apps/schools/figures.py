"""Figures of schools: for a head in full, for the bureau without counts that speak of a child."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count
from django.utils import timezone

from minsheng.apps.people.installed import packs
from minsheng.apps.people.models import Account
from minsheng.apps.schools import access
from minsheng.apps.schools.models import (
    ACTIVE,
    STAGES,
    STUDENT,
    TEACHER,
    Enrollment,
    Org,
    SchoolClass,
    SchoolUser,
    now,
)
from minsheng.content.oversight import Schooling
from minsheng.engines.rosters import size_of
from minsheng.engines.rosters.figures import Size, shown
from minsheng.lib.texts import Text

STAGE_TITLES = {
    "kindergarten": Text("幼儿园", "Kindergartens"),
    "primary": Text("小学", "Primary schools"),
    "junior": Text("初中", "Junior middle schools"),
    "senior": Text("高中", "Senior middle schools"),
}
SIZES: dict[Size, Text] = {
    "": Text("没有标准", "no norm"),
    "fits": Text("合标准", "within the norm"),
    "above": Text("超过标准", "above the norm"),
    "big": Text("大班额", "big class"),
    "very_big": Text("超大班额", "very big class"),
}


@dataclass(frozen=True, slots=True)
class ClassFigure:
    """One class: how many pupils (None: not shown), how full; empty `size`: no norm, or not shown."""

    id: int
    title: str
    grade: int
    pupils: int | None
    size: Size = ""

    @property
    def said(self) -> Text:
        """Return how full it is, in words."""
        return SIZES[self.size]


@dataclass(frozen=True, slots=True)
class GradeFigure:
    """One grade of a school: classes, pupils (None: not shown), teachers who teach in it."""

    grade: int
    classes: tuple[ClassFigure, ...]
    pupils: int | None
    teachers: int


@dataclass(frozen=True, slots=True)
class SchoolFigure:
    """One school. `norm` is the size of a class at its stage, 0 where there is none."""

    id: int
    key: str
    title: Text
    stage: str
    grades: tuple[GradeFigure, ...]
    pupils: int | None
    teachers: int
    norm: int

    @property
    def classes(self) -> tuple[ClassFigure, ...]:
        """Return the classes of all grades."""
        return tuple(one for grade in self.grades for one in grade.classes)

    @property
    def above(self) -> int:
        """Return how many classes are above the norm or big."""
        return sum(1 for one in self.classes if one.size in ("above", "big", "very_big"))


@dataclass(frozen=True, slots=True)
class GroupFigure:
    """One education group with its schools, by name."""

    title: Text
    schools: tuple[SchoolFigure, ...]
    pupils: int | None


@dataclass(frozen=True, slots=True)
class StageFigure:
    """All groups of one stage, in the order of the register."""

    title: Text
    groups: tuple[GroupFigure, ...]
    schools: int
    classes: int
    pupils: int


def schooling() -> Schooling:
    """Return what this district measures classes against, with sources."""
    return packs().district.schooling


def of_school(account: Account, school_id: int, *, on: date | None = None) -> SchoolFigure:
    """Return one school's figures; raises NotFound for who neither leads it nor sees all schools."""
    school = access.require_school(account, school_id)
    day = on or timezone.localdate()
    if access.heads(account, school):
        return _schools([school], day)[0]
    stages = _hidden(_stages(day))
    found = [one for stage in stages for group in stage.groups for one in group.schools]
    return next(one for one in found if one.id == school.pk)


def of_district(account: Account, *, on: date | None = None) -> list[StageFigure]:
    """Return every stage with its groups and their schools, for who sees all schools; else nothing.

    In the order of the register, never by size.
    """
    return _hidden(_stages(on or timezone.localdate())) if access.is_bureau(account) else []


def of_led(account: Account, schools: Sequence[Org], *, on: date | None = None) -> list[SchoolFigure]:  # fmt: skip
    """Return the figures of schools that this account leads."""
    led = [one for one in schools if access.heads(account, one)]
    return _schools(led, on or timezone.localdate())


def _stages(day: date) -> list[StageFigure]:
    orgs = Org.objects.filter(kind="school", status=ACTIVE).select_related("parent").order_by("pk")
    figures = dict(zip([one.pk for one in orgs], _schools(list(orgs), day), strict=True))
    groups: dict[tuple[str, int], list[Org]] = defaultdict(list)
    for one in orgs:
        groups[one.stage, one.parent_id or 0].append(one)
    made = []
    for stage in STAGES:
        mine = [
            _group(some, [figures[one.pk] for one in some])
            for (its, _), some in groups.items()
            if its == stage
        ]
        if mine:
            schools = [one for group in mine for one in group.schools]
            made.append(
                StageFigure(
                    STAGE_TITLES[stage],
                    tuple(mine),
                    len(schools),
                    sum(len(one.classes) for one in schools),
                    sum(one.pupils or 0 for one in schools),
                )
            )
    return made


def _group(orgs: Sequence[Org], figures: Sequence[SchoolFigure]) -> GroupFigure:
    parent = orgs[0].parent
    title = parent.title if parent is not None else Text("不在集团里的学校", "Schools of no group")
    return GroupFigure(title, tuple(figures), sum(one.pupils or 0 for one in figures))


def _schools(schools: Sequence[Org], day: date) -> list[SchoolFigure]:
    """Return the figures of schools in full, with a few queries for all."""
    said = schooling()
    ids = [one.pk for one in schools]
    pupils = dict(
        Enrollment.objects.filter(now(day), role=STUDENT, school_class__school__in=ids)
        .values_list("school_class")
        .annotate(Count("user", distinct=True))
    )
    teaching = set(
        Enrollment.objects.filter(
            now(day), role=TEACHER, school_class__school__in=ids, user__status=ACTIVE
        ).values_list("school_class__school", "school_class__grade", "user")
    )
    teachers = dict(
        SchoolUser.objects.filter(role=TEACHER, status=ACTIVE, org__in=ids)
        .values_list("org")
        .annotate(Count("pk"))
    )
    classes: dict[int, list[SchoolClass]] = defaultdict(list)
    rows = SchoolClass.objects.filter(school__in=ids, status=ACTIVE, kind="homeroom")
    for one in rows.order_by("grade", "title"):
        classes[one.school_id].append(one)
    found = []
    for school in schools:
        norm = said.class_norm.get(school.stage, 0)
        grades = defaultdict(list)
        for one in classes[school.pk]:
            many = pupils.get(one.pk, 0)
            size = size_of(many, norm=norm, big=said.big_class, very_big=said.very_big_class)
            grades[one.grade].append(ClassFigure(one.pk, one.title, one.grade, many, size))
        figures = tuple(
            GradeFigure(
                grade,
                tuple(some),
                sum(one.pupils or 0 for one in some),
                len({user for at, its, user in teaching if (at, its) == (school.pk, grade)}),
            )
            for grade, some in sorted(grades.items())
        )
        found.append(
            SchoolFigure(
                school.pk, school.sourced_id, school.title, school.stage, figures,
                sum(one.pupils or 0 for one in figures), teachers.get(school.pk, 0), norm,
            )
        )  # fmt: skip
    return found


def _hidden(stages: Sequence[StageFigure]) -> list[StageFigure]:
    """Return the figures without counts of fewer than ten, nor what would give them away."""
    return [replace(one, groups=tuple(_hide_groups(one.groups))) for one in stages]


def _hide_groups(groups: Sequence[GroupFigure]) -> list[GroupFigure]:
    totals = shown([one.pupils or 0 for one in groups])
    return [
        replace(one, pupils=total, schools=tuple(_hide_schools(one.schools, total)))
        for one, total in zip(groups, totals, strict=True)
    ]


def _hide_schools(schools: Sequence[SchoolFigure], whole: int | None) -> list[SchoolFigure]:
    totals = _under(whole, [one.pupils or 0 for one in schools])
    return [
        replace(one, pupils=total, grades=tuple(_hide_grades(one.grades, total)))
        for one, total in zip(schools, totals, strict=True)
    ]


def _hide_grades(grades: Sequence[GradeFigure], whole: int | None) -> list[GradeFigure]:
    totals = _under(whole, [one.pupils or 0 for one in grades])
    return [
        replace(one, pupils=total, classes=tuple(_hide_classes(one.classes, total)))
        for one, total in zip(grades, totals, strict=True)
    ]


def _hide_classes(classes: Sequence[ClassFigure], whole: int | None) -> list[ClassFigure]:
    counts = _under(whole, [one.pupils or 0 for one in classes])
    return [
        one if count is not None else replace(one, pupils=None, size="")
        for one, count in zip(classes, counts, strict=True)
    ]


def _under(whole: int | None, counts: Sequence[int]) -> tuple[int | None, ...]:
    """Return the parts of a sum: where the sum isn't shown no part is, but those of nobody."""
    if whole is None:
        return tuple(None if count else 0 for count in counts)
    return shown(counts)
