"""Figures for leaders: the same as in the cockpit, with their lists, their late days, their formulas."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router
from pydantic import BeforeValidator

from minsheng.api.callers import leader
from minsheng.api.v1 import outcomes
from minsheng.api.v1.outcomes import CaseSaved, LatePlace
from minsheng.api.v1.shapes import CaseNumber, Shape, Words, words
from minsheng.apps.appeals import reads as requests
from minsheng.apps.cases import reads
from minsheng.apps.cases.reads import Behind, Rated, Scope, Share
from minsheng.apps.cases.reads.behind import Kind

router = Router()


def _number_of(value: object) -> object:
    """Return the number that an address spells; anything else as it is, for the check to refuse."""
    return int(value) if isinstance(value, str) and value in {"1", "7", "30", "90"} else value


Days = Annotated[
    Literal[1, 7, 30, 90],
    BeforeValidator(_number_of),
    Query(30, description="So many days up to today."),
]
Slug = Annotated[str, Query("", max_length=80, pattern=r"^[a-z0-9_\-]*$")]
Office = Annotated[str, Query("", max_length=40, pattern=r"^[a-z0-9_\-]*$")]
RequestKind = Literal[
    "received", "closed", "open", "dispatch", "handling", "calls", "items", "overdue", "soon"
]
Start = Annotated[int, Query(0, ge=0, le=1_000_000)]
Count = Annotated[int, Query(50, ge=1, le=200)]


class Portion(Shape):
    """So many of so many."""

    part: int
    whole: int


class RatingFigure(Shape):
    """How ended cases were rated; both null where fewer than five have rated."""

    people: int | None
    mean: float | None


class SavedFigure(Shape):
    """What the cases that a cited line fits have saved; null where the line has no such figure."""

    baseline: Words
    source: Words
    cases: int
    workdays: int | None
    visits: int | None
    documents: int | None


class ServiceFigure(Shape):
    """One service in the period. Mean working days are null where nothing ended."""

    service: str
    title: Words
    submitted: int
    ended: int
    on_time: Portion
    took_workdays: float | None
    promised_workdays: float | None
    running: int
    overdue: int
    asked_back: int
    documents_not_asked: Portion
    rated: RatingFigure
    saved: SavedFigure | None


class WeekFigure(Shape):
    """What ended in the week from `monday`."""

    monday: date
    on_time: Portion


class OfficeWeeks(Shape):
    """One office: of what fell due in each week (`weeks` of the figures), how many were late."""

    office: str
    title: Words
    late: list[Portion]


class StreamFigure(Shape):
    """So many received cases, by service, asked back or not, and how they stand."""

    service: str
    asked_back: bool
    end: str
    count: int


class CockpitFigures(Shape):
    """Everything the first room of the cockpit shows."""

    since: date
    until: date
    submitted: int
    submitted_today: int
    ended: int
    ended_today: int
    running: int
    on_time: Portion
    on_time_before: Portion
    took_workdays: float | None
    late_items: dict[str, int]
    documents_not_asked: Portion
    asked_back: int
    rated: RatingFigure
    services: list[ServiceFigure]
    trend: list[WeekFigure]
    weeks: list[date]
    offices: list[OfficeWeeks]
    flow: list[StreamFigure]


class LateSpot(Shape):
    """One place where late days come from: office, item, step, and what it waited for."""

    service: str
    item: str
    office: str
    step: str
    title: Words
    reason: Words
    days: int
    cases: int


class LateSpots(Shape):
    """Where late days come from. `cases` of `late_cases` were looked into, the newest."""

    days: int
    cases: int
    late_cases: int
    spots: list[LateSpot]


class ListedRow(Shape):
    """One line behind a figure. `late_workdays` is null while it isn't due."""

    case: str
    service: Words
    item: Words
    office: Words
    status: str
    began: date
    due: date
    ended: date | None
    late_workdays: int | None


class Listed(Shape):
    """The list behind a figure: as long as the figure says."""

    count: int
    rows: list[ListedRow]


class OfficeRequests(Shape):
    """One office: its open parts of requests. `light` is red, amber or green as `formula` says."""

    office: str
    title: Words
    open: int
    overdue: int
    due_within_24_hours: int
    light: Literal["red", "amber", "green"]


