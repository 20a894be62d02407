"""A bank's answer, in whatever file it came."""

from __future__ import annotations

from minsheng.engines.payments.orders import Statement, unreadable
from minsheng.engines.payments.pain import read_pain002
from minsheng.engines.payments.tables import read_csv, read_workbook


def read_answer(content: bytes) -> Statement:
    """Return what a bank says of its orders: pain.002, a workbook or a CSV, told by how it begins."""
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:5]
    if not start:
        raise unreadable("文件是空的。", "The file is empty.")
    if start.startswith(b"PK"):
        return read_workbook(content)
    if start.startswith(b"<"):
        return read_pain002(content)
    return read_csv(content)
