"""The first day on which time alone turns a verdict, by the days on which anything can turn.

Exact: between two such days every condition stands as it is. They are the starts of parameters,
the days on which an age or a number of days reaches what a condition asks, and days compared with
today. Where a condition can't be solved (rounded, two clocks in one sum) each of its days is tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from minsheng.lib.periods import add_months
from minsheng.rules import Facts, Rule, Scope
from minsheng.rules.ir import Node, Parameter, depends_on_day, walk

from .parts import (
    DAY,
    FORM_BOUND,
    MISSING,
    Aged,
    Applied,
    Compared,
    Held,
    Leaf,
    Part,
    Spanned,
    Told,
    Values,
    Variable,
    below,
)
from .polynomials import HIGHEST_DEGREE
from .regions import Atom, Regions, roots
from .written import Writer

_DAY_BIT = 1 << DAY
FARTHEST_YEARS = 10


class EveryDay(Exception):
    """A condition can turn on days that nothing tells beforehand."""


def ten_years_on(on: date) -> date:
    """Return the last day that is looked at when nobody says otherwise."""
    return add_months(on, 12 * FARTHEST_YEARS)


def turning_day(
    rule: Rule | Node,
    facts: Facts,
    *,
    on: date,
    until: date | None = None,
    wanted: bool = True,
    given: Mapping[str, Any] | None = None,
) -> date | None:
    """Return the first day from `on` to `until` on which the verdict is `wanted`, or None.

    Nothing but the day changes, save the facts in `given`, by path, which hold instead of those
    known. `until` is ten years on when it isn't said. Raises WrongFact for a fact of another kind.
    """
    node = rule.ir if isinstance(rule, Rule) else rule
    last = until or ten_years_on(on)
    scope = facts if isinstance(facts, Scope) else Scope(facts)
    if not any(depends_on_day(part) for part in walk(node)):
        last = on
    starts = sorted(start for start in _starts(node) if on < start <= last)
    for first, following in zip([on, *starts], [*starts, last + timedelta(days=1)], strict=True):
        writer = Writer(scope, first, moving=True)
        root = writer.write(node)
        changed = _DAY_BIT
        for path, value in (given or {}).items():
            if path in writer.aliases:
                changed |= 1 << writer.aliases[path]
                writer.values[writer.aliases[path]] = value
        for day in _candidates(root, writer.values, changed, first, following):
            writer.values[DAY] = day
            if root.at(writer.values, changed) is wanted:
                return day
    return None


def _starts(node: Node) -> set[date]:
    return {
        entry.start for part in walk(node) if isinstance(part, Parameter)
        for entry in part.param.values
    }  # fmt: skip


def _candidates(
    root: Part, values: Values, changed: int, first: date, following: date
) -> list[date]:
    """Return the first day and every later one before `following` on which a condition may turn."""
    days = {first}
    regions = Regions(root, first)
    try:
        if any(isinstance(part, Told | Spanned) and part.mask & _DAY_BIT for part in below(root)):
            raise EveryDay
        for age in regions.ages:
            days.add(_since(age, values, changed) or first)
        for atom in regions.atoms:
            if atom.mask & _DAY_BIT:
                days.update(_turns(atom, values, changed, first, following))
    except EveryDay:
        return [first + timedelta(days=n) for n in range((following - first).days)]
    return sorted(day for day in days if first <= day < following)


def _since(age: Aged, values: Values, changed: int) -> date | None:
    """Return the date an age counts from, or None where nobody knows it."""
    if age.parts[0].mask & _DAY_BIT:
        raise EveryDay
    since = age.parts[0].at(values, changed)
    return since if since is MISSING or isinstance(since, date) else None


def _turns(
    atom: Atom, values: Values, changed: int, first: date, following: date
) -> Iterator[date]:
    ages = _ages(atom, values, changed)
    if _reads_days(atom):
        if ages:
            raise EveryDay
        for number in _solved(atom, Variable(DAY), values, changed):
            if first.toordinal() <= number <= following.toordinal():
                yield date.fromordinal(number)
    for function, since in ages:
        if len(ages) > 1:
            yield from _birthdays(function, since, first, following)
            continue
        for age in _solved(atom, Variable(DAY, function, since), values, changed):
            months = age if function == "age_months" else 12 * age
            if 0 <= months <= (following.year + 1 - since.year) * 12:
                yield add_months(since, months)


def _ages(atom: Atom, values: Values, changed: int) -> dict[tuple[str, date], None]:
    """Return the clocks that a condition reads; raise EveryDay for amounts rounded on the way."""
    ages: dict[tuple[str, date], None] = {}
    for part in below(atom):
        if isinstance(part, Aged) and part.mask & _DAY_BIT:
            since = _since(part, values, changed)
            if since is not None:
                ages[(part.function, since)] = None
        elif isinstance(part, Applied) and part.function == "round_fen" and part.mask & _DAY_BIT:
            raise EveryDay
    return ages


def _reads_days(part: Part) -> bool:
    """Whether days themselves are read, and not only ages."""
    if isinstance(part, Leaf):
        return part.place == DAY
    if isinstance(part, Aged):
        return False
    return any(_reads_days(one) for one in part.parts if one.mask & _DAY_BIT)


def _solved(atom: Atom, variable: Variable, values: Values, changed: int) -> Iterator[int]:
    """Yield the whole numbers beside each root; raise EveryDay for what is too hard to solve."""
    if isinstance(atom, Compared):
        for side in atom.parts:
            forms = side.forms(variable, values, changed)
            sizes = [len(part) for form in forms for part in form]
            if len(forms) >= FORM_BOUND or max(sizes, default=0) > HIGHEST_DEGREE // 2:
                raise EveryDay
    if isinstance(atom, Held):
        raise EveryDay
    for point in roots(atom, variable, values, changed, 1):
        whole = Fraction(point).__floor__()
        yield from (whole, whole + 1)


def _birthdays(function: str, since: date, first: date, following: date) -> Iterator[date]:
    step = 1 if function == "age_months" else 12
    months = max(0, (first.year - since.year) * 12 + first.month - since.month - 1)
    months -= months % step
    while (day := add_months(since, months)) < following:
        yield day
        months += step
