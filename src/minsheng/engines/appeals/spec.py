"""What a kind of request is: the frozen form of a pack, validated once when it is read.

A catalogue says whose duty a matter is; a grade says how fast. Items are made when a request is
dispatched, one for each office, and exactly one of them leads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Literal, TypeVar

from minsheng.lib.cites import Cite
from minsheng.lib.texts import Text
from minsheng.lib.workdays import Term

Way = Literal["visit", "call", "portal"]
Act = Literal["not_accepted", "return", "dispute", "hold", "extend"]
Requester = Literal["person", "organisation"]
Left = Literal["not_accepted", "withdrawn", "unreached", "explained"]
NO_TEXT = Text("")
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """More time, once: by how much, and which post agrees to it."""

    by: Term
    approver: str
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """How fast a matter must be dispatched, its requester spoken to, and the matter finished."""

    key: str
    title: Text
    dispatch: Term
    contact: Term
    finish: Term
    cite: Cite
    note: Text = NO_TEXT
    extend: Extension | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Which post leads, in which area and between which days, both included; "" is everywhere."""

    post: str
    helpers: tuple[str, ...] = ()
    area: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    def holds(self, area_path: tuple[str, ...], on: date) -> bool:
        """Return whether this line says whose duty something is at a place on a day."""
        return (
            (not self.area or self.area in area_path)
            and (self.valid_from is None or self.valid_from <= on)
            and (self.valid_to is None or on <= self.valid_to)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One entry of the catalogue. What it doesn't say is said by its parent.

    `duties` are tried in order. `backstop` takes what nobody's duty is, and can't send it back.
    `words` are how people put it; a suggestion may use them, nothing is decided by them. `parts` of a
    building are what it may be about: such a request can open a repair. `shared`: it
    concerns whoever is near, so that neighbours may see that it was reported and follow it.
    """

    key: str
    title: Text
    parent: str = ""
    grade: str = ""
    duties: tuple[Duty, ...] = ()
    backstop: str = ""
    words: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    note: Text = NO_TEXT
    shared: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A declared reason. `where` says where to go instead, when a request is not accepted."""

    key: str
    act: Act
    title: Text
    where: Text = NO_TEXT


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """The call after an answer: who makes it, by when, and how often in vain before it may end.

    Between two calls in vain lies `gap`: three within a minute are one.
    """

    post: str
    within: Term
    attempts: int
    gap: Term
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """Whose duty it is, decided by another post, on the dispatcher's clock."""

    decide: str
    within: Term
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A matter that must wait: who agrees, and the longest time until it is looked at again."""

    approver: str
    most: Term
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Reopening:
    """How long after its end a request may be taken up again by a linked one."""

    within: Term
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One answer to "how satisfied are you": its score, and how much of a satisfied answer it is."""

    score: int
    title: Text
    percent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """One of the three rates: what it is, and which requests it leaves out."""

    title: Text
    formula: Text
    cite: Cite
    without: tuple[Left, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """The three rates as this pack declares them.

    A rate over fewer than `small_under` is said as "7/8" and marked; what the public reads shows no
    number under `hidden_under`.
    """

    response: Rate
    solution: Rate
    satisfaction: Rate
    small_under: int = 10
    hidden_under: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealSpec:
    """One kind of request, whole.

    `redo` is the post that dispatches again what was answered and not solved. `ways` are those in
    which an office may speak to the requester.
    """

    appeal: str
    title: Text
    summary: Text
    effective_from: date
    requester: Requester
    dispatcher: str
    redo: str
    visit: Visit
    dispute: Dispute
    hold: Hold
    reopen: Reopening
    grades: Mapping[str, Grade]
    catalogue: Mapping[str, Category]
    levels: tuple[Level, ...]
    rates: Rates
    reasons: Mapping[str, Reason] = field(default_factory=lambda: MappingProxyType({}))
    ways: tuple[Way, ...] = ("visit", "call", "portal")
    effective_to: date | None = None

    @property
    def scale(self) -> int:
        """Return the highest score that may be given."""
        return max(level.score for level in self.levels)

    def line(self, category: str) -> Iterator[Category]:
        """Yield a category and those it lies in, innermost first; nothing twice."""
        seen: set[str] = set()
        while category in self.catalogue and category not in seen:
            seen.add(category)
            found = self.catalogue[category]
            yield found
            category = found.parent

    def grade_of(self, category: str) -> str:
        """Return the grade of a category, its own or its parent's; "" where none is declared."""
        return next((one.grade for one in self.line(category) if one.grade), "")

    def is_shared(self, category: str) -> bool:
        """Return whether a category, or one it lies in, concerns whoever is near."""
        return any(one.shared for one in self.line(category))

    def middle_of(self, category: str) -> str:
        """Return the middle class of a category, or itself where nothing lies between."""
        line = [one.key for one in self.line(category)]
        return line[1] if len(line) > 2 else category

    def backstop_of(self, category: str) -> str:
        """Return the post that takes what nobody's duty is."""
        return next((one.backstop for one in self.line(category) if one.backstop), "")

    def parts_of(self, category: str) -> tuple[str, ...]:
        """Return the parts of a building that a category is about; none where it opens no repair."""
        return next((one.parts for one in self.line(category) if one.parts), ())

    def duty_of(self, category: str, area_path: tuple[str, ...], on: date) -> Duty:
        """Return whose duty a matter is at a place on a day: a declared one, or the backstop."""
        for one in self.line(category):
            for duty in one.duties:
                if duty.holds(area_path, on):
                    return duty
        return Duty(post=self.backstop_of(category))

    def leaves(self) -> tuple[Category, ...]:
        """Return the categories that a request may have: those in which no other lies."""
        parents = {one.parent for one in self.catalogue.values()}
        return tuple(one for key, one in self.catalogue.items() if key not in parents)

    def title_of(self, category: str) -> Text:
        """Return a category in words, or the kind of request where it is unknown."""
        found = self.catalogue.get(category)
        return found.title if found else self.title

    def reasons_for(self, act: Act) -> tuple[Reason, ...]:
        """Return the reasons declared for an act, in the order of the file."""
        return tuple(one for one in self.reasons.values() if one.act == act)
