"""Decision tables to Excel and back: the same file to the letter, an edit where it was made."""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from minsheng.content.problems import PackError
from minsheng.content.reading import read_text
from minsheng.content.table_files import TableInFile, rewritten, same, scalar, tables_in
from minsheng.content.table_sheets import decoded, encoded, read_sheet, write_sheet

words = st.one_of(
    st.sampled_from(
        ["father", ">= 60", "12..23", "-", "== 3", "=1+1", "true", "12", "2/3", "2026-01-01", "null",
         "", " a", "a, b", "[a]", '"', "#N/A", "一、二", "a\nb", "\x7f", "'x", "\ufeff", "𠮷", "a: b", "# c"]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
)  # fmt: skip
decimals = st.decimals(-1000, 1000, places=3).filter(lambda one: one != one.to_integral_value())
scalars = st.one_of(
    st.booleans(), st.integers(-(10**15), 10**15), decimals, words,
    st.dates(date(1800, 1, 1), date(2199, 12, 31)),
)  # fmt: skip
cells = st.one_of(scalars, st.lists(scalars, max_size=3))
COLUMNS = ("age", "who", "size")


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, list[dict[str, Any]]]:
    """A file with a table among other things, with comments, and its rows."""
    rows = draw(st.lists(st.fixed_dictionaries({"then": cells}, optional=dict.fromkeys(COLUMNS, cells)),
                         min_size=1, max_size=5))  # fmt: skip
    is_flow = draw(st.booleans())
    lines = [
        "# 文件开头的话",
        "title: {zh: 表}",
        "deep:",
        "  table:",
        "    inputs: [age, who, size]",
    ]
    otherwise = draw(st.one_of(st.none(), cells))
    if otherwise is not None:
        lines.append(f"    otherwise: {scalar(otherwise)}  # 其他")
    flows = [
        "{" + ", ".join(f"{key}: {scalar(one)}" for key, one in row.items()) + "}" for row in rows
    ]
    if is_flow:
        lines.append(f"    rows: [{', '.join(flows)}]")
    else:
        lines.append("    rows:")
        for number, (row, flow) in enumerate(zip(rows, flows, strict=True)):
            if draw(st.booleans()):
                lines += [f"      # 第 {number} 行为什么", ""]
            if draw(st.booleans()):
                lines.append(f"      - {flow}" + draw(st.sampled_from(["", "  # 记"])))
            else:
                first, *more = [f"{key}: {scalar(one)}" for key, one in row.items()]
                lines += [f"      - {first}", *(f"        {one}" for one in more)]
    lines += draw(st.sampled_from([[], ["# 后面的话"], ["", "after: 3"]]))
    return "\n".join(lines) + draw(st.sampled_from(["", "\n"])), rows


def only(text: str) -> TableInFile:
    (found,) = tables_in(read_text(text, file="x.yaml"))
    return found


@settings(max_examples=250, deadline=None)
@given(tables())
def test_out_and_back_is_the_same_file_to_the_letter(
    drawn: tuple[str, list[dict[str, Any]]],
) -> None:
    text, _ = drawn
    table = only(text)
    sheet = read_sheet(write_sheet(table, file="x.yaml"), table, name="t.xlsx")
    assert rewritten(text, table, sheet.rows, sheet.otherwise) == text


@settings(max_examples=250, deadline=None)
@given(tables(), st.data())
def test_an_edit_changes_its_row_and_no_other(
    drawn: tuple[str, list[dict[str, Any]]], data: st.DataObject
) -> None:
    text, _ = drawn
    table = only(text)
    rows: list[dict[str, Any]] = [dict(row) for row in table.rows]
    place = data.draw(st.integers(0, len(rows) - 1))
    match data.draw(st.sampled_from(["change", "insert", "delete", "otherwise"])):
        case "change":
            rows[place][data.draw(st.sampled_from([*COLUMNS, "then"]))] = data.draw(cells)
        case "insert":
            rows.insert(place, {"age": data.draw(cells), "then": data.draw(cells)})
        case "delete" if len(rows) > 1:
            del rows[place]
    otherwise = data.draw(st.sampled_from([table.otherwise, 7, None]))
    changed = rewritten(text, table, rows, otherwise)
    found = only(changed)
    assert len(found.rows) == len(rows)
    for one, other in zip(found.rows, rows, strict=True):
        assert all(same(one.get(key), other.get(key)) for key in (*COLUMNS, "then"))
    assert same(found.otherwise, otherwise)
    kept = [line for line in text.splitlines() if line.startswith(("#", "title", "after"))]
    assert [
        line for line in changed.splitlines() if line.startswith(("#", "title", "after"))
    ] == kept


@given(cells)
def test_a_cell_says_what_it_said(value: Any) -> None:
    assert same(decoded(encoded(value)), value)


TABLE = """\
# 能领几个月
table:
  inputs: {paid: months, who: who}
  gives: integer
  rows:
    # 不满一年
    - {paid: "< 12", then: 0}
    - {paid: "12..23", who: [a, b], then: 3}   # 一年
    - {paid: ">= 24", then: 6}
  otherwise: 1
"""


def edited(change: Any) -> bytes:
    book = load_workbook(io.BytesIO(write_sheet(only(TABLE), file="x.yaml")))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_one_cell_changed_is_one_line_changed() -> None:
    def change(book: Any) -> None:
        book["表"]["C3"] = 4
        book["表"]["B3"] = "[a，c]"

    sheet = read_sheet(edited(change), only(TABLE), name="t.xlsx")
    changed = rewritten(TABLE, only(TABLE), sheet.rows, sheet.otherwise)
    assert changed == TABLE.replace("who: [a, b], then: 3", "who: [a, c], then: 4")
    assert sheet.cell_of(2, "who") == "表!B3"


@pytest.mark.parametrize(
    ("cell", "value", "said"),
    [
        ("表!B3", "=A1+1", "a formula"),
        ("表!B3", "[a", "can't be read"),
        ("表!B3", '"a', "can't be read"),
        ("表!A3", datetime.fromisoformat("2026-01-01T08:30"), "can't be read"),
        ("表!A1", "paid_", "did you mean 'paid'"),
        ("表!A1", "who", "the column 'paid' is gone"),
        ("表!C4", None, "no outcome"),
        ("说明!B3", "=1+1", "a formula"),
    ],
)
def test_a_mistake_names_its_cell(cell: str, value: Any, said: str) -> None:
    name, _, place = cell.partition("!")

    def change(book: Any) -> None:
        book[name][place] = value

    with pytest.raises(PackError) as refused:
        read_sheet(edited(change), only(TABLE), name="t.xlsx")
    assert any(
        (cell in str(one) or "gone" in said) and said in one.en for one in refused.value.problems
    )


def test_what_is_no_workbook_is_refused() -> None:
    with pytest.raises(PackError):
        read_sheet(b"paid,then\n1,2\n", only(TABLE), name="t.xlsx")


def test_numbers_come_back_as_they_were() -> None:
    assert decoded(0.3) == Decimal("0.3")
    assert decoded(60.0) == 60
    assert not same(True, 1)
