"""Files of registers for tests: as exported, with something changed."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from openpyxl import load_workbook

from minsheng.apps.schools import registers, sheets
from minsheng.engines.rosters import Roster


def exported(*schools: str) -> bytes:
    """Return the workbook of some schools, 青槐小学 unless said."""
    return sheets.workbook(register(*schools))


def register(*schools: str) -> Roster:
    """Return the register of some schools, 青槐小学 unless said."""
    return registers.register_of(schools or ("qinghuai",))


def edited(content: bytes, sheet: str, change: Callable[[Any], None]) -> bytes:
    """Return a workbook after a change to one of its sheets."""
    book = load_workbook(io.BytesIO(content))
    change(book[sheet])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def put(content: bytes, sheet: str, line: int, column: str, value: object) -> bytes:
    """Return a workbook with another value in one cell, its column named by its head."""

    def change(page: Any) -> None:
        heads = [str(cell.value) for cell in page[1]]
        at = next(number for number, head in enumerate(heads, 1) if head.startswith(column))
        page.cell(line, at).value = value

    return edited(content, sheet, change)


def without(content: bytes, sheet: str, first: int, many: int = 1) -> bytes:
    """Return a workbook without some lines of a sheet."""
    return edited(content, sheet, lambda page: page.delete_rows(first, many))


def line_of(content: bytes, sheet: str, key: str) -> int:
    """Return the line at which a key stands."""
    page = load_workbook(io.BytesIO(content))[sheet]
    return next(line for line, row in enumerate(page.values, 1) if row[0] == key)
