"""A rule over the facts of one case, written out: each part knows which facts it rests on.

Three kinds of values: known ones, MISSING (nobody knows), and ANY (it may be changed, so it may
come to anything). A part none of whose facts was changed gives the value it has at present without
being computed again. The interpreter of the rules is the reference; the tests hold both equal.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, Final

from minsheng.lib.periods import age_in_months, age_in_years, months_between
from minsheng.rules.interpret import rounded_fen

from .polynomials import Form, added, constant, divided, multiplied

MISSING: Final = None
FORM_BOUND = 24


class _Any:
    __slots__ = ()

    def __repr__(self) -> str:
        return "ANY"


ANY: Final = _Any()
Values = list[Any]
"""The day first, then one value of each fact."""
DAY = 0
_HALF = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Variable:
    """What a form is a polynomial in: a fact, or the full months or years since a date.

    `function` "" : the fact or the day itself, dates as ordinals. Of an age in the course of days
    (place DAY) `since` is the birth, of an age by a birth date it is None, of months between two
    dates it is the one that stands.
    """

    place: int
    function: str = ""
    since: date | None = None


class Part:
    """One part of a rule. `mask` has a bit for each fact it rests on; `now` is its present value."""

    __slots__ = ("mask", "now", "parts")

    def __init__(self, parts: Sequence[Part], mask: int = 0) -> None:
        self.parts: tuple[Part, ...] = tuple(parts)
        self.mask: int = mask
        for part in self.parts:
            self.mask |= part.mask
        self.now: Any = MISSING

    def at(self, values: Values, changed: int) -> Any:
        """Return the value when the facts in `changed` differ from the present ones."""
        return self.computed(values, changed) if self.mask & changed else self.now

    def computed(self, values: Values, changed: int) -> Any:
        """Return the value, computed from the parts."""
        raise NotImplementedError

    def forms(self, variable: Variable, values: Values, changed: int) -> list[Form]:
        """Return every form the part may take in one variable; none where it can't be told."""
        return _fixed(self.at(values, changed))


def _fixed(value: Any) -> list[Form]:
    if isinstance(value, bool):
        return []
    if isinstance(value, int | Fraction):
        return [constant(value)]
    return [constant(value.toordinal())] if isinstance(value, date) else []


def _first_unknown(values: Sequence[Any]) -> tuple[bool, Any]:
    """Whether one is unknown, and which of the two unknowns it comes to together."""
    unsure = False
    for value in values:
        if value is MISSING:
            return True, MISSING
        unsure = unsure or value is ANY
    return unsure, ANY


class Fixed(Part):
    """A value that no fact changes."""

    __slots__ = ()

    def __init__(self, value: Any) -> None:
        super().__init__(())
        self.now = value


class Leaf(Part):
    """A fact, or the day."""

    __slots__ = ("place",)

    def __init__(self, place: int) -> None:
        super().__init__((), 1 << place)
        self.place = place

    def computed(self, values: Values, changed: int) -> Any:
        """Return the fact."""
        return values[self.place]

    def forms(self, variable: Variable, values: Values, changed: int) -> list[Form]:
        """Return the variable itself where it is this fact."""
        if variable.place == self.place and not variable.function:
            return [((0, 1), (1,))]
        return super().forms(variable, values, changed)


class Denied(Part):
    """Not."""

    __slots__ = ()

    def computed(self, values: Values, changed: int) -> Any:
        """Return the opposite."""
        value = self.parts[0].at(values, changed)
        return value if value is MISSING or value is ANY else not value


class Joined(Part):
    """And (decisive False) and or (decisive True)."""

    __slots__ = ("decisive",)

    def __init__(self, parts: Sequence[Part], *, decisive: bool) -> None:
        super().__init__(parts)
        self.decisive = decisive

    def computed(self, values: Values, changed: int) -> Any:
        """Return the decisive value as soon as one part has it."""
        decisive = self.decisive
        result: Any = not decisive
        for part in self.parts:
            value = part.computed(values, changed) if part.mask & changed else part.now
            if value is decisive:
                return decisive
            if value is ANY or (value is MISSING and result is not ANY):
                result = value
        return result


_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt,
    "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


