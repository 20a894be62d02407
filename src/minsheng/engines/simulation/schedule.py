"""How what somebody gets moves as one number rises: exactly, piece by piece, with every cliff.

The rule is evaluated with the number left open, as a straight line p + q·x. Where a comparison is
met, the stretch on which it comes out the same is worked out from its root. So each piece is found
by one evaluation, and no threshold can lie between the points of a grid.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import Any

from minsheng.rules import FieldKind, Scope, Unknown, evaluate
from minsheng.rules.interpret import value_of
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
    Negate,
    Node,
    Or,
    Related,
    children,
    rebuilt,
)

from .plan import Plan

MOST_PIECES = 2_000


class NotExact(Exception):
    """The rule does more with the number than straight lines can follow."""


@dataclass(frozen=True, slots=True)
class Varied:
    """Stands in the facts for the number that rises."""


@dataclass(frozen=True, slots=True)
class Piece:
    """From `low` to `high`, both in it: yes, no or unknown, and what is given at both ends in fen.

    `slope`: how much more is given for each fen more, before rounding; None where the amount is
    unknown.
    """

    low: int
    high: int
    value: bool | None
    at_low: int | None
    at_high: int | None
    slope: Fraction | None

    @property
    def marginal_rate(self) -> Fraction | None:
        """The share of each further fen that is lost."""
        return None if self.slope is None else -self.slope


@dataclass(frozen=True, slots=True)
class Cliff:
    """One fen more, at `at`, loses `loss_fen`."""

    at: int
    loss_fen: int


@dataclass(frozen=True, slots=True)
class Schedule:
    """What somebody gets for every value of a number between two bounds."""

    pieces: tuple[Piece, ...]

    @property
    def cliffs(self) -> tuple[Cliff, ...]:
        """Where one fen more makes somebody worse off on the whole."""
        found = []
        for left, right in zip(self.pieces, self.pieces[1:], strict=False):
            if left.at_high is not None and right.at_low is not None:
                loss = left.at_high - right.at_low
                if loss > 1:
                    found.append(Cliff(right.low, loss))
        return tuple(found)


def schedule(plan: Plan, facts: Scope, *, low: int, high: int, on: date) -> Schedule:
    """Return what is given for every whole value from `low` to `high` of the number that is Varied.

    facts: as the interpreter reads them, with `Varied()` where the number stands. Who doesn't get it
    gets 0. Raises NotExact where the rule multiplies the number with itself, or reckons on with
    something rounded, and ValueError for bounds that don't enclose anything.
    """
    if low > high:
        raise ValueError("low is above high")
    pieces: list[Piece] = []
    while low <= high:
        open_ = _Open(low, high, on)
        piece = _piece(plan, facts, open_)
        pieces.append(piece)
        low = piece.high + 1
        if len(pieces) > MOST_PIECES:
            raise NotExact("too many pieces")
    return Schedule(tuple(_joined(pieces)))


def stepped(
    plan: Plan, facts: Callable[[int], Scope], *, low: int, high: int, on: date
) -> Schedule:
    """Return what is given for every whole value from `low` to `high`, each asked by itself.

    For a number that the facts are made from, such as an age; facts: how they stand at a value.
    Raises NotExact for more than MOST_PIECES values, ValueError for bounds that enclose nothing.
    """
    if low > high:
        raise ValueError("low is above high")
    if high - low >= MOST_PIECES:
        raise NotExact("too many values")
    pieces = [_piece(plan, facts(at), _Open(at, at, on)) for at in range(low, high + 1)]
    return Schedule(tuple(_joined(pieces)))


def _piece(plan: Plan, facts: Scope, open_: _Open) -> Piece:
    value = open_.value(plan.condition, facts)
    truth = None if isinstance(value, Unknown) else bool(value)
    amount: Any = 0
    if truth is True and plan.amount is not None:
        amount = open_.value(plan.amount, facts)
    low, high = open_.low, open_.high
    if truth is None or isinstance(amount, Unknown):
        return Piece(low, high, truth, None, None, None)
    line = amount.line if isinstance(amount, _Rounded) else _line(amount)
    return Piece(low, high, truth, _fen(amount, low), _fen(amount, high), line.slope)


def _joined(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces with neighbours put together that say the same."""
    found: list[Piece] = []
    for one in pieces:
        last = found[-1] if found else None
        same = (
            last is not None
            and (last.value, last.slope) == (one.value, one.slope)
            and (one.slope is None or (one.slope == 0 and last.at_high == one.at_low))
        )
        if last is not None and same:
            found[-1] = replace(last, high=one.high, at_high=one.at_high)
        else:
            found.append(one)
    return found


