"""Who may see and change a plan, a lesson, what was observed."""

from __future__ import annotations

from django.db.models import OuterRef, Q, QuerySet, Subquery

from minsheng.apps.lessons.models import DECLINED, DISTRICT, SCHOOL, Lesson, LessonPlan, Observation
from minsheng.apps.people.installed import packs
from minsheng.apps.people.models import Account
from minsheng.apps.schools import access as schools
from minsheng.apps.schools import reads as school_reads
from minsheng.apps.schools.models import ACTIVE, TEACHER, Org, SchoolUser
from minsheng.engines.lessons import Pattern
from minsheng.lib.errors import NotAllowed, NotFound

FIRST = "five-learning"


def pattern(key: str = FIRST) -> Pattern:
    """Return a way of teaching; raises NotFound where no pack of that name is installed."""
    found = packs().lessons.get(key)
    if found is None:
        raise NotFound(
            "lessons.no_pattern",
            "还没有装这种课的样子，请管理员把它放进 packs/lessons。",
            "This way of teaching isn't installed; ask for it in packs/lessons.",
        )
    return found


def school_of(account: Account) -> Org:
    """Return the school at which this account teaches; raises NotAllowed for everybody else."""
    row = (
        SchoolUser.objects.filter(account=account, role=TEACHER, status=ACTIVE)
        .select_related("org")
        .first()
    )
    if row is None or not account.is_active:
        raise NotAllowed(
            "lessons.teachers_only",
            "备课给任课老师用。您是老师却打不开？请学校管名册的人把您写进名册。",
            "Planning is for teachers. Are you one? Ask whoever keeps your school's register.",
        )
    return row.org


def visible_plans(account: Account) -> QuerySet[LessonPlan]:
    """Return the newest version of every plan that this account may see, newest first."""
    newest = LessonPlan.objects.filter(series=OuterRef("series")).order_by("-version")
    mine = Q(author=account)
    if schools.is_bureau(account):
        mine |= Q(shared=DISTRICT)
    orgs = SchoolUser.objects.filter(account=account, status=ACTIVE).values("org")
    if orgs:
        mine |= Q(shared=DISTRICT) | Q(shared=SCHOOL, school__in=orgs)
    return (
        LessonPlan.objects.filter(mine, pk=Subquery(newest.values("pk")[:1]))
        .select_related("author", "school")
        .order_by("-at")
    )


def may_see_plan(account: Account, plan: LessonPlan) -> bool:
    """Whether this account may read a plan: its author, whom it is shared with, who sees a lesson of it."""
    if plan.author_id == account.pk:
        return True
    if visible_plans(account).filter(series=plan.series).exists():
        return True
    asked = Observation.objects.filter(lesson__plan__series=plan.series, observer=account)
    return asked.exclude(state=DECLINED).exists() or any(
        may_see_lesson(account, one) for one in plan.lessons.all()
    )


def require_plan(account: Account, plan_id: int) -> LessonPlan:
    """Return a plan that this account may read; raises NotFound."""
    found = LessonPlan.objects.select_related("author", "school").filter(pk=plan_id).first()
    if found is None or not account.is_staff_member or not may_see_plan(account, found):
        raise no_such_plan()
    return found


def require_author(account: Account, plan_id: int) -> LessonPlan:
    """Return a plan that this account wrote; raises NotFound, or NotAllowed for who may only read."""
    found = require_plan(account, plan_id)
    if found.author_id != account.pk:
        raise NotAllowed(
            "lessons.not_author",
            "这份教案是别的老师写的，您可以“拿来改一份”，改成自己的。",
            "Another teacher wrote this plan. You can make a copy of your own.",
        )
    return found


def may_see_lesson(account: Account, lesson: Lesson) -> bool:
    """Whether this account may see a lesson: who teaches it or the class, the head, who observes it."""
    return (
        lesson.teacher_id == account.pk
        or schools.may_see_class(account, lesson.school_class)
        or is_observer(account, lesson)
    )


def is_observer(account: Account, lesson: Lesson) -> bool:
    """Whether this account was asked to look on, and hasn't declined."""
    return (
        lesson.observations.filter(observer=account).exclude(state=DECLINED).exists()
        and account.is_active
    )


def require_lesson(account: Account, lesson_id: int) -> Lesson:
    """Return a lesson that this account may see; raises NotFound."""
    found = (
        Lesson.objects.select_related("plan__author", "school_class__school__parent", "teacher")
        .filter(pk=lesson_id)
        .first()
    )
    if found is None or not may_see_lesson(account, found):
        raise no_such_lesson()
    return found


def require_teaching(account: Account, lesson_id: int) -> Lesson:
    """Return a lesson that this account teaches; raises NotFound, or NotAllowed for who looks on."""
    found = require_lesson(account, lesson_id)
    if found.teacher_id != account.pk:
        raise NotAllowed(
            "lessons.not_teaching",
            "这节课由上课的老师来操作，您可以看。",
            "This lesson is run by its teacher; you may look.",
        )
    return found


def colleagues(account: Account, lesson: Lesson) -> list[Account]:
    """Return who may be asked to look on: teachers and heads of the school, advisers of the bureau."""
    school = lesson.school_class.school
    rows = (
        SchoolUser.objects.filter(org=school, status=ACTIVE, account__isnull=False)
        .exclude(account=account)
        .select_related("account")
        .order_by("pk")
    )
    found = {row.account.pk: row.account for row in rows if row.account is not None}
    found |= {one.pk: one for one in school_reads.advisers()}
    return list(found.values())


def no_such_plan() -> NotFound:
    """Return the answer to who asks for a plan that isn't there, or isn't theirs to read."""
    return NotFound(
        "lessons.no_plan",
        "没有这份教案，或者没有分享给您。请从“备课”里选。",
        "There is no such plan, or it isn't shared with you. Choose one under Lessons.",
    )


def no_such_lesson() -> NotFound:
    """Return the answer to who asks for a lesson that isn't there, or isn't theirs."""
    return NotFound(
        "lessons.no_lesson",
        "没有这节课，或者没有请您来听。请从“备课”或“听课”里选。",
        "There is no such lesson, or you weren't asked to look on.",
    )