class Compared(Part):
    """Two values compared."""

    __slots__ = ("holds",)

    def __init__(self, op: str, left: Part, right: Part) -> None:
        super().__init__((left, right))
        self.holds = _COMPARE[op]

    def computed(self, values: Values, changed: int) -> Any:
        """Return whether they stand in this relation."""
        left, right = self.parts[0].at(values, changed), self.parts[1].at(values, changed)
        if left is MISSING or right is MISSING:
            return MISSING
        return ANY if left is ANY or right is ANY else self.holds(left, right)


class Among(Part):
    """One of some written values."""

    __slots__ = ("among",)

    def __init__(self, item: Part, among: Sequence[Any]) -> None:
        super().__init__((item,))
        self.among = tuple(among)

    def computed(self, values: Values, changed: int) -> Any:
        """Return whether it is one of them."""
        item = self.parts[0].at(values, changed)
        return item if item is MISSING or item is ANY else item in self.among


class Held(Part):
    """A set holds an item."""

    __slots__ = ()

    def computed(self, values: Values, changed: int) -> Any:
        """Return whether it does."""
        item, collection = (part.at(values, changed) for part in self.parts)
        unsure, which = _first_unknown((item, collection))
        return which if unsure else item in collection


class Told(Part):
    """Whether something is known."""

    __slots__ = ()

    def computed(self, values: Values, changed: int) -> Any:
        """Return whether it is."""
        value = self.parts[0].at(values, changed)
        return ANY if value is ANY else value is not MISSING


class Reckoned(Part):
    """Two numbers combined exactly."""

    __slots__ = ("op",)

    def __init__(self, op: str, left: Part, right: Part) -> None:
        super().__init__((left, right))
        self.op = op

    def computed(self, values: Values, changed: int) -> Any:
        """Return what they come to; a zero divisor is unknown."""
        left, right = self.parts[0].at(values, changed), self.parts[1].at(values, changed)
        if left is MISSING or right is MISSING:
            return MISSING
        if left is ANY or right is ANY:
            return MISSING if self.op == "/" and right is not ANY and right == 0 else ANY
        match self.op:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
            case _:
                return Fraction(left) / right if right else MISSING

    def forms(self, variable: Variable, values: Values, changed: int) -> list[Form]:
        """Return each form of the left combined with each of the right."""
        lefts = self.parts[0].forms(variable, values, changed)
        rights = self.parts[1].forms(variable, values, changed)
        combined = [self._form(left, right) for left in lefts for right in rights]
        return combined[:FORM_BOUND]

    def _form(self, left: Form, right: Form) -> Form:
        match self.op:
            case "+":
                return added(left, right)
            case "-":
                return added(left, right, -1)
            case "*":
                return multiplied(left, right)
            case _:
                return divided(left, right)


class Summed(Part):
    """What several numbers come to, each with whether it counts. Parts: counts, number, counts …"""

    __slots__ = ()

    def computed(self, values: Values, changed: int) -> Any:
        """Return the total. A known zero adds nothing, whether it counts or not."""
        total: Any = 0
        found = [part.at(values, changed) for part in self.parts]
        for counts, value in zip(found[::2], found[1::2], strict=True):
            known = value is not MISSING and value is not ANY
            if counts is False or (known and value == 0):
                continue
            if counts is True and known:
                total = total if total is MISSING or total is ANY else total + value
                continue
            surely = (counts is not ANY and value is MISSING) or (counts is MISSING and known)
            total = MISSING if surely or total is MISSING else ANY
        return total

    def forms(self, variable: Variable, values: Values, changed: int) -> list[Form]:
        """Return the sums of each form a number may take, and of nothing where it may not count."""
        sums = [constant(0)]
        for counts, number in zip(self.parts[::2], self.parts[1::2], strict=True):
            holds = counts.at(values, changed)
            ways = [] if holds is False else number.forms(variable, values, changed)
            if holds is not True:
                ways = [*ways, constant(0)]
            sums = [added(one, way) for one in sums for way in ways][:FORM_BOUND]
        return sums


class Counted(Part):
    """How many conditions hold."""

    __slots__ = ()

    def computed(self, values: Values, changed: int) -> Any:
        """Return the number, unknown as soon as one condition is."""
        found = [part.at(values, changed) for part in self.parts]
        unsure, which = _first_unknown(found)
        return which if unsure else sum(found)


