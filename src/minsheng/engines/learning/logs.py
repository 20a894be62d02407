"""Logs of answers as public data sets give them, one interaction a task however many skills it has.

The layout is that of ASSISTments: order_id, user_id, problem_id, correct, skill_id or skill_name. A task of two skills stands
there twice, with the same order_id. Whoever counts rows counts it twice, and whoever lets a model see the first
row before it predicts the second lets it see the answer; so rows are put together here, once.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from minsheng.engines.learning.answers import Answers, Bools, Floats, Ints
from minsheng.lib.errors import WrongInput

NEEDED = ("user_id", "correct")
SKILL = ("skill_id", "skill_name", "skill")


@dataclass(frozen=True, slots=True, eq=False)
class Log:
    """Interactions in the order of time, one entry each; skills of interaction i: skill[first[i]:first[i+1]].

    pupil, problem, right, day, level, peer (interactions,); problem -1, level 0 and day 0 where nobody said.
    pupils, skills, problems: their names. dropped: rows left out, for they name no skill. doubled: rows that
    were a second skill of an interaction.
    """

    pupil: Ints
    problem: Ints
    right: NDArray[np.int8]
    day: Ints
    level: Ints
    peer: Bools
    first: Ints
    skill: Ints
    pupils: tuple[str, ...]
    skills: tuple[str, ...]
    problems: tuple[str, ...]
    dropped: int = 0
    doubled: int = 0

    def __len__(self) -> int:
        return len(self.right)

    @property
    def row(self) -> Ints:
        """The interaction of each skill row: (rows,)."""
        return np.repeat(np.arange(len(self)), np.diff(self.first))

    def answers(self) -> Answers:
        """Return one row for each skill of each interaction, in order; `row` says whose each is."""
        row = self.row
        return Answers(
            self.pupil[row],
            self.skill,
            self.right[row],
            self.day[row],
            len(self.pupils),
            len(self.skills),
        )

    def of(self, which: Bools) -> Log:
        """Return some of the interactions; names and numbers stay as they are."""
        length = np.diff(self.first)
        return Log(
            self.pupil[which],
            self.problem[which],
            self.right[which],
            self.day[which],
            self.level[which],
            self.peer[which],
            np.r_[0, np.cumsum(length[which])].astype(np.int64),
            self.skill[which[self.row]],
            self.pupils,
            self.skills,
            self.problems,
        )

    def together(self, of_rows: Floats) -> Floats:
        """Return the mean over the skills of each interaction: (rows,) → (interactions,)."""
        whole = np.bincount(self.row, weights=of_rows, minlength=len(self))
        return np.asarray(whole / np.diff(self.first))


def read_log(lines: Iterable[str], *, name: str) -> Log:
    """Return the log in the lines of a CSV file with a row of names.

    Needed: user_id, correct, and skill_id, skill_name or skill. order_id orders and joins rows; without it
    each line is an interaction, in the order of the file. problem_id, day (a date or a whole number), level
    (1 to 5) and peer (1 or 0) are read where they stand; other columns aren't.
    Raises WrongInput naming file and line.
    """
    reader = csv.reader(lines)
    header = next(reader, None)
    columns = _columns(header or [], name)
    entries: dict[object, tuple[float, list[object], list[str]]] = {}
    dropped = doubled = 0
    for number, cells in enumerate(reader, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        row = _Row(cells, columns, name, number)
        skills = row.skills()
        if not skills:
            dropped += 1
            continue
        facts = row.facts()
        key: object = (facts[0], row.cell("order_id")) if "order_id" in columns else number
        if key not in entries:
            entries[key] = (row.order(), facts, skills)
            continue
        _, before, have = entries[key]
        if before[2] != facts[2]:
            row.refuse(
                "log_contradiction",
                "同一个 order_id 有对有错。",
                "the same order_id was right and wrong.",
            )
        doubled += 1
        have += [skill for skill in skills if skill not in have]
    if not entries:
        raise WrongInput(
            "log_empty",
            f"{name} 里没有一条写明知识点的作答。",
            f"{name} holds no answer that names a skill.",
        )
    return _log(list(entries.values()), dropped, doubled)


def by_pupil(log: Log, share: float, *, generator: np.random.Generator) -> Bools:
    """Return which interactions are held out: all of so large a share of the pupils, one at least."""
    _check_share(share)
    here = np.unique(log.pupil)
    held = generator.permutation(here)[: max(1, round(share * len(here)))]
    return np.isin(log.pupil, held)


def by_time(log: Log, share: float) -> Bools:
    """Return which interactions are held out: the last so large a share of all, whole days where days are given."""
    _check_share(share)
    place = np.arange(len(log)) >= round((1 - share) * len(log))
    if place.any() and (log.day != log.day[0]).any():
        return np.asarray(log.day >= log.day[place][0])
    return place


def _check_share(share: float) -> None:
    if not 0 < share < 1:
        raise ValueError("a share lies between 0 and 1")


def _columns(header: Sequence[str], name: str) -> Mapping[str, int]:
    columns = {cell.strip().lstrip("\ufeff").lower(): place for place, cell in enumerate(header)}
    missing = [one for one in NEEDED if one not in columns]
    if not any(one in columns for one in SKILL):
        missing.append(" / ".join(SKILL))
    if missing:
        raise WrongInput(
            "log_columns",
            f"{name} 第 1 行缺少列：{'、'.join(missing)}。",
            f"{name}, line 1 lacks the columns: {', '.join(missing)}.",
            facts={"missing": tuple(missing)},
        )
    return columns


@dataclass(frozen=True, slots=True)
class _Row:
    cells: Sequence[str]
    columns: Mapping[str, int]
    name: str
    line: int

    def cell(self, column: str) -> str:
        place = self.columns.get(column, -1)
        return self.cells[place].strip() if 0 <= place < len(self.cells) else ""

    def refuse(self, code: str, zh: str, en: str) -> None:
        raise WrongInput(
            code,
            f"{self.name} 第 {self.line} 行：{zh}",
            f"{self.name}, line {self.line}: {en}",
            facts={"line": self.line},
        )

    def skills(self) -> list[str]:
        """Return the skills of this row; several may stand in one cell, with ~~ between them."""
        for column in SKILL:
            found = self.cell(column)
            if found and found.lower() not in ("na", "nan", "null", "no skill"):
                return [part.strip() for part in found.split("~~") if part.strip()]
        return []

    def order(self) -> float:
        text = self.cell("order_id")
        if not text:
            return float(self.line)
        try:
            return float(text)
        except ValueError:
            self.refuse("log_order", "order_id 要是一个数。", "order_id is a number.")
        return 0.0

    def facts(self) -> list[object]:
        pupil, right = self.cell("user_id"), self.cell("correct")
        if not pupil:
            self.refuse("log_user", "没有 user_id。", "there is no user_id.")
        if right not in ("0", "1", "0.0", "1.0"):
            self.refuse(
                "log_correct",
                f"correct 只能是 0 或 1，不是“{right[:20]}”。",
                f"correct is 0 or 1, not {right[:20]!r}.",
            )
        level = self.cell("level")
        if level and level not in ("1", "2", "3", "4", "5"):
            self.refuse("log_level", "level 是 1 到 5。", "level runs from 1 to 5.")
        peer = self.cell("peer") in ("1", "yes", "是")
        return [pupil, self.cell("problem_id"), int(right[0]), self._day(), int(level or 0), peer]

    def _day(self) -> int:
        text = self.cell("day")
        if not text:
            return 0
        try:
            return int(text) if text.isdigit() else date.fromisoformat(text).toordinal()
        except ValueError:
            self.refuse(
                "log_day",
                "day 写成 2026-09-01，或一个整数。",
                "day is a date such as 2026-09-01, or a whole number.",
            )
        return 0


def _log(entries: list[tuple[float, list[object], list[str]]], dropped: int, doubled: int) -> Log:
    entries.sort(key=lambda entry: (int(str(entry[1][3])), entry[0]))
    pupil, pupils = _numbered([str(facts[0]) for _, facts, _ in entries])
    problem, problems = _numbered([str(facts[1]) for _, facts, _ in entries])
    skill, skills = _numbered([one for _, _, each in entries for one in each])
    none = problems.index("") if "" in problems else -2
    return Log(
        pupil=pupil,
        problem=np.where(problem == none, -1, problem),
        right=np.array([facts[2] for _, facts, _ in entries], np.int8),
        day=np.array([facts[3] for _, facts, _ in entries], np.int64),
        level=np.array([facts[4] for _, facts, _ in entries], np.int64),
        peer=np.array([facts[5] for _, facts, _ in entries], bool),
        first=np.r_[0, np.cumsum([len(each) for _, _, each in entries])].astype(np.int64),
        skill=skill,
        pupils=pupils,
        skills=skills,
        problems=problems,
        dropped=dropped,
        doubled=doubled,
    )


def _numbered(names: Sequence[str]) -> tuple[Ints, tuple[str, ...]]:
    known: dict[str, int] = {}
    numbers = np.array([known.setdefault(name, len(known)) for name in names], np.int64)
    return numbers, tuple(known)
