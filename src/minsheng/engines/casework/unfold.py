"""A due day unfolded: which days counted, which didn't and why, and on whose calendar.

The same days as `clocks.due_of`, said one by one, so that anybody can count them again on their
fingers. The counted days sum to the term, never more; where a promised day stands although the
calendar has changed since, they are fewer, and `is_kept` says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby
from typing import Literal

from minsheng.engines.casework.clocks import clock_of, due_of
from minsheng.engines.casework.plan import Plan, PlannedItem
from minsheng.engines.casework.spec import Cite, ReasonSpec, ServiceSpec
from minsheng.engines.casework.state import CaseState
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Clock, Due, Term, WorkCalendar, YearNotice

RowKind = Literal["counted", "made_up", "weekend", "holiday", "stopped", "late"]
COUNTED = frozenset({"counted", "made_up"})
NO_NAME = Text("")
ON_HOLD = Text("它所依据的那一件在更正", "what it rests on is being corrected")


@dataclass(frozen=True, slots=True)
class DayRow:
    """Days on end of one kind. `counts`: how many days of the term they are; 0 unless counted.

    kind: counted; made_up (a weekend day worked for a holiday, so it counts); weekend; holiday;
    stopped; late (a day that would count, after the due day). `name` is the holiday, or why the
    clock stood still, `cite` by which clause. `saved`: days that would have counted but for the
    stop. `passed`: on or before the day of reading.
    """

    kind: RowKind
    first: date
    last: date
    counts: int
    saved: int
    passed: bool
    provisional: bool
    name: Text = NO_NAME
    cite: Cite | None = None


@dataclass(frozen=True, slots=True)
class Unfolded:
    """One due day with everything it rests on.

    `start` isn't counted. `term` is None for a promise over a whole case, which rests on the terms
    of its items. `cite` is where the term comes from. `counted` is the sum over `rows`; `notices`
    are the years of working days they touch, `calendar` the version of all of them together.
    is_kept: the promised day stands though the days derive later. is_stopped: the clock stands
    still now, and `due` is the day if it ran again today.
    """

    start: date
    on: date
    due: Due
    term: Term | None
    cite: Cite | None
    rows: tuple[DayRow, ...]
    notices: tuple[YearNotice, ...]
    calendar: str
    is_kept: bool = False
    is_stopped: bool = False

    @property
    def counted(self) -> int:
        """The days of the term that lie up to the due day."""
        return sum(row.counts for row in self.rows)

    @property
    def stopped(self) -> int:
        """The days that would have counted but for a stop."""
        return sum(row.saved for row in self.rows)

    @property
    def late(self) -> int:
        """The days that count after the due day, up to the day of reading."""
        return sum((row.last - row.first).days + 1 for row in self.rows if row.kind == "late")


def unfold_item(
    spec: ServiceSpec, state: CaseState, item: str, *, calendar: WorkCalendar, on: date
) -> Unfolded:
    """Return the due day of a running or finished item, day by day, as it stands on a day.

    Raises ValueError for an item whose clock has not started.
    """
    reading = due_of(spec, state, item, calendar=calendar, on=on)
    now, clock = state.items[item], clock_of(spec, state, item)
    on = max(clock.start, on if now.finished is None else min(on, now.finished))
    days = _of_clock(clock, calendar, due=reading.due, on=on)
    return Unfolded(
        start=clock.start,
        on=on,
        due=reading.due,
        term=clock.term,
        cite=spec.items[item].cite,
        rows=_rows(days, spec.reasons),
        notices=_notices(calendar, clock.start, days),
        calendar=calendar.version,
        is_kept=sum(day.kind in COUNTED for day in days) < clock.term.amount,
        is_stopped=now.is_stopped and now.finished is None,
    )


def unfold_planned(spec: ServiceSpec, planned: PlannedItem, *, calendar: WorkCalendar) -> Unfolded:
    """Return the due day of an item as planned: no stop, nothing passed."""
    clock = Clock(planned.clock_starts, planned.term)
    days = _of_clock(clock, calendar, due=planned.due, on=clock.start)
    return Unfolded(
        start=clock.start,
        on=clock.start,
        due=planned.due,
        term=planned.term,
        cite=spec.items[planned.key].cite,
        rows=_rows(days, {}),
        notices=_notices(calendar, clock.start, days),
        calendar=calendar.version,
    )


def unfold_promise(due: Due, *, start: date, calendar: WorkCalendar, on: date) -> Unfolded:
    """Return the promised day of a whole case: every working day from its submission."""
    days = [
        _Day(day, "counted" if calendar.is_workday(day) else "weekend", passed=day <= on)
        for day in _days(start + timedelta(days=1), due.day)
    ]
    days = [_named(day, calendar, by_workdays=True) for day in days]
    return Unfolded(
        start=start,
        on=on,
        due=due,
        term=None,
        cite=None,
        rows=_rows(days, {}),
        notices=_notices(calendar, start, days),
        calendar=calendar.version,
    )


def unfold_plan(plan: Plan, *, calendar: WorkCalendar) -> Unfolded:
    """Return the last day of a plan, before anything is submitted."""
    return unfold_promise(plan.finish, start=plan.on, calendar=calendar, on=plan.on)


@dataclass(frozen=True, slots=True)
class _Day:
    """One day, before neighbours are joined to rows."""

    day: date
    kind: RowKind
    passed: bool
    name: Text = NO_NAME
    reason: str = ""
    would_count: bool = False
    provisional: bool = False


def _of_clock(clock: Clock, calendar: WorkCalendar, *, due: Due, on: date) -> list[_Day]:
    """Return each day after the start, up to the due day or the day of reading.

    An open stop is read as if it ended on the day of reading, which is how the due day is derived.
    """
    stops = tuple(
        replace(stop, end=max(on, stop.start)) if stop.end is None else stop for stop in clock.stops
    )
    stands = next((stop for stop in clock.stops if stop.end is None), None)
    by_workdays = clock.term.unit == "wd"
    days = []
    for one in Clock(clock.start, clock.term, stops).reading(calendar, on).days:
        if one.day > max(due.day, on):
            break
        stop = next((stop for stop in stops if stop.holds(one.day)), None)
        if one.day == on and on > due.day:
            # Late, and standing still: no day of the stop makes it later.
            stop = stop or stands
        kind: RowKind = "counted"
        if stop is not None:
            kind = "stopped"
        elif one.kind == "holiday":
            kind = "weekend"
        elif one.day > due.day:
            kind = "late"
        elif not clock.term.amount:
            continue  # a term of 0 counts nothing: the day itself is the due day
        day = _Day(
            one.day,
            kind,
            one.day <= on,
            reason=stop.reason if stop else "",
            would_count=not by_workdays or calendar.is_workday(one.day),
        )
        days.append(_named(day, calendar, by_workdays=by_workdays))
    return days


def _named(day: _Day, calendar: WorkCalendar, *, by_workdays: bool) -> _Day:
    """Return a day with what the notices say about it."""
    provisional = calendar.is_provisional(day.day)
    make_up = calendar.notice(day.day.year).make_up.get(day.day)
    if day.kind == "counted" and by_workdays and day.day.weekday() >= 5:
        return replace(day, kind="made_up", name=make_up or NO_NAME, provisional=provisional)
    if day.kind != "weekend":
        return replace(day, provisional=provisional)
    name = Text(calendar.name_of(day.day), calendar.name_of(day.day, "en"))
    kind: RowKind = "holiday" if name.zh else "weekend"
    return replace(day, kind=kind, name=name, provisional=provisional)


def _rows(days: Iterable[_Day], reasons: Mapping[str, ReasonSpec]) -> tuple[DayRow, ...]:
    """Return neighbouring days of one kind as one row."""

    def kind_of(day: _Day) -> tuple[object, ...]:
        return (day.kind, day.name.zh, day.reason, day.passed, day.provisional)

    rows = []
    for _, run in groupby(days, key=kind_of):
        same = list(run)
        first = same[0]
        declared = reasons.get(first.reason)
        name = first.name
        if first.kind == "stopped":
            name = declared.text if declared else ON_HOLD
        rows.append(
            DayRow(
                kind=first.kind,
                first=first.day,
                last=same[-1].day,
                counts=len(same) if first.kind in COUNTED else 0,
                saved=sum(day.would_count for day in same) if first.kind == "stopped" else 0,
                passed=first.passed,
                provisional=first.provisional,
                name=name,
                cite=declared.cite if declared else None,
            )
        )
    return tuple(rows)


def _notices(calendar: WorkCalendar, start: date, days: list[_Day]) -> tuple[YearNotice, ...]:
    last = days[-1].day if days else start
    return tuple(calendar.notice(year) for year in range(start.year, last.year + 1))


def _days(first: date, last: date) -> Iterable[date]:
    return (date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1))
