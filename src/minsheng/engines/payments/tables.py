"""The list for a bank counter, as a workbook; and answers that come back as a workbook or CSV."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from minsheng.engines.payments.orders import Answered, Batch, Outcome, Statement, unreadable
from minsheng.lib.errors import MinshengError
from minsheng.lib.money import format_yuan, parse_yuan

KEY, NAME, ACCOUNT, AMOUNT, PURPOSE, OUTCOME, REASON = HEAD = (
    "编号", "户名", "账号", "金额（元）", "用途", "结果", "原因",
)  # fmt: skip
SAID: dict[str, Outcome] = {
    "成功": "paid",
    "已付": "paid",
    "paid": "paid",
    "失败": "refused",
    "退回": "refused",
    "refused": "refused",
    "处理中": "waiting",
    "": "waiting",
}
"""What a counter writes into the column of outcomes."""
MOST_ROWS = 100_000
_WIDTHS = (22, 12, 24, 14, 30, 10, 24)


def write_list(batch: Batch) -> bytes:
    """Return a batch as a workbook: accounts as text, two empty columns for the bank to fill."""
    book = Workbook()
    sheet = book.create_sheet("发放清单", 0)
    del book["Sheet"]
    sheet.append(
        [f"批次 {batch.number}", f"{len(batch.orders)} 笔", f"合计 {format_yuan(batch.sum_fen)} 元"]
    )
    sheet.append(list(HEAD))
    for order in batch.orders:
        sheet.append(
            [
                order.key,
                order.name,
                order.account,
                format_yuan(order.amount_fen),
                order.purpose,
                "",
                "",
            ]
        )
    for row in sheet.iter_rows(min_row=1):
        for cell in row:
            if cell.value is not None:
                cell.data_type = "s"  # a name that begins like a formula stays a name
                cell.number_format = "@"
    for letter, width in zip("ABCDEFG", _WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read_workbook(content: bytes) -> Statement:
    """Return the answer that a workbook holds; WrongInput where it isn't one."""
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        rows = [
            [_plain(value) for value in row]
            for _, row in zip(
                range(MOST_ROWS), book.worksheets[0].iter_rows(values_only=True), strict=False
            )
        ]
    except (
        InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError,
    ) as error:  # fmt: skip
        raise unreadable("打不开这个表格。", "This workbook can't be opened.") from error
    return _statement(rows)


def read_csv(content: bytes) -> Statement:
    """Return the answer that a CSV holds, in UTF-8 or GB18030; WrongInput where it isn't one."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            return _statement(list(csv.reader(io.StringIO(text, newline="")))[:MOST_ROWS])
        except csv.Error as error:
            raise unreadable("这个 CSV 读不了。", "This CSV can't be read.") from error
    raise unreadable("文字的编码认不出来。", "The encoding isn't known.")


def _statement(rows: Sequence[Sequence[str]]) -> Statement:
    at = next((n for n, row in enumerate(rows) if KEY in row and OUTCOME in row), None)
    if at is None:
        raise unreadable("没有“编号”和“结果”两列。", "The columns of key and outcome aren't there.")
    head = [name.strip() for name in rows[at]]
    batch = next(
        (
            cell.removeprefix("批次 ").strip()
            for row in rows[:at]
            for cell in row
            if cell.startswith("批次 ")
        ),
        "",
    )
    return Statement(batch=batch, lines=tuple(_lines(head, rows[at + 1 :])))


def _lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterable[Answered]:
    for row in rows:
        line = dict(zip(head, (cell.strip() for cell in row), strict=False))
        if not line.get(KEY):
            continue
        said = line.get(OUTCOME, "")
        if said not in SAID:
            raise unreadable(
                f"{line[KEY]}：“{said[:20]}”不是结果，写成功、失败或处理中。",
                f"{line[KEY]}: {said[:20]!r} is no outcome.",
            )
        try:
            amount = parse_yuan(line[AMOUNT]) if line.get(AMOUNT) else None
        except MinshengError as error:
            raise unreadable(
                f"{line[KEY]}：“{line[AMOUNT][:20]}”不是金额。", f"{line[KEY]}: no amount."
            ) from error
        yield Answered(
            key=line[KEY], outcome=SAID[said], amount_fen=amount, reason=line.get(REASON, "")[:60]
        )


def _plain(value: object) -> str:
    if isinstance(
        value, float
    ):  # a counter typed an amount as a number: its shortest writing, unrounded
        return repr(value).removesuffix(".0")
    return "" if value is None else str(value)
