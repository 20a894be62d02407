"""Answer sheets on paper: where each bubble of a page lies, in millimetres on A4.

The same layout is printed (`printing.py`) and read back (`scans.py`): no bubble is searched for, its
place is known from the four corner marks. Bubbles stand apart by more than their own width, so that
a page that lies a millimetre off is still read right.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from minsheng.engines.items.items import Choice, Choices, Item, Judge, Number, Written, options_of

FieldKind = Literal["choice", "choices", "judge", "number", "written"]
WIDTH, HEIGHT = 210.0, 297.0
MARK = 7.0
"""Side of a corner mark; the marks are solid squares."""
MARKS = ((14.0, 14.0), (196.0, 14.0), (196.0, 283.0), (14.0, 283.0))
"""Middles of the corner marks, clockwise from the upper left."""
QR = (168.0, 24.0, 22.0)
"""Left, top and side of the QR code that names sheet and page."""
RADIUS = 2.2
TOP, BOTTOM = 60.0, 276.0
COLUMNS = (20.0, 110.0)
ROW = 9.0
DIGIT_ROW, DIGIT_COLUMN = 5.4, 6.6
DIGITS = "0123456789"
MOST_COLUMNS = 8
NUMBER_COLUMNS = 6
PUPIL_ROW = 6.0
WRITTEN_HEIGHT = 34.0
SHOWN = {"true": "对", "false": "错", "-": "−"}
_ID = re.compile(r"[A-Z0-9]{4,32}")
_CODE = re.compile(r"MS/([A-Z0-9]{4,32})/([0-9]{1,3})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing to fill in. `options` are the bubbles, of a number the signs besides digits.

    `written` is filled in by hand; its bubbles are the points that a teacher gives.
    """

    key: str
    label: str
    kind: FieldKind
    options: tuple[str, ...] = ()
    columns: int = 1
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Bubble:
    """One bubble: which field and value it stands for, and its middle."""

    field: str
    column: int
    value: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Words:
    """Printed words, their left end (or middle, or right end) at a point."""

    x: float
    y: float
    text: str
    size: float = 10.0
    anchor: Literal["start", "middle", "end"] = "start"


@dataclass(frozen=True, slots=True)
class Box:
    """A printed frame to write in; without height, a line."""

    x: float
    y: float
    width: float
    height: float = 0.0


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its number from 1, what is printed and what may be filled in."""

    number: int
    fields: tuple[Field, ...]
    bubbles: tuple[Bubble, ...]
    words: tuple[Words, ...]
    boxes: tuple[Box, ...]


@dataclass(slots=True)
class _Draft:
    number: int
    fields: list[Field] = field(default_factory=list)
    bubbles: list[Bubble] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    boxes: list[Box] = field(default_factory=list)

    @property
    def page(self) -> Page:
        """The page as it is so far."""
        return Page(
            self.number, tuple(self.fields), tuple(self.bubbles), tuple(self.words),
            tuple(self.boxes),
        )  # fmt: skip


def code_of(sheet: str, page: int) -> str:
    """Return what the QR code of a page says. `sheet` is 4 to 32 capitals and digits."""
    if not _ID.fullmatch(sheet) or not 1 <= page <= 999:
        raise ValueError(f"no sheet id and page: {sheet!r}, {page}")
    return f"MS/{sheet}/{page}"


def sheet_in(code: str) -> tuple[str, int] | None:
    """Return the sheet and page that a QR code names, or None when it isn't one of ours."""
    match = _CODE.fullmatch(code.strip())
    return (match[1], int(match[2])) if match and int(match[2]) else None


def field_of(item: Item, *, label: str, key: str = "") -> Field:
    """Return how an item is answered on paper."""
    name = key or item.key
    match item:
        case Choice() | Choices():
            return Field(key=name, label=label, kind=item.kind, options=(*options_of(item),))
        case Judge():
            return Field(key=name, label=label, kind="judge", options=("true", "false"))
        case Number():
            signs = ("-", ".") if item.answer.startswith("-") else (".",)
            signs = (*signs, "/") if "/" in item.answer else signs
            return Field(
                key=name, label=label, kind="number", options=signs, unit=item.unit,
                columns=min(MOST_COLUMNS, max(NUMBER_COLUMNS, len(item.answer) + 1)),
            )  # fmt: skip
        case Written():
            points = sum(one.points for one in item.rubric)
            return _by_hand(name, label, min(points, 8))
    return _by_hand(name, label, 2)


def _by_hand(key: str, label: str, points: int) -> Field:
    options = tuple(str(one) for one in range(points + 1))
    return Field(key=key, label=label, kind="written", options=options)


