"""ISO 20022: pain.001 (customer credit transfer) out, pain.002 (payment status report) back.

Versions written: pain.001.001.09 and pain.002.001.10; read: any, by the names of the elements.
Source: ISO 20022 message definitions, payments initiation.
"""

from __future__ import annotations

from datetime import date, datetime
from xml.etree import ElementTree as ET

from minsheng.engines.payments.orders import (
    Answered,
    Batch,
    Debtor,
    Order,
    Outcome,
    Statement,
    unreadable,
)
from minsheng.engines.payments.xml_reading import every, found, local_name, read_xml, words
from minsheng.lib.errors import MinshengError
from minsheng.lib.money import parse_yuan

PAIN001 = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
PAIN002 = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"
_FINAL: dict[str, Outcome] = {"ACSC": "paid", "ACCC": "paid", "RJCT": "refused"}
"""Statuses that are the last word; every other one means that the bank is still at it."""
_SAID: dict[Outcome, str] = {"paid": "ACSC", "refused": "RJCT", "waiting": "ACSP"}


def write_pain001(batch: Batch) -> bytes:
    """Return the payment file of a batch."""
    root = ET.Element("Document", xmlns=PAIN001)
    body = _in(root, "CstmrCdtTrfInitn")
    head = _in(body, "GrpHdr")
    _in(head, "MsgId", batch.number)
    _in(head, "CreDtTm", batch.made_at.isoformat(timespec="seconds"))
    _control(head, batch)
    _in(head, "InitgPty", "Nm", batch.debtor.name)
    payment = _in(body, "PmtInf")
    _in(payment, "PmtInfId", batch.number)
    _in(payment, "PmtMtd", "TRF")
    _control(payment, batch)
    _in(payment, "ReqdExctnDt", "Dt", batch.pay_on.isoformat())
    _in(payment, "Dbtr", "Nm", batch.debtor.name)
    _in(payment, "DbtrAcct", "Id", "Othr", "Id", batch.debtor.account)
    _in(payment, "DbtrAgt", "FinInstnId", "Nm", batch.debtor.bank)
    for order in batch.orders:
        one = _in(payment, "CdtTrfTxInf")
        _in(one, "PmtId", "EndToEndId", order.key)
        _in(one, "Amt", "InstdAmt", _yuan(order.amount_fen)).set("Ccy", "CNY")
        _in(one, "Cdtr", "Nm", order.name)
        _in(one, "CdtrAcct", "Id", "Othr", "Id", order.account)
        _in(one, "RmtInf", "Ustrd", order.purpose)
    return _written(root)


def read_pain001(content: bytes) -> Batch:
    """Return the batch of a payment file, as a bank reads it; WrongInput where it isn't one."""
    root = read_xml(content)
    head, payment = (found(root, "CstmrCdtTrfInitn", name) for name in ("GrpHdr", "PmtInf"))
    if head is None or payment is None:
        raise unreadable("这不是 pain.001 付款文件。", "This isn't a pain.001 file.")
    try:
        batch = Batch(
            number=words(head, "MsgId"),
            made_at=datetime.fromisoformat(words(head, "CreDtTm")),
            pay_on=date.fromisoformat(words(payment, "ReqdExctnDt", "Dt")),
            debtor=Debtor(
                name=words(payment, "Dbtr", "Nm"),
                account=words(payment, "DbtrAcct", "Id", "Othr", "Id"),
                bank=words(payment, "DbtrAgt", "FinInstnId", "Nm"),
            ),
            orders=tuple(_order(one) for one in every(payment, "CdtTrfTxInf")),
        )
    except ValueError as error:
        raise unreadable("付款文件不完整。", "The payment file isn't whole.") from error
    if (str(len(batch.orders)), _yuan(batch.sum_fen)) != (
        words(head, "NbOfTxs"),
        words(head, "CtrlSum"),
    ):
        raise unreadable("笔数或合计对不上。", "Count or sum don't agree with the lines.")
    return batch


