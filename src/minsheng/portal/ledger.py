"""The ledger as pages show it: filters from an address, rows in words, for desk, cockpit and everybody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from urllib.parse import urlencode

from django.http import HttpRequest

from minsheng.apps.people.installed import packs
from minsheng.apps.projects.reads import Filters, Row
from minsheng.apps.projects.words import LISTS, STATES, said
from minsheng.lib.texts import Text

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
LONGEST_FILTER = 60
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


def share(value: Fraction | None) -> Text:
    """Return a share as per cent, cut; unknown where it isn't known."""
    if value is None:
        return Text("未知", "unknown")
    return Text(f"{int(value * 100)}%", f"{int(value * 100)}%")
