"""A score in sentences: what was counted, into which band it fell, what would bring more."""

from __future__ import annotations

from fractions import Fraction
from typing import cast

from minsheng.engines.scoring.counting import Count, LineCount, Range
from minsheng.engines.scoring.raising import Change, Raise
from minsheng.engines.scoring.spec import Fact, Line, Measure, Score
from minsheng.lib.money import format_yuan
from minsheng.lib.texts import Text
from minsheng.rules.cells import Cell


def number_said(fact: Fact, number: int) -> Text:
    """Return a declared number with its unit: 18 人, 1,200.00 元."""
    if fact.type == "money":
        yuan = format_yuan(number).removesuffix(".00")
        return Text(f"{yuan} 元", f"{yuan} yuan")
    if fact.type == "boolean":
        return Text("是", "yes") if number else Text("否", "no")
    unit_en = f" {fact.unit.to('en')}" if fact.unit.zh else ""
    return Text(f"{number:,} {fact.unit.zh}".strip(), f"{number:,}{unit_en}")


def points_said(points: Fraction) -> str:
    """Return points as they are read: 18, or 17.25; never rounded up."""
    return _decimal(points)


def range_said(points: Range) -> Text:
    """Return points, or from how many to how many."""
    low, high = points_said(points.low), points_said(points.high)
    if points.is_exact:
        return Text(f"{low} 分", f"{low} points")
    return Text(f"{low} 到 {high} 分", f"{low} to {high} points")


def value_said(measure: Measure, value: Fraction, score: Score) -> Text:
    """Return a measure's value: a share as per cent (cut after two decimals), else the number."""
    if measure.under:
        return Text(f"{_decimal(value * 100)}%", f"{_decimal(value * 100)} %")
    return number_said(score.facts[measure.top], int(value))


def line_said(one: LineCount, score: Score) -> Text:
    """Return the sentence of one line: what was counted, and into which band it fell."""
    if one.nothing_under:
        names = [score.facts[m.under].label for m in one.line.measures.values() if m.under]
        return Text(
            f"{names[0].zh}是 0，算不出比例，表里没有写这种情况。请到窗口问。",
            f"{names[0].to('en')} is 0, so there is no share; the table doesn't say. Ask the office.",
        )
    if one.missing:
        zh = "、".join(score.facts[name].label.zh for name in one.missing)
        en = ", ".join(score.facts[name].label.to("en") for name in one.missing)
        return Text(f"还没有填：{zh}", f"Not declared yet: {en}")
    told = [
        (measure_said(measure, score), value_said(measure, value, score))
        for measure in one.line.measures.values()
        if (value := one.values[measure.key]) is not None
    ]
    return Text(
        "；".join(f"{name.zh}：{figure.zh}" for name, figure in told),
        "; ".join(f"{name.to('en')}: {figure.to('en')}" for name, figure in told),
    )


def measure_said(measure: Measure, score: Score) -> Text:
    """Return what a measure is: 科技人员 ÷ 职工总数."""
    top = score.facts[measure.top].label
    if not measure.under:
        return top
    under = score.facts[measure.under].label
    return Text(f"{top.zh} ÷ {under.zh}", f"{top.to('en')} ÷ {under.to('en')}")


def band_said(line: Line, row: int, score: Score) -> Text:
    """Return what a band asks for: 满 30%, 有 4 件."""
    zh, en = list[str](), list[str]()
    cells = zip(line.table.rows[row - 1].cells, line.measures.values(), strict=True)
    for cell, measure in cells:
        told = _cell_said(cell, measure, score)
        if told is not None:
            zh.append(told.zh)
            en.append(told.to("en"))
    if not zh:
        return Text("其他情况", "anything else")
    return Text("，".join(zh), ", ".join(en))


def _cell_said(cell: Cell, measure: Measure, score: Score) -> Text | None:
    if cell.test == "any":
        return None
    bound = value_said(measure, Fraction(cast(Fraction, cell.values[0])), score)
    if measure.under:
        named = Text("", "")
    else:
        label = score.facts[measure.top].label
        named = Text(f"{label.zh} ", f"{label.to('en')} ")
    if cell.test == ">=":
        return Text(f"{named.zh}满 {bound.zh}", f"{named.en}at least {bound.to('en')}")
    return Text(f"{named.zh}不到 {bound.zh}", f"{named.en}below {bound.to('en')}")


def change_said(change: Change, score: Score) -> Text:
    """Return one change in words: 科技人员加 3 人，到 21 人."""
    fact = score.facts[change.fact]
    more = number_said(fact, change.after - change.before)
    after = number_said(fact, change.after)
    return Text(
        f"{fact.label.zh}增加 {more.zh}，到 {after.zh}",
        f"{fact.label.to('en')}: {more.to('en')} more, {after.to('en')} in all",
    )


def raise_said(one: Raise, score: Score) -> Text:
    """Return what one raise takes and brings, as one sentence."""
    told = [change_said(change, score) for change in one.changes]
    gain = points_said(one.gain)
    return Text(
        "；".join(part.zh for part in told) + f"。多 {gain} 分。",
        "; ".join(part.to("en") for part in told) + f". {gain} points more.",
    )


def conclusion(found: Count) -> Text:
    """Return the sentence above the lines: how many points, and whether that passes."""
    if not found.is_configured:
        return Text("权重还没有设置，不能算总分", "The weights aren't set, so there is no total")
    if found.total is None:
        return Text(
            "还不知道属于哪个阶段，不能算总分", "The stage isn't known, so there is no total"
        )
    told = range_said(found.total)
    if found.score.mark is None:
        return Text(told.zh, told.to("en"))
    if found.passes:
        return Text(f"{told.zh}，达标", f"{told.to('en')}: it passes")
    if found.passes is None:
        return Text(f"{told.zh}，还不能定", f"{told.to('en')}: not settled yet")
    return Text(f"{told.zh}，还没有达标", f"{told.to('en')}: it doesn't pass yet")


def _decimal(number: Fraction) -> str:
    hundredths = number.numerator * 100 // number.denominator
    whole, rest = divmod(abs(hundredths), 100)
    told = f"{whole:,}" + (f".{rest:02d}".rstrip("0") if rest else "")
    return f"−{told}" if hundredths < 0 else told