class RequestFigures(Shape):
    """How requests stand now, and what came and was closed in so many days; no protected ones."""

    days: int
    received: int
    closed: int
    open: int
    to_dispatch: int
    to_call_back: int
    overdue: int
    offices: list[OfficeRequests]
    formula: Words


class ListedRequest(Shape):
    """One request, or one office's part of it, behind a figure; nothing of who asked."""

    number: str
    kind: Words
    title: Words
    area: Words | None
    office: Words | None
    status: str
    received: datetime
    due: datetime | None


class CaseDay(Shape):
    """One working day of a case: the item it went to, and how."""

    day: date
    item: str
    office: str
    step: str
    is_late: bool


class CaseDelay(Shape):
    """One case day by day, and what it saved once it is done; nothing of the applicant.

    `days` is the critical path: each working day with the item that the end waited for.
    """

    case: str
    service: Words
    status: str
    submitted: date
    promised: date
    until: date
    late_days: int
    places: list[LatePlace]
    days: list[CaseDay]
    saved: CaseSaved | None


class FigureDefinition(Shape):
    """How one figure is worked out and what it rests on."""

    key: str
    title: Words
    formula: Words
    source: Words


@router.get("/figures", response=CockpitFigures)
def figures(request: HttpRequest, days: Days = 30, service: Slug = "") -> CockpitFigures:
    """Return the figures of the cockpit. For leaders; protected cases are left out."""
    leader(request)
    found = reads.figures(_scope(days, service), on=timezone.localdate())
    return CockpitFigures(
        since=found.scope.since,
        until=found.scope.until,
        submitted=found.submitted,
        submitted_today=found.submitted_today,
        ended=found.ended,
        ended_today=found.ended_today,
        running=found.running,
        on_time=_portion(found.on_time),
        on_time_before=_portion(found.on_time_before),
        took_workdays=_number(found.took),
        late_items=dict(found.late_items),
        documents_not_asked=_portion(found.zero_material),
        asked_back=found.asked_back,
        rated=_rating(found.rated),
        services=[
            ServiceFigure(
                service=line.slug,
                title=words(line.title),
                submitted=line.submitted,
                ended=line.ended,
                on_time=_portion(line.on_time),
                took_workdays=_number(line.took),
                promised_workdays=_number(line.promised),
                running=line.running,
                overdue=line.late_now,
                asked_back=line.asked_back,
                documents_not_asked=_portion(line.zero_material),
                rated=_rating(line.rated),
                saved=SavedFigure(
                    baseline=words(line.saved.line.title),
                    source=words(line.saved.line.cite.title),
                    cases=line.saved.cases,
                    workdays=line.saved.workdays,
                    visits=line.saved.visits,
                    documents=line.saved.papers,
                )
                if line.saved
                else None,
            )
            for line in found.services
        ],
        trend=[WeekFigure(monday=p.monday, on_time=_portion(p.on_time)) for p in found.trend],
        weeks=list(found.weeks),
        offices=[
            OfficeWeeks(
                office=row.office, title=words(row.title), late=[_portion(c) for c in row.cells]
            )
            for row in found.heat
        ],
        flow=[
            StreamFigure(service=s.slug, asked_back=s.asked_back, end=s.end, count=s.count)
            for s in found.streams
        ],
    )


@router.get("/delays", response=LateSpots)
def delays(request: HttpRequest, days: Days = 30, service: Slug = "") -> LateSpots:
    """Return where the late days of the period come from: office, item and step. For leaders."""
    leader(request)
    found = reads.hot_spots(_scope(days, service), on=timezone.localdate())
    return LateSpots(
        days=found.days,
        cases=found.cases,
        late_cases=found.late_cases,
        spots=[
            LateSpot(
                service=row.slug,
                item=row.item,
                office=row.office,
                step=row.step,
                title=words(row.title),
                reason=words(row.reason),
                days=row.days,
                cases=row.cases,
            )
            for row in found.rows
        ],
    )


