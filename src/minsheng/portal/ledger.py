"""The ledger as pages show it: filters from an address, rows in words, for desk, cockpit and everybody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import timezone
from django.utils.safestring import SafeString

from minsheng.apps.people.installed import packs
from minsheng.apps.projects import reads
from minsheng.apps.projects.reads import EntryView, Filters, Row
from minsheng.apps.projects.words import LISTS, STATES, said
from minsheng.lib.texts import Text
from minsheng.portal.charts.district_map import Pin, Tone, draw_district_map, even_edges, map_areas
from minsheng.portal.charts.gantt import GanttBar, GanttMark, draw_gantt
from minsheng.portal.languages import Language, language_of

if TYPE_CHECKING:
    from minsheng.apps.people.models import Account

TAGS: dict[str, str] = {
    "listed": "idle",
    "running": "open",
    "observing": "stopped",
    "checking": "yours",
    "closed": "done",
    "dropped": "cancelled",
}
LIGHTS = {
    "any": Text("有预警的", "with a warning"),
    "red": Text("红", "red"),
    "yellow": Text("黄", "yellow"),
}
HAPPENED: dict[str, Text] = {
    "opened": Text("立了这一条", "Opened"),
    "repair_reported": Text("报修", "A defect reported"),
    "repair_planned": Text("定了方案", "The repair planned"),
    "repair_archived": Text("归档", "Archived"),
    "assigned": Text("定了责任岗位和日期", "Given an owner and a day"),
    "listed_as": Text("转到下一张清单", "Moved to the next list"),
    "news": Text("报进展", "News of the work"),
    "milestone": Text("办完一个节点", "A milestone done"),
    "money": Text("报花了多少钱", "Money spent reported"),
    "risk": Text("评风险", "Risk judged"),
    "rain": Text("雨后看过，没有漏", "Looked at after rain: dry"),
    "observed": Text("做完了，进观察期", "Done; under observation"),
    "asked": Text("报核对销号", "Asked for the closing check"),
    "passed": Text("核对通过，销号", "Checked and closed"),
    "failed": Text("核对没有通过", "The check failed"),
    "reopened": Text("又打开", "Opened again"),
    "dropped": Text("不办了", "Dropped"),
    "helpers_set": Text("定了谁来配合", "Helpers named"),
    "milestone_added": Text("加了一个节点", "A milestone added"),
    "made_public": Text("公开了", "Made public"),
    "made_internal": Text("改成内部", "Made internal"),
    "change_asked": Text("提出改动", "A change asked for"),
    "change_agreed": Text("改动批了", "The change agreed to"),
    "change_refused": Text("改动没批", "The change refused"),
}
SHOWN = {"before": Text("修之前", "Before"), "after": Text("修之后", "After")}
HELD = {"failed", "reopened", "change_refused", "dropped"}
LONGEST_FILTER = 60
MOST_BARS, MOST_PINS = 60, 40
VIEWS = (
    ("table", Text("表", "Table")),
    ("board", Text("看板", "Board")),
    ("gantt", Text("甘特图", "Gantt")),
    ("map", Text("地图", "Map")),
    ("tree", Text("计划树", "Plans")),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One row with its words."""

    row: Row
    state: str
    state_words: Text
    list_words: Text
    done: Text
    planned: Text
    signs: tuple[Text, ...]
    place: Text


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter: its name, its label, what can be chosen, what is."""

    name: str
    title: Text
    options: Sequence[tuple[str, Text]]
    chosen: str


def asked_filters(request: HttpRequest) -> Filters:
    """Return the filters in the address; words too long are cut."""
    given = {one.name: request.GET.get(one.name, "")[:LONGEST_FILTER] for one in fields(Filters)}
    return Filters(**{name: "" if "\x00" in word else word for name, word in given.items()})


def query_of(filters: Filters) -> str:
    """Return the filters as part of an address, empty ones left out."""
    given = {one.name: getattr(filters, one.name) for one in fields(filters)}
    return urlencode({name: word for name, word in given.items() if word})


def choices(filters: Filters, rows: Iterable[Row]) -> list[Choice]:
    """Return the filters with what there is to choose among the entries that may be seen."""
    found = list(rows)
    plans = {row.plan: row.plan_title for row in found if row.plan}
    offices = {row.office_key: row.office for row in found if row.office_key}
    return [
        Choice("kind", Text("清单", "List"), list(LISTS.items()), filters.kind),
        Choice("plan", Text("计划", "Plan"), sorted(plans.items()), filters.plan),
        Choice("state", Text("到哪一步", "State"), list(STATES.items()), filters.state),
        Choice("office", Text("责任单位", "Office"), sorted(offices.items()), filters.office),
        Choice("light", Text("预警", "Warning"), list(LIGHTS.items()), filters.light),
    ]


def lines(rows: Iterable[Row]) -> list[Line]:
    """Return rows in words."""
    return [line(row) for row in rows]


def line(row: Row) -> Line:
    """Return one row in words."""
    area = packs().district.areas.get(row.area)
    late = row.light == "red" and row.state in {"running", "checking"}
    return Line(
        row=row,
        state="late" if late else TAGS[row.state],
        state_words=STATES[row.state],  # type: ignore[index]
        list_words=LISTS[row.kind],
        done=share(row.progress),
        planned=share(row.expected),
        signs=tuple(said(one) for one in row.signals),
        place=area.title if area else Text(""),
    )


def history(view: EntryView) -> list[dict[str, object]]:
    """Return what happened to an entry in words, newest first."""
    return [
        {
            "happened": one,
            "title": SHOWN.get(one.shown) or HAPPENED.get(one.kind, Text(one.kind)),
            "tone": "hold" if one.kind in HELD else "",
        }
        for one in view.history
    ]


def share(value: Fraction | None) -> Text:
    """Return a share as per cent, cut; unknown where it isn't known."""
    if value is None:
        return Text("未知", "unknown")
    return Text(f"{int(value * 100)}%", f"{int(value * 100)}%")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the board."""

    title: Text
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing in both widths, and the lines that its numbers stand for."""

    wide: SafeString
    narrow: SafeString
    numbered: Sequence[tuple[int, Line]] = ()
    left_out: int = 0


