"""Pictures drawn as SVG from their data. Everything is in the colour of the text around it.

No style attribute and no script; `ground` is the colour of what hides something behind it: the
page's own on a screen, white on paper.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from minsheng.engines.items.described import described
from minsheng.engines.items.numbers import number_said, read_number
from minsheng.engines.items.pictures import (
    Angle,
    Bars,
    Clock,
    Cubes,
    Grid,
    Lines,
    NumberLine,
    Picture,
    Point,
    Polygon,
    area_of,
    wrong_picture,
)

SCREEN = "Canvas"
PAPER = "#ffffff"
TEXT = 14.0
FILLS = (0.75, 0.12, 0.4, 0.0)
_FAINT = {"stroke-opacity": "0.3"}


@dataclass(slots=True)
class _Sheet:
    """Shapes so far and the box around them. x goes right, y goes down, in pixels."""

    ground: str
    shapes: list[str] = field(default_factory=list)
    xs: list[float] = field(default_factory=list)
    ys: list[float] = field(default_factory=list)

    def add(self, tag: str, inner: object = "", **named: object) -> None:
        """Add one element; an underscore in a name is a hyphen."""
        words = "".join(
            f' {name.replace("_", "-")}="{escape(_said(value))}"' for name, value in named.items()
        )
        self.shapes.append(f"<{tag}{words}>{inner}</{tag}>" if inner else f"<{tag}{words}/>")

    def reach(self, *points: Point) -> None:
        """Make the box reach these points."""
        self.xs += [point[0] for point in points]
        self.ys += [point[1] for point in points]

    def line(self, start: Point, end: Point, **named: object) -> None:
        """Draw a straight line."""
        self.reach(start, end)
        self.add("line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], **named)

    def shape(self, points: Sequence[Point], **named: object) -> None:
        """Draw a closed polygon."""
        self.reach(*points)
        row = " ".join(f"{_said(x)},{_said(y)}" for x, y in points)
        self.add("polygon", points=row, **named)

    def dot(self, at: Point, radius: float = 4) -> None:
        """Draw a dot."""
        self.reach((at[0] - radius, at[1] - radius), (at[0] + radius, at[1] + radius))
        self.add("circle", cx=at[0], cy=at[1], r=radius, fill="currentColor", stroke="none")

    def words(self, at: Point, text: str, *, anchor: str = "middle", size: float = TEXT) -> None:
        """Write words with their middle at a point."""
        if not text:
            return
        width = sum(size if ord(char) > 0x2E7F else size * 0.6 for char in text)
        left = at[0] - {"middle": width / 2, "end": width}.get(anchor, 0)
        self.reach((left, at[1] - size * 0.7), (left + width, at[1] + size * 0.7))
        self.add(
            "text", escape(text), x=at[0], y=at[1] + size * 0.36, font_size=size,
            text_anchor=anchor, fill="currentColor", stroke="none",
        )  # fmt: skip

    def corner(self, at: Point, one: Point, other: Point, *, size: float = 10) -> None:
        """Draw the small square of a right angle at a corner, along two directions."""
        first, second = _along(at, one, size), _along(at, other, size)
        third = (first[0] + second[0] - at[0], first[1] + second[1] - at[1])
        row = " ".join(f"{_said(x)},{_said(y)}" for x, y in (first, third, second))
        self.add("polyline", points=row)

    def svg(self, label: str, kind: str) -> str:
        """Return everything as one SVG that says what it shows."""
        pad = 6.0
        left, top = min(self.xs) - pad, min(self.ys) - pad
        width, height = max(self.xs) + pad - left, max(self.ys) + pad - top
        box = " ".join(map(_said, (left, top, width, height)))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="picture picture-{kind}" role="img"'
            f' aria-label="{escape(label)}" viewBox="{box}" width="{_said(width)}"'
            f' height="{_said(height)}" fill="none" stroke="currentColor" stroke-width="1.6"'
            f' stroke-linejoin="round" stroke-linecap="round" font-family="sans-serif">'
            f"{''.join(self.shapes)}</svg>"
        )


def _said(value: object) -> str:
    if not isinstance(value, int | float):
        return str(value)
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _along(start: Point, end: Point, far: float) -> Point:
    span = math.dist(start, end) or 1.0
    return (
        start[0] + (end[0] - start[0]) * far / span,
        start[1] + (end[1] - start[1]) * far / span,
    )


def draw(picture: Picture, *, language: str = "zh", ground: str = SCREEN) -> str:
    """Return a picture as an SVG string with its text alternative.

    `ground` is SCREEN or PAPER. Raises ValueError for a picture that can't be drawn.
    """
    wrong = wrong_picture(picture)
    if wrong is not None:
        raise ValueError(wrong.en)
    sheet = _Sheet(ground)
    _DRAW[type(picture)](sheet, picture)
    kind = str(getattr(picture, "kind", "any"))
    return sheet.svg(described(picture).to(language), kind)


# ── one kind after another ──────────────────────────────────────────────────────────────────────


def _angle(sheet: _Sheet, picture: Angle) -> None:
    turn = math.radians(picture.degrees)
    at = (0.0, 0.0)
    first, second = (120.0, 0.0), (120 * math.cos(turn), -120 * math.sin(turn))
    sheet.line(at, first)
    sheet.line(at, second)
    sheet.reach((0, -24))
    if picture.degrees == 90:
        sheet.corner(at, first, second, size=16)
    elif picture.degrees == 360:
        sheet.reach((-24, -24), (24, 24))
        sheet.add("circle", cx=0, cy=0, r=24)
    else:
        x, y = 24 * math.cos(turn), -24 * math.sin(turn)
        wide = int(picture.degrees > 180)
        sheet.reach((-24, 24 * wide))
        sheet.add("path", d=f"M24 0A24 24 0 {wide} 0 {_said(x)} {_said(y)}")


def _clock(sheet: _Sheet, picture: Clock) -> None:
    sheet.reach((-92, -92), (92, 92))
    sheet.add("circle", cx=0, cy=0, r=90, stroke_width=2.4)

    def at(turn: float, far: float) -> Point:
        angle = math.radians(turn - 90)
        return far * math.cos(angle), far * math.sin(angle)

    for minute in range(60):
        sheet.line(at(minute * 6, 80 if minute % 5 == 0 else 85), at(minute * 6, 90))
    for hour in range(1, 13):
        sheet.words(at(hour * 30, 68), str(hour))
    sheet.line((0, 0), at((picture.hour % 12) * 30 + picture.minute / 2, 42), stroke_width=4.5)
    sheet.line((0, 0), at(picture.minute * 6, 62), stroke_width=2.6)
    sheet.dot((0, 0))


def _number_line(sheet: _Sheet, picture: NumberLine) -> None:
    ticks = picture.ticks
    start, step = ticks[0], (read_number(picture.step) or 1)
    apart = max(8.0, min(40.0, 400 / len(ticks)))
    sheet.line((-14, 0), ((len(ticks) - 1) * apart + 22, 0))
    end = (len(ticks) - 1) * apart + 22
    sheet.add("polyline", points=f"{_said(end - 7)},-4 {_said(end)},0 {_said(end - 7)},4")
    for at, value in enumerate(ticks):
        whole = at in (0, len(ticks) - 1) or value % (10 * step) == 0
        sheet.line((at * apart, -7 if whole else -4), (at * apart, 7 if whole else 4))
        if whole:
            sheet.words((at * apart, 20), number_said(value))
    for mark in picture.marks:
        value = read_number(mark) or start
        sheet.dot((float((value - start) / step) * apart, 0), 5)


def _bars(sheet: _Sheet, picture: Bars) -> None:
    rows = picture.rows
    step, count = scale_of([value for row in rows for value in row.values])
    height, thick = 150.0, 16.0 if len(rows) > 1 else 24.0
    slot = max(56.0, thick * len(rows) + 24, *(TEXT * len(label) + 10 for label in picture.labels))
    width = slot * len(picture.labels)
    sheet.words((width / 2, -height - 42), picture.title, size=16)
    sheet.words((0, -height - 18), picture.unit, size=12)
    for at in range(count + 1):
        y = -height * at / count
        sheet.line((0, y), (width, y), **(_FAINT if at else {}))
        sheet.words((-6, y), number_said(step * at), anchor="end", size=12)
    sheet.line((0, 0), (0, -height - 4))
    for place, label in enumerate(picture.labels):
        left = slot * place + (slot - thick * len(rows)) / 2
        for at, row in enumerate(rows):
            top = height * row.values[place] / float(step * count)
            x = left + thick * at
            sheet.shape(
                [(x, 0), (x, -top), (x + thick, -top), (x + thick, 0)],
                fill="currentColor", fill_opacity=FILLS[at],
            )  # fmt: skip
        sheet.words((slot * (place + 0.5), 16), label)
    for at, row in enumerate(rows):
        if row.title:
            y = 42 + 22 * at
            sheet.shape(
                [(0, y - 6), (12, y - 6), (12, y + 6), (0, y + 6)],
                fill="currentColor", fill_opacity=FILLS[at],
            )  # fmt: skip
            sheet.words((20, y), row.title, anchor="start")


def scale_of(values: Sequence[float]) -> tuple[Any, int]:
    """Return the step of an axis and how many steps reach over the greatest value.

    The greatest common divisor of whole values where that makes at most 12 steps; else a round one.
    """
    top = max(values)
    if all(float(value).is_integer() for value in values):
        common = math.gcd(*(int(value) for value in values))
        if top / common <= 12:
            return read_number(str(common)), math.ceil(top / common) + (top / common < 12)
    size = 10 ** math.floor(math.log10(top))
    for part in (1, 2, 5, 10):
        step = size * part / 10
        if top / step <= 10:
            return read_number(f"{step:.9f}"), math.floor(top / step) + 1
    raise AssertionError("a power of ten is always enough")


def _grid(sheet: _Sheet, picture: Grid) -> None:
    cell = 22.0 if max(picture.width, picture.height) <= 20 else 14.0

    def at(point: Point) -> Point:
        return point[0] * cell, -point[1] * cell

    for x in range(picture.width + 1):
        sheet.line(at((x, 0)), at((x, picture.height)), stroke_width=0.8, **_FAINT)
    for y in range(picture.height + 1):
        sheet.line(at((0, y)), at((picture.width, y)), stroke_width=0.8, **_FAINT)
    if picture.axis:
        start, end = picture.axis
        sheet.line(at(start), at(end), stroke_dasharray="7 5", stroke_width=1.8)
    for shape in picture.shapes:
        corners = [at(point) for point in shape.points]
        middle = _middle(corners)
        if len(corners) == 1:
            sheet.dot(corners[0])
            middle = (corners[0][0] + 12, corners[0][1] - 10)
        elif len(corners) == 2:
            sheet.line(*corners, stroke_width=2.2)
            middle = (middle[0], middle[1] - 10)
        else:
            sheet.shape(corners, fill="currentColor", fill_opacity=0.14, stroke_width=2.2)
        sheet.words(middle, shape.label)


def _middle(points: Iterable[Point]) -> Point:
    found = [*points]
    return sum(x for x, _ in found) / len(found), sum(y for _, y in found) / len(found)


def _polygon(sheet: _Sheet, picture: Polygon) -> None:
    xs, ys = [x for x, _ in picture.points], [y for _, y in picture.points]
    scale = 200 / max(max(xs) - min(xs), max(ys) - min(ys))
    corners: list[Point] = [(x * scale, -y * scale) for x, y in picture.points]
    sheet.shape(corners, fill="currentColor", fill_opacity=0.06, stroke_width=2)
    turn = 1 if area_of(corners) > 0 else -1
    after = [*corners[1:], corners[0]]
    before = [corners[-1], *corners[:-1]]
    for (start, end), words in zip(zip(corners, after, strict=True), picture.sides, strict=False):
        span = math.dist(start, end) or 1.0
        out = 12 + TEXT * 0.3 * len(words)
        across = (end[1] - start[1]) / span * turn, -(end[0] - start[0]) / span * turn
        middle = _middle((start, end))
        sheet.words((middle[0] + across[0] * out, middle[1] + across[1] * 14), words)
    for at, words in enumerate(picture.angles):
        corner, one, other = corners[at], before[at], after[at]
        if words in ("90°", "直角", "∟"):
            sheet.corner(corner, one, other)
        elif words:
            inside = _middle((_along(corner, one, 60), _along(corner, other, 60)))
            sheet.words(_along(corner, inside, 34), words, size=12)


def _lines(sheet: _Sheet, picture: Lines) -> None:
    match picture.relation:
        case "parallel":
            sheet.line((0, 40), (160, 10))
            sheet.line((0, 90), (160, 60))
        case "perpendicular":
            sheet.line((0, 60), (160, 60))
            sheet.line((80, 0), (80, 120))
            sheet.corner((80, 60), (160, 60), (80, 0))
        case "crossing":
            sheet.line((0, 90), (160, 20))
            sheet.line((20, 0), (140, 110))
        case "point-distance":
            sheet.line((0, 110), (200, 110))
            point = (80.0, 10.0)
            for name, x in (("A", 20.0), ("B", 80.0), ("C", 160.0)):
                sheet.line(point, (x, 110), stroke_dasharray="6 4")
                sheet.words((x, 124), name)
            sheet.corner((80, 110), (200, 110), point)
            sheet.dot(point, 3)
            sheet.words((96, 8), "P")


def _cubes(sheet: _Sheet, picture: Cubes) -> None:
    """Draw every cube from the back to the front; the nearer hides what is behind it.

    Says which side is the front: rows end at the lower left.
    """
    side = 26.0
    right, front = (side * 0.87, side * 0.5), (-side * 0.87, side * 0.5)

    def at(column: float, row: float, level: float) -> Point:
        x = column * right[0] + row * front[0]
        y = column * right[1] + row * front[1] - level * side
        return x, y

    for row, heights in enumerate(picture.heights):
        for column, height in enumerate(heights):
            for level in range(height):
                c, r, h = column, row, level
                top = [at(c, r, h + 1), at(c + 1, r, h + 1), at(c + 1, r + 1, h + 1),
                       at(c, r + 1, h + 1)]  # fmt: skip
                left = [at(c, r + 1, h + 1), at(c + 1, r + 1, h + 1), at(c + 1, r + 1, h),
                        at(c, r + 1, h)]  # fmt: skip
                side_face = [at(c + 1, r, h + 1), at(c + 1, r + 1, h + 1), at(c + 1, r + 1, h),
                             at(c + 1, r, h)]  # fmt: skip
                for face, shade in ((top, 0.0), (left, 0.12), (side_face, 0.28)):
                    sheet.shape(face, fill=sheet.ground)
                    sheet.shape(face, fill="currentColor", fill_opacity=shade)
    rows, columns = len(picture.heights), len(picture.heights[0])
    below = at(columns / 2, rows + 0.7, 0)
    sheet.words((below[0] - 16, below[1] + 4), "前面", size=12)


_DRAW: dict[type[Picture], Callable[[_Sheet, Any], None]] = {
    Angle: _angle,
    Clock: _clock,
    NumberLine: _number_line,
    Bars: _bars,
    Grid: _grid,
    Polygon: _polygon,
    Lines: _lines,
    Cubes: _cubes,
}
