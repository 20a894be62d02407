"""Plans: mine, those of others, one with its versions, what changed."""

from __future__ import annotations

from dataclasses import dataclass

from minsheng.apps.lessons import access
from minsheng.apps.lessons.models import LessonPlan
from minsheng.apps.mastery.bank import shelf
from minsheng.apps.people.models import Account
from minsheng.engines.items.skills import Skill
from minsheng.engines.lessons import (
    Change,
    Pattern,
    Plan,
    Step,
    StepPattern,
    differences,
    plan_from,
)


@dataclass(frozen=True, slots=True)
class PlanView:
    """One version of a plan with its steps, its skills by name, and its other versions."""

    row: LessonPlan
    plan: Plan
    pattern: Pattern
    steps: tuple[tuple[StepPattern, Step], ...]
    skills: tuple[Skill, ...]
    versions: tuple[LessonPlan, ...]
    is_mine: bool

    @property
    def is_newest(self) -> bool:
        """Whether no later version is there."""
        return self.row.version == self.versions[0].version


def own_plans(account: Account) -> list[LessonPlan]:
    """Return the newest version of each plan that this account wrote."""
    return list(access.visible_plans(account).filter(author=account))


def library(account: Account, *, words: str = "") -> list[LessonPlan]:
    """Return the plans of others that are shared with this account; by words of the title."""
    found = access.visible_plans(account).exclude(author=account)
    if words.strip():
        found = found.filter(title__icontains=words.strip())
    return list(found[:100])


def plan_view(plan_id: int, *, account: Account) -> PlanView:
    """Return one version of a plan."""
    row = access.require_plan(account, plan_id)
    pattern, plan = access.pattern(row.pattern), plan_from(row.body)
    known = shelf(row.subject).subject.skills.skills
    return PlanView(
        row=row,
        plan=plan,
        pattern=pattern,
        steps=tuple(
            (step, plan.steps.get(key, Step(minutes=0))) for key, step in pattern.steps.items()
        ),
        skills=tuple(known[key] for key in plan.skills if key in known),
        versions=tuple(
            LessonPlan.objects.filter(series=row.series)
            .select_related("author")
            .order_by("-version")
        ),
        is_mine=row.author_id == account.pk,
    )


def blank_plan(pattern: Pattern) -> Plan:
    """Return a plan with nothing in it but the usual minutes of each step."""
    steps = {key: Step(minutes=step.minutes) for key, step in pattern.steps.items()}
    return Plan(title="", aim="", skills=(), steps=steps)


def changes_between(
    plan_id: int, other_id: int, *, account: Account
) -> tuple[LessonPlan, LessonPlan, tuple[Change, ...]]:
    """Return two versions, the earlier first, and what changed from one to the other."""
    one, other = access.require_plan(account, plan_id), access.require_plan(account, other_id)
    old, new = sorted((one, other), key=lambda row: (row.at, row.pk))
    found = differences(plan_from(old.body), plan_from(new.body), access.pattern(new.pattern))
    return old, new, found
