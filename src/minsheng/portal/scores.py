"""A score in rows for a page: parts with their lines, what would raise it, the numbers behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from minsheng.engines.scoring import Count, LineCount, Range
from minsheng.engines.scoring.words import (
    band_said,
    change_said,
    conclusion,
    line_said,
    number_said,
    points_said,
    range_said,
)
from minsheng.lib.cites import Cite
from minsheng.lib.texts import Text
from minsheng.portal.charts.trend import NARROW, Trend, TrendPoint, draw_trend
from minsheng.portal.languages import Language

if TYPE_CHECKING:
    from datetime import date

    from minsheng.apps.scores.reads import (
        Explained,
        Number,
        ObjectionLine,
        SnapshotLine,
        WeightLine,
    )
    from minsheng.engines.scoring import PartCount, Raise

ANSWERS = {True: "yes", False: "no", None: "unknown"}


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line: what was counted, the band it fell into, its points."""

    title: Text
    said: Text
    band: Text | None
    points: Text
    counts: bool


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part: its points of how many, and its lines."""

    title: Text
    group: Text
    state: str
    points: Text
    lines: tuple[LineRow, ...]
    cite: Cite


@dataclass(frozen=True, slots=True)
class RaiseRow:
    """What would bring more: how many points, in which part, by what."""

    gain: Text
    title: Text
    changes: tuple[Text, ...]
    band: Text


@dataclass(frozen=True, slots=True)
class WayRow:
    """A way to pass: the changes in their order, and the total they lead to."""

    steps: tuple[Text, ...]
    total: Text


@dataclass(frozen=True, slots=True)
class ScoreRows:
    """A whole score as a page shows it."""

    slug: str
    title: Text
    lede: Text
    conclusion: Text
    stage: Text | None
    is_configured: bool
    parts: tuple[PartRow, ...]
    needed: tuple[tuple[str, Text], ...]
    raises: tuple[RaiseRow, ...]
    ways: tuple[WayRow, ...]
    open: tuple[Text, ...]
    cites: tuple[Cite, ...]


@dataclass(frozen=True, slots=True)
class NumberRow:
    """One number of a firm with where it stands."""

    id: int
    label: Text
    value: Text | None
    where: Text
    may_object: bool
    objection: Text | None
    answer: str


@dataclass(frozen=True, slots=True)
class ObjectionRow:
    """An objection as the desk shows it."""

    id: int
    firm: str
    label: Text
    value: Text
    words: str
    paper: str
    may_settle: bool


@dataclass(frozen=True, slots=True)
class WeightRow:
    """A set of weights as the desk shows it."""

    id: int
    title: Text
    starts: date
    source: str
    entered_by: str
    tag: str
    said: Text
    stages: tuple[tuple[Text, tuple[tuple[Text, str], ...]], ...]
    may_decide: bool


@dataclass(frozen=True, slots=True)
class History:
    """The kept scores of a firm over the years, drawn wide and narrow."""

    title: Text
    wide: str
    narrow: str


def histories(kept: Sequence[SnapshotLine], lang: Language) -> list[History]:
    """Return a line for each score with two years at least; of a range the lower end is drawn."""
    found = []
    for score in dict.fromkeys(one.score for one in kept):
        rows = sorted((one for one in kept if one.score == score), key=lambda one: one.year)
        if len(rows) < 2:
            continue
        low, high = rows[0], rows[-1]
        trend = Trend(
            [TrendPoint(str(one.year), float(one.low)) for one in rows],
            rows[-1].title.to(lang),
            Text(
                f"{low.year} 年 {low.said.zh}，{high.year} 年 {high.said.zh}",
                f"{low.year}: {low.said.to('en')}; {high.year}: {high.said.to('en')}",
            ).to(lang),
            unit="",
        )
        found.append(
            History(
                rows[-1].title,
                draw_trend(trend, ident=f"years-{score}-wide"),
                draw_trend(trend, ident=f"years-{score}-narrow", size=NARROW),
            )
        )
    return found


def score_rows(found: Explained) -> ScoreRows:
    """Return a score as a page shows it."""
    counted, score = found.count, found.loaded.score
    return ScoreRows(
        slug=score.score,
        title=score.title,
        lede=score.lede,
        conclusion=conclusion(counted),
        stage=score.stages.get(counted.stage),
        is_configured=counted.is_configured,
        parts=tuple(_part(one, counted) for one in counted.parts),
        needed=tuple((ANSWERS[one.value], one.text) for one in counted.needed),
        raises=tuple(_raise(one, counted) for one in found.raises),
        ways=tuple(
            WayRow(
                tuple(change_said(change, score) for one in way.raises for change in one.changes),
                Text(f"到 {points_said(way.total)} 分", f"{points_said(way.total)} points"),
            )
            for way in found.ways
        ),
        open=tuple(score.facts[name].label for name, _ in found.open),
        cites=_cites((*score.cites, *(one.cite for one in score.parts.values())), found),
    )


def number_rows(numbers: Iterable[Number]) -> list[NumberRow]:
    """Return the numbers of a firm as a page shows them."""
    return [_number(one) for one in numbers]


def _cites(cites: Iterable[Cite], found: Explained) -> tuple[Cite, ...]:
    mark, stages = found.loaded.score.mark, found.loaded.score.stage_cite
    more = [mark.cite] if mark else []
    more += [stages] if stages else []
    return tuple(dict.fromkeys((*cites, *more)))


def _part(one: PartCount, counted: Count) -> PartRow:
    shown = one.points or one.bands
    most = points_said(one.weight) if one.weight is not None else str(one.part.most)
    unit_zh, unit_en = ("分", "points") if one.points else ("%", "%")
    told = range_said(shown)
    points = Text(
        told.zh.removesuffix(" 分") + f"/{most} {unit_zh}",
        told.to("en").removesuffix(" points") + f"/{most} {unit_en}",
    )
    return PartRow(
        title=one.part.title,
        group=counted.score.groups.get(one.part.group, Text("")),
        state=_state(one.bands, one.part.most),
        points=points,
        lines=tuple(_line(line, counted, counts=line.line.key == one.best) for line in one.lines),
        cite=one.part.cite,
    )


def _state(bands: Range, most: int) -> str:
    if not bands.is_exact:
        return "unknown"
    return "yes" if bands.low == most else "no" if bands.low == 0 else "running"


def _line(one: LineCount, counted: Count, *, counts: bool) -> LineRow:
    return LineRow(
        title=one.line.title,
        said=line_said(one, counted.score),
        band=band_said(one.line, one.row, counted.score) if one.row else None,
        points=range_said(one.points),
        counts=counts,
    )


def _raise(one: Raise, counted: Count) -> RaiseRow:
    score = counted.score
    line = score.parts[one.part].lines[one.line]
    gain = points_said(one.gain)
    return RaiseRow(
        gain=Text(f"多 {gain} 分", f"{gain} more"),
        title=line.title,
        changes=tuple(change_said(change, score) for change in one.changes),
        band=band_said(line, one.row, score),
    )


def _number(one: Number) -> NumberRow:
    source = (
        Text("部门记的", "noted by an office")
        if one.source == "office"
        else Text("企业自己填的", "declared by the firm")
    )
    day = f"{one.as_of:%Y-%m-%d}" if one.as_of else ""
    states = {
        "open": Text("提了异议，等答复", "objected to; the answer is awaited"),
        "changed": Text("提过异议，已改", "objected to, and changed"),
        "kept": Text("提过异议，没有改", "objected to, and kept"),
    }
    return NumberRow(
        id=one.id,
        label=one.fact.label,
        value=None if one.value is None else number_said(one.fact, one.value),
        where=Text(f"{one.paper}，{day}，{source.zh}", f"{one.paper}, {day}, {source.to('en')}"),
        may_object=one.source == "office" and one.objection != "open",
        objection=states.get(one.objection),
        answer=one.answer,
    )


WEIGHTS_SAID = {
    "entered": ("open", Text("等另一个人确认", "awaits a second person")),
    "confirmed": ("done", Text("确认了", "confirmed")),
    "refused": ("no", Text("没有确认", "refused")),
}


def objection_rows(lines: Iterable[ObjectionLine]) -> list[ObjectionRow]:
    """Return objections as the desk shows them."""
    return [
        ObjectionRow(
            id=one.id,
            firm=one.firm,
            label=one.fact.label,
            value=number_said(one.fact, one.value),
            words=one.words,
            paper=one.paper,
            may_settle=one.is_yours_to_settle,
        )
        for one in lines
    ]


def weight_rows(lines: Iterable[WeightLine]) -> list[WeightRow]:
    """Return sets of weights as the desk shows them."""
    return [_weights(one) for one in lines]


def _weights(one: WeightLine) -> WeightRow:
    score = one.loaded.score
    tag, said = WEIGHTS_SAID[one.state]
    return WeightRow(
        id=one.id,
        title=score.title,
        starts=one.starts,
        source=one.source,
        entered_by=one.entered_by,
        tag=tag,
        said=said,
        stages=tuple(
            (
                score.stages.get(stage, Text(stage)),
                tuple(
                    (score.parts[key].title, points)
                    for key, points in row.items()
                    if key in score.parts
                ),
            )
            for stage, row in one.weights.items()
        ),
        may_decide=one.may_decide,
    )
