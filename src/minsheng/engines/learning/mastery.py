"""Where each pupil stands in each skill, with the evidence, folded answer by answer.

A night's work is to fold the day's new answers into what was kept: the result is the same as from the whole
history. Nothing here compares pupils with one another.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from minsheng.engines.kit.compiled import compiled, has_compiler
from minsheng.engines.learning.answers import Answers, Floats, Ints, turns
from minsheng.engines.learning.tracing import Skills

NEVER = -1  # the day of what has not happened


class Standing(IntEnum):
    """Where a pupil stands in a skill."""

    UNKNOWN = 0
    AT_RISK = 1
    GROWING = 2
    MASTERED = 3


@dataclass(frozen=True, slots=True)
class Rule:
    """When a skill counts as mastered, at risk or still unknown. Settings, to be changed by a school.

    least: fewer answers than this say nothing yet. mastered: the chance of knowing it, 0.95 as Corbett &
    Anderson (1995) take it, together with a right last answer. at_risk: below this chance of knowing,
    while the interval of the share right ends below `hopeful`. memory: how many answers back one counts half.
    z: of the interval, 1.645 for 90 %.
    """

    least: int = 3
    mastered: float = 0.95
    at_risk: float = 0.5
    hopeful: float = 0.7
    memory: float = 8.0
    z: float = 1.6448536269514722

    def __post_init__(self) -> None:
        if self.least < 1 or self.memory <= 0 or self.z <= 0:
            raise ValueError("least >= 1, memory > 0, z > 0")
        if not 0 < self.at_risk < self.mastered < 1 or not 0 < self.hopeful <= 1:
            raise ValueError("0 < at_risk < mastered < 1 and 0 < hopeful <= 1")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What answers have left behind: arrays (pupils, skills).

    known: chance of knowing. count, right: answers, and right ones. last_right: 1, 0, or -1 for none.
    last_day, last_right_day, last_wrong_day: ordinals, or NEVER. weight, weight_right, weight_square: sums
    over answers, each weighing less the longer ago.
    """

    known: NDArray[np.float32]
    count: NDArray[np.int32]
    right: NDArray[np.int32]
    last_right: NDArray[np.int8]
    last_day: NDArray[np.int32]
    last_right_day: NDArray[np.int32]
    last_wrong_day: NDArray[np.int32]
    weight: NDArray[np.float32]
    weight_right: NDArray[np.float32]
    weight_square: NDArray[np.float32]

    def of(self, pupils: Ints | slice) -> Evidence:
        """Return a copy for some of the pupils."""
        return Evidence(*(np.array(getattr(self, part.name)[pupils]) for part in fields(self)))


@dataclass(frozen=True, slots=True)
class Portrait:
    """Where pupils stand, with the evidence: arrays (pupils, skills).

    standing: see `Standing`. known: chance of knowing the skill. share: of right answers, recent ones weighing
    more; low, high: its interval (Wilson, 1927, with the effective number of answers); NaN without any answer.
    growth: how much `known` has risen since the evidence that was given as `before`; NaN where there
    was no answer by then or since, or no such evidence was given.
    """

    standing: NDArray[np.int8]
    known: NDArray[np.float32]
    share: Floats
    low: Floats
    high: Floats
    growth: Floats
    evidence: Evidence


def nothing(skills: Skills, pupils: int) -> Evidence:
    """Return the evidence before any answer."""
    shape = (pupils, len(skills))
    return Evidence(
        known=np.tile(skills.known.astype(np.float32), (pupils, 1)),
        count=np.zeros(shape, np.int32),
        right=np.zeros(shape, np.int32),
        last_right=np.full(shape, -1, np.int8),
        last_day=np.full(shape, NEVER, np.int32),
        last_right_day=np.full(shape, NEVER, np.int32),
        last_wrong_day=np.full(shape, NEVER, np.int32),
        weight=np.zeros(shape, np.float32),
        weight_right=np.zeros(shape, np.float32),
        weight_square=np.zeros(shape, np.float32),
    )


