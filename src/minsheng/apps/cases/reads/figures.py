"""Figures for leaders: counted in the database, in a fixed number of queries however many cases.

Days are counted in working days, which no database knows. So each query groups by the days that
matter, and the calendar works on those few groups: their number grows with the length of the
period, not with the number of cases. Protected cases are in none of the figures.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from django.db.models import (
    BooleanField,
    Count,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models import Case as OneOf
from django.db.models.functions import Coalesce

from minsheng.apps.cases import catalogue
from minsheng.apps.cases.models import RUNNING, Case, CaseMaterial, CaseNote, Item
from minsheng.apps.cases.reads.late_work import (
    edge_of,
    late_by_office_week,
    late_now,
    monday_of,
    mondays_until,
)
from minsheng.content import Baseline
from minsheng.engines.casework.savings import OUT
from minsheng.lib.texts import Text

FEWEST = 5
"""Of fewer people than this, no opinion is shown: they could be told apart."""
TREND_WEEKS = 26
HEAT_WEEKS = 12
ENDED = ("done", "partly_done", "refused")
UNHAPPY = ("refused", "withdrawn")
SPARED = (
    Q(origin__startswith="item:")
    | Q(origin__startswith="licence:")
    | Q(origin__startswith="register:")
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What is counted: the days from `since` to `until`, and one service or all."""

    since: date
    until: date
    slug: str = ""

    @property
    def days(self) -> int:
        """How many days."""
        return (self.until - self.since).days + 1

    @property
    def before(self) -> Scope:
        """The same number of days just before."""
        return Scope(
            self.since - timedelta(days=self.days), self.since - timedelta(days=1), self.slug
        )


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; no share where there are none."""

    part: int
    whole: int

    @property
    def value(self) -> Fraction | None:
        """The share from 0 to 1, or None."""
        return Fraction(self.part, self.whole) if self.whole else None


@dataclass(frozen=True, slots=True)
class Saved:
    """What the cases that a cited line fits have saved, together. None: the line has no figure."""

    line: Baseline
    cases: int
    workdays: int | None
    visits: int | None
    papers: int | None


@dataclass(frozen=True, slots=True)
class Rated:
    """Scores from 1 to 5 with their counts; hidden where fewer than FEWEST have rated."""

    counts: Mapping[int, int]

    @property
    def people(self) -> int:
        """How many have rated."""
        return sum(self.counts.values())

    @property
    def is_shown(self) -> bool:
        """Whether enough people have rated."""
        return self.people >= FEWEST

    @property
    def mean(self) -> Fraction | None:
        """The mean score, or None where it isn't shown."""
        total = sum(score * count for score, count in self.counts.items())
        return Fraction(total, self.people) if self.is_shown else None

    @property
    def low(self) -> int:
        """How many are dissatisfied."""
        return self.counts.get(1, 0) + self.counts.get(2, 0)


@dataclass(frozen=True, slots=True)
class ServiceLine:
    """One service in a period. `took` and `promised` are mean working days of what ended."""

    slug: str
    title: Text
    submitted: int
    ended: int
    on_time: Share
    took: Fraction | None
    promised: Fraction | None
    running: int
    late_now: int
    asked_back: int
    zero_material: Share
    rated: Rated
    baseline: Baseline | None
    saved: Saved | None


@dataclass(frozen=True, slots=True)
class WeekPoint:
    """What ended in the week from `monday`."""

    monday: date
    on_time: Share


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One office: for each week, how many items fell due and how many of them were late."""

    office: str
    title: Text
    cells: tuple[Share, ...]
    late: int


@dataclass(frozen=True, slots=True)
class Stream:
    """So many submitted cases went from `start` (asked back or not) to `end` (how it stands)."""

    slug: str
    asked_back: bool
    end: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Everything the first room of the cockpit shows, for one scope."""

    scope: Scope
    on: date
    submitted: int
    submitted_today: int
    ended: int
    ended_today: int
    running: int
    on_time: Share
    on_time_before: Share
    took: Fraction | None
    late_items: Mapping[str, int]
    worst_late: int
    zero_material: Share
    rated: Rated
    asked_back: int
    saved: tuple[Saved, ...]
    services: tuple[ServiceLine, ...]
    trend: tuple[WeekPoint, ...]
    weeks: tuple[date, ...]
    heat: tuple[HeatRow, ...]
    streams: tuple[Stream, ...]

    @property
    def late_now(self) -> int:
        """How many items are past their day and still with an office."""
        return sum(self.late_items.values())


