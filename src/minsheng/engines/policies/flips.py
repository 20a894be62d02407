"""What would have to change: the smallest sets of facts that turn a known verdict round.

Reasons guide the search. A reason is a set of facts that, as they stand, hold the verdict whatever
all others come to; so every set that turns it has a fact in common with every reason. Sets grow
from nothing by the facts of one reason at a time, which meets all the smallest ones and none that
can't matter. Whether a set turns the verdict is tried on samples of regions (`regions.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from itertools import islice, product
from typing import Any

from minsheng.lib.texts import Text
from minsheng.rules import Facts, Rule, Scope, WrongType
from minsheng.rules.ir import Node

from .parts import ANY, MISSING, Part, Values
from .regions import Bounds, Regions, usual_bounds
from .turning import ten_years_on, turning_day
from .written import Fact, Writer, pattern_of

LARGEST_SET = 4
MOST_SETS = 20
_EVALUATIONS = 60_000
_PER_SET = 4_000
_TRIALS = 32


class Who(StrEnum):
    """Who can change a fact."""

    PERSON = "person"
    OFFICE = "office"
    TIME = "time"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Lever:
    """Who can change a fact, and between which values. Bounds that aren't said: `usual_bounds`.

    `is_private`: somebody else's fact, whose values are used but never written.
    """

    who: Who
    bounds: Bounds | None = None
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One fact with a value that does it: for numbers and dates the nearest one.

    `low` and `high` are the ends of the stretch around `value` all of which does it as well; None
    where it goes on without end. `is_secret`: the value may not be shown.
    """

    fact: Fact
    label: Text
    value: Any
    who: Who
    low: Any = None
    high: Any = None
    is_secret: bool = False

    @property
    def path(self) -> str:
        """Return the way to the fact, as in `Missing.field`."""
        return self.fact.path


@dataclass(frozen=True, slots=True)
class FlipSet:
    """Facts that turn the verdict together and of which none can be left out.

    `first_day`: when all that is asked of time comes by itself once the others are changed.
    """

    changes: tuple[Change, ...]
    first_day: date | None = None

    @property
    def paths(self) -> frozenset[str]:
        """Return the ways to the facts."""
        return frozenset(change.path for change in self.changes)

    @property
    def is_by_person(self) -> bool:
        """Whether a person can change all of them."""
        return all(change.who is Who.PERSON for change in self.changes)


@dataclass(frozen=True, slots=True)
class Flips:
    """What would have to change for one case. Holds personal values: show it, never log it.

    `verdict` None: not known yet, and nothing is looked for. `smallest`: the smallest sets of any
    facts; `by_person`: the smallest made only of facts a person can change. `turns_on`: the first
    day up to `until` on which time alone turns the verdict. `relations`: who belongs to a household
    and the like is no fact here and stays as it is. `is_complete` False: the search was cut short.
    """

    verdict: bool | None
    on: date
    smallest: tuple[FlipSet, ...] = ()
    by_person: tuple[FlipSet, ...] = ()
    turns_on: date | None = None
    until: date | None = None
    relations: tuple[Text, ...] = ()
    is_complete: bool = True

    @property
    def size(self) -> int:
        """Return how many facts the smallest set has, 0 where there is none of up to four."""
        return len(self.smallest[0].changes) if self.smallest else 0


Levers = Mapping[str, Who | Lever]
"""By path (`household.members[1].income`) or for all of several (`household.members[].income`)."""


