"""The ledger as a workbook, and entries from one: looked at first, wrong rows come back with reasons.

Idempotent: a row is known by its own number (自编号), and one that is there already is left alone.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from django.db import transaction
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.styles import Font
from openpyxl.utils.exceptions import InvalidFileException

from minsheng.apps.people.installed import packs
from minsheng.apps.projects import access
from minsheng.apps.projects.actions.opening import (
    NewEntry,
    NewMilestone,
    check,
    default_checker,
    open_entry,
)
from minsheng.apps.projects.models import Entry
from minsheng.apps.projects.words import LISTS, STATES
from minsheng.lib.errors import MinshengError, WrongInput
from minsheng.lib.money import parse_yuan
from minsheng.lib.texts import Text

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account
    from minsheng.apps.projects.reads import Row

COLUMNS = (
    "自编号", "标题", "清单", "责任岗位", "配合岗位", "核对岗位", "完成日期", "地方",
    "计划（元）", "批准（元）", "公开", "节点", "范围",
)  # fmt: skip
OURS = ("编号", "到哪一步", "进度（%）", "花了（元）")
REASONS = "为什么没有进"
MOST_ROWS = 2000
LARGEST_PART = 50_000_000
_STEP = re.compile(r"(.+?)\s+(\d{4}-\d{2}-\d{2})(?:\s+(\d{1,3}))?")
Fate = Literal["new", "there", "wrong"]


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row of a workbook: what would become of it, and why not where it can't."""

    line: int
    key: str
    title: str
    fate: Fate
    reasons: tuple[Text, ...] = ()
    new: NewEntry | None = None


def workbook(rows: Iterable[Row]) -> bytes:
    """Return entries as a workbook whose rows can be read back in."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # a new workbook has one
    sheet.title = "台账"
    _write(sheet, 1, (*COLUMNS, *OURS), bold=True)
    found = list(rows)
    keys = dict(Entry.objects.filter(pk__in=[row.id for row in found]).values_list("pk", "scope"))
    whole = {one.pk: one for one in Entry.objects.filter(pk__in=list(keys))}
    for line, row in enumerate(found, 2):
        entry = whole[row.id]
        steps = "；".join(f"{m.title.zh} {m.due.isoformat()} {m.weight}" for m in row.milestones)
        _write(
            sheet,
            line,
            (
                entry.node or row.number,
                row.title.zh,
                LISTS[row.kind].zh,
                entry.owner,
                "、".join(entry.helpers),
                entry.checker,
                row.due.isoformat() if row.due else "",
                row.area,
                _yuan(row.planned_fen),
                _yuan(row.approved_fen),
                "是" if row.is_public else "否",
                steps,
                entry.scope,
                row.number,
                STATES[row.state].zh,  # type: ignore[index]
                None if row.progress is None else float(row.progress * 100),
                _yuan(row.spent_fen),
            ),
        )
    return _bytes(book)


def look(content: bytes, *, by: Account) -> list[SheetRow]:
    """Return what would become of each row of a workbook; nothing is written.

    Raises WrongInput for what isn't a workbook with our columns.
    """
    head, rows = _read(content)
    there = set(Entry.objects.filter(plan="").exclude(node="").values_list("node", flat=True))
    numbers = set(Entry.objects.values_list("number", flat=True))
    seen: set[str] = set()
    return [
        _judge(line, dict(zip(head, cells, strict=False)), there | numbers, seen, by)
        for line, cells in rows
    ]


def take_in(content: bytes, *, by: Account) -> int:
    """Put the new rows of a workbook into the ledger, all or none, and return how many there were.

    Raises WrongInput while a row is wrong.
    """
    with transaction.atomic():
        found = look(content, by=by)
        if any(row.fate == "wrong" for row in found):
            raise _wrong(Text("有行不对，先看原因", "some rows are wrong: see why first"))
        new = [row for row in found if row.new is not None and row.fate == "new"]
        for row in new:
            assert row.new is not None  # chosen above
            entry = open_entry(row.new, by=by)
            Entry.objects.filter(pk=entry.pk).update(node=row.key)
    return len(new)


def with_reasons(content: bytes, *, by: Account) -> bytes:
    """Return the workbook with a last column that says why a row can't go in."""
    head, rows = _read(content)
    reasons = {row.line: row.reasons for row in look(content, by=by)}
    book = Workbook()
    sheet = book.active
    assert sheet is not None  # a new workbook has one
    kept = [name for name in head if name and name != REASONS]
    _write(sheet, 1, (*kept, REASONS), bold=True)
    for line, cells in rows:
        values = dict(zip(head, cells, strict=False))
        why = "；".join(one.zh for one in reasons.get(line, ()))
        _write(sheet, line, (*(values.get(name) for name in kept), why))
    return _bytes(book)


def _judge(
    line: int, cells: Mapping[str, object], there: set[str], seen: set[str], by: Account
) -> SheetRow:
    key, title = _text(cells, "自编号"), _text(cells, "标题")
    wrong: list[Text] = []
    if not key or len(key) > 60:
        wrong.append(
            Text("自编号要写，最多 60 个字", "give the row a number of at most 60 characters")
        )
    if key in seen:
        wrong.append(Text("自编号写了两次", "this number stands twice"))
    seen.add(key)
    if key in there:
        return SheetRow(line, key, title, "there")
    new = _new(cells, title, wrong)
    if new is not None and not wrong:
        try:
            check(new, new.checker or default_checker())
            if not access.may_open(new.owner, by):
                wrong.append(Text("不是您部门的岗位", "not a post of your office"))
        except MinshengError as error:
            wrong.append(Text(error.zh, error.en))
    return SheetRow(line, key, title, "wrong" if wrong else "new", tuple(wrong), new)


