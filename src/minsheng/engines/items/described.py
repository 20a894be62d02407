"""Pictures in words, for who can't see them: what the drawing shows, never what is to be found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any

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
)
from minsheng.lib.texts import Text

_LINES = {
    "parallel": Text("两条直线，方向相同，永远不相交。", "Two lines in one direction that never meet."),
    "perpendicular": Text(
        "两条直线相交，交点处标着直角。", "Two lines that cross, with a right angle marked."
    ),
    "crossing": Text("两条直线相交，不成直角。", "Two lines that cross, not at a right angle."),
    "point-distance": Text(
        "直线外有一点 P，连到直线上的 A、B、C 三点。PB 和直线成直角，PA、PC 是斜的。",
        "A point P off a line, joined to A, B and C on it. PB meets it at a right angle; PA and PC"
        " slant.",
    ),
}  # fmt: skip


def described(picture: Picture) -> Text:
    """Return what a picture shows, in both languages."""
    return _SAY[type(picture)](picture)


def _figure(value: float) -> str:
    return f"{value:g}"


def _number(text: str) -> Fraction:
    return read_number(text) or Fraction(0)


def _points(points: Iterable[Point]) -> str:
    return "、".join(f"({_figure(x)}, {_figure(y)})" for x, y in points)


def _angle(picture: Angle) -> Text:
    degrees = _figure(picture.degrees)
    return Text(
        f"一个角，两边张开 {degrees} 度。", f"An angle; its sides open by {degrees} degrees."
    )


def _clock(picture: Clock) -> Text:
    hour, minute = picture.hour % 12 or 12, picture.minute
    between = minute != 0
    return Text(
        f"钟面。时针指着 {hour}" + (f" 和 {hour % 12 + 1} 之间" if between else "")
        + f"，分针指着第 {minute} 小格。",
        "A clock. The hour hand points "
        + (f"between {hour} and {hour % 12 + 1}" if between else f"at {hour}")
        + f", the minute hand at minute {minute}.",
    )  # fmt: skip


def _number_line(picture: NumberLine) -> Text:
    start, step = _number(picture.start), _number(picture.step) or Fraction(1)
    places = [number_said((_number(mark) - start) / step) for mark in picture.marks]
    zh = f"数线，从 {picture.start} 到 {picture.end}，每格一样大，共 {len(picture.ticks) - 1} 格。"
    en = f"A number line from {picture.start} to {picture.end} in {len(picture.ticks) - 1} steps."
    if places:
        zh += f"从左边数，点在第 {'、'.join(places)} 格处。"
        en += f" Dots after step {', '.join(places)} from the left."
    return Text(zh, en)


def _bars(picture: Bars) -> Text:
    zh, en = [], []
    for row in picture.rows:
        pairs = list(zip(picture.labels, row.values, strict=True))
        zh.append(
            (f"{row.title}：" if row.title else "")
            + "，".join(f"{label} {_figure(value)}" for label, value in pairs)
        )
        en.append(
            (f"{row.title}: " if row.title else "")
            + ", ".join(f"{label} {_figure(value)}" for label, value in pairs)
        )
    about = picture.title + (f"（{picture.unit}）" if picture.unit else "")
    return Text(
        f"条形统计图{f'，{about}' if about else ''}。{'；'.join(zh)}。",
        f"Bar chart{f', {about}' if about else ''}. {'; '.join(en)}.",
    )


def _grid(picture: Grid) -> Text:
    zh = [f"方格纸，宽 {picture.width} 格，高 {picture.height} 格，左下角是 (0, 0)。"]
    en = [f"Squared paper, {picture.width} by {picture.height}; (0, 0) is the lower left corner."]
    for shape in picture.shapes:
        kind_zh = {1: "点", 2: "线段"}.get(len(shape.points), "图形")
        kind_en = {1: "Point", 2: "Segment"}.get(len(shape.points), "Shape")
        zh.append(f"{kind_zh}{shape.label}：{_points(shape.points)}。")
        en.append(f"{kind_en} {shape.label}: {_points(shape.points)}.")
    if picture.axis:
        zh.append(f"虚线从 {_points(picture.axis[:1])} 到 {_points(picture.axis[1:])}。")
        en.append(f"Dashed line from {_points(picture.axis[:1])} to {_points(picture.axis[1:])}.")
    return Text("".join(zh), " ".join(en))


def _polygon(picture: Polygon) -> Text:
    count = len(picture.points)
    sides = [words for words in picture.sides if words]
    angles = [words for words in picture.angles if words]
    zh = {3: "三角形", 4: "四边形", 5: "五边形", 6: "六边形"}.get(count, f"{count} 边形") + "。"
    en = {3: "Triangle", 4: "Quadrilateral"}.get(count, f"Polygon of {count} sides") + "."
    if sides:
        zh += f"边上标着 {'、'.join(sides)}。"
        en += f" Sides marked {', '.join(sides)}."
    if angles:
        zh += f"角上标着 {'、'.join(angles)}。"
        en += f" Angles marked {', '.join(angles)}."
    corners = _points(picture.points)
    return Text(f"{zh}顶点：{corners}。", f"{en} Corners: {corners}.")


def _lines(picture: Lines) -> Text:
    return _LINES[picture.relation]


def _cubes(picture: Cubes) -> Text:
    rows = "；".join("、".join(map(str, row)) for row in picture.heights)
    return Text(
        f"小正方体搭成的立体图形。从后排到前排，每排从左到右的层数：{rows}。",
        f"A solid of unit cubes. Heights from the back row to the front, left to right: {rows}.",
    )


_SAY: dict[type[Picture], Callable[[Any], Text]] = {
    Angle: _angle,
    Clock: _clock,
    NumberLine: _number_line,
    Bars: _bars,
    Grid: _grid,
    Polygon: _polygon,
    Lines: _lines,
    Cubes: _cubes,
}