def flips(
    rule: Rule | Node,
    facts: Facts,
    levers: Levers,
    *,
    on: date,
    until: date | None = None,
    largest: int = LARGEST_SET,
) -> Flips:
    """Return the smallest sets of facts that turn the verdict on one case round, no matter how.

    levers: who can change each fact; of a fact that isn't named nobody can. Facts that are unknown
    may be in a set: they would have to come out so. Raises WrongType for a formula, WrongFact for
    a fact of another kind.
    """
    node = rule.ir if isinstance(rule, Rule) else rule
    if node.type != "boolean":
        raise WrongType(
            "这是一个算式，不是条件", "this is a formula, not a condition: nothing to turn round"
        )
    scope = facts if isinstance(facts, Scope) else Scope(facts)
    writer = Writer(scope, on)
    root = writer.write(node)
    relations = tuple(writer.relations.values())
    if not isinstance(root.now, bool):
        return Flips(None, on, relations=relations)
    search = _Search(writer, root, levers)
    smallest = search.sets(search.everything, largest)
    last = until or ten_years_on(on)
    own = [found for found in smallest if all(search.who(p) is Who.PERSON for p in found)]
    if not own:
        persons = [p for p in search.everything if search.who(p) is Who.PERSON]
        own = search.sets(persons, largest) if len(persons) < len(search.everything) else []
    told = {tuple(found): search.told(found) for found in (*smallest, *own)}
    wanted = not root.now
    return Flips(
        root.now,
        on,
        tuple(_timed(told[tuple(found)], node, scope, on, last, wanted) for found in smallest),
        tuple(told[tuple(found)] for found in own),
        turning_day(node, scope, on=on, until=last, wanted=wanted),
        last,
        relations,
        search.is_complete,
    )


def _timed(
    found: FlipSet, node: Node, scope: Scope, on: date, until: date, wanted: bool
) -> FlipSet:
    """Return the set with the day from which time has done its part of it."""
    if not any(change.who is Who.TIME for change in found.changes):
        return found
    given = {one.path: one.value for one in found.changes if one.who is not Who.TIME}
    day = turning_day(node, scope, on=on, until=until, wanted=wanted, given=given)
    return FlipSet(found.changes, day)


