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
from .interpret import Scope
from .model import DerivedSource, Entity, Model
from .rule import Rule, evaluate
from .schema import SELECTED, FieldKind, Param, ParamValue, Relation, Schema
from .tables import DecisionTable, Outcome
from .values import Facts, Missing, Reason, Unknown, Value, ValueType, Verdict

__all__ = [
    "SELECTED",
    "BadSyntax",
    "BadTable",
    "DecisionTable",
    "DerivedSource",
    "Entity",
    "Explanation",
    "Facts",
    "FieldKind",
    "Line",
    "Missing",
    "Model",
    "OutOfBounds",
    "Outcome",
    "Param",
    "ParamValue",
    "Reason",
    "Relation",
    "Rule",
    "RuleError",
    "Schema",
    "Scope",
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
