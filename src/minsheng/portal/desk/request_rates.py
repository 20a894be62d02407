"""The three rates of requests: a table whose numbers open their lists, a workbook, a sheet to print."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from openpyxl import Workbook

from minsheng.apps.appeals import reads
from minsheng.apps.appeals.catalogue import appeal_on
from minsheng.apps.appeals.reads import RateTable
from minsheng.apps.records.certificates.fonts import font_book
from minsheng.apps.records.certificates.render import compile_pdf
from minsheng.content.appeals import Appeal
from minsheng.engines.appeals.rates import NAMES, Figure, RateName
from minsheng.lib.texts import Text
from minsheng.portal.district import district
from minsheng.portal.doors import SignedIn, staff_only
from minsheng.portal.words import MARKS

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEMPLATE = Path(__file__).with_name("request_report.typ")
MONTHS_BACK = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """Which kind of request, which month, grouped by what."""

    spec: Appeal
    since: date
    until: date
    by: str

    @property
    def month(self) -> str:
        """Return the month as addresses write it."""
        return f"{self.since:%Y-%m}"


@require_safe
@staff_only
def rates(request: SignedIn) -> HttpResponse:
    """Return the three rates of a month, and the list behind the number that was opened."""
    asked = _asked(request)
    table = _table(request, asked)
    rate, key = request.GET.get("rate", ""), request.GET.get("key", "")[:60]
    behind = []
    if rate in NAMES:
        behind = reads.behind_rate(
            asked.spec, since=asked.since, until=asked.until, by=asked.by, key=key, rate=rate,
            account=request.user,
        )  # fmt: skip
    return render(
        request,
        "portal/desk/request_rates.html",
        {
            "table": table,
            "asked": asked,
            "kinds": reads.kinds_rated(request.user, on=timezone.localdate()),
            "groups": reads.GROUPS.items(),
            "months": _months(),
            "heads": [_declared(asked.spec, name) for name in NAMES],
            "lines": [(line, [(n, line.figures[n]) for n in NAMES]) for line in table.lines],
            "whole": [(name, table.whole.get(name)) for name in NAMES],
            "finding": finding(table),
            "behind": behind,
            "most_behind": reads.MOST_BEHIND,
            "opened": _declared(asked.spec, rate)["title"] if rate in NAMES else None,
            "marks": MARKS,
        },
    )


@require_safe
@staff_only
def excel(request: SignedIn) -> HttpResponse:
    """Return the month as a workbook: one sheet for each grouping, and the formulas."""
    asked = _asked(request)
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for by, title in reads.GROUPS.items():
        sheet = book.create_sheet(title.zh)
        table = _table(request, Asked(asked.spec, asked.since, asked.until, by))
        for row in _rows(title.zh, table):
            sheet.append(row)
        sheet.freeze_panes = "A2"
    sheet = book.create_sheet("公式和来源")
    sheet.append(["率", "公式", "来源", "记号"])
    for name in NAMES:
        declared = _declared(asked.spec, name)
        cite = declared["cite"]
        sheet.append([declared["title"].zh, declared["formula"].zh, cite.said.zh, cite.mark])
    out = io.BytesIO()
    book.save(out)
    return _file(out.getvalue(), EXCEL, asked, "xlsx")


@require_safe
@staff_only
def pdf(request: SignedIn) -> HttpResponse:
    """Return the month as a sheet to print."""
    asked = _asked(request)
    table, fonts = _table(request, asked), font_book()
    content: dict[str, Any] = {
        "title": finding(table).zh,
        "place": district().name.zh,
        "scope": f"{asked.spec.title.zh}，{asked.month}，{table.requests} 件",
        "printed": f"{timezone.localtime():%Y-%m-%d %H:%M}",
        "demo": "演示：人物、单位、数据均为虚构" if settings.DEMO else "",
        "stats": [
            {
                "title": _declared(asked.spec, name)["title"].zh,
                "value": _shown(table.whole.get(name)),
                "words": _declared(asked.spec, name)["formula"].zh,
            }
            for name in NAMES
        ],
        "head": [reads.GROUPS[asked.by].zh, *(_declared(asked.spec, n)["title"].zh for n in NAMES)],
        "rows": [
            [line.title.zh, *(_shown(line.figures[name]) for name in NAMES)] for line in table.lines
        ],
        "sources": [_declared(asked.spec, name)["cite"].said.zh for name in NAMES],
        "small": asked.spec.rates.small_under,
        "fonts": {"song": fonts.song, "sans": fonts.sans},
    }
    printed = compile_pdf(TEMPLATE, content, fonts, at=timezone.now())
    return _file(printed, "application/pdf", asked, "pdf")


def finding(table: RateTable) -> Text:
    """Return what the page says first."""
    title = table.spec.title
    solution = table.whole.get("solution")
    if solution is None or not solution.count:
        return Text(
            f"{title.zh}：这个月还没有人说解决没解决",
            f"{title.to('en')}: nobody has said yet whether it is solved",
        )
    return Text(
        f"{title.zh}：{solution.count} 次回话，解决率 {solution.said}",
        f"{title.to('en')}: {solution.count} answers, {solution.said} solved",
    )


def _asked(request: SignedIn) -> Asked:
    today = timezone.localdate()
    known = {one.appeal: one for one in reads.kinds_rated(request.user, on=today)}
    slug = request.GET.get("kind", "")
    spec = known[slug] if slug in known else appeal_on(next(iter(known), slug), today).spec
    since = _month(request.GET.get("month", "")) or today.replace(day=1)
    by = request.GET.get("by", "")
    until = (since + timedelta(days=32)).replace(day=1)
    return Asked(spec, since, until, by if by in reads.GROUPS else "office")


def _table(request: SignedIn, asked: Asked) -> RateTable:
    return reads.rate_table(
        asked.spec, since=asked.since, until=asked.until, by=asked.by, account=request.user
    )


def _month(text: str) -> date | None:
    try:
        day = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2100 else None


def _months() -> list[date]:
    found, day = [], timezone.localdate().replace(day=1)
    for _ in range(MONTHS_BACK):
        found.append(day)
        day = (day - timedelta(days=1)).replace(day=1)
    return found


def _declared(spec: Appeal, name: RateName | str) -> dict[str, Any]:
    rate = getattr(spec.rates, name)
    return {"name": name, "title": rate.title, "formula": rate.formula, "cite": rate.cite}


def _rows(title: str, table: RateTable) -> Iterator[list[object]]:
    head: list[object] = [title]
    for name in NAMES:
        said = _declared(table.spec, name)["title"].zh
        head += [f"{said}（%）", f"{said}分母", "小样本"]
    yield head
    for line in table.lines:
        row: list[object] = [f"'{line.title.zh}" if line.title.zh[:1] in "=+-@" else line.title.zh]
        for name in NAMES:
            figure = line.figures[name]
            value = None if figure.per_mille is None else figure.per_mille / 10
            row += [value, figure.count, "是" if figure.is_small else ""]
        yield row


def _shown(figure: Figure | None) -> str:
    return figure.said if figure is not None and figure.count else "没有"


def _file(content: bytes, kind: str, asked: Asked, ending: str) -> HttpResponse:
    name = f"minsheng-{asked.spec.appeal}-{asked.month}.{ending}"
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
