"""The next exercises of a pupil, with the reason in their own words; the teacher's word wins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from minsheng.apps.mastery.bank import Shelf, shelf
from minsheng.apps.mastery.models import BAN, PIN, Answer
from minsheng.apps.mastery.reads.standing import Seen, seen
from minsheng.apps.schools.models import SchoolUser
from minsheng.engines.items.items import Item
from minsheng.engines.learning.exercise import Class, Pick, Reason, Rule, next_items
from minsheng.lib.texts import Text

MINUTES = 10.0
TAUGHT, DOUBT = 0.75, 0.5
"""Chances between which the kernel calls a skill ready, and below which weak."""


@dataclass(frozen=True, slots=True)
class NextLine:
    """One exercise that comes next, the skill it is about, and why, as said to the pupil."""

    item: Item
    skill: Text
    why: Text


def next_exercises(
    pupil: SchoolUser,
    subject: str,
    *,
    minutes: float = MINUTES,
    count: int = 5,
    on: date | None = None,
) -> list[NextLine]:
    """Return what a pupil should work on next, in order; at most `count` within `minutes`."""
    return class_exercises([pupil.pk], subject, minutes=minutes, count=count, on=on)[pupil.pk]


def class_exercises(
    pupils: list[int],
    subject: str,
    *,
    minutes: float = MINUTES,
    count: int = 5,
    on: date | None = None,
) -> dict[int, list[NextLine]]:
    """Return the next exercises of many pupils at once."""
    of, day = shelf(subject), on or timezone.localdate()
    found = seen(of, pupils, on=day)
    many, items = len(pupils), len(of.items)
    times = np.zeros((many, items), np.int64)
    row = {pupil: at for at, pupil in enumerate(pupils)}
    for who, item in Answer.objects.filter(
        sheet__pupil__in=pupils, sheet__work__subject=subject
    ).values_list("sheet__pupil", "item"):
        if item in of.item_number:
            times[row[who], of.item_number[item]] += 1
    pinned, banned = _said(of, found)
    picks = next_items(
        of.exercises,
        Class(
            known=_assumed(of, found),
            practised=found.stand.evidence.count.astype(np.int64),
            recall=found.recall,
            seen=times,
            minutes=np.full(many, minutes),
            pinned=pinned,
            banned=banned,
        ),
        rule=Rule(picks=count),
    )
    return {pupil: [_line(of, one) for one in picks[at].items] for pupil, at in row.items()}


def _assumed(of: Shelf, found: Seen) -> NDArray[np.float64]:
    """Return the chances of knowing, with what was never asked taken as a teacher would take it.

    What comes before something that was begun has been taught: it isn't held against a pupil that
    nobody asked. Only right below a skill that goes wrong it is doubted, and so looked at first.
    """
    begun = found.stand.evidence.count > 0
    known = found.known.copy()
    before = of.subject.skills.prerequisites().astype(np.int64)
    taught = (begun @ before > 0) & ~begun
    known[taught] = np.maximum(known[taught], TAUGHT)
    failing = (begun & (found.known < DOUBT)).astype(np.int64)
    doubted = (failing @ of.needs.astype(np.int64) > 0) & ~begun
    known[doubted] = np.minimum(found.known[doubted], DOUBT - 0.01)
    return known


def _said(of: Shelf, found: Seen) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return what teachers pinned and banned: (pupils, items); of a skill, all its items."""
    shape = (len(found.pupils), len(of.items))
    tables = {PIN: np.zeros(shape, bool), BAN: np.zeros(shape, bool)}
    for one in found.rulings:
        if one.kind not in tables:
            continue
        table, row = tables[one.kind], found.row(one.pupil_id)
        if one.target in of.item_number:
            table[row, of.item_number[one.target]] = True
        elif one.target in of.skill_number:
            table[row] |= of.exercises.skill == of.skill_number[one.target]
    return tables[PIN], tables[BAN]


def _line(of: Shelf, pick: Pick) -> NextLine:
    skill = of.subject.skills.skills[of.skills[pick.skill]]
    return NextLine(of.subject.items[of.items[pick.item]], skill.title, _why(of, pick))


def _why(of: Shelf, pick: Pick) -> Text:
    title = of.subject.skills.skills[of.skills[pick.skill]].title
    zh, en = title.zh, title.to("en")
    match pick.reason:
        case Reason.PINNED:
            return Text(f"老师专门挑的：{zh}。", f"Your teacher chose this for you: {en}.")
        case Reason.PREREQUISITE_WEAK:
            above = of.subject.skills.skills[of.skills[int(pick.facts["for_skill"])]].title
            return Text(
                f"先把“{zh}”弄明白，学“{above.zh}”就不费劲了。",
                f"First get “{en}” clear; then “{above.to('en')}” comes easily.",
            )
        case Reason.DUE_FOR_REVIEW:
            return Text(
                f"“{zh}”早就会了，隔了一阵，做一道看还记不记得。",
                f"You know “{en}”. It has been a while: see whether you still remember.",
            )
        case Reason.GROWING:
            return Text(f"“{zh}”快会了，再练一道。", f"You have nearly got “{en}”. One more.")
        case _:
            return Text(
                f"前面的都会了，可以学新的：{zh}。",
                f"You know what comes before; you can start something new: {en}.",
            )
