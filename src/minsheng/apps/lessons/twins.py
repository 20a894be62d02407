"""A class's twin: fitted to what the class had answered before a day; a plan as steps it can walk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from minsheng.apps.mastery import folding
from minsheng.apps.mastery.bank import LEVEL, Shelf, shelf
from minsheng.apps.mastery.models import Answer
from minsheng.apps.schools import reads as school_reads
from minsheng.apps.schools.models import SchoolClass
from minsheng.engines.learning import twin as twins
from minsheng.engines.learning.answers import answers_of
from minsheng.engines.learning.rehearsal import Step
from minsheng.engines.learning.twin import Twin
from minsheng.engines.learning.twin_rows import NO_ITEM, Past, past_of
from minsheng.engines.lessons import Plan
from minsheng.lib.errors import Conflict

FEWEST = 100
"""With fewer answers of the whole class a twin would only repeat what is believed of any class."""
TOGETHER = "activity"
STANDARD = (3,)


@dataclass(frozen=True, slots=True)
class Class:
    """A class as the twin sees it: pupils, skills and items by number, and what was answered.

    Only skills that the class has met, or that are asked for, are numbered, and only items it has
    answered: the twin is the smaller and the quicker for it.
    """

    of: Shelf
    pupils: tuple[int, ...]
    skills: tuple[str, ...]
    items: tuple[str, ...]
    past: Past
    answers: int

    def number(self, skill: str) -> int:
        """Return the number of a skill; raises ValueError where it isn't one of this class."""
        return self.skills.index(skill)


def class_before(
    school_class: SchoolClass, subject: str, day: date, *, about: Sequence[str] = ()
) -> Class:
    """Return what a class had answered before a day; `about` are further skills that are asked for."""
    of, pupils = shelf(subject), tuple(school_reads.pupil_ids(school_class, on=day))
    rows = folding.counted(subject).filter(sheet__pupil__in=pupils, sheet__work__day__lt=day)
    found = [one for one in rows if one.item in of.subject.items]
    items = tuple(dict.fromkeys(one.item for one in found))
    met = {skill for key in items for skill in of.subject.items[key].skills} | set(about)
    skills = tuple(key for key in of.skills if key in met)
    past = past_from(of, pupils, skills, items, found)
    return Class(of, pupils, skills, items, past, len(found))


def past_from(
    of: Shelf,
    pupils: Sequence[int],
    skills: Sequence[str],
    items: Sequence[str],
    answers: Sequence[Answer],
) -> Past:
    """Return stored answers as the twin takes them: a row for each skill of each."""
    row = {pupil: at for at, pupil in enumerate(pupils)}
    column = {skill: at for at, skill in enumerate(skills)}
    number = {item: at for at, item in enumerate(items)}
    asked = [of.subject.items[one.item] for one in answers]
    each = [
        (one, item, skill)
        for one, item in zip(answers, asked, strict=True)
        for skill in item.skills
        if skill in column
    ]
    here = [of.skill_number[skill] for skill in skills]
    return past_of(
        answers_of(
            np.array([row[one.sheet.pupil_id] for one, _, _ in each], np.int64),
            np.array([column[skill] for _, _, skill in each], np.int64),
            np.array([int(one.score >= folding.WHOLE) for one, _, _ in each], np.int64),
            day=np.array([one.sheet.work.day.toordinal() for one, _, _ in each], np.int64),
            pupils=len(pupils),
            skills=len(skills),
        ),
        item=np.array([number.get(item.key, NO_ITEM) for _, item, _ in each], np.int64),
        level=np.array([LEVEL[item.level] for _, item, _ in each], np.float64),
        needs=of.needs[np.ix_(here, here)],
    )


def fitted(found: Class) -> Twin:
    """Return the twin of a class; raises Conflict while it has answered too little."""
    if found.answers < FEWEST:
        raise Conflict(
            "lessons.no_twin",
            f"这个班在这节课以前只答过 {found.answers} 题，还排不了课。先发几张出门条，满 {FEWEST} 题就可以。",
            f"The class has answered {found.answers} items before this lesson; a twin needs {FEWEST}. "
            "Give some exit tickets first.",
            facts={"answers": found.answers, "needed": FEWEST},
        )
    return twins.fit(found.past)


def skills_walked(of: Shelf, plan: Plan) -> tuple[str, ...]:
    """Return the skills that pupils practise in a plan."""
    return tuple(
        dict.fromkeys(
            key
            for step in plan.steps.values()
            if step.practice and step.minutes
            for key in (step.skills or plan.skills)
            if key in of.skill_number
        )
    )


def walked(found: Class, plan: Plan) -> list[tuple[str, Step]]:
    """Return the steps in which pupils do exercises, by the key of the lesson's step."""
    steps = []
    for key, step in plan.steps.items():
        skills = [found.number(one) for one in (step.skills or plan.skills) if one in found.skills]
        if not step.practice or not skills or not step.minutes:
            continue
        each = -(-step.practice // len(skills))
        steps += [
            (
                key,
                Step(
                    skill=skill,
                    levels=STANDARD,
                    practice=each,
                    minutes=step.minutes / len(skills),
                    minutes_each=min(2.0, step.minutes / len(skills) / each),
                    peer=key == TOGETHER,
                ),
            )
            for skill in skills
        ]
    return steps