def write_pain002(statement: Statement, *, made_at: datetime) -> bytes:
    """Return a bank's answer to a batch as a status report; the stand-in of a bank and tests use it."""
    root = ET.Element("Document", xmlns=PAIN002)
    body = _in(root, "CstmrPmtStsRpt")
    head = _in(body, "GrpHdr")
    _in(head, "MsgId", f"A-{statement.batch}"[:35])
    _in(head, "CreDtTm", made_at.isoformat(timespec="seconds"))
    group = _in(body, "OrgnlGrpInfAndSts")
    _in(group, "OrgnlMsgId", statement.batch)
    _in(group, "OrgnlMsgNmId", "pain.001.001.09")
    if statement.count is not None:
        _in(group, "OrgnlNbOfTxs", str(statement.count))
    if statement.sum_fen is not None:
        _in(group, "OrgnlCtrlSum", _yuan(statement.sum_fen))
    payment = _in(body, "OrgnlPmtInfAndSts")
    _in(payment, "OrgnlPmtInfId", statement.batch)
    for line in statement.lines:
        one = _in(payment, "TxInfAndSts")
        _in(one, "OrgnlEndToEndId", line.key)
        _in(one, "TxSts", _SAID[line.outcome])
        if line.reason:
            _in(one, "StsRsnInf", "Rsn", "Cd", line.reason)
        if line.amount_fen is not None:
            amount = _in(one, "OrgnlTxRef", "Amt", "InstdAmt", _yuan(line.amount_fen))
            amount.set("Ccy", "CNY")
    return _written(root)


def read_pain002(content: bytes) -> Statement:
    """Return a bank's answer; WrongInput where it isn't a status report or an amount is no amount."""
    body = found(read_xml(content), "CstmrPmtStsRpt")
    group = found(body, "OrgnlGrpInfAndSts") if body is not None else None
    if body is None or group is None:
        raise unreadable("这不是 pain.002 回执。", "This isn't a pain.002 answer.")
    lines = [
        _answered(one)
        for payment in every(body, "OrgnlPmtInfAndSts")
        for one in payment
        if local_name(one) == "TxInfAndSts"
    ]
    count = words(group, "OrgnlNbOfTxs")
    return Statement(
        batch=words(group, "OrgnlMsgId"),
        lines=tuple(lines),
        count=int(count) if count.isascii() and count.isdigit() and len(count) < 10 else None,
        sum_fen=_fen(words(group, "OrgnlCtrlSum")),
    )


def _answered(element: ET.Element) -> Answered:
    amount = found(element, "OrgnlTxRef", "Amt", "InstdAmt")
    if amount is not None and amount.get("Ccy", "CNY") != "CNY":
        raise unreadable("有一笔不是人民币。", "One of the amounts isn't in yuan.")
    return Answered(
        key=words(element, "OrgnlEndToEndId"),
        outcome=_FINAL.get(words(element, "TxSts"), "waiting"),
        amount_fen=_fen((amount.text or "").strip()) if amount is not None else None,
        reason=words(element, "StsRsnInf", "Rsn", "Cd")
        or words(element, "StsRsnInf", "Rsn", "Prtry")[:35],
    )


def _order(element: ET.Element) -> Order:
    return Order(
        key=words(element, "PmtId", "EndToEndId"),
        name=words(element, "Cdtr", "Nm"),
        account=words(element, "CdtrAcct", "Id", "Othr", "Id"),
        amount_fen=_fen(words(element, "Amt", "InstdAmt")) or 0,
        purpose=words(element, "RmtInf", "Ustrd"),
    )


def _in(parent: ET.Element, *path: str) -> ET.Element:
    """Return an element below another; of several words the last is its text, save of one alone."""
    names, text = (path[:-1], path[-1]) if len(path) > 1 else (path, None)
    for name in names:
        parent = ET.SubElement(parent, name)
    parent.text = text
    return parent


def _control(parent: ET.Element, batch: Batch) -> None:
    _in(parent, "NbOfTxs", str(len(batch.orders)))
    _in(parent, "CtrlSum", _yuan(batch.sum_fen))


def _written(root: ET.Element) -> bytes:
    ET.indent(root)
    return bytes(ET.tostring(root, encoding="UTF-8", xml_declaration=True))


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _fen(text: str) -> int | None:
    if not text:
        return None
    try:
        return parse_yuan(text)
    except MinshengError as error:
        raise unreadable(f"“{text[:20]}”不是金额。", f"{text[:20]!r} is no amount.") from error
