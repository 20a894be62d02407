"""Decision tables in pack files: which there are, and one rewritten with everything else kept.

Only rows that differ are written anew; comments and the other rows stay as they stand, to the letter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Any

import yaml

from minsheng.content.problems import refuse
from minsheng.content.reading import Node, Scalar, read_text, resolved

THEN = "then"
_LAST_SHORT = 0xFFFF
Written = Scalar | list[Scalar]
Row = Mapping[str, Written]
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")


@dataclass(frozen=True, slots=True)
class TableInFile:
    """One table as its file writes it. `columns` are its inputs, without the outcome."""

    path: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    otherwise: Written
    formulas: Mapping[str, str]

    @property
    def name(self) -> str:
        """Return the way to it: `entities.person.derived.benefit_months.table`."""
        return ".".join(self.path)


def tables_in(node: Node) -> tuple[TableInFile, ...]:
    """Return every table of a file, in the order they stand."""
    return tuple(_tables(node, ()))


def _tables(node: Node, path: tuple[str, ...]) -> Iterator[TableInFile]:
    if isinstance(node.value, Mapping):
        table = _table(node, path)
        if table is not None:
            yield table
            return
        for key, inner in node.value.items():
            yield from _tables(inner, (*path, key))
    elif isinstance(node.value, tuple):
        for number, inner in enumerate(node.value, start=1):
            yield from _tables(inner, (*path, str(number)))


def _table(node: Node, path: tuple[str, ...]) -> TableInFile | None:
    plain = node.plain
    rows = plain.get("rows")
    if not isinstance(rows, list) or not rows or not all(_is_row(row) for row in rows):
        return None
    inputs = plain.get("inputs") or [key for row in rows for key in row if key != THEN]
    named = inputs if isinstance(inputs, Mapping) else {str(name): str(name) for name in inputs}
    formulas = {str(key): str(formula) for key, formula in named.items()}
    return TableInFile(path, tuple(formulas), tuple(rows), plain.get("otherwise"), formulas)


def _is_row(row: object) -> bool:
    return isinstance(row, Mapping) and THEN in row and all(_is_cell(one) for one in row.values())


def _is_cell(value: object) -> bool:
    if isinstance(value, list):
        return all(_is_cell(one) and not isinstance(one, list) for one in value)
    return not isinstance(value, Mapping)


def same(one: object, other: object) -> bool:
    """Whether two cells say the same: 1 and 1.0 do, 1 and true don't."""
    return _compared(one) == _compared(other)


def _compared(value: object) -> object:
    if isinstance(value, list):
        return ("list", *(_compared(one) for one in value))
    number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return ("number" if number else type(value).__name__, value)


def _key_of(row: Row) -> object:
    return tuple(sorted((key, _compared(one)) for key, one in row.items() if one is not None))


def rewritten(text: str, table: TableInFile, rows: Sequence[Row], otherwise: Written) -> str:
    """Return the file with these rows in the place of the table's own.

    What says the same stays to the letter. Raises PackError where the file's own way of writing
    doesn't allow it.
    """
    root: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    mapping = _found(root, table.path)
    parts = {key.value: (key, value) for key, value in mapping.value}
    cuts = list(_rows_cut(text, table, parts["rows"][1], rows))
    if not same(otherwise, table.otherwise):
        cuts.append(_otherwise_cut(text, mapping, parts, otherwise))
    for start, end, instead in sorted(cuts, reverse=True):
        text = text[:start] + instead + text[end:]
    (found,) = [one for one in tables_in(read_text(text, file="")) if one.path == table.path]
    assert [_key_of(row) for row in found.rows] == [_key_of(row) for row in rows]
    return text


def _found(node: Any, path: Sequence[str]) -> Any:
    for step in path:
        if isinstance(node, yaml.SequenceNode):
            node = node.value[int(step) - 1]
        else:
            (node,) = [value for key, value in node.value if key.value == step]
    return node