class Extreme(Part):
    """The highest or lowest of several values, of those that count. Parts as of a sum."""

    __slots__ = ("best",)

    def __init__(self, parts: Sequence[Part], *, highest: bool) -> None:
        super().__init__(parts)
        self.best: Callable[[list[Any]], Any] = max if highest else min

    def computed(self, values: Values, changed: int) -> Any:
        """Return it; of nothing it is unknown."""
        found = [part.at(values, changed) for part in self.parts]
        counted: list[Any] = []
        for counts, value in zip(found[::2], found[1::2], strict=True):
            if counts is False:
                continue
            counted.append(ANY if counts is ANY else MISSING if counts is MISSING else value)
        unsure, which = _first_unknown(counted)
        if unsure:
            return which
        return self.best(counted) if counted else MISSING

    def forms(self, variable: Variable, values: Values, changed: int) -> list[Form]:
        """Return the forms of each value."""
        return _all_forms(self.parts[1::2], variable, values, changed)


class Picked(Part):
    """The smallest or largest of its arguments."""

    __slots__ = ("best",)

    def __init__(self, parts: Sequence[Part], *, highest: bool) -> None:
        super().__init__(parts)
        self.best: Callable[[list[Any]], Any] = max if highest else min

    def computed(self, values: Values, changed: int) -> Any:
        """Return it."""
        found = [part.at(values, changed) for part in self.parts]
        unsure, which = _first_unknown(found)
        return which if unsure else self.best(found)

    def forms(self, variable: Variable, values: Values, changed: int) -> list[Form]:
        """Return the forms of each argument."""
        return _all_forms(self.parts, variable, values, changed)


class Applied(Part):
    """A function of one number: its opposite, its size, its whole fen."""

    __slots__ = ("function",)

    def __init__(self, function: str, part: Part) -> None:
        super().__init__((part,))
        self.function = function

    def computed(self, values: Values, changed: int) -> Any:
        """Return the result."""
        value = self.parts[0].at(values, changed)
        if value is MISSING or value is ANY:
            return value
        if self.function == "round_fen":
            return rounded_fen(value)
        return abs(value) if self.function == "abs" else -value

    def forms(self, variable: Variable, values: Values, changed: int) -> list[Form]:
        """Return the forms; of whole fen the two lines between which they lie."""
        inner = self.parts[0].forms(variable, values, changed)
        opposite = [added(constant(0), form, -1) for form in inner]
        if self.function == "-":
            return opposite
        if self.function == "abs":
            return [*inner, *opposite][:FORM_BOUND]
        shifts = (-_HALF, _HALF)
        return [added(form, constant(by)) for form in inner for by in shifts][:FORM_BOUND]


class Aged(Part):
    """Full months or years since a date on the day. Parts: date, day."""

    __slots__ = ("function",)

    def __init__(self, function: str, since: Part, day: Part) -> None:
        super().__init__((since, day))
        self.function = function

    def computed(self, values: Values, changed: int) -> Any:
        """Return the age; before birth it is unknown."""
        since, day = self.parts[0].at(values, changed), self.parts[1].at(values, changed)
        if since is MISSING or since is ANY:
            return since
        return MISSING if since > day else AGES[self.function](since, day)

    def forms(self, variable: Variable, values: Values, changed: int) -> list[Form]:
        """Return the variable itself where it is this age."""
        since = self.parts[0]
        if variable.since is not None:
            is_it = since.at(values, changed) == variable.since
            if is_it and variable.function == self.function:
                return [((0, 1), (1,))]
        elif isinstance(since, Leaf) and since.place == variable.place:
            return self._by_another_clock(variable, values, changed)
        return super().forms(variable, values, changed)

    def _by_another_clock(self, variable: Variable, values: Values, changed: int) -> list[Form]:
        """Return the age in months, years or days of birth: the lines between which its steps lie."""
        if variable.function == self.function:
            return [((0, 1), (1,))]
        if variable.function == "age_months":
            return [((0, 1), (12,)), ((-11, 1), (12,))]
        if variable.function:
            return [((0, 12), (1,)), ((11, 12), (1,))]
        day = self.parts[1].at(values, changed).toordinal()
        length = DAYS_OF[self.function]
        return [((day, -1), (length,)), ((day - length, -1), (length,))]