def board(found: Sequence[Line]) -> list[Column]:
    """Return the lines by state, in the order an entry goes through them."""
    return [
        Column(words, [line for line in found if line.row.state == state])
        for state, words in STATES.items()
        if state != "dropped"
    ]


def gantt(found: Sequence[Line], *, on: date, lang: Language) -> Picture:
    """Return the entries that have a day as bars; `left_out` have none."""
    dated = [line for line in found if line.row.due is not None][:MOST_BARS]
    bars = [
        GanttBar(
            title=line.row.title.to(lang),
            begin=min(
                [line.row.opened_on, *(mark.due for mark in line.row.milestones)],
            ),
            end=max(line.row.due or on, line.row.opened_on),
            share=None if line.row.progress is None else float(line.row.progress),
            is_late=line.row.light == "red",
            marks=[GanttMark(m.due, m.done_on is not None, m.is_late) for m in line.row.milestones],
        )
        for line in dated
    ]
    title = Text("甘特图", "Gantt chart").to(lang)
    about = Text(f"{len(bars)} 条，每条从开始到到期", f"{len(bars)} entries from begin to due day")
    wide, narrow = (
        draw_gantt(bars, on=on, title=title, about=about.to(lang), ident=ident, narrow=is_narrow)
        for ident, is_narrow in (("gantt", False), ("gantt-n", True))
    )
    return Picture(wide, narrow, left_out=len(found) - len(dated))


def sketch(found: Sequence[Line], *, on: date, lang: Language) -> Picture:
    """Return the district with how many entries lie in each street, and a pin for each entry."""
    areas = packs().district.areas
    placed = [line for line in found if line.row.area in areas]
    outer = [areas.outermost(line.row.area) for line in placed]
    streets = areas.of_kind("street", "town", on=on)
    counts = {
        street.key: float(sum(one is not None and one.key == street.key for one in outer))
        for street in streets
    }
    said_of = {key: str(int(count)) for key, count in counts.items()}
    drawn = map_areas(areas, counts, said_of, on=on, lang=lang)
    numbered = list(enumerate(placed[:MOST_PINS], 1))
    pins = [
        Pin(number, (areas[line.row.area].at[0], areas[line.row.area].at[1]), _tone(line))
        for number, line in numbered
    ]
    title = Text("示意图：台账在哪里", "Sketch map: where the entries are").to(lang)
    about = Text(
        "；".join(f"{street.title.zh} {said_of[street.key]}" for street in streets),
        "; ".join(f"{street.title.to('en')} {said_of[street.key]}" for street in streets),
    ).to(lang)
    edges = even_edges(counts.values())
    wide, narrow = (
        draw_district_map(
            drawn, pins, edges=edges, title=title, about=about, ident=ident, narrow=is_narrow
        )
        for ident, is_narrow in (("places", False), ("places-n", True))
    )
    return Picture(wide, narrow, numbered, left_out=len(found) - len(numbered))


def _tone(line: Line) -> Tone:
    if line.row.state == "closed":
        return "done"
    return "late" if line.row.light == "red" else ""


def shown(request: HttpRequest, account: Account | None) -> dict[str, object]:
    """Return what every page of the ledger shows: the chosen view of the entries asked for."""
    filters, on, lang = asked_filters(request), timezone.localdate(), language_of(request)
    rows = reads.entries(account, filters, on=on)
    everything = rows if filters == Filters() else reads.entries(account, on=on)
    found = lines(rows)
    view = request.GET.get("view", "table")
    makers: dict[str, Callable[[], dict[str, object]]] = {
        "board": lambda: {"columns": board(found)},
        "gantt": lambda: {"picture": gantt(found, on=on, lang=lang)},
        "map": lambda: {"picture": sketch(found, on=on, lang=lang)},
        "tree": lambda: {"trees": reads.plan_trees(account, on=on)},
    }
    query = query_of(filters)
    return {
        "view": view if view in makers else "table",
        "views": [
            (key, words, f"?view={key}{'&' if query else ''}{query}") for key, words in VIEWS
        ],
        "query": query,
        "lines": found,
        "most": len(rows) if len(rows) >= reads.MOST_ROWS else 0,
        "late": sum(one.row.light == "red" for one in found),
        "warned": sum(one.row.light == "yellow" for one in found),
        "is_filtered": filters != Filters(),
        "choices": choices(filters, everything),
        "words": filters.words,
        **(makers[view]() if view in makers else {}),
    }