def fold(
    skills: Skills, evidence: Evidence, answers: Answers, *, rule: Rule | None = None
) -> Evidence:
    """Return the evidence after these answers, which come later than those already in it.

    Folding one night's answers after another gives the same as folding all at once, to the last bit.
    `evidence` isn't changed. Raises ValueError when pupils or skills aren't those of the evidence.
    """
    shape = (answers.pupils, len(skills))
    if evidence.known.shape != shape or answers.skills > len(skills):
        raise ValueError(f"evidence of {evidence.known.shape} (pupils, skills), answers of {shape}")
    later = Evidence(*(getattr(evidence, part.name).copy() for part in fields(evidence)))
    fade = 0.5 ** (1 / (rule or Rule()).memory)
    chances = np.stack([getattr(skills, part.name) for part in fields(skills)], 1)
    arrays = [getattr(later, part.name) for part in fields(later)]
    loop = _fold_compiled if has_compiler() else fold_in_numpy
    loop(answers.pupil, answers.skill, answers.right, answers.day, chances, fade, *arrays)
    return later


def portrait(
    evidence: Evidence, *, rule: Rule | None = None, before: Evidence | None = None
) -> Portrait:
    """Return where the pupils stand; `before` is their evidence of an earlier day, for their growth."""
    by = rule or Rule()
    number = np.zeros_like(evidence.weight, np.float64)
    some = evidence.weight > 0
    np.divide(
        np.square(evidence.weight, dtype=np.float64), evidence.weight_square, out=number, where=some
    )
    share = np.full(number.shape, np.nan)
    np.divide(evidence.weight_right, evidence.weight, out=share, where=some)
    low, high = _wilson(share, number, by.z)
    enough = evidence.count >= by.least
    mastered = enough & (evidence.known >= by.mastered) & (evidence.last_right == 1)
    at_risk = enough & (evidence.known < by.at_risk) & (high < by.hopeful)
    standing = np.where(enough, np.int8(Standing.GROWING), np.int8(Standing.UNKNOWN))
    standing[mastered], standing[at_risk] = Standing.MASTERED, Standing.AT_RISK
    growth = np.full(number.shape, np.nan)
    if before is not None:
        both = (before.count > 0) & (evidence.count > before.count)
        np.subtract(evidence.known, before.known, out=growth, where=both)
    return Portrait(standing, evidence.known, share, low, high, growth, evidence)


def portraits(
    skills: Skills, nights: Iterable[Answers], *, rule: Rule | None = None
) -> Iterable[Portrait]:
    """Yield the portraits of one group of pupils after another, each from its whole history.

    Only one group is in memory at a time: a district goes through in as little as a school.
    """
    for answers in nights:
        evidence = fold(skills, nothing(skills, answers.pupils), answers, rule=rule)
        yield portrait(evidence, rule=rule)


def course(skills: Skills, answers: Answers, days: Ints) -> tuple[Floats, Ints]:
    """Return how the chance of knowing went: at the end of each of the days, which rise.

    (days, pupils, skills) of the chance, and of the number of answers by then.
    """
    ends = np.asarray(days)
    if (np.diff(ends) <= 0).any():
        raise ValueError("days rise")
    evidence = nothing(skills, answers.pupils)
    known, count = [], []
    turn = np.searchsorted(ends, answers.day)  # the first end that includes the row
    for number in range(len(ends)):
        rows = turn == number
        piece = Answers(
            answers.pupil[rows],
            answers.skill[rows],
            answers.right[rows],
            answers.day[rows],
            answers.pupils,
            answers.skills,
        )
        evidence = fold(skills, evidence, piece)
        known.append(evidence.known.astype(np.float64))
        count.append(evidence.count.astype(np.int64))
    shape = (0, answers.pupils, len(skills))
    return (np.stack(known), np.stack(count)) if known else (np.zeros(shape), np.zeros(shape, int))


