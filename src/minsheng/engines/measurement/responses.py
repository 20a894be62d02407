"""The door of this package: who answered which item how, checked once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from minsheng.lib.errors import WrongInput

Marks = NDArray[np.int8]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

RIGHT, WRONG, NOT_PRESENTED, OMITTED = 1, 0, -1, -2

Omitted = Literal["wrong", "left_out"]


@dataclass(frozen=True, slots=True, eq=False)
class Responses:
    """Answers of persons to items, each right or wrong.

    marks (persons, items): 1 right, 0 wrong, -1 not presented (not in this person's booklet),
    -2 presented and left blank. What a blank means is for the caller to say wherever there is
    one: `omitted="wrong"` scores it 0, `omitted="left_out"` treats it as not presented.
    `items` and `persons` are their names, by default 1, 2, …; names of persons are kept only
    where given.

    Afterwards `scored` (persons, items) holds 1, 0 and -1 only. Both arrays are read-only copies.
    Raises WrongInput, naming the first cell that can't be used.
    """

    marks: Marks
    omitted: Omitted | None = None
    items: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    scored: Marks = field(init=False, repr=False)

    def __post_init__(self) -> None:
        marks = _checked(np.asarray(self.marks))
        blank = bool((marks == OMITTED).any())
        if blank and self.omitted not in ("wrong", "left_out"):
            raise WrongInput(
                "responses_omitted",
                "有题留空未答（-2）。请说明：算错（wrong），还是不计（left_out）。",
                "Some items were left blank (-2). Say whether that is wrong or left_out.",
                field="omitted",
                facts={"blank": int((marks == OMITTED).sum())},
            )
        scored = marks
        if blank:
            scored = marks.copy()
            scored[scored == OMITTED] = WRONG if self.omitted == "wrong" else NOT_PRESENTED
            scored.flags.writeable = False
        object.__setattr__(self, "marks", marks)
        object.__setattr__(self, "scored", scored)
        names = self.items or tuple(str(number) for number in range(1, marks.shape[1] + 1))
        object.__setattr__(self, "items", _names(names, marks.shape[1], "items"))
        if self.persons:
            object.__setattr__(self, "persons", _names(self.persons, marks.shape[0], "persons"))

    @property
    def shape(self) -> tuple[int, int]:
        """Number of persons, number of items."""
        return self.marks.shape[0], self.marks.shape[1]

    @property
    def presented(self) -> Mask:
        """(persons, items): whether the answer counts: it is right or wrong."""
        return np.asarray(self.scored >= 0)

    @property
    def complete(self) -> bool:
        """Whether every person has an answer that counts to every item."""
        return bool(self.scored.min() >= 0)


def of_patterns(
    patterns: Sequence[Sequence[int]] | Marks, times: Sequence[int] | Counts
) -> Responses:
    """Responses in which each pattern occurs so many times: how printed tables give them.

    Raises WrongInput unless there is one whole number, 0 or more, for each pattern.
    """
    rows, often = np.asarray(patterns), np.asarray(times)
    if (
        rows.ndim != 2
        or often.shape != rows.shape[:1]
        or not np.issubdtype(often.dtype, np.integer)
        or (often < 0).any()
    ):
        raise WrongInput(
            "responses_patterns",
            "每种作答要有一个次数，是 0 或更大的整数。",
            "Each pattern needs how often it occurs: a whole number, 0 or more.",
            field="times",
        )
    return Responses(np.repeat(rows, often, axis=0))


def _checked(marks: NDArray[np.generic]) -> Marks:
    if marks.ndim != 2 or not marks.size:
        raise WrongInput(
            "responses_shape",
            "作答要是一张表：每人一行，每题一列，至少一人一题。",
            "Responses are a table: a row for each person, a column for each item, one at least.",
            field="marks",
            facts={"shape": marks.shape},
        )
    usable = marks.dtype == np.bool_ or np.issubdtype(marks.dtype, np.integer)
    if not usable and not np.issubdtype(marks.dtype, np.floating):
        raise WrongInput(
            "responses_kind",
            "作答只能是数字：1 对，0 错，-1 没出给他，-2 留空。",
            "Responses are numbers: 1 right, 0 wrong, -1 not presented, -2 left blank.",
            field="marks",
            facts={"dtype": str(marks.dtype)},
        )
    if usable:
        good = marks.dtype == np.bool_ or (
            int(marks.min()) >= OMITTED and int(marks.max()) <= RIGHT
        )
    else:
        good = bool(np.isin(marks, (RIGHT, WRONG, NOT_PRESENTED, OMITTED)).all())
    if not good:
        row, column = np.argwhere(~np.isin(marks, (RIGHT, WRONG, NOT_PRESENTED, OMITTED)))[0]
        raise WrongInput(
            "responses_mark",
            f"第 {row + 1} 人第 {column + 1} 题是 {marks[row, column]}：只能是 1、0、-1、-2。",
            f"Person {row + 1}, item {column + 1} has {marks[row, column]}: only 1, 0, -1, -2.",
            field="marks",
            facts={"person": int(row), "item": int(column)},
        )
    kept = np.array(marks, dtype=np.int8, order="C")
    kept.flags.writeable = False
    return kept


def _names(names: Sequence[str], number: int, of: str) -> tuple[str, ...]:
    kept = tuple(names)
    if len(kept) != number or len(set(kept)) != number:
        zh = "题目" if of == "items" else "人"
        raise WrongInput(
            f"responses_{of}",
            f"{zh}的名字要正好 {number} 个，各不相同；现在是 {len(kept)} 个。",
            f"There must be {number} different names of {of}; there are {len(kept)}.",
            field=of,
        )
    return kept
