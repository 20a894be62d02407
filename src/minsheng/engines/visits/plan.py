"""A plan with visits: who is visited how often and why, what counts, and how one visit stands.

Pure: days and the calendar are arguments. Being late is a final finding, so that a due day on a
provisional year never makes a visit missed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Literal

from minsheng.engines.visits.rhythm import Rhythm, SchoolTerm
from minsheng.lib.errors import WrongInput
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Due, Term, WorkCalendar

State = Literal[
    "later", "soon", "due", "missed", "no_show", "paused", "done", "recovered", "refused", "cancelled",
]  # fmt: skip
Outcome = Literal["", "done", "refused", "cancelled"]
Mark = Literal["H", "M", "L"]
SOON = Term(5, "wd")
GRACE = Term(3, "wd")
NO_TEXT = Text("")


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a frequency comes from. `mark`: H fact, M default with source, L setting."""

    title: Text
    mark: Mark
    clause: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """How often somebody of this level is visited; `grace` is how late is still in order."""

    key: str
    title: Text
    every: Rhythm
    cite: Basis
    grace: Term = GRACE


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """What calls for a visit of its own, beside the rhythm, within a term."""

    key: str
    title: Text
    within: Term
    cite: Basis
    grace: Term = GRACE


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way of visiting. One that doesn't count is written down and leaves the visit open."""

    key: str
    title: Text
    counts: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Levels (the first is the usual one), triggers, ways, and what `soon` means."""

    levels: Mapping[str, Level]
    ways: Mapping[str, Way]
    triggers: Mapping[str, Trigger] = field(default_factory=lambda: MappingProxyType({}))
    terms: tuple[SchoolTerm, ...] = ()
    soon: Term = SOON

    def level(self, key: str) -> Level:
        """Return a level; the usual one for a key that a later form of the plan no longer has."""
        return self.levels.get(key) or next(iter(self.levels.values()))

    def next_due(
        self, level: str, since: date, *, visited: bool, calendar: WorkCalendar
    ) -> Due | None:
        """Return by when the next visit of the rhythm is due; see `Rhythm.next_due`."""
        every = self.level(level).every
        return every.next_due(since, visited=visited, calendar=calendar, terms=self.terms)

    def called_due(self, trigger: str, on: date, *, calendar: WorkCalendar) -> Due:
        """Return by when a visit is due that something called for on a day."""
        return calendar.add(on, self.triggers[trigger].within)

    def grace(self, basis: str, level: str) -> Term:
        """Return how late is in order, for a visit by a trigger or (basis "") by the rhythm."""
        return self.triggers[basis].grace if basis in self.triggers else self.level(level).grace

    def counts(self, way: str) -> bool:
        """Whether a visit in this way settles what was due; WrongInput for an unknown way."""
        found = self.ways.get(way)
        if found is None:
            raise WrongInput(
                "visits.way",
                "请选是怎么去的。您填的都还在。",
                "Say in which way you visited. What you typed is still here.",
                field="way",
            )
        return found.counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one visit. `until` is the last day that is still in order."""

    due: date
    until: date
    provisional: bool = False
    outcome: Outcome = ""
    missed_on: date | None = None
    no_shows: int = 0
    paused_until: date | None = None


def standing(facts: Facts, *, on: date, soon: Term, calendar: WorkCalendar) -> State:
    """Return how one visit stands on a day.

    A refusal is an answer like another and never a miss. A visit made after it was missed is
    recovered. A paused one isn't late.
    """
    if facts.outcome == "done":
        return "recovered" if facts.missed_on else "done"
    if facts.outcome:
        return facts.outcome
    if facts.paused_until is not None and on <= facts.paused_until:
        return "paused"
    if is_missed(facts, on=on):
        return "missed"
    if facts.no_shows:
        return "no_show"
    if on >= facts.due:
        return "due"
    return "soon" if facts.due <= calendar.add(on, soon).day else "later"


def is_missed(facts: Facts, *, on: date) -> bool:
    """Whether a visit that nobody has settled is past its last day in order."""
    is_open = not facts.outcome and not facts.provisional
    paused = facts.paused_until is not None and on <= facts.paused_until
    return is_open and not paused and on > facts.until


def wrong_plan(plan: Plan) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Yield (place, Chinese, English) for each thing in a plan that can't work."""
    if not plan.levels:
        yield ("levels",), "至少写一种频次", "write one level at least"
    if not any(way.counts for way in plan.ways.values()):
        yield ("ways",), "没有一种去法算数，就永远走访不完", "no way of visiting counts"
    for key, level in plan.levels.items():
        yield from _wrong_days("levels", key, "grace", level.grace)
        if level.every.unit == "term" and not plan.terms:
            yield ("levels", key, "every"), "按学期走访，要写 terms", "once a term: declare terms"
    for key, trigger in plan.triggers.items():
        yield from _wrong_days("triggers", key, "grace", trigger.grace)
        yield from _wrong_days("triggers", key, "within", trigger.within)
        if key in plan.levels:
            yield ("triggers", key), "和一种频次重名了", "a level has the same name"
    for number, (one, after) in enumerate(zip(plan.terms, plan.terms[1:], strict=False), 2):
        if not one.first <= one.last < after.first:
            yield ("terms", str(number)), "学期要前后接着写", "terms follow one another"


def _wrong_days(
    group: str, key: str, name: str, term: Term
) -> Iterator[tuple[tuple[str, ...], str, str]]:
    if term.unit == "wh":
        yield (group, key, name), "按天算，写成 3wd 或 5cd", "count days here: 3wd or 5cd"
