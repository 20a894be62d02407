"""The three rates 响应率, 解决率, 满意率, exactly as a pack declares them.

Each request yields facts: one for each thing that counts, with its weight between 0 and 1. A rate is
the sum of weights over the number of facts, whatever they are grouped by. What should never have come
to an office yields no fact for it; a round that was done again counts by its own lead.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import Literal, TypeVar

from minsheng.engines.appeals.spec import AppealSpec, Left
from minsheng.engines.appeals.state import STOPPED, Item, Request, day_of

RateName = Literal["response", "solution", "satisfaction"]
NAMES: tuple[RateName, ...] = ("response", "solution", "satisfaction")
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that counts: for which post, about a matter where, on which day, how much of 1.

    Or several alike, added up: `weight` of `count`.
    """

    rate: RateName
    post: str
    area: str
    grade: str
    day: date
    weight: Fraction
    count: int = 1


@dataclass(frozen=True, slots=True)
class Figure:
    """One rate: `weight` of `count`. A small one is said as "7/8" and never as a percentage."""

    weight: Fraction
    count: int
    is_small: bool

    @property
    def value(self) -> Fraction | None:
        """Return the rate, or None where nothing counted: unknown is never 0."""
        return self.weight / self.count if self.count else None

    @property
    def per_mille(self) -> int | None:
        """Return the rate in thousandths, rounded half up, or None."""
        value = self.value
        return None if value is None else int(value * 1000 + Fraction(1, 2))

    @property
    def said(self) -> str:
        """Return "99.1%", "7/8" for a small one, "" for none."""
        if self.per_mille is None:
            return ""
        if self.is_small:
            whole = self.weight
            shown = str(whole.numerator) if whole.denominator == 1 else f"{float(whole):.1f}"
            return f"{shown}/{self.count}"
        return f"{self.per_mille // 10}.{self.per_mille % 10}%"


def facts_of(spec: AppealSpec, state: Request, *, at: datetime) -> Iterator[Fact]:
    """Yield what counts of one request at a moment."""
    leads = [i for i in state.items.values() if i.is_lead and not i.is_wrong]
    if not _is_left_out(state, spec.rates.response.without):
        for item in leads:
            weight = _response(item, at)
            if weight is not None:
                contacted = item.contacted or at
                due = item.contact_due.at if item.contact_due else contacted
                yield _fact("response", item, state, min(contacted, due), weight)
    percents = {level.score: Fraction(level.percent, 100) for level in spec.levels}
    for said in state.said:
        lead = answerer_of(state, said.round)
        if lead is None:
            continue
        if not _is_left_out(state, spec.rates.solution.without):
            yield _fact("solution", lead, state, said.at, Fraction(said.solved))
        if said.score in percents and not _is_left_out(state, spec.rates.satisfaction.without):
            yield _fact("satisfaction", lead, state, said.at, percents[said.score])


def answerer_of(state: Request, round_: int) -> Item | None:
    """Return the lead whose answer the requester spoke of in a round."""
    leads = [i for i in state.items.values() if i.is_lead and not i.is_wrong and i.round == round_]
    return leads[-1] if leads else None


def figures(
    facts: Iterable[Fact], by: Callable[[Fact], Key], *, small_under: int
) -> Mapping[Key, Mapping[RateName, Figure]]:
    """Return the three rates of each group; a rate without facts counts 0 and has no value."""
    sums: dict[Key, dict[RateName, tuple[Fraction, int]]] = {}
    for fact in facts:
        group = sums.setdefault(by(fact), dict.fromkeys(NAMES, (Fraction(0), 0)))
        weight, count = group[fact.rate]
        group[fact.rate] = (weight + fact.weight, count + fact.count)
    return {
        key: {
            name: Figure(weight, count, 0 < count < small_under)
            for name, (weight, count) in group.items()
        }
        for key, group in sums.items()
    }


def _response(item: Item, at: datetime) -> Fraction | None:
    """Return 1 for contact in time, 0 for too late, None while the answer is open."""
    due = item.contact_due
    if due is None:
        return None
    if item.contacted is not None:
        return Fraction(item.contacted <= due.at)
    if item.status in STOPPED or due.provisional or min(at, item.ended or at) <= due.at:
        return None
    return Fraction(0)


def _is_left_out(state: Request, without: tuple[Left, ...]) -> bool:
    return state.outcome in without


def _fact(rate: RateName, item: Item, state: Request, at: datetime, weight: Fraction) -> Fact:
    return Fact(rate, item.post, state.area, state.grade, day_of(at), weight)
