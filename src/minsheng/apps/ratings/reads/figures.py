"""How satisfied people were, by office and month: for leaders, and for those who were rated."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from minsheng.apps.cases import catalogue
from minsheng.apps.cases.models import Case
from minsheng.apps.people.models import Account
from minsheng.apps.ratings import access
from minsheng.apps.ratings.models import BAD, CASE, RatedMonth, Rating, Review
from minsheng.apps.ratings.sealing import opened
from minsheng.apps.ratings.stripping import stripped
from minsheng.lib import suites
from minsheng.lib.errors import NotAllowed
from minsheng.lib.texts import Text

FORMULA = Text(
    "满意率＝（非常满意＋满意＋基本满意）÷ 有效评价；经申诉排除的不算，另外列出",
    "Satisfaction = (very satisfied + satisfied + fairly satisfied) ÷ ratings that count; "
    "ratings excluded after an appeal are listed apart",
)
SOURCE = Text(
    "国办发〔2019〕51号：后两档是差评", "Guobanfa (2019) 51: the two lowest are bad reviews"
)


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """The ratings of one office in one month. `month` is its first day.

    `rate` is None without a rating that counts. `is_small`: fewer ratings than the district says a
    percentage needs; `shown` is then "7/8".
    """

    office: str
    title: Text
    month: date
    count: int
    satisfied: int
    scores: Mapping[int, int]
    excluded: int
    is_small: bool

    @property
    def rate(self) -> Fraction | None:
        """The share of those who were satisfied, exactly."""
        return Fraction(self.satisfied, self.count) if self.count else None

    @property
    def shown(self) -> str:
        """The rate as it may be shown: "93.3%", or "7/8" over a small sample, or "" over none."""
        return shown_rate(self.satisfied, self.count)


@dataclass(frozen=True, slots=True)
class Ranked:
    """One office among the others. `place` is None over a small sample: that is no ranking."""

    office: str
    title: Text
    count: int
    satisfied: int
    mean: Fraction
    shown: str
    place: int | None = None

    @property
    def bad(self) -> int:
        """How many were bad reviews."""
        return self.count - self.satisfied


@dataclass(frozen=True, slots=True)
class RatedLine:
    """One rating behind a figure, as a leader sees it: never who gave it."""

    id: int
    kind: str
    number: str
    office: Text
    score: int
    at: datetime
    is_excluded: bool
    review: str
    stage: str
    channel: str


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Bad reviews: how many, with a name, of these called back; closed; said to be solved.

    `visited` counts named ones that were reached or tried three times, of `named`.
    """

    all: int
    named: int
    visited: int
    closed: int
    said: int
    solved: int


def shown_rate(satisfied: int, count: int) -> str:
    """Return "93.3%", or "7/8" over fewer than the district's least number, or ""."""
    if not count:
        return ""
    if count < access.rules().small_under:
        return f"{satisfied}/{count}"
    return f"{float(Fraction(satisfied * 100, count)):.1f}%"


def satisfaction(*, first: date, last: date, office: str = "") -> list[Satisfaction]:
    """Return the ratings of each office (or of one) in each month between two days, both included.

    For leaders and the cockpit. What a rated office may see of itself is `own_months`.
    """
    rows = Rating.objects.filter(day__gte=first, day__lte=last)
    if office:
        rows = rows.filter(office=office)
    grouped = (
        rows.annotate(month=TruncMonth("day"))
        .values_list("office", "month", "score")
        .annotate(
            count=Count("pk", filter=Q(excluded_at=None)),
            excluded=Count("pk", filter=Q(excluded_at__isnull=False)),
        )
        .order_by("month", "office", "score")
    )
    cells: dict[tuple[str, date], list[tuple[int, int, int]]] = {}
    for key, month, score, count, excluded in grouped:
        cells.setdefault((key, month), []).append((score, count, excluded))
    return [_satisfaction(key, month, cell) for (key, month), cell in cells.items()]


def satisfaction_for(
    account: Account, *, first: date | None = None, last: date | None = None, office: str = ""
) -> list[Satisfaction]:
    """Return the same as `satisfaction`, for the desk and the leader; NotAllowed for others.

    Without days: this month and the eleven before it.
    """
    _require_inner(account)
    last = last or timezone.localdate()
    return satisfaction(first=first or year_before(last), last=last, office=office)


