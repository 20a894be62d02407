"""A subject as the kernels take it: skills by number, items as arrays, how skills are learnt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from minsheng.apps.mastery.models import SkillFit
from minsheng.apps.people.installed import packs
from minsheng.content.subjects import Subject
from minsheng.engines.items.items import Item
from minsheng.engines.learning.exercise import Bank
from minsheng.engines.learning.tracing import Belief, Skills
from minsheng.lib.errors import NotFound

SECONDS = 60
REMEMBERED = 16
PARTS = ("known", "learn", "forget", "guess", "slip")


@dataclass(frozen=True)
class Shelf:
    """A subject with its skills and items numbered in a fixed order."""

    subject: Subject
    skills: tuple[str, ...]
    items: tuple[str, ...]

    @property
    def key(self) -> str:
        """Return the subject's key."""
        return self.subject.spec.key

    @cached_property
    def skill_number(self) -> Mapping[str, int]:
        """Number of each skill."""
        return {key: at for at, key in enumerate(self.skills)}

    @cached_property
    def item_number(self) -> Mapping[str, int]:
        """Number of each item."""
        return {key: at for at, key in enumerate(self.items)}

    @cached_property
    def needs(self) -> NDArray[np.bool_]:
        """needs[s, p]: skill s needs skill p, at once."""
        return self.subject.skills.prerequisites(near=True)

    @cached_property
    def exercises(self) -> Bank:
        """Items as the choice of the next exercise takes them: each under its first skill."""
        items = [self.subject.items[key] for key in self.items]
        return Bank(
            skill=np.array([self.skill_number[item.skills[0]] for item in items], np.int64),
            level=np.array([LEVEL[item.level] for item in items], np.int64),
            minutes=np.array([item.seconds / SECONDS for item in items], np.float64),
            needs=self.needs,
        )

    def item(self, key: str) -> Item:
        """Return one item; raises NotFound."""
        found = self.subject.items.get(key)
        if found is None:
            raise NotFound(
                "mastery.no_item",
                f"题库里没有“{key}”这道题。请从题库里选。",
                f"There is no item “{key}”. Choose from the bank.",
            )
        return found


_shelves: dict[str, Shelf] = {}
"""Subjects numbered lately, by their hash."""
LEVEL = {1: 2, 2: 3, 3: 5}
"""The three levels of a pack on the five of the kernel: basic, standard, stretch."""


def shelf(subject: str) -> Shelf:
    """Return a subject, numbered; raises NotFound where no pack of that name is installed."""
    subjects = packs().subjects
    if subject not in subjects:
        raise NotFound(
            "mastery.no_subject",
            "还没有这个学科的知识图谱和题库。请从已有的学科里选。",
            "There is no map and no bank of this subject yet. Choose one that is installed.",
        )
    return _numbered(subjects[subject])


def _numbered(subject: Subject) -> Shelf:
    found = _shelves.get(subject.hash)
    if found is None:
        found = Shelf(subject, tuple(subject.skills.order), tuple(subject.items))
        if len(_shelves) >= REMEMBERED:
            _shelves.clear()
        _shelves[subject.hash] = found
    return found


def how_learnt(of: Shelf) -> Skills:
    """Return how each skill is learnt: as fitted last, or as is believed before any answer."""
    last = SkillFit.objects.filter(subject=of.key).order_by("-day").first()
    fitted: Mapping[str, Mapping[str, float]] = last.skills if last else {}
    belief = Belief()
    table = np.array(
        [
            [fitted.get(key, {}).get(part, getattr(belief, part)) for part in PARTS]
            for key in of.skills
        ],
        np.float64,
    ).reshape(len(of.skills), len(PARTS))
    return Skills(*(table[:, column].copy() for column in range(len(PARTS))))
