"""One assessment in a row: whose, of which kind, how it stands, when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from minsheng.apps.assessments import access
from minsheng.apps.assessments.models import Assessment, Result
from minsheng.apps.people.models import Person
from minsheng.lib.texts import Text

STATES = {
    "asked": Text("等安排", "To be arranged"),
    "appointed": Text("已约好", "Arranged"),
    "both_in": Text("两份都交了，等签字", "Both sheets in, to be signed"),
    "signed": Text("有结果", "Has a result"),
    "cancelled": Text("取消了", "Called off"),
}
REASONS = {
    "first": Text("第一次评估", "first assessment"),
    "again": Text("再评一次", "assessed again"),
    "review": Text("复核", "another look"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One assessment as lists show it; `who` is masked."""

    id: int
    who: str
    title: Text
    state: str
    said: Text
    reason: Text
    day: date | None
    starts: time | None
    asked_at: datetime


def line_of(row: Assessment) -> Line:
    """Return an assessment as lists show it; its person is at hand."""
    return Line(
        row.pk,
        row.person.name_masked,
        access.grading(row.grading).spec.title,
        row.state,
        STATES[row.state],
        REASONS[row.reason],
        row.day,
        row.starts,
        row.asked_at,
    )


def standing_result(person: Person, key: str) -> Result | None:
    """Return the result that counts for a person, or None: the latest one."""
    return Result.objects.filter(person=person, grading=key).order_by("-pk").first()
