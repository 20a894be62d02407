"""Early warning: what about an open entry is going wrong, each sign with its amount.

Pure: the day is an argument. What isn't known gives no sign: an entry without milestones is neither
on plan nor behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from minsheng.engines.projects.progress import NO_MONEY, Milestone, Money, expected, progress

Kind = Literal["late", "milestone_late", "behind", "over_money", "money_ahead", "silent", "soon"]
Light = Literal["", "yellow", "red"]
LIGHTS: dict[Kind, Light] = {
    "late": "red",
    "over_money": "red",
    "milestone_late": "yellow",
    "behind": "yellow",
    "money_ahead": "yellow",
    "silent": "yellow",
    "soon": "yellow",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """From when a sign shows: points are hundredths of the whole, days are calendar days."""

    behind_points: int = 10
    money_ahead_points: int = 15
    silent_days: int = 14
    soon_days: int = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the signs are read from. `last_news`: the last day on which anybody worked on it."""

    is_open: bool
    due: date | None
    milestones: Sequence[Milestone] = ()
    money: Money = NO_MONEY
    last_news: date | None = None


@dataclass(frozen=True, slots=True)
class Signal:
    """One sign. `amount` is days for late, milestone_late, silent and soon; points for behind and
    money_ahead; fen for over_money. `key` names the milestone it is about.
    """

    kind: Kind
    amount: int
    key: str = ""

    @property
    def light(self) -> Light:
        """Red or yellow."""
        return LIGHTS[self.kind]


def signals(facts: Facts, limits: Limits, *, on: date) -> tuple[Signal, ...]:
    """Return the signs of an entry on a day, the gravest first; none for a closed one."""
    return tuple(_signals(facts, limits, on)) if facts.is_open else ()


def light_of(found: Iterable[Signal]) -> Light:
    """Return the gravest light of some signs."""
    shown = {signal.light for signal in found}
    return "red" if "red" in shown else "yellow" if "yellow" in shown else ""


def _signals(facts: Facts, limits: Limits, on: date) -> Iterator[Signal]:
    money = facts.money
    if facts.due is not None and facts.due < on:
        yield Signal("late", (on - facts.due).days)
    if money.spent is not None and money.approved is not None and money.spent > money.approved:
        yield Signal("over_money", money.spent - money.approved)
    for milestone in facts.milestones:
        if milestone.done_on is None and milestone.due < on:
            yield Signal("milestone_late", (on - milestone.due).days, milestone.key)
    done, planned = progress(facts.milestones), expected(facts.milestones, on=on)
    if done is not None and planned is not None:
        behind = _points(planned - done)
        if behind >= limits.behind_points and behind > 0:
            yield Signal("behind", behind)
    if done is not None and money.spent is not None and money.approved:
        ahead = _points(Fraction(money.spent, money.approved) - done)
        if ahead >= limits.money_ahead_points and ahead > 0:
            yield Signal("money_ahead", ahead)
    if facts.last_news is not None and (on - facts.last_news).days >= limits.silent_days:
        yield Signal("silent", (on - facts.last_news).days)
    if facts.due is not None and 0 <= (facts.due - on).days <= limits.soon_days:
        yield Signal("soon", (facts.due - on).days)


def _points(share: Fraction) -> int:
    """Return hundredths, cut towards zero, so that nobody is called behind by rounding."""
    return int(share * 100)
