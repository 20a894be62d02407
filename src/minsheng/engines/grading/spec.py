"""A grading as the engine reads it: items with their points, a table from total to level, rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from minsheng.lib.cites import Cite
from minsheng.lib.texts import Text
from minsheng.rules import DecisionTable, Rule, Schema

TOTAL = "total"
"""The column of the table: the sum of all items."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing that is looked at. `points` are those its scale has; `said` what some of them mean."""

    key: str
    title: Text
    points: tuple[int, ...]
    scale: Text
    said: Mapping[int, Text]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Items that belong together."""

    key: str
    title: Text
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Direct:
    """A rule that settles the level whatever the points are."""

    key: str
    rule: Rule
    level: int
    text: Text
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Raising:
    """A rule that makes the level worse; several of them do so once."""

    key: str
    rule: Rule
    text: Text
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Grading:
    """A grading. Levels are numbered from the best; the highest number is the worst.

    `assessors` persons at least, `certified` of them with a certificate, and an informant where
    `informant` says so. A result holds for `valid_months`.
    """

    slug: str
    title: Text
    groups: tuple[Group, ...]
    levels: Mapping[int, Text]
    table: DecisionTable
    schema: Schema
    directs: tuple[Direct, ...]
    raisings: tuple[Raising, ...]
    raise_by: int
    assessors: int
    certified: int
    informant: bool
    valid_months: int
    cites: tuple[Cite, ...]

    @property
    def worst(self) -> int:
        """Return the worst level."""
        return max(self.levels)

    def items(self) -> Iterator[Item]:
        """Yield every item in its order."""
        for group in self.groups:
            yield from group.items
