"""A lesson rehearsed on the class's twin before it is taught, and laid beside what then happened.

Each draw is one class that could be the real one, given what it has answered: weights from the fit's normal
approximation, answers by luck. The luck belongs to (draw, pupil, skill, how many-th task of it), whatever else a
plan does: two plans compared with the same luck differ by the plan and not by chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.special import ndtri

from minsheng.engines.learning.answers import Floats, Ints, turns
from minsheng.engines.learning.scores import Score, score
from minsheng.engines.learning.twin import Twin, logistic
from minsheng.engines.learning.twin_rows import (
    COMMON,
    MIDDLE_LEVEL,
    NO_ITEM,
    Past,
    State,
    brought,
    move_on,
)

STUCK = 0.5


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a lesson: a skill, tasks of these levels in turn, how many, minutes, together or alone.

    Where the minutes hold fewer tasks than `practice` (at `minutes_each`), fewer are done.
    """

    skill: int
    levels: tuple[int, ...] = (3,)
    practice: int = 3
    minutes: float = 10.0
    minutes_each: float = 2.0
    peer: bool = False

    def __post_init__(self) -> None:
        if not self.levels or not all(1 <= level <= 5 for level in self.levels):
            raise ValueError("levels of tasks run from 1 to 5, one at least")
        if self.practice < 1 or self.minutes <= 0 or self.minutes_each <= 0:
            raise ValueError("at least one task, and minutes above 0")

    @property
    def tasks(self) -> int:
        """How many tasks are done."""
        return min(self.practice, int(self.minutes / self.minutes_each + 1e-9))


@dataclass(frozen=True, slots=True)
class Luck:
    """The draws: standard normal ones for the weights (draws, columns), and a seed for everything else."""

    normal: Floats
    seed: int

    @property
    def draws(self) -> int:
        """How many draws there are."""
        return len(self.normal)

    def of(self, skill: int, number: int, pupils: int) -> tuple[Floats, Floats]:
        """Return luck of answers (draws, pupils), and of the task (draws,), standard normal."""
        key = (self.seed, skill * 1_000_003 + number)
        one = np.random.Generator(np.random.Philox(np.random.SeedSequence(key)))
        uniform = one.random((self.draws, pupils + 1))
        return uniform[:, :-1], ndtri(np.clip(uniform[:, -1], 1e-12, 1 - 1e-12))


