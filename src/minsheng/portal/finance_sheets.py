"""The sheet of a loss and the cap table as Excel files: every number as it is, fractions as words."""

from __future__ import annotations

from fractions import Fraction
from io import BytesIO

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from openpyxl import Workbook

from minsheng.apps.loans.reads import LoanView, LossSheet
from minsheng.apps.stakes.reads import StakeView
from minsheng.lib.money import format_yuan
from minsheng.lib.texts import Text
from minsheng.portal.languages import Language

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def loss_rows(sheet: LossSheet) -> list[tuple[Text, int]]:
    """Return the lines of a loss sheet, in fen, from what was lent to what each still lacks."""
    return [
        (Text("放款", "Paid out"), sheet.lent),
        (Text("还了", "Repaid"), sheet.repaid),
        (Text("要分的损失", "Loss to share"), sheet.loss),
        (Text("担保公司承担", "Borne by the guarantee body"), sheet.shares.guarantor),
        (Text("银行承担", "Borne by the bank"), sheet.shares.bank),
        (Text("追回给担保公司", "Come back to the guarantee body"), sheet.back.guarantor),
        (Text("追回给银行", "Come back to the bank"), sheet.back.bank),
        (Text("担保公司还差", "Guarantee body still lacks"), sheet.left.guarantor),
        (Text("银行还差", "Bank still lacks"), sheet.left.bank),
        (Text("多追回的，归企业", "Above the loss: the firm's"), sheet.over),
    ]


def conversion_rows(view: StakeView) -> list[tuple[Text, str]]:
    """Return each number on the way from the value before new money to the holding that converts."""
    if view.preview is None:
        return []
    made = view.preview.made
    rows = [
        (Text("投前估值（元）", "Value before new money (yuan)"), format_yuan(view.pre_money_fen)),
        (Text("转股前全部出资额", "All holdings before"), str(made.before.total)),
        (Text("本轮价格（元）＝投前估值÷出资额", "Price of the round (yuan) = value ÷ holdings"), exact_yuan(made.round_price)),
        (Text("打折后的价格（元）", "Less the discount (yuan)"), exact_yuan(made.discounted)),
    ]  # fmt: skip
    if made.capped is not None:
        words = Text("估值上限÷出资额（元）", "Value cap ÷ holdings (yuan)")
        rows.append((words, exact_yuan(made.capped)))
    rows += [
        (Text("转股价格（元），取低的", "Price of the grant (yuan): the lower"), exact_yuan(made.price)),
        (Text("已付经费（元）", "Paid (yuan)"), format_yuan(view.preview.principal_fen)),
        (Text("可换＝经费÷转股价格", "Buys = paid ÷ price"), str(made.asked)),
        (Text("实际换（到比例上限为止）", "Issued, up to the part cap"), str(made.issued)),
    ]  # fmt: skip
    return rows


def exact_yuan(fen: Fraction) -> str:
    """Return a price in yuan: digits where they are exact, else the fraction."""
    yuan = fen / 100
    cents = yuan * 100
    return format_yuan(int(cents)) if cents.denominator == 1 else str(yuan)


def loss_file(view: LoanView, sheet: LossSheet, lang: Language) -> HttpResponse:
    """Return the sheet of a loss as an Excel file, in yuan."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = "loss"
    page.append([Text("贷款", "Loan").to(lang), view.line.id, view.line.firm])
    page.append([Text("比例", "Ratio").to(lang), str(sheet.ratio)])
    for words, fen in loss_rows(sheet):
        page.append([words.to(lang), format_yuan(fen)])
    return _sent(book, f"loss-{view.line.id}.xlsx")


def table_file(view: StakeView, lang: Language) -> HttpResponse:
    """Return the cap table before and after as an Excel file: exact fractions beside percent."""
    book = Workbook()
    page = book.active
    assert page is not None and view.preview is not None
    page.title = "table"
    heads = (
        Text("", ""), Text("股东", "Holder"), Text("出资额", "Held"), Text("比例（分数）", "Part (fraction)"),
        Text("比例（%）", "Part (%)"),
    )  # fmt: skip
    page.append([one.to(lang) for one in heads])
    for words, holdings in (
        (Text("转股前", "Before"), view.preview.before),
        (Text("转股后", "After"), view.preview.after),
    ):
        for one in holdings:
            page.append([words.to(lang), one.holder, str(one.held), str(one.part), one.percent])
    sheet = book.create_sheet("calculation")
    for label, value in conversion_rows(view):
        sheet.append([label.to(lang), value])
    return _sent(book, f"table-{view.line.id}.xlsx")


def _sent(book: Workbook, name: str) -> HttpResponse:
    content = BytesIO()
    book.save(content)
    return HttpResponse(
        content.getvalue(),
        content_type=EXCEL,
        headers={
            "Content-Disposition": content_disposition_header(True, name) or "attachment",
            "Cache-Control": "private, no-store",
        },
    )
