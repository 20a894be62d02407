"""Legal time: working days from the yearly notices, terms, stopped clocks, promised days.

The day of start is not counted, and a term of calendar days that ends on a day off moves to the
next working day. Make-up working days (调休) count. A year without a notice fails loudly; a year
whose notice is not out yet is provisional and every day derived from it says so.

Source: 民法典 art. 201 and 203; 行政许可法 art. 45 and 82 (facts on time rules, mark H).
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from functools import cached_property
from itertools import pairwise
from typing import Literal, cast
from zoneinfo import ZoneInfo

from minsheng.lib.errors import MinshengError, WrongInput
from minsheng.lib.texts import Text

Unit = Literal["wd", "cd", "wh", "h"]
DayKind = Literal["counted", "holiday", "stopped"]
Side = Literal["citizen", "office"]

MAX_AMOUNT = 9999
HOURS: frozenset[Unit] = frozenset({"wh", "h"})
"""Units that start at a time of day: no clock of days can hold them."""
OFFICE_OPENS = time(9)
OFFICE_CLOSES = time(17, 30)
_ZONE = ZoneInfo("Asia/Shanghai")
_ONE_DAY = timedelta(days=1)
_TERM = re.compile(r"([0-9]{1,4})(wd|cd|wh|h)")


class NoCalendar(MinshengError):
    """No working-day notice of a year is loaded, so no day in it can be derived."""

    status = 503

    def __init__(self, year: int) -> None:
        super().__init__(
            "workdays.no_calendar",
            f"{year} 年的工作日历还没装上，这一年的日子算不出来。请管理员装上当年的放假通知。",
            f"There is no working-day calendar for {year}. Load that year's holiday notice first.",
            facts={"year": year},
        )


@dataclass(frozen=True, slots=True)
class Term:
    """An amount of legal time: working days `wd`, calendar days `cd`, working hours `wh`, hours `h`.

    Hours `h` run day and night: where life or water supply is at stake nobody waits for an opening.
    """

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        if not 0 <= self.amount <= MAX_AMOUNT or self.unit not in ("wd", "cd", *HOURS):
            raise _no_term(f"{self.amount}{self.unit}")

    @classmethod
    def parse(cls, text: str) -> Term:
        """Return the term written as "3wd", "30cd", "4wh" or "2h"; raise WrongInput otherwise."""
        match = _TERM.fullmatch(text)
        if match is None:
            raise _no_term(text)
        return cls(int(match[1]), cast(Unit, match[2]))

    @property
    def text(self) -> Text:
        """The term in words: "3 个工作日" / "3 working days"."""
        if self.amount == 0:
            return Text("当天", "the same day")
        plural = "" if self.amount == 1 else "s"
        zh, en = {
            "wd": ("个工作日", "working day"),
            "cd": ("天", "day"),
            "wh": ("个工作小时", "working hour"),
            "h": ("小时", "hour"),
        }[self.unit]
        return Text(f"{self.amount} {zh}", f"{self.amount} {en}{plural}")

    def __str__(self) -> str:
        return f"{self.amount}{self.unit}"


@dataclass(frozen=True, slots=True)
class YearNotice:
    """One year's days off and make-up working days, as the State Council's notice sets them.

    Weekends are off without being named, save the days in `work`. `mark` is H, M or L.
    `names` and `names_en` give the holiday of a day off, `make_up` the holiday for which a weekend
    day is worked.
    """

    year: int
    off: frozenset[date]
    work: frozenset[date]
    source: str
    mark: str
    provisional: bool = False
    names: Mapping[date, str] = field(default_factory=dict)
    names_en: Mapping[date, str] = field(default_factory=dict)
    make_up: Mapping[date, Text] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for day in sorted(self.off | self.work):
            if day.year != self.year:
                raise _bad_notice(self.year, f"{day} 不在这一年", f"{day} is in another year")
        for day in sorted(self.off & self.work):
            raise _bad_notice(self.year, f"{day} 又放假又上班", f"{day} is both off and at work")
        for day in sorted(self.work):
            if day.weekday() < 5:
                raise _bad_notice(
                    self.year,
                    f"{day} 本来就是工作日，不用写成调休上班",
                    f"{day} is a weekday, so it can't be a make-up working day",
                )

    def is_workday(self, day: date) -> bool:
        """Whether offices work on `day`, a day of this year."""
        return day in self.work or (day.weekday() < 5 and day not in self.off)


@dataclass(frozen=True, slots=True)
class Due:
    """A day something is due. `provisional` (暂定): it rests on a year without a notice."""

    day: date
    provisional: bool


class WorkCalendar:
    """Working days over the years whose notices are given; any other year raises NoCalendar."""

    def __init__(self, notices: Iterable[YearNotice]) -> None:
        self._notices: dict[int, YearNotice] = {}
        for notice in notices:
            if notice.year in self._notices:
                raise _bad_notice(notice.year, "这一年给了两份", "this year is given twice")
            self._notices[notice.year] = notice
        # Ordinals of every known working day: arithmetic is then two bisections.
        self._workdays: list[int] = [
            day.toordinal()
            for year in sorted(self._notices)
            for day in _days_of(year)
            if self._notices[year].is_workday(day)
        ]

    @property
    def years(self) -> tuple[int, ...]:
        """The years that are known, provisional ones too, in order."""
        return tuple(sorted(self._notices))

    @cached_property
    def version(self) -> str:
        """A short hash of all days: two calendars with one version derive the same days."""
        lines = [
            f"{notice.year} {int(notice.provisional)} "
            f"off {' '.join(map(str, sorted(notice.off)))} "
            f"work {' '.join(map(str, sorted(notice.work)))}"
            for _, notice in sorted(self._notices.items())
        ]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]

    def notice(self, year: int) -> YearNotice:
        """The notice of `year`; raise NoCalendar when there is none."""
        try:
            return self._notices[year]
        except KeyError:
            raise NoCalendar(year) from None

    def is_workday(self, day: date) -> bool:
        """Whether offices work on `day`."""
        return self.notice(day.year).is_workday(day)

    def is_provisional(self, day: date) -> bool:
        """Whether `day` lies in a year whose notice isn't out yet."""
        return self.notice(day.year).provisional

    def name_of(self, day: date, language: str = "zh") -> str:
        """The holiday `day` belongs to, or "" on other days, plain weekends too."""
        notice = self.notice(day.year)
        if language.startswith("en") and day in notice.names_en:
            return notice.names_en[day]
        return notice.names.get(day, "")

    def next_workday(self, day: date, inclusive: bool = True) -> date:
        """The first working day from `day` on, or after it when not `inclusive`."""
        first = day if inclusive else day + _ONE_DAY
        index = bisect_left(self._workdays, first.toordinal())
        return self._at(index, first)

    def add(self, day: date, term: Term) -> Due:
        """The day `term` ends when it starts on `day`, which itself is not counted.

        A term of 0 is due on `day`, or on the next working day when `day` is off.
        """
        if term.unit in HOURS:
            raise _hours_need_a_time(term)
        if term.unit == "cd" or term.amount == 0:
            last = day + timedelta(days=term.amount)
            return self.due(last, self.next_workday(last))
        first = day + _ONE_DAY
        index = bisect_left(self._workdays, first.toordinal()) + term.amount - 1
        return self.due(first, self._at(index, first))

    def due(self, first: date, day: date) -> Due:
        """`day` as a due day that rests on the calendar from `first` to `day`."""
        years = range(first.year, day.year + 1)
        return Due(day, any(self.notice(year).provisional for year in years))

    def workdays_between(self, after: date, until: date) -> int:
        """The number of working days in (after, until]; negative when `until` is earlier."""
        if until < after:
            return -self.workdays_between(until, after)
        self._know(after + _ONE_DAY, until)
        return bisect_right(self._workdays, until.toordinal()) - bisect_right(
            self._workdays, after.toordinal()
        )

    def _at(self, index: int, first: date) -> date:
        self.notice(first.year)
        if index >= len(self._workdays):
            raise NoCalendar(self._year_after(first.year))
        day = date.fromordinal(self._workdays[index])
        self._know(first, day)
        return day

    def _know(self, first: date, last: date) -> None:
        for year in range(first.year, last.year + 1):
            self.notice(year)

    def _year_after(self, year: int) -> int:
        while year in self._notices:
            year += 1
        return year