def luck_for(twin: Twin, generator: np.random.Generator, *, draws: int = 200) -> Luck:
    """Return the luck of a rehearsal; the same for all plans that are to be compared."""
    if draws < 2:
        raise ValueError("at least two draws")
    normal = generator.standard_normal((draws, twin.columns.count))
    return Luck(normal, int(generator.integers(2**62)))


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a plan is expected to bring.

    share (steps,): predicted share right in each step; low, high: between which it lies in 90 % of the draws.
    stuck (steps, pupils): how likely each pupil's chance is still under one half at the end of the step, on
    a task of the step's last level. skills: those of the plan; after (skills,): expected chance
    of a middle task after the lesson, before (skills,): the same before it. tasks, minutes: done in all.
    flags: `no_peer_evidence`: pupils work together, and the past has no such answer; `shortened`: some step's
    minutes hold fewer tasks than planned; `new_skill`: a skill nobody has answered yet.
    """

    share: Floats
    low: Floats
    high: Floats
    stuck: Floats
    skills: tuple[int, ...]
    before: Floats
    after: Floats
    gained: Floats = field(
        repr=False
    )  # (draws,): mean chance after the lesson over pupils and skills
    tasks: int = 0
    minutes: float = 0.0
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Compared:
    """Two plans by the class's mean chance of a middle task afterwards, over the skills of both plans.

    difference: first less second; spread: its standard deviation over draws; low, high: 90 % of them; better:
    how often the first was ahead (ties half).
    """

    first: float
    second: float
    difference: float
    spread: float
    low: float
    high: float
    better: float


def rehearse(
    twin: Twin, plan: Sequence[Step], luck: Luck, *, day: int, check: Sequence[int] | None = None
) -> Rehearsed:
    """Return what the plan is expected to bring to the class on that day (an ordinal).

    check: the skills that count afterwards; those of the plan, unless given. Raises ValueError for an empty plan,
    an unknown skill, or a day before the past ends.
    """
    skills = tuple(sorted(set(check if check is not None else (step.skill for step in plan))))
    _check(twin, plan, skills, day)
    world = _World(twin, luck)
    pupils = np.arange(twin.columns.pupils)
    before = world.checked(skills, day)
    shares, stuck, done = [], [], dict.fromkeys(range(twin.columns.skills), 0)
    for step in plan:
        each = []
        for task in range(step.tasks):
            level = float(step.levels[task % len(step.levels)])
            chance, right = world.answered(
                pupils, step.skill, done[step.skill], level=level, day=day, peer=step.peer
            )
            each.append(chance.mean(1))
            done[step.skill] += 1
            move_on(
                world.state,
                pupils,
                np.full(len(pupils), step.skill),
                right=right,
                day=_full(pupils, day),
            )
        shares.append(np.mean(each, 0) if each else np.full(luck.draws, np.nan))
        last = float(step.levels[(max(step.tasks, 1) - 1) % len(step.levels)])
        after = world.chance(pupils, step.skill, level=last, day=day, peer=False)
        stuck.append((after < STUCK).mean(0))
    checked = world.checked(skills, day)
    low, high = np.quantile(np.array(shares), (0.05, 0.95), axis=1)
    return Rehearsed(
        share=np.mean(shares, 1),
        low=low,
        high=high,
        stuck=np.array(stuck),
        skills=skills,
        before=before.mean((1, 2)),
        after=checked.mean((1, 2)),
        gained=checked.mean((0, 2)),
        tasks=sum(step.tasks for step in plan),
        minutes=sum(step.minutes for step in plan),
        flags=_flags(twin, plan),
    )


def compare(
    twin: Twin, first: Sequence[Step], second: Sequence[Step], luck: Luck, *, day: int
) -> Compared:
    """Return by how much the first plan is ahead, with the same luck for both."""
    check = sorted({step.skill for step in (*first, *second)})
    one = rehearse(twin, first, luck, day=day, check=check).gained
    other = rehearse(twin, second, luck, day=day, check=check).gained
    apart = one - other
    low, high = np.quantile(apart, (0.05, 0.95))
    return Compared(
        first=float(one.mean()),
        second=float(other.mean()),
        difference=float(apart.mean()),
        spread=float(apart.std()),
        low=float(low),
        high=float(high),
        better=float((apart > 0).mean() + (apart == 0).mean() / 2),
    )


def predict(twin: Twin, lesson: Past, luck: Luck) -> Floats:
    """Return the chance of each answer of a lesson, seen before the lesson: (rows,).

    Of the lesson only who does which task when is read, never whether it was right: what happens on the way is
    drawn. Raises ValueError for another class.
    """
    if (lesson.pupils, lesson.skills) != (twin.columns.pupils, twin.columns.skills):
        raise ValueError("the lesson is of another class than the twin")
    world = _World(twin, luck)
    said = np.empty(len(lesson))
    count = np.zeros((lesson.pupils, lesson.skills), np.int64)
    for rows in turns(lesson.pupil):
        for skill in np.unique(lesson.skill[rows]):
            some = rows[lesson.skill[rows] == skill]
            who = lesson.pupil[some]
            for number in np.unique(count[who, skill]):
                now = some[count[who, skill] == number]
                pupil = lesson.pupil[now]
                chance, right = world.answered(
                    pupil,
                    int(skill),
                    int(number),
                    level=lesson.level[now],
                    day=lesson.day[now],
                    peer=lesson.peer[now],
                    item=lesson.item[now],
                )
                said[now] = chance.mean(0)
                move_on(world.state, pupil, lesson.skill[now], right=right, day=lesson.day[now])
            count[who, skill] += 1
    return said


@dataclass(frozen=True, slots=True)
class Beside:
    """A prediction beside what happened, and beside what needs no twin.

    twin, base_rate (the class's share right so far), last_time (each pupil's last answer to the skill; the base
    rate where there is none), own_rate (each pupil's share right in the skill so far, drawn to the base rate
    by two answers). ahead: whether the twin has the lowest Brier score of all.
    """

    twin: Score
    base_rate: Score
    last_time: Score
    own_rate: Score

    @property
    def ahead(self) -> bool:
        """Whether the twin's Brier score is the lowest."""
        others = (self.base_rate, self.last_time, self.own_rate)
        return self.twin.brier < min(other.brier for other in others)


def beside(twin: Twin, past: Past, lesson: Past, predicted: Floats) -> Beside:
    """Return the prediction of a lesson beside its outcome; `past` is what was known before the lesson."""
    base = np.full(len(lesson), twin.base)
    last = np.full((past.pupils, past.skills), np.nan)
    for rows in turns(past.pupil * past.skills + past.skill):
        last[past.pupil[rows], past.skill[rows]] = past.right[rows]
    key = past.pupil * past.skills + past.skill
    shape = (past.pupils, past.skills)
    count = np.bincount(key, minlength=shape[0] * shape[1]).reshape(shape)
    right = np.bincount(key, weights=past.right, minlength=shape[0] * shape[1]).reshape(shape)
    own = (right + 2 * twin.base) / (count + 2)
    at = (lesson.pupil, lesson.skill)
    return Beside(
        twin=score(predicted, lesson.right),
        base_rate=score(base, lesson.right),
        last_time=score(np.where(np.isnan(last[at]), base, last[at]), lesson.right),
        own_rate=score(own[at], lesson.right),
    )


