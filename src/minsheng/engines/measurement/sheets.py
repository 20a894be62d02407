"""Answers and items as CSV tables, every mistake named with its file, line and column."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from minsheng.engines.measurement.classical import Choices
from minsheng.engines.measurement.models import Bank
from minsheng.engines.measurement.responses import (
    NOT_PRESENTED,
    OMITTED,
    Marks,
    Omitted,
    Responses,
)
from minsheng.lib.errors import WrongInput

PERSON = ("person", "编号", "学生", "考号")
CODES: Mapping[str, int] = {
    "1": 1,
    "0": 0,
    "-": NOT_PRESENTED,
    "-1": NOT_PRESENTED,
    "": OMITTED,
    "-2": OMITTED,
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as it was written: rows of cells, their line in the file, and columns set apart.

    items: names of the columns that are items; rows (persons, items) of stripped cells; apart: the
    other columns by name, such as a group; persons: their names, where a column holds them.
    """

    name: str
    items: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...]
    apart: Mapping[str, tuple[str, ...]]
    persons: tuple[str, ...]

    def responses(self, *, omitted: Omitted | None = None) -> Responses:
        """The answers, where cells hold 1, 0, `-` (not presented) or nothing (left blank).

        Raises WrongInput for another cell, and for a blank where `omitted` isn't said.
        """
        marks = np.empty((len(self.rows), len(self.items)), np.int8)
        for number, row in enumerate(self.rows):
            try:
                marks[number] = [CODES[cell] for cell in row]
            except KeyError:
                self._refuse(number, next(at for at, cell in enumerate(row) if cell not in CODES))
        return self._held(marks, omitted)

    def choices(self, key: Mapping[str, str]) -> Choices:
        """The options that were chosen: any words; `-` not presented, nothing left blank.

        `key` names the right option of each item. Raises WrongInput for an item without a key.
        """
        missing = [name for name in self.items if not key.get(name)]
        if missing:
            raise WrongInput(
                "sheet_key",
                f"{self.name}：题目 {missing[0]} 没有正确答案。请在答案表里补上。",
                f"{self.name}: item {missing[0]} has no key. Add it to the table of keys.",
                facts={"item": missing[0]},
            )
        written = {cell for row in self.rows for cell in row} | {key[name] for name in self.items}
        options = sorted(written - {"", "-"})
        code = {option: at for at, option in enumerate(options)}
        code |= {"": OMITTED, "-": NOT_PRESENTED}
        return Choices(
            np.array([[code[cell] for cell in row] for row in self.rows], np.int64),
            np.array([code[key[name]] for name in self.items], np.int64),
            tuple(options),
            self.items,
        )

    def _held(self, marks: Marks, omitted: Omitted | None) -> Responses:
        if omitted is None:
            blank = np.argwhere(marks == OMITTED)
            if blank.size:
                line, item = self.lines[int(blank[0][0])], self.items[int(blank[0][1])]
                raise WrongInput(
                    "sheet_blank",
                    f"{self.name} 第 {line} 行 {item} 是空的。没出给他的题写 -；"
                    "没作答的，请说明算错（--omitted wrong）还是不计（--omitted left_out）。",
                    f"{self.name}, line {line}, {item} is blank. Write - for what wasn't presented; "
                    "for what was left blank say --omitted wrong or --omitted left_out.",
                    facts={"line": line, "item": item},
                )
        return Responses(marks, omitted=omitted, items=self.items, persons=self.persons)

    def _refuse(self, number: int, at: int) -> None:
        line, item, cell = self.lines[number], self.items[at], self.rows[number][at][:20]
        raise WrongInput(
            "sheet_cell",
            f"{self.name} 第 {line} 行 {item} 写着 {cell}：只能是 1（对）、0（错）、-（没出）或空。",
            f"{self.name}, line {line}, {item} says {cell}: only 1, 0, - (not presented), or blank.",
            facts={"line": line, "item": item},
        )