@dataclass(frozen=True, slots=True)
class _Line:
    """p + q·x."""

    start: Fraction
    slope: Fraction

    def at(self, x: int) -> Fraction:
        return self.start + self.slope * x


@dataclass(frozen=True, slots=True)
class _Rounded:
    """A line rounded to whole fen."""

    line: _Line

    def at(self, x: int) -> Fraction:
        return _rounded(self.line.at(x))


@dataclass(frozen=True, slots=True)
class _Held:
    """A value in the place of a node."""

    value: Any


def _line(value: Any) -> _Line:
    return value if isinstance(value, _Line) else _Line(Fraction(value), Fraction(0))


def _rounded(value: Fraction) -> Fraction:
    """Return whole fen, half a fen away from zero, as `round_fen` does."""
    whole = floor(abs(value) + Fraction(1, 2))
    return Fraction(whole if value >= 0 else -whole)


def _fen(amount: Any, x: int) -> int:
    exact = amount.at(x) if isinstance(amount, _Line | _Rounded) else Fraction(amount)
    if exact.denominator != 1:
        raise NotExact("the amount isn't whole fen")
    return int(exact)


class _Open:
    """Evaluates with the number left open, from `low` as far as everything comes out the same."""

    def __init__(self, low: int, high: int, on: date) -> None:
        self.low, self.high, self.on = low, high, on

    def value(self, node: Any, facts: Scope) -> Any:
        """Return a value, an Unknown, or a line that holds from `low` to `high`; `high` may shrink."""
        match node:
            case _Held():
                return node.value
            case Field():
                raw = facts.get(node.name)
                if isinstance(raw, Varied):
                    return _Line(Fraction(0), Fraction(1))
                return value_of(node, facts, self.on)
            case Derived():
                return self.value(node.node, facts)
            case Related():
                return self._related(node, facts)
            case Aggregate():
                return self._aggregate(node, facts)
            case Choose():
                return self._choose(node, facts)
        return self._combined(node, [self.value(child, facts) for child in children(node)])

    def _combined(self, node: Any, values: list[Any]) -> Any:
        """Return what a node makes of the values of its children."""
        if not any(isinstance(value, _Line | _Rounded) for value in values):
            return self._plain(node, values)
        if any(isinstance(value, Unknown) for value in values) and not isinstance(node, And | Or):
            return self._plain(node, [0 if isinstance(v, _Line | _Rounded) else v for v in values])
        match node:
            case Compare():
                return self._truth(node.op, values[0], values[1])
            case Negate():
                return self._arithmetic("-", 0, values[0])
            case Arithmetic():
                return self._arithmetic(node.op, values[0], values[1])
            case Call(function="round_fen"):
                return values[0] if isinstance(values[0], _Rounded) else _Rounded(values[0])
            case Call(function="min" | "max" as function):
                return self._extreme("<=" if function == "min" else ">=", values)
            case Call(function="abs"):
                is_positive = self._truth(">=", values[0], 0)
                return values[0] if is_positive else self._arithmetic("-", 0, values[0])
        raise NotExact(type(node).__name__)

    def _plain(self, node: Node, values: list[Any]) -> Any:
        """Let the interpreter say what a node makes of known values and unknowns."""
        left = iter(values)
        types = iter([child.type for child in children(node)])
        facts: dict[str, object] = {}

        def held(child: Node) -> Node:
            value, kind = next(left), next(types)
            if isinstance(value, Unknown):
                facts[name := f"u{len(facts)}"] = value
                return Field(name, FieldKind(kind))
            return Const(value, kind)

        made = rebuilt(node, held)
        if isinstance(made, Contains):  # its collection is never rebuilt
            made = replace(made, collection=held(made.collection))
        return evaluate(made, facts, on=self.on)

    def _related(self, node: Related, facts: Scope) -> Any:
        there = facts.along(node.relation)
        if isinstance(there, Unknown) or not there:
            return value_of(node, facts, self.on)
        return self.value(node.node, there[0])

    def _aggregate(self, node: Aggregate, facts: Scope) -> Any:
        """Return an aggregate as the sums, ors and ands it is made of."""
        there = facts.along(node.relation)
        if isinstance(there, Unknown):
            return value_of(node, facts, self.on)
        holds = [True if node.where is None else self.value(node.where, one) for one in there]
        if node.function in ("any", "all"):
            kind = Or if node.function == "any" else And
            return self._combined(kind(tuple(Const(True, "boolean") for _ in holds)), holds)
        if node.function in ("highest", "lowest"):
            raise NotExact(node.function)
        total: Any = 0
        for one, counts in zip(there, holds, strict=True):
            adds = 1 if node.operand is None else self.value(node.operand, one)
            part = self._chosen([(counts, adds)], 0, "number")
            total = self._combined(_PLUS, [total, part])
        return total

    def _choose(self, node: Choose, facts: Scope) -> Any:
        ways = [
            (self.value(way.condition, facts), self.value(way.value, facts))
            for way in node.branches
        ]
        otherwise = None if node.otherwise is None else self.value(node.otherwise, facts)
        return self._chosen(ways, otherwise, node.type)

    def _chosen(self, ways: list[tuple[Any, Any]], otherwise: Any, kind: Any) -> Any:
        """Return the value of the first way that holds; where that is open, what all of them agree on."""
        for at, (holds, value) in enumerate(ways):
            if holds is True:
                return value
            if isinstance(holds, Unknown):
                rest = self._chosen(ways[at + 1 :], otherwise, kind)
                if isinstance(value, _Line | _Rounded) or isinstance(rest, _Line | _Rounded):
                    return value if value == rest else holds
                if value == rest and not isinstance(value, Unknown):
                    return value
                return holds
        return otherwise

    def _arithmetic(self, op: str, one: Any, other: Any) -> Any:
        if isinstance(one, _Rounded) or isinstance(other, _Rounded):
            raise NotExact("reckons on with something rounded")
        left, right = _line(one), _line(other)
        match op:
            case "+":
                return _Line(left.start + right.start, left.slope + right.slope)
            case "-":
                return _Line(left.start - right.start, left.slope - right.slope)
            case "*" if not left.slope or not right.slope:
                slope = left.start * right.slope + right.start * left.slope
                return _Line(left.start * right.start, slope)
            case "/" if not right.slope and right.start:
                return _Line(left.start / right.start, left.slope / right.start)
        raise NotExact(op)

    def _extreme(self, op: str, values: list[Any]) -> Any:
        """Return the least ("<=") or greatest (">="), as far as it stays so."""
        best = values[0]
        for value in values[1:]:
            if not self._truth(op, best, value):
                best = value
        return best

    def _truth(self, op: str, one: Any, other: Any) -> bool:
        """Return how a comparison comes out at `low`; `high` shrinks to where it still does."""

        def holds(x: int) -> bool:
            left = one.at(x) if isinstance(one, _Line | _Rounded) else Fraction(one)
            right = other.at(x) if isinstance(other, _Line | _Rounded) else Fraction(other)
            return _COMPARED[op](left - right)

        now = holds(self.low)
        turn = self._turn(op, holds, now, one, other)
        if turn is not None:
            self.high = min(self.high, turn - 1)
        return now

    def _turn(
        self, op: str, holds: Callable[[int], bool], now: bool, one: Any, other: Any
    ) -> int | None:
        """Return the first value above `low` at which the comparison comes out otherwise, or None."""
        if isinstance(one, _Rounded) or isinstance(other, _Rounded):
            if op in ("==", "!="):
                raise NotExact("compares something rounded for equality")
            if isinstance(one, _Rounded | _Line) and isinstance(other, _Rounded | _Line):
                raise NotExact("compares something rounded with what moves too")
            return self._bisected(holds, now)
        left, right = _line(one), _line(other)
        start, slope = left.start - right.start, left.slope - right.slope
        if not slope:
            return None
        root = -start / slope
        near = {self.low + 1, floor(root), ceil(root), floor(root) + 1}
        return next(
            (x for x in sorted(near) if self.low < x <= self.high and holds(x) != now), None
        )

    def _bisected(self, holds: Callable[[int], bool], now: bool) -> int | None:
        """Return where something that turns once at most has turned."""
        below, above = self.low, self.high
        if holds(above) == now:
            return None
        while above - below > 1:
            middle = (below + above) // 2
            below, above = (middle, above) if holds(middle) == now else (below, middle)
        return above


_PLUS = Arithmetic("+", Const(0, "number"), Const(0, "number"), "number")
_COMPARED: dict[str, Callable[[Fraction], bool]] = {
    "==": lambda difference: difference == 0,
    "!=": lambda difference: difference != 0,
    "<": lambda difference: difference < 0,
    "<=": lambda difference: difference <= 0,
    ">": lambda difference: difference > 0,
    ">=": lambda difference: difference >= 0,
}
