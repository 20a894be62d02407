"""What an answer is worth: right, partly, wrong, or not to be read, and what a wrong one betrays.

An answer that can't be read loses nothing: it says how to write it. A written text is never judged
here, its points are only suggested. Total: every text and every list of texts gives a result.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from minsheng.engines.items.expressions import (
    Read,
    UnreadableError,
    is_reduced,
    length,
    read_expression,
    same_equation,
    same_value,
)
from minsheng.engines.items.items import (
    BLANKS,
    Blanks,
    Choice,
    Choices,
    Expression,
    Item,
    Judge,
    Number,
    Order,
    Written,
)
from minsheng.engines.items.numbers import folded, number_said, read_number
from minsheng.lib.texts import Text

Given: TypeAlias = str | Sequence[str]
Result = Literal["right", "partly", "wrong", "unreadable", "suggested"]

MAX_WRITTEN = 2_000
MAX_ANSWER = 200
HALF = 0.5
RIGHT = Text("答对了。", "Right.")
WRONG = Text("不对，再想一想。", "Not right; think again.")
PARTLY = Text("对了一部分。", "Partly right.")
EMPTY = Text("还没有写答案。", "There is no answer yet.")
LONG = Text("写得太长了，只写答案。", "Too long: write the answer only.")
_TRUE = {"true", "t", "对", "√", "✓", "✔", "正确", "是", "yes"}
_FALSE = {"false", "f", "错", "×", "✗", "✘", "x", "*", "错误", "不对", "否", "no"}
_BETWEEN = re.compile(r"[;；、\n]")
_NOT = ("不", "没", "别", "非")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One point of a rubric: what it is about, its worth, and the words found for it."""

    about: str
    points: int
    found: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What an answer is worth. `score` is between 0 and 1; `read` is how it was understood.

    `misconception` is the key of what a wrong answer betrays, or "". `suggested` answers wait for a
    teacher: their score is a proposal with its `points`.
    """

    result: Result
    score: float
    said: Text
    read: str = ""
    misconception: str = ""
    points: tuple[Suggestion, ...] = ()

    @property
    def is_right(self) -> bool:
        """Whether it is right as a whole."""
        return self.result == "right"


def check_answer(item: Item, given: Given) -> Checked:
    """Return what `given` is worth as an answer to `item`.

    One text, or one per blank, letter or place; a text of several parts may be divided by ; or 、.
    """
    parts = [given] if isinstance(given, str) else [*given]
    if not any(part.strip() for part in parts):
        return _unreadable(EMPTY)
    limit = MAX_WRITTEN if isinstance(item, Written) else MAX_ANSWER
    if len(parts) > 2 * len(BLANKS) or sum(map(len, parts)) > limit:
        return _unreadable(LONG)
    check = cast(Callable[[Item, list[str]], Checked], _CHECKS[type(item)])
    return check(item, parts)


def _unreadable(said: Text) -> Checked:
    return Checked("unreadable", 0.0, said)


def _right(read: str) -> Checked:
    return Checked("right", 1.0, RIGHT, read)


def _wrong(read: str, misconception: str = "") -> Checked:
    return Checked("wrong", 0.0, WRONG, read, misconception)


# ── letters ─────────────────────────────────────────────────────────────────────────────────────


def _letters(parts: list[str], options: Sequence[str]) -> list[str] | None:
    """Return the letters that were written, in order; None when one is no option."""
    text = re.sub(r"[\s,;、.;]", "", folded("".join(parts)).upper())
    return list(text) if text and all(letter in options for letter in text) else None


def _how_letters(options: Sequence[str], *, several: bool) -> Text:
    named = "、".join(options)
    if several:
        return Text(f"写选项的字母，例如 {''.join(options)[:2]}（可以写 {named}）。",
                    f"Write the letters of options, out of {', '.join(options)}.")  # fmt: skip
    return Text(f"写一个选项的字母：{named}。", f"Write one letter: {', '.join(options)}.")


def _choice(item: Choice, parts: list[str]) -> Checked:
    letters = _letters(parts, [*item.options])
    if letters is None or len(letters) != 1:
        return _unreadable(_how_letters([*item.options], several=False))
    read = letters[0]
    return _right(read) if read == item.answer else _wrong(read, item.wrong.get(read, ""))


def _choices(item: Choices, parts: list[str]) -> Checked:
    letters = _letters(parts, [*item.options])
    if letters is None:
        return _unreadable(_how_letters([*item.options], several=True))
    chosen, right = set(letters), set(item.answer)
    read = "".join(sorted(chosen))
    if chosen == right:
        return _right(read)
    betrayed = {"".join(sorted(key)): word for key, word in item.wrong.items()}
    if chosen < right:
        return Checked("partly", len(chosen) / len(right), PARTLY, read, betrayed.get(read, ""))
    return _wrong(read, betrayed.get(read, ""))


def _order(item: Order, parts: list[str]) -> Checked:
    letters = _letters(parts, [*item.options])
    if letters is None or sorted(letters) != sorted(item.options):
        named = "".join(item.options)
        return _unreadable(
            Text(f"{named} 每个字母写一次，按顺序写。", f"Write each of {named} once, in order.")
        )
    if letters == [*item.answer]:
        return _right("".join(letters))
    return _wrong("".join(letters), item.wrong.get("".join(letters), ""))


def _judge(item: Judge, parts: list[str]) -> Checked:
    text = parts[0].strip()
    plain = text if text in _FALSE else folded(text).lower().rstrip(".")
    if plain in _TRUE:
        read = "true"
    elif plain in _FALSE:
        read = "false"
    else:
        return _unreadable(Text("写“对”或“错”。", "Write true or false."))
    return _right(read) if read == item.answer else _wrong(read, item.wrong.get(read, ""))


# ── numbers and words ───────────────────────────────────────────────────────────────────────────


def _number(item: Number, parts: list[str]) -> Checked:
    value = read_number(parts[0], unit=item.unit)
    answer = read_number(item.answer, unit=item.unit)
    if value is None or answer is None or len(parts) > 1:
        after = f"，后面的“{item.unit}”已经印好了" if item.unit else ""
        return _unreadable(
            Text(
                f"这里写一个数，例如 12、3.5、3/4{after}。",
                "Write one number, as 12, 3.5 or 3/4" + (", without a unit." if after else "."),
            )
        )
    read = number_said(value)
    if abs(value - answer) <= (read_number(item.tolerance) or 0):
        return _right(read)
    for key, misconception in item.wrong.items():
        if read_number(key, unit=item.unit) == value:
            return _wrong(read, misconception)
    return _wrong(read)


def _word(text: str) -> str:
    return re.sub(r"\s", "", folded(text).lower()).strip(".,;")


def _fits(answer: str, given: str) -> bool | None:
    """Whether one blank is right; None when a number is wanted and none can be read."""
    for one in answer.split("|"):
        number = read_number(one)
        if number is None:
            if _word(one) == _word(given):
                return True
            continue
        value = read_number(given)
        if value is None and "|" not in answer:
            return None
        if value == number:
            return True
    return False


def _blanks(item: Blanks, parts: list[str]) -> Checked:
    if len(parts) == 1 and len(item.answer) > 1:
        parts = _BETWEEN.split(parts[0])
    count = len(item.answer)
    if len(parts) != count:
        return _unreadable(
            Text(f"有 {count} 个空，用分号隔开，例如 3；4。", f"{count} blanks, divided by ;.")
        )
    fits = [
        _fits(answer, given) if given.strip() else False
        for answer, given in zip(item.answer, parts, strict=True)
    ]
    if None in fits:
        where = BLANKS[fits.index(None)]
        return _unreadable(
            Text(f"{where} 里写一个数，例如 12、3.5、3/4。", f"Write one number in {where}.")
        )
    read = "；".join(part.strip() for part in parts)
    if all(fits):
        return _right(read)
    betrayed = ""
    for key, misconception in item.wrong.items():
        expected = _BETWEEN.split(key)
        if len(expected) == count and all(map(_fits, expected, parts)):
            betrayed = misconception
    if any(fits):
        return Checked("partly", sum(map(bool, fits)) / count, PARTLY, read, betrayed)
    return _wrong(read, betrayed)


# ── expressions ─────────────────────────────────────────────────────────────────────────────────


def _expression(item: Expression, parts: list[str]) -> Checked:
    try:
        read = read_expression(parts[0])
    except UnreadableError as error:
        return _unreadable(error.said)
    answer = read_expression(item.answer)
    if answer.is_equation and not read.is_equation:
        return _unreadable(Text("这里要写一个等式，带等号。", "Write an equation, with =."))
    text = folded(parts[0])
    if not _is_equal(read, answer):
        for key, misconception in item.wrong.items():
            if _is_equal(read, read_expression(key)):
                return _wrong(text, misconception)
        return _wrong(text)
    lacking = [sign for sign in item.must if sign not in read.signs]
    if lacking:
        shown = " ".join(lacking).replace("*", "×").replace("/", "÷").replace("(", "（ ）")
        said = Text(f"结果对，还要在式子里用上 {shown}。", f"Equal, but it has to use {shown}.")
        return Checked("partly", HALF, said, text)
    last, shortest = read.sides[-1], answer.sides[-1]
    if item.form == "simplest" and (length(last) > length(shortest) or not is_reduced(last)):
        said = Text("结果对，还可以化得更简单。", "Equal, but it can be made simpler.")
        return Checked("partly", HALF, said, text)
    return _right(text)


def _is_equal(read: Read, answer: Read) -> bool:
    """Whether both say the same; a calculation a = b = c is equal when each step is."""
    if answer.is_equation:
        return same_equation(read, answer)
    return all(same_value(side, answer.sides[0]) for side in read.sides)


# ── sentences ───────────────────────────────────────────────────────────────────────────────────


def _written(item: Written, parts: list[str]) -> Checked:
    text = "\n".join(parts)
    plain = re.sub(r"\s", "", folded(text).lower())
    points = tuple(
        Suggestion(
            one.about,
            one.points,
            tuple(word for word in one.any if _is_said(plain, _word(word))),
        )
        for one in item.rubric
    )
    whole = sum(one.points for one in points)
    earned = sum(one.points for one in points if one.found)
    said = Text(
        f"交给老师看。按写到的要点，建议 {earned} 分（满分 {whole} 分）。",
        f"For the teacher: by the points found, {earned} of {whole} is suggested.",
    )
    return Checked("suggested", earned / whole if whole else 0.0, said, text, points=points)


def _is_said(plain: str, word: str) -> bool:
    """Whether a word stands in a text other than right after a 不 or 没."""
    at = plain.find(word) if word else -1
    while at >= 0:
        if not plain[:at].endswith(_NOT):
            return True
        at = plain.find(word, at + 1)
    return False


_CHECKS: dict[type, Callable[..., Checked]] = {
    Choice: _choice,
    Choices: _choices,
    Judge: _judge,
    Number: _number,
    Blanks: _blanks,
    Expression: _expression,
    Order: _order,
    Written: _written,
}
