"""Difference in differences between classes, with classes and not pupils as what varies.

What happens to a class happens to all its pupils at once, so forty pupils of one class are far from
forty pieces of evidence. Each class counts once, by the mean of what its pupils gained; the interval
and the test go over classes. With few classes the interval is wide, and below a number of ways in
which the classes might have been chosen nothing is concluded at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import comb, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from minsheng.lib.errors import WrongInput

Floats = NDArray[np.float64]

TOO_FEW, NO_DIFFERENCE, BETTER, WORSE = VERDICTS = ("too_few", "no_difference", "better", "worse")
CALIPER = 0.5
"""Classes are similar whose earlier means lie within so many standard deviations of pupils (L)."""
FEWEST_PUPILS = 10
"""A class with fewer pupils who were there both times says too little (L)."""
ALL_WAYS = 20_000
"""Up to so many ways of choosing the classes, each is tried; above, as many are drawn."""
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class ClassScores:
    """A class: whether it had it, and each pupil's level before and after, on one scale.

    before, after: (pupils,), the same pupils in the same order. `grade` and whatever else must be
    alike for a comparison goes into `kind`.
    """

    key: str
    is_dual: bool
    before: ArrayLike
    after: ArrayLike
    kind: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A class that isn't compared, and why: `pupils` (too few), `unlike` (no similar class)."""

    key: str
    is_dual: bool
    why: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What the comparison came to.

    `estimate`, `low`, `high`: by how much more the classes gained, in standard deviations of the
    earlier level; `raw` is the estimate on the scale of the levels. NaN where it can't be told.
    `p`: the share of ways of choosing the classes that give a difference as large; `smallest_p` is
    the least it could have been. `unit`: that standard deviation.
    """

    verdict: str
    estimate: float
    low: float
    high: float
    raw: float
    p: float
    smallest_p: float
    unit: float
    dual: tuple[str, ...]
    comparison: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    level: float = 0.95


def compare(
    classes: Sequence[ClassScores],
    *,
    random: np.random.Generator,
    caliper: float = CALIPER,
    fewest_pupils: int = FEWEST_PUPILS,
    level: float = 0.95,
) -> Effect:
    """Return by how much more the dual classes gained than similar classes, with its interval.

    Similar: the same `kind`, and an earlier mean within `caliper` standard deviations of a dual
    class. The interval is that of two means of classes (Student, pooled, classes - 2 degrees of
    freedom); the test goes over all ways of choosing which of these classes were dual, or over
    draws of `random` where they are very many. A difference is called one only where both agree.
    Raises WrongInput for scores of unlike length, values that aren't finite, a class named twice.
    """
    _check(classes, level)
    left_out = [
        LeftOut(one.key, one.is_dual, "pupils")
        for one in classes
        if np.asarray(one.before).size < max(1, fewest_pupils)
    ]
    gone = {one.key for one in left_out}
    whole = [one for one in classes if one.key not in gone]
    unit = _unit(whole)
    dual, comparison = _matched(whole, caliper * unit)
    kept = {one.key for one in (*dual, *comparison)}
    left_out += [LeftOut(one.key, one.is_dual, "unlike") for one in whole if one.key not in kept]
    gains = np.array([_gain(one) for one in (*dual, *comparison)])
    names = tuple(one.key for one in dual), tuple(one.key for one in comparison)
    return _effect(gains, len(dual), unit, names, tuple(left_out), level, random)


def _effect(
    gains: Floats,
    dual: int,
    unit: float,
    names: tuple[tuple[str, ...], tuple[str, ...]],
    left_out: tuple[LeftOut, ...],
    level: float,
    random: np.random.Generator,
) -> Effect:
    nan, others = float("nan"), len(gains) - dual
    smallest = 1 / comb(len(gains), dual) if dual and others else 1.0
    if not dual or not others or not unit > 0:
        return Effect(TOO_FEW, nan, nan, nan, nan, nan, smallest, unit, *names, left_out, level)
    raw = float(gains[:dual].mean() - gains[dual:].mean())
    half, p = _half(gains, dual, level), _chance(gains, dual, random)
    low, high = raw - half, raw + half
    verdict = NO_DIFFERENCE
    if smallest > 1 - level + ROUNDING or not np.isfinite(half) or np.ptp(gains) <= ROUNDING:
        verdict = TOO_FEW
    elif p <= 1 - level + ROUNDING and (low > 0 or high < 0):
        verdict = BETTER if raw > 0 else WORSE
    return Effect(
        verdict, raw / unit, low / unit, high / unit, raw, p, smallest, unit, *names, left_out,
        level,
    )  # fmt: skip


def _half(gains: Floats, dual: int, level: float) -> float:
    """Half the width of the interval; NaN with fewer than two degrees of freedom."""
    others = len(gains) - dual
    free = len(gains) - 2
    if free < 2 or others < 2:
        return float("nan")
    squares = ((gains[:dual] - gains[:dual].mean()) ** 2).sum()
    squares += ((gains[dual:] - gains[dual:].mean()) ** 2).sum()
    error = sqrt(squares / free * (1 / dual + 1 / others))
    return float(stdtrit(free, (1 + level) / 2) * error)


def _chance(gains: Floats, dual: int, random: np.random.Generator) -> float:
    """Share of ways to choose the dual classes that give a difference at least as large."""
    count, whole = len(gains), gains.sum()
    if comb(count, dual) <= ALL_WAYS:
        chosen = np.array(list(combinations(range(count), dual)))
        sums = gains[chosen].sum(1)
        extra = 0
    else:
        order = np.argsort(random.random((ALL_WAYS, count)), axis=1)[:, :dual]
        sums = gains[order].sum(1)
        extra = 1  # The way it was counts among those drawn (Phipson & Smyth, 2010).
    spread = np.abs(sums / dual - (whole - sums) / (count - dual))
    seen = abs(gains[:dual].mean() - gains[dual:].mean())
    as_large = int((spread >= seen - ROUNDING * max(1.0, abs(whole))).sum())
    return (as_large + extra) / (len(sums) + extra)


def _matched(
    classes: Sequence[ClassScores], within: float
) -> tuple[list[ClassScores], list[ClassScores]]:
    """Return dual classes that have similar ones, and those similar ones."""
    level = {one.key: float(np.mean(np.asarray(one.before, float))) for one in classes}

    def alike(one: ClassScores, other: ClassScores) -> bool:
        return one.kind == other.kind and abs(level[one.key] - level[other.key]) <= within

    had = [one for one in classes if one.is_dual]
    had_not = [one for one in classes if not one.is_dual]
    return (
        [one for one in had if any(alike(one, other) for other in had_not)],
        [other for other in had_not if any(alike(one, other) for one in had)],
    )


def _unit(classes: Sequence[ClassScores]) -> float:
    """Standard deviation of pupils' earlier level, over all classes together; NaN for none."""
    if not classes:
        return float("nan")
    before = np.concatenate([np.asarray(one.before, float) for one in classes])
    return float(before.std(ddof=1)) if before.size > 1 else float("nan")


def _gain(one: ClassScores) -> float:
    return float((np.asarray(one.after, float) - np.asarray(one.before, float)).mean())


def _check(classes: Sequence[ClassScores], level: float) -> None:
    keys = [one.key for one in classes]
    if len(set(keys)) != len(keys):
        raise _wrong("有一个班写了两次。", "A class is named twice.")
    if not 0 < level < 1:
        raise _wrong("把握要在 0 和 1 之间。", "The level lies between 0 and 1.")
    for one in classes:
        before, after = np.asarray(one.before, float), np.asarray(one.after, float)
        if before.ndim != 1 or before.shape != after.shape:
            raise _wrong(
                f"{one.key}：前后两次的学生不一样多。",
                f"{one.key}: levels before and after are of unlike length.",
            )
        if not (np.isfinite(before).all() and np.isfinite(after).all()):
            raise _wrong(
                f"{one.key}：有的分不是数。缺一次的学生先去掉。",
                f"{one.key}: a level isn't finite. Take out pupils who missed one.",
            )


def _wrong(zh: str, en: str) -> WrongInput:
    return WrongInput("effects.scores", zh, en, field="classes")
