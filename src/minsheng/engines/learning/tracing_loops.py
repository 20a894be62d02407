"""The loops of tracing: expected counts for all skills at once, and a walk through the answers.

Each stands here twice, for numba and for numpy alone; tests hold the two equal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from minsheng.engines.kit.compiled import compiled, has_compiler
from minsheng.engines.learning.answers import Answers, Bools, Floats, Ints, turns

COLUMNS = 11


@dataclass(frozen=True, slots=True)
class Lanes:
    """Answers put in lanes: all of one pupil to one skill, in the order of time.

    first, length, skill: one for each lane; right: of all lanes after one another. answers, rights, pupils: for
    each skill.
    """

    first: Ints
    length: Ints
    skill: Ints
    right: NDArray[np.int8]
    skills: int
    answers: Ints
    rights: Ints
    pupils: Ints


def lanes_of(answers: Answers) -> Lanes:
    """Return the answers in lanes; longer lanes of a skill first, which the numpy form needs."""
    key = answers.skill * max(answers.pupils, 1) + answers.pupil
    order = np.argsort(key, kind="stable")
    keys = key[order]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.zeros(0, int)
    length = np.diff(np.r_[starts, len(keys)])
    skill = keys[starts] // max(answers.pupils, 1)
    count = answers.skills
    rights = np.bincount(answers.skill, weights=answers.right, minlength=count)
    return Lanes(
        first=starts.astype(np.int64),
        length=length.astype(np.int64),
        skill=skill.astype(np.int64),
        right=answers.right[order],
        skills=count,
        answers=np.bincount(answers.skill, minlength=count),
        rights=rights.astype(np.int64),
        pupils=np.bincount(skill, minlength=count),
    )


def sums(lanes: Lanes, shape: Floats, active: Bools) -> Floats:
    """Return expected counts of each active skill: (skills, 11).

    shape (skills, 5): known, learn, forget, guess, slip. Columns: knew at first, didn't; learned, didn't;
    lost, kept; guessed right, didn't know and wrong; slipped, knew and right; log likelihood.
    """
    if not len(lanes.right):
        return np.zeros((lanes.skills, COLUMNS))
    if has_compiler():
        return _sums_compiled(
            lanes.first,
            lanes.length,
            lanes.skill,
            lanes.right,
            shape,
            active,
            int(lanes.length.max()),
        )
    return sums_in_numpy(lanes, shape, active)


@compiled
def _sums_compiled(
    first: Ints,
    length: Ints,
    skill: Ints,
    right: NDArray[np.int8],
    shape: Floats,
    active: Bools,
    longest: int,
) -> Floats:
    found = np.zeros((len(shape), 11))
    held = np.empty(longest)  # the chance of knowing, after the answer
    ahead = np.empty(longest + 1)  # the same before it
    for lane in range(len(first)):
        which = skill[lane]
        if not active[which]:
            continue
        known, learn, forget = shape[which, 0], shape[which, 1], shape[which, 2]
        guess, slip = shape[which, 3], shape[which, 4]
        begin, end = first[lane], length[lane]
        likely, product = 0.0, 1.0
        ahead[0] = known
        for step in range(end):
            before = ahead[step]
            if right[begin + step] == 1:
                of_known, of_not = before * (1 - slip), (1 - before) * guess
            else:
                of_known, of_not = before * slip, (1 - before) * (1 - guess)
            seen = of_known + of_not
            product *= seen
            if product < 1e-200:
                likely += np.log(product)
                product = 1.0
            held[step] = of_known / seen
            ahead[step + 1] = held[step] * (1 - forget) + (1 - held[step]) * learn
        found[which, 10] += likely + np.log(product)
        smooth = held[end - 1]
        for step in range(end - 1, -1, -1):
            if step < end - 1:
                next_known, after_known = smooth, ahead[step + 1]
                up = next_known / after_known if after_known > 0 else 0.0
                down = (1 - next_known) / (1 - after_known) if after_known < 1 else 0.0
                learned = up * (1 - held[step]) * learn
                lost = down * held[step] * forget
                kept = up * held[step] * (1 - forget)
                found[which, 2] += learned
                found[which, 3] += down * (1 - held[step]) * (1 - learn)
                found[which, 4] += lost
                found[which, 5] += kept
                smooth = kept + lost
            if right[begin + step] == 1:
                found[which, 6] += 1 - smooth
                found[which, 9] += smooth
            else:
                found[which, 7] += 1 - smooth
                found[which, 8] += smooth
        found[which, 0] += smooth
        found[which, 1] += 1 - smooth
    return found


def sums_in_numpy(lanes: Lanes, shape: Floats, active: Bools) -> Floats:
    """Return what `sums` does, in numpy alone: step by step over all lanes that are so long."""
    use = np.flatnonzero(active[lanes.skill])
    use = use[np.argsort(-lanes.length[use], kind="stable")]
    found = np.zeros((lanes.skills, COLUMNS))
    if not len(use):
        return found
    first, length, skill = lanes.first[use], lanes.length[use], lanes.skill[use]
    known, learn, forget, guess, slip = shape[skill].T
    steps = int(length[0])
    counts = [
        int(np.searchsorted(-length, -step)) for step in range(steps)
    ]  # lanes longer than step
    held, ahead = [], [known]
    likely = np.zeros(len(use))
    for step, n in enumerate(counts):
        before = ahead[step][:n]
        is_right = lanes.right[first[:n] + step] == 1
        of_known = before * np.where(is_right, 1 - slip[:n], slip[:n])
        of_not = (1 - before) * np.where(is_right, guess[:n], 1 - guess[:n])
        likely[:n] += np.log(of_known + of_not)
        held.append(of_known / (of_known + of_not))
        ahead.append(held[step] * (1 - forget[:n]) + (1 - held[step]) * learn[:n])

    def add(column: int, values: Floats) -> None:
        found[:, column] += np.bincount(
            skill[: len(values)], weights=values, minlength=lanes.skills
        )

    add(10, likely)
    smooth = np.zeros(0)
    for step in range(steps - 1, -1, -1):
        n, longer = counts[step], len(smooth)
        now = held[step].copy()
        if longer:
            had, next_ = held[step][:longer], ahead[step + 1][:longer]
            up = np.divide(smooth, next_, out=np.zeros(longer), where=next_ > 0)
            down = np.divide(1 - smooth, 1 - next_, out=np.zeros(longer), where=next_ < 1)
            kept = up * had * (1 - forget[:longer])
            lost = down * had * forget[:longer]
            add(2, up * (1 - had) * learn[:longer])
            add(3, down * (1 - had) * (1 - learn[:longer]))
            add(4, lost)
            add(5, kept)
            now[:longer] = kept + lost
        is_right = lanes.right[first[:n] + step] == 1
        add(6, np.where(is_right, 1 - now, 0.0))
        add(7, np.where(is_right, 0.0, 1 - now))
        add(8, np.where(is_right, 0.0, now))
        add(9, np.where(is_right, now, 0.0))
        smooth = now
    add(0, smooth)
    add(1, 1 - smooth)
    return found


def walk(answers: Answers, shape: Floats, known: Floats) -> tuple[Floats, Floats]:
    """Return the chance of each row to be right before its answer, and `known` changed by all rows."""
    if has_compiler():
        return _walk_compiled(answers.pupil, answers.skill, answers.right, shape, known), known
    return walk_in_numpy(answers, shape, known), known


@compiled
def _walk_compiled(
    pupil: Ints, skill: Ints, right: NDArray[np.int8], shape: Floats, known: Floats
) -> Floats:
    expected = np.empty(len(right))
    for row in range(len(right)):
        who, which = pupil[row], skill[row]
        learn, forget = shape[which, 1], shape[which, 2]
        guess, slip = shape[which, 3], shape[which, 4]
        before = known[who, which]
        if right[row] == 1:
            of_known, of_not = before * (1 - slip), (1 - before) * guess
        else:
            of_known, of_not = before * slip, (1 - before) * (1 - guess)
        expected[row] = before * (1 - slip) + (1 - before) * guess
        seen = of_known + of_not
        held = of_known / seen if seen > 0 else before
        known[who, which] = held * (1 - forget) + (1 - held) * learn
    return expected


def walk_in_numpy(answers: Answers, shape: Floats, known: Floats) -> Floats:
    """Return what `walk` does, in numpy alone: first answers of all, then second ones. Changes `known`."""
    expected = np.empty(len(answers))
    for rows in turns(answers.pupil * known.shape[1] + answers.skill):
        who, which = answers.pupil[rows], answers.skill[rows]
        _, learn, forget, guess, slip = shape[which].T
        before, is_right = known[who, which], answers.right[rows] == 1
        of_known = before * np.where(is_right, 1 - slip, slip)
        of_not = (1 - before) * np.where(is_right, guess, 1 - guess)
        expected[rows] = before * (1 - slip) + (1 - before) * guess
        seen = of_known + of_not
        held = np.divide(of_known, seen, out=before.copy(), where=seen > 0)
        known[who, which] = held * (1 - forget) + (1 - held) * learn
    return expected
