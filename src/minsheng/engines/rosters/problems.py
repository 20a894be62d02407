"""What is wrong with a register that was handed in: where, what, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass

from minsheng.lib.texts import Text


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands: the file or sheet, and its line as a spreadsheet counts."""

    file: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that keeps a register out. No text here holds a citizen number in full."""

    place: Place
    column: str
    what: Text
    mend: Text
