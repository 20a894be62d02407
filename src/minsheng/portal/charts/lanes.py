"""A plan as a confluence: one lane per office, all flowing into the promised day.

`plan_lanes` takes plain dataclasses, so that it draws a plan before submission and the state of a
case after it. It returns the wide drawing, the list for a phone and the rows of the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString

from minsheng.lib.texts import Text
from minsheng.portal.charts.days import DayColumn
from minsheng.portal.charts.lane_drawing import Drawing
from minsheng.portal.charts.lane_parts import GONE, LaneItem, Promise
from minsheng.portal.languages import Language
from minsheng.portal.words import circled, day_text, weekday_text

__all__ = ["LaneItem", "LaneLine", "LaneRow", "Lanes", "Promise", "plan_lanes"]

KEYS = {
    "critical": Text("最紧的一串：它们决定总时间", "The tightest chain: it decides the total time"),
    "slack": Text("可以同时办", "Can be done at the same time"),
    "used": Text("办好或已用", "Done, or time used"),
    "running": Text("办理中", "In progress"),
    "idle": Text("未开始", "Not started"),
    "stopped": Text("停表", "Clock stopped"),
    "late": Text("超期", "Late"),
    "gone": Text("不办了", "Not going ahead"),
    "provisional": Text("暂定：放假通知还没出", "Provisional: no holiday notice yet"),
    "off": Text("周末、假期不计", "Weekends and holidays don't count"),
    "today": Text("今天", "Today"),
}


@dataclass(frozen=True, slots=True)
class LaneLine:
    """One line of the list on a phone, sorted by date."""

    day: date
    day_words: str
    weekday_words: str
    title: str
    state: str
    about: str
    provisional: bool


@dataclass(frozen=True, slots=True)
class LaneRow:
    """One row of the data table, in the order of the numbers."""

    number: str
    title: str
    office: str
    start: str
    end: str
    day: date
    waits_for: str
    state: str
    provisional: bool


@dataclass(frozen=True, slots=True)
class Lanes:
    """Everything the include `portal/components/_lanes.html` shows."""

    svg: SafeString
    lines: tuple[LaneLine, ...]
    rows: tuple[LaneRow, ...]
    keys: tuple[tuple[str, Text], ...]
    submitted: bool
    provisional: bool


def plan_lanes(
    items: Sequence[LaneItem],
    columns: Sequence[DayColumn],
    *,
    finish: Promise,
    lang: Language,
    today: date | None = None,
    elder: bool = False,
    ident: str = "lanes",
) -> Lanes:
    """Return the drawing, list and table of a plan.

    columns: every day from the first counted one to the later of promise and today
    (`columns_between`). today: drawn as a line, after submission only. elder: larger text.
    Skipped items are left out. Raises ValueError when nothing is left to draw.
    """
    drawn = [item for item in items if item.state != "skipped"]
    if not drawn:
        raise ValueError("a plan needs at least one item")
    picture = Drawing(drawn, columns, finish=finish, lang=lang, today=today, elder=elder)
    number_of = {item.key: item.number for item in items}
    return Lanes(
        svg=picture.svg(ident),
        lines=tuple(
            _line(item, number_of, lang=lang)
            for item in sorted(drawn, key=lambda item: (item.end, item.number))
        ),
        rows=tuple(
            _row(item, picture, number_of, lang=lang)
            for item in sorted(drawn, key=lambda item: item.number)
        ),
        keys=tuple((key, KEYS[key]) for key in picture.signs()),
        submitted=any(item.state for item in drawn),
        provisional=finish.provisional or any(item.provisional for item in drawn),
    )


def _line(item: LaneItem, number_of: dict[str, int], *, lang: Language) -> LaneLine:
    waits = _waits(item, number_of)
    about = item.office
    if waits and item.state in {"", "waiting"}:
        about = Text(f"{about}，等{waits}办好后开始", f"{about}, starts after {waits}").to(lang)
    elif not item.state:
        about = Text(f"{about}，提交后马上开始", f"{about}, starts as soon as you submit").to(lang)
    by = item.state != "done" and item.state not in GONE
    on = weekday_text(item.end, lang)
    return LaneLine(
        day=item.end,
        day_words=day_text(item.end, lang, weekday=False, short=True),
        weekday_words=Text(f"{on}前", f"by {on}").to(lang) if by else on,
        title=item.title,
        state=item.state,
        about=about,
        provisional=item.provisional,
    )


def _row(item: LaneItem, picture: Drawing, number_of: dict[str, int], *, lang: Language) -> LaneRow:
    def nth(day: date) -> str:
        count = picture.scale.number_of(day)
        if not count:
            return Text("提交当天", "the day of submission").to(lang)
        return Text(f"第 {count} 个工作日", f"working day {count}").to(lang)

    return LaneRow(
        number=circled(item.number),
        title=item.title,
        office=item.office,
        start=nth(item.start),
        end=nth(item.end),
        day=item.end,
        waits_for=_waits(item, number_of),
        state=item.state,
        provisional=item.provisional,
    )


def _waits(item: LaneItem, number_of: dict[str, int]) -> str:
    return "".join(circled(number_of[key]) for key in item.needs if key in number_of)
