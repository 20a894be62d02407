"""One cell of a decision table: any value, some values, a bound, or a range.

Written as a value (`1`, `father`, `true`), a list of values, a bound (`">= 60"`, `"!= father"`), a
range with both ends included (`60..69`), or `-` (or nothing) for any value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .errors import BadTable, Where
from .interpret import holds
from .ir import And, Compare, CompareOp, Const, Field, Node, Not, OneOf
from .naming import wrong_option
from .schema import TYPE_TEXTS, FieldKind, read_value
from .values import NUMERIC, TEXTUAL, Value, ValueType

Test = Literal["any", "in", "range"] | CompareOp
_BOUND = re.compile(r"(==|!=|<=|>=|<|>)\s*(.+)", re.DOTALL)
_RANGE = re.compile(r"(.+?)\s*\.\.\s*(.+)", re.DOTALL)
_WHOLE = re.compile(r"-?[0-9][0-9_]{0,20}")
_ANY = (None, "-", "")


@dataclass(frozen=True, slots=True)
class Cell:
    """What one column must be for a row to apply."""

    test: Test
    values: tuple[Value, ...] = ()

    def admits(self, value: Value) -> bool:
        """Whether a known value of the column fits the cell."""
        match self.test:
            case "any":
                return True
            case "in":
                return value in self.values
            case "range":
                low, high = self.values
                return holds(">=", value, low) and holds("<=", value, high)
            case _:
                return holds(self.test, value, self.values[0])

    def node(self, column: Node) -> Node | None:
        """Return the condition on the column in the typed form, or None for any value."""
        consts = tuple(Const(value, column.type) for value in self.values)
        match self.test:
            case "any":
                return None
            case "in" if column.type == "boolean":
                return column if self.values == (True,) else Not(column)
            case "in":
                return (
                    OneOf(column, consts) if len(consts) > 1 else Compare("==", column, consts[0])
                )
            case "range":
                return And((Compare(">=", column, consts[0]), Compare("<=", column, consts[1])))
            case _:
                return Compare(self.test, column, consts[0])


def parse_cell(written: object, column: Node, *, at: Where) -> Cell:
    """Return the cell written in a row for a column; raise BadTable or UnknownName."""
    read = _reader(column, at)
    if isinstance(written, str | None) and written in _ANY:
        return Cell("any")
    if isinstance(written, Sequence) and not isinstance(written, str):
        if not written:
            raise BadTable("这一格的列表是空的", "the list in this cell is empty", at=at)
        values = tuple(dict.fromkeys(read(part) for part in written))
        # Both yes and no: every answer, even the one nobody has given yet.
        return Cell("any") if column.type == "boolean" and len(values) > 1 else Cell("in", values)
    if isinstance(written, str):
        bound = _BOUND.fullmatch(written.strip())
        if bound is not None:
            return _bound(bound[1], read(bound[2]), column.type, at)
        ends = _RANGE.fullmatch(written.strip())
        if ends is not None and column.type not in TEXTUAL:
            return _range(read(ends[1]), read(ends[2]), at)
    return Cell("in", (read(written),))


def _bound(op: Any, value: Value, column_type: ValueType, at: Where) -> Cell:
    if op not in ("==", "!=") and (column_type in TEXTUAL or column_type == "boolean"):
        raise BadTable(
            f"{TYPE_TEXTS[column_type].zh}没有大小，不能用 {op}",
            f"{TYPE_TEXTS[column_type].en} has no order, so {op} can't be used",
            at=at,
        )
    return Cell(op, (value,))


def _range(low: Any, high: Any, at: Where) -> Cell:
    if low > high:
        raise BadTable(
            "范围的开头比结尾大，请对调", "the range starts above its end; swap them", at=at
        )
    return Cell("range", (low, high))


def _reader(column: Node, at: Where) -> Callable[[object], Value]:
    kind = column.kind if isinstance(column, Field) else FieldKind(column.type)

    def read(written: object) -> Value:
        if isinstance(written, str) and kind.options and written not in kind.options:
            raise wrong_option(written, kind, at=at)
        value = read_value(kind, _unquoted(written, column.type))
        if value is None:
            raise BadTable(
                f"这一格写的不是{TYPE_TEXTS[kind.type].zh}：{written}",
                f"this cell is not {TYPE_TEXTS[kind.type].en}: {written}",
                at=at,
            )
        return value

    return read


def _unquoted(written: object, wanted: ValueType) -> object:
    """Return the whole number a text spells where one is wanted (the ends of a range are text)."""
    if isinstance(written, str) and wanted in NUMERIC and _WHOLE.fullmatch(written):
        return int(written)
    return written


def literal(written: object, gives: ValueType) -> Const | None:
    """Return a value written in YAML as a constant of a type, or None when it isn't one."""
    if isinstance(written, str) and gives not in ("text", "choice", "date"):
        return None
    value = read_value(FieldKind(gives), written)
    return None if value is None else Const(value, gives)
