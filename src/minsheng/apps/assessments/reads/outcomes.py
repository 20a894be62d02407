"""A result as it is read: level, the way to it, every item with what each assessor said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from minsheng.apps.assessments import access, sealing
from minsheng.apps.assessments.actions.asking import last_day_to_object
from minsheng.apps.assessments.models import Result
from minsheng.lib.texts import Text

YES, NO, NONE = Text("是", "yes"), Text("否", "no"), Text("不打分", "not scored")


@dataclass(frozen=True, slots=True)
class Row:
    """One item or fact of a result: what counts, what each said, what they noted.

    `most` is "" for a fact. `was_settled`: they differed; `why` is what they wrote of it.
    """

    title: Text
    value: Text
    most: str
    said: tuple[Text, ...]
    notes: tuple[str, ...]
    was_settled: bool
    why: str


@dataclass(frozen=True, slots=True)
class Part:
    """One group of items with its sum; "" where nothing was scored."""

    title: Text
    sum: str
    most: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """One rule that changes a level: its words, whether it holds here, its source and mark."""

    text: Text
    holds: bool
    source: Text
    mark: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A signed result. `total` and `by_points` are None where a rule settled it without points.

    `last_day` to object; `is_replaced`: a later one counts.
    """

    id: int
    level: int
    level_said: Text
    total: int | None
    most: int
    by_points: int | None
    by_points_said: Text
    why: tuple[Why, ...]
    parts: tuple[Part, ...]
    facts: tuple[Row, ...]
    assessors: tuple[tuple[str, bool], ...]
    informant: str
    assessed_on: date
    valid_until: date
    valid_mark: str
    valid_source: Text
    last_day: date
    review_mark: str
    is_replaced: bool

    @property
    def is_raised(self) -> bool:
        """Whether a rule made the level worse than the points alone."""
        return self.by_points is not None and self.level != self.by_points


def outcome_of(result: Result) -> Outcome | None:
    """Return a result, opened; None of somebody who was erased. The caller has checked who asks."""
    found = sealing.open_result(result.person, result.content)
    if not found:
        return None
    spec = access.grading(result.grading).spec
    by_points = found["by_points_said"]
    return Outcome(
        id=result.pk,
        level=found["level"],
        level_said=Text(*found["level_said"]),
        total=found["total"],
        most=sum(one["most"] for one in found["groups"]),
        by_points=found["by_points"],
        by_points_said=Text(*by_points) if by_points else Text(""),
        why=tuple(
            Why(Text(zh, en), holds, Text(*source) if source else Text(""), str(mark))
            for zh, en, holds, source, mark in found["steps"]
        ),
        parts=tuple(_part(one, found["sums"]) for one in found["groups"]),
        facts=tuple(_row(one) for one in found["facts"]),
        assessors=tuple((name, certified) for name, certified in found["assessors"]),
        informant=found["informant"],
        assessed_on=result.assessed_on,
        valid_until=result.valid_until,
        valid_mark=spec.valid_months.mark,
        valid_source=spec.valid_months.source,
        last_day=last_day_to_object(result),
        review_mark=spec.arranging.review_days.mark,
        is_replaced=Result.objects.filter(replaces=result).exists(),
    )


def said(value: object) -> Text:
    """Return an answer as it is read; nothing was scored where a rule settled the level."""
    if value is None:
        return NONE
    if isinstance(value, bool):
        return YES if value else NO
    return Text(str(value), str(value))


def _part(one: Mapping[str, Any], sums: Mapping[str, int]) -> Part:
    return Part(
        Text(*one["title"]),
        str(sums[one["key"]]) if one["key"] in sums else "",
        str(one["most"]),
        tuple(_row(item) for item in one["items"]),
    )


def _row(one: Mapping[str, Any]) -> Row:
    return Row(
        Text(*one["title"]),
        said(one["value"]),
        str(one["most"] or ""),
        tuple(said(value) for value in one["said"]),
        tuple(note for note in one["notes"] if note),
        one["settled_by"] is not None,
        one["why"],
    )
