"""Who may see what of a school: its teachers, heads, the bureau, a pupil, their guardians."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Q
from django.utils import timezone

from minsheng.apps.people import access as people_access
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.schools.models import (
    ACTIVE,
    ADMINISTRATOR,
    STUDENT,
    TEACHER,
    Enrollment,
    Guardianship,
    Org,
    SchoolClass,
    SchoolUser,
    now,
)
from minsheng.lib.errors import NotAllowed, NotFound

BUREAU = ("education.head", "education.inspector", "education.lessons")
"""Posts of the education bureau that see schools; a class or a pupil only by figures."""
KEEPERS = ("education.head", "education.lessons")
"""Posts of the bureau that may write registers, and confirm those that take much away."""


def teaches(account: Account, school_class: SchoolClass, *, on: date | None = None) -> bool:
    """Whether this account teaches this class today."""
    day = on or timezone.localdate()
    return (
        account.is_active
        and Enrollment.objects.filter(
            now(day),
            school_class=school_class,
            role=TEACHER,
            user__account=account,
            user__status=ACTIVE,
        ).exists()
    )


def heads(account: Account, school: Org) -> bool:
    """Whether this account leads this school, or the group it belongs to."""
    orgs = [one for one in (school.pk, school.parent_id) if one is not None]
    return (
        account.is_active
        and SchoolUser.objects.filter(
            account=account, role=ADMINISTRATOR, status=ACTIVE, org__in=orgs
        ).exists()
    )


def is_bureau(account: Account) -> bool:
    """Whether this account works for the education bureau in a post that sees schools."""
    return account.is_staff_member and any(post.key in BUREAU for post in people.posts_of(account))


def keeps_all(account: Account) -> bool:
    """Whether this account may write the registers of all schools: two posts of the bureau."""
    return account.is_staff_member and any(post.key in KEEPERS for post in people.posts_of(account))


def schools_kept(account: Account) -> frozenset[str] | None:
    """Return the keys of the schools whose registers this account may write; None: of all.

    A head keeps those of their school; the head of a group those of its schools, and its own.
    """
    if keeps_all(account):
        return None
    if not account.is_active:
        return frozenset()
    led = SchoolUser.objects.filter(account=account, role=ADMINISTRATOR, status=ACTIVE).values(
        "org"
    )
    orgs = Org.objects.filter(Q(pk__in=led) | Q(parent__in=led), status=ACTIVE)
    return frozenset(orgs.values_list("sourced_id", flat=True))


def may_keep(account: Account, schools: Collection[str]) -> bool:
    """Whether this account may write the registers of all these schools."""
    kept = schools_kept(account)
    return kept is None or (bool(schools) and kept.issuperset(schools))


def is_pupil(account: Account, pupil: SchoolUser) -> bool:
    """Whether this account is this pupil's own, proved."""
    return pupil.person is not None and people_access.is_self(account, pupil.person)


def is_guardian(account: Account, pupil: SchoolUser, *, on: date | None = None) -> bool:
    """Whether this proved account belongs to somebody who looks after this pupil.

    By the school's register, or by the household while the child is under 14.
    """
    if not account.is_active or not account.is_proved or account.person_id is None:
        return False
    day = on or timezone.localdate()
    if Guardianship.objects.filter(now(day), pupil=pupil, person_id=account.person_id).exists():
        return True
    return pupil.person is not None and people_access.is_guardian(account, pupil.person, on=day)


def teaches_pupil(account: Account, pupil: SchoolUser, *, on: date | None = None) -> bool:
    """Whether this account teaches a class that this pupil is in today."""
    day = on or timezone.localdate()
    mine = Enrollment.objects.filter(
        now(day), role=TEACHER, user__account=account, user__status=ACTIVE
    ).values("school_class")
    return (
        account.is_active
        and Enrollment.objects.filter(
            now(day), role=STUDENT, user=pupil, school_class__in=mine
        ).exists()
    )


def may_see_pupil(account: Account, pupil: SchoolUser) -> bool:
    """Whether this account may see how this pupil learns: themself, who looks after or teaches them."""
    return is_pupil(account, pupil) or is_guardian(account, pupil) or teaches_pupil(account, pupil)


def may_see_class(account: Account, school_class: SchoolClass) -> bool:
    """Whether this account may see a class by name: who teaches it, and the head of its school."""
    return teaches(account, school_class) or heads(account, school_class.school)


def require_class(account: Account, class_id: int) -> SchoolClass:
    """Return a class that this account teaches or leads; raises NotFound for anybody else."""
    found = SchoolClass.objects.select_related("school__parent").filter(pk=class_id).first()
    if found is None or not may_see_class(account, found):
        raise no_such_class()
    return found


def require_school(account: Account, school_id: int) -> Org:
    """Return a school that this account leads, or sees with all others; raises NotFound for others."""
    found = (
        Org.objects.select_related("parent")
        .filter(pk=school_id, kind="school", status=ACTIVE)
        .first()
    )
    if found is None or not (heads(account, found) or is_bureau(account)):
        raise NotFound(
            "schools.no_school",
            "没有这所学校，或者不归您看。请从“我的班”里选。",
            "There is no such school, or it isn't for you to see. Choose one of yours.",
        )
    return found


def require_teacher(account: Account, class_id: int) -> SchoolClass:
    """Return a class that this account teaches; raises NotFound, or NotAllowed for its head."""
    found = require_class(account, class_id)
    if not teaches(account, found):
        raise NotAllowed(
            "schools.teachers_act",
            "这一步由任课老师来做，您可以看，不能代做。请联系任课老师。",
            "This is for a teacher of the class. You may look; ask the teacher to do it.",
        )
    return found


def require_pupil(account: Account, pupil_id: int) -> SchoolUser:
    """Return a pupil whom this account may see; raises NotFound for anybody else."""
    found = (
        SchoolUser.objects.select_related("person", "org").filter(pk=pupil_id, role=STUDENT).first()
    )
    if found is None or not may_see_pupil(account, found):
        raise no_such_pupil()
    return found


def classes_taught(account: Account, *, on: date | None = None) -> Q:
    """Return the filter for classes that this account teaches today."""
    day = on or timezone.localdate()
    return Q(
        pk__in=Enrollment.objects.filter(
            now(day), role=TEACHER, user__account=account, user__status=ACTIVE
        ).values("school_class")
    )


def no_such_class() -> NotFound:
    """Return the answer to who asks for a class that isn't there, or isn't theirs."""
    return NotFound(
        "schools.no_class",
        "没有这个班，或者您不教这个班。请从“我的班”里选。",
        "There is no such class, or you don't teach it. Choose one of your classes.",
    )


def no_such_pupil() -> NotFound:
    """Return the answer to who asks for a pupil who isn't there, or isn't theirs."""
    return NotFound(
        "schools.no_pupil",
        "没有这个学生，或者您不能看。家长只看得到自己的孩子，老师只看得到自己教的学生。",
        "There is no such pupil, or you may not look. Parents see their own child, teachers those they teach.",
    )