def open_cases(slug: str = "") -> QuerySet[Case]:
    """Return the cases that may be counted and listed, of one service or of all."""
    found = Case.objects.filter(protected=False)
    return found.filter(slug=slug) if slug else found


def ended_in(scope: Scope) -> QuerySet[Case]:
    """Return the cases that ended in a scope; withdrawn ones aside."""
    days = (scope.since, scope.until)
    return open_cases(scope.slug).filter(status__in=ENDED, closed_day__range=days)


def overdue(on: date) -> Q:
    """Return which running cases are past their promised day, where that is certain."""
    return Q(status=RUNNING, promised_day__lt=edge_of(on), promised_provisional=False)


def asked_back_in(scope: Scope) -> QuerySet[Case]:
    """Return the cases whose applicant was asked for something: answered in the scope, or waiting."""
    answered = CaseNote.objects.filter(
        case=OuterRef("pk"), kind="answer", at__date__range=(scope.since, scope.until)
    )
    waiting = Item.objects.filter(case=OuterRef("pk"), status="returned")
    return open_cases(scope.slug).filter(Exists(answered) | Exists(waiting))


def figures(scope: Scope, *, on: date) -> Figures:
    """Return everything the cockpit shows for a scope, as of the day `on`: ten queries."""
    ended = _ended(scope)
    within = [one for one in ended if scope.since <= one.closed <= scope.until]
    earlier = [one for one in ended if scope.before.since <= one.closed <= scope.before.until]
    submitted = _submitted(scope)
    running = _running(scope, on)
    late = _late_items(scope, on)
    papers = _papers(scope)
    scores = _scores(scope)
    asked = _asked(scope)
    slugs = _order({*(s[0] for s in submitted), *(e.slug for e in within), *running})
    lines = tuple(_line(slug, within, submitted, running, papers, scores, asked) for slug in slugs)
    weeks = mondays_until(on, weeks=HEAT_WEEKS)
    return Figures(
        scope=scope,
        on=on,
        submitted=sum(count for _, _, count in submitted),
        submitted_today=sum(count for _, day, count in submitted if day == on),
        ended=sum(one.count for one in within),
        ended_today=sum(one.count for one in within if one.closed == on),
        running=sum(count for count, _ in running.values()),
        on_time=_on_time(within),
        on_time_before=_on_time(earlier),
        took=_mean_workdays(within),
        late_items=dict(Counter({office: n for office, n, _ in late})),
        worst_late=_worst(late, on),
        zero_material=Share(
            sum(spared for spared, _ in papers.values()),
            sum(total for _, total in papers.values()),
        ),
        rated=Rated(sum((Counter(one) for one in scores.values()), Counter())),
        asked_back=sum(asked.values()),
        saved=tuple(line.saved for line in lines if line.saved is not None),
        services=lines,
        trend=_trend(ended, on),
        weeks=weeks,
        heat=_heat(weeks, scope, on),
        streams=_streams(scope, on),
    )


def figures_of_service(scope: Scope) -> ServiceLine | None:
    """Return what ended of one service in a scope: two queries; None where nothing did."""
    within = [one for one in _ended(scope) if one.closed >= scope.since]
    if not within:
        return None
    return _line(scope.slug, within, [], {}, _papers(scope), {}, {})


@dataclass(frozen=True, slots=True)
class _Ended:
    """So many cases of a service with the same days, number of items and channel."""

    slug: str
    submitted: date
    closed: date
    promised: date
    is_judged: bool
    items: int
    at_counter: bool
    count: int
    workdays: int

    @property
    def is_on_time(self) -> bool:
        return self.closed <= self.promised


