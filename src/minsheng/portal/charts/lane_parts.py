"""What a lane is made of: an item, the promised day, and the words beside a bar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from minsheng.lib.texts import Text
from minsheng.portal.languages import Language
from minsheng.portal.words import STATES, day_text

STOPPED = frozenset({"returned", "held", "stopped"})
GONE = frozenset({"refused", "cancelled", "withdrawn"})


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneItem:
    """One item of a plan, by days.

    start: its first counted day. end: the day it is promised for, or was finished on.
    state: empty before submission, else a key of `portal.words.STATES`.
    used_to: the last day that was used of a running or stopped item; none means not begun.
    note: words beside the title instead of the usual ones.
    reader: who reads it, as in `portal.words`: "resident" or "desk".
    """

    key: str
    number: int
    title: str
    office: str
    start: date
    end: date
    needs: tuple[str, ...] = ()
    critical: bool = False
    provisional: bool = False
    state: str = ""
    used_to: date | None = None
    note: str = ""
    reader: str = "resident"


@dataclass(frozen=True, slots=True)
class Promise:
    """The day everything flows into."""

    day: date
    provisional: bool = False
    done: bool = False


def note_of(item: LaneItem, *, today: date | None, lang: Language) -> str:
    """Return the quiet words beside an item's title: by when, or how it stands."""
    if item.note:
        return item.note
    day = day_text(item.end, lang, weekday=False)
    by = Text(f"{day}前", f"by {day}").to(lang)
    if item.provisional and item.state not in {"done", *GONE}:
        by += Text("（暂定）", " (provisional)").to(lang)
    if item.state == "done":
        return Text(f"{day}办好", f"done {day}").to(lang)
    if item.state in STOPPED or item.state in GONE or item.state == "external":
        return STATES[item.state].said_to(item.reader).to(lang)
    if is_late(item, today):
        return Text(f"超期，应{by}", f"late, was due {day}").to(lang)
    return by


def is_late(item: LaneItem, today: date | None) -> bool:
    """Return whether a running item has passed its day."""
    running = bool(item.state) and item.state not in {"done", *GONE, *STOPPED}
    return item.state == "late" or (running and today is not None and today > item.end)
