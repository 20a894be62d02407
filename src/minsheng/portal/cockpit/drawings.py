"""The charts of the cockpit, each drawn wide and narrow, each with its table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.safestring import SafeString

from minsheng.apps.cases.reads import Figures, Share
from minsheng.apps.cases.reads import Stream as Went
from minsheng.lib.texts import Text
from minsheng.portal.charts.flow import Stage, Stream, draw_flow
from minsheng.portal.charts.heat import EDGES, HeatLine, draw_heat
from minsheng.portal.charts.spans import Span, draw_spans
from minsheng.portal.charts.trend import NARROW, WALL, WIDE, Trend, TrendPoint, draw_trend
from minsheng.portal.cockpit import saying
from minsheng.portal.cockpit.scopes import View
from minsheng.portal.languages import Language

MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table; `path` opens the list behind the number."""

    words: object
    path: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing in both widths with its finding, what it shows, its table and its definition."""

    title: Text
    words: Text
    wide: SafeString
    narrow: SafeString
    caption: Text
    head: tuple[Text, ...]
    rows: tuple[tuple[Cell, ...], ...]
    formula: str
    scrolls: bool = False


def trend(found: Figures, lang: Language, *, on_wall: bool = False) -> Chart:
    """Return the on-time rate by week."""
    title = saying.trend_said(found.trend)
    points = [
        TrendPoint(_month(point.monday, lang), saying.percent(point.on_time))
        for point in found.trend
    ]
    caption = Text("每周按时办结率", "On time by week")
    told = [f"{p.percent:g}%" for p in points if p.percent is not None]
    about = Text(
        f"26 周，最近一周 {told[-1] if told else '没有'}；没有办结的周空着",
        f"26 weeks, the last one {told[-1] if told else 'empty'}; weeks without an end are left out",
    )
    drawn = Trend(points, caption.to(lang), f"{title.to(lang)}. {about.to(lang)}")
    return Chart(
        title=title,
        words=Text("每周办结的案卷里按时的比例，%", "Share on time of what ended each week, %"),
        wide=draw_trend(drawn, ident="trend", size=WALL if on_wall else WIDE),
        narrow=draw_trend(drawn, ident="trend-n", size=NARROW),
        caption=caption,
        head=(
            Text("那一周从", "Week from"),
            Text("按时", "On time"),
            Text("办结", "Ended"),
            Text("%", "%"),
        ),
        rows=tuple(
            (
                Cell(_short(point.monday)),
                Cell(point.on_time.part),
                Cell(point.on_time.whole),
                Cell(_percent(saying.percent(point.on_time))),
            )
            for point in reversed(found.trend)
        ),
        formula="on_time",
    )


def spans(found: Figures, view: View, lang: Language) -> Chart:
    """Return how long each service takes, beside what was promised and what it took before."""
    shown = [line for line in found.services if line.took is not None]
    drawn = [
        Span(
            line.title.to(lang),
            round(float(line.took or 0), 1),
            float(line.baseline.before.workdays.value)
            if line.saved is not None and line.baseline and line.baseline.before.workdays
            else None,
            round(float(line.promised), 1) if line.promised is not None else None,
        )
        for line in shown
    ]
    title, caption = saying.took_said(found), Text("平均用时", "Time taken")
    about = "; ".join(f"{one.title} {one.now:g}" for one in drawn)
    pair = [
        draw_spans(
            drawn,
            unit=Text("天", "days").to(lang),
            title=caption.to(lang),
            about=f"{title.to(lang)}. {about}",
            ident=ident,
            narrow=narrow,
        )
        for ident, narrow in (("spans", False), ("spans-n", True))
    ]
    return Chart(
        title=title,
        words=Text(
            "工作日。实心是这段日子的平均，竖线是承诺，空心是有出处的原来",
            "Working days. Filled: the mean now; tick: promised; hollow: before, where a source says",
        ),
        wide=pair[0],
        narrow=pair[1],
        caption=caption,
        head=(
            Text("服务", "Service"),
            Text("办结", "Ended"),
            Text("平均用时", "Taken"),
            Text("承诺", "Promised"),
            Text("原来", "Before"),
        ),
        rows=tuple(
            (
                Cell(line.title),
                Cell(line.ended, _list(view, "ended", service=line.slug)),
                Cell(saying.days_said(line.took)),
                Cell(saying.days_said(line.promised)),
                Cell(
                    line.baseline.before.workdays.text
                    if line.saved is not None and line.baseline and line.baseline.before.workdays
                    else Text("没有可比的数", "no baseline")
                ),
            )
            for line in shown
        ),
        formula="took",
    )


def heat(found: Figures, view: View, lang: Language) -> Chart:
    """Return the late share of each office in each week."""
    rows = [
        HeatLine(row.title.to(lang), [_heat_cell(cell) for cell in row.cells]) for row in found.heat
    ]
    heads = [_short(week) for week in found.weeks]
    title = saying.heat_said(found.heat)
    caption = Text("各部门每周超期率", "Late share by office and week")
    pair = [
        draw_heat(
            rows, heads, title=caption.to(lang), about=title.to(lang), ident=ident, narrow=narrow
        )
        for ident, narrow in (("heat", False), ("heat-n", True))
    ]
    return Chart(
        title=title,
        words=Text(
            "那一周到期的事项里晚了的，%；不到 10 件的写几分之几。日期是周一。数据表里点一格，看是哪些件",
            "Of what fell due that week, the share late, %; as a count below 10. The day is the Monday. In the "
            "table, a cell opens its items",
        ),
        wide=pair[0],
        narrow=pair[1],
        caption=caption,
        head=(Text("部门", "Office"), *(Text(head) for head in heads)),
        rows=tuple(
            (
                Cell(row.title),
                *(
                    Cell(
                        f"{cell.part}/{cell.whole}",
                        _list(
                            view,
                            "due_late" if cell.part else "due",
                            office=row.office,
                            week=week.isoformat(),
                        ),
                    )
                    if cell.whole
                    else Cell("—")
                    for week, cell in zip(found.weeks, row.cells, strict=True)
                ),
            )
            for row in found.heat
        ),
        formula="heat",
        scrolls=True,
    )


def heat_keys() -> list[tuple[int, Text]]:
    """Return the colours of the heat map with what they stand for."""
    edges = [f"{edge:g}" for edge in EDGES]
    return [
        (1, Text(f"不到 {edges[0]}", f"below {edges[0]}")),
        *((n, Text(f"{edges[n - 2]}–{edges[n - 1]}")) for n in (2, 3, 4)),
        (5, Text(f"{edges[-1]} 以上", f"{edges[-1]} and more")),
    ]


def flow(found: Figures, view: View, lang: Language) -> Chart:
    """Return where the cases of a period went: service, asked back or not, how it stands."""
    titles = {line.slug: line.title.to(lang) for line in found.services}
    slugs = list(dict.fromkeys(stream.slug for stream in found.streams))
    middle = (
        Stage("once", Text("一次没问", "Never asked back").to(lang), "r"),
        Stage("asked", Text("问过一次", "Asked back").to(lang), "o"),
    )
    ends = [Stage(f"end:{key}", words.to(lang), tone) for key, (words, tone) in saying.ENDS.items()]
    columns = ([Stage(f"slug:{s}", titles.get(s, s)) for s in slugs], middle, ends)
    streams = _merged(found)
    title, caption = saying.flow_said(found), Text("收到的件去了哪里", "Where what came in went")
    pair = [
        draw_flow(
            columns, streams, title=caption.to(lang), about=title.to(lang), ident=i, narrow=narrow
        )
        for i, narrow in (("flow", False), ("flow-n", True))
    ]
    return Chart(
        title=title,
        words=Text(
            "案卷，件。从左到右：服务、问没问过、现在怎样",
            "Cases: service, asked back or not, how it stands",
        ),
        wide=pair[0],
        narrow=pair[1],
        caption=caption,
        head=(
            Text("服务", "Service"),
            Text("问过吗", "Asked back"),
            Text("现在", "Now"),
            Text("件", "Cases"),
        ),
        rows=tuple(
            (
                Cell(titles.get(stream.slug, stream.slug)),
                Cell(Text("问过一次", "Yes") if stream.asked_back else Text("没问", "No")),
                Cell(saying.ENDS[stream.end][0]),
                Cell(stream.count, _way(view, stream)),
            )
            for stream in found.streams
        ),
        formula="flow",
        scrolls=True,
    )


def _heat_cell(cell: Share) -> tuple[float, str] | None:
    value = saying.percent(cell)
    if value is None:
        return None
    return (
        value,
        f"{value:g}" if cell.whole >= saying.FEW or not cell.part else f"{cell.part}/{cell.whole}",
    )


def _merged(found: Figures) -> list[Stream]:
    """Return the streams of both halves, each pair of bars once."""
    counts: dict[tuple[str, str], int] = {}
    for one in found.streams:
        through = "asked" if one.asked_back else "once"
        for pair in ((f"slug:{one.slug}", through), (through, f"end:{one.end}")):
            counts[pair] = counts.get(pair, 0) + one.count
    order = [f"end:{key}" for key in saying.ENDS]
    return [
        Stream(start, end, count)
        for (start, end), count in sorted(
            counts.items(),
            key=lambda pair: (
                pair[0][0] != "once",
                order.index(pair[0][1]) if pair[0][1] in order else -1,
            ),
        )
    ]


def _list(view: View, kind: str, **more: str) -> str:
    return view.path("cockpit-list", kind=kind, **more)


def _way(view: View, stream: Went) -> str:
    asked = "yes" if stream.asked_back else "no"
    return _list(view, "flowed", service=stream.slug, asked=asked, end=stream.end)


def _percent(value: float | None) -> object:
    return "—" if value is None else f"{value:g}"


def _short(day: date) -> str:
    return f"{day.month}/{day.day}"


def _month(monday: date, lang: Language) -> str:
    """Return the month's name under the week in which it begins, else nothing."""
    first = next((d for n in range(7) if (d := monday + timedelta(days=n)).day == 1), None)
    if first is None:
        return ""
    return MONTHS_EN[first.month - 1] if lang == "en" else f"{first.month}月"
