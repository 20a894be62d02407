"""A rule: one line an officer can read, judged and explained for one case."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from .errors import Where, WrongType
from .explain import Explanation, explain
from .interpret import Scope, value_of
from .ir import Node, depends_on_day, fields_of, walk
from .parse import parse
from .schema import Schema
from .values import Facts, Unknown, Value, ValueType, Verdict

_FARTHEST_DAYS = 3_660


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
        """Return yes, no or unknown for one case on a day, with the facts that would settle it.

        Raises WrongType for a formula (evaluate it) and WrongFact for a fact of another kind.
        """
        self._must_be_condition()
        value = evaluate(self, facts, on=on)
        if isinstance(value, Unknown):
            return Verdict(None, value.missing)
        return Verdict(value is True)

    def explain(self, facts: Facts, *, on: date) -> Explanation:
        """Return the verdict with one line per condition, in Chinese and English.

        Raises WrongType and WrongFact as `decide` does.
        """
        self._must_be_condition()
        return explain(self.ir, facts, on)

    def first_day(self, facts: Facts, *, on: date, until: date) -> date | None:
        """Return the first day from `on` to `until` on which the rule holds, if nothing else changes.

        "Not yet" is an answer: a child too young today is old enough on a day that can be told.
        At most ten years are looked through. None: on no such day, or facts are missing.
        """
        self._must_be_condition()
        days = min((until - on).days, _FARTHEST_DAYS)
        if not any(depends_on_day(part) for part in walk(self.ir)):
            days = min(days, 0)
        for offset in range(days + 1):
            day = on + timedelta(days=offset)
            if value_of(self.ir, facts, day) is True:
                return day
        return None

    def _must_be_condition(self) -> None:
        if self.ir.type != "boolean":
            raise WrongType(
                "这是一个算式，不是条件；请用 evaluate",
                "this is a formula, not a condition; use evaluate",
            )


def evaluate(rule: Rule | Node, facts: Facts, *, on: date) -> Value | Unknown:
    """Return the value of a rule or of its typed form for one case on a day."""
    scope = facts if isinstance(facts, Scope) else Scope(facts)
    return value_of(rule.ir if isinstance(rule, Rule) else rule, scope, on)
