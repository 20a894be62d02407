"""How a district sorts matters: what is asked, the table that decides, and where each way leads.

Source: 三事分流 of Nan'an, Chongqing (Xinhua, 9 May 2016): what is big the government does, what is small the
neighbours do together, what is private one does oneself, by how public a matter is. The rows are a setting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Literal

from minsheng.lib.texts import Text
from minsheng.rules import DecisionTable, Explanation, Facts, FieldKind, Schema

Size = Literal["big", "small", "private"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One answer to a question."""

    key: str
    label: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked about a matter. Without options it is answered by yes or no."""

    key: str
    ask: Text
    options: tuple[Option, ...] = ()

    @property
    def kind(self) -> FieldKind:
        """The question as the rule language knows it."""
        if not self.options:
            return FieldKind("boolean", label=self.ask)
        return FieldKind(
            "choice",
            options=tuple(one.key for one in self.options),
            labels=tuple(one.label for one in self.options),
            label=self.ask,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that happens on a way, in order; `who` does it."""

    who: Text
    what: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Where a row leads: how big the matter is, why, and what happens now."""

    key: str
    size: Size
    reason: Text
    route: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """Who judges, first the desk, then one level above the other.

    `post` does, or in an area that `in_area` names another one.
    """

    key: str
    title: Text
    post: str
    in_area: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def post_at(self, area_path: tuple[str, ...]) -> str:
        """Return the post that judges what lies in these areas, innermost last."""
        return next((self.in_area[one] for one in area_path if one in self.in_area), self.post)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the table says: a way, or None and the questions that would settle it."""

    way: Way | None
    rows: tuple[int, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Triage:
    """A district's sorting, proved: every row leads to a way, and some row meets every case.

    `sizes` says what big, small and private are called.
    """

    questions: Mapping[str, Question]
    table: DecisionTable
    ways: Mapping[str, Way]
    levels: tuple[Level, ...]
    sizes: Mapping[str, Text] = field(default_factory=lambda: MappingProxyType({}))

    @staticmethod
    def schema(questions: Mapping[str, Question]) -> Schema:
        """Return the facts that a table over these questions may name."""
        return Schema({key: question.kind for key, question in questions.items()})

    def judge(self, answers: Facts, *, on: date) -> Judgement:
        """Return the way of a matter, or which questions would settle it."""
        outcome = self.table.decide(answers, on=on)
        missing = tuple(sorted({one.field for one in outcome.missing}))
        if outcome.value is None:
            return Judgement(None, outcome.rows, missing)
        return Judgement(self.ways[str(outcome.value)], outcome.rows, ())

    def explain(self, answers: Facts, *, on: date) -> Explanation:
        """Return row by row why."""
        return self.table.explain(answers, on=on)
