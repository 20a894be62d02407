"""What a course teaches, as skills that need one another: the map behind practice and report.

In CASE's words the map is a CFDocument, a skill a CFItem, the unit it stands in its parent
(CFAssociation isChildOf), and `needs` is CFAssociation precedes, read backwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from minsheng.lib.texts import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A part of the course, in the term (1 or 2) in which it is taught."""

    key: str
    title: Text
    term: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """One thing that a pupil can or can't do. `can` is it in the pupil's words.

    `needs` are the skills it builds on directly.
    """

    key: str
    title: Text
    unit: str
    can: Text
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Misconception:
    """A way of going wrong that has its reason, and what a teacher does about it tomorrow."""

    key: str
    skill: str
    title: Text
    remedy: Text


@dataclass(frozen=True)
class SkillMap:
    """Skills with what each builds on. Needs that go in a circle, or name no skill, are refused.

    Raises ValueError; `unknown_needs` and `circle` say beforehand what is wrong.
    """

    skills: Mapping[str, Skill]

    def __post_init__(self) -> None:
        for key, needed in unknown_needs(self.skills):
            raise ValueError(f"{key} needs {needed}, which is no skill of this map")
        found = circle(self.skills)
        if found:
            raise ValueError(f"these skills need one another in a circle: {' → '.join(found)}")

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Every key after all that it needs; otherwise as written."""
        done: dict[str, None] = {}

        def add(key: str) -> None:
            for needed in self.skills[key].needs:
                if needed not in done:
                    add(needed)
            done[key] = None

        for key in self.skills:
            if key not in done:
                add(key)
        return tuple(done)

    @cached_property
    def _before(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}
        for key in self.order:
            needs = self.skills[key].needs
            found[key] = frozenset(needs).union(*(found[needed] for needed in needs))
        return found

    def before(self, key: str) -> frozenset[str]:
        """Return everything that `key` builds on, near and far."""
        return self._before[key]

    def after(self, key: str) -> frozenset[str]:
        """Return everything that builds on `key`, near and far."""
        return frozenset(other for other, needs in self._before.items() if key in needs)

    def opened_by(self, key: str) -> tuple[str, ...]:
        """Return the skills that need `key` directly, in order."""
        return tuple(other for other in self.order if key in self.skills[other].needs)

    def closed(self, keys: Iterable[str]) -> tuple[str, ...]:
        """Return `keys` with everything they build on, in order."""
        wanted = set(keys)
        wanted.update(*(self._before[key] for key in tuple(wanted)))
        return tuple(key for key in self.order if key in wanted)

    def prerequisites(self, *, near: bool = False) -> NDArray[np.bool_]:
        """Return a matrix in the order of `order`: [i, j] is whether skill i builds on skill j.

        With `near`, only what a skill names itself. Lower triangular, for the order is topological.
        """
        place = {key: at for at, key in enumerate(self.order)}
        matrix = np.zeros((len(place), len(place)), dtype=np.bool_)
        for key, row in place.items():
            for needed in self.skills[key].needs if near else self._before[key]:
                matrix[row, place[needed]] = True
        return matrix


def unknown_needs(skills: Mapping[str, Skill]) -> tuple[tuple[str, str], ...]:
    """Return each skill with a need that is no skill."""
    return tuple(
        (key, needed)
        for key, skill in skills.items()
        for needed in skill.needs
        if needed not in skills
    )


def circle(skills: Mapping[str, Skill]) -> tuple[str, ...]:
    """Return one circle of needs, its first skill repeated at the end; () when there is none."""
    sound: set[str] = set()
    for start in skills:
        path: list[str] = [start]
        waiting = [list(reversed(skills[start].needs))] if start not in sound else []
        while waiting:
            if not waiting[-1]:
                waiting.pop()
                sound.add(path.pop())
                continue
            needed = waiting[-1].pop()
            if needed in path:
                return (*path[path.index(needed) :], needed)
            if needed in skills and needed not in sound:
                path.append(needed)
                waiting.append(list(reversed(skills[needed].needs)))
    return ()
