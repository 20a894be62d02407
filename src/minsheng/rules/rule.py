"""A rule: one line an officer can read, judged and explained for one case."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from .errors import Where
from .explain import Explanation, explain
from .interpret import value_of
from .ir import Node, fields_of
from .parse import parse
from .schema import Schema
from .values import Facts, Unknown, Value, ValueType, Verdict


@dataclass(frozen=True, slots=True)
class Rule:
    """One condition or formula. Two rules are equal when their text is.

    Frozen, cheap to pickle, and needs no schema to be judged or explained.
    """

    source: str
    ir: Node = field(compare=False, repr=False)

    @classmethod
    def parse(
        cls, source: str, schema: Schema, *, at: Where | None = None, gives: ValueType = "boolean"
    ) -> Rule:
        """Return the rule written in `source`, whose result is of type `gives`.

        Raises RuleError, with file, line and what was probably meant.
        """
        return cls(source.strip(), parse(source, schema, at=at or Where(), gives=gives))

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the facts the rule reads, in the order of first mention."""
        return fields_of(self.ir)

    def decide(self, facts: Facts, *, on: date) -> Verdict:
        """Return yes, no or unknown for one case on a day, with the facts that would settle it."""
        value = value_of(self.ir, facts, on)
        if isinstance(value, Unknown):
            return Verdict(None, value.missing)
        return Verdict(value is True)

    def explain(self, facts: Facts, *, on: date) -> Explanation:
        """Return the verdict with one line per condition, in Chinese and English."""
        return explain(self.ir, facts, on)


def evaluate(rule: Rule | Node, facts: Facts, *, on: date) -> Value | Unknown:
    """Return the value of a rule or of its typed form for one case on a day."""
    return value_of(rule.ir if isinstance(rule, Rule) else rule, facts, on)