def _ended(scope: Scope) -> list[_Ended]:
    first = min(scope.before.since, monday_of(scope.until) - timedelta(weeks=TREND_WEEKS - 1))
    items = (
        Item.objects.filter(case=OuterRef("pk"))
        .exclude(status__in=OUT)
        .order_by()
        .values("case")
        .annotate(n=Count("pk"))
        .values("n")
    )
    rows = (
        ended_in(Scope(first, scope.until, scope.slug))
        .annotate(
            active=Coalesce(Subquery(items, output_field=IntegerField()), 0),
            kind=F("filed_by__kind"),
        )
        .order_by()
        .values_list(
            "slug", "submitted_day", "closed_day", "promised_day", "promised_provisional", "active",
            "kind",
        )
        .annotate(n=Count("pk"))
    )  # fmt: skip
    calendar = catalogue.calendar()
    return [
        _Ended(
            slug=slug,
            submitted=submitted,
            closed=closed,
            promised=promised,
            is_judged=not provisional or closed <= promised,
            items=active,
            at_counter=kind == "staff",
            count=count,
            workdays=calendar.workdays_between(submitted, closed),
        )
        for slug, submitted, closed, promised, provisional, active, kind, count in rows
        if closed is not None
    ]


def _on_time(groups: Iterable[_Ended]) -> Share:
    judged = [one for one in groups if one.is_judged]
    return Share(
        sum(one.count for one in judged if one.is_on_time), sum(one.count for one in judged)
    )


def _mean_workdays(groups: Iterable[_Ended]) -> Fraction | None:
    groups = list(groups)
    cases = sum(one.count for one in groups)
    return Fraction(sum(one.workdays * one.count for one in groups), cases) if cases else None


def _submitted(scope: Scope) -> list[tuple[str, date, int]]:
    rows = open_cases(scope.slug).filter(submitted_day__range=(scope.since, scope.until))
    return list(rows.order_by().values_list("slug", "submitted_day").annotate(Count("pk")))


def _running(scope: Scope, on: date) -> dict[str, tuple[int, int]]:
    rows = open_cases(scope.slug).filter(status=RUNNING).order_by().values_list("slug")
    found = rows.annotate(n=Count("pk"), late=Count("pk", filter=overdue(on)))
    return {slug: (count, behind) for slug, count, behind in found}


def _late_items(scope: Scope, on: date) -> list[tuple[str, int, date]]:
    """Return how many late items each office has, and the day of the oldest."""
    rows = late_now(on, scope.slug).order_by().values_list("office")
    return list(rows.annotate(n=Count("pk"), first=Min("due_day")))


def _worst(late: Iterable[tuple[str, int, date]], on: date) -> int:
    calendar = catalogue.calendar()
    return max((calendar.workdays_between(first, on) for _, _, first in late), default=0)


def _papers(scope: Scope) -> dict[str, tuple[int, int]]:
    rows = (
        CaseMaterial.objects.filter(case__in=ended_in(scope)).order_by().values_list("case__slug")
    )
    found = rows.annotate(spared=Count("pk", filter=SPARED), n=Count("pk"))
    return {slug: (spared, total) for slug, spared, total in found}


def _scores(scope: Scope) -> dict[str, dict[int, int]]:
    rows = ended_in(scope).filter(score__isnull=False).order_by()
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for slug, score, count in rows.values_list("slug", "score").annotate(Count("pk")):
        found[slug][score or 0] = count
    return found


def _asked(scope: Scope) -> dict[str, int]:
    return dict(asked_back_in(scope).order_by().values_list("slug").annotate(Count("pk")))


def _order(slugs: Iterable[str]) -> list[str]:
    known = list(catalogue.packs().services)
    return sorted(
        slugs, key=lambda slug: (known.index(slug) if slug in known else len(known), slug)
    )


def _line(
    slug: str,
    within: list[_Ended],
    submitted: list[tuple[str, date, int]],
    running: Mapping[str, tuple[int, int]],
    papers: Mapping[str, tuple[int, int]],
    scores: Mapping[str, Mapping[int, int]],
    asked: Mapping[str, int],
) -> ServiceLine:
    own = [one for one in within if one.slug == slug]
    cases = sum(one.count for one in own)
    calendar = catalogue.calendar()
    promised = sum(
        calendar.workdays_between(one.submitted, one.promised) * one.count for one in own
    )
    baseline = next(
        (b for b in catalogue.packs().case_baselines(slug) if b.before.workdays is not None), None
    )
    loaded = catalogue.packs().services.get(slug)
    spared, total = papers.get(slug, (0, 0))
    count, late = running.get(slug, (0, 0))
    return ServiceLine(
        slug=slug,
        title=loaded.spec.title if loaded else Text(slug),
        submitted=sum(n for one, _, n in submitted if one == slug),
        ended=cases,
        on_time=_on_time(own),
        took=_mean_workdays(own),
        promised=Fraction(promised, cases) if cases else None,
        running=count,
        late_now=late,
        asked_back=asked.get(slug, 0),
        zero_material=Share(spared, total),
        rated=Rated(scores.get(slug, {})),
        baseline=baseline,
        saved=_saved(baseline, own, Share(spared, total)) if baseline else None,
    )


