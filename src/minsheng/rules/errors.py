"""Everything that can be wrong with a rule, one class per mistake.

RuleError
├─ BadSyntax     the line can't be read
├─ UnknownName   no such field, function or answer; says which one was probably meant
├─ WrongType     the parts don't fit together (money compared with a date)
├─ OutOfBounds   too long, too deep, too large a number
├─ WrongFact     a fact that was handed in isn't what its field says
└─ BadTable      a decision table with a gap, an overlap or a row that never applies
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from minsheng.lib.errors import MinshengError


@dataclass(frozen=True, slots=True)
class Where:
    """The place in a pack a rule was read from. Line 0 or an empty file is left out of sentences."""

    file: str = ""
    line: int = 0
    field: str = ""


class RuleError(MinshengError):
    """A rule that can't be used. `zh` starts with the line, `en` with file and line."""

    code_name = "rules.error"

    def __init__(self, zh: str, en: str, *, at: Where | None = None, **facts: object) -> None:
        at = at or Where()
        self.at = at
        prefix = ":".join(part for part in (at.file, str(at.line or "")) if part)
        super().__init__(
            self.code_name,
            f"第{at.line}行：{zh}" if at.line else zh,
            f"{prefix}: {en}" if prefix else en,
            field=at.field,
            facts={"file": at.file, "line": at.line, **facts},
        )


class BadSyntax(RuleError):
    """The line can't be read. `facts["column"]` counts characters from 1."""

    code_name = "rules.syntax"


class UnknownName(RuleError):
    """There is no such field, function or answer. `facts["suggestion"]` may be empty."""

    code_name = "rules.unknown_name"


class WrongType(RuleError):
    """The parts of the rule don't fit together."""

    code_name = "rules.type"


class OutOfBounds(RuleError):
    """The rule is longer, deeper or larger than a rule may be."""

    code_name = "rules.bounds"


class WrongFact(RuleError):
    """A fact isn't what its field says. The value itself is never repeated: it may be personal."""

    code_name = "rules.fact"


class BadTable(RuleError):
    """A decision table has a gap, an overlap, or a row that never applies."""

    code_name = "rules.table"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the known name that `word` most probably stands for, or "" when none is near."""
    low = word.lower()
    best, best_score = "", 0.6
    for name in known:
        score = _nearness(low, name.lower())
        if score > best_score:
            best, best_score = name, score
    return best


def _nearness(word: str, name: str) -> float:
    whole = SequenceMatcher(None, word, name).ratio()
    if len(word) > 2 and name.startswith(word):
        return max(whole, 0.9)
    parts = [part for part in re.split(r"[._]", name) if len(part) > 2]
    return max([whole, *(0.9 * SequenceMatcher(None, word, part).ratio() for part in parts)])
