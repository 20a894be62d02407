"""What each pupil of a class should work on next, in order, and why.

A declared rule and no black box: a teacher's pins first, then what is missing underneath, then what is due for
review, then what is growing, then what can be begun. Everything is computed for the whole class at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from minsheng.engines.learning.answers import Bools, Floats, Ints

LEVELS = 5


class Reason(IntEnum):
    """Why a skill comes now; the smaller, the earlier."""

    PINNED = 0
    PREREQUISITE_WEAK = 1
    DUE_FOR_REVIEW = 2
    GROWING = 3
    READY_FOR_NEW = 4
    NOTHING = 5


class LeftOut(IntEnum):
    """Why a pinned item isn't among the picks."""

    NO_TIME = 0
    BANNED = 1
    TOO_MANY = 2


@dataclass(frozen=True, slots=True)
class Rule:
    """When a skill is weak, growing or ready. Settings, to be changed by a school.

    weak: below this chance of knowing, a skill that another one needs comes first. ready: from here a
    needed skill carries the next. mastered: from here a skill is only reviewed. recall: below this chance a
    mastered skill is due. picks: items at most; of_skill: of them from one skill at most.
    """

    weak: float = 0.5
    ready: float = 0.7
    mastered: float = 0.95
    recall: float = 0.8
    picks: int = 8
    of_skill: int = 2

    def __post_init__(self) -> None:
        if not 0 < self.weak <= self.ready <= self.mastered < 1 or not 0 < self.recall < 1:
            raise ValueError("0 < weak <= ready <= mastered < 1 and 0 < recall < 1")
        if self.picks < 1 or self.of_skill < 1:
            raise ValueError("at least one pick, and one of each skill")


@dataclass(frozen=True, slots=True)
class Bank:
    """Items to choose from: skill and level (1 to 5; 0: not said) and minutes of each, arrays (items,).

    needs (skills, skills): needs[s, p] says that skill s needs skill p; without circles.
    """

    skill: Ints
    level: Ints
    minutes: Floats
    needs: Bools

    def __post_init__(self) -> None:
        skills = len(self.needs)
        if self.needs.shape != (skills, skills):
            raise ValueError("needs is (skills, skills)")
        if not len(self.skill) == len(self.level) == len(self.minutes):
            raise ValueError("as many skills as levels and minutes of items")
        if len(self.skill) and not 0 <= self.skill.min() <= self.skill.max() < skills:
            raise ValueError("an item has a skill that isn't in needs")
        if ((self.level < 0) | (self.level > LEVELS)).any():
            raise ValueError(f"levels run from 1 to {LEVELS}, or 0 where nobody said")
        if not (self.minutes > 0).all():
            raise ValueError("an item takes more than 0 minutes")
        if _has_circle(self.needs):
            raise ValueError("skills need one another in a circle")


@dataclass(frozen=True, slots=True)
class Class:
    """What is known of the pupils: arrays (pupils, skills), (pupils, items) and (pupils,).

    known: chance of knowing. practised: number of answers. recall: chance to recall, NaN for never answered.
    seen (pupils, items): how often each had the item. minutes: what is left today within the law's limit.
    pinned, banned (pupils, items): the teacher's word; None for nothing said.
    """

    known: Floats
    practised: Ints
    recall: Floats
    seen: Ints
    minutes: Floats
    pinned: Bools | None = None
    banned: Bools | None = None