def _wilson(share: Floats, number: Floats, z: float) -> tuple[Floats, Floats]:
    """Return the interval of a share seen in `number` answers; NaN where there is none."""
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = z * np.sqrt(share * (1 - share) / number + z * z / (4 * number * number))
        middle, whole = share + z * z / (2 * number), 1 + z * z / number
        low, high = (middle - spread) / whole, (middle + spread) / whole
    none = number <= 0
    low[none] = high[none] = np.nan
    return np.clip(low, 0, 1), np.clip(high, 0, 1)


@compiled
def _fold_compiled(
    pupil: Ints,
    skill: Ints,
    answer: NDArray[np.int8],
    day: Ints,
    chances: Floats,
    fade: float,
    known: NDArray[np.float32],
    count: NDArray[np.int32],
    right: NDArray[np.int32],
    last_right: NDArray[np.int8],
    last_day: NDArray[np.int32],
    last_right_day: NDArray[np.int32],
    last_wrong_day: NDArray[np.int32],
    weight: NDArray[np.float32],
    weight_right: NDArray[np.float32],
    weight_square: NDArray[np.float32],
) -> None:
    for row in range(len(answer)):
        who, which, is_right = pupil[row], skill[row], answer[row]
        learn, forget = chances[which, 1], chances[which, 2]
        guess, slip = chances[which, 3], chances[which, 4]
        before = np.float64(known[who, which])
        if is_right == 1:
            of_known, of_not = before * (1 - slip), (1 - before) * guess
            last_right_day[who, which] = day[row]
            right[who, which] += 1
        else:
            of_known, of_not = before * slip, (1 - before) * (1 - guess)
            last_wrong_day[who, which] = day[row]
        seen = of_known + of_not
        held = of_known / seen if seen > 0 else before
        known[who, which] = held * (1 - forget) + (1 - held) * learn
        count[who, which] += 1
        last_right[who, which] = is_right
        last_day[who, which] = day[row]
        weight[who, which] = weight[who, which] * fade + 1
        weight_right[who, which] = weight_right[who, which] * fade + is_right
        weight_square[who, which] = weight_square[who, which] * fade * fade + 1


def fold_in_numpy(
    pupil: Ints,
    skill: Ints,
    answer: NDArray[np.int8],
    day: Ints,
    chances: Floats,
    fade: float,
    known: NDArray[np.float32],
    count: NDArray[np.int32],
    right: NDArray[np.int32],
    last_right: NDArray[np.int8],
    last_day: NDArray[np.int32],
    last_right_day: NDArray[np.int32],
    last_wrong_day: NDArray[np.int32],
    weight: NDArray[np.float32],
    weight_right: NDArray[np.float32],
    weight_square: NDArray[np.float32],
) -> None:
    """Do what the compiled loop does, in numpy: first answers of all, then second ones."""
    for rows in turns(pupil * known.shape[1] + skill):
        at = (pupil[rows], skill[rows])
        _, learn, forget, guess, slip = chances[skill[rows]].T
        is_right = answer[rows] == 1
        before = known[at].astype(np.float64)
        of_known = before * np.where(is_right, 1 - slip, slip)
        of_not = (1 - before) * np.where(is_right, guess, 1 - guess)
        seen = of_known + of_not
        held = np.divide(of_known, seen, out=before.copy(), where=seen > 0)
        known[at] = held * (1 - forget) + (1 - held) * learn
        count[at] += 1
        right[at] += is_right
        last_right[at] = is_right
        last_day[at] = day[rows]
        last_right_day[at] = np.where(is_right, day[rows], last_right_day[at])
        last_wrong_day[at] = np.where(is_right, last_wrong_day[at], day[rows])
        weight[at] = weight[at].astype(np.float64) * fade + 1
        weight_right[at] = weight_right[at].astype(np.float64) * fade + is_right
        weight_square[at] = weight_square[at].astype(np.float64) * fade * fade + 1
