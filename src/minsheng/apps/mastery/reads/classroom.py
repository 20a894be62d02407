"""A class skill by skill: counts, never names in order; what it lacks before a lesson."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.utils import timezone

from minsheng.apps.mastery.bank import Shelf, shelf
from minsheng.apps.mastery.reads.practice import class_exercises
from minsheng.apps.mastery.reads.standing import Seen, seen
from minsheng.apps.people.models import Account
from minsheng.apps.schools import access as schools
from minsheng.apps.schools import reads as school_reads
from minsheng.engines.items.items import Item
from minsheng.engines.items.skills import Skill
from minsheng.engines.learning.mastery import Standing as Level
from minsheng.lib.texts import Text


@dataclass(frozen=True, slots=True)
class ClassSkill:
    """How a class stands in one skill: how many pupils at each level; who is at risk, by seat."""

    skill: Skill
    unit: Text
    mastered: int
    growing: int
    at_risk: int
    unknown: int
    names: tuple[str, ...]

    @property
    def known(self) -> int:
        """Return of how many pupils anything is known."""
        return self.mastered + self.growing + self.at_risk


@dataclass(frozen=True, slots=True)
class Lacking:
    """What a lesson's skills rest on, and how the class stands there."""

    wanted: tuple[ClassSkill, ...]
    needed: tuple[ClassSkill, ...]

    @property
    def weak(self) -> tuple[ClassSkill, ...]:
        """Return what is needed and at risk for somebody, the most first."""
        found = [one for one in self.needed if one.at_risk]
        return tuple(sorted(found, key=lambda one: (-one.at_risk, one.skill.key)))


def class_skills(
    class_id: int, subject: str, *, account: Account, on: date | None = None
) -> list[ClassSkill]:
    """Return how a class stands in every skill that somebody has answered, in the order of the map."""
    of, school_class = shelf(subject), schools.require_class(account, class_id)
    lines = school_reads.pupils_in(school_class)
    found = seen(of, [one.id for one in lines], on=on or timezone.localdate())
    names = [one.name for one in lines]
    rows = [skill_line(of, found, column, names) for column in range(len(of.skills))]
    return [row for row in rows if row.known]


@dataclass(frozen=True, slots=True)
class ClassNext:
    """A skill that comes next for some of a class, with one item that fits: counts, no names."""

    skill: Text
    key: str
    item: Item
    pupils: int


def class_next(class_id: int, subject: str, *, account: Account, most: int = 4) -> list[ClassNext]:
    """Return which skills come next for how many pupils of a class, the most first."""
    of, school_class = shelf(subject), schools.require_class(account, class_id)
    picked = class_exercises(school_reads.pupil_ids(school_class), subject, count=2)
    pupils: Counter[str] = Counter()
    items: dict[str, Counter[str]] = {}
    for lines in picked.values():
        for key in dict.fromkeys(line.item.skills[0] for line in lines):
            pupils[key] += 1
        for line in lines:
            items.setdefault(line.item.skills[0], Counter())[line.item.key] += 1
    return [
        ClassNext(
            of.subject.skills.skills[key].title,
            key,
            of.subject.items[items[key].most_common(1)[0][0]],
            count,
        )
        for key, count in sorted(pupils.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
    ]


def lacking(
    class_id: int,
    subject: str,
    skills: Sequence[str],
    *,
    account: Account,
    on: date | None = None,
) -> Lacking:
    """Return what a lesson about `skills` rests on, one step below, and how the class stands there."""
    of, school_class = shelf(subject), schools.require_class(account, class_id)
    lines = school_reads.pupils_in(school_class)
    found = seen(of, [one.id for one in lines], on=on or timezone.localdate())
    names = [one.name for one in lines]
    wanted = [of.skill_number[key] for key in skills if key in of.skill_number]
    below = np.flatnonzero(of.needs[wanted].any(0)) if wanted else np.zeros(0, int)
    needed = [column for column in below.tolist() if column not in wanted]
    return Lacking(
        tuple(skill_line(of, found, column, names) for column in wanted),
        tuple(skill_line(of, found, column, names) for column in needed),
    )


def skill_line(of: Shelf, found: Seen, column: int, names: Sequence[str]) -> ClassSkill:
    """Return how a class stands in the skill of a column; `names` are its pupils by row."""
    level = found.level[:, column]
    skill = of.subject.skills.skills[of.skills[column]]
    return ClassSkill(
        skill=skill,
        unit=of.subject.spec.units[skill.unit].title,
        mastered=int((level == Level.MASTERED).sum()),
        growing=int((level == Level.GROWING).sum()),
        at_risk=int((level == Level.AT_RISK).sum()),
        unknown=int((level == Level.UNKNOWN).sum()),
        names=tuple(names[row] for row in np.flatnonzero(level == Level.AT_RISK).tolist()),
    )