def lay_out(fields: Sequence[Field]) -> tuple[Page, ...]:
    """Return the pages of one pupil: fields run down two columns, then on to the next page.

    Raises ValueError for two fields of one key, or one that no page can hold.
    """
    _check(fields)
    drafts = [_Draft(1)]
    column, y = 0, TOP
    for one in fields:
        height = _height(one)
        if y + height > BOTTOM:
            column, y = column + 1, TOP
            if column == len(COLUMNS):
                drafts.append(_Draft(len(drafts) + 1))
                column = 0
        _place(drafts[-1], one, COLUMNS[column], y)
        y += height
    return tuple(draft.page for draft in drafts)


def lay_out_class(pupils: Sequence[str], fields: Sequence[Field]) -> tuple[Page, ...]:
    """Return pages with one row for each pupil: choices and judgements only.

    `pupils` are what is printed before the rows. The key of a field becomes "row/key", rows from 1.
    Raises ValueError when the fields don't fit into one row.
    """
    _check(fields)
    starts, x = [], 56.0
    for one in fields:
        if one.kind not in ("choice", "choices", "judge"):
            raise ValueError(f"{one.key}: a row holds choices and judgements only")
        starts.append(x)
        x += len(one.options) * 5.6 + 5
    if x > 198:
        raise ValueError("too many fields for one row")
    drafts: list[_Draft] = []
    y = BOTTOM
    for at, name in enumerate(pupils, 1):
        if y + PUPIL_ROW > BOTTOM:
            drafts.append(_Draft(len(drafts) + 1))
            y = TOP + 10
            _row_of_labels(drafts[-1], fields, starts, y - 8)
        draft = drafts[-1]
        draft.words.append(Words(20, y, name, 9))
        for one, start in zip(fields, starts, strict=True):
            mine = Field(key=f"{at}/{one.key}", label=one.label, kind=one.kind, options=one.options)
            draft.fields.append(mine)
            for place, option in enumerate(one.options):
                draft.bubbles.append(Bubble(mine.key, 0, option, start + place * 5.6, y))
        y += PUPIL_ROW
    return tuple(draft.page for draft in drafts)


def _row_of_labels(
    draft: _Draft, fields: Sequence[Field], starts: Sequence[float], y: float
) -> None:
    for one, start in zip(fields, starts, strict=True):
        middle = start + (len(one.options) - 1) * 2.8
        draft.words.append(Words(middle, y, one.label, 9, "middle"))


def _check(fields: Sequence[Field]) -> None:
    keys = [one.key for one in fields]
    if len(set(keys)) < len(keys) or not keys:
        raise ValueError("every field has its own key, and there is one at least")
    for one in fields:
        wide = len(one.options) if one.kind != "number" else one.columns
        if not 1 <= wide <= (9 if one.kind == "written" else MOST_COLUMNS):
            raise ValueError(f"{one.key}: {wide} bubbles in a row")


def _height(one: Field) -> float:
    if one.kind == "number":
        return 18 + (len(DIGITS) + len(one.options)) * DIGIT_ROW
    return WRITTEN_HEIGHT if one.kind == "written" else ROW


def _place(draft: _Draft, one: Field, x: float, y: float) -> None:
    draft.fields.append(one)
    draft.words.append(Words(x, y + 3, one.label))
    if one.kind == "number":
        _place_number(draft, one, x + 12, y)
        return
    step, down = (8.4, 3.0) if one.kind != "written" else (7.0, WRITTEN_HEIGHT - 7)
    if one.kind == "written":
        for line in (10.0, 19.0):
            draft.boxes.append(Box(x + 10, y + line, 70))
        draft.words.append(Words(x, y + down, "老师批", 7))
    for place, option in enumerate(one.options):
        draft.bubbles.append(Bubble(one.key, 0, option, x + 14 + place * step, y + down))


def _place_number(draft: _Draft, one: Field, x: float, y: float) -> None:
    rows = [*(sign for sign in one.options if sign == "-"), *DIGITS,
            *(sign for sign in one.options if sign != "-")]  # fmt: skip
    for column in range(one.columns):
        left = x + column * DIGIT_COLUMN
        draft.boxes.append(Box(left - DIGIT_COLUMN / 2, y, DIGIT_COLUMN, 8))
        for at, value in enumerate(rows):
            if value != "-" or column == 0:
                draft.bubbles.append(Bubble(one.key, column, value, left, y + 12 + at * DIGIT_ROW))
    if one.unit:
        draft.words.append(Words(x + one.columns * DIGIT_COLUMN - 2, y + 4.5, one.unit, 9))