def year_before(day: date) -> date:
    """Return the first day of the month eleven months before a day's."""
    months = day.year * 12 + day.month - 1 - 11
    return date(months // 12, months % 12 + 1, 1)


def total(rows: Iterable[Satisfaction]) -> tuple[int, int, str]:
    """Return (satisfied, count, shown rate) over several rows."""
    rows = list(rows)
    satisfied, count = sum(row.satisfied for row in rows), sum(row.count for row in rows)
    return satisfied, count, shown_rate(satisfied, count)


def ranking(*, first: date, last: date) -> list[Ranked]:
    """Return the offices by how they were rated between two days: the ranked first, then the small.

    By the share of the satisfied, then by the mean score; equal ones share a place. An office with
    fewer ratings than the district declares (`small_under`) is listed without a place.
    """
    scores: dict[str, Counter[int]] = defaultdict(Counter)
    for row in satisfaction(first=first, last=last):
        scores[row.office].update(row.scores)
    small = access.rules().small_under
    found = [_ranked(office, counts) for office, counts in scores.items() if counts.total()]
    large = sorted(
        (one for one in found if one.count >= small), key=lambda o: (*_better(o), o.office)
    )
    places = {one.office: 1 + sum(_better(o) < _better(one) for o in large) for one in large}
    return [
        *(replace(one, place=places[one.office]) for one in large),
        *sorted((one for one in found if one.count < small), key=lambda one: one.office),
    ]


def ranking_for(
    account: Account, *, first: date | None = None, last: date | None = None
) -> list[Ranked]:
    """Return the same as `ranking`, of a year unless told; for the desk and the leader only."""
    _require_inner(account)
    last = last or timezone.localdate()
    return ranking(first=first or year_before(last), last=last)


def by_channel(*, first: date, last: date) -> dict[str, int]:
    """Return how many ratings came by each way, the most first."""
    rows = Rating.objects.filter(day__gte=first, day__lte=last).order_by()
    found = rows.values_list("channel").annotate(n=Count("pk"))
    return dict(sorted(found, key=lambda one: (-one[1], one[0])))


def follow_up(*, first: date, last: date) -> FollowUp:
    """Return how bad reviews of two days and between were followed up."""
    rows = Review.objects.filter(rating__day__gte=first, rating__day__lte=last)
    counted = rows.aggregate(
        all=Count("pk"),
        named=Count("pk", filter=Q(rating__is_named=True)),
        visited=Count("pk", filter=Q(rating__is_named=True) & ~Q(stage="visit")),
        closed=Count("pk", filter=Q(stage="closed")),
        said=Count("pk", filter=Q(is_solved__isnull=False)),
        solved=Count("pk", filter=Q(is_solved=True)),
    )
    return FollowUp(**counted)


def ratings_behind(
    account: Account,
    *,
    first: date,
    last: date,
    office: str = "",
    most_score: int = 5,
    limit: int = 500,
) -> list[RatedLine]:
    """Return the ratings behind a figure, newest first: for the desk and the leader only.

    `most_score` 2 gives the bad ones alone.

    A protected case is named by nothing but its rating.
    """
    _require_inner(account)
    rows = Rating.objects.filter(day__gte=first, day__lte=last, score__lte=most_score)
    rows = rows.select_related("review")
    if office in catalogue.packs().district.departments:
        rows = rows.filter(office=office)
    found = list(rows.order_by("-at", "-pk")[:limit])
    numbers = {
        str(case.pk): case.number
        for case in Case.objects.filter(
            pk__in=[int(row.key) for row in found if row.kind == CASE], protected=False
        ).only("pk", "submitted_day")
    }
    return [_line(row, numbers) for row in found]


def own_months(account: Account) -> list[Satisfaction]:
    """Return the finished months of this account's offices that have enough raters, newest first."""
    rows = RatedMonth.objects.filter(office__in=access.offices_of(account))
    return [
        Satisfaction(
            office=row.office,
            title=_title(row.office),
            month=row.month,
            count=row.count,
            satisfied=row.satisfied,
            scores={int(score): count for score, count in row.scores.items()},
            excluded=0,
            is_small=row.count < access.rules().small_under,
        )
        for row in rows.order_by("-month", "office")
    ]


def own_words(account: Account, *, office: str, month: date) -> list[str]:
    """Return what was said in a finished month of one's office, in no order that tells when.

    Only where the month has enough raters, and without names, numbers or telephone numbers.
    """
    if office not in access.offices_of(account):
        return []
    if not RatedMonth.objects.filter(office=office, month=month).exists():
        return []
    rows = Rating.objects.filter(
        office=office, day__year=month.year, day__month=month.month, excluded_at=None
    ).exclude(sealed="")
    said = [
        stripped(opened(row.person, row.sealed), row.person)
        for row in rows.select_related("person")
    ]
    # Sorted by a digest of the words: the order says neither when nor who.
    return sorted(filter(None, said), key=lambda text: suites.digest(suites.DEFAULT, text.encode()))


def _require_inner(account: Account) -> None:
    if not (access.is_desk(account) or access.is_judge(account)):
        raise NotAllowed(
            "ratings.not_for_the_rated",
            "单条评价只给回访岗和分管负责人看。您的部门每月满 5 条，可以看合计。",
            "Single ratings are for the feedback desk and the leader. Your office sees sums of "
            "months with five or more.",
        )


def _satisfaction(office: str, month: date, cell: list[tuple[int, int, int]]) -> Satisfaction:
    count = sum(n for _, n, _ in cell)
    return Satisfaction(
        office=office,
        title=_title(office),
        month=month,
        count=count,
        satisfied=sum(n for score, n, _ in cell if score > BAD),
        scores={score: n for score, n, _ in cell if n},
        excluded=sum(n for _, _, n in cell),
        is_small=count < access.rules().small_under,
    )


def _title(office: str) -> Text:
    return catalogue.packs().district.office(office)


def _line(row: Rating, numbers: Mapping[str, str]) -> RatedLine:
    review = getattr(row, "review", None)
    return RatedLine(
        id=row.pk,
        kind=row.kind,
        number=numbers.get(row.key, "") if row.kind == CASE else "",
        office=_title(row.office),
        score=row.score,
        at=row.at,
        is_excluded=row.excluded_at is not None,
        review=review.number if review else "",
        stage=review.stage if review else "",
        channel=row.channel,
    )


def _ranked(office: str, counts: Counter[int]) -> Ranked:
    count = counts.total()
    satisfied = sum(n for score, n in counts.items() if score > BAD)
    return Ranked(
        office=office,
        title=_title(office),
        count=count,
        satisfied=satisfied,
        mean=Fraction(sum(score * n for score, n in counts.items()), count),
        shown=shown_rate(satisfied, count),
    )


def _better(one: Ranked) -> tuple[Fraction, Fraction]:
    return (-Fraction(one.satisfied, one.count), -one.mean)
