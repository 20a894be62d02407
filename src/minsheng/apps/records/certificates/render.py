"""A sheet as a PDF/A-2b, set by typst.

About 10 ms once the compiler and its fonts are loaded (0.3 s): both are kept.
"""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import segno
import typst

from minsheng.apps.records.certificates.fonts import FontBook
from minsheng.apps.records.certificates.sheet import Sheet
from minsheng.lib.errors import Unavailable

SAMPLE = "样张，无法律效力"
WATERMARK = "演示样本"
TEMPLATE = Path(str(files("minsheng.apps.records.certificates"))) / "certificate.typ"
_compiling = threading.Lock()


def render(
    sheet: Sheet,
    book: FontBook,
    *,
    at: datetime,
    signer: tuple[str, ...],
    folder: Path | None = None,
) -> bytes:
    """Return the certificate as an unsigned PDF/A-2b.

    `at` becomes the file's date; `signer` are the lines that name the signing certificate;
    `folder` is named when a character can't be printed. Raises Unavailable for such a character.
    """
    words = _words(sheet, signer)
    content = {
        **asdict(sheet),
        "issued_on": sheet.issued_on.isoformat(),
        "valid_until": None,
        "issued": _long_date(sheet.issued_on),
        "valid": f"有效期至 {_long_date(sheet.valid_until)}" if sheet.valid_until else "",
        "qr": qr_svg(sheet.verify_url),
        "words": words,
        "fonts": {"song": book.song, "sans": book.sans},
    }
    book.check((*sheet.texts(), *(("signer", line) for line in signer)), folder=folder)
    try:
        return compile_pdf(TEMPLATE, content, book, at=at)
    except typst.TypstError as error:
        raise Unavailable(
            "certificate_not_set",
            "这张证照排不出来，办理结果不受影响。请把时间和编号告诉系统管理员。",
            f"The certificate could not be set; the decision is not affected. Tell the system "
            f"administrator the time and the number: {error}",
        ) from error


def compile_pdf(
    template: Path, content: Mapping[str, Any], book: FontBook, *, at: datetime
) -> bytes:
    """Return a PDF/A-2b of a template; what varies goes in as JSON and is set as text.

    `at` becomes the file's date. Raises typst.TypstError for a template that can't be set.
    """
    with _compiling:
        pdf = _compiler(template, book.folders, book.stamp).compile(
            format="pdf",
            pdf_standards=["a-2b"],
            sys_inputs={"data": json.dumps(content, ensure_ascii=False)},
            timestamp=int(at.timestamp()),
        )
    if not isinstance(pdf, bytes):
        raise TypeError("one document gives one file")
    return pdf


def qr_svg(url: str) -> str:
    """Return a QR code of `url` (level M, no border) as SVG."""
    out = io.BytesIO()
    segno.make(url, error="m", micro=False, boost_error=False).save(
        out, kind="svg", border=0, dark="#14201e", xmldecl=False
    )
    return out.getvalue().decode("utf-8")


@lru_cache(maxsize=4)
def _compiler(
    template: Path, folders: tuple[Path, ...], _stamp: tuple[tuple[str, int], ...]
) -> typst.Compiler:
    return typst.Compiler(
        str(template),
        font_paths=[str(folder) for folder in folders],
        ignore_system_fonts=True,
        sys_inputs={"data": "{}"},
    )


def _words(sheet: Sheet, signer: tuple[str, ...]) -> dict[str, Any]:
    place = sheet.verify_url.rsplit("/", 1)[0]
    return {
        "brand": "民生",
        "number": "编号",
        "sample": SAMPLE,
        "sample_foot": f"演示样本。人物、单位、数据均为虚构。{SAMPLE}。",
        "watermark": WATERMARK,
        "seal": ["电子印章", "样张不盖章"] if sheet.demo else ["电子印章", "加盖处"],
        "qr": f"核验二维码，编号 {sheet.number}",
        "verify": [
            "扫码核验，或到下面的网址输入编号。",
            "核验页会写明：有效、已撤销、已过期，或查无此证。",
        ],
        "verify_en": f"Scan to verify, or enter the number at\n{place}",
        "signed": signer,
    }


def _long_date(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
