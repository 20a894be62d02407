"""Files for the bank and its answers: nothing is lost on the way, and only what is certain is booked."""

from __future__ import annotations

import contextlib
import io
from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from minsheng.engines.payments import (
    Answered,
    Batch,
    Debtor,
    Order,
    Statement,
    read_answer,
    read_pain001,
    reconcile,
    write_list,
    write_pain001,
    write_pain002,
)
from minsheng.engines.payments.reconcile import OPEN
from minsheng.lib.errors import WrongInput

AT = datetime(2026, 5, 12, 9, 30, tzinfo=UTC)
DEBTOR = Debtor(name="科创新城财政局（演示）", account="5009990000000000001", bank="演示银行")
names = st.text(st.characters(categories=["Lo", "Lu", "Ll"]), min_size=1, max_size=20)
amounts = st.integers(1, 10**10)
orders = st.lists(
    st.tuples(names, st.from_regex(r"[0-9]{16,19}", fullmatch=True), amounts),
    min_size=1,
    max_size=8,
)


def batch_of(rows: list[tuple[str, str, int]]) -> Batch:
    return Batch(
        number="F26-000001",
        made_at=AT,
        pay_on=date(2026, 5, 13),
        debtor=DEBTOR,
        orders=tuple(
            Order(
                key=f"MS{n:07d}-1",
                name=name,
                account=account,
                amount_fen=fen,
                purpose="灵活就业社保补贴 2026-05",
            )
            for n, (name, account, fen) in enumerate(rows)
        ),
    )


ONE = batch_of([("秦素", "6222020000000000000", 60_000), ("王芳", "6222020000000000000", 30_000)])


@given(orders)
def test_a_payment_file_is_read_back_as_it_was(rows: list[tuple[str, str, int]]) -> None:
    assert read_pain001(write_pain001(batch_of(rows))) == batch_of(rows)


def test_a_payment_file_says_what_a_bank_must_know() -> None:
    text = write_pain001(ONE).decode()
    for said in (
        "pain.001.001.09", "<NbOfTxs>2</NbOfTxs>", "<CtrlSum>900.00</CtrlSum>",
        "<EndToEndId>MS0000000-1</EndToEndId>", '<InstdAmt Ccy="CNY">600.00</InstdAmt>', "<Nm>秦素</Nm>",
        "<PmtMtd>TRF</PmtMtd>", "<Dt>2026-05-13</Dt>",
    ):  # fmt: skip
        assert said in text


def test_a_file_whose_sum_was_changed_is_refused() -> None:
    with pytest.raises(WrongInput):
        read_pain001(write_pain001(ONE).replace(b">600.00<", b">6000.00<"))


@given(st.data(), orders)
def test_every_order_is_paid_refused_or_open_and_the_sums_agree(
    data: Any, rows: list[tuple[str, str, int]]
) -> None:
    batch = batch_of(rows)
    keys = st.sampled_from([*(one.key for one in batch.orders), "MS9999999-1"])
    line = st.builds(
        Answered, key=keys, outcome=st.sampled_from(["paid", "refused", "waiting"]),
        amount_fen=st.none() | amounts | st.sampled_from([one.amount_fen for one in batch.orders]),
        reason=st.sampled_from(["", "AC01"]),
    )  # fmt: skip
    said = Statement(batch=batch.number, lines=tuple(data.draw(st.lists(line, max_size=12))))
    found = reconcile(batch.orders, said)
    assert (found.ordered.count, found.ordered.fen) == (len(batch.orders), batch.sum_fen)
    parts = [found.of("paid"), found.of("refused"), found.of(*OPEN)]
    assert sum(one.fen for one in parts) == batch.sum_fen
    own = Counter(one.key for one in found.lines if one.ordered_fen)
    assert own == Counter(one.key for one in batch.orders), "each order once"
    for one in found.lines:
        answers = [answer for answer in said.lines if answer.key == one.key]
        if one.found == "paid":
            assert {answer.outcome for answer in answers} == {"paid"}
            assert {answer.amount_fen for answer in answers} <= {None, one.ordered_fen}
        assert (one.found == "unknown") == (one.key == "MS9999999-1")
        assert (one.found == "missing") == (not answers)
    assert reconcile(batch.orders, said) == found