@dataclass(slots=True)
class _Search:
    """Looks for sets of places that turn one written-out rule."""

    writer: Writer
    root: Part
    levers: Levers
    is_complete: bool = True
    everything: list[int] = field(default_factory=list)
    _regions: Regions = field(init=False)
    _present: Values = field(init=False)
    _bounds: dict[int, Bounds] = field(default_factory=dict)
    _alone: dict[int, list[Any]] = field(default_factory=dict)
    _left: int = _EVALUATIONS

    def __post_init__(self) -> None:
        self._regions = Regions(self.root, self.writer.on)
        self._present = list(self.writer.values)
        self.everything = [f.place for f in self.writer.facts if self.root.mask >> f.place & 1]
        for place in self.everything:
            lever = self._lever(place)
            said = lever.bounds if isinstance(lever, Lever) else None
            fact = self.writer.fact(place)
            self._bounds[place] = said or usual_bounds(fact.kind, self._present[place])

    def _lever(self, place: int) -> Who | Lever:
        for path in self.writer.ways(place):
            lever = self.levers.get(path) or self.levers.get(pattern_of(path))
            if lever:
                return lever
        return Who.NOBODY

    def who(self, place: int) -> Who:
        """Return who can change the fact at a place."""
        lever = self._lever(place)
        return lever.who if isinstance(lever, Lever) else lever

    def sets(self, places: list[int], largest: int) -> list[dict[int, Any]]:
        """Return the smallest sets of these places that turn the verdict, with values that do."""
        waiting: list[tuple[int, ...]] = [()]
        for size in range(largest + 1):
            found: list[dict[int, Any]] = []
            next_ones: dict[tuple[int, ...], None] = {}
            for chosen in waiting:
                values, further = self._tried(chosen, places)
                if values is not None:
                    found.append(values)
                if size < largest and not found:
                    next_ones.update((tuple(sorted({*chosen, one})), None) for one in further)
                if self._left < 0:
                    self.is_complete = False
                    return found[:MOST_SETS]
            if found:
                return sorted(found, key=sorted)[:MOST_SETS]
            waiting = list(next_ones)
        return []

    def _tried(
        self, chosen: tuple[int, ...], places: list[int]
    ) -> tuple[dict[int, Any] | None, Iterable[int]]:
        """Return values of the chosen that turn the verdict, or the facts one of which is needed."""
        values = list(self._present)
        for place in chosen:
            values[place] = ANY
        if self._value(values, _bits(chosen)) is not ANY:
            return None, self._reason(values, chosen, places)
        attempt = _Try(self, chosen, places, values)
        attempt.run()
        if attempt.best is None:
            return None, attempt.further
        return self._nearest(attempt.best), ()

    def _value(self, values: Values, changed: int) -> Any:
        self._left -= 1
        return self.root.at(values, changed)

    def _reason(self, values: Values, chosen: Iterable[int], places: list[int]) -> list[int]:
        """Return facts that hold the verdict against whatever the other places come to."""
        free = list(values)
        changed = _bits(chosen)
        others = [place for place in places if not changed >> place & 1]
        for place in others:
            free[place] = ANY
        if self._value(free, changed | _bits(others)) is not ANY:
            return []
        free = list(values)
        kept: list[int] = []
        for place in others:
            free[place] = ANY
            if self._value(free, changed | 1 << place) is ANY:
                free[place] = values[place]
                kept.append(place)
            else:
                changed |= 1 << place
        return kept

    def _samples(self, place: int, trials: Iterable[tuple[Values, int]]) -> list[Any]:
        fact = self.writer.fact(place)
        return self._regions.samples(fact, self._bounds[place], trials)

    def _references(self, place: int) -> list[Any]:
        """Return values of a fact at which others are solved before it is known itself."""
        if place not in self._alone:
            alone = self._samples(place, [(self._present, 0)])
            bounds = self._bounds[place]
            ends = [end for end in (bounds.low, bounds.high) if end is not None]
            self._alone[place] = list(dict.fromkeys([*alone[:3], *ends, *alone[3:6]]))
        return self._alone[place]

    def _is_beside(self, place: int, other: int) -> bool:
        """Whether two facts meet in one condition."""
        both = 1 << place | 1 << other
        return any(atom.mask & both == both for atom in self._regions.atoms)

    def _nearest(self, found: dict[int, Any]) -> dict[int, Any]:
        """Return the values with each as near to its present as the others allow."""
        values = list(self._present)
        for place, value in found.items():
            values[place] = value
        changed, wanted = _bits(found), not self.root.now
        for _ in range(2):
            before = list(values)
            for place in found:
                chosen = values[place]
                for value in self._samples(place, [(values, changed)]):
                    values[place] = value
                    if self._value(values, changed) is wanted:
                        break
                else:
                    values[place] = chosen
                self._step_back(place, values, changed)
            if values == before:
                break
        return {place: values[place] for place in found}

    def _step_back(self, place: int, values: Values, changed: int) -> None:
        """Move a value that was only nearly solved (rounded amounts) to where it just does it."""
        now, value = self._present[place], values[place]
        if self.writer.fact(place).kind.type not in ("integer", "money", "date") or now is MISSING:
            return
        distance = _distance(value, now)
        step = 1 if distance > 0 else -1
        wanted = not self.root.now

        def does(steps: int) -> bool:
            values[place] = _moved(now, steps)
            return self._value(values, changed) is wanted

        if abs(distance) > 1 and does(distance - step):
            near, far = 0, abs(distance) - 1
            while far - near > 1:
                middle = (near + far) // 2
                near, far = (near, middle) if does(step * middle) else (middle, far)
            distance = step * far
        values[place] = _moved(now, distance)

    def told(self, found: dict[int, Any]) -> FlipSet:
        """Return a set with the stretch around each value, who can change it and its label."""
        values = list(self._present)
        for place, value in found.items():
            values[place] = value
        changes = [self._change(place, values, _bits(found)) for place in sorted(found)]
        return FlipSet(tuple(changes))

    def _change(self, place: int, values: Values, changed: int) -> Change:
        fact, value = self.writer.fact(place), values[place]
        low = high = value
        if fact.kind.type in ("integer", "money", "number", "date"):
            low, high = self._stretch(place, values, changed)
            values[place] = value
        return Change(
            fact, self.writer.label(fact), value, self.who(place), low, high,
            self._is_secret(place),
        )  # fmt: skip

    def _stretch(self, place: int, values: Values, changed: int) -> tuple[Any, Any]:
        value, wanted = values[place], not self.root.now
        ends: list[Any] = []
        samples = sorted({*self._samples(place, [(values, changed)]), value})
        middle = samples.index(value)
        for way in (samples[:middle][::-1], samples[middle + 1 :]):
            end: Any = value
            for values[place] in way:
                if self._value(values, changed) is not wanted:
                    break
                end = values[place]
            else:
                end = None
            ends.append(end)
        return ends[0], ends[1]

    def _is_secret(self, place: int) -> bool:
        """Whether a value is private, or would tell something of a hidden fact."""
        lever = self._lever(place)
        if isinstance(lever, Lever) and lever.is_private:
            return True
        hidden = _bits(f.place for f in self.writer.facts if f.kind.hidden)
        beside = 1 << place
        for atom in self._regions.atoms:
            if atom.mask >> place & 1:
                beside |= atom.mask
        return bool(beside & hidden)


