"""What is wrong with a pack, where, and what to do about it, in both languages."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from minsheng.lib.errors import WrongInput

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: file, line (from 1) and the path of keys to it."""

    file: str
    line: int = 0
    field: str = ""

    def inner(self, step: str, *, line: int | None = None) -> Place:
        """Return the place of a value inside this one."""
        path = f"{self.field}.{step}" if self.field else step
        return Place(self.file, self.line if line is None else line, path)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about a pack. An error stops publication, a warning does not."""

    severity: Severity
    file: str
    line: int
    field: str
    zh: str
    en: str

    def to(self, language: str) -> str:
        """Return `file:line: field: sentence` in `language`."""
        where = f"{self.file}:{self.line}" if self.line else self.file
        inner = f"{self.field}: " if self.field else ""
        return f"{where}: {inner}{self.en if language.startswith('en') else self.zh}"

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        inner = f"{self.field}: " if self.field else ""
        number = f"第 {self.line} 行：" if self.line else ""
        return f"{where}: {inner}{self.en} / {number}{self.zh}"


def error_at(place: Place, zh: str, en: str) -> Problem:
    """Return an error at `place`."""
    return Problem("error", place.file, place.line, place.field, zh, en)


def warning_at(place: Place, zh: str, en: str) -> Problem:
    """Return a warning at `place`."""
    return Problem("warning", place.file, place.line, place.field, zh, en)


class PackError(WrongInput):
    """A pack can't be used. `problems` names each mistake with its file, line and field."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        first = self.problems[0]
        more = len(self.problems) - 1
        super().__init__(
            "pack.wrong",
            first.to("zh") + (f"（另有 {more} 处）" if more else ""),
            first.to("en") + (f" (and {more} more)" if more else ""),
            field=first.field,
            facts={"problems": [str(problem) for problem in self.problems]},
        )


def refuse(place: Place, zh: str, en: str) -> PackError:
    """Return the exception for one error at `place`, to be raised by the caller."""
    return PackError([error_at(place, zh, en)])


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the known word most like `word`, or "" when none is near."""
    return next(iter(difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)), "")


def unknown_word(
    place: Place, word: str, known: Iterable[str], *, kind_zh: str, kind_en: str
) -> Problem:
    """Return an error about a word that is none of `known`, with the nearest one named."""
    names = sorted(known)
    like = nearest(word, names)
    if like:
        hint_zh, hint_en = f"您要写的是“{like}”吗？", f"did you mean '{like}'?"
    else:
        listed = "、".join(names[:12])
        hint_zh = f"这里可以写：{listed}。" if names else "这里不能写任何内容。"
        hint_en = f"known here: {', '.join(names[:12])}" if names else "nothing is known here"
    return error_at(place, f"没有{kind_zh}“{word}”；{hint_zh}", f"no {kind_en} '{word}'; {hint_en}")