@dataclass(frozen=True, slots=True)
class Stop:
    """Stopped days of a clock: from `start` until the day before `end`; None is still stopped."""

    start: date
    end: date | None
    reason: str

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise WrongInput(
                "workdays.stop_ends_early",
                f"停表从 {self.start} 开始，不能在 {self.end} 结束。请改一个日期。",
                f"A stop that starts on {self.start} can't end on {self.end}. Change one of them.",
                facts={"start": str(self.start), "end": str(self.end)},
            )

    def holds(self, day: date) -> bool:
        """Whether the clock stands still on `day`."""
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class ClockDay:
    """One day after the start of a clock, and whether it counted."""

    day: date
    kind: DayKind


@dataclass(frozen=True, slots=True)
class Reading:
    """A clock read on a day.

    used: counted days so far, the day of reading included. left: days that remain; 0 on the due
    day, negative after it. stopped: days that would have counted but for a stop, so far.
    days: every day after the start, to the due day or the day of reading, whichever is later.
    """

    due: Due
    used: int
    left: int
    stopped: int
    running: bool
    days: tuple[ClockDay, ...]

    @property
    def is_overdue(self) -> bool:
        """Whether the day of reading is after the due day."""
        return self.left < 0


@dataclass(frozen=True, slots=True)
class Clock:
    """A legal clock: a day of start, a term, and the days it stood still.

    An open stop stands through the day of reading, and the due day is then projected as if the
    clock ran again on that day: the earliest day that can still be kept.
    """

    start: date
    term: Term
    stops: tuple[Stop, ...] = ()

    def reading(self, calendar: WorkCalendar, on: date) -> Reading:
        """The clock on the day `on`: what is used, what is left, which day is due."""
        last, due = self._last_and_due(calendar, on)
        days = tuple(
            ClockDay(day, self._kind(calendar, day, moved=last <= day < due.day, on=on))
            for day in _days_through(self.start + _ONE_DAY, max(due.day, on))
        )
        used = sum(1 for d in days if d.day <= on and d.kind == "counted")
        late = sum(1 for d in days if due.day < d.day <= on and d.kind == "counted")
        return Reading(
            due=due,
            used=used,
            left=-late if on > due.day else max(0, self.term.amount - used),
            stopped=sum(
                1
                for d in days
                if d.day <= on and d.kind == "stopped" and self._may_count(calendar, d.day)
            ),
            running=on >= self.start and not self._is_stopped(on, on=on),
            days=days,
        )

    def due(self, calendar: WorkCalendar, on: date) -> Due:
        """The day that is due, as a reading on the day `on` says, without its days."""
        if self.stops or not self.term.amount:
            return self._last_and_due(calendar, on)[1]
        return calendar.add(self.start, self.term)

    def _last_and_due(self, calendar: WorkCalendar, on: date) -> tuple[date, Due]:
        """The last counted day, and the due day: the same, or the next open working day."""
        if self.term.unit in HOURS:
            raise _hours_need_a_time(self.term)
        stops = tuple(
            Stop(stop.start, max(on, stop.start), stop.reason) if stop.end is None else stop
            for stop in self.stops
        )
        day, remaining = self.start, self.term.amount
        while remaining:
            day += _ONE_DAY
            stopped = any(stop.holds(day) for stop in stops)
            remaining -= not stopped and self._may_count(calendar, day)
        last = day
        while any(stop.holds(day) for stop in stops) or not calendar.is_workday(day):
            day += _ONE_DAY
        first = last if self.term.unit == "cd" else self.start + _ONE_DAY
        return last, calendar.due(min(first, day), day)

    def _may_count(self, calendar: WorkCalendar, day: date) -> bool:
        return self.term.unit == "cd" or calendar.is_workday(day)

    def _is_stopped(self, day: date, *, on: date) -> bool:
        return any(stop.holds(day) and (stop.end is not None or day <= on) for stop in self.stops)

    def _kind(self, calendar: WorkCalendar, day: date, *, moved: bool, on: date) -> DayKind:
        if self._is_stopped(day, on=on):
            return "stopped"
        # A last calendar day that is off hands its count on to the due day.
        return "holiday" if moved or not self._may_count(calendar, day) else "counted"