@dataclass(slots=True)
class _Try:
    """One set of facts: are there values of them that turn the verdict?

    Facts with few answers come first; a number comes last, so that it is solved given the others.
    """

    search: _Search
    chosen: tuple[int, ...]
    places: list[int]
    values: Values
    best: dict[int, Any] | None = None
    further: set[int] = field(default_factory=set)
    _best_rank: int = 0
    _left: int = _PER_SET
    _order: list[int] = field(default_factory=list)

    def run(self) -> None:
        """Look for values; else gather in `further` the facts one of which must change as well."""
        kinds = {place: self.search.writer.fact(place).kind.type for place in self.chosen}
        few = ("boolean", "choice", "text", "set")
        self._order = sorted(self.chosen, key=lambda place: (kinds[place] not in few, place))
        self._from(0, 0)
        if self.best is None and self._left < 0:
            self.search.is_complete = False

    def _from(self, depth: int, rank: int) -> None:
        place, later = self._order[depth], self._order[depth + 1 :]
        for number, value in enumerate(self.search._samples(place, self._trials(place, later))):
            if self._left < 0 or (self.best is not None and rank + number >= self._best_rank):
                break
            self._left -= 1
            self.values[place] = value
            result = self.search._value(self.values, _bits(self.chosen))
            if result is ANY:
                self._from(depth + 1, rank + number)
            elif result is (not self.search.root.now):
                self.best = {p: v for p in self.chosen if (v := self.values[p]) is not ANY}
                self._best_rank = rank + number
            elif self.best is None:
                self._stuck()
        self.values[place] = ANY

    def _trials(self, place: int, later: list[int]) -> Iterator[tuple[Values, int]]:
        """Yield the values as they stand, with each way in which later facts beside it might."""
        beside = [other for other in later if self.search._is_beside(place, other)]
        ways = product(*(self.search._references(other) for other in beside))
        for way in islice(ways, _TRIALS):
            for other, value in zip(beside, way, strict=True):
                self.values[other] = value
            yield self.values, _bits(self.chosen)
        for other in beside:
            self.values[other] = ANY

    def _stuck(self) -> None:
        """Add the facts that hold the verdict here, unless some of those known already do."""
        others = [p for p in self.places if p not in self.further and p not in self.chosen]
        free = list(self.values)
        for place in others:
            free[place] = ANY
        if self.search._value(free, _bits(self.chosen) | _bits(others)) is ANY:
            self.further.update(self.search._reason(self.values, self.chosen, self.places))


def _bits(places: Iterable[int]) -> int:
    mask = 0
    for place in places:
        mask |= 1 << place
    return mask


def _distance(value: Any, now: Any) -> int:
    return int((value - now).days) if isinstance(value, date) else int(value - now)


def _moved(now: Any, steps: int) -> Any:
    return now + timedelta(days=steps) if isinstance(now, date) else now + steps
