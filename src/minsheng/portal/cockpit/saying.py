"""Figures in words: the finding first, unknown said as unknown, small numbers as counts."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from minsheng.apps.cases import catalogue
from minsheng.apps.cases.reads import Figures, HeatRow, HotSpots, Share, WeekPoint
from minsheng.lib.texts import Text

FEW = 10
"""A share of fewer than this is said as a count: 7/8."""
NONE = Text("没有", "none")
STEPS = {
    "over": Text("超过自己的期限", "over its own term"),
    "external": Text("等登记库回话", "waiting for a register"),
    "stopped": Text("停表", "clock stopped"),
    "held": Text("停下核对", "on hold"),
    "again": Text("重办", "done again"),
    "consent": Text("等同意", "waiting for consent"),
    "idle": Text("没有人在办", "nothing under way"),
    "term": Text("在期限内", "within its term"),
}
ENDS = {
    "on_time": (Text("按时办结", "On time"), "r"),
    "late": (Text("办结晚了", "Ended late"), "v"),
    "running": (Text("在办", "In progress"), "s"),
    "running_late": (Text("在办，已过期", "Overdue"), "v"),
    "refused": (Text("没办成", "Not completed"), "s"),
    "withdrawn": (Text("自己撤回", "Withdrawn"), "s"),
}


def percent(share: Share) -> float | None:
    """Return a share in per cent with one decimal, or None where there is nothing to share."""
    value = share.value
    return None if value is None else round(float(value * 100), 1)


def share_said(share: Share) -> tuple[str, Text]:
    """Return the number and its unit: 97.4 and %, or 7/8 and 件 where there are few."""
    if not share.whole:
        return "—", Text("")
    if share.whole < FEW:
        return f"{share.part}/{share.whole}", Text("件", "cases")
    return f"{percent(share):g}", Text("%", "%")


def days_said(mean: Fraction | None) -> str:
    """Return a mean number of days with one decimal, or a dash."""
    return "—" if mean is None else f"{round(float(mean), 1):g}"


def headline(found: Figures) -> Text:
    """Return the finding of the whole page: whether it got better, and who needs help."""
    if not found.on_time.whole:
        return Text("这段日子还没有办结的件", "Nothing has ended in this period yet")
    number, unit = share_said(found.on_time)
    now = f"{number}{'%' if unit.zh == '%' else ''}"
    rate = _change(found.on_time, found.on_time_before)
    if not found.late_now:
        tail = Text("，没有一件正在超期", ", and nothing is late now")
    else:
        office = max(found.late_items, key=lambda key: (found.late_items[key], key))
        title = catalogue.packs().district.office(office)
        tail = Text(f"，{title.zh}要帮一把", f"; {title.to('en')} needs help")
    return Text(f"按时率{rate.zh} {now}{tail.zh}", f"On time: {rate.en} {now}{tail.en}")


def _change(now: Share, before: Share) -> Text:
    one, other = percent(now), percent(before)
    if one is None or other is None:
        return Text("是", "at")
    if one > other:
        return Text("升到", "up to")
    return Text("降到", "down to") if one < other else Text("还是", "still")


def before_said(found: Figures) -> Text:
    """Return what the period before was."""
    number, unit = share_said(found.on_time_before)
    if not found.on_time_before.whole:
        return Text("上一期没有办结的", "Nothing ended in the period before")
    said = f"{number}{unit.zh if unit.zh == '%' else ''}"
    return Text(
        f"{found.on_time.part}/{found.on_time.whole} 件，上一期 {said}",
        f"{found.on_time.part} of {found.on_time.whole}; the period before: {said}",
    )


def trend_said(trend: Sequence[WeekPoint]) -> Text:
    """Return the finding of the line: the last four weeks against the four before."""
    late, early = _sum(trend[-4:]), _sum(trend[-8:-4])
    now, was = percent(late), percent(early)
    if now is None or was is None:
        return Text("每周按时办结率", "On time by week")
    word = Text("升到", "up to") if now > was else Text("降到", "down to")
    word = word if now != was else Text("还是", "still")
    return Text(
        f"最近 4 周按时率{word.zh} {now:g}%，前 4 周 {was:g}%",
        f"Last four weeks: {word.en} {now:g}% on time, from {was:g}%",
    )


def _sum(points: Sequence[WeekPoint]) -> Share:
    return Share(sum(p.on_time.part for p in points), sum(p.on_time.whole for p in points))


def took_said(found: Figures) -> Text:
    """Return the finding of the dumbbells."""
    if found.took is None:
        return Text("还没有办结的件", "Nothing has ended yet")
    took = days_said(found.took)
    behind = [s for s in found.services if s.took and s.promised and s.took > s.promised]
    if behind:
        one = behind[0].title
        return Text(
            f"平均 {took} 个工作日办好，{one.zh}比承诺慢",
            f"{took} working days on average; {one.to('en')} is slower than promised",
        )
    return Text(
        f"平均 {took} 个工作日办好，都比承诺快",
        f"{took} working days on average, all faster than promised",
    )


def heat_said(heat: Sequence[HeatRow]) -> Text:
    """Return the finding of the heat map: the office with most late items in four weeks."""
    late = {row.office: sum(cell.part for cell in row.cells[-4:]) for row in heat}
    total = sum(late.values())
    if not total:
        return Text("最近 4 周没有一件超期", "Nothing was late in the last four weeks")
    worst = max(heat, key=lambda row: late[row.office])
    rest = total - late[worst.office]
    others = (
        Text(f"，别的部门共 {rest} 件", f"; the other offices {rest}")
        if rest
        else Text("，别的部门都没有", "; no other office has any")
    )
    return Text(
        f"{worst.title.zh}最近 4 周 {late[worst.office]} 件晚了{others.zh}",
        f"{worst.title.to('en')}: {late[worst.office]} late in four weeks{others.en}",
    )


def spots_said(spots: HotSpots) -> Text:
    """Return the finding of the hot spots."""
    if not spots.rows:
        return Text("没有晚的天", "No late days")
    first = spots.rows[0]
    return Text(
        f"晚的 {spots.days} 天里，{first.days} 天在“{first.title.zh}”",
        f"Of {spots.days} late days, {first.days} were spent on “{first.title.to('en')}”",
    )


def spot_about(step: str, reason: Text) -> Text:
    """Return what a late day stood for, and for whom."""
    words = STEPS[step]
    if not reason.zh:
        return words
    return Text(f"{words.zh}：{reason.zh}", f"{words.to('en')}: {reason.to('en')}")


def flow_said(found: Figures) -> Text:
    """Return the finding of the flow."""
    total = sum(stream.count for stream in found.streams)
    if not total:
        return Text("这段日子没有收到新的", "Nothing came in during this period")
    asked = sum(s.count for s in found.streams if s.asked_back)
    over = sum(s.count for s in found.streams if s.end in {"late", "running_late"})
    return Text(
        f"收到 {total} 件，{total - asked} 件一次都没问，{over} 件过了承诺的日子",
        f"{total} came in; {total - asked} were never asked back; {over} are past the promised day",
    )
