"""What the twin said of a lesson, and afterwards what it said beside what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from minsheng.apps.lessons import access, twins
from minsheng.apps.lessons.models import Rehearsal
from minsheng.apps.mastery import folding
from minsheng.apps.mastery.bank import shelf
from minsheng.apps.people.models import Account
from minsheng.apps.schools import reads as school_reads
from minsheng.engines.items.skills import Skill
from minsheng.engines.learning.rehearsal import Beside, beside, luck_for, predict
from minsheng.engines.lessons import StepPattern
from minsheng.lib.errors import Conflict

MAYBE = 0.3
"""From this chance on a pupil is named as somebody who may be stuck."""


@dataclass(frozen=True, slots=True)
class RehearsedStep:
    """One step on the twin: share right with its 90 % interval, in per cent; who may be stuck."""

    pattern: StepPattern
    skill: Skill
    tasks: int
    peer: bool
    share: int
    low: int
    high: int
    stuck: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class RehearsedSkill:
    """A skill before the lesson and after it, on a middle task, in per cent."""

    skill: Skill
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Versions:
    """Two versions on the same luck: by how much the first is ahead, in per cent points."""

    first: int
    second: int
    difference: float
    low: float
    high: float
    better: int

    @property
    def is_clear(self) -> bool:
        """Whether the interval lies on one side of nothing."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class RehearsalView:
    """One rehearsal in words and numbers."""

    row: Rehearsal
    steps: tuple[RehearsedStep, ...]
    skills: tuple[RehearsedSkill, ...]
    versions: Versions | None
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The twin's prediction of the exit ticket beside what happened. `share`s in per cent."""

    answers: int
    predicted: int
    happened: int
    beside: Beside


def rehearsals_of(lesson_id: int, *, account: Account) -> list[RehearsalView]:
    """Return the rehearsals of a lesson, the newest first, for its teacher alone."""
    lesson = access.require_teaching(account, lesson_id)
    rows = lesson.rehearsals.select_related("plan", "against").order_by("-at")[:10]
    names = {one.id: one.name for one in school_reads.pupils_in(lesson.school_class)}
    return [_view(row, names) for row in rows]


def outcome_of(lesson_id: int, *, account: Account) -> Outcome | None:
    """Return the prediction of the lesson's exit ticket beside its outcome; None without either.

    The twin is fitted to the answers before the lesson alone, with the seed of the last rehearsal.
    """
    lesson = access.require_teaching(account, lesson_id)
    last = lesson.rehearsals.order_by("-at").first()
    if lesson.ticket_id is None or last is None:
        return None
    about = _skills_of(lesson.plan.subject, lesson.ticket.items if lesson.ticket else [])
    found = twins.class_before(lesson.school_class, lesson.plan.subject, lesson.day, about=about)
    rows = [
        one
        for one in folding.counted(lesson.plan.subject).filter(
            sheet__work=lesson.ticket_id, sheet__pupil__in=found.pupils
        )
        if one.item in found.of.subject.items
    ]
    if not rows:
        return None
    try:
        twin = twins.fitted(found)
    except Conflict:
        return None
    happened = twins.past_from(found.of, found.pupils, found.skills, found.items, rows)
    luck = luck_for(twin, np.random.default_rng(last.seed), draws=last.draws)
    predicted = predict(twin, happened, luck)
    return Outcome(
        answers=len(rows),
        predicted=_per_cent(float(predicted.mean())),
        happened=_per_cent(float(happened.right.mean())),
        beside=beside(twin, found.past, happened, predicted),
    )


def _skills_of(subject: str, items: Sequence[str]) -> list[str]:
    known = shelf(subject).subject.items
    return [skill for key in items if key in known for skill in known[key].skills]


def _view(row: Rehearsal, names: dict[int, str]) -> RehearsalView:
    pattern, known = access.pattern(row.plan.pattern), shelf(row.plan.subject).subject.skills.skills
    said = row.found
    compared = said.get("compared")
    return RehearsalView(
        row=row,
        steps=tuple(
            RehearsedStep(
                pattern=pattern.steps[one["step"]],
                skill=known[one["skill"]],
                tasks=one["tasks"],
                peer=one["peer"],
                share=_per_cent(one["share"]),
                low=_per_cent(one["low"]),
                high=_per_cent(one["high"]),
                stuck=tuple(
                    (names[int(pupil)], _per_cent(chance))
                    for pupil, chance in one["stuck"]
                    if chance >= MAYBE and int(pupil) in names
                ),
            )
            for one in said["steps"]
            if one["step"] in pattern.steps and one["skill"] in known
        ),
        skills=tuple(
            RehearsedSkill(known[one["skill"]], _per_cent(one["before"]), _per_cent(one["after"]))
            for one in said["skills"]
            if one["skill"] in known
        ),
        versions=Versions(
            first=_per_cent(compared["first"]),
            second=_per_cent(compared["second"]),
            difference=round(compared["difference"] * 100, 1),
            low=round(compared["low"] * 100, 1),
            high=round(compared["high"] * 100, 1),
            better=_per_cent(compared["better"]),
        )
        if compared
        else None,
        flags=tuple(said["flags"]),
    )


def _per_cent(share: float) -> int:
    return round(share * 100)
