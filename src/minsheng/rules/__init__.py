"""The one rule language: parse, type, explain, evaluate. Three-valued, exact, total.

`docs/engines/rules.md` is the language page.
"""

from __future__ import annotations

from .errors import (
    BadSyntax,
    BadTable,
    OutOfBounds,
    RuleError,
    UnknownName,
    Where,
    WrongFact,
    WrongType,
    did_you_mean,
)
from .explain import Explanation, Line
from .rule import Rule, evaluate
from .schema import SELECTED, FieldKind, Param, ParamValue, Schema
from .tables import DecisionTable, Outcome
from .values import Facts, Missing, Reason, Unknown, Value, ValueType, Verdict

__all__ = [
    "SELECTED",
    "BadSyntax",
    "BadTable",
    "DecisionTable",
    "Explanation",
    "Facts",
    "FieldKind",
    "Line",
    "Missing",
    "OutOfBounds",
    "Outcome",
    "Param",
    "ParamValue",
    "Reason",
    "Rule",
    "RuleError",
    "Schema",
    "Unknown",
    "UnknownName",
    "Value",
    "ValueType",
    "Verdict",
    "Where",
    "WrongFact",
    "WrongType",
    "did_you_mean",
    "evaluate",
]
