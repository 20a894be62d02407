"""Printed sheets, filled in with a pencil and photographed, for the tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import numpy as np
import pypdfium2
from numpy.random import Generator
from PIL import Image, ImageDraw, ImageFilter

from minsheng.apps.records.certificates.fonts import font_book
from minsheng.apps.records.certificates.render import compile_pdf
from minsheng.engines.items.printing import TEMPLATE, Copy, sheets
from minsheng.engines.items.sheets import HEIGHT, WIDTH, Page

DPI = 150
PER_MM = DPI / 25.4


def printed(*copies: Copy) -> list[Image.Image]:
    """Return every page of some copies as it comes from the printer."""
    book = font_book()
    content = sheets(copies, title="出门小题") | {"fonts": {"song": book.song, "sans": book.sans}}
    pdf = compile_pdf(TEMPLATE, content, book, at=datetime(2026, 11, 30, tzinfo=UTC))
    document = pypdfium2.PdfDocument(pdf)
    pages = [page.render(scale=DPI / 72).to_pil().convert("L") for page in document]
    document.close()
    return pages


def filled(
    blank: Image.Image, page: Page, marks: Mapping[str, str | list[str]], random: Generator
) -> Image.Image:
    """Return a page on which bubbles are filled with a pencil, none of them quite alike.

    A number is written in its first columns; of other fields every letter is a bubble.
    """
    found = blank.copy()
    pen = ImageDraw.Draw(found)
    for bubble in page.bubbles:
        mark = marks.get(bubble.field, "")
        kind = next(one.kind for one in page.fields if one.key == bubble.field)
        if kind == "number":
            meant = bubble.column < len(mark) and mark[bubble.column] == bubble.value
        else:
            meant = bubble.value in (mark if isinstance(mark, list) else [mark])
        if meant:
            x, y = (
                (middle + random.uniform(-0.25, 0.25)) * PER_MM for middle in (bubble.x, bubble.y)
            )
            radius = random.uniform(1.8, 2.4) * PER_MM
            shade = int(random.integers(30, 105))
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=shade)
    return found


def photographed(page: Image.Image, random: Generator, *, turn: float = 0.0) -> Image.Image:
    """Return a page as a phone sees it: turned, in perspective, unevenly lit, blurred, with noise."""
    width, height = page.size
    size = int(max(page.size) * 1.25)
    angle = np.radians(turn)
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=float)
    reach = size * 0.44 / np.hypot(width / 2, height / 2)
    ends = (corners - (width / 2, height / 2)) @ rotation.T * reach + size / 2
    ends += random.uniform(-0.035, 0.035, (4, 2)) * size
    photo = page.transform(
        (size, size), Image.Transform.PERSPECTIVE, _coefficients(ends, corners),
        Image.Resampling.BICUBIC, fillcolor=int(random.integers(60, 170)),
    )  # fmt: skip
    pixels = np.asarray(photo, dtype=float)
    y, x = np.mgrid[0 : 1 : size * 1j, 0 : 1 : size * 1j]
    toward = random.uniform(0, 2 * np.pi)
    light = 0.8 + 0.4 * (np.cos(toward) * (x - 0.5) + np.sin(toward) * (y - 0.5))
    noisy = pixels * light + random.normal(0, 6, pixels.shape)
    seen = Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8))
    return seen.filter(ImageFilter.GaussianBlur(random.uniform(0, 1.2)))


def _coefficients(ends: np.ndarray, corners: np.ndarray) -> list[float]:
    """Return what PIL wants: the map from places of the photograph to places of the page."""
    rows, right = [], []
    for (u, v), (x, y) in zip(ends, corners, strict=True):
        rows += [[u, v, 1, 0, 0, 0, -x * u, -x * v], [0, 0, 0, u, v, 1, -y * u, -y * v]]
        right += [x, y]
    return list(np.linalg.solve(np.array(rows), np.array(right)))


__all__ = ["DPI", "HEIGHT", "PER_MM", "WIDTH", "filled", "photographed", "printed"]
