"""Writing a rule out over the facts of one case: every relation followed, every fact with its way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from minsheng.lib.texts import Text
from minsheng.rules import FieldKind, Scope, Unknown
from minsheng.rules.describe import filled
from minsheng.rules.ir import (
    Aggregate,
    And,
    Arithmetic,
    Call,
    Choose,
    Compare,
    Const,
    Contains,
    Derived,
    Field,
    Known,
    Negate,
    Node,
    Not,
    OneOf,
    Or,
    Parameter,
    Related,
    Today,
)
from minsheng.rules.schema import checked_fact
from minsheng.rules.show import label_of

from .parts import (
    DAY,
    MISSING,
    Aged,
    Among,
    Applied,
    Chosen,
    Compared,
    Counted,
    Denied,
    Elapsed,
    Extreme,
    Fixed,
    Held,
    Joined,
    Leaf,
    Part,
    Picked,
    Reckoned,
    Spanned,
    Summed,
    Told,
    Values,
)

_PLACES = re.compile(r"\[[0-9]+\]")


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of the case. `path` as in `Missing.field`: `household.members[1].income`.

    `place` is its place among the values; `now` what is known of it at present. `full_label` also
    says whose it is where a relation leads to one thing only: 配偶的月收入.
    """

    path: str
    kind: FieldKind
    label: Text
    full_label: Text
    place: int
    now: Any

    @property
    def pattern(self) -> str:
        """Return the path with the numbers of several things left out: `members[].income`."""
        return pattern_of(self.path)


