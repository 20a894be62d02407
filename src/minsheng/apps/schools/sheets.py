"""A register as a workbook: a sheet for each table; what is wrong with one as a list."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.styles import Font
from openpyxl.utils.exceptions import InvalidFileException

from minsheng.engines.rosters import (
    NO,
    TABLES,
    YES,
    Column,
    Line,
    Place,
    Problem,
    Reading,
    Roster,
    Table,
    cells_of,
    read_lines,
)
from minsheng.lib.texts import Text

LARGEST_PART = 60_000_000
MOST_ROWS = 60_000
"""In one sheet."""
EXACT = 10**15
"""Excel keeps fifteen digits of a number; the rest it makes up."""


def workbook(roster: Roster) -> bytes:
    """Return a register as a workbook that reads back as the same register."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for table in TABLES:
        sheet = book.create_sheet(table.sheet)
        sheet.freeze_panes = "A2"
        _write(sheet, 1, [column.head for column in table.columns], bold=True)
        for line, row in enumerate(roster.tables()[table.name], 2):
            _write(sheet, line, [_said(column, text) for column, text in cells_of(table, row)])
    return _bytes(book)


def read_workbook(content: bytes) -> Reading:
    """Return the register that a workbook holds, with all that is wrong with it."""
    problems: list[Problem] = []
    lines: dict[str, list[Line]] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > LARGEST_PART:
                return _unread(Text("表格太大", "the workbook is too large"), Text("分学校交", "hand it in school by school"))  # fmt: skip
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = {sheet.title.strip(): sheet for sheet in book.worksheets}
        for table in TABLES:
            sheet = sheets.get(table.sheet) or sheets.get(table.name)
            if sheet is not None:
                rows = list(sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=40, values_only=True))
                lines[table.name] = _lines(table, rows, problems)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, IndexError, TypeError, AttributeError, SyntaxError):  # fmt: skip
        return _unread(Text("这不是 .xlsx 表格", "this isn't an .xlsx workbook"), Text("另存为 .xlsx 再交", "save it as .xlsx"))  # fmt: skip
    if not lines:
        named = "、".join(table.sheet for table in TABLES)
        return _unread(Text("没有一张认识的工作表", "no sheet is known"), Text(f"工作表叫{named}", f"name the sheets {named}"))  # fmt: skip
    return read_lines(lines, problems=problems)


def problem_list(problems: Iterable[Problem]) -> bytes:
    """Return a workbook that lists what is wrong: where, what, and how to mend it."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "要改的地方"
    _write(sheet, 1, ("文件或工作表 file", "行 line", "列 column", "哪里不对 what", "怎么改 how to mend it", "in English"), bold=True)  # fmt: skip
    for line, one in enumerate(problems, 2):
        english = f"{one.what.to('en')}: {one.mend.to('en')}"
        _write(sheet, line, (one.place.file, one.place.line, one.column, one.what.zh, one.mend.zh, english))  # fmt: skip
    return _bytes(book)


def _lines(table: Table, rows: Sequence[Sequence[object]], problems: list[Problem]) -> list[Line]:
    """Return the rows of a sheet by field; what a head doesn't name isn't read."""
    head = [_column(table, cell) for cell in (rows[0] if rows else ())]
    missing = [one for one in table.columns if one.is_needed and one not in head]
    if missing:
        problems += [
            Problem(
                place=Place(table.sheet, 1),
                column=one.head,
                what=Text("没有这一列", "the column is missing"),
                mend=Text("第一行加上这一列的名字", "add its name to the first line"),
            )
            for one in missing
        ]
        return []
    found = []
    for line, cells in enumerate(rows[1:], 2):
        if all(cell in (None, "") for cell in cells):
            continue
        place = Place(table.sheet, line)
        pairs = [(one, cell) for one, cell in zip(head, cells, strict=False) if one is not None]
        for column, cell in pairs:
            if isinstance(cell, int | float) and not isinstance(cell, bool) and cell >= EXACT:
                problems.append(_cut_off(place, column))
        found.append(Line(place, {column.field: _typed(cell) for column, cell in pairs}))
    return found


def _column(table: Table, cell: object) -> Column | None:
    """Return the column that a head names: in Chinese, by OneRoster's name, or by both."""
    words = set(re.split(r"[\s/（）()]+", str(cell or "").strip()))
    return next((one for one in table.columns if {one.zh, one.en} & words), None)


def _typed(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return YES if cell else NO
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _cut_off(place: Place, column: Column) -> Problem:
    return Problem(
        place=place,
        column=column.head,
        what=Text("Excel 把它当成数，后几位已经丢了", "Excel took it for a number and lost its last digits"),
        mend=Text("把这一列设成文本，再填一遍", "set the column to text and fill it in again"),
    )  # fmt: skip


def _said(column: Column, text: str) -> str:
    if column.kind == "flag":
        return YES if text == "true" else ""
    return column.choices.get(text, text)


def _unread(what: Text, mend: Text) -> Reading:
    problem = Problem(place=Place("xlsx", 1), column="", what=what, mend=mend)
    return read_lines({}, problems=[problem])


def _write(sheet: Any, line: int, values: Sequence[object], *, bold: bool = False) -> None:
    for column, value in enumerate(values, 1):
        if value == "":
            continue
        cell: Cell = sheet.cell(line, column)
        cell.value = value  # type: ignore[assignment]
        if isinstance(value, str):
            cell.data_type = "s"  # a text that begins like a formula stays a text
            cell.number_format = "@"
        if bold:
            cell.font = Font(bold=True)


def _bytes(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