def keep_promise(old: Due, new: Due, *, side: Side, declared_reason: str) -> Due:
    """The day that stands when a due day is derived again.

    A citizen's deadline is never shortened. An office's day never moves later without a declared
    reason; the caller then owes the applicant a notice.
    """
    if side == "citizen":
        return old if new.day < old.day else new
    return old if new.day > old.day and not declared_reason else new


@dataclass(frozen=True, slots=True)
class Moment:
    """A time something is due. `provisional` (暂定): it rests on a year without a notice."""

    at: datetime
    provisional: bool = False


def moment_after(calendar: WorkCalendar, at: datetime, term: Term) -> Moment:
    """The moment a term ends that starts at `at`, in Chinese time.

    A term of days ends when offices close on its last day; one of hours runs from `at`.
    """
    local = at.astimezone(_ZONE)
    if term.unit == "h":
        return Moment(local + timedelta(hours=term.amount))
    if term.unit == "wh":
        end = add_hours(calendar, local, term.amount)
        return Moment(end, calendar.due(local.date(), end.date()).provisional)
    due = calendar.add(local.date(), term)
    return Moment(_closing(due.day), due.provisional)


def moment_stopped(
    calendar: WorkCalendar, due: Moment, unit: Unit, *, since: datetime, until: datetime
) -> Moment:
    """The moment something is due whose clock stood still from `since` until `until`.

    What was left at `since` is left again at `until`; what was late then stays as late as it was.
    """
    since, until = since.astimezone(_ZONE), until.astimezone(_ZONE)
    if due.at <= since:
        return due
    if unit == "h":
        return Moment(due.at + (until - since), due.provisional)
    if unit == "wh":
        left = working_time(calendar, since, due.at)
        end = add_working_time(calendar, until, left)
        return Moment(end, due.provisional or calendar.due(until.date(), end.date()).provisional)
    day, last = since.date(), due.at.date()
    days = calendar.workdays_between(day, last) if unit == "wd" else (last - day).days
    again = calendar.add(until.date(), Term(days, unit))
    return Moment(_closing(again.day), due.provisional or again.provisional)