def _rows_cut(
    text: str, table: TableInFile, sequence: Any, rows: Sequence[Row]
) -> Iterator[tuple[int, int, str]]:
    """Yield what is taken out of the text (from, to) and what comes in its place."""
    old = [_key_of(row) for row in table.rows]
    new = [_key_of(row) for row in rows]
    if old == new:
        return
    if sequence.flow_style:
        flows = ", ".join(_flow(row, table, None, text) for row in rows)
        yield sequence.start_mark.index, sequence.end_mark.index, f"[{flows}]"
        return
    lines = text.splitlines(keepends=True)
    firsts = [one.start_mark.line for one in sequence.value]
    lasts = [_tail(one).line for one in sequence.value]
    begins = [firsts[0], *(last + 1 for last in lasts[:-1])]
    column = sequence.value[0].start_mark.column
    lead = lines[firsts[0]][:column]
    out: list[str] = []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, from_, to, other_from, other_to in matcher.get_opcodes():
        if tag == "equal":
            out += lines[begins[from_] : lasts[to - 1] + 1]
            continue
        for place in range(max(to - from_, other_to - other_from)):
            mine, other = from_ + place, other_from + place
            if other >= other_to:
                continue
            item = sequence.value[mine] if mine < to else None
            before, after = [], "\n"
            if item is not None:
                before = lines[begins[mine] : firsts[mine]]
                after = lines[lasts[mine]][_tail(item).column :]
            out += [*before, f"{lead}{_flow(rows[other], table, item, text)}{after}"]
    ends = [0]
    for line in lines:
        ends.append(ends[-1] + len(line))
    yield ends[begins[0]], ends[lasts[-1] + 1], _joined(out)


def _joined(lines: Sequence[str]) -> str:
    """Return lines as text; only the last of a file may have no end."""
    whole = [line if line.endswith("\n") else f"{line}\n" for line in lines[:-1]]
    return "".join([*whole, *lines[-1:]])


def _tail(node: Any) -> Any:
    """Return where a value really ends, before comments and empty lines."""
    if isinstance(node, yaml.ScalarNode) or node.flow_style or not node.value:
        return node.end_mark
    last = node.value[-1]
    return _tail(last[1] if isinstance(node, yaml.MappingNode) else last)


def _otherwise_cut(
    text: str, mapping: Any, parts: Mapping[str, tuple[Any, Any]], otherwise: Written
) -> tuple[int, int, str]:
    if "otherwise" in parts and otherwise is not None:
        value = parts["otherwise"][1]
        return value.start_mark.index, _tail(value).index, scalar(otherwise)
    if mapping.flow_style:
        raise refuse(
            read_text(text, file="").place,
            "这张表写在一行里，otherwise 请在文件里改",
            "this table is written on one line: change otherwise in the file",
        )
    if otherwise is None:
        key, value = parts["otherwise"]
        start = text.rfind("\n", 0, key.start_mark.index) + 1
        end = text.find("\n", _tail(value).index)
        return start, len(text) if end < 0 else end + 1, ""
    key = parts["rows"][0]
    start = text.rfind("\n", 0, key.start_mark.index) + 1
    return start, start, f"{' ' * key.start_mark.column}otherwise: {scalar(otherwise)}\n"


def _flow(row: Row, table: TableInFile, item: Any, text: str) -> str:
    """Return a row on one line; cells of the old row that say the same keep their letters."""
    old = {} if item is None else {key.value: value for key, value in item.value}
    order = dict.fromkeys([*(key for key in old if key != THEN), *table.columns, THEN])
    cells: list[str] = []
    before = _plain(item) if item is not None else {}
    for key in order:
        value = row.get(key)
        if value is None and key != THEN:
            continue
        raw = text[old[key].start_mark.index : old[key].end_mark.index] if key in old else ""
        kept = raw and "\n" not in raw and key in before and same(before[key], value)
        cells.append(f"{key}: {raw if kept else scalar(value)}")
    return "{" + ", ".join(cells) + "}"


def _plain(item: Any) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in item.value:
        if isinstance(value, yaml.ScalarNode):
            found[key.value] = _scalar(value)
        elif isinstance(value, yaml.SequenceNode):
            found[key.value] = [_scalar(one) for one in value.value]
    return found


def _scalar(node: Any) -> Scalar:
    return node.value if node.style is not None else resolved(node.value)


def scalar(value: Written) -> str:
    """Return a value as it is written in a pack."""
    if isinstance(value, list):
        return "[" + ", ".join(scalar(one) for one in value) + "]"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if _PLAIN.fullmatch(value) and isinstance(resolved(value), str):
        return value
    return quoted(value)


def quoted(text: str) -> str:
    """Return a text in double quotes, with what can't be seen written as its number."""
    return "".join(
        one if one.isprintable() or ord(one) > _LAST_SHORT else f"\\u{ord(one):04x}"
        for one in json.dumps(text, ensure_ascii=False)
    )