DAYS_OF = {"age_months": Fraction(146_097, 4_800), "age_years": Fraction(146_097, 400)}
AGES: dict[str, Callable[[date, date], int]] = {
    "age_months": age_in_months,
    "age_years": age_in_years,
}


class Spanned(Part):
    """Full months from one date to another. Parts: the first, the other.

    As a variable it is the months by one of the dates, while the other stands (`Variable.since`).
    """

    __slots__ = ()

    def computed(self, values: Values, changed: int) -> Any:
        """Return the number of months, negative when the second is earlier."""
        found = [part.at(values, changed) for part in self.parts]
        unsure, which = _first_unknown(found)
        return which if unsure else months_between(found[0], found[1])

    def standing(self, place: int, values: Values, changed: int) -> Any:
        """Return the date that stands while the fact at a place moves; MISSING where neither does."""
        for moving, other in (self.parts, self.parts[::-1]):
            if isinstance(moving, Leaf) and moving.place == place and not other.mask >> place & 1:
                return other.at(values, changed)
        return MISSING

    def forms(self, variable: Variable, values: Values, changed: int) -> list[Form]:
        """Return the variable itself where it is these months, else the lines beside the steps."""
        if variable.function:
            since = self.standing(variable.place, values, changed)
            is_it = variable.function == "months_between" and since == variable.since
            return [((0, 1), (1,))] if is_it else super().forms(variable, values, changed)
        length = constant(DAYS_OF["age_months"])
        return [
            divided(added(added(until, first, -1), constant(by)), length)
            for first in self.parts[0].forms(variable, values, changed)
            for until in self.parts[1].forms(variable, values, changed)
            for by in (0, -DAYS_OF["age_months"])
        ][:FORM_BOUND]


class Elapsed(Part):
    """Calendar days since a date on the day. Parts: date, day."""

    __slots__ = ()

    def computed(self, values: Values, changed: int) -> Any:
        """Return the number of days, negative while the date lies ahead."""
        since, day = self.parts[0].at(values, changed), self.parts[1].at(values, changed)
        return since if since is MISSING or since is ANY else (day - since).days

    def forms(self, variable: Variable, values: Values, changed: int) -> list[Form]:
        """Return the day less the date."""
        since = self.parts[0].forms(variable, values, changed)
        days = self.parts[1].forms(variable, values, changed)
        return [added(day, start, -1) for start in since for day in days][:FORM_BOUND]


class Chosen(Part):
    """The value of the first condition that holds. Parts: condition, value, …, and maybe a last."""

    __slots__ = ()

    def computed(self, values: Values, changed: int) -> Any:
        """Return it; where conditions are unknown, what all open ways agree on."""
        unsure = False
        possible: list[Any] = []
        places = len(self.parts) // 2
        for place in range(places):
            condition = self.parts[2 * place].at(values, changed)
            if condition is False:
                continue
            possible.append(self.parts[2 * place + 1].at(values, changed))
            if condition is True:
                break
            unsure = unsure or condition is ANY
        else:
            if len(self.parts) % 2:
                possible.append(self.parts[-1].at(values, changed))
        return _agreed(possible, unsure=unsure)

    def forms(self, variable: Variable, values: Values, changed: int) -> list[Form]:
        """Return the forms of each way."""
        ways = self.parts[1::2] if len(self.parts) % 2 == 0 else (*self.parts[1::2], self.parts[-1])
        return _all_forms(ways, variable, values, changed)


def _agreed(possible: list[Any], *, unsure: bool) -> Any:
    if not possible or all(value is MISSING for value in possible):
        return MISSING
    first = possible[0]
    is_known = first is not ANY and first is not MISSING
    if is_known and all(value is first or value == first for value in possible):
        return first
    return ANY if unsure or any(value is ANY for value in possible) else MISSING


def _all_forms(
    parts: Sequence[Part], variable: Variable, values: Values, changed: int
) -> list[Form]:
    found = [form for part in parts for form in part.forms(variable, values, changed)]
    return list(dict.fromkeys(found))[:FORM_BOUND]


def below(part: Part) -> Iterator[Part]:
    """Yield the part and all it rests on, each once."""
    seen: set[int] = set()
    waiting = [part]
    while waiting:
        one = waiting.pop()
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            waiting.extend(one.parts)