def working_time(calendar: WorkCalendar, start: datetime, end: datetime) -> timedelta:
    """How long offices are open between two aware moments; none when `end` is earlier."""
    start, end = start.astimezone(_ZONE), end.astimezone(_ZONE)
    total = timedelta()
    for day in _days_through(start.date(), end.date()):
        if calendar.is_workday(day):
            opening = max(start, datetime.combine(day, OFFICE_OPENS, tzinfo=_ZONE))
            total += max(timedelta(), min(end, _closing(day)) - opening)
    return total


def _closing(day: date) -> datetime:
    return datetime.combine(day, OFFICE_CLOSES, tzinfo=_ZONE)


def add_hours(
    calendar: WorkCalendar,
    at: datetime,
    hours: int,
    *,
    opens: time = OFFICE_OPENS,
    closes: time = OFFICE_CLOSES,
    stops: Sequence[tuple[datetime, datetime]] = (),
) -> datetime:
    """The moment `hours` working hours after `at`, stopped spans left out."""
    return add_working_time(
        calendar, at, timedelta(hours=hours), opens=opens, closes=closes, stops=stops
    )


def add_working_time(
    calendar: WorkCalendar,
    at: datetime,
    left: timedelta,
    *,
    opens: time = OFFICE_OPENS,
    closes: time = OFFICE_CLOSES,
    stops: Sequence[tuple[datetime, datetime]] = (),
) -> datetime:
    """The moment `left` of working time after `at`, stopped spans left out.

    Only hours between `opens` and `closes` of working days count. Aware times are read as
    Chinese time (UTC+8); naive ones are taken to be it. A span that ends at closing time ends
    there, not at the next opening.
    """
    if opens >= closes:
        raise ValueError("an office must open before it closes")
    moment = at.astimezone(_ZONE) if at.tzinfo else at
    day = moment.date()
    while True:
        if calendar.is_workday(day):
            opening = max(moment, datetime.combine(day, opens, tzinfo=moment.tzinfo))
            closing = datetime.combine(day, closes, tzinfo=moment.tzinfo)
            for start, end in _open_spans(opening, closing, stops):
                if left <= end - start:
                    return start + left
                left -= end - start
        day += _ONE_DAY


