"""What the twin reads of the past: the rows, what each pupil brought to each of them, and the columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from minsheng.engines.learning.answers import Answers, Bools, Floats, Ints, answers_of, turns

COMMON = ("class", "level", "practice", "forgetting", "transfer", "recent", "form", "peer")
KINDS = ("pupil", "skill", "item", "practice_of_skill", "pupil_skill")  # the last: see arrowhead.py
NO_ITEM = -1
MIDDLE_LEVEL = 3.0
FADE_SKILL, FADE_ALL = 0.7, 0.9  # what an answer still counts after the next one


@dataclass(frozen=True, slots=True)
class Past:
    """A class's answers in the order of time, one row each; made by `past_of`, which checks it.

    pupil, skill, right, day as in `Answers`; item: which task, or NO_ITEM; level: 1 (easy) to 5; peer:
    worked with others. needs (skills, skills): needs[s, p] says that s needs p.
    """

    pupil: Ints
    skill: Ints
    right: NDArray[np.int8]
    day: Ints
    item: Ints
    level: Floats
    peer: Bools
    needs: Bools
    pupils: int
    skills: int
    items: int

    def __len__(self) -> int:
        return len(self.right)


def past_of(
    answers: Answers,
    *,
    item: ArrayLike | None = None,
    level: ArrayLike | None = None,
    peer: ArrayLike | None = None,
    needs: ArrayLike | None = None,
) -> Past:
    """Return the past of a class, checked; what isn't given is unknown, and the same for all rows.

    Raises ValueError for other lengths, levels outside 1 to 5, items below NO_ITEM.
    """
    count = len(answers)
    items = np.full(count, NO_ITEM) if item is None else np.asarray(item, np.int64)
    levels = np.full(count, MIDDLE_LEVEL) if level is None else np.asarray(level, np.float64)
    peers = np.zeros(count, bool) if peer is None else np.asarray(peer, bool)
    shape = (answers.skills, answers.skills)
    needed = np.zeros(shape, bool) if needs is None else np.asarray(needs, bool)
    if not count == len(items) == len(levels) == len(peers) or needed.shape != shape:
        raise ValueError(f"one item, level and peer for each of {count} answers; needs is {shape}")
    if not ((levels >= 1) & (levels <= 5)).all():
        raise ValueError("levels run from 1 to 5")
    if count and items.min() < NO_ITEM:
        raise ValueError("an item is 0 or more, or -1 for none")
    return Past(
        answers.pupil,
        answers.skill,
        answers.right,
        answers.day,
        items,
        levels,
        peers,
        needed,
        answers.pupils,
        answers.skills,
        int(items.max(initial=NO_ITEM)) + 1,
    )


def until(past: Past, day: int) -> tuple[Past, Past]:
    """Return what was before `day`, and the rest."""
    return tuple(  # type: ignore[return-value]
        past_of(
            answers_of(
                past.pupil[rows],
                past.skill[rows],
                past.right[rows],
                day=past.day[rows],
                pupils=past.pupils,
                skills=past.skills,
            ),
            item=past.item[rows],
            level=past.level[rows],
            peer=past.peer[rows],
            needs=past.needs,
        )
        for rows in (past.day < day, past.day >= day)
    )


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each weight stands: the common ones first, then kind by kind."""

    pupils: int
    skills: int
    items: int

    def sizes(self) -> tuple[int, ...]:
        """Return how many members each kind has, as in KINDS."""
        return (self.pupils, self.skills, self.items, self.skills, self.pupils * self.skills)

    def parts(self) -> dict[str, slice]:
        """Return where each kind stands."""
        edges = len(COMMON) + np.cumsum([0, *self.sizes()])
        return {
            kind: slice(int(edges[place]), int(edges[place + 1]))
            for place, kind in enumerate(KINDS)
        }

    @property
    def count(self) -> int:
        """How many weights there are."""
        return len(COMMON) + sum(self.sizes())


