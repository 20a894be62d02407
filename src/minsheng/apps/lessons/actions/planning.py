"""A plan is written, written anew as its next version, shared, and taken over by somebody else."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction
from django.utils import timezone

from minsheng.apps.audit import actions as audit
from minsheng.apps.lessons import access
from minsheng.apps.lessons.models import SHARED, LessonPlan
from minsheng.apps.mastery.bank import shelf
from minsheng.apps.people.models import Account
from minsheng.engines.lessons import Plan, Wrong, plan_from, plan_kept, wrong_in
from minsheng.lib.errors import Conflict, WrongInput

STREAM = "plan"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A plan as it was typed, with its subject; `why` says what a new version is for."""

    subject: str
    plan: Plan
    why: str = ""
    pattern: str = access.FIRST


class WrongPlan(WrongInput):
    """A plan that can't be kept: `wrong` holds every field with what to do."""

    def __init__(self, wrong: list[Wrong]) -> None:
        first = wrong[0]
        super().__init__(
            "lessons.wrong_plan",
            f"{first.said.zh}写好的都还在。",
            f"{first.said.to('en')} All you wrote is kept.",
            field=first.field,
        )
        self.wrong = tuple(wrong)


def save_plan(drafted: Drafted, *, by: Account) -> LessonPlan:
    """Return a new plan, version 1. Raises WrongPlan with every field, NotAllowed for who doesn't teach."""
    school = access.school_of(by)
    _check(drafted)
    with transaction.atomic():
        made = LessonPlan.objects.create(
            pattern=drafted.pattern, subject=drafted.subject, title=drafted.plan.title,
            grade=shelf(drafted.subject).subject.spec.grade, body=plan_kept(drafted.plan),
            why=drafted.why.strip()[:200], school=school, author=by,
        )  # fmt: skip
        _record(made, "saved", by)
    return made


def revise_plan(plan_id: int, drafted: Drafted, *, by: Account) -> LessonPlan:
    """Return the next version of a plan, made of this one; nothing changed gives the same one.

    Raises Conflict when a newer version is there already, WrongPlan with every field.
    """
    old = access.require_author(by, plan_id)
    _check(drafted)
    if plan_kept(drafted.plan) == _kept(old):
        return old
    try:
        with transaction.atomic():
            made = LessonPlan.objects.create(
                series=old.series, version=old.version + 1, pattern=old.pattern,
                subject=drafted.subject, grade=old.grade, title=drafted.plan.title,
                body=plan_kept(drafted.plan), why=drafted.why.strip()[:200], shared=old.shared,
                school=old.school, author=by, came_from=old,
            )  # fmt: skip
            _record(made, "revised", by)
    except IntegrityError as cause:
        raise Conflict(
            "lessons.newer_version",
            "这份教案已经有更新的一版（也许在另一个窗口里）。您写的都还在，请打开新版对照着改。",
            "There is a newer version, maybe from another window. What you wrote is kept; compare with it.",
        ) from cause
    return made


def copy_plan(plan_id: int, *, by: Account) -> LessonPlan:
    """Return a plan of one's own, made of somebody's that one may read."""
    old, school = access.require_plan(by, plan_id), access.school_of(by)
    with transaction.atomic():
        made = LessonPlan.objects.create(
            pattern=old.pattern, subject=old.subject, grade=old.grade, title=old.title,
            body=old.body, school=school, author=by, came_from=old,
        )  # fmt: skip
        _record(made, "copied", by)
    return made


def share_plan(plan_id: int, shared: str, *, by: Account) -> LessonPlan:
    """Share a plan with the school or the district, or with nobody any more."""
    plan = access.require_author(by, plan_id)
    if shared not in SHARED:
        raise WrongInput(
            "lessons.share", "请选分享给谁。", "Choose with whom to share.", field="shared"
        )
    with transaction.atomic():
        LessonPlan.objects.filter(series=plan.series).update(shared=shared)
        _record(plan, "shared", by, shared)
    plan.shared = shared
    return plan


def _kept(plan: LessonPlan) -> dict[str, object]:
    return plan_kept(plan_from(plan.body))


def _check(drafted: Drafted) -> None:
    pattern, of = access.pattern(drafted.pattern), shelf(drafted.subject)
    steps = {key: step for key, step in drafted.plan.steps.items() if key in pattern.steps}
    wrong = wrong_in(replace(drafted.plan, steps=steps), pattern, known_skills=of.skills)
    if wrong:
        raise WrongPlan(wrong)


def _record(plan: LessonPlan, kind: str, by: Account, what: str = "") -> None:
    facts: dict[str, str | int | bool] = {"version": plan.version}
    if kind == "shared":
        facts["with"] = what
    news = audit.News(f"plan.{kind}", timezone.now(), f"account:{by.pk}", facts)
    audit.record(STREAM, str(plan.series), news)
