"""When a skill should come again: a half-life of memory that each answer lengthens or shortens.

The chance to recall falls by half each half-life: 2 ** (-days / half_life), the form of Settles & Meeder (2016).
How the half-life moves is declared here and not fitted: a right answer lengthens it the more, the more had been
forgotten by then, so that right answers on one day gain nothing after the first (spacing effect, Cepeda et
al., 2006); a wrong one shortens it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import ArrayLike

from minsheng.engines.learning.answers import Answers, Floats, Ints, turns


@dataclass(frozen=True, slots=True)
class Memory:
    """How memory is taken to go: settings of no authority, to be changed by a school.

    first: half-life in days after the first answer, if it was right; wrong: what a wrong answer leaves of it;
    gain: how many times longer than now a right answer makes it when half was forgotten; recall: below
    this chance a skill is due; least, most: bounds of the half-life, in days.
    """

    first: float = 3.0
    wrong: float = 0.4
    gain: float = 2.2
    recall: float = 0.8
    least: float = 1.0
    most: float = 365.0

    def __post_init__(self) -> None:
        if not 0 < self.least <= self.first <= self.most:
            raise ValueError("0 < least <= first <= most, in days")
        if not 0 < self.wrong < 1 or self.gain < 1 or not 0 < self.recall < 1:
            raise ValueError("0 < wrong < 1 <= gain, and recall between 0 and 1")


def half_life_after(
    half_life: ArrayLike, *, days: ArrayLike, right: ArrayLike, memory: Memory | None = None
) -> Floats:
    """Return the half-life in days after one more answer, `days` after the one before.

    Arrays of one shape; a half-life of 0 means that this answer is the first. Raises ValueError for days or
    half-lives below 0.
    """
    by = memory or Memory()
    now, gone = np.asarray(half_life, np.float64), np.asarray(days, np.float64)
    is_right = np.asarray(right).astype(bool)
    if (now < 0).any() or (gone < 0).any() or not (np.isfinite(now) & np.isfinite(gone)).all():
        raise ValueError("half-lives and days are numbers, 0 or more")
    forgotten = 1 - recall(now, gone)
    longer = now * (1 + (by.gain - 1) * 2 * forgotten)
    later = np.where(is_right, longer, now * by.wrong)
    later = np.where(now > 0, later, np.where(is_right, by.first, by.first * by.wrong))
    return np.clip(later, by.least, by.most)


def recall(half_life: ArrayLike, days: ArrayLike) -> Floats:
    """Return the chance to recall after so many days; 0 for what was never answered (half-life 0)."""
    now, gone = np.asarray(half_life, np.float64), np.asarray(days, np.float64)
    known = now > 0
    return np.where(known, 2.0 ** (-gone / np.where(known, now, 1.0)), 0.0)


def days_until(half_life: ArrayLike, *, memory: Memory | None = None) -> Ints:
    """Return after how many whole days the skill is due: the last day on which recall is still enough, >= 1."""
    by = memory or Memory()
    wait = np.floor(np.asarray(half_life, np.float64) * -np.log2(by.recall) + 1e-9)
    return np.asarray(np.maximum(wait, 1), np.int64)


def next_day(half_life: float, *, last: date, memory: Memory | None = None) -> date:
    """Return the day on which one pupil should see the skill again."""
    if half_life <= 0:
        raise ValueError("a skill that was never answered has no day on which it comes again")
    return date.fromordinal(last.toordinal() + int(days_until(half_life, memory=memory)))


def memories(answers: Answers, *, memory: Memory | None = None) -> tuple[Floats, Ints]:
    """Return half-life and last day for each pupil and skill: (pupils, skills); 0 and -1 for none."""
    shape = (answers.pupils, answers.skills)
    half_life, last = np.zeros(shape), np.full(shape, -1, np.int64)
    for rows in turns(answers.pupil * max(answers.skills, 1) + answers.skill):
        at = (answers.pupil[rows], answers.skill[rows])
        gone = np.where(last[at] >= 0, answers.day[rows] - last[at], 0)
        half_life[at] = half_life_after(
            half_life[at], days=gone, right=answers.right[rows], memory=memory
        )
        last[at] = answers.day[rows]
    return half_life, last


def due(
    half_life: Floats, last: Ints, *, on: int, memory: Memory | None = None
) -> tuple[Floats, Ints]:
    """Return the chance of recall on the day `on` (an ordinal), and by how many days it is due already.

    Days below 0: not yet. What was never answered has recall NaN and is never due. Raises ValueError when
    `on` lies before an answer.
    """
    if (last > on).any():
        raise ValueError("the day lies before an answer")
    seen = last >= 0
    chance = np.where(seen, recall(half_life, np.maximum(on - last, 0)), np.nan)
    late = on - last - days_until(np.where(seen, half_life, 1.0), memory=memory)
    return chance, np.where(seen, late, np.iinfo(np.int64).min)
