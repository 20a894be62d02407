"""From rules to steps: each distinct part of all rules once, in the order it can be computed.

Parts are the same when they say the same of the same kind of thing, whichever rule they stand in
and whatever derived fact they were written in. What is constant is computed once, by the
interpreter. A step whose relation leads out of the block needs the whole column over there first,
so it belongs to a later stage.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any

from minsheng.rules import ir
from minsheng.rules.interpret import value_of
from minsheng.rules.values import NUMERIC, TEXTUAL, Unknown, Value

from . import ages, choices, gathering, numbers, truths, words
from .blocks import Block
from .cells import NOTHING, Cells, Words, constant
from .choices import Columns
from .lifting import Lifting
from .truths import UNSETTLED, Truth

Work = Callable[..., Columns]
TruthWork = Callable[..., Truth]
Leads = Mapping[tuple[str, str], str]


@dataclass(eq=False, slots=True)
class Step:
    """One part. `work` takes the block when `looks` is set, and then the columns of `inputs`.

    `wholes` are the steps whose whole columns must be finished before.
    """

    entity: str
    work: Work
    inputs: tuple[int, ...] = ()
    wholes: tuple[int, ...] = ()
    looks: bool = False
    always: Columns | None = None
    level: int = 0
    kind: str = ""


@dataclass(eq=False)
class Builder:
    """Turns typed rules into steps for one day and one shape of population.

    local: for each relation that is there, whether it stays within a block.
    """

    leads: Leads
    local: Mapping[tuple[str, str], bool]
    singles: frozenset[tuple[str, str]]
    on: date
    lifting: Lifting = field(default_factory=Lifting)
    steps: list[Step] = field(default_factory=list)
    _numbers: dict[Any, int] = field(default_factory=dict)
    _seen: dict[tuple[str, int], int] = field(default_factory=dict)
    _kept: list[ir.Node] = field(default_factory=list)

    def part(self, node: ir.Node, entity: str) -> int:
        """Return the number of the step that computes a node of an entity."""
        key = (entity, id(node))
        if key not in self._seen:
            self._kept.append(node)  # so that no other node gets its id
            self._seen[key] = self._part(node, entity)
        return self._seen[key]

    def _part(self, node: ir.Node, entity: str) -> int:
        node = self.lifting.lifted(node)
        if not self.lifting.reads_facts(node):
            return self._constant(value_of(node, {}, self.on), node.type, entity)
        match node:
            case ir.Field(name, kind):
                work = partial(_fact, entity=entity, name=name, kind=kind.type)
                return self._step(("field", name), entity, work, looks=True, kind=kind.type)
            case ir.Related():
                return self._related(node, entity)
            case ir.Aggregate():
                return self._aggregate(node, entity)
            case ir.Compare():
                return self._compare(node, entity)
        return self._plain(node, entity)

    def _plain(self, node: ir.Node, entity: str) -> int:
        inputs = tuple(self.part(child, entity) for child in _operands(node))
        key, work, strict = _kernel(node, self.on)
        if strict and any(_is_never(self.steps[each].always) for each in inputs):
            return self._constant(Unknown(), node.type, entity)
        return self._step(key, entity, work, inputs, kind=node.type)

    def _constant(self, value: Value | Unknown, kind: str, entity: str) -> int:
        made = always(value, kind)
        key = ("constant", kind, "unknown" if isinstance(value, Unknown) else value)
        return self._step(key, "", lambda: made, stays=made, kind=kind)

    def _compare(self, node: ir.Compare, entity: str) -> int:
        one, other, op = node.left, node.right, str(node.op)
        if _age_call(other) is not None and not self.lifting.reads_facts(one):
            one, other, op = other, one, numbers.FLIPPED[op]
        call = _age_call(one)
        if call is None or self.lifting.reads_facts(other):
            return self._plain(node, entity)
        limit = value_of(other, {}, self.on)
        if isinstance(limit, Unknown):
            return self._constant(Unknown(), "boolean", entity)
        assert isinstance(limit, int | Fraction)
        work = partial(
            ages.age_compared, function=call.function, op=op, limit=Fraction(limit), on=self.on
        )
        births = self.part(call.arguments[0], entity)
        return self._step(("age", call.function, op, Fraction(limit)), entity, work, (births,),
                          kind="boolean")  # fmt: skip

    def _related(self, node: ir.Related, entity: str) -> int:
        relation = (entity, node.relation)
        if relation not in self.local:
            return self._constant(Unknown(), node.type, entity)
        below = self.part(node.node, self.leads[relation])
        work = partial(_carried, entity=entity, name=node.relation)
        return self._beyond(("related", node.relation), relation, work, (below,), node.type)

    def _aggregate(self, node: ir.Aggregate, entity: str) -> int:
        relation = (entity, node.relation)
        if relation not in self.local:
            return self._constant(Unknown(), node.type, entity)
        there = self.leads[relation]
        parts = [part for part in (node.operand, node.where) if part is not None]
        below = tuple(self.part(part, there) for part in parts)
        single = relation in self.singles and node.function in ("any", "all")
        work = partial(_gathered, entity=entity, name=node.relation, function=node.function,
                       single=single)  # fmt: skip
        key = (node.function, node.relation)
        return self._beyond(key, relation, work, below, node.type)

    def _beyond(
        self, key: Any, relation: tuple[str, str], work: Work, below: tuple[int, ...], kind: str
    ) -> int:
        """Return a step whose inputs are of what a relation leads to."""
        entity, _ = relation
        if self.local[relation]:
            return self._step(key, entity, partial(work, local=True), below, looks=True, kind=kind)
        wholes = tuple(each for each in below if self.steps[each].always is None)
        work = partial(_from_wholes, work=work, below=below,
                       stays={each: self.steps[each].always for each in below})  # fmt: skip
        return self._step((*key, below), entity, work, (), looks=True, wholes=wholes, kind=kind)

    def _step(
        self,
        key: Any,
        entity: str,
        work: Work,
        inputs: tuple[int, ...] = (),
        *,
        looks: bool = False,
        wholes: tuple[int, ...] = (),
        stays: Columns | None = None,
        kind: str = "",
    ) -> int:
        whole_key = (key, entity, inputs)
        if whole_key in self._numbers:
            return self._numbers[whole_key]
        if stays is None and inputs and not looks:
            given = [self.steps[each].always for each in inputs]
            if all(each is not None for each in given):
                stays = work(*given)
        level = max((self.steps[each].level for each in inputs), default=0)
        level = max([level, *(self.steps[each].level + 1 for each in wholes)])
        self.steps.append(Step(entity, work, inputs, wholes, looks, stays, level, kind))
        self._numbers[whole_key] = len(self.steps) - 1
        return len(self.steps) - 1

    def order_for(self, wanted: list[int], finished: frozenset[int]) -> list[int]:
        """Return the steps that lead to the wanted ones, each after what it needs."""
        seen: dict[int, None] = {}

        def visit(number: int) -> None:
            if number in seen or self.steps[number].always is not None:
                return
            if number not in finished:
                for each in self.steps[number].inputs:
                    visit(each)
            seen[number] = None

        for number in wanted:
            visit(number)
        return list(seen)

    def all_wholes(self, wanted: list[int]) -> Iterator[int]:
        """Yield every step whose whole column the wanted ones need, near or far."""
        seen: set[int] = set()
        open_ = list(wanted)
        while open_:
            step = self.steps[open_.pop()]
            yield from step.wholes
            for each in (*step.wholes, *step.inputs):
                if each not in seen:
                    seen.add(each)
                    open_.append(each)


def always(value: Value | Unknown, kind: str) -> Columns:
    """Return a value that is the same for every row."""
    if isinstance(value, Unknown):
        if kind == "boolean":
            return UNSETTLED
        return words.NO_WORDS if kind in TEXTUAL or kind == "set" else NOTHING
    if isinstance(value, bool):
        return Truth(truths.YES if value else truths.NO)
    if isinstance(value, int | Fraction):
        return constant(value)
    if isinstance(value, date):
        return constant(value.toordinal())
    if isinstance(value, str):
        return words.word(value)
    return Cells((1 << len(value)) - 1, words=Words(tuple(sorted(value))))


def _is_never(column: Columns | None) -> bool:
    return column is UNSETTLED or column is NOTHING or column is words.NO_WORDS


def _age_call(node: ir.Node) -> ir.Call | None:
    while isinstance(node, ir.Derived):
        node = node.node
    is_age = isinstance(node, ir.Call) and node.function in ages.AGES
    return node if is_age and isinstance(node, ir.Call) else None


def _operands(node: ir.Node) -> tuple[ir.Node, ...]:
    return (node.item,) if isinstance(node, ir.OneOf) else ir.children(node)


def _kernel(node: ir.Node, on: date) -> tuple[Any, Work, bool]:
    """Return what a node is called among steps, its work, and whether an unknown makes it unknown."""
    match node:
        case ir.Not():
            return "not", truths.opposite, True
        case ir.And():
            return "and", lambda *parts: truths.every(parts), False
        case ir.Or():
            return "or", lambda *parts: truths.some(parts), False
        case ir.Known():
            return "known", _known, False
        case ir.Compare(op, left):
            return ("compare", op, left.type in NUMERIC), _comparing(op, left.type), True
        case ir.OneOf(item, consts):
            written = tuple(const.value for const in consts)
            return ("among", item.type, written), _among(item.type, written), True
        case ir.Contains():
            return "holds", lambda item, several: words.holds(several, item), True
        case ir.Negate():
            return "negate", numbers.negated, True
        case ir.Arithmetic(op):
            return ("arithmetic", op), _ARITHMETIC[op], True
        case ir.Call(function):
            return ("call", function), _calling(function, on), True
        case ir.Choose(branches, otherwise, kind):
            shape = (len(branches), otherwise is None, kind)
            return ("choose", *shape), partial(_choosing, ways=len(branches), kind=kind), False
    raise AssertionError(type(node))


_ARITHMETIC: dict[str, Work] = {
    "+": numbers.summed, "-": numbers.difference, "*": numbers.product, "/": numbers.quotient,
}  # fmt: skip


def _comparing(op: str, kind: str) -> TruthWork:
    if kind == "boolean" or kind in TEXTUAL:
        same: TruthWork = truths.alike if kind == "boolean" else words.same_word
        return same if op == "==" else lambda one, other: truths.opposite(same(one, other))
    return lambda one, other: numbers.compared(op, one, other)


def _among(kind: str, written: tuple[Value, ...]) -> TruthWork:
    if kind in TEXTUAL:
        return lambda item: words.among(item, [str(each) for each in written])
    each_one = [always(value, kind) for value in written]
    same = _comparing("==", kind)
    return lambda item: truths.some([same(item, one) for one in each_one])


def _calling(function: str, on: date) -> Work:
    match function:
        case "age_months" | "age_years":
            return lambda births: ages.ages(births, function, on)
        case "days_since":
            today = constant(on.toordinal())
            return lambda day: numbers.difference(today, day)
        case "months_between":
            return ages.months_between
        case "abs":
            return numbers.absolute
        case "round_fen":
            return numbers.rounded
    return lambda *several: numbers.extreme(function, several)


def _choosing(*parts: Any, ways: int, kind: str) -> Columns:
    """Return the chosen values; parts are condition, value, condition, value, … and otherwise."""
    conditions = parts[0 : 2 * ways : 2]
    values = [*parts[1 : 2 * ways : 2], *parts[2 * ways :]]
    return choices.choose(conditions, values, kind)


def _known(operand: Columns) -> Truth:
    known = truths.known_of(operand) if isinstance(operand, Truth) else operand.known
    return Truth(truths.YES if known is None else known)


def _fact(block: Block, *, entity: str, name: str, kind: str) -> Columns:
    return block.fact(entity, name, kind)


def _carried(block: Block, below: Columns, *, entity: str, name: str, local: bool) -> Columns:
    return gathering.carried(below, block.way(entity, name, local=local))


def _gathered(
    block: Block,
    *below: Columns,
    entity: str,
    name: str,
    function: str,
    single: bool,
    local: bool,
) -> Columns:
    if single:
        low, high = block.spans[entity]
        where: Any = below[0] if below else None
        return gathering.of_one(function, where, block.way(entity, name, local=local), high - low)
    groups = block.groups(entity, name, local=local)
    columns: list[Any] = [gathering.members(each, groups) for each in below]
    if function == "any":
        return gathering.any_of(columns[0] if columns else None, groups)
    if function == "all":
        return truths.opposite(gathering.any_of(truths.opposite(columns[0]), groups))
    if function == "count":
        return gathering.count_of(columns[0] if columns else None, groups)
    operand, where = columns[0], columns[1] if len(columns) > 1 else None
    if function == "sum":
        return gathering.sum_of(operand, where, groups)
    return gathering.extreme_of(function, operand, where, groups)


def _from_wholes(
    block: Block, *, work: Work, below: tuple[int, ...], stays: Mapping[int, Columns | None]
) -> Columns:
    columns = [stays[each] if stays[each] is not None else block.finished[each] for each in below]
    return work(block, *columns, local=False)