@dataclass(frozen=True, slots=True)
class Pick:
    """One item for one pupil and why: `facts` holds the numbers the reason rests on.

    `known`, `practised`, `recall` (where there is one) of the skill; `level` of the item (0: not said) and
    `wanted_level`; `seen`: how often the pupil had this item; `minutes`; `for_skill`: what waits for it, with
    a weak prerequisite.
    """

    item: int
    skill: int
    reason: Reason
    facts: Mapping[str, float | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Picks:
    """What one pupil gets, in order; pinned items left out, with why; minutes all of it takes."""

    items: tuple[Pick, ...]
    left_out: tuple[tuple[int, LeftOut], ...]
    minutes: float


def reasons(
    bank: Bank, pupils: Class, *, rule: Rule | None = None
) -> tuple[NDArray[np.int8], Ints]:
    """Return why each skill comes now for each pupil, and for which skill: both (pupils, skills).

    The second holds, where the reason is a weak prerequisite, the skill that waits for it, else -1. A
    skill waits when one that it needs is below `ready`; of a chain of weak ones, the lowest comes first. Where
    neither it nor what builds on it was begun, a weak skill is simply one to begin.
    """
    by = rule or Rule()
    known, begun = pupils.known, pupils.practised > 0
    lacking = (known < by.ready).astype(np.float64) @ bank.needs.T.astype(np.float64)
    blocked = lacking > 0
    mastered = known >= by.mastered
    is_due = begun & (pupils.recall < by.recall)
    why = np.full(known.shape, np.int8(Reason.NOTHING))
    why[~blocked & ~begun & ~mastered] = Reason.READY_FOR_NEW
    why[~blocked & begun & ~mastered] = Reason.GROWING
    why[(mastered | (known >= by.ready)) & is_due] = Reason.DUE_FOR_REVIEW
    waiting = blocked & ~mastered
    weak = ~blocked & (known < by.weak) & (_urged(waiting & begun, waiting, bank.needs) | begun)
    weak &= waiting @ bank.needs.astype(np.int64) > 0
    why[weak] = Reason.PREREQUISITE_WEAK
    first_waiting = np.full(known.shape, -1, np.int64)
    for skill in np.flatnonzero(bank.needs.any(0))[::-1]:
        after = np.flatnonzero(bank.needs[:, skill])
        rows = np.flatnonzero(weak[:, skill])
        if len(rows):
            # one already begun waits most; then the first of the list
            order = waiting[np.ix_(rows, after)] * (1 + begun[np.ix_(rows, after)])
            first_waiting[rows, skill] = after[order.argmax(1)]
    return why, first_waiting


def next_items(bank: Bank, pupils: Class, *, rule: Rule | None = None) -> tuple[Picks, ...]:
    """Return what each pupil should work on next, in order, with the reason of each pick.

    The teacher's word wins: pinned items come first, in the order of the bank, whatever is known; banned ones
    never come, even pinned. Only the minutes bind them too: what doesn't fit is left out and said to be.
    Within a skill comes what is near the wanted level and seen seldom (a level away weighs as three, once
    seen as two), then the order of the bank; no two picks of one skill follow one another where something
    else fits.
    Raises ValueError for arrays of other shapes.
    """
    by = rule or Rule()
    _check(bank, pupils)
    count, items = len(pupils.known), len(bank.skill)
    if not items:
        return tuple(Picks((), (), 0.0) for _ in range(count))
    why, waiting = reasons(bank, pupils, rule=by)
    wanted = np.clip(1 + np.floor(pupils.known * LEVELS), 1, LEVELS).astype(np.int64)
    cost = _cost(bank, pupils, why, wanted)
    banned = np.zeros((count, items), bool) if pupils.banned is None else pupils.banned
    pinned = np.zeros((count, items), bool) if pupils.pinned is None else pupils.pinned
    left = pupils.minutes.astype(np.float64).copy()
    open_ = ~banned & (pinned | (why[:, bank.skill] != Reason.NOTHING))
    used = np.zeros((count, len(bank.needs)), np.int64)
    chosen: list[list[tuple[int, Reason]]] = [[] for _ in range(count)]
    last = np.full(count, -1)
    rows = np.arange(count)
    for _ in range(by.picks):
        fits = open_ & (bank.minutes[None, :] <= left[:, None] + 1e-9)
        fits &= pinned | (used[:, bank.skill] < by.of_skill)
        here = np.where(fits, cost, np.inf)
        here = np.where(pinned & fits, -1e9 + np.arange(items)[None, :], here)
        again = (bank.skill[None, :] == last[:, None]) & ~pinned
        best = np.where(again & np.isfinite(here), here + 1e6, here).argmin(1)
        takes = np.isfinite(here[rows, best])
        if not takes.any():
            break
        who, item = rows[takes], best[takes]
        left[who] -= bank.minutes[item]
        open_[who, item] = False
        used[who, bank.skill[item]] += 1
        last[who] = bank.skill[item]
        for pupil, one in zip(who.tolist(), item.tolist(), strict=True):
            reason = Reason.PINNED if pinned[pupil, one] else Reason(why[pupil, bank.skill[one]])
            chosen[pupil].append((one, reason))
    return tuple(
        _picks(bank, pupils, pupil, chosen[pupil], wanted, waiting, pinned, banned, by)
        for pupil in range(count)
    )


def _urged(begun: Bools, waiting: Bools, needs: Bools) -> Bools:
    """Return which skills something begun waits for, at once or through others that wait: (pupils, skills)."""
    wanting, steps = begun, needs.astype(np.int64)
    for _ in range(len(needs)):
        further = wanting | (waiting & (wanting @ steps > 0))
        if (further == wanting).all():
            break
        wanting = further
    return np.asarray(wanting @ steps > 0)


def _cost(bank: Bank, pupils: Class, why: NDArray[np.int8], wanted: Ints) -> Floats:
    """Return in which order items come, smaller first: reason, then how urgent the skill is, then the item."""
    urgency = np.zeros(why.shape)
    weak, review = why == Reason.PREREQUISITE_WEAK, why == Reason.DUE_FOR_REVIEW
    growing, new = why == Reason.GROWING, why == Reason.READY_FOR_NEW
    urgency[weak] = pupils.known[weak]  # the weakest first
    urgency[review] = pupils.recall[review]  # the most forgotten first
    urgency[growing] = 1 - pupils.known[growing]  # the nearest to be done first
    order = np.broadcast_to(np.arange(why.shape[1]) / max(why.shape[1], 1), why.shape)
    urgency[new] = order[new]  # in the order of the list of skills
    of_skill = why.astype(np.float64) * 1e6 + np.floor(urgency * 999) * 100
    level = bank.level[None, :]
    away = np.where(level > 0, np.abs(level - wanted[:, bank.skill]), 1)
    of_item = np.minimum(3 * away + 2 * pupils.seen, 99)
    return np.asarray(of_skill[:, bank.skill] + of_item + np.arange(len(bank.skill)) * 1e-5)


def _picks(
    bank: Bank,
    pupils: Class,
    pupil: int,
    chosen: list[tuple[int, Reason]],
    wanted: Ints,
    waiting: Ints,
    pinned: Bools,
    banned: Bools,
    rule: Rule,
) -> Picks:
    picks = []
    for item, reason in chosen:
        skill = int(bank.skill[item])
        facts: dict[str, float | int] = {
            "known": round(float(pupils.known[pupil, skill]), 4),
            "practised": int(pupils.practised[pupil, skill]),
            "level": int(bank.level[item]),
            "wanted_level": int(wanted[pupil, skill]),
            "seen": int(pupils.seen[pupil, item]),
            "minutes": float(bank.minutes[item]),
        }
        if np.isfinite(pupils.recall[pupil, skill]):
            facts["recall"] = round(float(pupils.recall[pupil, skill]), 4)
        if reason is Reason.PREREQUISITE_WEAK:
            facts["for_skill"] = int(waiting[pupil, skill])
        picks.append(Pick(item, skill, reason, facts))
    have = {pick.item for pick in picks}
    left_out = []
    for item in np.flatnonzero(pinned[pupil]).tolist():
        if banned[pupil, item]:
            left_out.append((item, LeftOut.BANNED))
        elif item not in have:
            full = len(picks) >= rule.picks
            left_out.append((item, LeftOut.TOO_MANY if full else LeftOut.NO_TIME))
    minutes = float(sum(bank.minutes[pick.item] for pick in picks))
    return Picks(tuple(picks), tuple(left_out), minutes)


def _check(bank: Bank, pupils: Class) -> None:
    count, skills, items = len(pupils.known), len(bank.needs), len(bank.skill)
    for name in ("known", "practised", "recall"):
        if getattr(pupils, name).shape != (count, skills):
            raise ValueError(f"{name} is (pupils, skills) = {(count, skills)}")
    for name in ("seen", "pinned", "banned"):
        table = getattr(pupils, name)
        if table is not None and table.shape != (count, items):
            raise ValueError(f"{name} is (pupils, items) = {(count, items)}")
    if not ((pupils.known >= 0) & (pupils.known <= 1)).all():
        raise ValueError("known is a chance from 0 to 1")
    if pupils.minutes.shape != (count,) or np.isnan(pupils.minutes).any():
        raise ValueError("minutes: how many are left for each pupil")


def _has_circle(needs: Bools) -> bool:
    left = np.array(needs, bool)
    alive = np.ones(len(left), bool)
    for _ in range(len(left)):
        free = alive & ~left[:, alive].any(1)
        if not free.any():
            break
        alive &= ~free
    return bool(alive.any())
