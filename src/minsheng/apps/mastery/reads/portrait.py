"""精准画像: what a pupil has mastered, what grows, what is at risk, with the evidence behind each.

The same for pupil, family and teacher, so that nobody reads behind another's back. Compared with
nobody; every finding can be disagreed with.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from django.utils import timezone

from minsheng.apps.mastery.access import PART
from minsheng.apps.mastery.bank import Shelf, shelf
from minsheng.apps.mastery.models import Note, Objection, Ruling, Snapshot
from minsheng.apps.mastery.reads.standing import KEYS, LEVELS, Seen, seen
from minsheng.apps.mastery.sealing import opened
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.people.purposes import PARTS
from minsheng.apps.people.reads import Look
from minsheng.apps.schools import access as schools
from minsheng.apps.schools import reads as school_reads
from minsheng.apps.schools.models import SchoolClass, SchoolUser
from minsheng.engines.items.skills import Skill
from minsheng.engines.learning.mastery import Standing as Level
from minsheng.lib.texts import Text

RULED = {
    "pin": Text("先练这个", "practise this first"),
    "ban": Text("先不练", "not for now"),
    "mastered": Text("老师说会了", "mastered, says the teacher"),
    "not_mastered": Text("老师说还没会", "not mastered, says the teacher"),
}
NOTES = {
    "interest": Text("兴趣", "Interest"),
    "activity": Text("活动", "Activity"),
    "help": Text("得到的帮助", "Help"),
}


@dataclass(frozen=True, slots=True)
class SkillLine:
    """One finding: the skill, the level in words, and what it rests on.

    `known` is the chance of knowing in per cent, None without an answer; `low` and `high` the
    interval of the share right, in per cent.
    """

    skill: Skill
    unit: Text
    level: str
    said: Text
    known: int | None
    right: int
    of: int
    low: int | None
    high: int | None
    last: date | None
    ruling: Ruling | None
    objection: ObjectionLine | None


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit: the mean chance of knowing its skills, now and before; None where untested."""

    title: Text
    now: int | None
    before: int | None
    tested: int
    of: int


@dataclass(frozen=True, slots=True)
class ObjectionLine:
    """Somebody disagrees with a finding: their words, and the teacher's answer."""

    row: Objection
    words: str
    answer: str


@dataclass(frozen=True, slots=True)
class NoteLine:
    """An interest, an activity or help: its words, who wrote it, where."""

    row: Note
    kind: Text
    words: str


@dataclass(frozen=True, slots=True)
class RulingLine:
    """A teacher's word that holds: on which skill or item, what, why in the teacher's words."""

    row: Ruling
    kind: Text
    target: Text
    why: str


@dataclass(frozen=True, slots=True)
class PortraitView:
    """A pupil in one subject. `days` and `course` are growth over time: mean of tested skills."""

    pupil: SchoolUser
    name: str
    school_class: SchoolClass | None
    subject: Text
    subject_key: str
    answers: int
    last: date | None
    units: tuple[UnitLine, ...]
    skills: tuple[SkillLine, ...]
    days: tuple[date, ...]
    course: tuple[int, ...]
    notes: tuple[NoteLine, ...]
    rulings: tuple[RulingLine, ...]
    may_rule: bool
    may_object: bool

    def at(self, level: str) -> list[SkillLine]:
        """Return the findings of one level, the surest first."""
        rows = [one for one in self.skills if one.level == level]
        return sorted(rows, key=lambda one: (-(one.known or 0), one.skill.key))

    @property
    def untested(self) -> list[SkillLine]:
        """Return what nothing can be said of: no answers, or too few."""
        return [one for one in self.skills if one.level == "unknown" and one.of]


