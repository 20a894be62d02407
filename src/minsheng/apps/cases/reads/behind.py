"""The lists behind the figures: case numbers, offices and days; no name, no protected case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from minsheng.apps.cases import catalogue
from minsheng.apps.cases.models import RUNNING, Case, CaseMaterial, Item
from minsheng.apps.cases.reads.delays import HotSpot, late_cases
from minsheng.apps.cases.reads.figures import (
    SPARED,
    Scope,
    asked_back_in,
    ended_as,
    ended_in,
    open_cases,
    overdue,
    streamed,
)
from minsheng.apps.cases.reads.late_work import fell_due, fell_due_in_week, late_now, missed
from minsheng.apps.cases.reads.running import office_title
from minsheng.lib.texts import Text

Kind = Literal[
    "submitted", "ended", "running", "on_time", "ended_late", "running_late", "late_cases",
    "asked_back", "papers_asked", "rated", "flowed", "late_items", "due", "due_late",
]  # fmt: skip
ON_TIME = Q(closed_day__lte=F("promised_day"))
LATE = Q(closed_day__gt=F("promised_day"), promised_provisional=False)


@dataclass(frozen=True, slots=True)
class Behind:
    """Which list: its kind, for items the office and the week that begins on `week`.

    Of a stream: whether the applicant was `asked` back, and at which `end` its cases stand.
    """

    kind: Kind
    scope: Scope
    on: date
    office: str = ""
    week: date | None = None
    asked: bool = False
    end: str = ""


@dataclass(frozen=True, slots=True)
class BehindRow:
    """One line. `late` is working days after the promised day, 0 in time, None while that's open."""

    number: str
    service: Text
    item: Text
    office: Text
    status: str
    began: date
    due: date
    ended: date | None
    late: int | None


def behind_count(which: Behind) -> int:
    """Return how long a list is: the figure that it stands behind."""
    return _cases(which).count() if which.kind in CASES else _items(which).count()


def behind(which: Behind, *, start: int, count: int) -> list[BehindRow]:
    """Return a stretch of the list; the most urgent or the newest first."""
    if which.kind in CASES:
        newest = _cases(which).order_by("-pk")[start : start + count]
        return [_case_row(case, which.on) for case in newest]
    urgent = _items(which).select_related("case").order_by("due_day", "pk")
    return [_item_row(item, which.on) for item in urgent[start : start + count]]


def behind_spot(spot: HotSpot, *, on: date) -> list[BehindRow]:
    """Return the cases that lost days at one place, the newest first: as many as it says."""
    rows = open_cases(spot.slug).filter(pk__in=spot.case_ids).order_by("-pk")
    return [_case_row(case, on) for case in rows]


def _cases(which: Behind) -> QuerySet[Case]:
    return CASES[which.kind](which)


def _items(which: Behind) -> QuerySet[Item]:
    found = ITEMS[which.kind](which)
    return found.filter(office=which.office) if which.office else found


def _due(which: Behind) -> QuerySet[Item]:
    """Return what fell due in the week, or in the scope where no week is named; not after today."""
    if which.week is not None:
        return fell_due_in_week(which.week, on=which.on, slug=which.scope.slug)
    return fell_due(which.scope.since, min(which.scope.until, which.on), which.scope.slug)


CASES: Mapping[str, Callable[[Behind], QuerySet[Case]]] = {
    "submitted": lambda b: open_cases(b.scope.slug).filter(
        submitted_day__range=(b.scope.since, b.scope.until)
    ),
    "ended": lambda b: ended_in(b.scope),
    "on_time": lambda b: ended_in(b.scope).filter(ON_TIME),
    "ended_late": lambda b: ended_in(b.scope).filter(LATE),
    "running": lambda b: open_cases(b.scope.slug).filter(status=RUNNING),
    "running_late": lambda b: open_cases(b.scope.slug).filter(overdue(b.on)),
    "late_cases": lambda b: open_cases(b.scope.slug).filter(late_cases(b.scope, b.on)),
    "asked_back": lambda b: asked_back_in(b.scope),
    "papers_asked": lambda b: ended_in(b.scope).filter(
        Exists(CaseMaterial.objects.filter(~SPARED, case=OuterRef("pk")))
    ),
    "rated": lambda b: ended_in(b.scope).filter(score__isnull=False),
    "flowed": lambda b: streamed(b.scope, b.on).filter(ended_as(b.end), asked=b.asked),
}
ITEMS: Mapping[str, Callable[[Behind], QuerySet[Item]]] = {
    "late_items": lambda b: late_now(b.on, b.scope.slug),
    "due": _due,
    "due_late": lambda b: _due(b).filter(missed(b.on)),
}
KINDS = (*CASES, *ITEMS)


def _case_row(case: Case, on: date) -> BehindRow:
    return BehindRow(
        number=case.number,
        service=catalogue.pinned_spec(case.pack_id).title,
        item=Text(""),
        office=Text(""),
        status=case.status,
        began=case.submitted_day,
        due=case.promised_day,
        ended=case.closed_day,
        late=_late(case.promised_day, case.closed_day, on, is_open=case.promised_provisional),
    )


def _item_row(item: Item, on: date) -> BehindRow:
    spec = catalogue.pinned_spec(item.case.pack_id)
    due = item.due_day or item.case.promised_day
    return BehindRow(
        number=item.case.number,
        service=spec.title,
        item=spec.items[item.key].title,
        office=office_title(item.office),
        status=item.status,
        began=item.started or item.case.submitted_day,
        due=due,
        ended=item.finished,
        late=_late(due, item.finished, on, is_open=item.due_provisional),
    )


def _late(due: date, ended: date | None, on: date, *, is_open: bool) -> int | None:
    last = ended or on
    if last <= due:
        return 0 if ended else None
    return None if is_open else catalogue.calendar().workdays_between(due, last)
