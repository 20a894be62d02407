"""What is handed to the typesetter for answer sheets: plain data beside a template, never markup.

An app sets it with the fonts it has: `compile_pdf(TEMPLATE, sheets(…) | {"fonts": …}, book, at=…)`.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import segno

from minsheng.engines.items.sheets import MARK, MARKS, QR, RADIUS, SHOWN, Page, code_of

TEMPLATE = Path(__file__).with_name("sheet.typ")
NOTE = "用 2B 铅笔把圆圈涂满，改的时候擦干净。四个角的黑方块和二维码不要写到、折到。"


@dataclass(frozen=True, slots=True)
class Copy:
    """One sheet to print: its id, what stands under the title (a pupil, a class), its pages."""

    sheet: str
    name: str
    pages: tuple[Page, ...]


def sheets(copies: Iterable[Copy], *, title: str, note: str = NOTE) -> dict[str, Any]:
    """Return the data of `sheet.typ` for some sheets one after another; `fonts` is still to add."""
    return {
        "title": title,
        "note": note,
        "marks": [list(mark) for mark in MARKS],
        "mark": MARK,
        "qr": list(QR),
        "radius": RADIUS,
        "pages": [
            {
                "code": code_of(copy.sheet, page.number),
                "qr": qr_svg(code_of(copy.sheet, page.number)),
                "name": copy.name,
                "words": [asdict(one) for one in page.words],
                "boxes": [asdict(one) for one in page.boxes],
                "bubbles": [
                    {"x": one.x, "y": one.y, "text": SHOWN.get(one.value, one.value)}
                    for one in page.bubbles
                ],
            }
            for copy in copies
            for page in copy.pages
        ],
    }


def qr_svg(code: str) -> str:
    """Return a QR code (level Q, no border) as SVG."""
    out = io.BytesIO()
    segno.make(code, error="q", micro=False, boost_error=False).save(
        out, kind="svg", border=0, dark="#000000", xmldecl=False
    )
    return out.getvalue().decode("utf-8")
