"""A teacher's own record; a head's totals, and what a head has to check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from minsheng.apps.audit import reads as audit
from minsheng.apps.contests import access, sealing, words
from minsheng.apps.contests.models import CONFIRMED, CONTESTED, ENTERED, Growth
from minsheng.apps.people import reads as people
from minsheng.apps.people.models import Account
from minsheng.apps.schools import reads as schools
from minsheng.apps.schools.models import ACTIVE, TEACHER, Org, SchoolUser
from minsheng.content.contests import PLATFORMS
from minsheng.lib.cites import Cite
from minsheng.lib.texts import Text

OPENED = "growth.evidence_opened"
HOURS, YEARS = 360, 5
NORM = Cite(
    Text("县域义务教育优质均衡发展督导评估办法（教督〔2017〕6 号）：教师五年 360 学时", "National method for balanced compulsory education (2017, no. 6): 360 hours in five years"),
    "H",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GrowthLine:
    """One line of a record. `may`: "contest" for its owner, "check" for the head, "answer" for the bureau.

    `looks`: to its owner, on which day who opened the evidence, and why.
    """

    id: int
    platform: str
    platform_said: Text
    title: str
    day: date
    hours: float
    state: str
    said: Text
    has_evidence: bool
    is_award: bool
    words: str
    reply: str
    owner: str
    may: frozenset[str]
    is_own: bool = False
    looks: tuple[tuple[date, str, Text], ...] = ()


@dataclass(frozen=True, slots=True)
class Totals:
    """A school's figures, no names: checked lines and hours by platform, and who has reached the norm.

    `reached` of `teachers` have 360 checked hours in five years.
    """

    school: Text
    platforms: tuple[tuple[Text, int, float], ...]
    teachers: int
    reached: int
    waiting: int


def own_growth(account: Account) -> list[GrowthLine]:
    """Return my record, newest first."""
    rows = list(_ordered(Growth.objects.filter(account=account)))
    looks = _looks([row for row in rows if row.evidence_id is not None])
    return [replace(_line(row, _own_may(row)), looks=looks.get(row.pk, ())) for row in rows]


def evidence_line(growth_id: int, *, account: Account) -> GrowthLine:
    """Return the line whose evidence this account may open; raises NotFound for anybody else."""
    row = access.require_evidence(growth_id, account)
    return replace(_line(row, frozenset()), is_own=row.account_id == account.pk)


def _looks(rows: Sequence[Growth]) -> dict[int, tuple[tuple[date, str, Text], ...]]:
    found: dict[int, tuple[tuple[date, str, Text], ...]] = {}
    histories = audit.histories("growth", [str(row.pk) for row in rows])
    names = people.displays(
        [int(one.by.removeprefix("account:")) for all_ in histories.values() for one in all_ if one.kind == OPENED]
    )  # fmt: skip
    for key, entries in histories.items():
        found[int(key)] = tuple(
            (
                timezone.localdate(one.at),
                names.get(int(one.by.removeprefix("account:")), ""),
                words.PURPOSES.get(str(one.data["purpose"]), Text("")),
            )
            for one in entries
            if one.kind == OPENED
        )
    return found


def own_hours(account: Account, *, on: date) -> float:
    """Return my checked hours of the five years up to a day."""
    rows = Growth.objects.filter(account=account, state=CONFIRMED, day__gt=_since(on), day__lte=on)
    return (rows.aggregate(total=Sum("quarters"))["total"] or 0) / 4


def to_check(account: Account) -> list[GrowthLine]:
    """Return the lines at the schools that I lead which wait for my check; not my own."""
    led = [one.pk for one in schools.schools_led(account)]
    rows = Growth.objects.filter(school__in=led, award=None, state__in=(ENTERED, CONTESTED))
    return [_line(row, frozenset({"check"})) for row in _ordered(rows.exclude(account=account))]


def contested_awards(account: Account) -> list[GrowthLine]:
    """Return the automatic lines that a teacher spoke against, for the bureau's advisers."""
    if not access.holds(account, "education.lessons"):
        return []
    rows = Growth.objects.filter(award__isnull=False, state=CONTESTED).exclude(account=account)
    return [_line(row, frozenset({"answer"})) for row in _ordered(rows)]


def contested_lines(account: Account) -> list[GrowthLine]:
    """Return the lines of which a teacher says that their head checked them wrongly, for the bureau.

    To look at, with the evidence; the head checks them again.
    """
    if not access.holds(account, access.REVIEWER):
        return []
    rows = Growth.objects.filter(award=None, state=CONTESTED).exclude(account=account)
    return [_line(row, frozenset()) for row in _ordered(rows)]


def school_totals(account: Account, *, on: date) -> list[Totals]:
    """Return the figures of each school that I lead."""
    return [_totals(one, on) for one in schools.schools_led(account)]


def _totals(school: Org, on: date) -> Totals:
    rows = Growth.objects.filter(school=school, day__gt=_since(on), day__lte=on)
    counted = {
        row["platform"]: (int(row["lines"]), (row["quarters"] or 0) / 4)
        for row in rows.filter(state=CONFIRMED)
        .values("platform")
        .annotate(lines=Count("pk"), quarters=Sum("quarters"))
    }
    teachers = (
        SchoolUser.objects.filter(org=school, role=TEACHER, status=ACTIVE, account__isnull=False)
        .values_list("account", flat=True)
        .distinct()
    )
    hours = (
        Growth.objects.filter(
            account__in=teachers, state=CONFIRMED, day__gt=_since(on), day__lte=on
        )
        .values("account")
        .annotate(quarters=Sum("quarters"))
        .filter(quarters__gte=HOURS * 4)
    )
    return Totals(
        school=school.title,
        platforms=tuple(
            (title, *counted.get(key, (0, 0.0))) for key, title in PLATFORMS.items()
        ),
        teachers=len(teachers), reached=hours.count(),
        waiting=rows.filter(Q(state=ENTERED) | Q(state=CONTESTED), award=None).count(),
    )  # fmt: skip


def _since(on: date) -> date:
    try:
        return on.replace(year=on.year - YEARS)
    except ValueError:  # the 29th of February
        return on.replace(year=on.year - YEARS, day=28)


def _ordered(rows: QuerySet[Growth]) -> QuerySet[Growth]:
    return rows.select_related("account").order_by("-day", "-pk")[:300]


def _own_may(row: Growth) -> frozenset[str]:
    can = row.state == "refused" or (row.award_id is not None and row.state == CONFIRMED)
    return frozenset({"contest"} if can else ())


def _line(row: Growth, may: frozenset[str]) -> GrowthLine:
    return GrowthLine(
        id=row.pk, platform=row.platform, platform_said=PLATFORMS[row.platform], title=row.title,
        day=row.day, hours=row.quarters / 4, state=row.state, said=words.GROWTH_STATES[row.state],
        has_evidence=row.evidence_id is not None, is_award=row.award_id is not None,
        words=sealing.opened(row.words), reply=sealing.opened(row.reply), owner=row.account.display,
        may=may,
    )  # fmt: skip