@dataclass(frozen=True, slots=True)
class State:
    """What pupils bring to their next answer; leading axes (such as draws) may stand before.

    count (pupils, skills): answers. good, all: of the last answers to each skill, fading; form, form_all: of
    the last answers to anything (pupils,). last_day (pupils, skills), -1 for never.
    """

    count: Floats
    good: Floats
    all: Floats
    form: Floats
    form_all: Floats
    last_day: Ints
    needs: Floats

    def copies(self, number: int) -> State:
        """Return so many copies, in a first axis; what doesn't depend on luck is kept once."""
        return State(
            self.count.copy(),
            np.repeat(self.good[None], number, 0),
            self.all.copy(),
            np.repeat(self.form[None], number, 0),
            self.form_all.copy(),
            self.last_day.copy(),
            self.needs,
        )


def beginning(pupils: int, skills: int, needs: Bools) -> State:
    """Return the state before any answer."""
    shape = (pupils, skills)
    needed = needs / np.maximum(needs.sum(1, keepdims=True), 1)
    return State(
        np.zeros(shape),
        np.zeros(shape),
        np.zeros(shape),
        np.zeros(pupils),
        np.zeros(pupils),
        np.full(shape, -1, np.int64),
        needed,
    )


def brought(
    state: State, pupil: Ints, skill: Ints, *, level: Floats, day: Ints, peer: Bools
) -> list[Floats]:
    """Return the values of the common columns for rows of different pupils: each (rows,) or (draws, rows)."""
    last = state.last_day[pupil, skill]
    gap = np.where(last >= 0, np.maximum(day - last, 0), 0)
    practice = np.log1p(state.count[pupil, skill])
    transfer = (np.log1p(state.count[pupil]) * state.needs[skill]).sum(-1)
    whole, of_all = state.all[pupil, skill], state.form_all[pupil]
    return [
        np.ones(len(pupil)),
        level - MIDDLE_LEVEL,
        practice,
        np.log1p(gap),
        transfer,
        (2 * state.good[..., pupil, skill] - whole) / (whole + 2),
        (2 * state.form[..., pupil] - of_all) / (of_all + 2),
        peer.astype(np.float64),
    ]


def move_on(state: State, pupil: Ints, skill: Ints, *, right: Floats, day: Ints) -> None:
    """Change the state by one answer of each of these different pupils; `right` may have leading axes."""
    state.count[pupil, skill] += 1
    state.good[..., pupil, skill] = state.good[..., pupil, skill] * FADE_SKILL + right
    state.all[pupil, skill] = state.all[pupil, skill] * FADE_SKILL + 1
    state.form[..., pupil] = state.form[..., pupil] * FADE_ALL + right
    state.form_all[pupil] = state.form_all[pupil] * FADE_ALL + 1
    state.last_day[pupil, skill] = day


def features(past: Past) -> tuple[sparse.csr_array, State]:
    """Return the table of the fit (rows, columns), no row seeing its own answer or a later one; and the end."""
    state = beginning(past.pupils, past.skills, past.needs)
    common = np.zeros((len(past), len(COMMON)))
    for rows in turns(past.pupil):
        pupil, skill, day = past.pupil[rows], past.skill[rows], past.day[rows]
        values = brought(state, pupil, skill, level=past.level[rows], day=day, peer=past.peer[rows])
        common[rows] = np.stack(values, 1)
        move_on(state, pupil, skill, right=past.right[rows].astype(np.float64), day=day)
    columns = Columns(past.pupils, past.skills, past.items)
    parts, one = columns.parts(), np.ones(len(past))
    has_item = past.item >= 0
    places = [
        (parts["pupil"].start + past.pupil, one),
        (parts["skill"].start + past.skill, one),
        (parts["pupil_skill"].start + past.pupil * past.skills + past.skill, one),
        (np.where(has_item, parts["item"].start + past.item, 0), has_item.astype(np.float64)),
        (parts["practice_of_skill"].start + past.skill, common[:, COMMON.index("practice")]),
    ]
    row = np.arange(len(past))
    table = sparse.coo_array(
        (
            np.concatenate([common.T.ravel(), *(value for _, value in places)]),
            (
                np.tile(row, len(COMMON) + len(places)),
                np.concatenate(
                    [np.repeat(np.arange(len(COMMON)), len(past)), *(place for place, _ in places)]
                ),
            ),
        ),
        shape=(len(past), columns.count),
    )
    return table.tocsr(), state