def notice_from(mapping: Mapping[str, object]) -> YearNotice:
    """The notice written in `packs/calendars/<year>.yaml`; raise WrongInput when it is wrong.

    Keys: year, source, mark, provisional, holidays. A holiday has name {zh, en}, from, to and
    make_up, a list of the weekend days worked for it. Days are "YYYY-MM-DD".
    """
    year = mapping.get("year")
    if not isinstance(year, int) or isinstance(year, bool) or not 1949 <= year <= 9998:
        raise _bad_notice(year, "year 要写成年份，如 2026", "`year` must be a year like 2026")
    _known_keys(year, mapping, ("year", "source", "mark", "provisional", "holidays"))
    source, mark = mapping.get("source"), mapping.get("mark")
    if not isinstance(source, str) or not source:
        raise _bad_notice(year, "没有写 source（出处）", "`source` is missing")
    if mark not in ("H", "M", "L"):
        raise _bad_notice(year, "mark 只能是 H、M 或 L", "`mark` must be H, M or L")
    provisional = mapping.get("provisional", False)
    if not isinstance(provisional, bool):
        raise _bad_notice(year, "provisional 要写 true 或 false", "`provisional` is true or false")
    make_up: dict[date, Text] = {}
    names: dict[date, str] = {}
    names_en: dict[date, str] = {}
    for item in _sequence(year, mapping.get("holidays"), "holidays"):
        holiday = _mapping(year, item, "holidays")
        _known_keys(year, holiday, ("name", "from", "to", "make_up"))
        name = _mapping(year, holiday.get("name"), "name")
        _known_keys(year, name, ("zh", "en"))
        first, last = _day(year, holiday.get("from")), _day(year, holiday.get("to"))
        if last < first:
            raise _bad_notice(year, f"{first} 在 {last} 之后", f"{first} is after {last}")
        if first.year != year or last.year != year:
            raise _bad_notice(
                year, f"{first} 到 {last} 跨了年", f"{first} – {last} leaves the year"
            )
        for day in _days_through(first, last):
            names[day] = str(name.get("zh", ""))
            names_en[day] = str(name.get("en", ""))
        title = Text(str(name.get("zh", "")), str(name.get("en", "")))
        for worked in _sequence(year, holiday.get("make_up", ()), "make_up"):
            make_up[_day(year, worked)] = title
    return YearNotice(
        year=year,
        off=frozenset(names),
        work=frozenset(make_up),
        source=source,
        mark=str(mark),
        provisional=provisional,
        names=names,
        names_en=names_en,
        make_up=make_up,
    )


def _days_of(year: int) -> Iterable[date]:
    return _days_through(date(year, 1, 1), date(year, 12, 31))


def _days_through(first: date, last: date) -> Iterable[date]:
    return (date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1))


def _open_spans(
    opening: datetime, closing: datetime, stops: Sequence[tuple[datetime, datetime]]
) -> list[tuple[datetime, datetime]]:
    """The pieces of [opening, closing] that no stop covers, in order."""
    edges = {opening, closing}
    edges |= {edge for stop in stops for edge in stop if opening < edge < closing}
    return [
        (start, end)
        for start, end in pairwise(sorted(edges))
        if opening <= start and not any(s <= start and end <= e for s, e in stops)
    ]


def _no_term(text: str) -> WrongInput:
    return WrongInput(
        "workdays.term",
        f"“{text}”不是时限。请写成 3wd（工作日）、30cd（自然日）、4wh（工作小时）或 2h（小时）。",
        f'"{text}" is not a term. Write 3wd (working days), 30cd (days), 4wh (working hours) or 2h (hours).',
        facts={"term": text},
    )


def _hours_need_a_time(term: Term) -> WrongInput:
    return WrongInput(
        "workdays.hours",
        f"“{term}”按小时算，要从几点几分起算。请用工作日时限。",
        f'"{term}" counts hours, which start at a time of day. Use a term of days here.',
        facts={"term": str(term)},
    )


def _bad_notice(year: object, zh: str, en: str) -> WrongInput:
    return WrongInput(
        "workdays.notice",
        f"{year} 年的工作日历写错了：{zh}。",
        f"The calendar of {year} is wrong: {en}.",
        facts={"year": str(year)},
    )


def _known_keys(year: int, mapping: Mapping[str, object], known: tuple[str, ...]) -> None:
    for key in mapping:
        if key in known:
            continue
        listed = ", ".join(known)
        near = get_close_matches(str(key), known, n=1)
        raise _bad_notice(
            year,
            f"不认得 {key}，" + (f"是不是 {near[0]}" if near else f"只能写 {listed}"),
            f"unknown `{key}`; " + (f"did you mean `{near[0]}`" if near else f"use {listed}"),
        )


def _mapping(year: int, value: object, key: str) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise _bad_notice(year, f"{key} 的写法不对", f"`{key}` must have keys of its own")
    return value


def _sequence(year: int, value: object, key: str) -> Sequence[object]:
    if isinstance(value, str) or not isinstance(value, Sequence):
        raise _bad_notice(year, f"{key} 要写成一列", f"`{key}` must be a list")
    return value


def _day(year: int, value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise _bad_notice(
            year,
            f"“{value}”不是日期，要写成 2026-01-01 的样子",
            f'"{value}" is not a day; write it like 2026-01-01',
        ) from None