class _World:
    """The draws of a class on their way through a lesson."""

    def __init__(self, twin: Twin, luck: Luck) -> None:
        if luck.normal.shape[1] != twin.columns.count:
            raise ValueError("this luck was drawn for another twin")
        self.twin, self.luck = twin, luck
        self.weights = twin.weights + twin.precision.draws(luck.normal)
        self.parts = twin.columns.parts()
        self.state: State = twin.state.copies(luck.draws)

    def chance(
        self,
        pupil: Ints,
        skill: int,
        *,
        level: Floats | float,
        day: Ints | int,
        peer: Floats | bool,
        item: Ints | None = None,
        new: Floats | None = None,
    ) -> Floats:
        """Return the chance of these pupils on one task: (draws, rows)."""
        weights, parts = self.weights, self.parts
        values = brought(
            self.state,
            pupil,
            np.full(len(pupil), skill),
            level=np.broadcast_to(np.asarray(level, np.float64), pupil.shape),
            day=np.broadcast_to(np.asarray(day), pupil.shape),
            peer=np.broadcast_to(np.asarray(peer), pupil.shape),
        )
        x = sum((weights[:, [place]] * value for place, value in enumerate(values)), start=0.0)
        practice = values[COMMON.index("practice")]
        x = x + weights[:, parts["pupil"]][:, pupil] + weights[:, parts["skill"]][:, [skill]]
        pairs = parts["pupil_skill"].start + pupil * self.twin.columns.skills + skill
        x = x + weights[:, pairs] + weights[:, parts["practice_of_skill"]][:, [skill]] * practice
        x = x + self._of_items(pupil, item, new)
        spread = 1 - self.twin.guess - self.twin.slip
        return np.asarray(self.twin.guess + spread * logistic(np.asarray(x)))

    def answered(
        self,
        pupil: Ints,
        skill: int,
        number: int,
        *,
        level: Floats | float,
        day: Ints | int,
        peer: Floats | bool,
        item: Ints | None = None,
    ) -> tuple[Floats, Floats]:
        """Return the chance and what then happened, both (draws, rows)."""
        luck, new = self.luck.of(skill, number, self.twin.columns.pupils)
        chance = self.chance(pupil, skill, level=level, day=day, peer=peer, item=item, new=new)
        return chance, (luck[:, pupil] < chance).astype(np.float64)

    def checked(self, skills: Sequence[int], day: int) -> Floats:
        """Return the chance of every pupil on a middle task of each skill: (skills, draws, pupils)."""
        pupils = np.arange(self.twin.columns.pupils)
        return np.stack(
            [
                self.chance(pupils, skill, level=MIDDLE_LEVEL, day=day, peer=False)
                for skill in skills
            ]
        )

    def _of_items(self, pupil: Ints, item: Ints | None, new: Floats | None) -> Floats:
        """Return the effects of tasks: known ones as fitted, new ones drawn from their kind."""
        if new is None:
            return np.zeros((self.luck.draws, len(pupil)))
        drawn = np.repeat((new * self.twin.spreads["item"])[:, None], len(pupil), 1)
        if item is None:
            return drawn
        known = (item != NO_ITEM) & (item < self.twin.columns.items)
        fitted = self.weights[:, self.parts["item"]]
        if known.any():
            drawn[:, known] = fitted[:, item[known]]
        return drawn


def _full(pupils: Ints, day: int) -> Ints:
    return np.full(len(pupils), day, np.int64)


def _check(twin: Twin, plan: Sequence[Step], skills: Sequence[int], day: int) -> None:
    if not plan:
        raise ValueError("a plan has at least one step")
    for skill in (*skills, *(step.skill for step in plan)):
        if not 0 <= skill < twin.columns.skills:
            raise ValueError(f"the class has no skill {skill}")
    if (twin.state.last_day > day).any():
        raise ValueError("the day lies before the end of the past")


def _flags(twin: Twin, plan: Sequence[Step]) -> tuple[str, ...]:
    never = twin.state.count.sum(0) == 0
    found = (
        ("no_peer_evidence", any(step.peer for step in plan) and not twin.has_peer),
        ("shortened", any(step.tasks < step.practice for step in plan)),
        ("new_skill", any(never[step.skill] for step in plan)),
    )
    return tuple(name for name, is_so in found if is_so)
