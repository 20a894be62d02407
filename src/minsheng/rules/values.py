"""What a rule works on: values, and unknowns that say why they are unknown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import Literal

from minsheng.lib.texts import Text

ValueType = Literal["boolean", "integer", "number", "money", "text", "date", "choice", "set"]
Value = bool | int | Fraction | str | date | frozenset[str]
NUMERIC: frozenset[ValueType] = frozenset({"integer", "number", "money"})
TEXTUAL: frozenset[ValueType] = frozenset({"text", "choice"})


class Reason(StrEnum):
    """Why a fact is not known. Each has half a sentence in `text`.

    Two are the interpreter's own. UNUSABLE: the fact is there, but nothing can be computed from it.
    NOT_ENTERED: a number of the law that nobody has entered, never or not for this time.
    """

    NOT_ASKED = "not_asked"
    REGISTER_SILENT = "register_silent"
    REGISTER_NONE = "register_none"
    REFUSED = "refused"
    STALE = "stale"
    UNUSABLE = "unusable"
    NOT_ENTERED = "not_entered"

    @property
    def text(self) -> Text:
        """Return the reason as half a sentence that follows the name of the fact."""
        return _REASON_TEXTS[self]


_REASON_TEXTS = {
    Reason.NOT_ASKED: Text("还没问", "not asked yet"),
    Reason.REGISTER_SILENT: Text("登记库没有回答", "the register does not answer"),
    Reason.REGISTER_NONE: Text("登记库里没有查到", "the register has no record"),
    Reason.REFUSED: Text("没有同意提供", "not given by choice"),
    Reason.STALE: Text("记录过期了，要重新核对", "the record is out of date"),
    Reason.UNUSABLE: Text("这个值用不了，要核对", "this value can't be right"),
    Reason.NOT_ENTERED: Text("本区还没有填这个标准", "this district has not entered this rate yet"),
}


@dataclass(frozen=True, slots=True)
class Missing:
    """One fact that would help, and why it is not there."""

    field: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Unknown:
    """The third truth value. `missing` holds the facts that would settle it."""

    missing: frozenset[Missing] = frozenset()

    @classmethod
    def of(cls, field: str, reason: Reason = Reason.NOT_ASKED) -> Unknown:
        """Return the unknown of one field."""
        return cls(frozenset({Missing(field, reason)}))

    def seen_from(self, way: str) -> Unknown:
        """Return the same unknown with the way to each missing fact written before it."""
        return Unknown(frozenset(Missing(way + one.field, one.reason) for one in self.missing))

    def __bool__(self) -> bool:
        # `if unknown:` would quietly read "unknown" as "yes".
        raise TypeError("an Unknown is neither true nor false; test isinstance(x, Unknown)")


Facts = Mapping[str, object]
"""What is known of one thing. A relation leads to a mapping, or to a sequence of mappings; an
empty one says that there is none, which is not the same as nobody knowing."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Yes (True), no (False) or unknown (None), with the facts that would settle an unknown.

    Facts that can't change the verdict any more are left out of `missing`.
    """

    value: bool | None
    missing: frozenset[Missing] = frozenset()

    @property
    def fields(self) -> frozenset[str]:
        """Return the names of the missing facts."""
        return frozenset(missing.field for missing in self.missing)
