"""The decision tables of a policy's text, out to a workbook and back into the text."""

from __future__ import annotations

from minsheng.content.problems import PackError
from minsheng.content.reading import read_text
from minsheng.content.table_files import TableInFile, rewritten, tables_in
from minsheng.content.table_sheets import read_sheet, write_sheet
from minsheng.lib.errors import NotFound

LARGEST = 2_000_000


def names_in(text: str) -> tuple[str, ...]:
    """Return the way to each table of a text; none where it can't be read."""
    try:
        return tuple(one.name for one in tables_in(read_text(text, file="policy.yaml")))
    except PackError:
        return ()


def as_workbook(text: str, at: str, *, file: str) -> bytes:
    """Return a table of a text as a workbook; NotFound for one that isn't there."""
    return write_sheet(_table(text, at), file=file)


def with_workbook(text: str, at: str, content: bytes, *, name: str) -> str:
    """Return the text with a table as the workbook has it, every other line to the letter.

    Raises PackError with each wrong cell by its name, NotFound for a table that isn't there.
    """
    table = _table(text, at)
    sheet = read_sheet(content, table, name=name)
    return rewritten(text, table, sheet.rows, sheet.otherwise)


def _table(text: str, at: str) -> TableInFile:
    for one in tables_in(read_text(text, file="policy.yaml")):
        if at in ("", one.name):
            return one
    raise NotFound("tables.none", "这份条文里没有这张表。", "There is no such table in this text.")
