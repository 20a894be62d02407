"""Why a rule came out as it did, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from minsheng.lib.texts import Text

from .interpret import value_of
from .ir import And, Node, fields_of
from .values import Facts, Unknown, Verdict


@dataclass(frozen=True, slots=True)
class Line:
    """One condition: what it asks, how it came out, and what that rests on."""

    text: Text
    value: bool | None
    evidence: Text


@dataclass(frozen=True, slots=True)
class Explanation:
    """A verdict and the lines behind it."""

    verdict: Verdict
    lines: tuple[Line, ...]


def explain(node: Node, facts: Facts, on: date) -> Explanation:
    """Return the verdict with one line per condition."""
    parts = node.operands if isinstance(node, And) else (node,)
    lines = []
    for part in parts:
        value = value_of(part, facts, on)
        names = "、".join(fields_of(part))
        known = None if isinstance(value, Unknown) else value is True
        lines.append(Line(Text(names), known, Text("")))
    value = value_of(node, facts, on)
    if isinstance(value, Unknown):
        return Explanation(Verdict(None, value.missing), tuple(lines))
    return Explanation(Verdict(value is True), tuple(lines))
