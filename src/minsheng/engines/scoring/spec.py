"""What a table of scores is: facts, measures made of them, bands, parts, and when one passes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Literal

from minsheng.lib.cites import Cite
from minsheng.lib.texts import Text
from minsheng.rules import DecisionTable, Rule

NO_TEXT = Text("")
Counted = Literal["integer", "money", "boolean"]
Changer = Literal["person", "office", "time", "nobody"]
Holder = Literal["firm", "talent"]
Facts = Mapping[str, int]
"""What is known of a holder: whole numbers, money in fen. What is missing here is unknown."""

Weights = Mapping[str, Mapping[str, Fraction]]
"""Stage → part → how many of 100 points."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One number that is declared. `signed`: it may be below zero, such as a profit.

    A yes or no is kept as 1 or 0. `change` and `advice` say who can change it and how, where rules of
    policies read it.
    """

    key: str
    label: Text
    type: Counted
    ask: Text
    unit: Text = NO_TEXT
    signed: bool = False
    change: Changer = "nobody"
    advice: Text = NO_TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What a band is about: the fact `top`, or its share of the fact `under`.

    `inside`: what is added to `top` is added to `under` as well: a new researcher is new staff.
    """

    key: str
    top: str
    under: str = ""
    inside: bool = False

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts it is made of."""
        return (self.top, self.under) if self.under else (self.top,)

    def value(self, facts: Facts) -> Fraction | None:
        """Return the exact value; None where a fact is unknown or the share is one of nothing."""
        if any(name not in facts for name in self.facts):
            return None
        if not self.under:
            return Fraction(facts[self.top])
        return Fraction(facts[self.top], facts[self.under]) if facts[self.under] > 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Bands over some measures: a proved table whose outcome is points (or hundredths of a weight).

    Rows stand from the most points to the least and ask for "at least" alone, so that more of
    anything never brings fewer points.
    """

    key: str
    title: Text
    measures: Mapping[str, Measure]
    table: DecisionTable

    @property
    def facts(self) -> tuple[str, ...]:
        """The facts it reads, each once."""
        return tuple(dict.fromkeys(n for one in self.measures.values() for n in one.facts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the total: the best of its lines counts. `most`: what its bands reach at best."""

    key: str
    title: Text
    most: int
    lines: Mapping[str, Line]
    cite: Cite
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What must hold besides the points."""

    key: str
    rule: Rule
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """When one passes: `least` points, none of `never_zero` without a point, every condition."""

    least: int
    cite: Cite
    never_zero: tuple[str, ...] = ()
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Something that a person's score opens from so many points on: `use` is on a closed list."""

    key: str
    title: Text
    use: str
    least: int
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A whole table. `stages` is empty where one table serves all.

    With stages the bands say hundredths of a weight, and the weights aren't here: they are entered
    by officers, stage by stage. `stage_of` says which stage a holder is in.
    """

    score: str
    title: Text
    lede: Text
    holder: Holder
    effective_from: date
    total: int
    facts: Mapping[str, Fact]
    parts: Mapping[str, Part]
    cites: tuple[Cite, ...]
    mark: Mark | None = None
    groups: Mapping[str, Text] = field(default_factory=lambda: MappingProxyType({}))
    stages: Mapping[str, Text] = field(default_factory=lambda: MappingProxyType({}))
    stage_of: DecisionTable | None = None
    stage_cite: Cite | None = None
    opens: Mapping[str, Opening] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def used(self) -> tuple[str, ...]:
        """The facts that this score reads, in the order of its parts."""
        lines = (line for part in self.parts.values() for line in part.lines.values())
        names = [name for line in lines for name in line.facts]
        for one in self.mark.conditions if self.mark else ():
            names += one.rule.fields
        names += self.stage_of.fields if self.stage_of else ()
        return tuple(dict.fromkeys(names))


def wrong_weights(score: Score, stage: str, weights: Mapping[str, Fraction]) -> tuple[str, ...]:
    """Return what stops some weights of a stage: "stage", "parts", "negative", "sum"; () for nothing."""
    found = []
    if stage not in score.stages:
        found.append("stage")
    if set(weights) != set(score.parts):
        found.append("parts")
    if any(one < 0 for one in weights.values()):
        found.append("negative")
    if sum(weights.values()) != score.total:
        found.append("sum")
    return tuple(found)


def with_changes(facts: Facts, changes: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return the facts with some of them changed."""
    return {**facts, **dict(changes)}
