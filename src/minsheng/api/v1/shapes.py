"""Shapes that several domains share. What comes in refuses fields it doesn't know."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from ninja import Path
from pydantic import BaseModel, ConfigDict

from minsheng.engines.casework.spec import Cite, ReasonSpec
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