def _saved(line: Baseline, own: list[_Ended], papers: Share) -> Saved | None:
    """Return what the cases of at least the line's extent have saved; None where none has.

    Documents are counted for a service as a whole, so they are compared only where every case fits.
    """
    fits = [one for one in own if one.items >= line.items]
    cases = sum(one.count for one in fits)
    if not cases:
        return None
    before = line.before
    workdays = visits = asked = None
    if before.workdays is not None and before.workdays.bound != "at_most":
        workdays = sum((before.workdays.value - one.workdays) * one.count for one in fits)
    if before.visits is not None and before.visits.bound != "at_most":
        visits = sum((before.visits.value - one.at_counter) * one.count for one in fits)
    if before.papers is not None and before.papers.bound != "at_most" and len(fits) == len(own):
        asked = before.papers.value * cases - (papers.whole - papers.part)
    return Saved(line, cases, workdays, visits, asked)


def _trend(ended: Iterable[_Ended], on: date) -> tuple[WeekPoint, ...]:
    by_week: dict[date, list[_Ended]] = defaultdict(list)
    for one in ended:
        by_week[monday_of(one.closed)].append(one)
    first = monday_of(on) - timedelta(weeks=TREND_WEEKS - 1)
    mondays = (first + timedelta(weeks=n) for n in range(TREND_WEEKS))
    return tuple(WeekPoint(monday, _on_time(by_week[monday])) for monday in mondays)


def _heat(weeks: tuple[date, ...], scope: Scope, on: date) -> tuple[HeatRow, ...]:
    cells: dict[str, dict[date, Share]] = defaultdict(dict)
    for one in late_by_office_week(on=on, weeks=len(weeks), slug=scope.slug):
        cells[one.office][one.monday] = Share(one.late, one.due)
    district = catalogue.packs().district
    found = [
        HeatRow(
            office,
            district.office(office),
            tuple(own.get(week, Share(0, 0)) for week in weeks),
            sum(share.part for share in own.values()),
        )
        for office, own in cells.items()
    ]
    return tuple(sorted(found, key=lambda row: (-row.late, row.office)))


def streamed(scope: Scope, on: date) -> QuerySet[Any]:
    """Return the cases submitted in a scope, each with `asked` (back or not) and `behind` its day."""
    answered = CaseNote.objects.filter(case=OuterRef("pk"), kind="answer")
    waiting = Item.objects.filter(case=OuterRef("pk"), status="returned")
    return (
        open_cases(scope.slug)
        .filter(submitted_day__range=(scope.since, scope.until))
        .annotate(
            asked=_truth(Exists(answered) | Exists(waiting)),
            behind=_truth(
                Q(closed_day__gt=F("promised_day"), promised_provisional=False) | overdue(on)
            ),
        )
    )


def ended_as(end: str) -> Q:
    """Return which of the streamed cases stand at one end of a stream."""
    if end in ("refused", "withdrawn"):
        return Q(status=end)
    running = Q(status=RUNNING)
    stands = running if end.startswith(RUNNING) else ~running & ~Q(status__in=UNHAPPY)
    return stands & Q(behind=end in ("running_late", "late"))


def _streams(scope: Scope, on: date) -> tuple[Stream, ...]:
    rows = streamed(scope, on).order_by().values_list("slug", "asked", "status", "behind")
    found: Counter[tuple[str, bool, str]] = Counter()
    for slug, asked, status, behind, count in rows.annotate(n=Count("pk")):
        found[slug, bool(asked), _end(status, bool(behind))] += count
    return tuple(Stream(slug, asked, end, n) for (slug, asked, end), n in sorted(found.items()))


def _end(status: str, behind: bool) -> str:
    if status == RUNNING:
        return "running_late" if behind else "running"
    if status in UNHAPPY:
        return status
    return "late" if behind else "on_time"


def _truth(condition: Any) -> OneOf:
    """Return an expression that is true or false, to be grouped by on every database."""
    yes = When(condition, then=Value(True))
    return OneOf(yes, default=Value(False), output_field=BooleanField())
