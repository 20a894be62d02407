"""The door of the learning engine: who answered what, when, and whether it was right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers in the order of time, one row each: pupil, skill, right (0 or 1), day.

    pupil and skill count from 0 and lie below `pupils` and `skills`; day is an ordinal
    (`date.toordinal()`), and never falls from one row of a pupil to that pupil's next. An answer to a task
    of two skills is two rows, one for each. Made by `answers_of`, which checks it.
    """

    pupil: Ints
    skill: Ints
    right: NDArray[np.int8]
    day: Ints
    pupils: int
    skills: int

    def __len__(self) -> int:
        return len(self.right)


def answers_of(
    pupil: ArrayLike,
    skill: ArrayLike,
    right: ArrayLike,
    *,
    day: ArrayLike | None = None,
    pupils: int = 0,
    skills: int = 0,
) -> Answers:
    """Return the answers, checked. `pupils` and `skills` are counted where they aren't given.

    Without `day` all are of day 0. Raises ValueError with the row (from 0) that is wrong: other lengths,
    an id below 0 or too large, an answer that is neither 0 nor 1, a pupil whose days go back.
    """
    who, what = _ids(pupil, "pupil", pupils), _ids(skill, "skill", skills)
    given = np.asarray(right)
    when = np.zeros(len(who), np.int64) if day is None else _ids(day, "day", 0)
    if not len(who) == len(what) == len(given) == len(when):
        raise ValueError(
            f"as many pupils ({len(who)}) as skills ({len(what)}), answers ({len(given)}) and days"
            f" ({len(when)})"
        )
    wrong = np.flatnonzero(~np.isin(given, (0, 1)))
    if len(wrong):
        raise ValueError(f"row {wrong[0]}: right is 0 or 1, not {given[wrong[0]]}")
    back = _goes_back(who, when)
    if back >= 0:
        raise ValueError(f"row {back}: earlier than an answer of this pupil in a row before")
    return Answers(
        pupil=who,
        skill=what,
        right=given.astype(np.int8),
        day=when,
        pupils=pupils or (int(who.max()) + 1 if len(who) else 0),
        skills=skills or (int(what.max()) + 1 if len(what) else 0),
    )


def turns(key: Ints) -> Iterator[Ints]:
    """Yield the rows of all first occurrences of a key, then of all second ones, and so on."""
    if not len(key):
        return
    order = np.argsort(key, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(key[order]) != 0])
    turn = np.arange(len(key)) - np.repeat(starts, np.diff(np.r_[starts, len(key)]))
    by_turn = order[np.argsort(turn, kind="stable")]
    edges = np.r_[0, np.cumsum(np.bincount(turn))]
    for begin, end in pairwise(edges):
        yield by_turn[begin:end]


def _ids(given: ArrayLike, name: str, below: int) -> Ints:
    values = np.asarray(given)
    if values.ndim != 1 or (len(values) and values.dtype.kind not in "iub"):
        raise ValueError(f"{name} is a list of whole numbers")
    ids = values.astype(np.int64)
    wrong = np.flatnonzero((ids < 0) | (ids >= below) if below else ids < 0)
    if len(wrong):
        most = f" and below {below}" if below else ""
        raise ValueError(f"row {wrong[0]}: {name} is 0 or more{most}, not {ids[wrong[0]]}")
    return ids


def _goes_back(pupil: Ints, day: Ints) -> int:
    """Return the first row whose day lies before an earlier row of the same pupil, or -1."""
    if len(day) < 2 or (np.diff(day) >= 0).all():
        return -1
    order = np.argsort(pupil, kind="stable")
    falls = (np.diff(day[order]) < 0) & (np.diff(pupil[order]) == 0)
    return int(order[1:][falls].min()) if falls.any() else -1