@given(st.data(), orders)
def test_an_answer_is_the_same_as_xml_workbook_and_csv(
    data: Any, rows: list[tuple[str, str, int]]
) -> None:
    batch = batch_of(rows)
    lines = tuple(
        Answered(
            key=one.key, outcome=data.draw(st.sampled_from(["paid", "refused"])),
            amount_fen=one.amount_fen, reason="",
        )
        for one in batch.orders
    )  # fmt: skip
    said = Statement(batch=batch.number, lines=lines, count=len(lines), sum_fen=batch.sum_fen)
    assert read_answer(write_pain002(said, made_at=AT)) == said
    book = load_workbook(io.BytesIO(write_list(batch)))
    for row, line in zip(book.worksheets[0].iter_rows(min_row=3), lines, strict=True):
        row[5].value = "成功" if line.outcome == "paid" else "失败"
    out = io.BytesIO()
    book.save(out)
    assert read_answer(out.getvalue()).lines == lines
    csv = "编号,金额（元）,结果\n" + "".join(
        f"{one.key},{one.amount_fen / 100:.2f},{'成功' if one.outcome == 'paid' else '退回'}\n"
        for one in lines
    )
    assert read_answer(csv.encode("gb18030")).lines == lines
    assert read_answer(csv.encode("utf-8-sig")).lines == lines


def test_a_name_that_begins_like_a_formula_stays_a_name() -> None:
    batch = batch_of([("=1+1", "6222020000000000000", 100)])
    cell = load_workbook(io.BytesIO(write_list(batch))).worksheets[0]["B3"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


@pytest.mark.parametrize("outcome, amount, found", [
    ("paid", 60_000, "paid"), ("paid", None, "paid"), ("paid", 60_001, "differs"),
    ("refused", 60_000, "refused"), ("waiting", 60_000, "waiting"),
])  # fmt: skip
def test_a_line_comes_out(outcome: Any, amount: int | None, found: str) -> None:
    said = Statement(
        batch="", lines=(Answered(key="MS0000000-1", outcome=outcome, amount_fen=amount),)
    )
    first, second = reconcile(ONE.orders, said).lines
    assert (first.found, second.found) == (found, "missing")


def test_said_twice_alike_is_booked_once_and_shown_said_differently_is_not_booked() -> None:
    paid = Answered(key="MS0000000-1", outcome="paid", amount_fen=60_000)
    refused = Answered(key="MS0000000-1", outcome="refused", reason="AC01")
    alike = reconcile(ONE.orders, Statement(batch="", lines=(paid, paid)))
    assert (alike.of("paid").fen, len(alike.needs_a_person)) == (60_000, 1)
    other = reconcile(ONE.orders, Statement(batch="", lines=(paid, refused)))
    assert other.of("paid").count == other.of("refused").count == 0
    assert other.of("twice").count == 1


def test_a_control_sum_that_disagrees_is_said() -> None:
    assert reconcile(ONE.orders, Statement(batch="", lines=(), count=2, sum_fen=90_000)).sums_agree
    assert reconcile(ONE.orders, Statement(batch="", lines=(), count=3)).sums_agree is False
    assert reconcile(ONE.orders, Statement(batch="", lines=())).sums_agree is None


BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]><a>&c;</a>"""
OUTSIDE = (
    b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>"""
)


@pytest.mark.parametrize("content", [
    BOMB, OUTSIDE, b"<a>" * 100_000, b"<a>", b"<a/>", b"", b"PK\x03\x04no", b"\xff\xfe\x00", b"hello", b"x,y\n1,2",
    "编号,结果\nMS1,也许\n".encode(), "编号,结果,金额（元）\nMS1,成功,abc\n".encode(),
    b"<?xml version='1.0' encoding='no-such'?><a/>",
])  # fmt: skip
def test_a_bad_file_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(WrongInput) as refused:
        read_answer(content)
    assert "什么都没有记账" in refused.value.zh


@given(st.binary(max_size=200))
def test_no_file_breaks_the_reader(content: bytes) -> None:
    with contextlib.suppress(WrongInput):
        read_answer(content)


@pytest.mark.parametrize("key, account, fen", [("", "1", 1), ("a b", "1", 1), ("A" * 36, "1", 1), ("A", "12x", 1), ("A", "1", 0)])  # fmt: skip
def test_what_a_bank_cannot_carry_is_no_order(key: str, account: str, fen: int) -> None:
    with pytest.raises(ValueError):
        Order(key=key, name="王芳", account=account, amount_fen=fen, purpose="")


def test_a_batch_has_no_key_twice() -> None:
    with pytest.raises(ValueError):
        Batch(number="F", made_at=AT, pay_on=AT.date(), debtor=DEBTOR, orders=ONE.orders * 2)