@router.get("/lists/{kind}", response=Listed)
def figure_list(
    request: HttpRequest,
    kind: Kind,
    days: Days = 30,
    service: Slug = "",
    office: Office = "",
    week: Annotated[date | None, Query(None, description="The Monday of a week.")] = None,
    start: Start = 0,
    count: Count = 50,
) -> Listed:
    """Return the list behind one figure: case numbers, offices and days, no names. For leaders."""
    leader(request)
    which = Behind(
        kind,
        _scope(days, service),
        timezone.localdate(),
        office=office,
        week=reads.monday_of(week) if week else None,
    )
    return Listed(
        count=reads.behind_count(which),
        rows=[
            ListedRow(
                case=row.number,
                service=words(row.service),
                item=words(row.item),
                office=words(row.office),
                status=row.status,
                began=row.began,
                due=row.due,
                ended=row.ended,
                late_workdays=row.late,
            )
            for row in reads.behind(which, start=start, count=count)
        ],
    )


@router.get("/cases/{number}", response=CaseDelay)
def case_delay(request: HttpRequest, number: CaseNumber) -> CaseDelay:
    """Return one case day by day: which item each working day went to, and what it saved. For leaders."""
    leader(request)
    found = reads.delay(number, on=timezone.localdate())
    late = {one.day for one in found.found.late}
    saved = reads.savings_of_number(number, on=timezone.localdate())
    return CaseDelay(
        case=found.number,
        service=words(found.spec.title),
        status=found.status,
        submitted=found.submitted,
        promised=found.found.promised,
        until=found.found.until,
        late_days=len(late),
        places=outcomes.places(found),
        saved=outcomes.saved(found.number, saved) if saved else None,
        days=[
            CaseDay(
                day=one.day,
                item=one.item,
                office=one.office,
                step=one.step,
                is_late=one.day in late,
            )
            for one in found.found.chain
        ],
    )


@router.get("/requests", response=RequestFigures)
def request_figures(request: HttpRequest, days: Days = 30) -> RequestFigures:
    """Return how requests stand, office by office. For leaders."""
    found = requests.glance(leader(request), days=days)
    return RequestFigures(
        days=found.days,
        received=found.received,
        closed=found.closed,
        open=found.open,
        to_dispatch=found.dispatch,
        to_call_back=found.calls,
        overdue=found.overdue,
        offices=[
            OfficeRequests(
                office=one.office,
                title=words(one.title),
                open=one.open,
                overdue=one.overdue,
                due_within_24_hours=one.soon,
                light=one.light,
            )
            for one in found.offices
        ],
        formula=words(requests.GLANCE_FORMULA),
    )


@router.get("/requests/list", response=list[ListedRequest])
def listed_requests(
    request: HttpRequest, kind: RequestKind = "overdue", days: Days = 30, office: Office = ""
) -> list[ListedRequest]:
    """Return what stands behind one of those figures, the soonest due first. For leaders."""
    rows = requests.glance_list(leader(request), kind, days=days, office=office)
    return [
        ListedRequest(
            number=row.number,
            kind=words(row.kind),
            title=words(row.title),
            area=words(row.area) if row.area else None,
            office=words(row.office) if row.office else None,
            status=row.status,
            received=row.received,
            due=row.due,
        )
        for row in rows
    ]


@router.get("/definitions", response=list[FigureDefinition])
def definitions(request: HttpRequest) -> list[FigureDefinition]:
    """Return how each figure is worked out and what it rests on. For leaders."""
    leader(request)
    return [
        FigureDefinition(
            key=one.key,
            title=words(one.title),
            formula=words(one.formula),
            source=words(one.source),
        )
        for one in reads.DEFINITIONS
    ]


def _scope(days: int, slug: str) -> Scope:
    on = timezone.localdate()
    return Scope(on - timedelta(days=days - 1), on, slug)


def _portion(share: Share) -> Portion:
    return Portion(part=share.part, whole=share.whole)


def _rating(rated: Rated) -> RatingFigure:
    return RatingFigure(people=rated.people if rated.is_shown else None, mean=_number(rated.mean))


def _number(value: Fraction | None) -> float | None:
    return None if value is None else round(float(value), 2)
