"""A decision table as a workbook and back: what an officer downloads, edits and hands in.

A cell is what the file writes: a value, a bound (`>= 60`), a range (`60..79`), a list (`[a, b]`),
nothing for any value. Text that would read as something else stands in double quotes.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from minsheng.content.problems import PackError, Place, Problem, error_at, unknown_word
from minsheng.content.reading import Scalar, resolved
from minsheng.content.table_files import THEN, Row, TableInFile, Written, quoted

SHEET, ABOUT = "表", "说明"
OTHERWISE = "otherwise"
MOST_ROWS = 2_000
_LARGEST = 10**15
_FIRST_DAY = date(1900, 3, 1)
_WIDTH = 22
_COMMAS = ",，、"


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a workbook says: rows with the line each stands on, and the outcome of all others."""

    rows: tuple[Row, ...]
    lines: tuple[int, ...]
    otherwise: Written
    columns: tuple[str, ...]

    def cell_of(self, row: int, column: str = "") -> str:
        """Return the cell of a row (from 1) as an officer names it: 表!B7."""
        letter = (
            get_column_letter(self.columns.index(column) + 1) if column in self.columns else "A"
        )
        line = self.lines[row - 1] if 1 <= row <= len(self.lines) else 1
        return f"{SHEET}!{letter}{line}"


def write_sheet(table: TableInFile, *, file: str) -> bytes:
    """Return a table as a workbook: one sheet to edit, one that says what it is."""
    book = Workbook()
    sheet: Any = book.active
    sheet.title = SHEET
    columns = (*table.columns, THEN)
    sheet.append(columns)
    for line, row in enumerate(table.rows, start=2):
        for number, name in enumerate(columns, start=1):
            _put(sheet.cell(line, number), row.get(name))
    for number in range(1, len(columns) + 1):
        sheet.cell(1, number).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTH
    sheet.freeze_panes = "A2"
    about = book.create_sheet(ABOUT)
    about.append(["文件 / file", file])
    about.append(["位置 / place", table.name])
    about.append([OTHERWISE])
    _put(about.cell(3, 2), table.otherwise)
    for name, formula in table.formulas.items():
        about.append([name, quoted(formula)])
    about.append(["写法 / cells", '空着=都行 any · >= 60 · 60..79 · [a, b] · "12" 是文字 is text'])
    about.column_dimensions["A"].width = about.column_dimensions["B"].width = 2 * _WIDTH
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _put(cell: Any, value: Written) -> None:
    cell.value = encoded(value)
    if isinstance(cell.value, date):
        cell.number_format = "yyyy-mm-dd"


def encoded(value: Written) -> Any:
    """Return a value as a cell holds it."""
    if isinstance(value, list):
        return "[" + ", ".join(_text_of(one, inside=True) for one in value) + "]"
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < _LARGEST else str(value)
    if isinstance(value, Decimal):
        number = float(value)
        return number if Decimal(repr(number)) == value else format(value, "f")
    if isinstance(value, date):
        return value if value >= _FIRST_DAY else value.isoformat()
    return _text_of(value)


def _text_of(value: Scalar, *, inside: bool = False) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if not isinstance(value, str):
        return str(value)
    plain = value == value.strip() and value.isprintable() and value[:1] not in ("", *'="[#')
    if inside:
        plain = plain and not set(value) & {*_COMMAS, "]"}
    return value if plain and _is_text(value) else quoted(value)


def _is_text(value: str) -> bool:
    try:
        return isinstance(resolved(value), str)
    except ValueError:
        return False


def read_sheet(data: bytes, table: TableInFile, *, name: str) -> Sheet:
    """Return what an edited workbook says.

    Raises PackError with every cell that can't be used, each by its name, and nothing is changed.
    """
    try:
        book = load_workbook(io.BytesIO(data))
        sheet, about = book[SHEET], book[ABOUT]
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as cause:
        raise PackError(
            [
                error_at(
                    Place(name),
                    f"打不开，或者没有“{SHEET}”“{ABOUT}”两张工作表；请在导出的那份上改",
                    f"this isn't a workbook with the sheets {SHEET} and {ABOUT}; edit the one exported",
                )
            ]
        ) from cause
    problems: list[Problem] = []
    columns = tuple(_heads(sheet, table, name, problems))
    rows: list[Row] = []
    lines: list[int] = []
    width = max(len(columns), 1)
    for line, cells in enumerate(sheet.iter_rows(2, MOST_ROWS, 1, width), start=2):
        row = {
            head: _decoded(cell, name, problems) for head, cell in zip(columns, cells, strict=True)
        }
        if any(value is not None for value in row.values()):
            rows.append({key: value for key, value in row.items() if value is not None})
            lines.append(line)
    otherwise = _otherwise(about, table, name, problems)
    for one, number in zip(rows, lines, strict=True):
        if THEN not in one and THEN in columns:
            letter = get_column_letter(columns.index(THEN) + 1)
            problems.append(
                error_at(
                    Place(f"{name} {SHEET}!{letter}{number}"),
                    "这一行没有写结果",
                    "this row has no outcome",
                )
            )
    if not rows and not problems:
        problems.append(error_at(Place(f"{name} {SHEET}!A2"), "一行也没有", "there is no row"))
    if problems:
        raise PackError(problems)
    return Sheet(tuple(rows), tuple(lines), otherwise, columns)


