"""From cells to the rows of a register: all that is wrong is found at once, and nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from minsheng.engines.rosters.columns import NO, TABLE, TABLES, YES, Column, Table
from minsheng.engines.rosters.problems import Place, Problem
from minsheng.engines.rosters.roster import Roster, Row
from minsheng.lib.texts import Text

_FLAGS = {YES: True, NO: False, "true": True, "false": False, "yes": True, "no": False, "": False}
_FORMULA = "=+-@\t\r＝＋－＠"
_KEY = re.compile(r"[^\s,]+")


@dataclass(frozen=True, slots=True)
class Line:
    """One row as it was handed in: where it stands, and its cells by field of the row."""

    place: Place
    cells: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A register that was handed in: its rows, where each stands, all that is wrong.

    `refused`: table and key of rows that are wrong themselves, so that who names them isn't.
    `left_out` counts the rows that say nothing here: people of other roles, places that have ended.
    """

    roster: Roster
    places: Mapping[tuple[str, str], Place]
    problems: tuple[Problem, ...] = ()
    refused: frozenset[tuple[str, str]] = frozenset()
    left_out: int = 0

    def at(self, table: str, key: str) -> Place:
        """Return where a row stands; the table itself for one that the file doesn't hold."""
        return self.places.get((table, key)) or Place(TABLE[table].sheet, 1)


def read_lines(
    lines: Mapping[str, Sequence[Line]], *, problems: Sequence[Problem] = (), left_out: int = 0
) -> Reading:
    """Return the register that lines by table hold, with every problem found.

    A row with a problem isn't among the rows. `problems` are those found before.
    """
    found: list[Problem] = list(problems)
    places: dict[tuple[str, str], Place] = {}
    refused: set[tuple[str, str]] = set()
    tables: dict[str, tuple[Row, ...]] = {}
    for table in TABLES:
        rows: list[Row] = []
        for line in lines.get(table.name, ()):
            row, wrong = _row(table, line)
            found += wrong
            if row is None:
                refused.add((table.name, line.cells.get("sourced_id", "").strip()))
                continue
            name = (table.name, row.sourced_id)
            if name in places:
                found.append(_twice(table, line.place, places[name]))
                continue
            places[name] = line.place
            rows.append(row)
        tables[table.name] = tuple(rows)
    roster = Roster(**tables)  # type: ignore[arg-type]
    return Reading(
        roster=roster,
        places=places,
        problems=tuple(found),
        refused=frozenset(refused),
        left_out=left_out,
    )


def _row(table: Table, line: Line) -> tuple[Row | None, list[Problem]]:
    values: dict[str, Any] = {}
    wrong: list[Problem] = []
    for column in table.columns:
        written = line.cells.get(column.field, "").strip()
        if not written and not column.is_needed:
            continue
        problem = _wrong(column, written)
        if problem:
            what, mend = problem
            wrong.append(Problem(place=line.place, column=column.head, what=what, mend=mend))
        else:
            values[column.field] = _value(column, written)
    return (None, wrong) if wrong else (table.row(**values), wrong)


def _wrong(column: Column, written: str) -> tuple[Text, Text] | None:
    if not written:
        return Text("空着", "it is empty"), Text(f"填上{column.zh}", f"fill in {column.en}")
    if column.kind in ("key", "text"):
        return _wrong_text(column, written)
    if column.kind == "choice":
        known = {*column.choices, *column.choices.values()}
        if written not in known:
            named = "、".join(column.choices.values()), ", ".join(column.choices)
            return (
                Text(f"不认识“{written[:20]}”", f"“{written[:20]}” isn't known"),
                Text(f"写{named[0]}里的一个", f"write one of {named[1]}"),
            )
        return None
    if column.kind == "flag":
        bad = written.lower() not in _FLAGS
        return (Text("看不懂", "it can't be read"), Text("写是或否", "write true or false")) if bad else None  # fmt: skip
    if column.kind == "day":
        bad = _day(written) is None
        return (Text("不是日期", "it isn't a day"), Text("写成 2026-09-01", "write it as 2026-09-01")) if bad else None  # fmt: skip
    whole = _whole(written)
    if whole is None or whole > column.most:
        return (
            Text("不是这里能写的数", "it isn't a number for here"),
            Text(f"写 0 到 {column.most} 的整数", f"write a whole number from 0 to {column.most}"),
        )
    return None


def _wrong_text(column: Column, written: str) -> tuple[Text, Text] | None:
    if len(written) > column.most:
        return (
            Text(f"太长了，有 {len(written)} 个字", f"it is too long: {len(written)} characters"),
            Text(f"最多写 {column.most} 个字", f"write {column.most} characters at most"),
        )
    if written[0] in _FORMULA:
        return (
            Text(f"不能用“{written[0]}”开头", f"it can't begin with “{written[0]}”"),
            Text("去掉开头的符号", "remove the sign"),
        )
    if column.kind == "key" and not _KEY.fullmatch(written):
        return (
            Text("编号里有空格或逗号", "the key holds a space or a comma"),
            Text("编号里不要有空格和逗号", "write keys without spaces and commas"),
        )
    return None


def _value(column: Column, written: str) -> object:
    if column.kind == "choice":
        by_word = {word: value for value, word in column.choices.items()}
        return by_word.get(written, written)
    if column.kind == "flag":
        return _FLAGS[written.lower()]
    if column.kind == "day":
        return _day(written)
    if column.kind == "whole":
        return _whole(written)
    return written.upper() if column.field == "number" else written


def _day(written: str) -> date | None:
    match = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", written)
    if match is None:
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def _whole(written: str) -> int | None:
    return int(written) if written.isascii() and written.isdigit() and len(written) < 6 else None


def _twice(table: Table, place: Place, first: Place) -> Problem:
    column = table.columns[0]
    return Problem(
        place=place,
        column=column.head,
        what=Text(
            f"和第 {first.line} 行是同一个编号", f"line {first.line} has the same key"
        ) if table.name != "guardians" else Text(
            f"和第 {first.line} 行是同一个学生的同一个监护人",
            f"line {first.line} names the same guardian of the same pupil",
        ),
        mend=Text("去掉一行，或者换一个编号", "remove one of the two, or give it another key"),
    )  # fmt: skip


def cells_of(table: Table, row: Row) -> Iterator[tuple[Column, str]]:
    """Yield each column of a table with how a row writes it, codes as codes; reads back as the row."""
    for column in table.columns:
        value = getattr(row, column.field)
        if column.kind == "flag":
            yield column, "true" if value else "false"
        elif column.kind == "day":
            yield column, value.isoformat()
        elif column.field == "seat" and value == 0:
            yield column, ""
        else:
            yield column, str(value)