def portrait_of(
    pupil_id: int, subject: str, *, account: Account, on: date | None = None
) -> PortraitView:
    """Return a pupil's portrait, for themself, their family, and who teaches them."""
    pupil = schools.require_pupil(account, pupil_id)
    of, day = shelf(subject), on or timezone.localdate()
    found = seen(of, [pupil.pk], on=day)
    objections = _objections(pupil, subject)
    lines = tuple(_skill(of, found, column, objections) for column in range(len(of.skills)))
    snapshots = list(
        Snapshot.objects.filter(pupil=pupil, subject=subject, day__lte=day).order_by("day")
    )
    before = snapshots[0].known if snapshots else {}
    teaches = schools.teaches_pupil(account, pupil)
    return PortraitView(
        pupil=pupil,
        name=people.name_of(pupil.person) if pupil.person else "",
        school_class=school_reads.class_of(pupil, on=day),
        subject=of.subject.spec.title,
        subject_key=subject,
        answers=int(found.stand.evidence.count[0].sum()),
        last=max((one.last for one in lines if one.last), default=None),
        units=tuple(_units(of, lines, before)),
        skills=lines,
        days=tuple(one.day for one in snapshots if one.known),
        course=tuple(
            round(sum(one.known.values()) / len(one.known) / 10) for one in snapshots if one.known
        ),
        notes=tuple(_notes(pupil)),
        rulings=tuple(_ruling(of, pupil, one) for one in found.rulings),
        may_rule=teaches,
        may_object=schools.is_pupil(account, pupil) or schools.is_guardian(account, pupil),
    )


def open_objections(class_id: int, *, account: Account) -> list[tuple[int, str, int]]:
    """Return what of a class waits for a teacher's answer: pupil, name, how many."""
    school_class = schools.require_class(account, class_id)
    lines = school_reads.pupils_in(school_class)
    waiting = list(
        Objection.objects.filter(pupil__in=[one.id for one in lines], outcome="").values_list(
            "pupil", flat=True
        )
    )
    return [(one.id, one.name, waiting.count(one.id)) for one in lines if one.id in waiting]


def _skill(of: Shelf, found: Seen, column: int, objections: dict[str, ObjectionLine]) -> SkillLine:
    key = of.skills[column]
    skill = of.subject.skills.skills[key]
    portrait, evidence = found.portrait, found.portrait.evidence
    count = int(evidence.count[0, column])
    level = Level(int(found.level[0, column]))
    last = int(evidence.last_day[0, column])
    ruling = next((one for one in found.rulings if one.target == key), None)
    return SkillLine(
        skill=skill,
        unit=of.subject.spec.units[skill.unit].title,
        level=KEYS[level],
        said=LEVELS[level],
        known=round(float(found.known[0, column]) * 100) if count else None,
        right=int(evidence.right[0, column]),
        of=count,
        low=_per_cent(portrait.low[0, column]),
        high=_per_cent(portrait.high[0, column]),
        last=date.fromordinal(last) if last > 0 else None,
        ruling=ruling,
        objection=objections.get(key),
    )


def _per_cent(share: float) -> int | None:
    return None if np.isnan(share) else round(share * 100)


def _units(of: Shelf, lines: tuple[SkillLine, ...], before: dict[str, int]) -> list[UnitLine]:
    found = []
    for key, unit in of.subject.spec.units.items():
        its = [one for one in lines if one.skill.unit == key]
        now = [one.known for one in its if one.known is not None]
        then = [before[one.skill.key] for one in its if one.skill.key in before]
        if its:
            found.append(
                UnitLine(
                    unit.title,
                    round(sum(now) / len(now)) if now else None,
                    round(sum(then) / len(then) / 10) if then else None,
                    len(now),
                    len(its),
                )
            )
    return found


def _objections(pupil: SchoolUser, subject: str) -> dict[str, ObjectionLine]:
    rows = Objection.objects.filter(pupil=pupil, subject=subject).order_by("at")
    return {
        row.skill: ObjectionLine(
            row, opened(pupil, row.words) or "", opened(pupil, row.answer) or ""
        )
        for row in rows
    }


def looks_at_portrait(pupil_id: int, *, account: Account) -> list[Look]:
    """Return which teachers opened a pupil's portrait, the newest first; for who may see it."""
    pupil = schools.require_pupil(account, pupil_id)
    if pupil.person is None:
        return []
    return [one for one in people.looks_at(pupil.person) if one.part == PARTS[PART]]


def _ruling(of: Shelf, pupil: SchoolUser, row: Ruling) -> RulingLine:
    skill = of.subject.skills.skills.get(row.target)
    item = of.subject.items.get(row.target)
    title = skill.title if skill else Text(item.ask if item else row.target)
    return RulingLine(row, RULED[row.kind], title, opened(pupil, row.why) or "")


def _notes(pupil: SchoolUser) -> list[NoteLine]:
    rows = Note.objects.filter(pupil=pupil, ended_at__isnull=True).select_related("by")
    return [
        NoteLine(row, NOTES[row.kind], opened(pupil, row.words) or "")
        for row in rows.order_by("kind", "-on")
    ]