def _heads(sheet: Any, table: TableInFile, name: str, problems: list[Problem]) -> Iterator[str]:
    known = (*table.columns, THEN)
    seen: list[str] = []
    for cell in sheet[1]:
        head = str(cell.value or "").strip()
        if not head and cell.column > len(known):
            break
        place = Place(f"{name} {SHEET}!{cell.coordinate}")
        if head not in known:
            problems.append(unknown_word(place, head, known, kind_zh="列", kind_en="column"))
        elif head in seen:
            problems.append(error_at(place, f"“{head}”这一列写了两次", f"{head!r} stands twice"))
        seen.append(head)
    for head in known:
        if head not in seen:
            place = Place(f"{name} {SHEET}!{get_column_letter(len(seen) + 1)}1")
            problems.append(error_at(place, f"少了“{head}”这一列", f"the column {head!r} is gone"))
    return iter(seen)


def _otherwise(about: Any, table: TableInFile, name: str, problems: list[Problem]) -> Written:
    for label, cell in about.iter_rows(min_row=1, max_row=10, max_col=2):
        if label.value == OTHERWISE:
            return _decoded(cell, f"{name}", problems, sheet=ABOUT)
    return table.otherwise


def _decoded(cell: Any, name: str, problems: list[Problem], *, sheet: str = SHEET) -> Written:
    value = cell.value
    place = Place(f"{name} {sheet}!{cell.coordinate}")
    if cell.data_type == "f":
        problems.append(
            error_at(
                place,
                '这一格是公式，请写成值；要写等于几，用双引号："== 3"',
                'this cell is a formula: write the value; for a comparison use quotes: "== 3"',
            )
        )
        return None
    try:
        if cell.data_type == "e":
            raise ValueError(value)
        return decoded(value)
    except ValueError:
        problems.append(
            error_at(
                place,
                f"这一格读不懂：{value}；写一个值、>= 60、60..79 或 [a, b]",
                f"this cell can't be read: {value}; write a value, >= 60, 60..79 or [a, b]",
            )
        )
        return None


def decoded(value: Any) -> Written:
    """Return what a cell holds as the file writes it; raises ValueError for what it can't."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else Decimal(repr(value))
    if isinstance(value, datetime):
        if value.time() != time(0):
            raise ValueError(value)
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        raise ValueError(value)
    text = value.strip()
    if not text:
        return None
    if text.startswith("["):
        return _list_of(text)
    return _one(text)


def _one(text: str) -> Scalar:
    if not text.startswith('"'):
        return resolved(text)
    found = json.loads(text)  # raises JSONDecodeError, a ValueError
    if not isinstance(found, str):
        raise ValueError(text)
    return found


def _list_of(text: str) -> list[Scalar]:
    """Return the parts of `[a, "b", 3]`; a full-width comma separates too."""
    if not text.endswith("]"):
        raise ValueError(text)
    rest, found = text[1:-1].strip(), list[Scalar]()
    while rest:
        if rest.startswith('"'):
            part, end = json.JSONDecoder().raw_decode(rest)
            found.append(part)
        else:
            ends = [place for place, char in enumerate(rest) if char in _COMMAS]
            end = ends[0] if ends else len(rest)
            found.append(resolved(rest[:end].strip()))
        rest = rest[end:].strip()
        if rest and rest[0] not in _COMMAS:
            raise ValueError(text)
        rest = rest[1:].strip()
    return found


def listed(tables: Sequence[TableInFile]) -> str:
    """Return the names of tables, one after the other."""
    return "、".join(one.name for one in tables)
