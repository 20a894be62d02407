"""The warning ladder over anything that has a due day: lights before it, steps after it.

Pure: the day and the calendar are arguments. A clock that stands still says nothing, and a due
day that rests on a provisional year never makes anybody late.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from minsheng.lib.texts import Text
from minsheng.lib.workdays import HOURS, Term, WorkCalendar

REPLY = Term(2, "wd")
Light = Literal["", "yellow", "red", "late"]
Recipient = Literal["head", "leader"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Warning:
    """A light that goes on once `percent` of the term's running days are used."""

    key: str
    percent: int
    light: Literal["yellow", "red"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What happens when something is late by `after`: 0wd is the first working day it is late.

    `to` is the head of the office that owns it, or the leader above all offices. With `order` the
    office gets a written order, to be answered in writing within `reply`.
    """

    key: str
    after: Term
    to: Recipient
    title: Text
    order: bool = False
    reply: Term = REPLY


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """The warnings and steps for one kind of thing."""

    warn: tuple[Warning, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockFace:
    """A clock as it is read on a day: counted days used, days left (negative when late)."""

    due: date
    used: int
    left: int
    running: bool
    provisional: bool = False


def light_of(ladder: Ladder, clock: ClockFace | None) -> Light:
    """Return the light of something with this clock; "" for a stopped, absent or early one."""
    if clock is None or not clock.running:
        return ""
    if clock.left < 0:
        return "" if clock.provisional else "late"
    warning = warning_of(ladder, clock)
    return warning.light if warning else ""


def warning_of(ladder: Ladder, clock: ClockFace) -> Warning | None:
    """Return the highest warning that has been reached before the due day has passed, or None."""
    if not clock.running or clock.left < 0:
        return None
    term = clock.used + clock.left
    reached = [w for w in ladder.warn if clock.used * 100 >= w.percent * term]
    return max(reached, key=lambda warning: warning.percent, default=None)


def steps_due(
    ladder: Ladder, clock: ClockFace, *, calendar: WorkCalendar, on: date
) -> tuple[Step, ...]:
    """Return the steps whose day has come, the earliest first; none for a clock that stands still.

    A due day on a provisional calendar gives none: being late is a final finding.
    """
    if not clock.running or clock.provisional or on <= clock.due:
        return ()
    late = {
        "wd": calendar.workdays_between(clock.due, on),
        "cd": (on - clock.due).days,
    }
    return tuple(
        step
        for step in sorted(ladder.steps, key=lambda step: step.after.amount)
        if late[step.after.unit] >= max(1, step.after.amount)
    )


def wrong_ladder(ladder: Ladder) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Yield (place, Chinese, English) for each thing in a ladder that can't work."""
    for number, warning in enumerate(ladder.warn, 1):
        if not 1 <= warning.percent <= 100:
            yield (
                ("warn", str(number), "percent"),
                "要写 1 到 100 之间的百分数",
                "a percentage from 1 to 100 belongs here",
            )
    for number, step in enumerate(ladder.steps, 1):
        for name, term in (("after", step.after), ("reply", step.reply)):
            if term.unit in HOURS:
                yield (
                    ("steps", str(number), name),
                    "按天算，写成 2wd 或 5cd",
                    "count days here: 2wd or 5cd",
                )
    for group, keys in (
        ("warn", [w.key for w in ladder.warn]),
        ("steps", [s.key for s in ladder.steps]),
    ):
        for number, key in enumerate(keys, 1):
            if key in keys[: number - 1]:
                yield (group, str(number)), f"“{key}”写了两次", f"'{key}' stands twice"
