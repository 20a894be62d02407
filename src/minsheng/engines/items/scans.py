"""Answer sheets read back from a scan or a photograph.

The QR code names the sheet; the four corner marks give the perspective; every bubble is then looked
up where its layout says it is and compared with the paper around it, so that uneven light doesn't
matter. Nothing is guessed: a double mark, a faint one and a gap are for a person to look at.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import pypdfium2
import zxingcpp
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from minsheng.engines.items.sheets import MARK, MARKS, QR, RADIUS, Field, Page, sheet_in
from minsheng.lib.errors import WrongInput

Floats: TypeAlias = NDArray[np.float64]
State = Literal["read", "blank", "double", "doubtful"]

LONGEST = 2_200
"""Longer pictures are made smaller: 7 pixels for a millimetre are plenty."""
FILLED, EMPTY = 0.40, 0.24
"""Darkness of a filled and of an empty bubble, paper 0 and black 1; between them is doubtful."""
CODES = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
CANDIDATES = 14
MOST_PAGES = 120
MOST_PIXELS = 80_000_000
QR_ERROR = 0.08
"""How far the corners of the QR code may lie from where the marks say, in sides of the code."""
MARK_ERROR = 0.22
"""How far the area of a mark may be from what the perspective says, as a share."""


@dataclass(frozen=True, slots=True)
class FieldRead:
    """What is filled in. `value` is "" unless `state` is "read"; `seen` are the bubbles that might be
    meant; `confidence` is how far the nearest bubble is from being taken otherwise, 0 to 1.
    """

    key: str
    value: str
    state: State
    confidence: float
    seen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageRead:
    """One page: sheet, page number, and what is filled in."""

    sheet: str
    page: int
    fields: tuple[FieldRead, ...]

    @property
    def for_a_person(self) -> tuple[FieldRead, ...]:
        """The fields that somebody has to look at."""
        return tuple(one for one in self.fields if one.state != "read")


Find: TypeAlias = Callable[[str, int], Page | None]


def read_page(image: Image.Image, find: Find) -> PageRead:
    """Return what is filled in on a page; `find` gives the page of a sheet, None for an unknown one.

    Raises WrongInput with what to do when no code or not all four marks are found.
    """
    grey = _grey(image)
    sheet, number, quad = _code_in(grey)
    page = find(sheet, number)
    if page is None:
        raise WrongInput(
            "sheet_unknown",
            f"没有编号是 {sheet} 的答题卡第 {number} 页。看看是不是别的活动的。",
            f"There is no page {number} of a sheet {sheet}. Is it of another activity?",
        )
    to_pixels = _perspective(grey, quad)
    darkness = _darkness(grey, to_pixels, np.array([(one.x, one.y) for one in page.bubbles]))
    by_field: dict[str, list[tuple[int, str, Sequence[float]]]] = {
        one.key: [] for one in page.fields
    }
    for bubble, dark in zip(page.bubbles, darkness, strict=True):
        by_field[bubble.field].append(
            (bubble.column, bubble.value, (float(dark[0]), float(dark[1])))
        )
    return PageRead(sheet, number, tuple(_field(one, by_field[one.key]) for one in page.fields))


def pictures_in(content: bytes, *, most: int = MOST_PAGES) -> Iterator[Image.Image]:
    """Yield the pages of an upload one by one: a PDF from a scanner, or a photograph.

    Raises WrongInput for another kind of file, a broken one, or more than `most` pages.
    """
    if content[:5] == b"%PDF-":
        yield from _pages_of(content, most)
        return
    try:
        picture = Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP", "TIFF"))
        if picture.size[0] * picture.size[1] > MOST_PIXELS:
            raise _not_a_picture()
        picture.load()
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as cause:
        raise _not_a_picture() from cause
    yield picture


def _pages_of(content: bytes, most: int) -> Iterator[Image.Image]:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as cause:
        raise _not_a_picture() from cause
    try:
        if len(document) > most:
            raise WrongInput(
                "scan_pages",
                f"一次最多 {most} 页，请分几次上传。",
                f"At most {most} pages at once; send them in parts.",
            )
        for page in document:
            scale = min(LONGEST / max(1.0, *page.get_size()), 200 / 72)
            yield page.render(scale=scale).to_pil()
    except pypdfium2.PdfiumError as cause:
        raise _not_a_picture() from cause
    finally:
        document.close()


def _not_a_picture() -> WrongInput:
    return WrongInput(
        "scan_file",
        "这个文件打不开。上传扫描的 PDF，或者手机拍的照片（JPEG、PNG）。",
        "This file can't be opened. Send a PDF from a scanner, or a photograph (JPEG, PNG).",
    )


# ── finding the page ────────────────────────────────────────────────────────────────────────────


def _grey(image: Image.Image) -> NDArray[np.float32]:
    if min(image.size) < 300 or image.size[0] * image.size[1] > MOST_PIXELS:
        raise WrongInput(
            "scan_size",
            "图片太小或太大。手机拍一张，或者用 150 到 300 dpi 扫描。",
            "The picture is too small or too large. Take a photograph, or scan at 150 to 300 dpi.",
        )
    scale = LONGEST / max(image.size)
    grey = image.convert("L")
    if scale < 1:
        size = round(image.size[0] * scale), round(image.size[1] * scale)
        grey = grey.resize(size, Image.Resampling.LANCZOS)
    return np.asarray(grey, dtype=np.float32)


def _code_in(grey: NDArray[np.float32]) -> tuple[str, int, Floats]:
    """Return sheet, page, and the corners of the code in pixels, clockwise from its upper left."""
    pixels: Any = grey.astype(np.uint8)
    for found in zxingcpp.read_barcodes(pixels, formats=CODES):
        named = sheet_in(found.text)
        if named is not None:
            at = found.position
            corners = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
            return *named, np.array([(point.x, point.y) for point in corners], dtype=np.float64)
    raise WrongInput(
        "scan_no_code",
        "找不到答题卡的二维码。拍清楚些，整张纸都要在画面里。",
        "No code of an answer sheet is found. Take it again, sharp and with the whole page in it.",
    )


def _perspective(grey: NDArray[np.float32], quad: Floats) -> Floats:
    """Return the 3 × 3 matrix from millimetres to pixels.

    Among the dark squares, the four that put the QR code where it is seen are the corner marks.
    """
    shapes = _squares(grey, quad)
    left, top, side = QR
    code = np.array(
        [(left, top), (left + side, top), (left + side, top + side), (left, top + side)]
    )
    chosen = np.array(
        [
            np.roll(_clockwise(shapes[list(four)]), turn, axis=0)
            for four in itertools.combinations(range(len(shapes)), 4)
            for turn in range(4)
        ]
    )
    if len(chosen):
        matrices = _homographies(np.array(MARKS), chosen[:, :, :2])
        errors = np.linalg.norm(_mapped(matrices, code) - quad, axis=2).max(axis=1) / _side(quad)
        # A speck may lie where the code agrees with it by chance, but then its size doesn't.
        sizes = np.abs(np.log(chosen[:, :, 2] / _areas(matrices))).max(axis=1)
        errors[~(sizes <= MARK_ERROR)] = np.inf
        errors[~np.isfinite(errors)] = np.inf
        best = int(np.argmin(errors))
        if errors[best] <= QR_ERROR:
            return np.asarray(matrices[best])
    raise WrongInput(
        "scan_no_marks",
        "四个角的黑方块没有都拍到。把纸放平，四个角都拍进去，不要遮住。",
        "Not all four corner marks are seen. Lay the page flat with all of its corners in view.",
    )


def _areas(matrices: Floats) -> Floats:
    """Return how many pixels each corner mark covers by each perspective: (n, 4)."""
    half = MARK / 2
    corners = np.array([(-half, -half), (half, -half), (half, half), (-half, half)])
    places = (np.array(MARKS)[:, None, :] + corners[None, :, :]).reshape(-1, 2)
    ends = _mapped(matrices, places).reshape(len(matrices), 4, 4, 2)
    after = np.roll(ends, -1, axis=2)
    twice = ends[..., 0] * after[..., 1] - after[..., 0] * ends[..., 1]
    return np.asarray(np.abs(twice.sum(axis=2)) / 2)


def _side(quad: Floats) -> float:
    return float(np.linalg.norm(quad - np.roll(quad, 1, axis=0), axis=1).mean())


def _squares(grey: NDArray[np.float32], quad: Floats) -> Floats:
    """Return middle and area (n, 3) of dark solid shapes about as large as a corner mark."""
    light = ndimage.uniform_filter(grey, size=max(31, max(grey.shape) // 14) | 1, mode="nearest")
    labels, count = ndimage.label(grey < 0.72 * light)
    expected = (_side(quad) * 7.0 / QR[2]) ** 2
    sizes = np.bincount(labels.ravel())
    wanted = [at for at in range(1, count + 1) if expected / 6 <= sizes[at] <= expected * 6]
    boxes = ndimage.find_objects(labels)
    found: list[tuple[float, tuple[float, float, float]]] = []
    for at in wanted:
        box = boxes[at - 1]
        rows, columns = np.nonzero(labels[box] == at)
        spread = np.cov(np.stack([columns, rows]).astype(float))
        first, second = np.linalg.eigvalsh(spread)
        if first <= 0 or second / first > 4:
            continue
        # A solid square has an area of 12 times its spread; a ring or a letter has far less.
        solid = len(rows) / (12 * float(np.sqrt(first * second)))
        if 0.85 <= solid <= 1.15:
            x, y = columns.mean() + box[1].start, rows.mean() + box[0].start
            unlike = abs(float(np.log(len(rows) / expected)))
            found.append((unlike, (float(x), float(y), float(len(rows)))))
    likeliest = [shape for _, shape in sorted(found)[:CANDIDATES]]
    return np.array(likeliest, dtype=np.float64).reshape(-1, 3)


def _clockwise(four: Floats) -> Floats:
    """Return four points in clockwise order as seen (y goes down)."""
    middle = four.mean(axis=0)
    turn = np.arctan2(four[:, 1] - middle[1], four[:, 0] - middle[0])
    return np.asarray(four[np.argsort(turn)])


def _homographies(points: Floats, ends: Floats) -> Floats:
    """Return matrices (n, 3, 3) that take four points (4, 2) to each of ends (n, 4, 2)."""
    count = len(ends)
    system = np.zeros((count, 8, 8))
    x, y = points[:, 0], points[:, 1]
    u, v = ends[:, :, 0], ends[:, :, 1]
    system[:, :4, 0], system[:, :4, 1], system[:, :4, 2] = x, y, 1
    system[:, 4:, 3], system[:, 4:, 4], system[:, 4:, 5] = x, y, 1
    system[:, :4, 6], system[:, :4, 7] = -u * x, -u * y
    system[:, 4:, 6], system[:, 4:, 7] = -v * x, -v * y
    right = np.concatenate([u, v], axis=1)
    sound = np.abs(np.linalg.det(system)) > 1e-6
    found = np.full((count, 3, 3), np.nan)
    if sound.any():
        eight = np.linalg.solve(system[sound], right[sound][:, :, None])[:, :, 0]
        whole = np.concatenate([eight, np.ones((len(eight), 1))], axis=1)
        found[sound] = whole.reshape(-1, 3, 3)
    return found


def _mapped(matrices: Floats, points: Floats) -> Floats:
    """Return points (m, 2) through matrices (n, 3, 3): (n, m, 2)."""
    whole = np.concatenate([points, np.ones((len(points), 1))], axis=1)
    ends = np.einsum("nij,mj->nmi", matrices, whole)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(ends[:, :, :2] / ends[:, :, 2:])


# ── reading bubbles ─────────────────────────────────────────────────────────────────────────────


def _darkness(grey: NDArray[np.float32], matrix: Floats, middles: Floats) -> Floats:
    """Return how dark each bubble is inside, 0 as the paper around it, 1 black: (bubbles, 2).

    Twice: beside the darker and beside the lighter paper around it. The two differ where the edge of a
    shadow runs through, and then only what holds for both is taken.
    """
    inside = _disc(0.0, 0.78 * RADIUS, rings=5)
    around = _disc(1.3 * RADIUS, 1.55 * RADIUS, rings=2)
    inner = _sampled(grey, matrix, middles, inside).mean(axis=1)
    paper = np.percentile(_sampled(grey, matrix, middles, around), (35, 75), axis=1).T
    return np.asarray(np.clip(1 - inner[:, None] / np.maximum(paper, 1), 0, 1))


def _disc(inner: float, outer: float, *, rings: int) -> Floats:
    radii = np.linspace(inner, outer, rings)
    points = [
        (radius * np.cos(turn), radius * np.sin(turn))
        for radius in radii
        for turn in np.linspace(0, 2 * np.pi, max(1, round(6 * radius / RADIUS * rings)), False)
    ]
    return np.array(points)


def _sampled(grey: NDArray[np.float32], matrix: Floats, middles: Floats, offsets: Floats) -> Floats:
    places = (middles[:, None, :] + offsets[None, :, :]).reshape(-1, 2)
    ends = _mapped(matrix[None], places)[0]
    found = ndimage.map_coordinates(grey, [ends[:, 1], ends[:, 0]], order=1, mode="nearest")
    return np.asarray(found, dtype=np.float64).reshape(len(middles), len(offsets))


def _mark(dark: Sequence[float]) -> str:
    """Return "filled", "empty" or "perhaps" for the two darknesses of a bubble."""
    least, most = dark
    if least >= FILLED:
        return "filled"
    return "empty" if least <= EMPTY and most < FILLED else "perhaps"


def _field(one: Field, bubbles: Sequence[tuple[int, str, Sequence[float]]]) -> FieldRead:
    if one.kind == "number":
        return _number(one, bubbles)
    filled = [value for _, value, dark in bubbles if _mark(dark) == "filled"]
    perhaps = [value for _, value, dark in bubbles if _mark(dark) == "perhaps"]
    sure = _sure([dark for _, _, dark in bubbles])
    if perhaps:
        return FieldRead(one.key, "", "doubtful", sure, (*filled, *perhaps))
    if not filled:
        return FieldRead(one.key, "", "blank", sure)
    if len(filled) > 1 and one.kind != "choices":
        return FieldRead(one.key, "", "double", sure, tuple(filled))
    return FieldRead(one.key, "".join(filled), "read", sure, tuple(filled))


def _number(one: Field, bubbles: Sequence[tuple[int, str, Sequence[float]]]) -> FieldRead:
    columns: list[list[str]] = [[] for _ in range(one.columns)]
    perhaps = False
    for column, value, dark in bubbles:
        if _mark(dark) != "empty":
            columns[column].append(value)
            perhaps |= _mark(dark) == "perhaps"
    sure = _sure([dark for _, _, dark in bubbles])
    seen = tuple("".join(values) for values in columns if values)
    if not seen:
        return FieldRead(one.key, "", "blank", sure)
    if any(len(values) > 1 for values in columns):
        return FieldRead(one.key, "", "doubtful" if perhaps else "double", sure, seen)
    used = [at for at, values in enumerate(columns) if values]
    if perhaps or used != [*range(used[0], used[-1] + 1)]:
        return FieldRead(one.key, "", "doubtful", sure, seen)
    return FieldRead(one.key, "".join(seen), "read", sure, seen)


def _sure(bubbles: Sequence[Sequence[float]]) -> float:
    """Return how far the bubble nearest to a limit is from it, in shares of the distance."""
    least = 1.0
    for dark in bubbles:
        kind = _mark(dark)
        far = (
            (dark[0] - FILLED) / (0.7 - FILLED) if kind == "filled"
            else min((EMPTY - dark[0]) / EMPTY, (FILLED - dark[1]) / FILLED) if kind == "empty"
            else 0.0
        )  # fmt: skip
        least = min(least, far)
    return round(float(least), 3)
