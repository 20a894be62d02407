"""The register of awards: all for the bureau, one's own school for its head, the agreed ones for everybody."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Font

from minsheng.apps.contests import words
from minsheng.apps.contests.models import Award
from minsheng.apps.people import installed
from minsheng.apps.people.models import Account
from minsheng.apps.schools import access as schools
from minsheng.apps.schools import reads as school_reads
from minsheng.lib.texts import Text

COLUMNS = ("年份", "日期", "级别", "评选", "作品", "奖次", "老师", "学校", "证书编号")


@dataclass(frozen=True, slots=True)
class AwardLine:
    """One award: to whom, at which level, when."""

    id: int
    level: str
    level_said: Text
    contest: Text
    title: str
    prize: str
    owner: str
    school: Text
    given_on: date
    certificate: str
    is_public: bool


def register(account: Account, *, year: int = 0, level: str = "") -> list[AwardLine]:
    """Return the awards this account may see by name, newest first: the bureau all, a head their own."""
    rows = Award.objects.all()
    if not schools.is_bureau(account):
        rows = rows.filter(school__in=[one.pk for one in school_reads.schools_led(account)])
    rows = rows.filter(given_on__year=year) if year else rows
    return _lines(rows.filter(level=level) if level else rows)


def awards_of(account: Account) -> list[AwardLine]:
    """Return my own awards, newest first."""
    return _lines(Award.objects.filter(account=account))


def public_awards(*, year: int = 0) -> list[AwardLine]:
    """Return the awards of those who agreed to be named, for everybody."""
    rows = Award.objects.filter(is_public=True)
    return _lines(rows.filter(given_on__year=year) if year else rows)


def award_workbook(lines: Iterable[AwardLine]) -> bytes:
    """Return awards as a workbook; what somebody wrote is never read as a formula."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # a new workbook has one
    sheet.title = "获奖登记"
    rows: list[tuple[str | int, ...]] = [
        (
            one.given_on.year, one.given_on.isoformat(), one.level_said.zh, one.contest.zh,
            one.title, one.prize, one.owner, one.school.zh, one.certificate,
        )
        for one in lines
    ]  # fmt: skip
    rows.insert(0, COLUMNS)
    for line, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(row=line, column=column)
            assert isinstance(cell, Cell)
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
            if line == 1:
                cell.font = Font(bold=True)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _lines(rows: QuerySet[Award]) -> list[AwardLine]:
    packs = installed.packs().contests
    found = rows.select_related("account", "school").order_by("-given_on", "-pk")[:2000]
    return [
        AwardLine(
            id=row.pk, level=row.level, level_said=words.AWARD_LEVELS[row.level],
            contest=packs[row.contest].title if row.contest in packs else Text(row.contest),
            title=row.title, prize=row.prize, owner=row.account.display, school=row.school.title,
            given_on=row.given_on, certificate=row.certificate, is_public=row.is_public,
        )
        for row in found
    ]  # fmt: skip