def pattern_of(path: str) -> str:
    """Return a path with the numbers of several things left out."""
    return _PLACES.sub("[]", path)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a part of the rule is read: the thing, the way to it, and its label in sentences."""

    scope: Scope
    way: str
    told: tuple[tuple[bool, Callable[[Text], Text]], ...] = ()

    def labels(self, label: Text) -> tuple[Text, Text]:
        """Return a label with the number of its thing, and the same with all it belongs to."""
        short = full = label
        for is_numbered, tell in reversed(self.told):
            full = tell(full)
            short = tell(short) if is_numbered else short
        return short, full


@dataclass(slots=True)
class Writer:
    """Writes rules out over one case on a day. Facts met by several rules are the same facts.

    `moving` True: the day is a variable; False: it stands, and what rests on it alone is computed.
    A thing that two ways lead to (the applicant is a member of the household) is one thing when
    both lead to the same mapping; a fact is named by the way it is met first, those of the case
    itself without a way. `aliases` has every way met.
    """

    scope: Scope
    on: date
    moving: bool = False
    facts: list[Fact] = field(default_factory=list)
    values: Values = field(default_factory=list)
    aliases: dict[str, int] = field(default_factory=dict)
    relations: dict[str, Text] = field(default_factory=dict)
    _known: dict[tuple[int, str], Leaf] = field(default_factory=dict)
    _derived: dict[tuple[int, int], Part] = field(default_factory=dict)
    _kept: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.values.append(self.on)

    def write(self, node: Node) -> Part:
        """Return the rule as parts; raises WrongFact for a fact of another kind."""
        return self._part(node, _Place(self.scope, ""))

    def fact(self, place: int) -> Fact:
        """Return the fact at a place among the values."""
        return self.facts[place - 1]

    def ways(self, place: int) -> Iterator[str]:
        """Yield every way that leads to a fact, the one that names it first."""
        yield self.fact(place).path
        yield from (path for path, where in self.aliases.items() if where == place)

    def label(self, fact: Fact) -> Text:
        """Return the label of a fact, with whose it is where another fact has the same label."""
        is_alone = all(one is fact or one.label != fact.label for one in self.facts)
        return fact.label if is_alone else fact.full_label

    def _part(self, node: Node, there: _Place) -> Part:
        part = self._written(node, there)
        if isinstance(part, Fixed | Leaf):
            return part
        part.now = part.computed(self.values, 0)
        return part if part.mask else Fixed(part.now)

    def _written(self, node: Node, there: _Place) -> Part:
        match node:
            case Const(value):
                return Fixed(value)
            case Field():
                return self._leaf(node, there)
            case Parameter():
                entry = node.param.at(self.on)
                return Fixed(MISSING if entry is None else entry.value)
            case Today():
                return self._day()
            case Derived():
                key = (id(node), _identity(there.scope))
                if key not in self._derived:
                    self._kept.append(node)
                    self._derived[key] = self._part(node.node, there)
                return self._derived[key]
            case Related():
                return self._related(node, there)
            case Aggregate():
                return self._gathered(node, there)
            case Call():
                return self._called(node, there)
            case _:
                return self._combined(node, there)

    def _combined(self, node: Node, there: _Place) -> Part:
        def part(below: Node) -> Part:
            return self._part(below, there)

        match node:
            case Not(operand):
                return Denied((part(operand),))
            case And(operands) | Or(operands):
                return Joined([part(one) for one in operands], decisive=isinstance(node, Or))
            case Compare(op, left, right):
                return Compared(op, part(left), part(right))
            case OneOf(item, among):
                return Among(part(item), [const.value for const in among])
            case Contains(collection, item):
                return Held((part(item), part(collection)))
            case Known(operand):
                return Told((part(operand),))
            case Negate(operand):
                return Applied("-", part(operand))
            case Arithmetic(op, left, right):
                return Reckoned(op, part(left), part(right))
            case Choose(branches, otherwise):
                ways = [part(one) for way in branches for one in (way.condition, way.value)]
                return Chosen([*ways, part(otherwise)] if otherwise else ways)
            case _:
                raise TypeError(f"no such part of a rule: {type(node).__name__}")

    def _called(self, node: Call, there: _Place) -> Part:
        parts = [self._part(argument, there) for argument in node.arguments]
        match node.function:
            case "age_months" | "age_years":
                return Aged(node.function, parts[0], self._day())
            case "days_since":
                return Elapsed((parts[0], self._day()))
            case "months_between":
                return Spanned(parts)
            case "min" | "max":
                return Picked(parts, highest=node.function == "max")
            case _:
                return Applied(node.function, parts[0])

    def _day(self) -> Part:
        if not self.moving:
            return Fixed(self.on)
        day = Leaf(DAY)
        day.now = self.on
        return day

    def _leaf(self, node: Field, there: _Place) -> Leaf:
        is_root = _identity(there.scope) == _identity(self.scope)
        here = _Place(self.scope, "") if is_root else there
        key = (_identity(there.scope), node.name)
        if key not in self._known:
            found = checked_fact(node.name, node.kind, there.scope.get(node.name))
            leaf = Leaf(len(self.values))
            leaf.now = MISSING if isinstance(found, Unknown) else found
            path = here.way + node.name
            self.aliases[path] = leaf.place
            labels = here.labels(label_of(node))
            self.facts.append(Fact(path, node.kind, *labels, leaf.place, found))
            self.values.append(leaf.now)
            self._kept.append(there.scope)
            self._known[key] = leaf
        self.aliases[there.way + node.name] = self._known[key].place
        return self._known[key]

    def _related(self, node: Related, there: _Place) -> Part:
        self.relations.setdefault(pattern_of(there.way + node.relation), node.label)
        others = there.scope.along(node.relation)
        if isinstance(others, Unknown) or len(others) != 1:
            return Fixed(MISSING)
        place = _Place(
            others[0], f"{there.way}{node.relation}.", (*there.told, (False, _of_one(node)))
        )
        return self._part(node.node, place)

    def _gathered(self, node: Aggregate, there: _Place) -> Part:
        self.relations.setdefault(pattern_of(there.way + node.relation), node.label)
        others = there.scope.along(node.relation)
        if isinstance(others, Unknown):
            return Fixed(MISSING)
        places = [
            _Place(
                one,
                f"{there.way}{node.relation}[{number}].",
                (*there.told, (True, _of_several(node, number))),
            )
            for number, one in enumerate(others)
        ]
        wheres = [self._part(node.where, place) if node.where else Fixed(True) for place in places]
        match node.function:
            case "any" | "all":
                return Joined(wheres, decisive=node.function == "any")
            case "count":
                return Counted(wheres)
            case _:
                return self._totalled(node, places, wheres)

    def _totalled(self, node: Aggregate, places: list[_Place], wheres: list[Part]) -> Part:
        parts: list[Part] = []
        for place, where in zip(places, wheres, strict=True):
            operand = self._part(node.operand, place) if node.operand else Fixed(MISSING)
            parts.extend((where, operand))
        if node.function == "sum":
            return Summed(parts)
        return Extreme(parts, highest=node.function == "highest")


def _identity(scope: Scope) -> int:
    facts: Mapping[str, object] = scope.facts
    while isinstance(facts, Scope):
        facts = facts.facts
    return id(facts)


def _of_one(node: Related) -> Callable[[Text], Text]:
    if not node.label.zh:
        return lambda label: label
    whole = Text("{x}的{y}", "{y} of the {x}")
    return lambda label: filled(whole, x=node.label, y=label)


def _of_several(node: Aggregate, number: int) -> Callable[[Text], Text]:
    which = Text(node.label.zh or node.relation, node.label.to("en") or node.relation)
    whole = Text("第 {n} 个{x}的{y}", "{y} of {x} no. {n}")
    return lambda label: filled(whole, x=which, y=label, n=str(number + 1))