def sheet(text: Iterable[str], *, name: str, apart: Sequence[str] = ()) -> Sheet:
    """A table of answers from the lines of a CSV file: a row of names, then a row for each person.

    A column named person, 编号, 学生 or 考号 holds who it is; columns named in `apart` aren't items.
    Raises WrongInput, with file and line, for a table that isn't one.
    """
    header, rows, lines = _table(text, name)
    for column in apart:
        if column not in header:
            raise WrongInput(
                "sheet_column",
                f"{name} 里没有叫 {column} 的列。",
                f"{name} has no column {column}.",
                facts={"column": column},
            )
    who = [at for at, column in enumerate(header) if column.lower() in PERSON]
    items = [at for at in range(len(header)) if at not in who and header[at] not in apart]
    if not items or not rows:
        raise WrongInput(
            "sheet_empty",
            f"{name} 里没有题目，或者没有作答：第一行写列名，每人一行。",
            f"{name} has no items or no answers: names in the first line, then a line each.",
        )
    persons = tuple(row[who[0]] for row in rows) if who else ()
    if len(set(persons)) < len(persons):
        first = {person: n for n, person in reversed(list(enumerate(persons)))}
        at = next(n for n, person in enumerate(persons) if first[person] < n)
        raise WrongInput(
            "sheet_person",
            f"{name} 第 {lines[at]} 行的人前面已经有了，每人只能有一行。",
            f"{name}, line {lines[at]}: this person is there already; one line each.",
            facts={"line": lines[at]},
        )
    return Sheet(
        name,
        tuple(header[at] for at in items),
        tuple(tuple(row[at] for at in items) for row in rows),
        tuple(lines),
        {column: tuple(row[header.index(column)] for row in rows) for column in apart},
        persons,
    )


def bank(text: Iterable[str], *, name: str) -> tuple[Bank, tuple[str, ...]]:
    """Calibrated items from columns item, discrimination, difficulty; and area, or empty.

    An item without numbers (it couldn't be calibrated) is left out.
    """
    header, rows, lines = _table(text, name)
    for column in ("item", "discrimination", "difficulty"):
        if column not in header:
            raise WrongInput(
                "sheet_column",
                f"{name} 里没有叫 {column} 的列。",
                f"{name} has no column {column}.",
                facts={"column": column},
            )
    places = [header.index(column) for column in ("item", "discrimination", "difficulty")]
    area = header.index("area") if "area" in header else None
    items: list[str] = []
    numbers: list[tuple[float, float]] = []
    areas: list[str] = []
    for row, line in zip(rows, lines, strict=True):
        item, *written = (row[at] for at in places)
        if not any(written):
            continue
        try:
            a, b = (float(each) for each in written)
        except ValueError:
            raise WrongInput(
                "sheet_number",
                f"{name} 第 {line} 行的区分度或难度不是数。",
                f"{name}, line {line}: discrimination or difficulty is no number.",
                facts={"line": line},
            ) from None
        items.append(item)
        numbers.append((a, b))
        areas += [row[area]] if area is not None else []
    found = np.array(numbers, np.float64).reshape(-1, 2)
    return Bank(found[:, 0], found[:, 1], tuple(items)), tuple(areas)


def key(text: Iterable[str], *, name: str) -> dict[str, str]:
    """The right option of each item from columns item, key."""
    header, rows, _ = _table(text, name)
    for column in ("item", "key"):
        if column not in header:
            raise WrongInput(
                "sheet_column",
                f"{name} 里没有叫 {column} 的列。",
                f"{name} has no column {column}.",
                facts={"column": column},
            )
    return {row[header.index("item")]: row[header.index("key")] for row in rows}


def _table(text: Iterable[str], name: str) -> tuple[list[str], list[list[str]], list[int]]:
    reader = csv.reader(text)
    header: list[str] = []
    rows: list[list[str]] = []
    lines: list[int] = []
    for row in reader:
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if not header:
            header = cells
            if len(set(header)) < len(header) or not all(header):
                raise WrongInput(
                    "sheet_header",
                    f"{name} 第 {reader.line_num} 行是列名：每列都要有名字，不能重复。",
                    f"{name}, line {reader.line_num} names the columns: each has its own name.",
                    facts={"line": reader.line_num},
                )
        elif len(cells) != len(header):
            raise WrongInput(
                "sheet_width",
                f"{name} 第 {reader.line_num} 行有 {len(cells)} 格，应该是 {len(header)} 格。",
                f"{name}, line {reader.line_num} has {len(cells)} cells instead of {len(header)}.",
                facts={"line": reader.line_num},
            )
        else:
            rows.append(cells)
            lines.append(reader.line_num)
    return header, rows, lines
