"""Entries from a workbook: looked at first, wrong rows come back with reasons, twice is once."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook, load_workbook
from tests.apps.cases.cases_cast import Clock
from tests.factories import District

from minsheng.apps.projects import reads, sheets
from minsheng.apps.projects.models import Entry
from minsheng.lib.errors import WrongInput

GOOD = ("A-1", "东坡村路灯（演示）", "项目清单", "工程项目岗", "台账核对岗", "2026-04-30", "东坡村", "180,000", "设计 2026-03-30 3；装好 2026-04-20 7")  # fmt: skip
HEAD = ("自编号", "标题", "清单", "责任岗位", "核对岗位", "完成日期", "地方", "计划（元）", "节点")


def book(*rows: tuple[object, ...]) -> bytes:
    made, out = Workbook(), io.BytesIO()
    sheet = made.active
    assert sheet is not None
    for row in (HEAD, *rows):
        sheet.append(row)
    made.save(out)
    return out.getvalue()


def test_good_rows_go_in_once_however_often_they_are_sent(clock: Clock, district: District):
    fang = district.account("fangwei")
    sent = book(GOOD)
    assert [row.fate for row in sheets.look(sent, by=fang)] == ["new"]
    assert Entry.objects.count() == 0
    assert sheets.take_in(sent, by=fang) == 1
    assert [row.fate for row in sheets.look(sent, by=fang)] == ["there"]
    assert sheets.take_in(sent, by=fang) == 0
    (row,) = reads.entries(fang)
    assert (row.planned_fen, row.area) == (180_000_00, "qinghuai.dongpo")
    assert [(m.title.zh, m.weight) for m in row.milestones] == [("设计", 3), ("装好", 7)]
    # What goes out comes back in as what is there already.
    assert [one.fate for one in sheets.look(sheets.workbook([row]), by=fang)] == ["there"]


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("标题", "", "标题要写"),
        ("责任岗位", "没有的岗位", "没有这个岗位"),
        ("责任岗位", "police.household", "不是您部门的岗位"),
        ("核对岗位", "construction.works", "核对的岗位不能是办的岗位"),
        ("完成日期", "四月底", "2026-05-31"),
        ("计划（元）", "十八万", "金额"),
        ("节点", "装好", "节点写成"),
        ("地方", "月亮", "没有这个地方"),
    ],
)
def test_a_wrong_row_keeps_all_out_and_comes_back_with_its_reason(
    clock: Clock, district: District, column: str, value: str, why: str
):
    fang = district.account("fangwei")
    wrong = tuple(
        value if name == column else "B-1" if name == "自编号" else cell
        for name, cell in zip(HEAD, GOOD, strict=True)
    )
    sent = book(GOOD, wrong)
    with pytest.raises(WrongInput):
        sheets.take_in(sent, by=fang)
    assert Entry.objects.count() == 0
    back = load_workbook(io.BytesIO(sheets.with_reasons(sent, by=fang))).worksheets[0]
    assert back.cell(1, len(HEAD) + 1).value == sheets.REASONS
    assert not back.cell(2, len(HEAD) + 1).value
    assert why in str(back.cell(3, len(HEAD) + 1).value)


@pytest.mark.parametrize("sent", [b"", b"hello", b"PK\x03\x04"])
def test_what_is_no_workbook_is_refused_in_words(sent: bytes, district: District):
    with pytest.raises(WrongInput):
        sheets.look(sent, by=district.account("fangwei"))


def test_a_text_that_begins_like_a_formula_stays_a_text(clock: Clock, district: District):
    fang = district.account("fangwei")
    sent = book(("A-2", "=1+1", *GOOD[2:]))
    with_text = load_workbook(io.BytesIO(sheets.with_reasons(sent, by=fang))).worksheets[0]
    assert with_text.cell(2, 2).data_type != "f"
