"""What a case saved against what the same thing took before, and how little was asked for.

A saving stands on a cited figure of the same extent: the baseline says for how many items together
it was measured, and a case with fewer is not compared with it. Without such a figure there is no
saving: never a percentage of nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from minsheng.engines.casework.state import CaseState
from minsheng.lib.texts import Text
from minsheng.lib.workdays import WorkCalendar

Bound = Literal["exact", "at_least", "at_most"]
Measure = Literal["workdays", "visits", "papers", "steps", "offices"]
MEASURES: tuple[Measure, ...] = ("workdays", "visits", "papers", "steps", "offices")
OUT = frozenset({"skipped", "cancelled"})
_WORDS: dict[Bound, Text] = {
    "exact": Text("{0}", "{0}"),
    "at_least": Text("至少 {0}", "at least {0}"),
    "at_most": Text("最多 {0}", "at most {0}"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A count from a source, which may be a bound: `5`, `">=5"`, `"<=5"`."""

    value: int
    bound: Bound = "exact"

    @property
    def text(self) -> Text:
        """The figure in words: "至少 5" / "at least 5"."""
        words = _WORDS[self.bound]
        return Text(words.zh.format(self.value), words.en.format(self.value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What one way of doing a thing took. None: no source gives it."""

    workdays: Figure | None = None
    visits: Figure | None = None
    papers: Figure | None = None
    steps: Figure | None = None
    offices: Figure | None = None

    def of(self, measure: Measure) -> Figure | None:
        """Return one figure, or None."""
        found: Figure | None = getattr(self, measure)
        return found


NO_FIGURES = Figures()


@dataclass(frozen=True, slots=True)
class Saving:
    """How much less one measure is now; `saved` is negative where it got worse.

    `percent` is 0 to 100, rounded to one place on showing.
    """

    measure: Measure
    before: Figure
    now: int

    @property
    def saved(self) -> int:
        """How many fewer; at least so many where the figure before is "at least"."""
        return self.before.value - self.now

    @property
    def percent(self) -> Fraction:
        """The saving as a share of what it took before, in per cent."""
        return Fraction(100 * self.saved, self.before.value)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a case took: working days, visits, documents asked for; and in how many items.

    avoided: documents that an item, a licence or a register gave, so that nobody was asked.
    """

    items: int
    workdays: int
    visits: int
    papers: int
    avoided: int

    @property
    def zero_material(self) -> Fraction | None:
        """The share of the documents that nobody was asked for; None where none was needed."""
        total = self.papers + self.avoided
        return Fraction(self.avoided, total) if total else None


def taken(
    state: CaseState,
    origins: Iterable[str],
    *,
    visits: int,
    on: date,
    calendar: WorkCalendar,
) -> Taken:
    """Return what a case took until it ended, or until `on` while it runs.

    origins: where each of its materials came from: "item:…", "licence:…", "register:…", anything
    else was asked of the applicant. visits: how often the applicant had to come.
    """
    kinds = [is_spared(origin) for origin in origins]
    ended = [item.finished for item in state.items.values() if item.finished is not None]
    last = max(ended, default=on) if state.status != "running" else on
    return Taken(
        items=sum(item.status not in OUT for item in state.items.values()),
        workdays=calendar.workdays_between(state.submitted, max(last, state.submitted)),
        visits=visits,
        papers=kinds.count(False),
        avoided=kinds.count(True),
    )


def is_spared(origin: str) -> bool:
    """Whether a material of this origin was had without asking anybody."""
    return origin.partition(":")[0] in {"item", "licence", "register"}


def savings(before: Figures, *, extent: int = 0, items: int = 0, **now: int) -> tuple[Saving, ...]:
    """Return the saving of each measure that has a cited figure before and a figure now.

    extent: for how many items together the figures stand, 0 where that is not said; a case of
    fewer `items` is not comparable and saves nothing that could be shown. A figure that is only
    "at most" (a legal limit) is no measure of what it took, so it gives no saving.
    """
    if items < extent:
        return ()
    found = []
    for measure in MEASURES:
        figure = before.of(measure)
        if figure is None or figure.value == 0 or figure.bound == "at_most" or measure not in now:
            continue
        found.append(Saving(measure, figure, now[measure]))
    return tuple(found)
