"""Small groups for tomorrow, by what their pupils need in common.

A declared rule: so many groups that all sizes lie within the bounds; each group works on one skill; the skills
are taken one after another, each time the one that the most pupils still lack a group for; then pupils are
seated so that the most have a group for something they need, the urgent first. No group is the strong one or the weak one:
members stand in the order of their codes, and pupils who need nothing are spread over groups or get their
own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from minsheng.engines.learning.answers import Floats

FREE = -1  # the group that works on what each pupil likes to go on with


@dataclass(frozen=True, slots=True)
class Group:
    """One group: the skill it works on (FREE: none), its members by code, which of them need it."""

    skill: int
    members: tuple[str, ...]
    needing: tuple[str, ...]


def sizes(count: int, *, least: int = 3, most: int = 6) -> tuple[int, ...]:
    """Return how large the groups are: as equal as can be, all within the bounds, as few as needed.

    Raises ValueError where that can't be: 5 pupils in groups of 3 to 4, or fewer pupils than `least`.
    """
    if not 1 <= least <= most:
        raise ValueError("1 <= least <= most")
    if not count:
        return ()
    groups = -(-count // most)
    if groups * least > count:
        raise ValueError(f"{count} pupils don't go into groups of {least} to {most}")
    small, larger = divmod(count, groups)
    return (small + 1,) * larger + (small,) * (groups - larger)


def groups_for(
    codes: Sequence[str], needs: Floats, *, least: int = 3, most: int = 6
) -> tuple[Group, ...]:
    """Return the groups; every pupil is in exactly one.

    codes: of the pupils, each once; needs (pupils, skills): how much each needs a skill, 0 (not) to 1. The
    same pupils in another order give the same groups. Raises ValueError for other shapes, double codes,
    needs out of range, sizes that can't be.
    """
    table = np.asarray(needs, np.float64)
    if table.ndim != 2 or len(table) != len(codes) or len(set(codes)) != len(codes):
        raise ValueError("needs is (pupils, skills), with one code for each pupil")
    if not ((table >= 0) & (table <= 1)).all():
        raise ValueError("a need is a number from 0 to 1")
    seats = sizes(len(codes), least=least, most=most)
    order = sorted(range(len(codes)), key=lambda row: codes[row])
    table, names = table[order], [codes[row] for row in order]
    skills = _skills_for(table, seats)
    worth = np.zeros((len(names), len(names)))
    of_seat = np.repeat(np.arange(len(seats)), seats)
    for column, group in enumerate(of_seat.tolist()):
        if skills[group] != FREE:
            need = table[:, skills[group]]
            worth[:, column] = np.where(
                need > 0, 1 + need, 0
            )  # a need met counts before how great it is
        else:
            worth[:, column] = np.where(table.max(1, initial=0) > 0, 0, 0.5)
    rows, columns = linear_sum_assignment(worth, maximize=True)
    found = []
    for group, skill in enumerate(skills):
        members = [row for row, seat in zip(rows, columns, strict=True) if of_seat[seat] == group]
        needing = [row for row in members if skill != FREE and table[row, skill] > 0]
        found.append(
            Group(skill, tuple(names[row] for row in members), tuple(names[row] for row in needing))
        )
    return tuple(sorted(found, key=lambda group: (group.skill == FREE, group.skill, group.members)))


def _skills_for(needs: Floats, seats: Sequence[int]) -> list[int]:
    """Return the skill of each group: each time the one that most pupils without a seat need.

    Ties go to the greater sum of needs, then to the first of the list.
    """
    open_ = np.ones(len(needs), bool)
    skills = []
    for seat in seats:
        waiting = (needs > 0) & open_[:, None]
        count = np.minimum(waiting.sum(0), seat) if needs.shape[1] else np.zeros(0)
        if not len(count) or not count.max():
            skills.append(FREE)
            open_[np.flatnonzero(open_)[:seat]] = False
            continue
        total = np.round((needs * waiting).sum(0), 9)
        skill = int(np.lexsort((-total, -count))[0])
        wants = np.flatnonzero(waiting[:, skill])
        # those with the fewest other needs first: the others find a group more easily
        few = np.lexsort((wants, -needs[wants, skill], (needs[wants] > 0).sum(1)))
        open_[wants[few][:seat]] = False
        skills.append(skill)
    return skills
