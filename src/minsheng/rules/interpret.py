"""The interpreter: one case, exact numbers, three truth values.

Total: for every rule and all facts of the right kinds there is an answer, and no answer is an
error. What can't be computed (a zero divisor, a birth after the judged day, a parameter that is
not in force) is unknown with the reason `unusable`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from minsheng.lib.periods import age_in_months, age_in_years, months_between

from .errors import WrongFact
from .ir import (
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
    fields_of,
)
from .schema import checked_fact
from .values import Facts, Missing, Reason, Unknown, Value

Result = Value | Unknown


class Scope(Mapping[str, object]):
    """The facts of one thing, with what was already computed from them.

    A derived fact is computed once however many rules name it; what a relation leads to is a scope
    of its own. `cases` is what explanations made of it, by day. `value_of` takes plain facts too,
    and then remembers nothing.
    """

    __slots__ = ("_below", "cases", "computed", "facts")

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.computed: dict[tuple[str, date], Result] = {}
        self.cases: dict[date, Any] = {}
        self._below: dict[str, tuple[Scope, ...] | Unknown] = {}

    def __getitem__(self, name: str) -> object:
        return self.facts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.facts)

    def __len__(self) -> int:
        return len(self.facts)

    def get(self, name: str, default: object = None) -> object:
        """Return a fact, or the default."""
        return self.facts.get(name, default)

    def along(self, relation: str) -> tuple[Scope, ...] | Unknown:
        """Return the things a relation leads to, or why nobody knows them.

        Raises WrongFact when there is something else than mappings.
        """
        if relation not in self._below:
            self._below[relation] = _led_to(relation, self.facts.get(relation))
        return self._below[relation]


def _led_to(relation: str, raw: object) -> tuple[Scope, ...] | Unknown:
    if raw is None:
        return Unknown.of(relation)
    if isinstance(raw, Unknown):
        return raw if raw.missing else Unknown.of(relation)
    if isinstance(raw, Scope):
        return (raw,)
    if isinstance(raw, Mapping):
        return (Scope(raw),) if raw else ()
    if isinstance(raw, Sequence) and all(isinstance(one, Mapping) for one in raw):
        return tuple(one if isinstance(one, Scope) else Scope(one) for one in raw)
    raise WrongFact(
        f"“{relation}”要写成一项或几项，每项写“名称: 值”，请核对来源",
        f"{relation!r} leads to something that is not a mapping or a list of mappings",
        fact=relation,
        type="relation",
    )


def value_of(node: Node, facts: Facts, on: date) -> Result:
    """Return the value of a node for one case on a day, or an Unknown that says what is missing.

    Raises WrongFact when a fact isn't of its field's kind.
    """
    return _EVALUATORS[type(node)](node, facts, on)


def _const(node: Const, facts: Facts, on: date) -> Result:
    return node.value


def _field(node: Field, facts: Facts, on: date) -> Result:
    return checked_fact(node.name, node.kind, facts.get(node.name))


def _parameter(node: Parameter, facts: Facts, on: date) -> Result:
    entry = node.param.at(on)
    if entry is None or entry.value is None:
        waits = node.param.waits(on)
        return Unknown.of(node.name, Reason.NOT_ENTERED if waits else Reason.UNUSABLE)
    return entry.value


def _today(node: Today, facts: Facts, on: date) -> Result:
    return on


def _not(node: Not, facts: Facts, on: date) -> Result:
    value = value_of(node.operand, facts, on)
    return value if isinstance(value, Unknown) else not value


def _and(node: And, facts: Facts, on: date) -> Result:
    return _until(False, node.operands, facts, on)


def _or(node: Or, facts: Facts, on: date) -> Result:
    return _until(True, node.operands, facts, on)


def _until(decisive: bool, operands: tuple[Node, ...], facts: Facts, on: date) -> Result:
    unknowns: list[Result] = []
    for operand in operands:
        value = value_of(operand, facts, on)
        if value is decisive:
            return decisive
        if isinstance(value, Unknown):
            unknowns.append(value)
    return _any_unknown(*unknowns) if unknowns else not decisive


def _compare(node: Compare, facts: Facts, on: date) -> Result:
    left, right = value_of(node.left, facts, on), value_of(node.right, facts, on)
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return _any_unknown(left, right)
    return holds(node.op, left, right)


def holds(op: str, left: Any, right: Any) -> bool:
    """Whether two known values of fitting types stand in this relation."""
    match op:
        case "==":
            return bool(left == right)
        case "!=":
            return bool(left != right)
        case "<":
            return bool(left < right)
        case "<=":
            return bool(left <= right)
        case ">":
            return bool(left > right)
        case _:
            return bool(left >= right)


def _one_of(node: OneOf, facts: Facts, on: date) -> Result:
    item = value_of(node.item, facts, on)
    if isinstance(item, Unknown):
        return item
    return any(item == const.value for const in node.values)


def _contains(node: Contains, facts: Facts, on: date) -> Result:
    item, collection = value_of(node.item, facts, on), value_of(node.collection, facts, on)
    if isinstance(item, Unknown) or isinstance(collection, Unknown):
        return _any_unknown(item, collection)
    return isinstance(collection, frozenset) and item in collection


def _known(node: Known, facts: Facts, on: date) -> Result:
    return not isinstance(value_of(node.operand, facts, on), Unknown)


def _negate(node: Negate, facts: Facts, on: date) -> Result:
    value: Any = value_of(node.operand, facts, on)
    return value if isinstance(value, Unknown) else -value


def _arithmetic(node: Arithmetic, facts: Facts, on: date) -> Result:
    left: Any = value_of(node.left, facts, on)
    right: Any = value_of(node.right, facts, on)
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return _any_unknown(left, right)
    match node.op:
        case "+":
            return _of_type(node, left + right)
        case "-":
            return _of_type(node, left - right)
        case "*":
            return _of_type(node, left * right)
        case "/":
            return Fraction(left) / right if right else _unusable(node.right, facts, on)


def _call(node: Call, facts: Facts, on: date) -> Result:
    values: list[Any] = [value_of(argument, facts, on) for argument in node.arguments]
    unknowns = [value for value in values if isinstance(value, Unknown)]
    if unknowns:
        return Unknown(frozenset().union(*(unknown.missing for unknown in unknowns)))
    first = values[0]
    match node.function:
        case "age_months" | "age_years":
            if first > on:
                return _unusable(node.arguments[0], facts, on)
            age: int = (age_in_months if node.function == "age_months" else age_in_years)(first, on)
            return age
        case "days_since":
            return int((on - first).days)
        case "months_between":
            return months_between(first, values[1])
        case "min":
            return _of_type(node, min(values))
        case "max":
            return _of_type(node, max(values))
        case "abs":
            return _of_type(node, abs(first))
        case "round_fen":
            return rounded_fen(first)


def rounded_fen(amount: Fraction | int) -> int:
    """Return the amount in whole fen, half a fen away from zero (四舍五入)."""
    twice = 2 * abs(Fraction(amount))
    whole = (twice.numerator // twice.denominator + 1) // 2
    return whole if amount >= 0 else -whole


def _choose(node: Choose, facts: Facts, on: date) -> Result:
    missing: frozenset[Missing] = frozenset()
    possible: list[Result] = []
    for branch in node.branches:
        condition = value_of(branch.condition, facts, on)
        if isinstance(condition, Unknown):
            missing |= condition.missing
        if condition is not False:
            possible.append(_of_type(node, value_of(branch.value, facts, on)))
        if condition is True:
            break
    else:
        if node.otherwise:
            possible.append(_of_type(node, value_of(node.otherwise, facts, on)))
    first = possible[0]
    if not isinstance(first, Unknown) and all(value == first for value in possible):
        return first  # every way that is still open leads to the same value
    for value in possible:
        if isinstance(value, Unknown):
            missing |= value.missing
    return Unknown(missing)


def _derived(node: Derived, facts: Facts, on: date) -> Result:
    if not isinstance(facts, Scope):
        return _of_type(node, value_of(node.node, facts, on))
    key = (node.name, on)
    if key not in facts.computed:
        facts.computed[key] = _of_type(node, value_of(node.node, facts, on))
    return facts.computed[key]


def _related(node: Related, facts: Facts, on: date) -> Result:
    scope = facts if isinstance(facts, Scope) else Scope(facts)
    others = scope.along(node.relation)
    if isinstance(others, Unknown):
        return others
    if len(others) != 1:
        reason = Reason.UNUSABLE if others else Reason.REGISTER_NONE
        return Unknown.of(node.relation, reason)
    value = value_of(node.node, others[0], on)
    return value.seen_from(f"{node.relation}.") if isinstance(value, Unknown) else value


def _aggregate(node: Aggregate, facts: Facts, on: date) -> Result:
    scope = facts if isinstance(facts, Scope) else Scope(facts)
    others = scope.along(node.relation)
    if isinstance(others, Unknown):
        return others
    if node.function in ("any", "all"):
        return _any_or_all(node, others, on)
    if node.function == "count":
        return _count(node, others, on)
    return _total(node, others, on)


def _any_or_all(node: Aggregate, others: Sequence[Scope], on: date) -> Result:
    decisive = node.function == "any"
    unknowns: list[Result] = []
    for number, one in enumerate(others):
        value = _seen(node.where, node, number, one, on)
        if value is decisive:
            return decisive
        if isinstance(value, Unknown):
            unknowns.append(value)
    return _any_unknown(*unknowns) if unknowns else not decisive


def _count(node: Aggregate, others: Sequence[Scope], on: date) -> Result:
    values = [_seen(node.where, node, number, one, on) for number, one in enumerate(others)]
    unknown = _any_unknown(*values)
    return unknown if unknown.missing else sum(value is True for value in values)


def _total(node: Aggregate, others: Sequence[Scope], on: date) -> Result:
    """Return the sum or an extreme; unknown as soon as one thing that may count is unknown.

    A value known to be zero adds nothing to a sum, whether it counts or not.
    """
    values: list[Any] = []
    unknowns: list[Result] = []
    for number, one in enumerate(others):
        counts = _seen(node.where, node, number, one, on)
        if counts is False:
            continue
        value = _seen(node.operand, node, number, one, on)
        if counts is not True and not (node.function == "sum" and value == 0):
            unknowns.append(counts)
        if isinstance(value, Unknown):
            unknowns.append(value)
        else:
            values.append(value)
    if unknowns:
        return _any_unknown(*unknowns)
    if node.function == "sum":
        return _of_type(node, sum(values))
    if not values:
        return Unknown.of(node.relation, Reason.UNUSABLE)  # nothing has no highest
    return _of_type(node, max(values) if node.function == "highest" else min(values))


def _seen(part: Node | None, node: Aggregate, number: int, one: Scope, on: date) -> Result:
    if part is None:
        return True
    value = value_of(part, one, on)
    if isinstance(value, Unknown):
        return value.seen_from(f"{node.relation}[{number}].")
    return value


def _of_type(node: Node, value: Any) -> Result:
    """Return numbers of type "number" always as fractions, so that equal is also identical."""
    if node.type == "number" and isinstance(value, int):
        return Fraction(value)
    result: Result = value
    return result


def _any_unknown(*values: Result) -> Unknown:
    unknowns = (value.missing for value in values if isinstance(value, Unknown))
    return Unknown(frozenset().union(*unknowns))


def _unusable(culprit: Node, facts: Facts, on: date) -> Unknown:
    """Return the unknown that points at the facts whose values can't be right."""
    names = fields_of(culprit) or ("today",)
    return Unknown(frozenset(Missing(name, Reason.UNUSABLE) for name in names))


_EVALUATORS: dict[type[Any], Callable[[Any, Facts, date], Result]] = {
    Const: _const,
    Field: _field,
    Parameter: _parameter,
    Today: _today,
    Not: _not,
    And: _and,
    Or: _or,
    Compare: _compare,
    OneOf: _one_of,
    Contains: _contains,
    Known: _known,
    Negate: _negate,
    Arithmetic: _arithmetic,
    Call: _call,
    Choose: _choose,
    Derived: _derived,
    Related: _related,
    Aggregate: _aggregate,
}
