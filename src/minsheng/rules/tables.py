"""Decision tables: what an officer would draw as a table, proved to have no gap and no overlap.

A table has inputs (each a field or a short formula), rows, and one outcome. It becomes the same
typed form as a rule, so that every evaluator and every explanation already knows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import cast, get_args

from minsheng.lib.texts import Text

from .cells import Cell, literal, parse_cell
from .describe import filled, listed, phrase
from .errors import BadTable, UnknownName, Where, did_you_mean
from .explain import Explanation, Line, explain, missing_words
from .interpret import value_of
from .ir import And, Branch, Choose, Const, Node, fields_of
from .parse import parse, parse_formula
from .proof import Hit, prove
from .schema import TYPE_TEXTS, Schema
from .show import kind_of, shown
from .values import TEXTUAL, Facts, Missing, Unknown, Value, ValueType, Verdict

ROW_BOUND = 1_000
COLUMN_BOUND = 12
_KEYS = ("inputs", "hit", "gives", "rows", "otherwise")
_OUTCOME = "then"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: its cells in the order of the inputs, and the outcome."""

    cells: tuple[Cell, ...]
    condition: Node
    outcome: Node


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a table says for one case. `value` None: unknown, and `missing` would settle it.

    `rows` are the rows that apply or still may, counted from 1; empty when `otherwise` holds.
    """

    value: Value | None
    rows: tuple[int, ...]
    missing: frozenset[Missing] = frozenset()


@dataclass(frozen=True, slots=True)
class DecisionTable:
    """A proved table. hit "first": the first row that applies; "unique": only one ever can."""

    hit: Hit
    inputs: Mapping[str, Node]
    rows: tuple[Row, ...]
    ir: Node

    @classmethod
    def parse(
        cls, source: Mapping[str, object], schema: Schema, *, at: Where | None = None
    ) -> DecisionTable:
        """Return the table a pack declares (`docs/engines/rules.md` shows the form).

        Raises BadTable for a gap without `otherwise`, an overlap where hit is "unique", or a row
        that never applies, and the errors of a rule for its formulas.
        """
        return _Form(source, schema, at or Where()).table()

    @property
    def gives(self) -> ValueType:
        """Return the type of the outcome."""
        return self.ir.type

    @property
    def fields(self) -> tuple[str, ...]:
        """Return the facts the table reads, in the order of first mention."""
        return fields_of(self.ir)

    def decide(self, facts: Facts, *, on: date) -> Outcome:
        """Return the outcome for one case on a day, or what would settle it."""
        rows: list[int] = []
        for number, row in enumerate(self.rows, start=1):
            truth = value_of(row.condition, facts, on)
            if truth is not False:
                rows.append(number)
            if truth is True:
                break
        value = value_of(self.ir, facts, on)
        if isinstance(value, Unknown):
            return Outcome(None, tuple(rows), value.missing)
        return Outcome(value, tuple(rows))

    def explain(self, facts: Facts, *, on: date) -> Explanation:
        """Return one line per row looked at, its conditions below it, and the outcome."""
        outcome = self.decide(facts, on=on)
        last = outcome.rows[-1] if outcome.rows else len(self.rows)
        lines: list[Line] = []
        for number, row in enumerate(self.rows[:last], start=1):
            told = explain(row.condition, facts, on)
            head = filled(Text("第 {n} 行", "Row {n}"), n=str(number))
            is_open = number in outcome.rows
            lines.append(Line(head, told.verdict.value, phrase(row.outcome), 0, is_open))
            lines.extend(
                replace(line, depth=line.depth + 1, matters=line.matters and is_open)
                for line in told.lines
            )
        known = True if outcome.value is not None else None
        return Explanation(Verdict(known, outcome.missing), tuple(lines), self._conclusion(outcome))

    def _conclusion(self, outcome: Outcome) -> Text:
        rows = listed([Text(str(number), str(number)) for number in outcome.rows], Text("、", ", "))
        if outcome.value is None:
            return filled(
                Text(
                    "还定不了，可能是第 {n} 行。缺：{x}。",
                    "Can't tell yet; it may be row {n}. Missing: {x}.",
                ),
                n=rows,
                x=missing_words(self.ir, outcome.missing),
            )
        told = shown(outcome.value, kind_of(self.ir))
        if not outcome.rows:
            return filled(Text("没有一行适用：{x}。", "No row applies: {x}."), x=told)
        return filled(Text("按第 {n} 行：{x}。", "By row {n}: {x}."), n=rows, x=told)


@dataclass(frozen=True, slots=True)
class _Form:
    """The mapping a table is written as, and what reading it needs."""

    source: Mapping[str, object]
    schema: Schema
    at: Where

    def table(self) -> DecisionTable:
        for key in self.source:
            if key not in _KEYS:
                raise _unknown_key(str(key), _KEYS, self.at)
        hit = self.source.get("hit", "first")
        if hit != "first" and hit != "unique":
            raise BadTable("hit 只能是 first 或 unique", "hit is first or unique", at=self.at)
        inputs, written = self.inputs(), self.written_rows()
        gives = self.gives(written[0].get(_OUTCOME))
        rows = tuple(
            self.row(line, inputs, gives, at=self.below("rows", str(number)))
            for number, line in enumerate(written, start=1)
        )
        otherwise = None
        if "otherwise" in self.source:
            place = self.below("otherwise")
            otherwise = self.outcome(self.source["otherwise"], gives, at=place)
        prove(hit, inputs, [row.cells for row in rows], open_end=otherwise is None, at=self.at)
        ways = tuple(Branch(row.condition, row.outcome) for row in rows)
        return DecisionTable(hit, inputs, rows, Choose(ways, otherwise, gives))

    def below(self, *names: str) -> Where:
        return replace(self.at, field=".".join(part for part in (self.at.field, *names) if part))

    def inputs(self) -> dict[str, Node]:
        written = self.source.get("inputs")
        if isinstance(written, Sequence) and not isinstance(written, str):
            written = {str(name): name for name in written}
        if not isinstance(written, Mapping) or not 1 <= len(written) <= COLUMN_BOUND:
            raise BadTable(
                f"inputs 要写 1 到 {COLUMN_BOUND} 列，每列一个字段或算式",
                f"inputs must name 1 to {COLUMN_BOUND} columns, each a field or a formula",
                at=self.at,
            )
        inputs: dict[str, Node] = {}
        for name, formula in written.items():
            place = self.below("inputs", str(name))
            node = parse_formula(str(formula), self.schema, at=place)
            if name == _OUTCOME or node.type == "set":
                raise BadTable(
                    f"{name} 不能做一列；多选的字段请写成 'a' in 字段",
                    f"{name} can't be a column; write a field of several answers as 'a' in field",
                    at=place,
                )
            inputs[str(name)] = node
        return inputs

    def written_rows(self) -> list[Mapping[str, object]]:
        written = self.source.get("rows")
        rows = written if isinstance(written, Sequence) and not isinstance(written, str) else ()
        if not 1 <= len(rows) <= ROW_BOUND or not all(isinstance(row, Mapping) for row in rows):
            raise BadTable(
                f"rows 要写 1 到 {ROW_BOUND} 行，每行写成“列名: 值”",
                f"rows must hold 1 to {ROW_BOUND} rows, each a mapping of column: value",
                at=self.below("rows"),
            )
        return list(rows)

    def gives(self, first_outcome: object) -> ValueType:
        named = self.source.get("gives")
        if named is None:
            return _type_of(first_outcome)
        for kind in get_args(ValueType):
            if named == kind and kind != "set":
                return cast(ValueType, kind)
        raise _unknown_key(str(named), get_args(ValueType), self.below("gives"))

    def row(
        self, line: Mapping[str, object], inputs: Mapping[str, Node], gives: ValueType, *, at: Where
    ) -> Row:
        for key in line:
            if key not in (*inputs, _OUTCOME):
                raise _unknown_key(str(key), (*inputs, _OUTCOME), at)
        if _OUTCOME not in line:
            raise BadTable("这一行没有 then", "this row has no 'then'", at=at)
        cells = tuple(
            parse_cell(line.get(name), node, at=replace(at, field=f"{at.field}.{name}"))
            for name, node in inputs.items()
        )
        nodes = (cell.node(node) for cell, node in zip(cells, inputs.values(), strict=True))
        conditions = tuple(node for node in nodes if node is not None)
        whole = conditions[0] if len(conditions) == 1 else And(conditions)
        return Row(
            cells,
            whole if conditions else Const(True, "boolean"),
            self.outcome(line[_OUTCOME], gives, at=at),
        )

    def outcome(self, written: object, gives: ValueType, *, at: Where) -> Node:
        const = literal(written, gives)
        if const is not None:
            return const
        if isinstance(written, str) and gives not in TEXTUAL:
            return parse(written, self.schema, at=at, gives=gives)
        raise BadTable(
            f"then 要写{TYPE_TEXTS[gives].zh}", f"'then' must be {TYPE_TEXTS[gives].en}", at=at
        )


def _type_of(written: object) -> ValueType:
    if isinstance(written, bool):
        return "boolean"
    if isinstance(written, int):
        return "integer"
    if isinstance(written, float | Decimal | Fraction):
        return "number"
    return "date" if isinstance(written, date) else "text"


def _unknown_key(key: str, known: Sequence[str], at: Where) -> UnknownName:
    guess = did_you_mean(key, known)
    return UnknownName(
        f"没有 {key} 这一项" + (f"，是不是 {guess}" if guess else f"；有：{'、'.join(known)}"),
        f"no {key!r} here"
        + (f"; did you mean {guess!r}?" if guess else f"; there are: {', '.join(known)}"),
        at=at,
        name=key,
        suggestion=guess,
    )
