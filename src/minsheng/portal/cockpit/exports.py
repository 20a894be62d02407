"""The figures to take along: a workbook with real numbers, and a sheet to print.

Both hold the formulas and sources. A text that begins like a formula stays a text.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from minsheng.apps.cases import reads as cases
from minsheng.apps.cases.reads import Figures, HotSpots
from minsheng.apps.records.certificates.fonts import font_book
from minsheng.apps.records.certificates.render import compile_pdf
from minsheng.lib.texts import Text
from minsheng.portal.cockpit import room, saying
from minsheng.portal.cockpit.scopes import View, asked_for
from minsheng.portal.district import district
from minsheng.portal.doors import SignedIn, leaders_only

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEMPLATE = Path(__file__).with_name("report.typ")
Value = str | int | float | date | None


@require_safe
@leaders_only
def excel(request: SignedIn) -> HttpResponse:
    """Return the figures as a workbook."""
    view = asked_for(request)
    found = cases.figures(view.scope, on=view.on)
    spots = cases.hot_spots(view.scope, on=view.on)
    return _file(workbook(found, spots, view), EXCEL, view, "xlsx")


@require_safe
@leaders_only
def pdf(request: SignedIn) -> HttpResponse:
    """Return the figures as a sheet to print."""
    view = asked_for(request)
    found = cases.figures(view.scope, on=view.on)
    spots = cases.hot_spots(view.scope, on=view.on)
    content = report(found, spots, view)
    book = font_book()
    content["fonts"] = {"song": book.song, "sans": book.sans}
    printed = compile_pdf(TEMPLATE, content, book, at=timezone.now())
    return _file(printed, "application/pdf", view, "pdf")


def workbook(found: Figures, spots: HotSpots, view: View) -> bytes:
    """Return the workbook: one sheet for each table of the cockpit, and the formulas."""
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    _sheet(book, "概况", ("数字", "值", "单位", "说明"), _overview(found, view))
    _sheet(book, "各服务", _SERVICES, _services(found))
    _sheet(
        book,
        "每周按时率",
        ("那一周从", "按时（件）", "办结（件）", "按时率（%）"),
        (
            (p.monday, p.on_time.part, p.on_time.whole, saying.percent(p.on_time))
            for p in found.trend
        ),
    )
    _sheet(
        book,
        "各部门超期",
        ("部门", "那一周从", "到期（件）", "晚了（件）", "超期率（%）"),
        (
            (row.title.zh, week, cell.whole, cell.part, saying.percent(cell))
            for row in found.heat
            for week, cell in zip(found.weeks, row.cells, strict=True)
        ),
    )
    _sheet(
        book,
        "晚在哪里",
        ("部门", "事项", "因为", "晚的工作日", "涉及案卷"),
        (
            (s.office_title.zh, s.title.zh, saying.spot_about(s.step, s.reason).zh, s.days, s.cases)
            for s in spots.rows
        ),
    )
    _sheet(book, "去向", ("服务", "问过申请人", "现在", "件"), _flow(found))
    _sheet(
        book,
        "公式和来源",
        ("数字", "怎么算", "来源"),
        ((one.title.zh, one.formula.zh, one.source.zh) for one in cases.DEFINITIONS),
        wide=True,
    )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


_SERVICES = (
    "服务", "收到（件）", "办结（件）", "按时（件）", "按时率（%）", "平均用时（工作日）", "平均承诺（工作日）",
    "在办（件）", "过期在办（件）", "问过申请人（件）", "用到材料（份）", "免交材料（份）",
    "评分人数", "评分（1 到 5）", "省下（工作日）", "省下（趟）", "省下（份）", "基线出处",
)  # fmt: skip


def _overview(found: Figures, view: View) -> Iterable[Sequence[Value]]:
    rated = room.rated_of(found, view)
    return (
        ("从", found.scope.since, "", view.period.zh),
        ("到", found.scope.until, "", view.service.zh),
        ("今天收到", found.submitted_today, "件", ""),
        ("今天办结", found.ended_today, "件", ""),
        ("收到", found.submitted, "件", ""),
        ("办结", found.ended, "件", ""),
        ("在办", found.running, "件", ""),
        ("按时办结", saying.percent(found.on_time), "%", saying.before_said(found).zh),
        ("正在超期", found.late_now, "件", ""),
        ("平均用时", _number(found.took), "工作日", ""),
        ("免交材料", saying.percent(found.zero_material), "%", ""),
        ("问过申请人", found.asked_back, "件", ""),
        ("评分人数", rated.people if rated.is_shown else None, "人", _hidden(rated.is_shown)),
        ("群众评分", _number(rated.mean), "1 到 5", _hidden(rated.is_shown)),
    )


def _services(found: Figures) -> Iterable[Sequence[Value]]:
    for line in found.services:
        saved, rated = line.saved, line.rated
        yield (
            line.title.zh,
            line.submitted,
            line.ended,
            line.on_time.part,
            saying.percent(line.on_time),
            _number(line.took),
            _number(line.promised),
            line.running,
            line.late_now,
            line.asked_back,
            line.zero_material.whole,
            line.zero_material.part,
            rated.people if rated.is_shown else None,
            _number(rated.mean),
            saved.workdays if saved else None,
            saved.visits if saved else None,
            saved.papers if saved else None,
            saved.line.cite.title.zh if saved else "没有可比的基线",
        )


def _flow(found: Figures) -> Iterable[Sequence[Value]]:
    titles = {line.slug: line.title.zh for line in found.services}
    return (
        (
            titles.get(one.slug, one.slug),
            "问过" if one.asked_back else "没问",
            saying.ENDS[one.end][0].zh,
            one.count,
        )
        for one in found.streams
    )


def _sheet(
    book: Workbook,
    title: str,
    head: Sequence[str],
    rows: Iterable[Sequence[Value]],
    *,
    wide: bool = False,
) -> None:
    sheet: Worksheet = book.create_sheet(title)
    for column, words in enumerate(head, 1):
        cell = sheet.cell(1, column)
        _write(cell, words)
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = max(12, 2 * len(words) + 4)
    for number, row in enumerate(rows, 2):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(number, column)
            _write(cell, value)
            if wide:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    if wide:
        for letter, width in zip("ABC", (16, 80, 50), strict=True):
            sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"


def _write(cell: Cell | Any, value: Value) -> None:
    """Write a value; a text is never taken for a formula, whatever it begins with."""
    cell.value = value
    if isinstance(value, str):
        cell.data_type = "s"
        cell.quotePrefix = value[:1] in {"=", "+", "-", "@"}
    elif isinstance(value, date):
        cell.number_format = "yyyy-mm-dd"


def report(found: Figures, spots: HotSpots, view: View) -> dict[str, Any]:
    """Return what the printed sheet says, as texts."""
    return {
        "title": saying.headline(found).zh,
        "place": district().name.zh,
        "scope": f"{view.service.zh}，{view.period.zh}，{found.scope.since} 到 {found.scope.until}",
        "printed": f"{timezone.localtime():%Y-%m-%d %H:%M}",
        "demo": "演示：人物、单位、数据均为虚构" if settings.DEMO else "",
        "stats": [
            {
                "title": _zh(stat["title"]),
                "value": _zh(stat["value"]),
                "unit": _zh(stat["unit"]),
                "words": _zh(stat["words"]),
                "late": bool(stat.get("late")),
            }
            for stat in room.stats(found, view)
        ],
        "services": {
            "title": "各服务",
            "head": ["服务", "收到", "办结", "按时", "过期在办", "问过", "免交", "评分"],
            "rows": [
                [
                    _zh(row[key])
                    for key in ("title", "submitted", "ended", "on_time", "late", "asked", "spared", "rated")
                ]
                for row in room.service_rows(found, view)
            ],
        },
        "heat": {
            "title": saying.heat_said(found.heat).zh,
            "head": ["部门", *(f"{week.month}/{week.day}" for week in found.weeks)],
            "rows": [
                [row.title.zh, *(f"{c.part}/{c.whole}" if c.whole else "—" for c in row.cells)]
                for row in found.heat
            ],
        },
        "spots": {
            "title": saying.spots_said(spots).zh,
            "head": ["部门", "事项", "因为", "晚的天", "案卷"],
            "left": 3,
            "rows": [
                [
                    spot.office_title.zh, spot.title.zh,
                    saying.spot_about(spot.step, spot.reason).zh, str(spot.days), str(spot.cases),
                ]
                for spot in spots.rows[: room.MOST_SPOTS]
            ],
        },
        "formulas": [
            {"title": one.title.zh, "formula": one.formula.zh, "source": one.source.zh}
            for one in cases.DEFINITIONS
        ],
    }  # fmt: skip


def _zh(words: object) -> str:
    return words.zh if isinstance(words, Text) else str(words)


def _number(value: Fraction | None) -> float | None:
    return None if value is None else round(float(value), 2)


def _hidden(shown: bool) -> str:
    return "" if shown else f"不足 {cases.FEWEST} 人评价，不显示"


def _file(content: bytes, kind: str, view: View, ending: str) -> HttpResponse:
    name = f"minsheng-{view.slug or 'all'}-{view.scope.since}-{view.scope.until}.{ending}"
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
