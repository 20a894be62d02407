"""Pictures that an item declares as data: what each shows, and whether it can be drawn.

`drawing.py` draws them and says them in words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from minsheng.engines.items.numbers import read_number
from minsheng.lib.texts import Text

Point: TypeAlias = tuple[float, ...]
Relation = Literal["parallel", "perpendicular", "crossing", "point-distance"]
MAX_TICKS = 60
MAX_SIDE = 40
MAX_BARS = 16
MAX_POINTS = 24
MAX_STACK = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Any picture; the kinds are below."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Angle(Picture):
    """An angle of `degrees`."""

    kind: Literal["angle"]
    degrees: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock(Picture):
    """The face of a clock."""

    kind: Literal["clock"]
    hour: int
    minute: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberLine(Picture):
    """A line of numbers with its ticks; `marks` are shown as dots."""

    kind: Literal["numberline"]
    start: str
    end: str
    step: str
    marks: tuple[str, ...] = ()

    @property
    def ticks(self) -> tuple[Fraction, ...]:
        """Every tick from start to end."""
        start, end, step = (read_number(one) or Fraction(0) for one in self._ends)
        return tuple(start + step * at for at in range(int((end - start) / step) + 1))

    @property
    def _ends(self) -> tuple[str, str, str]:
        return self.start, self.end, self.step


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One kind of bar: what it is called and how high each bar is."""

    title: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class ManySeries:
    """Kinds of bars side by side."""

    rows: tuple[Series, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars(Picture):
    """A chart of bars: one value for each label, or several series."""

    kind: Literal["bars"]
    labels: tuple[str, ...]
    title: str = ""
    unit: str = ""
    values: tuple[float, ...] = ()
    series: ManySeries = ManySeries()

    @property
    def rows(self) -> tuple[Series, ...]:
        """The series, one without a name where there are only values."""
        return self.series.rows or (Series(title="", values=self.values),)


@dataclass(frozen=True, slots=True, kw_only=True)
class GridShape:
    """A polygon on squared paper."""

    points: tuple[Point, ...]
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid(Picture):
    """Squared paper with shapes; (0, 0) is the lower left corner. `axis` is a dashed line."""

    kind: Literal["grid"]
    width: int
    height: int
    shapes: tuple[GridShape, ...] = ()
    axis: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Polygon(Picture):
    """A polygon; side n goes from corner n to the next, angle n lies at corner n."""

    kind: Literal["polygon"]
    points: tuple[Point, ...]
    sides: tuple[str, ...] = ()
    angles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines(Picture):
    """Two straight lines, or a point with its distance from a line."""

    kind: Literal["lines"]
    relation: Relation


@dataclass(frozen=True, slots=True, kw_only=True)
class Cubes(Picture):
    """Stacks of unit cubes; rows from the back to the front."""

    kind: Literal["cubes"]
    heights: tuple[tuple[int, ...], ...]


PICTURES: dict[str, type[Picture]] = {
    "angle": Angle,
    "clock": Clock,
    "numberline": NumberLine,
    "bars": Bars,
    "grid": Grid,
    "polygon": Polygon,
    "lines": Lines,
    "cubes": Cubes,
}


def wrong_picture(picture: Picture) -> Text | None:
    """Return why a picture can't be drawn, or None when it can."""
    match picture:
        case Angle() if not 0 < picture.degrees <= 360:
            return Text("角度要在 0 和 360 之间", "degrees lie between 0 and 360")
        case Clock() if not (0 <= picture.hour <= 24 and 0 <= picture.minute < 60):
            return Text("时间不对", "there is no such time")
        case NumberLine():
            return _wrong_line(picture)
        case Bars():
            return _wrong_bars(picture)
        case Grid():
            return _wrong_grid(picture)
        case Polygon():
            return _wrong_polygon(picture)
        case Cubes():
            return _wrong_cubes(picture)
    return None


def _wrong_line(picture: NumberLine) -> Text | None:
    start, end, step = map(read_number, (picture.start, picture.end, picture.step))
    if start is None or end is None or step is None or step <= 0 or end <= start:
        return Text("from、to、step 要是数，from 小于 to，step 大于 0", "from < to and step > 0")
    if (end - start) / step > MAX_TICKS:
        return Text(f"刻度太多，最多 {MAX_TICKS} 格", f"more than {MAX_TICKS} ticks")
    for mark in picture.marks:
        value = read_number(mark)
        if value is None or not start <= value <= end:
            return Text(f"“{mark}”不在这条线上", f"'{mark}' is not on the line")
    return None


def _wrong_bars(picture: Bars) -> Text | None:
    if not 1 <= len(picture.labels) <= MAX_BARS or len(picture.rows) > 4:
        return Text(f"要有 1 到 {MAX_BARS} 个标签，最多 4 组", f"1 to {MAX_BARS} labels, 4 series")
    if picture.values and picture.series.rows:
        return Text("values 和 series 只写一个", "write values or series, not both")
    for row in picture.rows:
        if len(row.values) != len(picture.labels):
            return Text("数和标签不一样多", "there are not as many values as labels")
        if any(not 0 <= value <= 1e9 for value in row.values):
            return Text("条形的数不能小于 0", "a bar is never below 0")
    if not any(any(row.values) for row in picture.rows):
        return Text("全是 0，画不出来", "every bar is 0")
    return None


def _wrong_grid(picture: Grid) -> Text | None:
    if not (1 <= picture.width <= MAX_SIDE and 1 <= picture.height <= MAX_SIDE):
        return Text(f"方格纸每边 1 到 {MAX_SIDE} 格", f"a side has 1 to {MAX_SIDE} squares")
    if picture.axis and (not _are_points(picture.axis) or len(picture.axis) != 2):
        return Text("axis 要写两个点", "axis has two points")
    for shape in picture.shapes:
        if not _are_points(shape.points) or not 1 <= len(shape.points) <= MAX_POINTS:
            return Text("点写成 [x, y]", "a point is [x, y]")
    every = [*picture.axis, *(point for shape in picture.shapes for point in shape.points)]
    if any(not (0 <= x <= picture.width and 0 <= y <= picture.height) for x, y in every):
        return Text("有点在方格纸外面", "a point lies outside of the paper")
    return None


def _wrong_polygon(picture: Polygon) -> Text | None:
    count = len(picture.points)
    if not _are_points(picture.points) or not 3 <= count <= MAX_POINTS:
        return Text("至少三个点，点写成 [x, y]", "three points at least, each [x, y]")
    if any(len(words) not in (0, count) for words in (picture.sides, picture.angles)):
        return Text("sides、angles 和点一样多", "as many sides and angles as points")
    if abs(area_of(picture.points)) < 1e-9:
        return Text("这些点在一条直线上", "these points lie on one line")
    return None


def _wrong_cubes(picture: Cubes) -> Text | None:
    rows = picture.heights
    if not rows or len({len(row) for row in rows}) != 1 or not rows[0]:
        return Text("heights 每行要一样长", "every row of heights has the same length")
    every = [height for row in rows for height in row]
    if max(len(rows), len(rows[0]), *every) > MAX_STACK or min(every) < 0 or not any(every):
        return Text(f"0 到 {MAX_STACK} 块", f"0 to {MAX_STACK} cubes")
    return None


def _are_points(points: Sequence[Point]) -> bool:
    return all(len(point) == 2 and all(map(math.isfinite, point)) for point in points)


def area_of(points: Sequence[Point]) -> float:
    """Return the area inside a polygon, positive when it goes round counter-clockwise."""
    pairs = zip(points, [*points[1:], points[0]], strict=True)
    return sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairs) / 2
