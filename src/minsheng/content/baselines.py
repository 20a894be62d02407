"""What a thing took before it was joined: one cited line each, which a service can't change.

A figure that no source gives is left out, and the page then says that there is no baseline.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from minsheng.content.problems import refuse
from minsheng.content.reading import Node
from minsheng.content.schema import scalar_form, string
from minsheng.engines.casework.spec import NO_TEXT, Cite
from minsheng.lib.texts import Text

Bound = Literal["exact", "at_least", "at_most"]
Measure = Literal["workdays", "visits", "papers", "steps", "offices"]
MEASURES: tuple[Measure, ...] = ("workdays", "visits", "papers", "steps", "offices")
_FIGURE = re.compile(r"(>=|<=)?([0-9]{1,4})")
_BOUNDS: dict[str, Bound] = {"": "exact", ">=": "at_least", "<=": "at_most"}
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """One cited line: what, where and when, before and (where known) after.

    `case` names the service this line is about as a whole; other lines are about one item.
    """

    key: str
    title: Text
    place: Text
    year: str
    cite: Cite
    before: Figures = Figures()
    after: Figures = Figures()
    case: str = ""
    note: Text = NO_TEXT


@dataclass(frozen=True, slots=True)
class Saving:
    """How much less one measure is now. `percent` is 0 to 100, rounded to one place on showing."""

    measure: Measure
    before: Figure
    now: int
    percent: Fraction


def savings(baseline: Baseline, **now: int) -> tuple[Saving, ...]:
    """Return the saving of each measure that has a cited figure before and a figure now.

    A measure without a baseline, or one that got worse than it, gives no saving (a worse one
    gives a negative percent). `before` that is only "at least" gives the least sure saving.
    """
    found = []
    for measure in MEASURES:
        before = baseline.before.of(measure)
        if before is None or before.value == 0 or before.bound == "at_most" or measure not in now:
            continue
        percent = Fraction(100 * (before.value - now[measure]), before.value)
        found.append(Saving(measure, before, now[measure], percent))
    return tuple(found)


def _figure(node: Node) -> Figure:
    if isinstance(node.value, int) and not isinstance(node.value, bool):
        text = str(node.value)
    else:
        text = string(node)
    match = _FIGURE.fullmatch(text)
    if match is None:
        raise refuse(
            node.place,
            f'要写个数，例如 5、">=5" 或 "<=5"，现在是“{node.raw}”',
            f"a count such as 5, '>=5' or '<=5' belongs here, not '{node.raw}'",
        )
    return Figure(int(match[2]), _BOUNDS[match[1] or ""])


scalar_form(Figure, _figure)
