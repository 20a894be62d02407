"""Shapes that several domains share. What comes in refuses fields it doesn't know."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from ninja import Path
from pydantic import BaseModel, ConfigDict

from minsheng.engines.casework.spec import Cite, ReasonSpec
from minsheng.engines.casework.unfold import Unfolded
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Due, Reading

LARGEST_ID = 2**63 - 1
LONGEST_TEXT = 4000

CaseNumber = Annotated[
    str, Path(pattern=r"^[0-9]{4}-[0-9]{6,12}$", description="As it is quoted: 2026-000123.")
]
CertificateNumber = Annotated[
    str, Path(min_length=1, max_length=60, pattern=r"^[0-9A-Za-z \-]+$", description="As printed.")
]
Key = Annotated[str, Path(max_length=80, pattern=r"^[a-z0-9_\-]+$")]
ItemId = Annotated[int, Path(ge=1, le=LARGEST_ID)]


class Shape(BaseModel):
    """The base of everything that comes in or goes out."""

    model_config = ConfigDict(extra="forbid")


class Words(Shape):
    """A sentence in both languages; `en` repeats `zh` where there is no English."""

    zh: str
    en: str


class DueDay(Shape):
    """A promised day. `provisional` (暂定): it rests on a year whose notice isn't out yet."""

    day: date
    provisional: bool


class Clock(Shape):
    """A clock in working days. `left` is negative when it is late."""

    due: DueDay
    used: int
    left: int
    stopped: int
    running: bool


class Reason(Shape):
    """A declared reason with what can be done about it."""

    key: str
    text: Words
    remedy: Words


class Source(Shape):
    """Where a rule or figure comes from. `mark`: H fact, M default with source, L setting."""

    title: Words
    clause: str
    mark: str


class Link(Shape):
    """Where to read on."""

    href: str


class DayRow(Shape):
    """Days on end of one kind. `counts` is how many days of the term they are.

    `kind` is counted, made_up (a weekend day worked for a holiday), weekend, holiday, stopped or
    late. `name` is the holiday, or why the clock stood still, `source` by which clause.
    """

    kind: str
    first: date
    last: date
    counts: int
    passed: bool
    provisional: bool
    name: Words
    source: Source | None


class Notice(Shape):
    """The working days of one year, by which notice."""

    year: int
    title: str
    mark: str
    provisional: bool


class DueDays(Shape):
    """A due day, day by day. The day of start isn't counted; `counted` is the sum over `rows`.

    `term` is written as 3wd (working days) or 30cd (calendar days), null for a promise over a whole
    case. `is_kept`: a promised day that stands although the calendar has changed since.
    `is_stopped`: the clock stands still; the day is the one if it ran again today.
    """

    started_on: date
    read_on: date
    due: DueDay
    term: str | None
    source: Source | None
    counted: int
    stopped: int
    late: int
    is_kept: bool
    is_stopped: bool
    rows: list[DayRow]
    notices: list[Notice]
    calendar: str


def due_days(found: Unfolded | None) -> DueDays | None:
    """Return a due day with its days as it goes out, or None where no clock has started."""
    return None if found is None else promised_days(found)


def promised_days(found: Unfolded) -> DueDays:
    """Return a day with its days as it goes out."""
    return DueDays(
        started_on=found.start,
        read_on=found.on,
        due=due_day(found.due),
        term=str(found.term) if found.term else None,
        source=source(found.cite) if found.cite else None,
        counted=found.counted,
        stopped=found.stopped,
        late=found.late,
        is_kept=found.is_kept,
        is_stopped=found.is_stopped,
        rows=[
            DayRow(
                kind=row.kind,
                first=row.first,
                last=row.last,
                counts=row.counts,
                passed=row.passed,
                provisional=row.provisional,
                name=words(row.name),
                source=source(row.cite) if row.cite else None,
            )
            for row in found.rows
        ],
        notices=[
            Notice(year=one.year, title=one.source, mark=one.mark, provisional=one.provisional)
            for one in found.notices
        ],
        calendar=found.calendar,
    )


def words(text: Text) -> Words:
    """Return a sentence as it goes out."""
    return Words(zh=text.zh, en=text.to("en"))


def due_day(due: Due) -> DueDay:
    """Return a promised day as it goes out."""
    return DueDay(day=due.day, provisional=due.provisional)


def clock(reading: Reading | None) -> Clock | None:
    """Return a clock as it goes out, or None where none has started."""
    if reading is None:
        return None
    return Clock(
        due=due_day(reading.due),
        used=reading.used,
        left=reading.left,
        stopped=reading.stopped,
        running=reading.running,
    )


def reason(declared: ReasonSpec | None) -> Reason | None:
    """Return a declared reason as it goes out."""
    if declared is None:
        return None
    return Reason(key=declared.key, text=words(declared.text), remedy=words(declared.remedy))


def source(cite: Cite) -> Source:
    """Return a citation as it goes out."""
    return Source(title=words(cite.title), clause=cite.clause, mark=cite.mark)


def binary(media_type: str) -> dict[str, Any]:
    """Return the description of an answer that is a file."""
    return {
        "responses": {
            200: {"content": {media_type: {"schema": {"type": "string", "format": "binary"}}}}
        }
    }
