"""Values of a fact that stand for all others: one from each region on which no condition turns.

A condition turns where its two sides meet; with every other fact standing, that is the root of a
polynomial, solved exactly. Between two neighbouring roots nothing changes, so trying the numbers
beside each root is a proof and not a test, and the nearest that flips is the nearest there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations, pairwise
from typing import Any

from minsheng.lib.periods import add_months
from minsheng.rules import FieldKind

from .parts import (
    MISSING,
    Aged,
    Among,
    Compared,
    Fixed,
    Held,
    Part,
    Spanned,
    Values,
    Variable,
    below,
)
from .polynomials import Form, constant, turning_points
from .written import Fact

NUMBER_GRID = 10_000
FARTHEST = 10**13
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
ELSE = "…"
_SET_BOUND = 6
_MOST_MONTHS = 12 * 300
_STEP = Fraction(1, 1000)
Atom = Compared | Among | Held


@dataclass(frozen=True, slots=True)
class Bounds:
    """The lowest and highest value a fact can come to; None: no such bound."""

    low: Any = None
    high: Any = None

    def admit(self, value: Any) -> bool:
        """Whether a value lies within."""
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


def usual_bounds(kind: FieldKind, now: Any) -> Bounds:
    """Return bounds of a fact nobody said anything about: no negative number unless it is one now."""
    if kind.type == "date":
        low, high = FIRST_DAY, LAST_DAY
        return Bounds(min(low, now), max(high, now)) if now is not MISSING else Bounds(low, high)
    if kind.type in ("integer", "money", "number"):
        return Bounds(low=0 if now is MISSING or now >= 0 else None)
    return Bounds()


@dataclass(slots=True)
class Regions:
    """The conditions of a written-out rule by the facts they rest on, and samples of each fact."""

    root: Part
    on: date
    atoms: list[Atom] = field(default_factory=list)
    ages: list[Aged] = field(default_factory=list)
    spans: list[Spanned] = field(default_factory=list)

    def __post_init__(self) -> None:
        for part in below(self.root):
            if isinstance(part, Compared | Among | Held) and part.mask:
                self.atoms.append(part)
            elif isinstance(part, Aged):
                self.ages.append(part)
            elif isinstance(part, Spanned):
                self.spans.append(part)

    def samples(
        self, fact: Fact, bounds: Bounds, trials: Iterable[tuple[Values, int]]
    ) -> list[Any]:
        """Return one value of each region of a fact, the nearest to the present one first.

        trials: the other facts as they stand, or as they might; regions of all are cut together.
        """
        bit = 1 << fact.place
        atoms = [atom for atom in self.atoms if atom.mask & bit]
        now = MISSING if not _is_known(fact.now) else fact.now
        match fact.kind.type:
            case "boolean":
                return [False, True] if now is MISSING else [now, not now]
            case "choice" | "text" if fact.kind.options:
                return _nearest_first(fact.kind.options, now)
            case "choice" | "text":
                return _nearest_first(self._words(atoms, fact, trials), now)
            case "set":
                return self._sets(atoms, fact, trials, now)
            case _:
                return self._numbers(atoms, fact, bounds, trials, now)

    def _words(
        self, atoms: Sequence[Atom], fact: Fact, trials: Iterable[tuple[Values, int]]
    ) -> list[str]:
        words: dict[str, None] = {}
        for values, changed in trials:
            for atom in atoms:
                beside = atom.among if isinstance(atom, Among) else ()
                for part in atom.parts:
                    if not part.mask >> fact.place & 1:
                        beside = (*beside, part.at(values, changed))
                for value in beside:
                    held = sorted(value) if isinstance(value, frozenset) else [value]
                    words.update((word, None) for word in held if isinstance(word, str))
                for part in atom.parts:
                    words.update((word, None) for word in _written_words(part))
        return [*words, ELSE]

    def _sets(
        self, atoms: Sequence[Atom], fact: Fact, trials: Iterable[tuple[Values, int]], now: Any
    ) -> list[Any]:
        items: dict[str, None] = {}
        whole: list[Any] = []
        for values, changed in trials:
            for atom in atoms:
                for part in below(atom):
                    value = part.at(values, changed)
                    if isinstance(value, str):
                        items[value] = None
                    elif isinstance(value, frozenset):
                        whole.append(value)
                items.update((word, None) for word in fact.kind.options[:_SET_BOUND])
        some = list(items)
        if len(some) > _SET_BOUND:
            toggled = [frozenset({item}) for item in some]
        else:
            sizes = range(len(some) + 1)
            toggled = [frozenset(few) for size in sizes for few in combinations(some, size)]
        start = frozenset() if now is MISSING else now
        return list(dict.fromkeys([start, *(start ^ change for change in toggled), *whole]))

    def _numbers(
        self,
        atoms: Sequence[Atom],
        fact: Fact,
        bounds: Bounds,
        trials: Iterable[tuple[Values, int]],
        now: Any,
    ) -> list[Any]:
        is_date = fact.kind.type == "date"
        grid = NUMBER_GRID if fact.kind.type == "number" else 1
        points: set[Fraction] = set()
        days: set[date] = set()
        mine = [age for age in self.ages if is_date and age.mask >> fact.place & 1]
        for values, changed in trials:
            for atom in atoms:
                points |= roots(atom, Variable(fact.place), values, changed, grid)
                for function in {age.function for age in mine}:
                    ages = roots(atom, Variable(fact.place, function), values, changed, 1)
                    days.update(_births(function, ages, self.on))
            if is_date:
                days.update(self._spanned(atoms, fact.place, values, changed))
        if is_date:
            if mine:
                days.update((self.on, self.on + timedelta(days=1)))
            days.update(_days(points))
            found: Iterable[Any] = days
        elif grid == 1:
            found = {number for point in points for number in _whole_beside(point)}
        else:
            found = _dense(points)
        admitted = {value for value in found if bounds.admit(value)}
        admitted.update(end for end in (bounds.low, bounds.high) if end is not None and not is_date)
        if now is not MISSING:
            admitted.add(now)
        elif not admitted:
            admitted.add(self.on if is_date else 0)
        return _sorted_from(now, admitted)

    def _spanned(
        self, atoms: Sequence[Atom], place: int, values: Values, changed: int
    ) -> Iterator[date]:
        """Yield the days beside those on which months between two dates turn a condition."""
        for span in self.spans:
            other = span.standing(place, values, changed)
            if not isinstance(other, date) or not FIRST_DAY <= other <= LAST_DAY:
                continue
            is_first = span.parts[0].mask >> place & 1
            for atom in atoms:
                points = roots(atom, Variable(place, "months_between", other), values, changed, 1)
                for months in {whole for point in points for whole in _whole_beside(point)}:
                    if abs(months) <= _MOST_MONTHS:
                        day = _last_birth(months, other) if is_first else add_months(other, months)
                        yield from (day, day + timedelta(days=1 if is_first else -1))


def _is_known(value: Any) -> bool:
    return value is not MISSING and isinstance(
        value, bool | int | Fraction | str | date | frozenset
    )


def roots(atom: Atom, variable: Variable, values: Values, changed: int, grid: int) -> set[Fraction]:
    """Return where a condition may turn as one variable moves, every other fact as in `values`."""
    if isinstance(atom, Held):
        return set()
    lefts = atom.parts[0].forms(variable, values, changed)
    if isinstance(atom, Among):
        rights = [
            constant(_number(one)) for one in atom.among if isinstance(one, int | Fraction | date)
        ]
    else:
        rights = atom.parts[1].forms(variable, values, changed)
    points: set[Fraction] = set()
    for left in lefts:
        for right in rights:
            if _moves(left) or _moves(right):
                points |= turning_points(left, right, -FARTHEST, FARTHEST, grid)
    return points


def _number(value: int | Fraction | date) -> int | Fraction:
    return value.toordinal() if isinstance(value, date) else value


def _moves(form: Form) -> bool:
    return len(form[0]) > 1 or len(form[1]) > 1


def _whole_beside(point: Fraction) -> Iterator[int]:
    low = point.__floor__()
    if low == point:
        yield low - 1
    yield low
    yield low + 1


def _dense(points: set[Fraction]) -> set[Fraction]:
    """Return each point, the middle of each gap, and a number close to each side of a point."""
    ordered = sorted(points)
    if not ordered:
        return set()
    found = {*ordered, ordered[0] - 1, ordered[-1] + 1, ordered[0] - _STEP, ordered[-1] + _STEP}
    for low, high in pairwise(ordered):
        step = min(_STEP, (high - low) / 2)
        found |= {(low + high) / 2, low + step, high - step}
    return found


def _days(points: set[Fraction]) -> Iterator[date]:
    for point in points:
        for number in _whole_beside(point):
            if FIRST_DAY.toordinal() <= number <= LAST_DAY.toordinal():
                yield date.fromordinal(number)


def _births(function: str, ages: set[Fraction], on: date) -> Iterator[date]:
    """Yield the last birth date of each age beside the given ones, and the day after it."""
    for age in {whole for point in ages for whole in _whole_beside(point)}:
        months = age if function == "age_months" else 12 * age
        if 0 <= months <= (on.year - FIRST_DAY.year) * 12:
            last = _last_birth(months, on)
            yield last
            yield last + timedelta(days=1)


def _last_birth(months: int, on: date) -> date:
    """Return the latest birth date with so many full months on a day."""
    born = add_months(on, -months)
    # A short month reached from a later day: 31 January is a month old on 28 February.
    while add_months(born + timedelta(days=1), months) <= on:
        born += timedelta(days=1)
    return born


def _nearest_first(values: Iterable[Any], now: Any) -> list[Any]:
    others = [value for value in values if value != now]
    return others if now is MISSING else [now, *others]


def _sorted_from(now: Any, values: set[Any]) -> list[Any]:
    if now is MISSING:
        return sorted(values)
    return sorted(values, key=lambda value: (abs(value - now), value))


def _written_words(part: Part) -> Iterator[str]:
    for one in below(part):
        if isinstance(one, Fixed) and isinstance(one.now, str):
            yield one.now