def _new(cells: Mapping[str, object], title: str, wrong: list[Text]) -> NewEntry | None:
    lists = {words.zh: key for key, words in LISTS.items()}
    kind = lists.get(_text(cells, "清单") or LISTS["task"].zh)
    if kind is None:
        wrong.append(Text(f"清单写 {'、'.join(lists)}", f"the list is one of {', '.join(lists)}"))
    try:
        return NewEntry(
            title=Text(title),
            kind=kind or "task",
            scope=_text(cells, "范围"),
            owner=_post(cells, "责任岗位"),
            helpers=tuple(re.findall(r"[\w.]+", _text(cells, "配合岗位"))),
            checker=_post(cells, "核对岗位"),
            due=_day(cells.get("完成日期")),
            area=_area(_text(cells, "地方")),
            planned_fen=_fen(cells.get("计划（元）")),
            approved_fen=_fen(cells.get("批准（元）")),
            is_public=_text(cells, "公开") in {"是", "yes"},
            milestones=tuple(_steps(_text(cells, "节点"))),
        )
    except MinshengError as error:
        wrong.append(Text(error.zh, error.en))
    return None


def _text(cells: Mapping[str, object], name: str) -> str:
    value = cells.get(name)
    return "" if value is None else str(value).strip()


def _post(cells: Mapping[str, object], name: str) -> str:
    """Return the key of a post written by its key or by its name."""
    written, posts = _text(cells, name), packs().district.posts
    named = [key for key, post in posts.items() if post.title.zh == written]
    return named[0] if written not in posts and len(named) == 1 else written


def _area(written: str) -> str:
    areas = packs().district.areas
    named = [key for key in areas if areas[key].title.zh == written]
    return named[0] if written not in areas and len(named) == 1 else written


def _day(value: object) -> date | None:
    if value in (None, ""):
        return None
    if isinstance(value, datetime):
        return value.date()
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value).strip())
    except ValueError as error:
        raise _wrong(Text("日期写成 2026-05-31", "write days as 2026-05-31")) from error


def _fen(value: object) -> int | None:
    if value in (None, ""):
        return None
    if isinstance(value, float):
        value = f"{value:.2f}"
    return parse_yuan(str(value))


def _steps(written: str) -> Iterator[NewMilestone]:
    for one in re.split(r"[；;\n]", written):
        if not one.strip():
            continue
        match = _STEP.fullmatch(one.strip())
        day = _day(match[2]) if match else None
        if match is None or day is None:
            raise _wrong(
                Text(
                    "节点写成“设计 2026-03-20 3；装好 2026-04-20 7”",
                    "write milestones as 'design 2026-03-20 3; built 2026-04-20 7'",
                )
            )
        yield NewMilestone(title=Text(match[1]), due=day, weight=int(match[3] or 1))


def _read(content: bytes) -> tuple[list[str], list[tuple[int, tuple[object, ...]]]]:
    """Return the head and the rows, empty ones left out; WrongInput for anything but a workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > LARGEST_PART:
                raise _wrong(Text("表格太大", "the workbook is too large"))
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        lines = list(sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=30, values_only=True))
    except (
        zipfile.BadZipFile,
        InvalidFileException,
        KeyError,
        ValueError,
        OSError,
        IndexError,
    ) as error:
        raise _wrong(Text("这不是 .xlsx 表格", "this isn't an .xlsx workbook")) from error
    if len(lines) > MOST_ROWS + 1:
        raise _wrong(Text(f"最多 {MOST_ROWS} 行", f"at most {MOST_ROWS} rows"))
    head = ["" if cell is None else str(cell).strip() for cell in (lines[0] if lines else ())]
    missing = [name for name in ("自编号", "标题") if name not in head]
    if missing:
        raise _wrong(
            Text(f"缺这一列：{'、'.join(missing)}", f"a column is missing: {', '.join(missing)}")
        )
    kept: list[tuple[int, tuple[object, ...]]] = [
        (line, cells)
        for line, cells in enumerate(lines[1:], 2)
        if any(cell not in (None, "") for cell in cells)
    ]
    return head, kept


def _yuan(fen: int | None) -> float | None:
    return None if fen is None else fen / 100


def _write(sheet: Any, line: int, values: Sequence[object], *, bold: bool = False) -> None:
    for column, value in enumerate(values, 1):
        cell: Cell = sheet.cell(line, column)
        cell.value = value  # type: ignore[assignment]
        if isinstance(value, str):
            cell.data_type = "s"  # a text that begins like a formula stays a text
        if bold:
            cell.font = Font(bold=True)


def _bytes(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _wrong(words: Text) -> WrongInput:
    return WrongInput(
        "projects.sheet",
        f"{words.zh}。什么都没有写进台账。",
        f"{words.to('en').capitalize()}. Nothing was written into the ledger.",
        field="file",
    )
